"""How many persons actions reached, as the public reads it: small counts masked, and what would give them away.

Fed by rows of reach. Feeds the page of an action, the open data and the doses: no count of persons reached leaves by
another way.

Rows of one action and year nest (region, departments, intercommunalities): a count masked alone would be the whole
less its neighbours. Such rows are laid out as the observatory lays out its counts, and masked by the same rules. Rows
of which none lies in another share no total: each is masked alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

from django.conf import settings
from django.db.models import QuerySet

from fabrique.observatory.enums import Clearance, Unit
from fabrique.observatory.services.clearance import decisions, homes_of
from fabrique.plan.models import Reach
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory


@dataclass(frozen=True, slots=True)
class PublicReach:
    """A row of reach whose count may be read by anybody: None where `masked`. `few`: fewer than the threshold."""

    row: Reach
    people: int | None
    masked: bool
    few: bool

    @property
    def territory(self) -> Territory:
        return self.row.territory

    @property
    def year(self) -> int:
        return self.row.year


def with_places(rows: QuerySet[Reach]) -> QuerySet[Reach]:
    """The rows with all that masking reads of their territories, in one query."""
    return rows.select_related(
        "action", "territory__region", "territory__department", "territory__epci"
    ).order_by("action", "year", "territory__code", "pk")


def public_reach(rows: Iterable[Reach]) -> list[PublicReach]:
    """The rows in their order. Give all the rows of an action and year at once: masking looks at them together."""
    held = list(rows)
    together: dict[tuple[int, int], list[Reach]] = defaultdict(list)
    for row in held:
        together[row.action_id, row.year].append(row)
    masked: set[int] = set()
    for group in together.values():
        masked |= _masked(group)
    return [
        PublicReach(row, None if row.pk in masked else row.people, row.pk in masked, _few(row))
        for row in held
    ]


def _few(row: Reach) -> bool:
    return 0 < row.people < settings.FABRIQUE_SMALL_CELL


def _masked(rows: Sequence[Reach]) -> set[int]:
    """Of one action and year; the observatory's own reading of places is asked only where rows nest."""
    few = {row.pk for row in rows if _few(row)}
    if not few or not _nested(rows):
        return few
    homes = homes_of({row.territory.code for row in rows if row.territory.level == Level.EPCI})
    told = decisions([_as_counts(row) for row in rows], unit=Unit.PERSONS, counts_persons=True, homes=homes)
    return few | {pk for pk, decision in told.items() if decision != Clearance.OPEN}


def _nested(rows: Sequence[Reach]) -> bool:
    """An intercommunality lies in its department too, though its row names none: the levels alone say enough."""
    return len({row.territory.level for row in rows}) > 1


def _as_counts(row: Reach) -> SimpleNamespace:
    """A row as masking reads a value of the observatory: of everybody, in a place."""
    return SimpleNamespace(
        pk=row.pk,
        territory=row.territory,
        scope="",
        sex="",
        age="",
        deprivation=None,
        rank=0,
        numerator=row.people,
        denominator=None,
        value=row.people,
    )
