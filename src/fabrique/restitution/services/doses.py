"""Proportionate universalism: what public actions bring to each fifth of the population, against its need.

Fed by the reach of public actions of the plan and by public values of the observatory, joined by territory.
Feeds the page « des moyens à la mesure des besoins ».
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from fabrique.observatory.enums import Direction
from fabrique.plan.models import Action, Objective, Reach
from fabrique.restitution.services.inequalities import Gradient, Group, gradient
from fabrique.restitution.services.plan_pages import current_plan
from fabrique.restitution.services.reach import PublicReach, public_reach, with_places
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique_core.equity import Disaggregation, Dose, Subgroup, dose
from fabrique_core.errors import CoreError

PER_PEOPLE = 1_000.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """People reached for 1 000 inhabitants and euros an inhabitant, by fifth; None where not known, or all masked."""

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
    unplaced: int
    """Rows of reach that lie in no single department (the region, an EPCI over two): counted, placed nowhere."""
    small: int
    """Rows whose count is masked: in no sum, so that no two sums give one of them away."""


def years_known(region: Territory, objective: Objective | None = None) -> tuple[int, ...]:
    """Years for which public actions say whom they reached, the latest first."""
    rows = reach_rows(region, objective).order_by("-year").values_list("year", flat=True).distinct()
    return tuple(dict.fromkeys(rows))


def doses(
    need: Gradient, region: Territory, *, year: int, objective: Objective | None = None
) -> Doses | None:
    """Delivery of a year against a need; None where no public action says whom it reached."""
    rows = public_reach(with_places(reach_rows(region, objective).filter(year=year)))
    if not rows:
        return None
    placed = _placed(rows, need)
    table = tuple(
        Delivery(
            group.number,
            group.territories,
            group.population,
            group.value,
            placed.share(placed.people, group, PER_PEOPLE),
            placed.share(placed.means, group) if placed.whole else None,
        )
        for group in need.groups
    )
    return Doses(
        need,
        year,
        len({one.row.action_id for one in rows}),
        objective,
        table,
        _reached(need, table, placed.people),
        against(need, [row.means for row in table], [None] * len(table)),
        placed.unplaced,
        placed.small,
    )


def need_of(code: str, region: Territory, *, ranking: str = "") -> Gradient | None:
    """A need by fifths of departments. A need is a harm: None for what no direction judges or whose rise is good."""
    found = gradient(code, region, ranking=ranking, territorial=True)
    return found if found is not None and found.direction == Direction.FALL else None


@dataclass(frozen=True, slots=True)
class _Placed:
    """People and euros by group. ``whole``: each row placed says its means; ``unplaced``: rows of no department.

    ``small``: rows whose count is masked; ``hidden``: the groups in which they are.
    """

    people: dict[int, int]
    means: dict[int, float]
    whole: bool
    unplaced: int
    small: int
    hidden: frozenset[int]

    def share(self, given: Mapping[int, float], group: Group, per: float = 1.0) -> float | None:
        """For each inhabitant; zero where no row is, None where every row is masked: somebody was reached."""
        if group.number in self.hidden and group.number not in self.people:
            return None
        return per * given.get(group.number, 0) / group.population


def _placed(rows: Sequence[PublicReach], need: Gradient) -> _Placed:
    """Money known for some rows only would be read as zero elsewhere: then none is compared.

    Masked rows enter no sum: fifths change with the order, the need and the objective that the reader chooses, and
    the difference of two sums would be one row.
    """
    group_of = {name: group.number for group in need.groups for name in group.territories}
    people: dict[int, int] = {}
    means: dict[int, float] = {}
    told: list[bool] = []
    unplaced = small = 0
    hidden: set[int] = set()
    for one in _outermost(rows):
        row, place = one.row, one.territory
        if place.department_id is None and place.level != Level.DEPARTMENT:
            unplaced += 1
            continue
        number = group_of.get((place.department or place).name)
        if number is None:
            continue
        if one.people is None:
            small += 1
            hidden.add(number)
            continue
        people[number] = people.get(number, 0) + one.people
        told.append(row.means is not None)
        means[number] = means.get(number, 0.0) + float(row.means or 0)
    return _Placed(people, means, bool(told) and all(told), unplaced, small, frozenset(hidden))


def _outermost(rows: Sequence[PublicReach]) -> list[PublicReach]:
    """Rows that lie in no other row of their action: who was reached in an EPCI was reached in its department."""
    said = {(one.row.action_id, one.territory.pk) for one in rows}
    return [
        one
        for one in rows
        if (one.row.action_id, one.territory.department_id) not in said
        and (one.row.action_id, one.territory.epci_id) not in said
    ]


def reach_rows(region: Territory, objective: Objective | None = None) -> QuerySet[Reach]:
    """Reach of the public actions of the current plan whose territory lies in the region."""
    inside = Territory.objects.within(region)
    actions = Action.objects.public().filter(plan=current_plan())
    rows = Reach.objects.filter(action__in=actions, territory__in=inside)
    if objective is not None:
        rows = rows.filter(action__objective__in=[objective, *objective.declined_by.all()])
    return rows


def _reached(need: Gradient, rows: Sequence[Delivery], counts: dict[int, int]) -> Dose | None:
    """Reach against need, its standard errors those of counts (Poisson)."""
    errors = [PER_PEOPLE * max(counts.get(row.number, 0), 1) ** 0.5 / row.population for row in rows]
    return against(need, [row.people for row in rows], errors)


def against(need: Gradient, delivered: Sequence[float | None], errors: Sequence[float | None]) -> Dose | None:
    """Delivery against need by the same fifths; None where a fifth is not known, or nothing was delivered."""
    if any(value is None for value in delivered) or not any(delivered):
        return None
    wanted, given = [], []
    for group, value, error in zip(need.groups, delivered, errors, strict=True):
        order = float(group.number)
        wanted.append(Subgroup(str(group.number), group.value, group.population, order, group.se))
        given.append(Subgroup(str(group.number), value, group.population, order, error))
    try:
        return dose(
            Disaggregation(wanted, favourable=False, ordered=True),
            Disaggregation(given, favourable=True, ordered=True),
        )
    except CoreError:
        return None
