"""The quick update of an action, as on a telephone: weather, milestones, money, values, in one transaction.

Fed by the quick screen of the leads. Feeds the verbs of the action, milestone, budget and indicator modules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from fabrique.accounts.actors import Actor
from fabrique.plan.models import Action, BudgetLine, Indicator, Milestone
from fabrique.plan.services.actions import edit_action
from fabrique.plan.services.budget import set_budget_line
from fabrique.plan.services.indicators import give_weather, record_value
from fabrique.plan.services.milestones import complete_milestone
from fabrique.plan.services.writing import require_edit, together


@dataclass(frozen=True)
class NewValue:
    """A value to record: None is not known."""

    indicator: Indicator
    on: date
    value: float | None
    source: str = ""


@dataclass(frozen=True)
class Quick:
    """What a lead typed; what is left empty is not touched."""

    weather: str = ""
    sentence: str = ""
    done: Sequence[tuple[Milestone, date | None]] = ()
    #: (line, {"planned"|"committed"|"spent": amount or None})
    money: Sequence[tuple[BudgetLine, Mapping[str, Decimal | None]]] = ()
    values: Sequence[NewValue] = field(default=())
    #: blocking, decision_needed, decision_from, decision_by; None is not touched
    blocking: Mapping[str, Any] | None = None


def quick_update(actor: Actor, *, action: Action, update: Quick, revision: int | None = None) -> Action:
    """Write all of it or nothing. Sent twice, it writes once.

    Raises what the verbs raise, and Refused('edit.conflict') where somebody wrote since `revision`.
    """
    require_edit(actor, action)
    with together(action, revision):
        if update.weather or update.sentence.strip():
            give_weather(actor, action=action, weather=update.weather, sentence=update.sentence)
        if update.blocking is not None:
            edit_action(actor, action=action, **update.blocking)
        for milestone, done_on in update.done:
            complete_milestone(actor, milestone=action.milestones.get(pk=milestone.pk), done_on=done_on)
        for line, amounts in update.money:
            set_budget_line(
                actor,
                action=action,
                year=line.year,
                funder=line.funder,
                funder_name=line.funder_name,
                amounts=amounts,
            )
        for new in update.values:
            record_value(
                actor,
                indicator=action.indicators.get(pk=new.indicator.pk),
                on=new.on,
                value=new.value,
                source=new.source,
            )
    fresh: Action = Action.objects.select_related("territory", "plan").get(pk=action.pk)
    return fresh
