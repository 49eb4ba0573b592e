"""Indicators, the versions of their definition, their values by territory and period, the files they came in.

Fed by observatory.services (files of values, files of definitions, official open data).
Feeds portraits, comparisons and inequalities through services.public, and the plan's indicators by series code.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.common.fields import PublicIdField
from fabrique.common.models import ThingVersion
from fabrique.observatory.enums import (
    VALUELESS,
    BatchKind,
    BatchState,
    Clearance,
    Direction,
    Sex,
    Status,
    Unit,
)
from fabrique.observatory.querysets import (
    DefinitionQuerySet,
    DefinitionVersionQuerySet,
    ImportBatchQuerySet,
    ObservationQuerySet,
)
from fabrique.territories.models import Territory


class IndicatorDefinition(models.Model):
    """What is measured. How it is measured stands in its versions."""

    code = models.SlugField(_("code"), max_length=80, unique=True)
    label = models.CharField(_("libellé"), max_length=250)
    unit = models.CharField(_("unité"), max_length=14, choices=Unit)
    unit_words = models.CharField(_("unité en toutes lettres"), max_length=80, blank=True)
    direction = models.CharField(_("sens souhaité"), max_length=4, choices=Direction, default=Direction.NONE)
    description = models.TextField(_("description"), blank=True)
    theme = models.CharField(_("thème"), max_length=80, blank=True)
    counts_persons = models.BooleanField(_("compte des personnes"), default=False)
    decimals = models.PositiveSmallIntegerField(_("décimales affichées"), default=1)

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicateur de l’observatoire")
        verbose_name_plural = _("indicateurs de l’observatoire")
        ordering = ["theme", "label"]

    def __str__(self) -> str:
        return self.code


class DefinitionVersion(ThingVersion):
    """How an indicator is measured: a value belongs to one version, and two versions are not compared silently."""

    definition = models.ForeignKey(
        IndicatorDefinition, on_delete=models.PROTECT, related_name="versions", verbose_name=_("indicateur")
    )
    method = models.TextField(_("méthode"), blank=True)
    formula = models.TextField(_("formule en toutes lettres"), blank=True)
    numerator_words = models.CharField(_("numérateur"), max_length=250, blank=True)
    denominator_words = models.CharField(_("dénominateur"), max_length=250, blank=True)
    producer = models.CharField(_("producteur"), max_length=150, blank=True)
    source_name = models.CharField(_("source"), max_length=250)
    source_url = models.CharField(_("adresse de la source"), max_length=300, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    valid_from = models.DateField(_("valable à partir du"), null=True, blank=True)
    supersedes = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("remplace"),
    )

    objects = DefinitionVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version d’un indicateur")
        verbose_name_plural = _("versions d’un indicateur")
        ordering = ["definition", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="indicator_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.definition_id} v{self.number}"


class ImportBatch(models.Model):
    """One file of the observatory: where it comes from, who loaded it, what it changed, what it set aside."""

    public_id = PublicIdField()
    kind = models.CharField(_("nature du fichier"), max_length=12, choices=BatchKind)
    layout = models.CharField(_("forme reconnue"), max_length=60, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=BatchState, default=BatchState.CHECKED)
    file_name = models.CharField(_("nom du fichier"), max_length=120)
    sha256 = models.CharField(_("empreinte du fichier"), max_length=64, db_index=True)
    source = models.CharField(_("source"), max_length=250, blank=True)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    loaded_at = models.DateTimeField(_("reçu le"))
    loaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reçu par")
    )
    added = models.PositiveIntegerField(_("valeurs ajoutées"), default=0)
    replaced = models.PositiveIntegerField(_("valeurs remplacées"), default=0)
    unchanged = models.PositiveIntegerField(_("valeurs déjà connues"), default=0)
    refused = models.PositiveIntegerField(_("lignes refusées"), default=0)
    issues = models.JSONField(_("erreurs par cellule"), default=list)  # [{"line", "column", "wrong", "todo"}]
    set_aside = models.JSONField(_("mis de côté"), default=list)  # [{"what", "why", "rows"}]
    #: the rows of a checked file, until somebody confirms or gives up: figures of territories, no person
    content = models.TextField(_("contenu en attente"), blank=True)
    upload_token = models.CharField(_("jeton d’envoi"), max_length=64, null=True, unique=True)  # noqa: DJ001

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("chargement de l’observatoire")
        verbose_name_plural = _("chargements de l’observatoire")
        ordering = ["-loaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="only_a_checked_file_keeps_its_content",
                condition=Q(state=BatchState.CHECKED) | Q(content=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Observation(models.Model):
    """One value of one version of an indicator. `sex` and `age` empty, `deprivation` 0: all together.

    `rank` 1 and above: further values that the same source gives for the same thing; all are shown.
    `scope` says a territory narrower than its official outline (« France hors Mayotte »).
    """

    version = models.ForeignKey(
        DefinitionVersion, on_delete=models.PROTECT, related_name="observations", verbose_name=_("version")
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    period = models.CharField(_("période"), max_length=20)
    period_start = models.DateField(_("début de la période"))
    period_end = models.DateField(_("fin de la période"))
    sex = models.CharField(_("sexe"), max_length=5, choices=Sex, blank=True, default=Sex.ALL)
    age = models.CharField(_("tranche d’âge"), max_length=12, blank=True, default="")
    deprivation = models.PositiveSmallIntegerField(_("quintile de désavantage"), default=0)
    scope = models.CharField(_("champ géographique"), max_length=60, blank=True, default="")
    rank = models.PositiveSmallIntegerField(_("rang de la valeur"), default=0)
    value = models.FloatField(_("valeur"), null=True, blank=True)
    numerator = models.FloatField(_("numérateur"), null=True, blank=True)
    denominator = models.FloatField(_("dénominateur"), null=True, blank=True)
    lower = models.FloatField(_("borne basse"), null=True, blank=True)
    upper = models.FloatField(_("borne haute"), null=True, blank=True)
    status = models.CharField(_("état"), max_length=12, choices=Status, default=Status.OK)
    qualifier = models.CharField(_("réserve"), max_length=250, blank=True)
    clearance = models.CharField(
        _("secret statistique"), max_length=14, choices=Clearance, default=Clearance.PENDING
    )
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, related_name="observations", verbose_name=_("chargement")
    )

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("valeur d’un indicateur")
        verbose_name_plural = _("valeurs d’un indicateur")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "territory", "period", "sex", "age", "deprivation", "scope", "rank"],
                name="observation_once",
            ),
            models.CheckConstraint(
                name="a_value_or_a_reason_for_its_absence",
                condition=Q(value__isnull=True, status__in=VALUELESS)
                | (Q(value__isnull=False) & ~Q(status__in=VALUELESS)),
            ),
            models.CheckConstraint(
                name="deprivation_is_a_quintile", condition=Q(deprivation__gte=0, deprivation__lte=5)
            ),
            models.CheckConstraint(
                name="observation_period_in_order", condition=Q(period_start__lte=models.F("period_end"))
            ),
            models.CheckConstraint(
                name="observation_bounds_in_order",
                condition=Q(lower__isnull=True) | Q(upper__isnull=True) | Q(lower__lte=models.F("upper")),
            ),
        ]
        indexes = [
            models.Index(fields=["territory", "version", "period_end"], name="observation_by_territory"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.territory_id} {self.period}"


class ValueRevision(models.Model):
    """What a value was before a corrected file replaced it."""

    observation = models.ForeignKey(
        Observation, on_delete=models.CASCADE, related_name="revisions", verbose_name=_("valeur")
    )
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, related_name="revisions", verbose_name=_("chargement")
    )
    value = models.FloatField(_("valeur d’avant"), null=True)
    numerator = models.FloatField(_("numérateur d’avant"), null=True)
    denominator = models.FloatField(_("dénominateur d’avant"), null=True)
    status = models.CharField(_("état d’avant"), max_length=12, choices=Status)

    class Meta:
        verbose_name = _("correction d’une valeur")
        verbose_name_plural = _("corrections de valeurs")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.observation_id} ({self.batch_id})"
