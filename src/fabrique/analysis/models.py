"""Runs of the engine on a corpus, the ideas and themes they propose, what people decide, and stored figures.

Fed by contributions (alone) and by the analysts. Feeds restitution.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.analysis.enums import LIVING, DiscardReason, Measure, Origin, RunState, RunStep, ThemeState
from fabrique.analysis.querysets import (
    FigureQuerySet,
    GatheredSourceQuerySet,
    IdeaQuerySet,
    QuoteQuerySet,
    RunQuerySet,
    ThemeQuerySet,
)
from fabrique.common.fields import PublicIdField
from fabrique.contributions.models import Contribution, Source, SourceQuestion


class Run(models.Model):
    """One run of the engine: what it read (fingerprint), with which parameters and seed, and how far it
    is."""

    public_id = PublicIdField()
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="runs", verbose_name=_("source")
    )
    state = models.CharField(_("état"), max_length=12, choices=RunState, default=RunState.QUEUED)
    step = models.CharField(_("étape"), max_length=16, choices=RunStep, default=RunStep.READ)
    done = models.PositiveIntegerField(_("fait"), default=0)
    total = models.PositiveIntegerField(_("à faire"), default=0)
    parameters = models.JSONField(_("paramètres"), default=dict)
    seed = models.PositiveIntegerField(_("graine"), default=2023)
    engine_version = models.CharField(_("version du moteur"), max_length=80, blank=True)
    corpus_fingerprint = models.CharField(_("empreinte du corpus"), max_length=64, blank=True)
    corpus_contributions = models.PositiveIntegerField(_("contributions lues"), default=0)
    corpus_read_at = models.DateTimeField(_("corpus lu le"), null=True, blank=True)
    corpus_upto = models.PositiveBigIntegerField(_("dernière contribution lue"), default=0)  # its primary key
    asked_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("demandée par"),
    )
    asked_at = models.DateTimeField(_("demandée le"))
    finished_at = models.DateTimeField(_("terminée le"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("dernier signe"), null=True, blank=True)
    lease_until = models.DateTimeField(_("réservée jusqu’à"), null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(_("essai"), default=0)
    job_id = models.CharField(_("tâche"), max_length=36, blank=True)
    error_code = models.CharField(_("code d’erreur"), max_length=60, blank=True)
    is_current = models.BooleanField(_("analyse courante"), default=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("analyse")
        verbose_name_plural = _("analyses")
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(is_current=True), name="one_current_run_per_source"
            ),
            models.UniqueConstraint(
                fields=["source"], condition=Q(state__in=LIVING), name="one_living_run_per_source"
            ),
            models.CheckConstraint(
                name="current_run_is_done", condition=Q(is_current=False) | Q(state=RunState.DONE)
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class GatheredSource(models.Model):
    """A source that a common corpus reads with others, and which of its questions; none named: all of them."""

    common = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="gathered", verbose_name=_("corpus commun")
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="gathered_in", verbose_name=_("source")
    )
    position = models.PositiveIntegerField(_("rang"))
    questions = models.JSONField(_("questions retenues"), default=list, blank=True)  # keys, sorted

    objects = GatheredSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source réunie")
        verbose_name_plural = _("sources réunies")
        ordering = ["common", "position"]
        constraints = [
            models.UniqueConstraint(fields=["common", "source"], name="gathered_once"),
            models.CheckConstraint(name="gathers_others", condition=~Q(common=F("source"))),
        ]

    def __str__(self) -> str:
        return f"{self.common_id} ← {self.source_id}"


class RunSource(models.Model):
    """One line of the manifest of a run over several sources: what it read there, as frozen when it read it."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="manifest", verbose_name=_("analyse"))
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="read_by", verbose_name=_("source")
    )
    position = models.PositiveIntegerField(_("rang"))
    questions = models.JSONField(_("questions retenues"), default=list, blank=True)
    contributions = models.PositiveIntegerField(_("textes lus"))
    fingerprint = models.CharField(_("empreinte des textes lus"), max_length=64)

    class Meta:
        verbose_name = _("source lue par une analyse")
        verbose_name_plural = _("sources lues par une analyse")
        ordering = ["run", "position"]
        constraints = [models.UniqueConstraint(fields=["run", "source"], name="source_read_once_by_run")]

    def __str__(self) -> str:
        return f"{self.run_id} ← {self.source_id}"


class SetAside(models.Model):
    """A contribution that the run did not analyse, with the reason."""

    run = models.ForeignKey(
        Run, on_delete=models.CASCADE, related_name="set_aside", verbose_name=_("analyse")
    )
    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="+", verbose_name=_("contribution")
    )
    reason = models.CharField(_("motif"), max_length=40)

    class Meta:
        verbose_name = _("contribution mise de côté")
        verbose_name_plural = _("contributions mises de côté")
        constraints = [models.UniqueConstraint(fields=["run", "contribution"], name="set_aside_once")]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.reason}"


class Idea(models.Model):
    """A passage of a contribution with one demand, by offsets into its raw text."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="ideas", verbose_name=_("analyse"))
    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="ideas", verbose_name=_("contribution")
    )
    start = models.PositiveIntegerField(_("début"))
    end = models.PositiveIntegerField(_("fin"))
    family = models.CharField(_("famille de textes proches"), max_length=40, blank=True, db_index=True)
    language = models.CharField(_("langue"), max_length=3, blank=True)

    objects = IdeaQuerySet.as_manager()

    class Meta:
        verbose_name = _("idée")
        verbose_name_plural = _("idées")
        constraints = [
            models.UniqueConstraint(fields=["run", "contribution", "start"], name="idea_once"),
            models.CheckConstraint(name="idea_is_not_empty", condition=Q(end__gt=F("start"))),
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id}[{self.start}:{self.end}]"


class Theme(models.Model):
    """A theme that a run proposes and that a named person accepts, renames, merges or discards."""

    public_id = PublicIdField()
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="themes", verbose_name=_("analyse"))
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("thème parent"),
    )
    position = models.PositiveIntegerField(_("rang"))
    proposed_label = models.CharField(_("intitulé proposé"), max_length=200)
    label = models.CharField(_("intitulé"), max_length=200)
    description = models.TextField(_("ce que le thème regroupe"), blank=True)
    terms = models.JSONField(_("termes distinctifs"), default=list)
    central_ideas = models.JSONField(
        _("idées centrales"), default=list
    )  # primary keys of ideas, nearest first
    stability = models.FloatField(_("stabilité"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=ThemeState, default=ThemeState.PROPOSED)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name=_("fusionné dans"),
    )
    discard_reason = models.CharField(_("motif"), max_length=20, choices=DiscardReason, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("décidé par")
    )
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)  # one more at each decision

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("thème")
        verbose_name_plural = _("thèmes")
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="theme_position_once"),
            models.CheckConstraint(
                name="discarded_with_a_reason",
                condition=~Q(state=ThemeState.DISCARDED) | ~Q(discard_reason=""),
            ),
            models.CheckConstraint(
                name="decided_by_a_named_person",
                condition=Q(state=ThemeState.PROPOSED)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="merged_into_something",
                condition=~Q(state=ThemeState.MERGED) | Q(merged_into__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Assignment(models.Model):
    """An idea belongs to a theme: by the program, with a score, or by a person."""

    idea = models.ForeignKey(
        Idea, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("idée")
    )
    theme = models.ForeignKey(
        Theme, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("thème")
    )
    score = models.FloatField(_("score"))
    origin = models.CharField(_("origine"), max_length=10, choices=Origin, default=Origin.MACHINE)

    class Meta:
        verbose_name = _("rattachement")
        verbose_name_plural = _("rattachements")
        constraints = [
            models.UniqueConstraint(fields=["idea", "theme"], name="assigned_once"),
            models.CheckConstraint(name="score_between_0_and_1", condition=Q(score__gte=0, score__lte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.idea_id} → {self.theme_id}"


class Quote(models.Model):
    """A passage that a named person has read and approved for publication: the raw substring less its
    masks."""

    public_id = PublicIdField()
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="quotes", verbose_name=_("thème"))
    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="quotes", verbose_name=_("contribution")
    )
    start = models.PositiveIntegerField(_("début"))
    end = models.PositiveIntegerField(_("fin"))
    masks = models.JSONField(_("passages masqués"), default=list)  # [[start, end, kind], …] in the raw text
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("approuvée par")
    )
    approved_at = models.DateTimeField(_("approuvée le"))

    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation approuvée")
        verbose_name_plural = _("citations approuvées")
        constraints = [
            models.UniqueConstraint(fields=["theme", "contribution", "start", "end"], name="quote_once"),
            models.CheckConstraint(name="quote_is_not_empty", condition=Q(end__gt=F("start"))),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Figure(models.Model):
    """A stored query (a versioned JSON expression) with what it gave: counts, base, missing, run, corpus,
    validator."""

    public_id = PublicIdField()
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="figures", verbose_name=_("source")
    )
    measure = models.CharField(_("mesure"), max_length=16, choices=Measure)
    expression = models.JSONField(_("requête"))
    title = models.CharField(_("intitulé"), max_length=300)
    run = models.ForeignKey(
        Run,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("analyse"),
    )
    theme = models.ForeignKey(
        Theme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("thème"),
    )
    question = models.ForeignKey(
        SourceQuestion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="figures",
        verbose_name=_("question"),
    )
    result = models.JSONField(
        _("résultat"), default=dict
    )  # counts before disclosure control: never public as such
    base = models.PositiveIntegerField(_("base"))
    missing = models.PositiveIntegerField(_("sans réponse"))
    corpus_fingerprint = models.CharField(_("empreinte du corpus"), max_length=64)
    computed_at = models.DateTimeField(_("calculé le"))
    validated_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("validé par")
    )
    validated_at = models.DateTimeField(_("validé le"), null=True, blank=True)

    objects = FigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("chiffre")
        verbose_name_plural = _("chiffres")
        ordering = ["source", "pk"]
        constraints = [
            models.CheckConstraint(
                name="theme_figure_has_a_run",
                condition=~Q(measure=Measure.THEME) | Q(run__isnull=False, theme__isnull=False),
            ),
            models.CheckConstraint(
                name="validated_by_a_named_person",
                condition=Q(validated_at__isnull=True) | Q(validated_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title
