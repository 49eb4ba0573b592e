"""The plan and what it is made of: documents, commitments, challenges, objectives, programmes, local instruments.

Fed by plan.services (a loaded file, then agents). Feeds the actions, the snapshots and the public pages.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Organisation
from fabrique.common.fields import PublicIdField
from fabrique.common.models import ThingVersion
from fabrique.plan.enums import (
    DocumentKind,
    InstrumentKind,
    PlanState,
    TitleBasis,
    Universalism,
)
from fabrique.plan.querysets.tree import ObjectiveQuerySet, PlanQuerySet
from fabrique.territories.models import Territory


class Plan(models.Model):
    """A regional health plan. `facts` keeps what the file said that has no field of its own, for a loss-free export."""

    public_id = PublicIdField()
    slug = models.SlugField(_("adresse"), max_length=80, unique=True)
    title = models.CharField(_("intitulé"), max_length=200)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    state = models.CharField(_("état"), max_length=16, choices=PlanState, default=PlanState.DRAFT)
    starts_on = models.DateField(_("commence le"), null=True, blank=True)
    ends_on = models.DateField(_("se termine le"), null=True, blank=True)
    adopted_on = models.DateField(_("adopté le"), null=True, blank=True)
    act = models.CharField(_("arrêté d’adoption"), max_length=300, blank=True)
    act_url = models.URLField(_("adresse du recueil des actes"), max_length=500, blank=True)
    source_note = models.TextField(_("source"), blank=True)
    facts = models.JSONField(_("faits repris du fichier"), default=dict, blank=True)
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("plan précédent"),
    )
    published_at = models.DateTimeField(_("rendu public le"), null=True, blank=True)
    fictitious = models.BooleanField(_("fictif"), default=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-starts_on", "slug"]
        constraints = [
            models.CheckConstraint(
                name="plan_ends_after_it_starts",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
            ),
            models.CheckConstraint(
                name="adopted_plan_has_its_act",
                condition=~Q(state__in=[PlanState.ADOPTED, PlanState.REVISION, PlanState.CLOSED])
                | (Q(adopted_on__isnull=False) & ~Q(act="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanVersion(ThingVersion):
    """The text of the plan at one moment (sent for opinion, adopted, revised): canonical JSON, never changed."""

    public_id = PublicIdField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions", verbose_name=_("plan"))
    supersedes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("remplace")
    )
    reason = models.CharField(_("raison"), max_length=16, choices=PlanState)
    label = models.CharField(_("intitulé"), max_length=200)
    content = models.TextField(_("contenu"))

    class Meta:
        verbose_name = _("version du plan")
        verbose_name_plural = _("versions du plan")
        ordering = ["plan", "-number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_number_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class PlanNode(models.Model):
    """What every part of the plan has: a key that is stable from one file to the next, a rank, words."""

    public_id = PublicIdField()
    key = models.SlugField(_("clé"), max_length=80)
    position = models.PositiveIntegerField(_("rang"), default=0)
    title = models.TextField(_("intitulé"), blank=True)
    description = models.TextField(_("description"), blank=True)
    source_note = models.TextField(_("source"), blank=True)
    facts = models.JSONField(_("faits repris du fichier"), default=dict, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title or self.key


class Document(PlanNode):
    """A document of the plan (COS, SRS, one STS a department, PRAPS, a programme) or a plan linked to it."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="documents", verbose_name=_("plan"))
    kind = models.CharField(_("nature"), max_length=10, choices=DocumentKind)
    code = models.CharField(_("sigle"), max_length=20, blank=True)
    territory = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territoire"),
    )
    years = models.PositiveSmallIntegerField(_("durée en années"), null=True, blank=True)
    part_of = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("fait partie de"),
    )
    #: PRSE, PRIAC…: carried by others, quoted by the plan
    linked = models.BooleanField(_("plan lié, hors du projet régional"), default=False)
    url = models.URLField(_("adresse du document"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("document du plan")
        verbose_name_plural = _("documents du plan")
        ordering = ["plan", "position", "key"]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="document_key_once_a_plan")]


class KeyToSuccess(PlanNode):
    """A « clé pour réussir » of the plan: a way of working, not an objective."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="keys", verbose_name=_("plan"))

    class Meta:
        verbose_name = _("clé pour réussir")
        verbose_name_plural = _("clés pour réussir")
        ordering = ["plan", "position", "key"]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="key_to_success_once_a_plan")]


class TargetPublic(PlanNode):
    """A public that objectives and actions aim at: children, carers, people in precarity…"""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="publics", verbose_name=_("plan"))

    class Meta:
        verbose_name = _("public visé")
        verbose_name_plural = _("publics visés")
        ordering = ["plan", "position", "key"]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="public_key_once_a_plan")]


class Commitment(PlanNode):
    """An « engagement » of the plan, numbered. `variant` is the same title as another page of the plan has it."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="commitments", verbose_name=_("plan")
    )
    number = models.PositiveSmallIntegerField(_("numéro"))
    variant = models.TextField(_("autre formulation dans la source"), blank=True)
    new = models.BooleanField(_("nouveau depuis le plan précédent"), default=False)
    #: the commitment of the previous plan that this one goes on from, as an agent declared it
    continues = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name=_("prolonge"),
    )

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="commitment_key_once_a_plan"),
            models.UniqueConstraint(fields=["plan", "number"], name="commitment_number_once_a_plan"),
        ]


class Challenge(PlanNode):
    """A « défi ». One whose title or commitment our sources do not give stays without, and says so."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="challenges", verbose_name=_("plan")
    )
    commitment = models.ForeignKey(
        Commitment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="challenges",
        verbose_name=_("engagement"),
    )
    basis = models.CharField(_("origine du titre"), max_length=10, choices=TitleBasis)

    class Meta:
        verbose_name = _("défi")
        verbose_name_plural = _("défis")
        ordering = ["plan", "position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="challenge_key_once_a_plan"),
            models.CheckConstraint(
                name="untitled_challenge_says_so",
                condition=(Q(title="") & Q(basis=TitleBasis.UNKNOWN))
                | (~Q(title="") & ~Q(basis=TitleBasis.UNKNOWN)),
            ),
        ]


class Objective(PlanNode):
    """An operational objective, of the region or of one territory (then it may decline a regional one)."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="objectives", verbose_name=_("plan")
    )
    challenge = models.ForeignKey(
        Challenge, on_delete=models.PROTECT, related_name="objectives", verbose_name=_("défi")
    )
    document = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="objectives",
        verbose_name=_("document"),
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    declines = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="declined_by",
        verbose_name=_("décline"),
    )
    publics = models.ManyToManyField(
        TargetPublic, blank=True, related_name="objectives", verbose_name=_("publics visés")
    )
    universalism = models.CharField(
        _("universalisme"), max_length=14, choices=Universalism, default=Universalism.NOT_STATED
    )
    graduation = models.TextField(_("comment les moyens suivent le besoin"), blank=True)
    marks = models.JSONField(_("marques transversales"), default=list, blank=True)  # CrossMark values
    published_at = models.DateTimeField(_("rendu public le"), null=True, blank=True)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("objectif opérationnel")
        verbose_name_plural = _("objectifs opérationnels")
        ordering = ["plan", "position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="objective_key_once_a_plan"),
            models.CheckConstraint(
                name="objective_declines_another",
                condition=Q(declines__isnull=True) | ~Q(declines=F("pk")),
            ),
        ]


class Programme(PlanNode):
    """A programme of actions, attached years after adoption: outside the strict plan, but for the PRAPS."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="programmes", verbose_name=_("plan")
    )
    document = models.ForeignKey(
        Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="programmes",
        verbose_name=_("document"),
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    objectives = models.ManyToManyField(
        Objective, blank=True, related_name="programmes", verbose_name=_("objectifs")
    )
    #: True for the programmes of the PRAPS alone
    within_plan = models.BooleanField(_("fait partie du plan au sens strict"), default=False)
    attached_on = models.DateField(_("rattaché le"), null=True, blank=True)
    published_at = models.DateTimeField(_("rendu public le"), null=True, blank=True)

    class Meta:
        verbose_name = _("programme d’actions")
        verbose_name_plural = _("programmes d’actions")
        ordering = ["plan", "position", "key"]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="programme_key_once_a_plan")]


class Instrument(PlanNode):
    """A local instrument that carries actions: a contract, a network, a service, with its territory and its term."""

    plan = models.ForeignKey(
        Plan, on_delete=models.CASCADE, related_name="instruments", verbose_name=_("plan")
    )
    kind = models.CharField(_("nature"), max_length=16, choices=InstrumentKind)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    holder = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("porteur"),
    )
    starts_on = models.DateField(_("commence le"), null=True, blank=True)
    ends_on = models.DateField(_("se termine le"), null=True, blank=True)

    class Meta:
        verbose_name = _("instrument local")
        verbose_name_plural = _("instruments locaux")
        ordering = ["plan", "position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="instrument_key_once_a_plan"),
            models.CheckConstraint(
                name="instrument_ends_after_it_starts",
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
            ),
        ]


class Partner(PlanNode):
    """A partner named by the plan, as the plan names it; an organisation of the instance where one is known."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="partners", verbose_name=_("plan"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisme"),
    )

    class Meta:
        verbose_name = _("partenaire du plan")
        verbose_name_plural = _("partenaires du plan")
        ordering = ["plan", "position", "key"]
        constraints = [models.UniqueConstraint(fields=["plan", "key"], name="partner_key_once_a_plan")]
