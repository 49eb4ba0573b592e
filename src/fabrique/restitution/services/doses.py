"""Proportionate universalism: what public actions bring to each fifth of the population, against its need.

Fed by the reach of public actions of the plan and by public values of the observatory, joined by territory.
Feeds the page « des moyens à la mesure des besoins ».
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from fabrique.observatory.enums import Direction
from fabrique.plan.models import Action, Objective, Reach
from fabrique.restitution.services.inequalities import SMALLEST, Gradient, gradient
from fabrique.restitution.services.plan_pages import current_plan
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique_core.equity import Disaggregation, Dose, Subgroup, dose
from fabrique_core.errors import CoreError

PER_PEOPLE = 1_000.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """People reached for 1 000 inhabitants and euros an inhabitant, by fifth; None where masked or not known."""

    number: int
    territories: tuple[str, ...]
    population: float
    need: float
    people: float | None
    means: float | None


@dataclass(frozen=True, slots=True)
class Doses:
    """Need and delivery by fifth. ``reached`` and ``spent`` compare them; None where they cannot be compared."""

    need: Gradient
    year: int
    actions: int
    objective: Objective | None
    rows: tuple[Delivery, ...]
    reached: Dose | None
    spent: Dose | None
    masked: bool
    unplaced: int
    """Rows of reach that lie in no single department (the region, an EPCI over two): counted, placed nowhere."""


def years_known(region: Territory, objective: Objective | None = None) -> tuple[int, ...]:
    """Years for which public actions say whom they reached, the latest first."""
    rows = _rows(region, objective).order_by("-year").values_list("year", flat=True).distinct()
    return tuple(dict.fromkeys(rows))


def doses(
    need_code: str, region: Territory, *, year: int, objective: Objective | None = None, ranking: str = ""
) -> Doses | None:
    """Delivery of a year against a need; None where the need is not known by fifths or nothing was reached.

    A need is a harm: None for an indicator whose rise is good news, or that no direction judges.
    """
    need = gradient(need_code, region, ranking=ranking, territorial=True)
    rows = list(_rows(region, objective).filter(year=year).select_related("territory__department", "action"))
    if need is None or need.direction != Direction.FALL or not rows:
        return None
    placed = _placed(rows, need)
    # one small count masks them all: four fifths and the total of an action sheet would give the fifth away
    masked = any(0 < count < SMALLEST for count in placed.people.values())
    table = tuple(
        Delivery(
            group.number,
            group.territories,
            group.population,
            group.value,
            None if masked else PER_PEOPLE * placed.people.get(group.number, 0) / group.population,
            placed.means.get(group.number, 0.0) / group.population if placed.whole and not masked else None,
        )
        for group in need.groups
    )
    return Doses(
        need,
        year,
        len({row.action_id for row in rows}),
        objective,
        table,
        _against(need, [row.people for row in table], None if masked else placed.people),
        _against(need, [row.means for row in table], None),
        masked,
        placed.unplaced,
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    """People and euros by group. ``whole``: each row placed says its means; ``unplaced``: rows of no department."""

    people: dict[int, int]
    means: dict[int, float]
    whole: bool
    unplaced: int


def _placed(rows: Sequence[Reach], need: Gradient) -> _Placed:
    """Money known for some rows only would be read as zero elsewhere: then none is compared."""
    group_of = {name: group.number for group in need.groups for name in group.territories}
    people: dict[int, int] = {}
    means: dict[int, float] = {}
    told: list[bool] = []
    unplaced = 0
    for row in _outermost(rows):
        place = row.territory
        if place.department_id is None and place.level != Level.DEPARTMENT:
            unplaced += 1
            continue
        number = group_of.get((place.department or place).name)
        if number is None:
            continue
        people[number] = people.get(number, 0) + row.people
        told.append(row.means is not None)
        means[number] = means.get(number, 0.0) + float(row.means or 0)
    return _Placed(people, means, bool(told) and all(told), unplaced)


def _outermost(rows: Sequence[Reach]) -> list[Reach]:
    """Rows that lie in no other row of their action: who was reached in an EPCI was reached in its department."""
    said = {(row.action_id, row.territory_id) for row in rows}
    return [
        row
        for row in rows
        if (row.action_id, row.territory.department_id) not in said
        and (row.action_id, row.territory.epci_id) not in said
    ]


def objectives_with_reach(region: Territory) -> Sequence[Objective]:
    """Public objectives whose public actions say whom they reached."""
    actions = _rows(region, None).values("action__objective")
    return list(Objective.objects.public().filter(pk__in=actions).order_by("position", "key"))


def _rows(region: Territory, objective: Objective | None) -> QuerySet[Reach]:
    """Reach of the public actions of the current plan whose territory lies in the region."""
    inside = Territory.objects.within(region)
    actions = Action.objects.public().filter(plan=current_plan())
    rows = Reach.objects.filter(action__in=actions, territory__in=inside)
    if objective is not None:
        rows = rows.filter(action__objective__in=[objective, *objective.declined_by.all()])
    return rows


def _against(need: Gradient, delivered: Sequence[float | None], counts: dict[int, int] | None) -> Dose | None:
    """Delivery against need; standard errors of reach as counts (Poisson), none for money."""
    if any(value is None for value in delivered) or not any(delivered):
        return None
    wanted, given = [], []
    for group, value in zip(need.groups, delivered, strict=True):
        order = float(group.number)
        error = None
        if counts is not None:
            error = PER_PEOPLE * max(counts.get(group.number, 0), 1) ** 0.5 / group.population
        wanted.append(Subgroup(str(group.number), group.value, group.population, order, group.se))
        given.append(Subgroup(str(group.number), value, group.population, order, error))
    try:
        return dose(
            Disaggregation(wanted, favourable=False, ordered=True),
            Disaggregation(given, favourable=True, ordered=True),
        )
    except CoreError:
        return None
