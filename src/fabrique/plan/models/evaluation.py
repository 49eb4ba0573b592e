"""The evaluation of a plan: protocol, questions, findings with their evidence, recommendations and what became of them.

Fed by plan.services. Feeds the public page of evaluations and the dossier.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import User
from fabrique.common.fields import PublicIdField
from fabrique.plan.enums import (
    AnswerKind,
    Criterion,
    EvaluationKind,
    EvaluationLevel,
    EvaluationState,
    EvidenceKind,
    FollowUpState,
)
from fabrique.plan.models.review import Snapshot
from fabrique.plan.models.tree import Plan
from fabrique.plan.querysets.reviews import EvaluationQuerySet, RecommendationQuerySet


class Evaluation(models.Model):
    """A point at 24 months, the intermediate evaluation at 30 months or the final one."""

    public_id = PublicIdField()
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="evaluations", verbose_name=_("plan")
    )
    kind = models.CharField(_("nature"), max_length=16, choices=EvaluationKind)
    title = models.CharField(_("intitulé"), max_length=200)
    protocol = models.TextField(_("protocole : méthode et démarche"), blank=True)
    users_part = models.TextField(_("comment les usagers y prennent part"), blank=True)
    evaluators = models.CharField(_("qui évalue"), max_length=300, blank=True)
    due_on = models.DateField(_("attendue pour le"), null=True, blank=True)
    snapshot = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluations",
        verbose_name=_("instantané"),
    )
    summary = models.TextField(_("ce qu’il faut retenir"), blank=True)
    # what every evaluation of the plan must report
    inequalities = models.TextField(_("évolution des inégalités de santé"), blank=True)
    prevention = models.TextField(_("effets d’une prévention mieux ciblée"), blank=True)
    primary_care = models.TextField(_("effets d’une meilleure intégration des soins primaires"), blank=True)
    state = models.CharField(
        _("état"), max_length=10, choices=EvaluationState, default=EvaluationState.PROTOCOL
    )
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        verbose_name = _("évaluation")
        verbose_name_plural = _("évaluations")
        ordering = ["plan", "due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind"], name="one_evaluation_of_each_kind"),
            models.CheckConstraint(
                name="published_evaluation_has_its_date",
                condition=~Q(state=EvaluationState.PUBLISHED) | Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class EvaluationQuestion(models.Model):
    """What the evaluation asks, under one criterion and at one level."""

    public_id = PublicIdField()
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.CASCADE, related_name="questions", verbose_name=_("évaluation")
    )
    number = models.PositiveSmallIntegerField(_("numéro"))
    criterion = models.CharField(_("critère"), max_length=18, choices=Criterion)
    level = models.CharField(_("niveau"), max_length=18, choices=EvaluationLevel)
    text = models.TextField(_("question"))
    method = models.TextField(_("comment y répondre"), blank=True)

    class Meta:
        verbose_name = _("question évaluative")
        verbose_name_plural = _("questions évaluatives")
        ordering = ["evaluation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="evaluation_question_once")
        ]

    def __str__(self) -> str:
        return self.text


class EvaluationFinding(models.Model):
    """What was found on a question."""

    public_id = PublicIdField()
    question = models.ForeignKey(
        EvaluationQuestion,
        on_delete=models.CASCADE,
        related_name="findings",
        verbose_name=_("question évaluative"),
    )
    number = models.PositiveSmallIntegerField(_("numéro"))
    text = models.TextField(_("constat"))
    limits = models.TextField(_("limites"), blank=True)

    class Meta:
        verbose_name = _("constat d’évaluation")
        verbose_name_plural = _("constats d’évaluation")
        ordering = ["question", "number"]
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="evaluation_finding_once")]

    def __str__(self) -> str:
        return self.text


class Evidence(models.Model):
    """What a finding stands on: words, and the key or address of the indicator, figure or document."""

    finding = models.ForeignKey(
        EvaluationFinding,
        on_delete=models.CASCADE,
        related_name="evidence",
        verbose_name=_("constat d’évaluation"),
    )
    kind = models.CharField(_("nature"), max_length=16, choices=EvidenceKind)
    text = models.TextField(_("ce qu’elle montre"))
    reference = models.CharField(_("référence"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("preuve")
        verbose_name_plural = _("preuves")
        ordering = ["finding", "pk"]

    def __str__(self) -> str:
        return self.text


class Recommendation(models.Model):
    """A recommendation of an evaluation, the agency's answer to it, who does it, by when, and what became of it."""

    public_id = PublicIdField()
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.CASCADE, related_name="recommendations", verbose_name=_("évaluation")
    )
    number = models.PositiveSmallIntegerField(_("numéro"))
    text = models.TextField(_("recommandation"))
    findings = models.ManyToManyField(
        EvaluationFinding, blank=True, related_name="recommendations", verbose_name=_("constats")
    )
    answer = models.CharField(_("réponse"), max_length=12, choices=AnswerKind, default=AnswerKind.WAITING)
    answer_text = models.TextField(_("réponse de l’agence"), blank=True)
    owner = models.CharField(_("qui s’en charge"), max_length=200, blank=True)
    due_on = models.DateField(_("pour le"), null=True, blank=True)
    follow_up = models.CharField(
        _("suite donnée"), max_length=10, choices=FollowUpState, default=FollowUpState.TO_DO
    )
    follow_up_note = models.TextField(_("précision sur la suite"), blank=True)
    follow_up_at = models.DateTimeField(_("suite notée le"), null=True, blank=True)
    followed_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("suite notée par"),
    )

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommandation")
        verbose_name_plural = _("recommandations")
        ordering = ["evaluation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "number"], name="recommendation_number_once"),
            models.CheckConstraint(
                name="answered_recommendation_has_its_words",
                condition=Q(answer=AnswerKind.WAITING) | ~Q(answer_text=""),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RecommendationAnswer(models.Model):
    """One answer given to a recommendation, as it read that day: a later one stands beside it, never over it."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.CASCADE, related_name="answers", verbose_name=_("recommandation")
    )
    answer = models.CharField(_("réponse"), max_length=12, choices=AnswerKind)
    #: empty for an answer older than this table, which had been replaced before it
    text = models.TextField(_("réponse de l’agence"), blank=True)
    owner = models.CharField(_("qui s’en charge"), max_length=200, blank=True)
    due_on = models.DateField(_("pour le"), null=True, blank=True)
    given_at = models.DateTimeField(_("donnée le"))

    class Meta:
        verbose_name = _("réponse à une recommandation")
        verbose_name_plural = _("réponses à des recommandations")
        ordering = ["recommendation", "given_at", "pk"]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.answer}"
