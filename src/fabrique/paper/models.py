"""Printed booklets by batch, their entries, the second entry of a sample, what differs; telephone calls.

Fed by paper.services. Feeds the corpus (through contributions), the follow-up of a slip and the error rates.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Organisation, User
from fabrique.common.enums import Register
from fabrique.common.fields import EncryptedTextField, PublicIdField
from fabrique.consultations.models import Consultation, QuestionnaireVersion
from fabrique.contributions.models import Participation
from fabrique.paper.enums import AsideReason, BatchState, CallOutcome, Cause, FormState, Outcome
from fabrique.paper.querysets import BatchQuerySet, CallQuerySet, ComparisonQuerySet, FormQuerySet
from fabrique.territories.models import Territory


class Batch(models.Model):
    """Numbered booklets printed together: one version of a questionnaire, one register, perhaps one relay."""

    public_id = PublicIdField()
    code = models.CharField(_("code du lot"), max_length=4, unique=True)
    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, related_name="+", verbose_name=_("version")
    )
    register = models.CharField(_("registre"), max_length=10, choices=Register, default=Register.STANDARD)
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire de saisie")
    )
    relay = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("relais"),
    )
    double_share = models.PositiveSmallIntegerField(
        _("part saisie deux fois, en %"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    received = models.PositiveIntegerField(_("feuilles revenues, comptées à la main"), default=0)
    state = models.CharField(_("état"), max_length=6, choices=BatchState, default=BatchState.OPEN)
    created_at = models.DateTimeField(_("préparé le"))
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("préparé par")
    )
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot de livrets")
        verbose_name_plural = _("lots de livrets")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="double_share_is_a_percentage",
                condition=Q(double_share__gte=1) & Q(double_share__lte=100),
            ),
            models.CheckConstraint(
                name="closed_batch_has_its_date",
                condition=Q(state=BatchState.OPEN, closed_at__isnull=True)
                | Q(state=BatchState.CLOSED, closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Draw(models.Model):
    """One random draw: which of the sheets entered so far are entered a second time."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="draws", verbose_name=_("lot"))
    number = models.PositiveSmallIntegerField(_("rang"))
    seed = models.CharField(_("graine du tirage"), max_length=32)
    population = models.PositiveIntegerField(_("feuilles au tirage"))
    sample = models.PositiveIntegerField(_("feuilles tirées"))
    drawn_at = models.DateTimeField(_("tiré le"))
    drawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tiré par")
    )

    class Meta:
        verbose_name = _("tirage de la seconde saisie")
        verbose_name_plural = _("tirages de la seconde saisie")
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="draw_number_once"),
            models.CheckConstraint(
                name="sample_within_population",
                condition=Q(sample__gte=1) & Q(sample__lte=models.F("population")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number}"


class PaperForm(models.Model):
    """One numbered booklet. The code of its slip stays sealed here until the sheet is recorded, then goes."""

    public_id = PublicIdField()
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="forms", verbose_name=_("lot"))
    number = models.PositiveIntegerField(_("numéro"))
    state = models.CharField(_("état"), max_length=12, choices=FormState, default=FormState.PRINTED)
    aside_reason = models.CharField(_("motif"), max_length=12, choices=AsideReason, blank=True)
    receipt_code = EncryptedTextField(_("code du talon"), null=True, blank=True)
    unnumbered = models.BooleanField(_("copie sans numéro propre"), default=False)
    draw = models.ForeignKey(
        Draw, on_delete=models.PROTECT, null=True, blank=True, related_name="forms", verbose_name=_("tirage")
    )
    claimed_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ouverte par"),
    )
    claimed_until = models.DateTimeField(_("réservée jusqu’à"), null=True, blank=True)
    participation = models.OneToOneField(
        Participation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("participation"),
    )
    recorded_at = models.DateTimeField(_("enregistrée le"), null=True, blank=True)

    objects = FormQuerySet.as_manager()

    class Meta:
        verbose_name = _("feuille")
        verbose_name_plural = _("feuilles")
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="sheet_number_once"),
            models.CheckConstraint(
                name="aside_with_a_reason",
                condition=Q(state=FormState.ASIDE) & ~Q(aside_reason="")
                | ~Q(state=FormState.ASIDE) & Q(aside_reason=""),
            ),
            models.CheckConstraint(
                name="code_goes_with_recording",
                condition=~Q(state__in=[FormState.RECORDED, FormState.LOST]) | Q(receipt_code__isnull=True),
            ),
            models.CheckConstraint(
                name="recorded_sheet_has_its_date",
                condition=~Q(state=FormState.RECORDED) | Q(recorded_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["batch", "state"], name="sheet_by_state")]

    def __str__(self) -> str:
        return f"{self.batch_id}-{self.number}"


class Entry(models.Model):
    """What one operator read on one sheet: answers (sealed) and marks. Emptied once the sheet is recorded."""

    form = models.ForeignKey(
        PaperForm, on_delete=models.CASCADE, related_name="entries", verbose_name=_("feuille")
    )
    rank = models.PositiveSmallIntegerField(_("saisie"))
    operator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("opérateur")
    )
    document = EncryptedTextField(_("réponses lues"), blank=True)
    marks = models.JSONField(_("marques"), default=dict)  # {question key: Mark}
    entered_at = models.DateTimeField(_("saisie le"))

    class Meta:
        verbose_name = _("saisie")
        verbose_name_plural = _("saisies")
        ordering = ["form", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["form", "rank"], name="one_entry_a_rank"),
            models.UniqueConstraint(fields=["form", "operator"], name="two_entries_two_operators"),
            models.CheckConstraint(name="first_or_second_entry", condition=Q(rank__in=[1, 2])),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.rank}"


class Comparison(models.Model):
    """Two entries of one question, and how they were settled. Holds no answer: a settled value is in the corpus."""

    form = models.ForeignKey(
        PaperForm, on_delete=models.CASCADE, related_name="comparisons", verbose_name=_("feuille")
    )
    question = models.SlugField(_("question"), max_length=60)
    outcome = models.CharField(_("résultat"), max_length=10, choices=Outcome)
    cause = models.CharField(_("cause"), max_length=8, choices=Cause, blank=True)
    settled_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tranché par")
    )
    third_person = models.BooleanField(_("tranché par une tierce personne"), null=True)
    settled_at = models.DateTimeField(_("tranché le"), null=True, blank=True)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        verbose_name = _("comparaison de saisies")
        verbose_name_plural = _("comparaisons de saisies")
        ordering = ["form", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["form", "question"], name="question_compared_once"),
            models.CheckConstraint(
                name="settled_with_who_and_why",
                condition=Q(outcome__in=[Outcome.SAME, Outcome.OPEN], settled_at__isnull=True, cause="")
                | (
                    Q(outcome__in=[Outcome.FIRST_RIGHT, Outcome.SECOND_RIGHT, Outcome.BOTH_WRONG])
                    & Q(settled_at__isnull=False)
                    & ~Q(cause="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.question}"


class Call(models.Model):
    """One telephone call: the oral consent as a fact (who read the sentence, when, what was said) and its end."""

    public_id = PublicIdField()
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="+", verbose_name=_("consultation")
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territoire de saisie")
    )
    operator = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name=_("opérateur")
    )
    at = models.DateTimeField(_("appel du"))
    outcome = models.CharField(_("issue"), max_length=11, choices=CallOutcome)
    consent_read = models.BooleanField(_("phrase d’accord lue en entier"), default=False)
    consents = models.BooleanField(_("accord donné de vive voix"), default=False)
    notice_hash = models.CharField(_("empreinte de la notice"), max_length=64, blank=True)
    idempotency_key = models.CharField(_("clé d’unicité"), max_length=64, unique=True)
    marks = models.JSONField(_("marques"), default=dict)
    participation = models.OneToOneField(
        Participation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("participation"),
    )

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("appel")
        verbose_name_plural = _("appels")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="recorded_call_with_oral_consent",
                condition=~Q(outcome=CallOutcome.RECORDED) | Q(consent_read=True, consents=True),
            )
        ]
        indexes = [models.Index(fields=["consultation", "outcome"], name="call_by_outcome")]

    def __str__(self) -> str:
        return str(self.public_id)
