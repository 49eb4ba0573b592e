"""Several objectives read together: what is done, with which money, what the indicators say, what was decided and why.

Fed by the lines of plan_pages and by published reviews. Feeds the pages of a commitment, a challenge, a territory,
a target public and a cross-cutting mark, so that each answers the same questions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from fabrique.common.clock import today
from fabrique.plan.enums import ActionStage
from fabrique.plan.models import Action, Decision, Indicator, Objective
from fabrique.plan.progress import Branch, IndicatorProgress, indicator_progress
from fabrique.restitution.services.plan_pages import ActionLine, Budget, ObjectiveLine, money_of, together
from fabrique_core.progress import Course


@dataclass(frozen=True)
class Measured:
    """An indicator with its progress, and what it measures: an objective or one of its actions."""

    progress: IndicatorProgress
    objective: Objective
    action: Action | None = None


@dataclass(frozen=True)
class Whole:
    """Actions counted by stage and by milestone, money, indicators and decisions; nothing computed from two of them.

    `decisions`: the latest review first. `courses` counts indicators by trend.
    """

    branch: Branch
    stages: Mapping[ActionStage, int]
    milestones: tuple[int, int, int]
    budget: Budget
    lines: tuple[ObjectiveLine, ...]
    own: Callable[[Objective], bool]

    @cached_property
    def indicators(self) -> tuple[Measured, ...]:
        """By objective: its own first, then those of its actions. Two queries, the first time."""
        return tuple(_indicators(self.lines, self.own))

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """One query, the first time."""
        return _decisions([line for one in self.lines for line in one.actions])

    @property
    def done(self) -> int:
        """Milestones done."""
        return self.milestones[0]

    @property
    def asked(self) -> int:
        """Milestones that still count."""
        return self.milestones[1]

    @property
    def late(self) -> int:
        """Milestones whose day is over and that are not done."""
        return self.milestones[2]

    @property
    def courses(self) -> Mapping[Course, int]:
        return Counter(one.progress.trend.course for one in self.indicators)

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """(words of a decision, how many), the most frequent first."""
        return Counter(str(one.get_kind_display()) for one in self.decisions).most_common()


def whole_of(lines: Iterable[ObjectiveLine], own: Callable[[Objective], bool] = lambda row: True) -> Whole:
    """Those objectives and the actions that each line holds; indicators and decisions are read when asked for.

    `own`: whether the objective itself is of the selection; the indicators of one that is there only because of an
    action of its are left out.
    """
    rows = list(lines)
    actions = [line for one in rows for line in one.actions]
    on = today()
    found = Counter(ActionStage(line.action.stage) for line in actions)
    return Whole(
        branch=together(rows),
        stages={stage: found[stage] for stage in ActionStage if found[stage]},
        milestones=(
            sum(line.done for line in actions),
            sum(line.asked for line in actions),
            sum(line.late(on) for line in actions),
        ),
        budget=money_of(actions),
        lines=tuple(rows),
        own=own,
    )


def _indicators(rows: Iterable[ObjectiveLine], own: Callable[[Objective], bool]) -> Iterable[Measured]:
    lines = list(rows)
    keys = [line.objective.pk for line in lines if own(line.objective)]
    of_objectives: dict[int, list[IndicatorProgress]] = defaultdict(list)
    held = Indicator.objects.filter(objective__in=keys).order_by("position", "key")
    for one in indicator_progress(held, today(), public=True):
        of_objectives[one.indicator.objective_id or 0].append(one)
    for line in lines:
        for one in of_objectives[line.objective.pk]:
            yield Measured(one, line.objective)
        for action in line.actions:
            for one in action.progress.indicators:
                yield Measured(one, line.objective, action.action)


def _decisions(actions: list[ActionLine]) -> tuple[Decision, ...]:
    by_key = {line.action.pk: line.action for line in actions}
    rows = list(
        Decision.objects.public()
        .filter(action__in=by_key)
        .select_related("review")
        .order_by("-review__held_on", "-review_id", "action__territory__code", "action__key")
    )
    for row in rows:
        row.action = by_key[row.action_id]
    return tuple(rows)
