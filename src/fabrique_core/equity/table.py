"""Rows of a table of disaggregated data, read cell by cell into blocks to measure.
Fed with a header and rows of strings: setting, date, indicator, favourable, dimension, ordered, subgroup, order,
population, estimate, and optional se and scale.
Feeds ``fabrique equity`` and the observatory's own table of subgroups.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fabrique_core.equity.model import Disaggregation, Subgroup
from fabrique_core.errors import CoreError

KEY = ("setting", "date", "indicator", "dimension")
REQUIRED = (*KEY, "favourable", "ordered", "subgroup", "order", "population", "estimate")
OPTIONAL = ("se", "scale")
PERCENT = 100.0
_YES = frozenset({"1", "true", "yes", "oui", "vrai", "favourable", "ordered"})
_NO = frozenset({"0", "false", "no", "non", "faux", "adverse", "unordered"})
_NOTHING = frozenset({"", "na", "n/a", "nan", "nd", ".", "-"})
_SPACES = str.maketrans("", "", " \u00a0\u202f")


@dataclass(slots=True)
class Block:
    """The rows of one setting, date, indicator and dimension; ``lines`` count the header as line 1."""

    setting: str
    date: str
    indicator: str
    dimension: str
    favourable: set[bool] = field(default_factory=set)
    ordered: set[bool] = field(default_factory=set)
    scales: set[float] = field(default_factory=set)
    subgroups: list[Subgroup] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def bound(self, scale: float | None, unbounded: bool) -> tuple[float | None, bool]:
        """Upper bound of the indicator, and whether it is assumed.

        The column, else ``scale``, else none if ``unbounded``. Else values that all lie within 100, one of them
        above 1, are taken for percentages.
        """
        if self.scales:
            return min(self.scales), False
        if scale is not None or unbounded:
            return scale, False
        known = [row.estimate for row in self.subgroups if row.estimate is not None]
        if known and 1 < max(known) <= PERCENT:
            return PERCENT, True
        return None, False

    def disaggregation(self, *, scale: float | None, minimum: float = 0) -> Disaggregation:
        """The block, checked; raises ``CoreError``: ``equity.mixed`` and those of ``Disaggregation``."""
        for column, found in (
            ("favourable", self.favourable),
            ("ordered", self.ordered),
            ("scale", self.scales),
        ):
            if len(found) > 1:
                raise CoreError("equity.mixed", column=column)
        return Disaggregation(
            self.subgroups,
            favourable=self.favourable == {True},
            ordered=self.ordered == {True},
            scale=scale,
            minimum=minimum,
        )


def blocks(header: Sequence[str], rows: Sequence[Sequence[str | None]]) -> list[Block]:
    """Blocks in the order of the file.

    Raises ``CoreError``: ``equity.column`` (missing or twice), ``equity.no_row``, ``equity.cell`` (with line and
    column).
    """
    names = [name.strip().lower() for name in header]
    missing = tuple(name for name in REQUIRED if name not in names)
    twice = tuple(name for name in (*REQUIRED, *OPTIONAL) if names.count(name) > 1)
    if missing or twice:
        raise CoreError("equity.column", missing=missing, twice=twice)
    found: dict[tuple[str, ...], Block] = {}
    for line, cells in enumerate(rows, start=2):
        row = {name: (cell or "").strip() for name, cell in zip(names, cells, strict=True)}
        if any(row.values()):
            _add(found, row, line)
    if not found:
        raise CoreError("equity.no_row")
    return list(found.values())


def _add(found: dict[tuple[str, ...], Block], row: Mapping[str, str], line: int) -> None:
    key = tuple(row[name] for name in KEY)
    block = found.get(key)
    if block is None:
        block = found[key] = Block(row["setting"], row["date"], row["indicator"], row["dimension"])
    if not row["subgroup"]:
        raise CoreError("equity.cell", line=line, column="subgroup")
    block.favourable.add(_flag(row, "favourable", line))
    block.ordered.add(_flag(row, "ordered", line))
    scale = _number(row, "scale", line)
    if scale is not None:
        block.scales.add(scale)
    block.subgroups.append(
        Subgroup(
            row["subgroup"],
            _number(row, "estimate", line),
            _number(row, "population", line),
            _number(row, "order", line),
            _number(row, "se", line),
        )
    )
    block.lines.append(line)


def _flag(row: Mapping[str, str], column: str, line: int) -> bool:
    value = row[column].lower()
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise CoreError("equity.cell", line=line, column=column)


def _number(row: Mapping[str, str], column: str, line: int) -> float | None:
    """A number written with a point or a comma, with or without spaces between thousands; None if empty."""
    value = row.get(column, "").translate(_SPACES)
    if value.lower() in _NOTHING:
        return None
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise CoreError("equity.cell", line=line, column=column)
    return number
