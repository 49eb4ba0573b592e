"""Which values of indicators the public may read: a number of persons from one to ten is never shown.

Fed by indicators, their progress, and what snapshots froze. Feeds the public pages, the open data and the public
part of snapshots: all mask through `is_masked`, and what is computed from a masked value is not shown either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from fabrique_core.progress import Achievement, Course, Pace, aggregate

#: units that begin so count persons, unless the lead says otherwise
_PEOPLE = re.compile(r"\s*(personne|patient|usager|habitant|b[ée]n[ée]ficiaire)", re.IGNORECASE)


def unit_of_people(unit: str) -> bool:
    """Whether the words of a unit say that it counts persons: « personnes accompagnées », « patients »."""
    return _PEOPLE.match(unit) is not None


def is_masked(value: Any, *, counts_people: bool) -> bool:
    """Whether the public does not read it: some persons, and fewer than FABRIQUE_SMALL_CELL."""
    return counts_people and value is not None and 0 < float(value) < settings.FABRIQUE_SMALL_CELL


def shown(value: Any, *, counts_people: bool) -> Any:
    """The value as the public reads it: None where it is masked, as where it is not known."""
    return None if is_masked(value, counts_people=counts_people) else value


def masked_words() -> str:
    """What stands in the place of a masked value."""
    return _("masqué : moins de %(least)d personnes") % {"least": settings.FABRIQUE_SMALL_CELL}


def public_measures(held: Mapping[str, Any]) -> dict[str, Any]:
    """A frozen action or objective whose indicators are masked, and whose rate leaves out the masked ones."""
    measures = [_measure(one) for one in held["indicators"]]
    found = {**held, "indicators": measures}
    if "progress" in held and any(_withheld(one) for one in measures):
        found["progress"] = _progress(held["progress"], measures)
    return found


def _withheld(one: Mapping[str, Any]) -> bool:
    return bool(one.get("masked_rate") or one.get("masked_course"))


def _measure(one: Mapping[str, Any]) -> dict[str, Any]:
    """Snapshots frozen before the field existed are judged by their unit."""
    people = one.get("counts_people", unit_of_people(one["unit"]))
    values = [
        {**each, "value": None, "masked": True} if is_masked(each["value"], counts_people=people) else each
        for each in one["values"]
    ]
    found = {**one, "values": values}
    ends = [name for name in ("baseline", "target") if is_masked(one[name], counts_people=people)]
    for name in ends:
        found |= {name: None, f"masked_{name}": True}
    known = [each for each in values if each["value"] is not None or each.get("masked")]
    if ends or (known and known[-1].get("masked")):
        found |= {
            "rate": None,
            "shown": None,
            "expected": None,
            "pace": str(Pace.NOT_KNOWN),
            "masked_rate": True,
        }
    if any(each.get("masked") for each in values):
        found |= {"course": str(Course.NOT_KNOWN), "slope": None, "masked_course": True}
    return found


def _progress(frozen: Mapping[str, Any], measures: list[dict[str, Any]]) -> dict[str, Any]:
    whole = aggregate(Achievement(one["rate"]) for one in measures)
    paces = {one["pace"] for one in measures}
    courses = {one["course"] for one in measures} - {str(Course.NOT_KNOWN)}
    worst = (pace for pace in (Pace.BEHIND, Pace.ON_TRACK, Pace.AHEAD) if str(pace) in paces)
    return {
        **frozen,
        "rate": whole.rate,
        "known": whole.known,
        "total": whole.total,
        "reached": whole.reached,
        "pace": str(next(worst, Pace.NOT_KNOWN)),
        "course": str(courses.copy().pop()) if len(courses) == 1 else str(Course.NOT_KNOWN),
        "mixed": len(courses) > 1,
    }
