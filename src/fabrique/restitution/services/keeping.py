"""What a new publication keeps from the earlier ones, so that comparing the two tells nothing of a few persons.

Fed by earlier PublishedFigures and by release(). Feeds the preview and the publication.

Where a value that was published would move by fewer persons than the threshold (one withdrawal moves a count by one),
or where a value once held back would now be shown, the figure published before stands as it was, with its corpus, its
validator and its number of withdrawals since. What moves by the threshold or more is published anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from fabrique.analysis.models import Figure
from fabrique.restitution.enums import Block
from fabrique.restitution.models import Publication, PublishedFigure
from fabrique.restitution.services.release import release

#: counts of persons or texts; what is computed from them (shares, means) must not move either while they do not
_COUNTS = ("count", "first", "participations", "count_without_copies", "participations_without_copies")
_SUMMARIES = ("mean", "median", "q1", "q3")
_WHOLE = ("base", "missing", "answered", "total")


@dataclass(frozen=True)
class Shown:
    """What a line of the page shows: the figure that it comes from, its values, the publication that it stands from."""

    figure: Figure
    released: dict[str, Any]
    kept_from: int | None = None


def shown_figures(publication: Publication) -> dict[int, Shown]:
    """{published figure primary key: what it shows}, disclosure control applied, earlier publications reckoned with."""
    rows = list(
        publication.figures.select_related("figure__question", "figure__source__perimeter", "figure__theme")
    )
    released = release(row.figure for row in rows)
    earlier = _earlier(publication)
    found = {}
    for row in rows:
        values = released[row.figure_id]
        before = [old for old in earlier if old.figure.expression == row.figure.expression]
        if any(_tells(old.released, values) for old in before):
            last = before[-1]
            origin = last.kept_from or last.publication.number
            found[row.pk] = Shown(last.figure, dict(last.released), origin)
        else:
            found[row.pk] = Shown(row.figure, values)
    return _without_mixed_totals(rows, found)


def _earlier(publication: Publication) -> list[PublishedFigure]:
    rows = PublishedFigure.objects.public().filter(publication__consultation=publication.consultation_id)
    return list(rows.select_related("publication", "figure__question").order_by("publication__number"))


def _tells(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether old and new values side by side tell of fewer persons than the threshold."""
    pairs = [(old.get(name), new.get(name)) for name in _WHOLE]
    before = {row["key"]: row for row in old["rows"]}
    for row in new["rows"]:
        known = before.get(row["key"], {})
        pairs += [(known.get(name), row.get(name)) for name in _COUNTS if name in row]
        still = known.get("count") == row.get("count")
        if still and any(known.get(name) != row.get(name) for name in _SUMMARIES if name in row):
            return True
    least = settings.FABRIQUE_SMALL_CELL
    return any(now is not None and (was is None or 0 < abs(now - was) < least) for was, now in pairs)


def _without_mixed_totals(rows: list[PublishedFigure], found: dict[int, Shown]) -> dict[int, Shown]:
    """Where some counts of texts stand from before and others are new, the total of texts would give the difference."""
    texts = {found[row.pk].kept_from for row in rows if row.block == Block.CONTRIBUTIONS}
    if len(texts) < 2:
        return found
    for row in rows:
        if row.block == Block.THEMES and found[row.pk].kept_from is None:
            values = found[row.pk].released | {"base": None, "missing": None}
            found[row.pk] = Shown(found[row.pk].figure, values)
    return found
