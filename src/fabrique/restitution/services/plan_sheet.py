"""One action sheet as the public reads it: promised, done, money, indicators, decided and why, found by users.

Fed by public rows of the plan: decisions of published reviews, findings once published. Feeds the public page.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fabrique.common.clock import today
from fabrique.plan.enums import CrossMark, LogicStage, MilestoneState
from fabrique.plan.models import Action, ActionPartner, Decision, LogicStep, Milestone, UsersFinding
from fabrique.plan.progress import ActionProgress, progress_of
from fabrique.plan.services.findings import is_as_handed_in
from fabrique.restitution.services.plan_pages import Budget, money
from fabrique.restitution.services.reach import PublicReach, public_reach, with_places
from fabrique.territories.models import Territory


@dataclass(frozen=True)
class Step:
    """A milestone on the day of reading."""

    milestone: Milestone
    late: bool


@dataclass(frozen=True)
class Stage:
    """One stage of the logic model with its boxes; an arrow's assumption stands with the box it leads to."""

    stage: LogicStage
    steps: tuple[LogicStep, ...]


@dataclass(frozen=True)
class Sheet:
    """All that the page of an action shows. Nothing in it comes from a draft."""

    action: Action
    progress: ActionProgress
    steps: tuple[Step, ...]
    budget: Budget
    partners: tuple[ActionPartner, ...]
    publics: tuple[Any, ...]
    places: tuple[Territory, ...]
    instruments: tuple[Any, ...]
    reach: tuple[PublicReach, ...]
    logic: tuple[Stage, ...]
    marks: tuple[CrossMark, ...]
    decisions: tuple[Decision, ...]
    findings: tuple[UsersFinding, ...]

    @property
    def done(self) -> int:
        return sum(one.milestone.state == MilestoneState.DONE for one in self.steps)

    @property
    def asked(self) -> int:
        """Milestones that still count: those given up are left out."""
        return sum(one.milestone.state != MilestoneState.DROPPED for one in self.steps)


def sheet_of(action: Action) -> Sheet:
    """The public sheet of a public action, in a number of queries that does not depend on its lines."""
    on = today()
    lines = tuple(action.budget.all())
    return Sheet(
        action=action,
        progress=progress_of([action], on, public=True)[action.pk],
        steps=tuple(
            Step(row, row.state == MilestoneState.DUE and row.due_on is not None and row.due_on < on)
            for row in action.milestones.all()
        ),
        budget=Budget(money(lines, "planned"), money(lines, "committed"), money(lines, "spent"), lines),
        partners=tuple(action.partners.select_related("organisation")),
        publics=tuple(action.publics.all()),
        places=tuple(action.places.all()),
        instruments=tuple(action.instruments.all()),
        reach=tuple(public_reach(with_places(action.reach.all()))),
        logic=_logic(action),
        marks=tuple(mark for mark in CrossMark if mark in action.marks),
        decisions=tuple(
            Decision.objects.public()
            .filter(action=action)
            .select_related("review", "review__body")
            .order_by("-review__held_on", "-pk")
        ),
        findings=tuple(
            one
            for one in UsersFinding.objects.public().filter(action=action).select_related("organisation")
            if is_as_handed_in(one)
        ),
    )


def _logic(action: Action) -> tuple[Stage, ...]:
    """From resources to impact, the stages that have a box."""
    order = list(LogicStage)
    rows = sorted(action.logic.all(), key=lambda row: (order.index(LogicStage(row.stage)), row.position))
    return tuple(
        Stage(LogicStage(stage), tuple(boxes)) for stage, boxes in groupby(rows, key=lambda row: row.stage)
    )
