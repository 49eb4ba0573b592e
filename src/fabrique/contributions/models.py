"""The corpus: what was said, by which unit, through which channel, under which receipt.

Fed by every channel through services.record_participation. Feeds analysis, which reads nothing else.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Organisation, User
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.contributions.enums import (
    AlertOutcome,
    Channel,
    ContestState,
    ErasureReason,
    Help,
    Moderation,
    Signal,
    SourceKind,
    Unit,
)
from fabrique.contributions.querysets import (
    AlertQuerySet,
    ClosedAnswerQuerySet,
    ContestQuerySet,
    ContributionQuerySet,
    ParticipationQuerySet,
    ReasonQuerySet,
    SourceQuerySet,
    TombstoneQuerySet,
)
from fabrique.territories.models import Territory


class Source(models.Model):
    """What people answered to (a consultation, a meeting, an import), or several of these read together;
    known by its public id."""

    public_id = PublicIdField()
    kind = models.CharField(_("nature"), max_length=12, choices=SourceKind)
    reference = models.CharField(_("identifiant d’origine"), max_length=40)
    label = models.CharField(_("intitulé"), max_length=200)
    perimeter = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("périmètre")
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source de contributions")
        verbose_name_plural = _("sources de contributions")
        constraints = [models.UniqueConstraint(fields=["kind", "reference"], name="source_once")]

    def __str__(self) -> str:
        return self.label


class SourceQuestion(models.Model):
    """A question as it was put, under its key, which is stable across versions and waves."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="questions", verbose_name=_("source")
    )
    key = models.SlugField(_("clé"), max_length=60)
    position = models.PositiveIntegerField(_("rang"))
    kind = models.CharField(_("nature"), max_length=12)
    wording = models.TextField(_("énoncé"))
    choices = models.JSONField(_("réponses proposées"), default=list, blank=True)  # [{"key": …, "label": …}]
    show_if = models.JSONField(_("condition d’affichage"), null=True, blank=True)
    # numbers of the versions in which the question stands; empty: asked of everybody
    versions = models.JSONField(_("versions où elle est posée"), default=list, blank=True)

    class Meta:
        verbose_name = _("question de la source")
        verbose_name_plural = _("questions de la source")
        ordering = ["source", "position"]
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="source_question_once")]

    def __str__(self) -> str:
        return self.wording


class Participation(models.Model):
    """One act of taking part, by a person, a group or an organisation."""

    public_id = PublicIdField()
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="participations", verbose_name=_("source")
    )
    unit = models.CharField(_("unité"), max_length=12, choices=Unit, default=Unit.PERSON)
    channel = models.CharField(_("canal"), max_length=12, choices=Channel)
    people = models.PositiveIntegerField(_("personnes derrière le propos"), null=True, blank=True)
    relay = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("relais"),
    )
    form_version = models.PositiveSmallIntegerField(
        _("version du questionnaire répondue"), null=True, blank=True
    )
    help = models.CharField(_("qui répond"), max_length=8, choices=Help, default=Help.ALONE)
    submitted_at = models.DateTimeField(_("déposée le"))
    territory = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("territoire"),
    )
    department = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("département"),
    )
    place_note = models.CharField(_("situation hors commune"), max_length=20, blank=True)
    age_band = models.CharField(_("tranche d’âge"), max_length=12, blank=True)
    sex = models.CharField(_("sexe"), max_length=12, blank=True)
    situation = models.CharField(_("situation"), max_length=40, blank=True)
    consent_at = models.DateTimeField(_("consentement donné le"), null=True, blank=True)
    notice_hash = models.CharField(_("empreinte de la notice"), max_length=64, blank=True)
    receipt_hash = models.BinaryField(_("empreinte du reçu"), max_length=32, unique=True)
    receipt_key_id = models.CharField(_("clé de l’empreinte"), max_length=40)
    idempotency_key = models.CharField(_("clé d’unicité"), max_length=64, unique=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        constraints = [
            models.CheckConstraint(
                name="at_least_one_behind", condition=Q(people__isnull=True) | Q(people__gte=1)
            ),
            models.CheckConstraint(
                name="people_behind_groups_only", condition=Q(people__isnull=True) | Q(unit=Unit.GROUP)
            ),
        ]
        indexes = [
            models.Index(fields=["source", "channel"], name="participation_by_channel"),
            models.Index(fields=["source", "department"], name="participation_by_department"),
            models.Index(fields=["channel", "submitted_at"], name="participation_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Contribution(models.Model):
    """One free text of a participation. The raw text is sealed; the masked text is in clear, for search."""

    public_id = PublicIdField()
    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, related_name="contributions", verbose_name=_("participation")
    )
    question = models.ForeignKey(
        SourceQuestion, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("question")
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=0)  # several demands under one question
    raw_text = EncryptedTextField(_("texte d’origine"))
    masks = models.JSONField(_("passages masqués"), default=list)  # [[start, end, kind], …] in raw_text
    masked_text = models.TextField(_("texte masqué"))
    folded_text = models.TextField(_("texte sans accents"), editable=False)
    language = models.CharField(_("langue"), max_length=3, default="fr")
    salt = models.BinaryField(_("sel de l’empreinte"), max_length=16, editable=False)
    item_hash = models.CharField(_("empreinte salée"), max_length=64, editable=False)
    moderation = models.CharField(
        _("modération"), max_length=8, choices=Moderation, default=Moderation.UNREAD
    )
    moderation_reason = models.CharField(_("motif"), max_length=40, blank=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "question", "position"], name="one_text_per_question_and_position"
            ),
            models.CheckConstraint(
                name="hidden_with_a_reason",
                condition=~Q(moderation=Moderation.HIDDEN) | ~Q(moderation_reason=""),
            ),
        ]
        indexes = [models.Index(fields=["question", "moderation"], name="contribution_by_moderation")]

    def __str__(self) -> str:
        return str(self.public_id)


class ClosedAnswer(models.Model):
    """One ticked choice (with its rank where choices are ranked), or one number."""

    participation = models.ForeignKey(
        Participation,
        on_delete=models.CASCADE,
        related_name="closed_answers",
        verbose_name=_("participation"),
    )
    question = models.ForeignKey(
        SourceQuestion, on_delete=models.PROTECT, related_name="closed_answers", verbose_name=_("question")
    )
    choice = models.SlugField(_("réponse"), max_length=60, blank=True)
    rank = models.PositiveSmallIntegerField(_("rang"), null=True, blank=True)
    value = models.DecimalField(_("valeur"), max_digits=12, decimal_places=2, null=True, blank=True)

    objects = ClosedAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("réponse fermée")
        verbose_name_plural = _("réponses fermées")
        constraints = [
            models.UniqueConstraint(
                fields=["participation", "question", "choice"], name="choice_once_per_participation"
            ),
            models.CheckConstraint(
                name="a_choice_or_a_value", condition=~Q(choice="") | Q(value__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.choice or self.value}"


class ModerationReason(models.Model):
    """A ground on which a text is kept from publication: the instance's own list, public with its rule."""

    key = models.SlugField(_("clé"), max_length=40, unique=True)
    label = models.CharField(_("motif"), max_length=120)
    rule = models.TextField(_("règle publique"))
    counted = models.BooleanField(_("le texte reste compté"), default=True)
    active = models.BooleanField(_("proposé aux agents"), default=True)
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    objects = ReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("motif de modération")
        verbose_name_plural = _("motifs de modération")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label


class ModerationDecision(models.Model):
    """One decision on a text: which state, why, by whom, when."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("contribution")
    )
    state = models.CharField(_("état"), max_length=8, choices=Moderation)
    reason = models.CharField(_("motif"), max_length=40, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("décidée par")
    )
    decided_at = models.DateTimeField(_("décidée le"))

    class Meta:
        verbose_name = _("décision de modération")
        verbose_name_plural = _("décisions de modération")
        ordering = ["decided_at", "pk"]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.state}"


class TextSignal(models.Model):
    """What the program saw in a text when it was recorded."""

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="signals", verbose_name=_("contribution")
    )
    kind = models.CharField(_("nature"), max_length=10, choices=Signal)

    class Meta:
        verbose_name = _("signe relevé par le programme")
        verbose_name_plural = _("signes relevés par le programme")
        constraints = [models.UniqueConstraint(fields=["contribution", "kind"], name="signal_once")]

    def __str__(self) -> str:
        return f"{self.contribution_id} {self.kind}"


class Contest(models.Model):
    """What the author answers, once, to the hiding of a text; another person decides again."""

    public_id = PublicIdField()
    contribution = models.OneToOneField(
        Contribution, on_delete=models.CASCADE, related_name="contest", verbose_name=_("contribution")
    )
    words = EncryptedTextField(_("ce que dit la personne"))
    opened_at = models.DateTimeField(_("ouverte le"))
    state = models.CharField(_("état"), max_length=10, choices=ContestState, default=ContestState.OPEN)
    answer = EncryptedTextField(_("réponse"), default="")
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("décidée par")
    )
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)

    objects = ContestQuerySet.as_manager()

    class Meta:
        verbose_name = _("contestation")
        verbose_name_plural = _("contestations")
        ordering = ["opened_at"]
        constraints = [
            models.CheckConstraint(
                name="contest_decided_by_a_person",
                condition=Q(state=ContestState.OPEN, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state=ContestState.OPEN) & Q(decided_at__isnull=False) & Q(decided_by__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class AlertContact(models.Model):
    """The named agent who receives the alerts of distress of a territory."""

    territory = models.OneToOneField(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("agent désigné")
    )

    class Meta:
        verbose_name = _("destinataire des alertes")
        verbose_name_plural = _("destinataires des alertes")

    def __str__(self) -> str:
        return f"{self.territory_id} {self.user_id}"


class Alert(models.Model):
    """A participation in which the program saw words of distress: a named agent reads it, and says what was done."""

    public_id = PublicIdField()
    participation = models.OneToOneField(
        Participation, on_delete=models.CASCADE, related_name="alert", verbose_name=_("participation")
    )
    kinds = models.JSONField(_("natures"), default=list)
    raised_at = models.DateTimeField(_("levée le"))
    assigned_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adressée à")
    )
    notified_at = models.DateTimeField(_("annoncée par courriel le"), null=True, blank=True)
    outcome = models.CharField(_("suite"), max_length=12, choices=AlertOutcome, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("close par")
    )
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alerte de détresse")
        verbose_name_plural = _("alertes de détresse")
        ordering = ["raised_at"]
        constraints = [
            models.CheckConstraint(
                name="alert_closed_by_a_person",
                condition=Q(outcome="", closed_at__isnull=True, closed_by__isnull=True)
                | (~Q(outcome="") & Q(closed_at__isnull=False) & Q(closed_by__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Tombstone(models.Model):
    """What is left of an erased participation: that there was one, when it went and why."""

    public_id = PublicIdField()
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="tombstones", verbose_name=_("source")
    )
    erased_at = models.DateTimeField(_("effacée le"), db_index=True)
    reason = models.CharField(_("motif"), max_length=8, choices=ErasureReason)

    objects = TombstoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("trace d’effacement")
        verbose_name_plural = _("traces d’effacement")

    def __str__(self) -> str:
        return str(self.public_id)


class SpentProof(models.Model):
    """A solved challenge or answered question that already served: it will not serve twice."""

    digest = models.CharField(_("empreinte de la preuve"), max_length=64, unique=True)
    expires_at = models.DateTimeField(_("oubliée le"), db_index=True)

    class Meta:
        verbose_name = _("preuve utilisée")
        verbose_name_plural = _("preuves utilisées")

    def __str__(self) -> str:
        return self.digest[:12]


class GuessWindow(models.Model):
    """How many look-ups found nothing in one minute, over the whole instance: no address is kept."""

    minute = models.DateTimeField(_("minute"), unique=True)
    count = models.PositiveIntegerField(_("codes introuvables"), default=0)

    class Meta:
        verbose_name = _("compteur de codes introuvables")
        verbose_name_plural = _("compteurs de codes introuvables")

    def __str__(self) -> str:
        return f"{self.minute:%H:%M} {self.count}"
