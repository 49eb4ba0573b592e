"""Verbs on evaluations: create in order, write the protocol and questions, start, report, publish.

Fed by agents' pages and the demonstration. Feeds findings and recommendations (evaluation_findings), public pages.
"""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused
from fabrique.plan.enums import (
    Criterion,
    EvaluationKind,
    EvaluationLevel,
    EvaluationState,
    EvidenceKind,
)
from fabrique.plan.models import (
    Evaluation,
    EvaluationFinding,
    EvaluationQuestion,
    Evidence,
    Plan,
    Snapshot,
)
from fabrique.plan.services.words import line, needed

#: months after the plan's start; the final evaluation is due when the plan ends
DUE_AFTER = {EvaluationKind.MID_COURSE: 24, EvaluationKind.INTERMEDIATE: 30}
#: what must be published before each
BEFORE = {
    EvaluationKind.INTERMEDIATE: EvaluationKind.MID_COURSE,
    EvaluationKind.FINAL: EvaluationKind.INTERMEDIATE,
}
MUST_REPORT = {
    "summary": gettext_lazy("ce qu’il faut retenir"),
    "inequalities": gettext_lazy("l’évolution des inégalités de santé"),
    "prevention": gettext_lazy("les effets d’une prévention mieux ciblée"),
    "primary_care": gettext_lazy("les effets d’une meilleure intégration des soins primaires"),
}
USERS_OWN = gettext_lazy(
    "l’appréciation des usagers eux-mêmes (un constat sur leur vécu, appuyé sur leur parole)"
)


def months_after(start: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def due_date(plan: Plan, kind: str) -> date:
    """When the evaluation of that kind is due, from the plan's own dates. Raises Refused('evaluation.plan_dates')."""
    start, end = plan.starts_on, plan.ends_on
    if kind in DUE_AFTER and start is not None:
        return months_after(start, DUE_AFTER[EvaluationKind(kind)])
    if kind == EvaluationKind.FINAL and end is not None:
        return end
    raise Refused(
        "evaluation.plan_dates",
        _("Donnez d’abord au plan sa date de début et sa date de fin : les échéances en viennent."),
    )


def create_evaluation(actor: Actor, *, plan: Plan, kind: str, title: str) -> Evaluation:
    """Prepare the evaluation of that kind, with its due date.

    Raises Refused: evaluation.kind, evaluation.title, evaluation.already, evaluation.order (the point at 24 months
    comes before the intermediate evaluation, which comes before the final one), evaluation.plan_dates.
    """
    require(actor, "plan.evaluate", plan.territory)
    if kind not in EvaluationKind.values:
        raise Refused("evaluation.kind", _("Choisissez la nature de l’évaluation dans la liste."))
    title = needed(line(title), "evaluation.title", _("Donnez un titre à cette évaluation."))
    due_on = due_date(plan, kind)
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        kinds = set(Evaluation.objects.filter(plan=plan).values_list("kind", flat=True))
        if kind in kinds:
            raise Refused("evaluation.already", _("Cette évaluation existe déjà pour ce plan. Reprenez-la."))
        _check_order(kind, kinds)
        evaluation: Evaluation = Evaluation.objects.create(plan=plan, kind=kind, title=title, due_on=due_on)
        journal.record(actor, "plan.create_evaluation", evaluation, reason=kind)
    return evaluation


def protocol_of(evaluation: Evaluation) -> dict[str, str]:
    """What the form of the protocol holds."""
    return {name: getattr(evaluation, name) for name in ("title", "evaluators", "protocol", "users_part")}


def report_of(evaluation: Evaluation) -> dict[str, Any]:
    """What the form of the report holds; the snapshot by its key."""
    return {**{name: getattr(evaluation, name) for name in MUST_REPORT}, "snapshot": evaluation.snapshot_id}


def edit_protocol(
    actor: Actor,
    *,
    evaluation: Evaluation,
    title: str,
    protocol: str,
    users_part: str,
    evaluators: str,
    expected: str = "",
) -> Evaluation:
    """Write the method before anything is found; `expected`: the token of the protocol_of() that the form showed.

    Raises Refused: edit.conflict, evaluation.title, evaluation.started, evaluation.published.
    """
    require(actor, "plan.evaluate", evaluation.plan.territory)
    title = needed(line(title), "evaluation.title", _("Donnez un titre à cette évaluation."))
    with transaction.atomic():
        evaluation = in_protocol(evaluation)
        present = protocol_of(evaluation)
        evaluation.title, evaluation.evaluators = title, line(evaluators, 300)
        evaluation.protocol, evaluation.users_part = protocol.strip(), users_part.strip()
        check_unchanged(expected, present, protocol_of(evaluation))
        evaluation.save(update_fields=["title", "evaluators", "protocol", "users_part"])
        journal.record(actor, "plan.edit_protocol", evaluation)
    return evaluation


def words_of_question(question: EvaluationQuestion) -> dict[str, str]:
    """What the form of a question holds."""
    return {name: getattr(question, name) for name in ("criterion", "level", "text", "method")}


def put_question(
    actor: Actor,
    *,
    evaluation: Evaluation,
    criterion: str,
    level: str,
    text: str,
    method: str = "",
    question: EvaluationQuestion | None = None,
    expected: str = "",
) -> EvaluationQuestion:
    """Add a question, or correct `question`, while the protocol is being written; sent twice, it is added once.

    `expected`: the token of the words_of_question() that the form showed. Raises Refused: edit.conflict,
    question.text, question.criterion, evaluation.started, evaluation.published.
    """
    require(actor, "plan.evaluate", evaluation.plan.territory)
    text = needed(text, "question.text", _("Écrivez la question."))
    if criterion not in Criterion.values or level not in EvaluationLevel.values:
        raise Refused("question.criterion", _("Choisissez le critère et le niveau dans les listes."))
    with transaction.atomic():
        evaluation = in_protocol(evaluation)
        twin = evaluation.questions.filter(criterion=criterion, level=level, text=text).first()
        if question is None and twin is not None:
            return twin
        if question is None:
            last = evaluation.questions.order_by("-number").first()
            question = EvaluationQuestion(evaluation=evaluation, number=last.number + 1 if last else 1)
        else:
            question = EvaluationQuestion.objects.select_for_update().get(pk=question.pk)
        present = words_of_question(question)
        question.criterion, question.level = criterion, level
        question.text, question.method = text, method.strip()
        check_unchanged(expected, present, words_of_question(question))
        question.save()
        journal.record(actor, "plan.put_question", question, reason=criterion)
    return question


def remove_question(actor: Actor, *, question: EvaluationQuestion) -> None:
    """Take a question away while the protocol is being written. Raises evaluation.started, evaluation.published."""
    require(actor, "plan.evaluate", question.evaluation.plan.territory)
    with transaction.atomic():
        in_protocol(question.evaluation)
        journal.record(actor, "plan.remove_question", question)
        EvaluationQuestion.objects.filter(pk=question.pk).delete()


def start_evaluation(actor: Actor, *, evaluation: Evaluation) -> Evaluation:
    """Settle the protocol: from now on method and questions stay, findings may be written.

    Raises Refused: evaluation.incomplete, evaluation.started, evaluation.published.
    """
    require(actor, "plan.evaluate", evaluation.plan.territory)
    with transaction.atomic():
        evaluation = in_protocol(evaluation)
        missing = [
            said
            for value, said in (
                (evaluation.protocol, _("la méthode")),
                (evaluation.users_part, _("la part des usagers")),
                (evaluation.evaluators, _("qui évalue")),
                (evaluation.questions.exists(), _("une question au moins")),
            )
            if not value
        ]
        if missing:
            raise Refused(
                "evaluation.incomplete",
                _("Avant de commencer, écrivez : %(missing)s.") % {"missing": ", ".join(missing)},
            )
        evaluation.state = EvaluationState.RUNNING
        evaluation.save(update_fields=["state"])
        journal.record(actor, "plan.start_evaluation", evaluation)
    return evaluation


def report(
    actor: Actor,
    *,
    evaluation: Evaluation,
    summary: str,
    inequalities: str,
    prevention: str,
    primary_care: str,
    snapshot: Snapshot | None = None,
    expected: str = "",
) -> Evaluation:
    """Write what every evaluation of the plan must report, and the frozen figures it stands on.

    `expected`: the token of the report_of() that the form showed.
    Raises Refused: edit.conflict, evaluation.snapshot, evaluation.not_started, evaluation.published.
    """
    require(actor, "plan.evaluate", evaluation.plan.territory)
    if snapshot is not None and snapshot.plan_id != evaluation.plan_id:
        raise Refused("evaluation.snapshot", _("Cet instantané est d’un autre plan."))
    with transaction.atomic():
        evaluation = running(evaluation)
        present = report_of(evaluation)
        evaluation.summary, evaluation.inequalities = summary.strip(), inequalities.strip()
        evaluation.prevention, evaluation.primary_care = prevention.strip(), primary_care.strip()
        evaluation.snapshot = snapshot
        check_unchanged(expected, present, report_of(evaluation))
        evaluation.save(update_fields=[*MUST_REPORT, "snapshot"])
        journal.record(actor, "plan.report_evaluation", evaluation)
    return evaluation


def missing_of(evaluation: Evaluation) -> list[str]:
    """What is still missing before publication, in words; empty when nothing is."""
    missing = [str(said) for field, said in MUST_REPORT.items() if not getattr(evaluation, field)]
    of_users = Evidence.objects.filter(
        finding__question__evaluation=evaluation,
        finding__question__criterion=Criterion.EXPERIENCE,
        kind=EvidenceKind.USERS,
    )
    if not of_users.exists():
        missing.append(str(USERS_OWN))
    bare = EvaluationFinding.objects.filter(question__evaluation=evaluation, evidence__isnull=True)
    missing += [
        _("la preuve du constat %(question)s.%(number)s")
        % {"question": finding.question.number, "number": finding.number}
        for finding in bare.select_related("question").order_by("question__number", "number")
    ]
    return missing


def publish_evaluation(actor: Actor, *, evaluation: Evaluation) -> Evaluation:
    """Make an evaluation public with its findings, evidence and recommendations.

    Raises Refused: evaluation.missing (and says what), evaluation.order, evaluation.plan_not_public,
    evaluation.not_started, evaluation.published.
    """
    require(actor, "plan.publish_reviews", evaluation.plan.territory)
    with transaction.atomic():
        evaluation = running(evaluation)
        missing = missing_of(evaluation)
        if missing:
            raise Refused(
                "evaluation.missing",
                _("Il manque encore : %(missing)s.") % {"missing": " ; ".join(missing)},
                missing=missing,
            )
        out = Evaluation.objects.filter(plan=evaluation.plan, state=EvaluationState.PUBLISHED)
        _check_order(evaluation.kind, set(out.values_list("kind", flat=True)))
        if evaluation.plan.published_at is None:
            raise Refused(
                "evaluation.plan_not_public", _("Le plan n’est pas public : rendez-le public d’abord.")
            )
        evaluation.state, evaluation.published_at = EvaluationState.PUBLISHED, now()
        evaluation.save(update_fields=["state", "published_at"])
        journal.record(actor, "plan.publish_evaluation", evaluation)
    return evaluation


def locked(evaluation: Evaluation) -> Evaluation:
    """The evaluation as it stands now, under lock. Raises Refused('evaluation.published')."""
    rows = Evaluation.objects.select_for_update(of=("self",)).select_related("plan__territory")
    found: Evaluation = rows.get(pk=evaluation.pk)
    if found.state == EvaluationState.PUBLISHED:
        raise Refused("evaluation.published", _("Cette évaluation est publiée : elle ne change plus."))
    return found


def in_protocol(evaluation: Evaluation) -> Evaluation:
    """Locked, its protocol still open. Raises evaluation.started, evaluation.published."""
    found = locked(evaluation)
    if found.state != EvaluationState.PROTOCOL:
        raise Refused(
            "evaluation.started",
            _("L’évaluation a commencé : son protocole et ses questions ne changent plus."),
        )
    return found


def running(evaluation: Evaluation) -> Evaluation:
    """Locked, its protocol settled. Raises evaluation.not_started, evaluation.published."""
    found = locked(evaluation)
    if found.state != EvaluationState.RUNNING:
        raise Refused("evaluation.not_started", _("Arrêtez d’abord le protocole et ses questions."))
    return found


def _check_order(kind: str, known: set[str]) -> None:
    first = BEFORE.get(EvaluationKind(kind))
    if first is not None and first not in known:
        raise Refused(
            "evaluation.order",
            _("Une autre évaluation doit venir avant celle-ci : %(first)s.") % {"first": first.label},
        )
