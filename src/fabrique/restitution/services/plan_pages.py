"""The plan as anybody may read it: public objectives and actions with their progress, put together along the tree.

Fed by public rows of the plan and plan.progress, in a number of queries that does not grow with the plan.
Feeds the public pages of the plan, the page of a department, and the open data.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import Q

from fabrique.common.clock import today
from fabrique.plan.enums import CrossMark, FunderKind, MilestoneState, PlanState
from fabrique.plan.models import (
    Action,
    BudgetLine,
    Challenge,
    Commitment,
    Milestone,
    Objective,
    Plan,
    TargetPublic,
)
from fabrique.plan.progress import (
    EMPTY,
    ActionProgress,
    Branch,
    branch_of,
    progress_of,
)
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

#: a plan that is over or replaced gives way to the one in force
_IN_FORCE_FIRST = (
    PlanState.ADOPTED,
    PlanState.REVISION,
    PlanState.CONSULTATION,
    PlanState.DRAFT,
    PlanState.CLOSED,
)


def current_plan() -> Plan | None:
    """The public plan of the instance's region that is in force; else the one being written; else the last one.

    One query; None while no plan is public.
    """
    rows = public_plans()
    return rows[0] if rows else None


def public_plans() -> list[Plan]:
    """Every public plan of the instance's region, the current one first. One query."""
    # by level and code, not through the perimeter: an instance whose territories are not loaded yet has a home page
    rows = list(
        Plan.objects.public()
        .filter(territory__level=Level.REGION, territory__code=settings.FABRIQUE_PERIMETER)
        .select_related("territory", "previous")
    )
    # a plan that is over never hides one in force, even where the one in force is a trial
    rows.sort(key=lambda plan: (_IN_FORCE_FIRST.index(PlanState(plan.state)), plan.fictitious))
    return rows


def public_plan_named(slug: str) -> Plan | None:
    """The public plan of that address: the current one or a former one."""
    return next((plan for plan in public_plans() if plan.slug == slug), None)


@dataclass(frozen=True)
class Money:
    """Euros of one kind over budget lines: `amount` sums the known ones only; None where none is known."""

    amount: Decimal | None
    known: int
    total: int


def money(lines: Iterable[BudgetLine], kind: str) -> Money:
    """`kind`: planned, committed or spent. An empty cell is not known, never zero."""
    rows = [getattr(line, kind) for line in lines]
    known = [amount for amount in rows if amount is not None]
    return Money(sum(known, Decimal(0)) if known else None, len(known), len(rows))


@dataclass(frozen=True)
class Share:
    """The money of one funder, or of one year. `name`: « fonds d’intervention régional », « 2026 »."""

    name: str
    planned: Money
    committed: Money
    spent: Money


@dataclass(frozen=True)
class Budget:
    """The money of several actions, three kinds apart.

    `actions` counts them, `without` those of which no budget line is known: no sum speaks for them.
    """

    planned: Money
    committed: Money
    spent: Money
    lines: tuple[BudgetLine, ...]
    actions: int = 1
    without: int = 0

    @property
    def funders(self) -> list[Share]:
        """By funder, in the order of FunderKind."""
        order = list(FunderKind)
        rows = sorted(self.lines, key=lambda line: order.index(FunderKind(line.funder)))
        return _shares(rows, lambda line: str(line.get_funder_display()))

    @property
    def years(self) -> list[Share]:
        """By year, the first first."""
        return _shares(sorted(self.lines, key=lambda line: line.year), lambda line: str(line.year))


def _shares(lines: Iterable[BudgetLine], name: Callable[[BudgetLine], str]) -> list[Share]:
    return [
        Share(key, *(money(rows, kind) for kind in ("planned", "committed", "spent")))
        for key, rows in _grouped(lines, name).items()
    ]


@dataclass(frozen=True)
class ActionLine:
    """A public action with what a list shows of it."""

    action: Action
    progress: ActionProgress
    milestones: tuple[Milestone, ...] = ()
    budget: tuple[BudgetLine, ...] = ()

    @property
    def done(self) -> int:
        """Milestones done."""
        return sum(step.state == MilestoneState.DONE for step in self.milestones)

    @property
    def asked(self) -> int:
        """Milestones that still count: those given up are left out."""
        return sum(step.state != MilestoneState.DROPPED for step in self.milestones)

    def late(self, on: date) -> int:
        """Milestones due before that day and not done."""
        due = (step.due_on for step in self.milestones if step.state == MilestoneState.DUE)
        return sum(day is not None and day < on for day in due)


@dataclass(frozen=True)
class ObjectiveLine:
    """A public objective, its public actions, and how they stand together."""

    objective: Objective
    actions: tuple[ActionLine, ...] = ()

    @cached_property
    def branch(self) -> Branch:
        return branch_of(line.progress for line in self.actions)

    @property
    def title(self) -> str:
        return self.objective.title

    @property
    def public_id(self) -> str:
        return self.objective.public_id


@dataclass(frozen=True)
class ChallengeLine:
    challenge: Challenge
    objectives: tuple[ObjectiveLine, ...] = ()

    @cached_property
    def branch(self) -> Branch:
        return _together(self.objectives)

    @property
    def actions(self) -> int:
        return sum(len(line.actions) for line in self.objectives)


@dataclass(frozen=True)
class CommitmentLine:
    commitment: Commitment
    challenges: tuple[ChallengeLine, ...] = ()

    @cached_property
    def branch(self) -> Branch:
        return _together([line for challenge in self.challenges for line in challenge.objectives])

    @property
    def objectives(self) -> int:
        return sum(len(challenge.objectives) for challenge in self.challenges)

    @property
    def actions(self) -> int:
        return sum(challenge.actions for challenge in self.challenges)


@dataclass(frozen=True)
class Tree:
    """The public plan: its commitments, the challenges of which no source gives the commitment, the whole."""

    plan: Plan
    commitments: tuple[CommitmentLine, ...] = ()
    unattached: tuple[ChallengeLine, ...] = ()
    objectives: tuple[ObjectiveLine, ...] = field(default=())

    @cached_property
    def branch(self) -> Branch:
        return _together(self.objectives)

    @property
    def actions(self) -> tuple[ActionLine, ...]:
        return tuple(line for objective in self.objectives for line in objective.actions)


def _together(objectives: Iterable[ObjectiveLine]) -> Branch:
    rows = [line.progress for objective in objectives for line in objective.actions]
    return branch_of(rows) if rows else EMPTY


def action_lines(actions: Iterable[Action]) -> list[ActionLine]:
    """Public actions with progress, milestones and money. Five queries whatever their number."""
    rows = list(actions)
    progress = progress_of(rows, today(), public=True)
    keys = [row.pk for row in rows]
    steps: dict[int, list[Milestone]] = defaultdict(list)
    for step in Milestone.objects.filter(action__in=keys):
        steps[step.action_id].append(step)
    budget: dict[int, list[BudgetLine]] = defaultdict(list)
    for line in BudgetLine.objects.filter(action__in=keys):
        budget[line.action_id].append(line)
    return [ActionLine(row, progress[row.pk], tuple(steps[row.pk]), tuple(budget[row.pk])) for row in rows]


def objective_lines(objectives: Iterable[Objective], actions: Iterable[Action]) -> list[ObjectiveLine]:
    """Those objectives with those of the actions that belong to them."""
    under: dict[int, list[ActionLine]] = defaultdict(list)
    for line in action_lines(actions):
        under[line.action.objective_id].append(line)
    return [ObjectiveLine(row, tuple(under[row.pk])) for row in objectives]


def tree_of(plan: Plan) -> Tree:
    """The whole public plan. Eleven queries whatever its size; reads nothing that is not public."""
    rows = Objective.objects.public().filter(plan=plan).select_related("territory", "challenge__commitment")
    actions = Action.objects.public().filter(plan=plan).select_related("territory")
    objectives = objective_lines(rows.prefetch_related("publics"), actions.prefetch_related("publics"))
    under = _grouped(objectives, lambda line: line.objective.challenge_id)
    challenges = [
        ChallengeLine(row, tuple(under.get(row.pk, ())))
        for row in Challenge.objects.filter(plan=plan).select_related("commitment")
    ]
    of_commitment = _grouped(challenges, lambda line: line.challenge.commitment_id)
    commitments = [
        CommitmentLine(row, tuple(of_commitment.get(row.pk, ())))
        for row in Commitment.objects.filter(plan=plan).select_related("continues__plan")
    ]
    return Tree(plan, tuple(commitments), tuple(of_commitment.get(None, ())), tuple(objectives))


def together(objectives: Iterable[ObjectiveLine]) -> Branch:
    """How the actions of several objectives stand; an action weighs the same wherever it hangs."""
    return _together(objectives)


def money_of(actions: Iterable[ActionLine]) -> Budget:
    """The budget lines of several actions; no query."""
    rows = list(actions)
    lines = tuple(line for action in rows for line in action.budget)
    planned, committed, spent = (money(lines, kind) for kind in ("planned", "committed", "spent"))
    return Budget(planned, committed, spent, lines, len(rows), sum(not action.budget for action in rows))


def marks_of(tree: Tree) -> list[tuple[CrossMark, int]]:
    """The cross-cutting marks in use and how many objectives each touches, by itself or by an action."""
    counted = [(mark, len(marked(tree, mark))) for mark in CrossMark]
    return [(mark, number) for mark, number in counted if number]


def publics_of(tree: Tree) -> list[tuple[TargetPublic, int, int]]:
    """(target public, objectives, actions), as the page of each public shows them. One query."""
    objectives: Counter[int] = Counter()
    actions: Counter[int] = Counter()
    for line in tree.objectives:
        whole = {one.pk for one in line.objective.publics.all()}
        each = [{one.pk for one in action.action.publics.all()} for action in line.actions]
        objectives.update(whole.union(*each))
        actions.update({key: len(line.actions) for key in whole})
        actions.update(key for keys in each for key in keys - whole)
    publics = TargetPublic.objects.filter(plan=tree.plan)
    return [(public, objectives[public.pk], actions[public.pk]) for public in publics]


def marked(tree: Tree, mark: str) -> list[ObjectiveLine]:
    """Objectives that bear a mark with all their actions; others with only those actions that bear it."""
    return _bearing(tree, lambda row: mark in row.marks)


def aimed_at(tree: Tree, public: TargetPublic) -> list[ObjectiveLine]:
    """Objectives that aim at a public with all their actions; others with only those actions that aim at it."""
    return _bearing(tree, lambda row: any(one.pk == public.pk for one in row.publics.all()))


def _bearing(tree: Tree, bears: Callable[[Any], bool]) -> list[ObjectiveLine]:
    found = []
    for line in tree.objectives:
        if bears(line.objective):
            found.append(line)
        elif bearing := tuple(one for one in line.actions if bears(one.action)):
            found.append(ObjectiveLine(line.objective, bearing))
    return found


def departments_of(plan: Plan) -> list[tuple[Territory, int, int]]:
    """(department of the plan's region, public objectives of its own, public actions), in the order of codes."""
    objectives = Counter(Objective.objects.public().filter(plan=plan).values_list("territory_id", flat=True))
    shown = Action.objects.public().filter(plan=plan, objective__published_at__isnull=False)
    actions = Counter(shown.values_list("territory_id", flat=True))
    places = Territory.objects.departments().within(plan.territory).order_by("code")
    return [(place, objectives[place.pk], actions[place.pk]) for place in places]


def objectives_where(plan: Plan, wanted: Q) -> list[ObjectiveLine]:
    """Public objectives that match, with their public actions."""
    objectives = Objective.objects.public().filter(wanted, plan=plan)
    actions = (
        Action.objects.public().filter(objective__in=objectives.values("pk")).select_related("territory")
    )
    return objective_lines(objectives.select_related("territory", "challenge__commitment"), actions)


def _grouped(rows: Iterable[Any], key: Callable[[Any], Any]) -> Mapping[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def of_territory(territory: Territory, plan: Plan | None = None) -> list[ObjectiveLine]:
    """Public objectives of a territory's own (its STS) first, then regional ones under which it has public actions."""
    plan = plan or current_plan()
    if plan is None:
        return []
    actions = Action.objects.public().filter(plan=plan, territory=territory).select_related("territory")
    objectives = (
        Objective.objects.public()
        .filter(Q(territory=territory) | Q(pk__in=actions.values("objective")), plan=plan)
        .select_related("territory", "challenge__commitment", "declines")
    )
    own_first = sorted(objectives, key=lambda row: row.territory_id != territory.pk)
    return objective_lines(own_first, actions)
