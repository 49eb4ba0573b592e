"""Verbs on what an evaluation found: findings, their evidence, recommendations, answers and follow-up.

Fed by agents' pages and the demonstration. Feeds the public page of the evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused
from fabrique.plan.enums import AnswerKind, EvidenceKind
from fabrique.plan.models import (
    Evaluation,
    EvaluationFinding,
    EvaluationQuestion,
    Evidence,
    Recommendation,
    RecommendationAnswer,
)
from fabrique.plan.services.evaluations import running
from fabrique.plan.services.reviews import check_follow_up, follow_up_of
from fabrique.plan.services.words import line, needed


def words_of_finding(finding: EvaluationFinding) -> dict[str, str]:
    """What the form of a finding holds."""
    return {"text": finding.text, "limits": finding.limits}


def put_finding(
    actor: Actor,
    *,
    question: EvaluationQuestion,
    text: str,
    limits: str = "",
    finding: EvaluationFinding | None = None,
    expected: str = "",
) -> EvaluationFinding:
    """Add a finding on a question, or correct `finding`; sent twice, it is added once.

    `expected`: the token of the words_of_finding() that the form showed. Raises Refused: edit.conflict, finding.text,
    evaluation.not_started, evaluation.published.
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
        else:
            finding = EvaluationFinding.objects.select_for_update().get(pk=finding.pk)
        present = words_of_finding(finding)
        finding.text, finding.limits = text, limits.strip()
        check_unchanged(expected, present, words_of_finding(finding))
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


def words_of_recommendation(recommendation: Recommendation) -> dict[str, Any]:
    """What the form of a recommendation holds; the findings by their keys, in order."""
    keys = recommendation.findings.order_by("pk").values_list("pk", flat=True)
    return {"text": recommendation.text, "findings": list(keys)}


def put_recommendation(
    actor: Actor,
    *,
    evaluation: Evaluation,
    text: str,
    findings: Iterable[EvaluationFinding] = (),
    recommendation: Recommendation | None = None,
    expected: str = "",
) -> Recommendation:
    """Add a recommendation with the findings it comes from, or correct `recommendation`; sent twice, added once.

    `expected`: the token of the words_of_recommendation() that the form showed. Raises Refused: edit.conflict,
    recommendation.text, recommendation.findings, evaluation.not_started, evaluation.published.
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
        else:
            recommendation = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
            wanted = {"text": text, "findings": sorted(one.pk for one in chosen)}
            check_unchanged(expected, words_of_recommendation(recommendation), wanted)
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


def answer_of(recommendation: Recommendation) -> dict[str, Any]:
    """What the form of the answer holds."""
    return {
        "answer": recommendation.answer,
        "text": recommendation.answer_text,
        "owner": recommendation.owner,
        "due_on": recommendation.due_on,
    }


def answer_recommendation(
    actor: Actor,
    *,
    recommendation: Recommendation,
    answer: str,
    text: str,
    owner: str = "",
    due_on: date | None = None,
    expected: str = "",
) -> Recommendation:
    """Give the agency's answer, before publication or after. What is accepted names who does it and by when.

    Each answer is kept as it read that day: changed after publication, the public reads both. `expected`: the token
    of the answer_of() that the form showed. Raises Refused: edit.conflict, recommendation.answer,
    recommendation.answer_text, recommendation.owner.
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
        given = {"answer": answer, "text": text, "owner": owner, "due_on": due_on}
        present = answer_of(found)
        if present == given:
            return found
        check_unchanged(expected, present, given)
        found.answer, found.answer_text, found.owner, found.due_on = answer, text, owner, due_on
        found.save(update_fields=["answer", "answer_text", "owner", "due_on"])
        found.answers.create(**given, given_at=now())
        journal.record(actor, "plan.answer_recommendation", found, reason=answer)
    return found


def answers_given(recommendation: Recommendation) -> list[RecommendationAnswer]:
    """The answers that the public could read, in order: the last is the one in force. Prefetch `answers` for many.

    Of the answers before publication, only the last was ever public.
    """
    published = recommendation.evaluation.published_at
    found: list[RecommendationAnswer] = []
    for given in recommendation.answers.all():
        if published is None or given.given_at <= published:
            found.clear()
        found.append(given)
    return found


def follow_up_recommendation(
    actor: Actor, *, recommendation: Recommendation, state: str, note: str = "", expected: str = ""
) -> Recommendation:
    """Note what became of a recommendation; `expected`: the token of the follow_up_of() that the form showed.

    Raises Refused: edit.conflict, follow_up.state, follow_up.reason, recommendation.refused (nothing follows what
    was refused), recommendation.unanswered.
    """
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
        check_unchanged(expected, follow_up_of(found), {"state": state, "note": note})
        found.follow_up, found.follow_up_note, found.follow_up_at = state, note, now()
        found.followed_by = actor.user if isinstance(actor, Agent) else None
        found.save(update_fields=["follow_up", "follow_up_note", "follow_up_at", "followed_by"])
        journal.record(actor, "plan.follow_up_recommendation", found, reason=state)
    return found
