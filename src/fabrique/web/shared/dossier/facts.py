"""The figures of a frozen plan: counts by weather and stage, rates with their base, money, lateness. Pure.

Fed by the content of a snapshot. Feeds sections.py, account.py and the screens of reviews.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fabrique.plan.enums import ActionStage, MilestoneState
from fabrique_core.progress import Achievement, Aggregate, aggregate

Action = Mapping[str, Any]


@dataclass(frozen=True)
class Sum:
    """Euros known, on how many budget lines among all, as the public pages count. None: known on none."""

    amount: Decimal | None
    known: int
    total: int


@dataclass(frozen=True)
class Facts:
    """Of some actions on a day. `late` and `done`: (action, milestone) pairs."""

    total: int
    stages: Mapping[str, int]
    weathers: Mapping[str, int]
    unweathered: int
    rate: Aggregate
    late: Sequence[tuple[Action, Mapping[str, Any]]]
    done: Sequence[tuple[Action, Mapping[str, Any]]]
    blocked: Sequence[Action]
    drafts: int
    planned: Sum
    committed: Sum
    spent: Sum


def facts_of(actions: Sequence[Action], on: date) -> Facts:
    steps = [(one, each) for one in actions for each in one["milestones"]]
    return Facts(
        total=len(actions),
        stages=Counter(one["stage"] for one in actions),
        weathers=Counter(one["weather"]["value"] for one in actions if one["weather"]),
        unweathered=sum(one["weather"] is None for one in actions),
        rate=aggregate(Achievement(one["progress"]["rate"]) for one in actions),
        late=[(one, each) for one, each in steps if is_late(each, on)],
        done=[(one, each) for one, each in steps if each["state"] == MilestoneState.DONE],
        blocked=[one for one in actions if one["blocking"]],
        drafts=sum(not one["published"] for one in actions),
        planned=sum_of(actions, "planned"),
        committed=sum_of(actions, "committed"),
        spent=sum_of(actions, "spent"),
    )


def is_late(milestone: Mapping[str, Any], on: date) -> bool:
    due = milestone["due_on"]
    return milestone["state"] == MilestoneState.DUE and bool(due) and date.fromisoformat(due) < on


def sum_of(actions: Iterable[Action], name: str) -> Sum:
    """What is known of `planned`, `committed` or `spent`, and on how many of the lines of budget."""
    lines = [line for one in actions for line in one["budget"]]
    known = [Decimal(line[name]) for line in lines if line[name] is not None]
    return Sum(sum(known, Decimal(0)) if known else None, len(known), len(lines))


def money_by(actions: Iterable[Action]) -> list[tuple[int, str, dict[str, Decimal | None]]]:
    """[(year, funder, {planned, committed, spent})], year by year; None where no line says it."""
    found: dict[tuple[int, str], dict[str, Decimal | None]] = {}
    for line in (line for one in actions for line in one["budget"]):
        row = found.setdefault(
            (line["year"], line["funder"]), {"planned": None, "committed": None, "spent": None}
        )
        for name in row:
            if line[name] is not None:
                row[name] = (row[name] or Decimal(0)) + Decimal(line[name])
    return [(year, funder, row) for (year, funder), row in sorted(found.items())]


def done_since(facts: Facts, since: date) -> list[tuple[Action, Mapping[str, Any]]]:
    """Milestones done after that day, the latest first."""
    recent = [pair for pair in facts.done if date.fromisoformat(pair[1]["done_on"]) > since]
    return sorted(recent, key=lambda pair: pair[1]["done_on"], reverse=True)


def coming(actions: Sequence[Action], on: date, days: int = 365) -> list[tuple[Action, Mapping[str, Any]]]:
    """Milestones due in the coming days, the nearest first, of actions that go on."""
    until = on + timedelta(days=days)
    running = [one for one in actions if one["stage"] not in (ActionStage.STOPPED, ActionStage.DONE)]
    due = [
        (one, each)
        for one in running
        for each in one["milestones"]
        if each["state"] == MilestoneState.DUE
        and each["due_on"]
        and on <= date.fromisoformat(each["due_on"]) <= until
    ]
    return sorted(due, key=lambda pair: pair[1]["due_on"])


def tree_of(content: Mapping[str, Any]) -> list[tuple[Mapping[str, Any] | None, list[Action]]]:
    """[(commitment, its actions)] in the order of the plan; None for actions whose commitment is not known."""
    objectives = {one["key"]: one for one in content["objectives"]}
    challenges = {one["key"]: one for one in content["challenges"]}
    grouped: dict[str | None, list[Action]] = {}
    for action in content["actions"]:
        objective = objectives.get(action["objective"])
        challenge = challenges.get(objective["challenge"]) if objective else None
        grouped.setdefault(challenge["commitment"] if challenge else None, []).append(action)
    known: list[tuple[Mapping[str, Any] | None, list[Action]]] = [
        (one, grouped[one["key"]]) for one in content["commitments"] if one["key"] in grouped
    ]
    return [*known, (None, grouped[None])] if None in grouped else known
