"""What a body produces: its opinions, those of its members, its requests to the agency, its minutes.

Fed by the secretary and by members through councils.services. Feeds the public page of the body.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Body, Mandate, User
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.common.models import ThingVersion
from fabrique.councils.enums import OpinionSense, RequestState
from fabrique.councils.models.session import AgendaItem, Session
from fabrique.councils.querysets import MemberOpinionQuerySet, OpinionQuerySet, RequestQuerySet


class Opinion(ThingVersion):
    """The opinion of a body on an item. Published, it is frozen; a correction is a later version.

    `points` is a list of sentences: each reserve or demand apart, so that each may be answered.
    """

    public_id = PublicIdField()
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, related_name="opinions", verbose_name=_("point")
    )
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("remplace"),
    )
    sense = models.CharField(_("sens"), max_length=12, choices=OpinionSense)
    text = models.TextField(_("texte"))
    points = models.JSONField(_("réserves et demandes"), default=list, blank=True)
    adopted_on = models.DateField(_("adopté le"))
    votes_for = models.PositiveSmallIntegerField(_("voix pour"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("voix contre"), null=True, blank=True)
    abstentions = models.PositiveSmallIntegerField(_("abstentions"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("noté par")
    )
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("publié par")
    )

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis d’une instance")
        verbose_name_plural = _("avis des instances")
        ordering = ["item", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="council_opinion_number_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(frozen_at__isnull=True), name="one_draft_of_council_opinion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} v{self.number}"


class MemberOpinion(models.Model):
    """What one member writes before the session; read by the members of the body and its secretary."""

    public_id = PublicIdField()
    item = models.ForeignKey(
        AgendaItem, on_delete=models.CASCADE, related_name="member_opinions", verbose_name=_("point")
    )
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+", verbose_name=_("mandat"))
    sense = models.CharField(_("sens"), max_length=12, choices=OpinionSense, blank=True)
    text = EncryptedTextField(_("remarques"), blank=True)
    written_at = models.DateTimeField(_("écrit le"))

    objects = MemberOpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis d’un membre")
        verbose_name_plural = _("avis des membres")
        ordering = ["item", "written_at"]
        constraints = [models.UniqueConstraint(fields=["item", "mandate"], name="one_opinion_a_member")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.mandate_id}"


class Request(models.Model):
    """What a body asks the agency, until when, what was answered and what followed."""

    public_id = PublicIdField()
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="requests", verbose_name=_("instance")
    )
    session = models.ForeignKey(
        Session,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
        verbose_name=_("séance"),
    )
    text = models.TextField(_("demande"))
    addressed_to = models.CharField(_("adressée à"), max_length=200)
    asked_on = models.DateField(_("posée le"))
    due_on = models.DateField(_("réponse attendue le"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=12, choices=RequestState, default=RequestState.ASKED)
    answer = models.TextField(_("réponse"), blank=True)
    answered_on = models.DateField(_("répondue le"), null=True, blank=True)
    follow_up = models.TextField(_("suite donnée"), blank=True)
    closed_on = models.DateField(_("close le"), null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande d’une instance")
        verbose_name_plural = _("demandes des instances")
        ordering = ["-asked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="request_answered_with_words",
                condition=~Q(state=RequestState.ANSWERED) | (~Q(answer="") & Q(answered_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="request_closed_with_its_date",
                condition=~Q(state=RequestState.CLOSED) | Q(closed_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class SessionMinutes(ThingVersion):
    """The minutes of a session, approved by the body. Published, they are frozen; corrected by a later version."""

    public_id = PublicIdField()
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="minutes", verbose_name=_("séance")
    )
    supersedes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("remplace"),
    )
    text = models.TextField(_("texte"))
    approved_on = models.DateField(_("approuvé par l’instance le"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("publié par")
    )

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("compte rendu de séance")
        verbose_name_plural = _("comptes rendus de séance")
        ordering = ["session", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="session_minutes_number_once"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(frozen_at__isnull=True), name="one_draft_of_session_minutes"
            ),
            models.CheckConstraint(
                name="session_minutes_published_once_approved",
                condition=Q(frozen_at__isnull=True) | Q(approved_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} v{self.number}"
