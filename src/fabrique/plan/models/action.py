"""The action sheet: what is done, by whom, where, for whom, when, with which money and on which reasoning.

Fed by plan leads through plan.services. Feeds progress, reviews, snapshots and the public pages.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Organisation, User
from fabrique.common.fields import PublicIdField
from fabrique.plan.enums import (
    ActionStage,
    FunderKind,
    LogicStage,
    MilestoneState,
    PartnerRole,
    Universalism,
    Weather,
)
from fabrique.plan.models.tree import Instrument, Objective, Plan, PlanNode, Programme, TargetPublic
from fabrique.plan.querysets.actions import ActionQuerySet, MilestoneQuerySet
from fabrique.territories.models import Territory


class Action(PlanNode):
    """An action sheet. A draft (no `published_at`) is read only by those who work in its territory.

    `implementation`, `reproducibility` and the other texts are what source 003 asks each action to state. `revision`
    grows at each write: two people on one sheet do not overwrite each other.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="actions", verbose_name=_("plan"))
    objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, related_name="actions", verbose_name=_("objectif opérationnel")
    )
    programme = models.ForeignKey(
        Programme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("programme"),
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    #: narrower places inside the territory: EPCI, communes
    places = models.ManyToManyField(
        Territory, blank=True, related_name="+", verbose_name=_("lieux concernés")
    )
    instruments = models.ManyToManyField(
        Instrument, blank=True, related_name="actions", verbose_name=_("instruments locaux")
    )
    publics = models.ManyToManyField(
        TargetPublic, blank=True, related_name="actions", verbose_name=_("publics visés")
    )
    stage = models.CharField(
        _("étape de vie"), max_length=10, choices=ActionStage, default=ActionStage.PLANNED
    )
    lead = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="led_actions",
        verbose_name=_("pilote"),
    )
    implementation = models.TextField(_("modalités de mise en œuvre"), blank=True)
    reproducibility = models.TextField(_("critères de reproductibilité"), blank=True)
    universalism = models.CharField(
        _("universalisme"), max_length=14, choices=Universalism, default=Universalism.NOT_STATED
    )
    graduation = models.TextField(_("comment les moyens suivent le besoin"), blank=True)
    marks = models.JSONField(_("marques transversales"), default=list, blank=True)
    starts_on = models.DateField(_("commence le"), null=True, blank=True)
    ends_on = models.DateField(_("se termine le"), null=True, blank=True)
    # what stops the action: the decision needed, from whom, by when
    blocking = models.TextField(_("point de blocage"), blank=True)
    decision_needed = models.TextField(_("décision attendue"), blank=True)
    decision_from = models.CharField(_("décision attendue de"), max_length=200, blank=True)
    decision_by = models.DateField(_("décision attendue pour le"), null=True, blank=True)
    copied_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("copiée de"),
    )
    published_at = models.DateTimeField(_("rendue publique le"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("révision"), default=1)
    updated_at = models.DateTimeField(_("modifiée le"))
    updated_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("modifiée par"),
    )

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["plan", "territory__code", "position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="action_key_once_a_plan"),
            models.CheckConstraint(
                name="action_ends_after_it_starts",
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
        ]
        indexes = [models.Index(fields=["plan", "territory", "stage"], name="actions_of_a_territory")]


class ActionPart(models.Model):
    """A line of an action sheet."""

    public_id = PublicIdField()
    position = models.PositiveIntegerField(_("rang"), default=0)

    class Meta:
        abstract = True


class ActionPartner(ActionPart):
    """An organisation that takes part in an action, and as what."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="partners", verbose_name=_("action")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisme")
    )
    role = models.CharField(_("rôle"), max_length=12, choices=PartnerRole, default=PartnerRole.PARTNER)

    class Meta:
        verbose_name = _("partenaire de l’action")
        verbose_name_plural = _("partenaires de l’action")
        ordering = ["action", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "organisation", "role"], name="partner_once_a_role")
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} ({self.role})"


class Milestone(ActionPart):
    """A dated step of the calendar of an action."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("action")
    )
    label = models.CharField(_("jalon"), max_length=300)
    due_on = models.DateField(_("prévu le"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=MilestoneState, default=MilestoneState.DUE)
    done_on = models.DateField(_("fait le"), null=True, blank=True)
    note = models.TextField(_("précision"), blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("jalon")
        verbose_name_plural = _("jalons")
        ordering = ["action", "due_on", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["action", "label"], name="milestone_label_once_an_action"),
            models.CheckConstraint(
                name="milestone_done_has_its_date",
                condition=(Q(state=MilestoneState.DONE) & Q(done_on__isnull=False))
                | (~Q(state=MilestoneState.DONE) & Q(done_on__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class BudgetLine(ActionPart):
    """Money of one funder for one year: planned, committed, spent, in euros. Empty is not known, never zero."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="budget", verbose_name=_("action")
    )
    year = models.PositiveSmallIntegerField(_("année"))
    funder = models.CharField(_("financeur"), max_length=18, choices=FunderKind)
    funder_name = models.CharField(_("nom du financeur"), max_length=200, blank=True)
    planned = models.DecimalField(_("prévu"), max_digits=14, decimal_places=2, null=True, blank=True)
    committed = models.DecimalField(_("engagé"), max_digits=14, decimal_places=2, null=True, blank=True)
    spent = models.DecimalField(_("dépensé"), max_digits=14, decimal_places=2, null=True, blank=True)
    updated_at = models.DateTimeField(_("modifiée le"))

    class Meta:
        verbose_name = _("ligne de budget")
        verbose_name_plural = _("lignes de budget")
        ordering = ["action", "year", "funder", "funder_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year", "funder", "funder_name"], name="budget_line_once"
            ),
            models.CheckConstraint(
                name="budget_is_never_negative",
                condition=(Q(planned__isnull=True) | Q(planned__gte=0))
                & (Q(committed__isnull=True) | Q(committed__gte=0))
                & (Q(spent__isnull=True) | Q(spent__gte=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.funder}"


class LogicStep(ActionPart):
    """A box of the logic model. `assumption` is what must hold for the arrow from the stage before to this one."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="logic", verbose_name=_("action")
    )
    stage = models.CharField(_("étage"), max_length=12, choices=LogicStage)
    text = models.TextField(_("contenu"))
    assumption = models.TextField(_("hypothèse sur laquelle repose la flèche"), blank=True)

    class Meta:
        verbose_name = _("étape du modèle logique")
        verbose_name_plural = _("étapes du modèle logique")
        ordering = ["action", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.stage} {self.position}"


class Reach(ActionPart):
    """How many people an action reached in a place and a year: what proportionate universalism is judged on."""

    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="reach", verbose_name=_("action")
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    year = models.PositiveSmallIntegerField(_("année"))
    people = models.PositiveIntegerField(_("personnes touchées"))
    means = models.DecimalField(
        _("moyens consacrés, en euros"), max_digits=14, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("portée de l’action")
        verbose_name_plural = _("portées de l’action")
        ordering = ["action", "year", "territory__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "territory", "year"], name="reach_once_a_place_and_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.territory_id} {self.year}"


class WeatherReport(models.Model):
    """The lead's weather on a day, with a sentence. Rows are only added: the last one holds."""

    public_id = PublicIdField()
    action = models.ForeignKey(
        Action, on_delete=models.CASCADE, related_name="weather", verbose_name=_("action")
    )
    weather = models.CharField(_("météo"), max_length=12, choices=Weather)
    sentence = models.TextField(_("en une phrase"))
    given_at = models.DateTimeField(_("donnée le"))
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("donnée par")
    )

    class Meta:
        verbose_name = _("météo de l’action")
        verbose_name_plural = _("météos de l’action")
        ordering = ["action", "-given_at", "-pk"]
        get_latest_by = ["given_at", "pk"]

    def __str__(self) -> str:
        return f"{self.action_id} {self.weather}"
