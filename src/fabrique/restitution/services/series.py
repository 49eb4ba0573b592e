"""Hands a series of the observatory to an indicator of the plan, by its code: neither app knows the other.

Fed by the observatory's public reads (statistical secrecy already applied). Feeds the plan's pages and reviews.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fabrique.observatory.services.public import PublicValue, catalogue, sheet


@dataclass(frozen=True, slots=True)
class SeriesValue:
    """The latest value of a series in a territory. `value` None: missing, or withheld, as `words` says."""

    code: str
    label: str
    value: float | None
    words: str
    unit: str
    direction: str
    period: str
    period_end: date
    version: int
    source: str
    withheld: str
    qualifier: str
    unit_words: str = ""

    @classmethod
    def of(cls, one: PublicValue) -> SeriesValue:
        """What a plan indicator keeps of a public value."""
        return cls(
            code=one.code,
            label=one.label,
            value=one.value,
            words=one.words,
            unit=one.unit,
            direction=one.direction,
            period=one.period,
            period_end=one.period_end,
            version=one.version,
            source=one.source,
            withheld=one.withheld,
            qualifier=one.qualifier,
            unit_words=one.unit_words,
        )


def series_choices() -> list[tuple[str, str]]:
    """(code, label) of the series that have a value, by theme then label: for a form."""
    return [(one.code, one.label) for one in catalogue()]


def series_exists(code: str) -> bool:
    """Whether the observatory has a value under this code."""
    return any(one.code == code for one in catalogue())


def series_latest(code: str, territory: Any) -> SeriesValue | None:
    """The latest value of a series in a territory; None where there is none."""
    return series_values([(code, territory)]).get((code, territory.pk))


def series_values(pairs: Iterable[tuple[str, Any]]) -> dict[tuple[str, int], SeriesValue]:
    """{(code, territory primary key): latest value} for a page of indicators, in one query."""
    wanted = list(pairs)
    values = sheet(
        {code for code, _one in wanted}, {one.pk: one for _code, one in wanted}.values(), latest_only=True
    )
    found = {}
    for code, territory in wanted:
        one = values.latest(code, territory)
        if one is not None:
            found[code, territory.pk] = SeriesValue.of(one)
    return found


def series_history(code: str, territory: Any) -> tuple[SeriesValue, ...]:
    """The values of a series, oldest first; a change of `version` is a break."""
    values = sheet([code], [territory], latest_only=True)
    return tuple(SeriesValue.of(one) for one in values.series(code, territory))
