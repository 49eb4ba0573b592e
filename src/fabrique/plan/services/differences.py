"""What changed between two snapshots: actions, weather, values, milestones, money. Pure: two contents in, facts out.

Fed by plan.services.snapshots.content_of. Feeds the screen of decisions, the dossier and the account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

#: what makes an action « changed » beside what has its own list
WATCHED = (
    "title", "description", "objective", "programme", "stage", "published", "lead", "implementation",
    "reproducibility", "universalism", "graduation", "marks", "publics", "starts_on", "ends_on", "blocking",
    "partners",
)  # fmt: skip
AMOUNTS = ("planned", "committed", "spent")
#: the last value of an indicator where the public part of a snapshot masks it
MASKED = "masked"


@dataclass(frozen=True)
class Moved:
    """One thing that moved, on the action of that key; None is not known, or not there."""

    key: str
    title: str
    before: Any
    after: Any
    what: str = ""


@dataclass(frozen=True)
class Difference:
    """`added` and `removed`: (key, title) of actions; `changed`: action and the names of the fields that changed."""

    added: list[tuple[str, str]] = field(default_factory=list)
    removed: list[tuple[str, str]] = field(default_factory=list)
    changed: list[tuple[str, str, list[str]]] = field(default_factory=list)
    weather: list[Moved] = field(default_factory=list)
    values: list[Moved] = field(default_factory=list)
    milestones: list[Moved] = field(default_factory=list)
    money: list[Moved] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not any(
            (
                self.added, self.removed, self.changed, self.weather, self.values, self.milestones, self.money,
            )
        )  # fmt: skip


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """From the first content to the second. The same content twice gives an empty difference."""
    old = {one["key"]: one for one in before["actions"]}
    new = {one["key"]: one for one in after["actions"]}
    found = Difference(
        added=[(key, one["title"]) for key, one in new.items() if key not in old],
        removed=[(key, one["title"]) for key, one in old.items() if key not in new],
    )
    for key, one in new.items():
        if key in old:
            _compare(found, old[key], one)
    return found


def _compare(found: Difference, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    key, title = new["key"], new["title"]
    fields = [name for name in WATCHED if _watched(old, new, name)]
    if fields:
        found.changed.append((key, title, fields))
    if _weather(old) != _weather(new):
        found.weather.append(Moved(key, title, _weather(old), _weather(new)))
    found.values.extend(_pairs(key, title, _last_values(old), _last_values(new)))
    found.milestones.extend(_pairs(key, title, _milestones(old), _milestones(new)))
    found.money.extend(_pairs(key, title, money_of([old]), money_of([new])))


def _watched(old: Mapping[str, Any], new: Mapping[str, Any], name: str) -> bool:
    """Whether the field moved. A lead known by name before and by function since is not known to have changed."""
    before, after = old[name], new[name]
    if name == "lead" and before and after:
        named = [isinstance(one, str) for one in (before, after)]
        if any(named):
            return all(named) and before != after
        return bool(before["id"] != after["id"])
    return bool(before != after)


def _pairs(key: str, title: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Moved]:
    names = [*old, *(name for name in new if name not in old)]
    return [
        Moved(key, title, old.get(name), new.get(name), name)
        for name in names
        if old.get(name) != new.get(name)
    ]


def _weather(action: Mapping[str, Any]) -> str | None:
    return action["weather"]["value"] if action["weather"] else None


def _last_values(action: Mapping[str, Any]) -> dict[str, float | str | None]:
    """{title of the indicator: its last known value, or MASKED where the public does not read it}."""
    found: dict[str, float | str | None] = {}
    for one in action["indicators"]:
        known = [
            MASKED if each.get("masked") else each["value"]
            for each in one["values"]
            if each["value"] is not None or each.get("masked")
        ]
        found[one["title"]] = known[-1] if known else None
    return found


def _milestones(action: Mapping[str, Any]) -> dict[str, str]:
    return {one["label"]: one["state"] for one in action["milestones"]}


def money_of(actions: list[Mapping[str, Any]]) -> dict[str, str | None]:
    """{planned, committed, spent: the sum of what is known, as text, or None where nothing is}."""
    found: dict[str, str | None] = {}
    for name in AMOUNTS:
        known = [Decimal(line[name]) for one in actions for line in one["budget"] if line[name] is not None]
        found[name] = f"{sum(known, Decimal(0)):.2f}" if known else None
    return found
