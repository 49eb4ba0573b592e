"""What a committee judged, on which frozen figures, and what it decided.

Fed by plan.services from the state of the plan. Feeds the dossier, the public pages and the next review.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Body, Organisation, User
from fabrique.common.fields import PublicIdField
from fabrique.common.models import ThingVersion
from fabrique.plan.enums import DecisionKind, FindingTone, FollowUpState, ReviewKind, ReviewState
from fabrique.plan.models.action import Action
from fabrique.plan.models.tree import Plan
from fabrique.plan.querysets.reviews import (
    DecisionQuerySet,
    FindingQuerySet,
    ReviewQuerySet,
    SnapshotQuerySet,
)
from fabrique.territories.models import Territory


class Snapshot(ThingVersion):
    """The plan of a territory at one moment, as canonical JSON bytes: it never changes, whatever is edited later."""

    public_id = PublicIdField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="snapshots", verbose_name=_("plan"))
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remplace")
    )
    label = models.CharField(_("intitulé"), max_length=200)
    content = models.BinaryField(_("contenu"))
    taken_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pris par")
    )

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("instantané du plan")
        verbose_name_plural = _("instantanés du plan")
        ordering = ["plan", "territory", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "territory", "number"], name="snapshot_number_once"),
            models.CheckConstraint(
                name="snapshot_is_frozen", condition=Q(frozen_at__isnull=False) & ~Q(content_hash="")
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Review(models.Model):
    """A review of the actions: what is looked at, when, by which body, on which snapshot, and what comes out of it."""

    public_id = PublicIdField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reviews", verbose_name=_("plan"))
    kind = models.CharField(_("nature"), max_length=16, choices=ReviewKind)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    title = models.CharField(_("intitulé"), max_length=200)
    scope = models.TextField(_("périmètre de la revue"), blank=True)
    held_on = models.DateField(_("date"), null=True, blank=True)
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("instance")
    )
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name=_("instantané"),
    )
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revue précédente"),
    )
    keys_to_success = models.TextField(_("clés de réussite repérées"), blank=True)
    summary = models.TextField(_("ce qu’il faut retenir"), blank=True)
    state = models.CharField(_("état"), max_length=12, choices=ReviewState, default=ReviewState.DRAFT)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("revue")
        verbose_name_plural = _("revues")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="review_held_on_a_snapshot",
                condition=Q(state=ReviewState.DRAFT) | Q(held_on__isnull=False, snapshot__isnull=False),
            ),
            models.CheckConstraint(
                name="published_review_has_its_date",
                condition=~Q(state=ReviewState.PUBLISHED) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ReviewStep(models.Model):
    """A step that prepares a review: the sheet of a lead, one meeting of a working group, the seminar."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="steps", verbose_name=_("revue")
    )
    position = models.PositiveSmallIntegerField(_("rang"))
    label = models.CharField(_("étape"), max_length=300)
    on = models.DateField(_("date"), null=True, blank=True)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    participants = models.PositiveIntegerField(_("participants"), null=True, blank=True)
    note = models.TextField(_("précision"), blank=True)

    class Meta:
        verbose_name = _("étape de la revue")
        verbose_name_plural = _("étapes de la revue")
        ordering = ["review", "position"]
        constraints = [models.UniqueConstraint(fields=["review", "position"], name="review_step_once")]

    def __str__(self) -> str:
        return self.label


class Decision(models.Model):
    """What a review decided on one action, why, and what became of it."""

    public_id = PublicIdField()
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("revue")
    )
    action = models.ForeignKey(
        Action, on_delete=models.PROTECT, related_name="decisions", verbose_name=_("action")
    )
    kind = models.CharField(_("décision"), max_length=12, choices=DecisionKind)
    reason = models.TextField(_("raison"))
    to_do = models.TextField(_("ce qu’il faut faire"), blank=True)
    owner = models.CharField(_("qui s’en charge"), max_length=200, blank=True)
    due_on = models.DateField(_("pour le"), null=True, blank=True)
    follow_up = models.CharField(
        _("suite donnée"), max_length=10, choices=FollowUpState, default=FollowUpState.TO_DO
    )
    follow_up_note = models.TextField(_("précision sur la suite"), blank=True)
    follow_up_at = models.DateTimeField(_("suite notée le"), null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("décision de revue")
        verbose_name_plural = _("décisions de revue")
        ordering = ["review", "action__key"]
        constraints = [
            models.UniqueConstraint(fields=["review", "action"], name="one_decision_an_action_and_review"),
            models.CheckConstraint(name="decision_has_its_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.kind}"


class UsersFinding(models.Model):
    """What a users' association, entrusted by the agency, found on an action: shown unedited."""

    public_id = PublicIdField()
    action = models.ForeignKey(
        Action, on_delete=models.PROTECT, related_name="users_findings", verbose_name=_("action")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("association d’usagers")
    )
    entrusted_on = models.DateField(_("confié le"))
    due_on = models.DateField(_("attendu pour le"), null=True, blank=True)
    mandate = models.TextField(_("ce qui est demandé"))
    tone = models.CharField(_("constat"), max_length=12, choices=FindingTone, blank=True)
    text = models.TextField(_("texte du constat"), blank=True)
    method = models.TextField(_("comment le constat a été fait"), blank=True)
    handed_in_at = models.DateTimeField(_("remis le"), null=True, blank=True)
    handed_in_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remis par")
    )
    content_hash = models.CharField(_("empreinte du texte remis"), max_length=64, blank=True)
    agency_view = models.TextField(_("point de vue de l’agence"), blank=True)
    published_at = models.DateTimeField(_("publié le"), null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("constat d’une association d’usagers")
        verbose_name_plural = _("constats d’associations d’usagers")
        ordering = ["action__key", "-entrusted_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="handed_in_finding_has_its_text",
                condition=Q(handed_in_at__isnull=True) | (~Q(text="") & ~Q(tone="") & ~Q(content_hash="")),
            ),
            models.CheckConstraint(
                name="only_a_handed_in_finding_is_published",
                condition=Q(published_at__isnull=True) | Q(handed_in_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action_id} {self.organisation_id}"
