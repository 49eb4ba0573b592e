"""Verb of settling: a person, the sheet in hand, decides each difference between two entries, and says why.

Fed by comparisons left open. Feeds the corpus (what was decided) and the error rates (who was right).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.paper.enums import Cause, FormState, Outcome
from fabrique.paper.models import Comparison, PaperForm
from fabrique.paper.services.entering import definition_for, refuse_reading
from fabrique.paper.services.readings import AGREEMENT, DAY, Reading, aside_reason, check_reading, unsealed
from fabrique.paper.services.recording import record_form
from fabrique.paper.services.shared import lock_batch, lock_form, person

DECIDED = frozenset({Outcome.FIRST_RIGHT, Outcome.SECOND_RIGHT, Outcome.BOTH_WRONG})


@dataclass(frozen=True)
class Decision:
    """What one difference comes to. Where neither entry was right: the `value` or the `mark` read on the sheet.

    For AGREEMENT, `value` is (consents, age, parent_consents); for DAY, a date or None.
    """

    outcome: Outcome
    cause: Cause
    value: Any = None
    mark: str = ""


def readings_of(form: PaperForm) -> tuple[Reading, Reading]:
    """The two readings of a sheet that waits for a decision."""
    first, second = form.entries.order_by("rank")
    return unsealed(first.document, first.marks), unsealed(second.document, second.marks)


def settle(actor: Actor, *, form: PaperForm, decisions: Mapping[str, Decision]) -> PaperForm:
    """Decide every difference of a sheet; it then goes to the corpus, or is set aside without agreement.

    A decision may bear on a question that neither entry held, where another decision makes it put. Raises
    Refused: paper.not_to_settle, paper.undecided (params: questions), paper.reading (params: errors).
    """
    require(actor, "paper.settle", form.batch.territory)
    user = person(actor)
    with transaction.atomic():
        lock_batch(form.batch)
        locked = lock_form(form)
        if locked.state != FormState.DIFFERENT:
            raise Refused("paper.not_to_settle", _("Il n’y a plus rien à trancher sur cette feuille."))
        waiting = {row.question: row for row in locked.comparisons.filter(outcome=Outcome.OPEN)}
        undecided = [key for key in waiting if key not in decisions or not _whole(decisions[key])]
        if undecided:
            raise Refused(
                "paper.undecided",
                _("Décidez pour chaque différence, et dites d’où elle vient."),
                questions=undecided,
            )
        settled = _settled(locked, decisions)
        by_third = not locked.entries.filter(operator=user).exists()
        for key, decision in decisions.items():
            row = waiting.get(key) or Comparison(form=locked, question=key)
            row.outcome, row.cause = decision.outcome, decision.cause
            row.settled_by, row.settled_at, row.third_person = user, now(), by_third
            row.save()
        journal.record(actor, "paper.settle", locked, reason=str(len(decisions)))
        return record_form(actor, form=locked, settled=settled)


def _whole(decision: Decision) -> bool:
    return decision.outcome in DECIDED and decision.cause in Cause.values


def _settled(form: PaperForm, decisions: Mapping[str, Decision]) -> Reading:
    """The reading that stands: the first one, each decision applied, checked as any other."""
    first, second = readings_of(form)
    consultation = form.batch.version.consultation
    reading = _with_circumstances(first, second, decisions)
    if aside_reason(consultation, reading):
        return reading
    if aside_reason(consultation, first):
        # the first operator kept nothing of a sheet that was agreed to: the second reading is all there is
        reading = replace(reading, answers=second.answers, marks=second.marks)
    answers, marks = dict(reading.answers), dict(reading.marks)
    for key, decision in decisions.items():
        if key in (AGREEMENT, DAY):
            continue
        value, mark = _decided(key, decision, first, second)
        answers.pop(key, None)
        marks.pop(key, None)
        if mark:
            marks[key] = mark
        elif value is not None:
            answers[key] = value
    settled = replace(reading, answers=answers, marks=marks)
    settled, errors = check_reading(consultation, definition_for(form), settled)
    refuse_reading(errors)
    return settled


def _with_circumstances(first: Reading, second: Reading, decisions: Mapping[str, Decision]) -> Reading:
    """The first reading with the agreement and the day that were decided."""
    reading = first
    if AGREEMENT in decisions:
        decision = decisions[AGREEMENT]
        given: tuple[bool, int | None, bool] = {
            Outcome.FIRST_RIGHT: first.agreement,
            Outcome.SECOND_RIGHT: second.agreement,
        }.get(decision.outcome, decision.value)
        reading = replace(reading, consents=given[0], age=given[1], parent_consents=given[2])
    if DAY in decisions:
        decision = decisions[DAY]
        day: date | None = {
            Outcome.FIRST_RIGHT: first.filled_on,
            Outcome.SECOND_RIGHT: second.filled_on,
        }.get(decision.outcome, decision.value)
        reading = replace(reading, filled_on=day)
    return reading


def _decided(key: str, decision: Decision, first: Reading, second: Reading) -> tuple[Any, str]:
    """(answer, mark) of one question once decided."""
    if decision.outcome == Outcome.BOTH_WRONG:
        return decision.value, decision.mark
    right = first if decision.outcome == Outcome.FIRST_RIGHT else second
    return right.answers.get(key), right.marks.get(key, "")
