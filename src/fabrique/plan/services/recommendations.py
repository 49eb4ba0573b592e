"""Verbs on what an evaluation found: findings, their evidence, recommendations, answers and follow-up.

Fed by agents' pages and the demonstration. Feeds the public page of the evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.audit.models import JournalLine
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.plan.enums import AnswerKind, EvidenceKind
from fabrique.plan.models import (
    Evaluation,
    EvaluationFinding,
    EvaluationQuestion,
    Evidence,
    Recommendation,
)
from fabrique.plan.services.evaluations import running
from fabrique.plan.services.reviews import check_follow_up
from fabrique.plan.services.words import line, needed


def put_finding(
    actor: Actor,
    *,
    question: EvaluationQuestion,
    text: str,
    limits: str = "",
    finding: EvaluationFinding | None = None,
) -> EvaluationFinding:
    """Add a finding on a question, or correct `finding`; sent twice, it is added once.

    Raises Refused: finding.text, evaluation.not_started, evaluation.published.
    """
    require(actor, "plan.evaluate", question.evaluation.plan.territory)
    text = needed(text, "finding.text", _("Écrivez le constat."))
    with transaction.atomic():
        running(question.evaluation)
        twin = question.findings.filter(text=text).first()
        if finding is None and twin is not None:
            return twin
        if finding is None:
            last = question.findings.order_by("-number").first()
            finding = EvaluationFinding(question=question, number=last.number + 1 if last else 1)
        finding.text, finding.limits = text, limits.strip()
        finding.save()
        journal.record(actor, "plan.put_finding", finding)
    return finding


def remove_finding(actor: Actor, *, finding: EvaluationFinding) -> None:
    """Take a finding away with its evidence, before publication."""
    require(actor, "plan.evaluate", finding.question.evaluation.plan.territory)
    with transaction.atomic():
        running(finding.question.evaluation)
        journal.record(actor, "plan.remove_finding", finding)
        EvaluationFinding.objects.filter(pk=finding.pk).delete()


def add_evidence(
    actor: Actor, *, finding: EvaluationFinding, kind: str, text: str, reference: str = ""
) -> Evidence:
    """Say what a finding stands on. Raises Refused: evidence.kind, evidence.text, evidence.reference (an indicator,
    a published figure or a document is named), evidence.already, evaluation.*."""
    require(actor, "plan.evaluate", finding.question.evaluation.plan.territory)
    if kind not in EvidenceKind.values:
        raise Refused("evidence.kind", _("Choisissez la nature de la preuve dans la liste."))
    text, reference = (
        needed(text, "evidence.text", _("Écrivez ce que la preuve montre.")),
        line(reference, 300),
    )
    named = {EvidenceKind.INDICATOR, EvidenceKind.FIGURE, EvidenceKind.DOCUMENT}
    if kind in named and not reference:
        raise Refused(
            "evidence.reference",
            _("Donnez la référence : clé de l’indicateur, adresse ou titre du document."),
        )
    with transaction.atomic():
        running(finding.question.evaluation)
        if finding.evidence.filter(kind=kind, text=text, reference=reference).exists():
            raise Refused("evidence.already", _("Cette preuve est déjà notée."))
        evidence: Evidence = Evidence.objects.create(
            finding=finding, kind=kind, text=text, reference=reference
        )
        journal.record(actor, "plan.add_evidence", finding, reason=kind)
    return evidence


def remove_evidence(actor: Actor, *, evidence: Evidence) -> None:
    """Take an evidence away, before publication."""
    evaluation = evidence.finding.question.evaluation
    require(actor, "plan.evaluate", evaluation.plan.territory)
    with transaction.atomic():
        running(evaluation)
        journal.record(actor, "plan.remove_evidence", evidence.finding, reason=evidence.kind)
        Evidence.objects.filter(pk=evidence.pk).delete()


def put_recommendation(
    actor: Actor,
    *,
    evaluation: Evaluation,
    text: str,
    findings: Iterable[EvaluationFinding] = (),
    recommendation: Recommendation | None = None,
) -> Recommendation:
    """Add a recommendation with the findings it comes from, or correct `recommendation`; sent twice, added once.

    Raises Refused: recommendation.text, recommendation.findings, evaluation.not_started, evaluation.published.
    """
    require(actor, "plan.evaluate", evaluation.plan.territory)
    text = needed(text, "recommendation.text", _("Écrivez la recommandation."))
    chosen = list(findings)
    if any(finding.question.evaluation_id != evaluation.pk for finding in chosen):
        raise Refused("recommendation.findings", _("Un constat choisi est d’une autre évaluation."))
    with transaction.atomic():
        evaluation = running(evaluation)
        twin = evaluation.recommendations.filter(text=text).first()
        if recommendation is None and twin is not None:
            return twin
        if recommendation is None:
            last = evaluation.recommendations.order_by("-number").first()
            recommendation = Recommendation(evaluation=evaluation, number=last.number + 1 if last else 1)
        recommendation.text = text
        recommendation.save()
        recommendation.findings.set(chosen)
        journal.record(actor, "plan.put_recommendation", recommendation)
    return recommendation


def remove_recommendation(actor: Actor, *, recommendation: Recommendation) -> None:
    """Take a recommendation away, before publication."""
    require(actor, "plan.evaluate", recommendation.evaluation.plan.territory)
    with transaction.atomic():
        running(recommendation.evaluation)
        journal.record(actor, "plan.remove_recommendation", recommendation)
        Recommendation.objects.filter(pk=recommendation.pk).delete()


def answer_recommendation(
    actor: Actor,
    *,
    recommendation: Recommendation,
    answer: str,
    text: str,
    owner: str = "",
    due_on: date | None = None,
) -> Recommendation:
    """Give the agency's answer, before publication or after. What is accepted names who does it and by when.

    Changed after publication, it says so in public: answers_given() reads the journal.

    Raises Refused: recommendation.answer, recommendation.answer_text, recommendation.owner.
    """
    require(actor, "plan.evaluate", recommendation.evaluation.plan.territory)
    if answer not in AnswerKind.values or answer == AnswerKind.WAITING:
        raise Refused("recommendation.answer", _("Choisissez une réponse dans la liste."))
    text = needed(
        text, "recommendation.answer_text", _("Écrivez la réponse de l’agence : elle sera publiée.")
    )
    owner = line(owner)
    if answer != AnswerKind.REFUSED and not (owner and due_on):
        raise Refused("recommendation.owner", _("Dites qui s’en charge, et pour quand."))
    with transaction.atomic():
        found = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
        if (found.answer, found.answer_text, found.owner, found.due_on) == (answer, text, owner, due_on):
            return found
        found.answer, found.answer_text, found.owner, found.due_on = answer, text, owner, due_on
        found.save(update_fields=["answer", "answer_text", "owner", "due_on"])
        journal.record(actor, "plan.answer_recommendation", found, reason=answer)
    return found


@dataclass(frozen=True)
class Given:
    """An answer that the public could read: the instant, and its kind in words."""

    at: datetime
    said: str


def answers_given(recommendations: Iterable[Recommendation]) -> dict[int, list[Given]]:
    """{recommendation's pk: its answers in order}, each later one a change made after publication.

    Read in the journal, which nobody can rewrite. Of the answers before publication, only the last was ever public.
    """
    by_reference = {str(one.public_id): one for one in recommendations}
    lines = JournalLine.objects.filter(
        verb="plan.answer_recommendation",
        object_kind=Recommendation._meta.label_lower,
        object_reference__in=list(by_reference),
    )
    found: dict[int, list[Given]] = {}
    for entry in lines.order_by("at", "pk"):
        one = by_reference[entry.object_reference]
        known = found.setdefault(one.pk, [])
        published = one.evaluation.published_at
        if published is None or entry.at <= published:
            known.clear()
        known.append(Given(entry.at, str(AnswerKind(entry.reason).label)))
    return found


def follow_up_recommendation(
    actor: Actor, *, recommendation: Recommendation, state: str, note: str = ""
) -> Recommendation:
    """Note what became of a recommendation. Raises Refused: follow_up.state, follow_up.reason,
    recommendation.refused (nothing follows what was refused), recommendation.unanswered."""
    require(actor, "plan.evaluate", recommendation.evaluation.plan.territory)
    note = check_follow_up(state, note)
    with transaction.atomic():
        found = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
        if found.answer == AnswerKind.WAITING:
            raise Refused("recommendation.unanswered", _("Répondez d’abord à cette recommandation."))
        if found.answer == AnswerKind.REFUSED:
            raise Refused(
                "recommendation.refused", _("Cette recommandation a été refusée : rien ne la suit.")
            )
        found.follow_up, found.follow_up_note, found.follow_up_at = state, note, now()
        found.followed_by = actor.user if isinstance(actor, Agent) else None
        found.save(update_fields=["follow_up", "follow_up_note", "follow_up_at", "followed_by"])
        journal.record(actor, "plan.follow_up_recommendation", found, reason=state)
    return found
