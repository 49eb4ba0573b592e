"""Proportionate universalism in euros: the money of public actions for each inhabitant, against need by fifth.

Fed by the budget lines of public actions of the plan, placed by territory, and by public values of the observatory.
Feeds the page « des moyens à la mesure des besoins » and its file.

Nothing here counts persons: budget lines of public actions are public one by one. An amount that is not known is
never zero: it is counted apart, and the reading says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from fabrique.plan.enums import ActionStage
from fabrique.plan.models import Action, BudgetLine, Objective
from fabrique.restitution.services.doses import against, reach_rows
from fabrique.restitution.services.inequalities import Gradient
from fabrique.restitution.services.plan_pages import current_plan
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique_core.equity import Dose

#: from the promise to the fact
KINDS = ("planned", "committed", "spent")


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One fifth: euros an inhabitant by kind (None: not known), and the actions behind each amount.

    `actions` counts those of the year that are attached to the fifth's departments, even in part; `told` those of
    them that state the kind.
    """

    number: int
    territories: tuple[str, ...]
    population: float
    need: float
    euros: Mapping[str, float | None]
    told: Mapping[str, int]
    actions: int


@dataclass(frozen=True, slots=True)
class Apart:
    """Actions that stand in no fifth, and their known euros by kind (None where none states it)."""

    actions: int
    euros: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class MoneyDoses:
    """Money against need. `against` compares a kind; None where a fifth does not know it, or nothing was given."""

    need: Gradient
    year: int
    objective: Objective | None
    rows: tuple[MoneyRow, ...]
    against: Mapping[str, Dose | None]
    #: actions attached to departments; those of them without the amount, or with it on some lines only, by kind
    actions: int
    missing: Mapping[str, int]
    #: of them, those over several departments: shared out by inhabitants
    shared: int
    #: fifths to which no public action is attached: zero euro, as far as the public knows
    empty: tuple[int, ...]
    #: the whole region, and departments without a value of the need
    regional: Apart
    outside: Apart


def stated_lines(region: Territory) -> QuerySet[BudgetLine]:
    """The budget lines of public actions that state an amount."""
    stated = Q(planned__isnull=False) | Q(committed__isnull=False) | Q(spent__isnull=False)
    return BudgetLine.objects.filter(stated, action__in=_actions(region, None))


def money_years(region: Territory) -> tuple[int, ...]:
    """Years of which public actions state money, the latest first."""
    return tuple(stated_lines(region).order_by("-year").values_list("year", flat=True).distinct())


def objectives_told(region: Territory) -> Sequence[Objective]:
    """Public objectives whose public actions say whom they reached, or with which money."""
    reached = Q(actions__in=reach_rows(region).values("action"))
    paid = Q(actions__in=stated_lines(region).values("action"))
    rows = Objective.objects.public().filter(reached | paid)
    return list(rows.order_by("position", "key").distinct())


def money_doses(
    need: Gradient, region: Territory, *, year: int, objective: Objective | None = None
) -> MoneyDoses | None:
    """Money of a year against a need by fifths of departments; None where no public action states any."""
    sheets = _of_year(region, objective, year)
    if not any(held.known(kind) for held in sheets for kind in KINDS):
        return None
    group_of = {name: group.number for group in need.groups for name in group.territories}
    homes = _Homes(region)
    tally = _Tally()
    for held in sheets:
        tally.add(held, homes.of(held.action), group_of, homes.names)
    rows = tuple(
        MoneyRow(
            group.number,
            group.territories,
            group.population,
            group.value,
            {kind: tally.per_inhabitant(kind, group.number, group.population) for kind in KINDS},
            {kind: tally.told[kind, group.number] for kind in KINDS},
            tally.attached[group.number],
        )
        for group in need.groups
    )
    return MoneyDoses(
        need=need,
        year=year,
        objective=objective,
        rows=rows,
        against={kind: _against(need, rows, kind, tally.missing[kind]) for kind in KINDS},
        actions=tally.actions,
        missing={kind: tally.missing[kind] for kind in KINDS},
        shared=tally.shared,
        empty=tuple(row.number for row in rows if not row.actions),
        regional=_apart(tally.regional),
        outside=_apart(tally.outside),
    )


def _actions(region: Territory, objective: Objective | None) -> QuerySet[Action]:
    """Public actions of the current plan in the region, of one objective and those that decline it if asked."""
    rows: QuerySet[Action] = Action.objects.public().filter(
        plan=current_plan(), territory__in=Territory.objects.within(region)
    )
    if objective is not None:
        rows = rows.filter(objective__in=[objective, *objective.declined_by.all()])
    return rows


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An action with its lines of the year."""

    action: Action
    lines: tuple[BudgetLine, ...]

    def known(self, kind: str) -> list[Decimal]:
        return [value for line in self.lines if (value := getattr(line, kind)) is not None]


def _of_year(region: Territory, objective: Objective | None, year: int) -> list[_Sheet]:
    """Actions with a line of the year, and those whose calendar holds it though they state no money."""
    rows = _actions(region, objective).select_related("territory__department").prefetch_related("places")
    lines: dict[int, list[BudgetLine]] = defaultdict(list)
    for line in BudgetLine.objects.filter(year=year, action__in=_actions(region, objective)):
        lines[line.action_id].append(line)
    return [_Sheet(row, tuple(lines[row.pk])) for row in rows if row.pk in lines or _running(row, year)]


def _running(action: Action, year: int) -> bool:
    if action.starts_on is None or action.stage == ActionStage.STOPPED:
        return False
    return action.starts_on.year <= year and (action.ends_on is None or action.ends_on.year >= year)


class _Homes:
    """In which departments an action stands, and for which share of its money."""

    def __init__(self, region: Territory) -> None:
        departments = list(Territory.objects.departments().within(region))
        self.names = {one.pk: one.name for one in departments}
        self.people = {one.pk: one.population for one in departments}
        self._astride: dict[int, dict[int, int]] = {}

    def of(self, action: Action) -> dict[int, float]:
        """{department: share}, adding to 1; empty for the whole region.

        An action of the region that names places stands in them, shared out by their inhabitants: a convention.
        """
        where: Sequence[Territory] = [action.territory]
        if action.territory.level == Level.REGION:
            where = list(action.places.all())
        named = {one.pk for one in where}
        people: dict[int, int] = defaultdict(int)
        for place in where:
            if place.department_id not in named and place.epci_id not in named:
                for department, count in self._people_of(place).items():
                    people[department] += count
        whole = sum(people.values())
        # naming every department is being of the region
        if not whole or (len(people) == len(self.people) and len(people) > 1):
            return {}
        return {department: count / whole for department, count in people.items() if count}

    def _people_of(self, place: Territory) -> dict[int, int]:
        if place.level == Level.DEPARTMENT:
            return {place.pk: place.population}
        if place.level == Level.EPCI:
            if place.pk not in self._astride:
                self._astride[place.pk] = _by_department(place)
            return self._astride[place.pk]
        return {place.department_id: place.population} if place.department_id else {}


def _by_department(epci: Territory) -> dict[int, int]:
    """Inhabitants of an intercommunality in each of its departments."""
    found: dict[int, int] = defaultdict(int)
    communes = Territory.objects.communes().filter(epci=epci)
    for department, people in communes.values_list("department", "population"):
        found[department] += people
    return dict(found)


class _Tally:
    """Sums by fifth and kind, and what stands in no fifth."""

    def __init__(self) -> None:
        self.euros: dict[tuple[str, int], float] = defaultdict(float)
        self.told: dict[tuple[str, int], int] = defaultdict(int)
        self.attached: dict[int, int] = defaultdict(int)
        self.missing: dict[str, int] = defaultdict(int)
        self.actions = self.shared = 0
        self.regional: list[_Sheet] = []
        self.outside: list[_Sheet] = []

    def add(
        self, sheet: _Sheet, homes: Mapping[int, float], group_of: Mapping[str, int], names: Mapping[int, str]
    ) -> None:
        if not homes:
            self.regional.append(sheet)
            return
        shares: dict[int, float] = defaultdict(float)
        for department, share in homes.items():
            number = group_of.get(names.get(department, ""))
            if number is not None:
                shares[number] += share
        if not shares:
            self.outside.append(sheet)
            return
        self.actions += 1
        self.shared += len(homes) > 1
        for number in shares:
            self.attached[number] += 1
        for kind in KINDS:
            known = sheet.known(kind)
            self.missing[kind] += not known or len(known) < len(sheet.lines)
            for number, share in shares.items() if known else ():
                self.told[kind, number] += 1
                self.euros[kind, number] += share * float(sum(known))

    def per_inhabitant(self, kind: str, number: int, population: float) -> float | None:
        """No attached action is no money; attached ones that do not state it are not known."""
        if self.attached[number] and not self.told[kind, number]:
            return None
        return self.euros[kind, number] / population


def _apart(sheets: Iterable[_Sheet]) -> Apart:
    held = list(sheets)
    known = {kind: [value for sheet in held for value in sheet.known(kind)] for kind in KINDS}
    return Apart(
        len(held), {kind: sum(values, Decimal()) if values else None for kind, values in known.items()}
    )


def _against(need: Gradient, rows: Sequence[MoneyRow], kind: str, missing: int) -> Dose | None:
    """Money against need. Amounts are exact, not drawn: the interval holds the uncertainty of the need alone.

    No interval where an attached action does not state its money, nor where a fifth has no public action: what is
    missing is no matter of chance.
    """
    error = None if missing or not all(row.actions for row in rows) else 0.0
    return against(need, [row.euros[kind] for row in rows], [error] * len(rows))
