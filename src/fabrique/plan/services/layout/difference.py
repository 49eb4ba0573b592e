"""What a file would change in a plan: added, changed, untouched, no longer there, put in another order. Pure.

Fed by two PlanFiles (what is stored, what the file says). Feeds the preview, the loading and its report.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from fabrique.plan.services.layout.checking import settled
from fabrique.plan.services.layout.spec import LEVELS, LIFE_FIELDS, PLAN_FIELDS, LevelSpec, Node, PlanFile


@dataclass(frozen=True)
class Change:
    """One field of one node: what it said, what the file says."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Difference:
    """By section and key. `plan`: fields of the head; `life`: those of its life, which a file does not change.

    `missing`: stored, no longer in the file: kept, and said. `previous`: of the plan before, if the file holds it.
    """

    new_plan: bool
    plan: tuple[Change, ...] = ()
    life: tuple[Change, ...] = ()
    added: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, dict[str, tuple[Change, ...]]] = field(default_factory=dict)
    untouched: dict[str, list[str]] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    reordered: tuple[str, ...] = ()
    previous: Difference | None = None
    link: bool = False

    @property
    def empty(self) -> bool:
        """Whether loading would write nothing."""
        own = self.new_plan or self.plan or self.reordered or self.link
        return not (own or any(self.added.values()) or any(self.changed.values())) and (
            self.previous is None or self.previous.empty
        )

    def count(self, what: str) -> int:
        """How many nodes are « added », « changed », « untouched » or « missing »."""
        return sum(len(keys) for keys in getattr(self, what).values())


def difference(stored: PlanFile | None, said: PlanFile, *, previous: PlanFile | None = None) -> Difference:
    """What loading `said` over `stored` changes. `previous`: what is stored of the plan that the file has before."""
    before = None
    if isinstance(said.previous, PlanFile):
        before = difference(previous, said.previous, previous=_previous_of(previous))
    found = Difference(new_plan=stored is None, previous=before, link=_linked(stored, said))
    if stored is None:
        added = {level.section: list(said.nodes(level.section)) for level in LEVELS}
        return replace(found, added={section: keys for section, keys in added.items() if keys})
    for level in LEVELS:
        if level.section in said.sections:
            _compare(level, stored, said, found)
    head = _changes(stored.plan, said.plan)
    return replace(
        found,
        plan=tuple(change for change in head if change.field not in LIFE_FIELDS),
        life=tuple(change for change in head if change.field in LIFE_FIELDS),
        reordered=tuple(
            level.section
            for level in LEVELS
            if level.section in said.sections and _moved(level, stored, said)
        ),
    )


def merged(stored: PlanFile | None, said: PlanFile) -> PlanFile:
    """The whole plan as it would stand: what the file says, then what it no longer has."""
    if stored is None:
        return complete(said)
    sections = {}
    for level in LEVELS:
        nodes = stored.nodes(level.section)
        said_nodes = said.nodes(level.section)
        first = [
            {**nodes[key], **node} if key in nodes else settled(level, node)
            for key, node in said_nodes.items()
        ]
        sections[level.section] = first + [node for key, node in nodes.items() if key not in said_nodes]
    life = {name: stored.plan[name] for name in LIFE_FIELDS}
    previous = said.previous if said.previous is not None else stored.previous
    return PlanFile(plan={**stored.plan, **said.plan, **life}, sections=sections, previous=previous)


def complete(said: PlanFile) -> PlanFile:
    """The same with every field of every node: what a table leaves out is empty in a new plan."""
    head = {each.name: each.empty() for each in PLAN_FIELDS}
    sections = {
        level.section: [settled(level, node) for node in said.sections.get(level.section, [])]
        for level in LEVELS
    }
    return PlanFile(plan={**head, **said.plan}, sections=sections, previous=said.previous)


def _compare(level: LevelSpec, stored: PlanFile, said: PlanFile, found: Difference) -> None:
    nodes, said_nodes = stored.nodes(level.section), said.nodes(level.section)
    for key, node in said_nodes.items():
        if key not in nodes:
            found.added.setdefault(level.section, []).append(key)
        elif changes := _changes(nodes[key], node):
            found.changed.setdefault(level.section, {})[key] = changes
        else:
            found.untouched.setdefault(level.section, []).append(key)
    if gone := [key for key in nodes if key not in said_nodes]:
        found.missing[level.section] = gone


def _changes(before: Node, after: Node) -> tuple[Change, ...]:
    """The fields that differ. A file that says nothing of a public node does not take it off the public pages."""
    return tuple(
        Change(name, before.get(name), value)
        for name, value in after.items()
        if before.get(name) != value and (name != "published" or value)
    )


def _moved(level: LevelSpec, stored: PlanFile, said: PlanFile) -> bool:
    """Whether the nodes that both know stand in another order (those added in between do not count)."""
    known, wanted = stored.nodes(level.section), said.nodes(level.section)
    return [key for key in wanted if key in known] != [key for key in known if key in wanted]


def _linked(stored: PlanFile | None, said: PlanFile) -> bool:
    """Whether the file ties the plan to another plan before than the one that is stored."""
    if said.previous is None:
        return False
    wanted = said.previous if isinstance(said.previous, str) else said.previous.plan["slug"]
    held = _previous_of(stored)
    return held is None or held.plan["slug"] != wanted


def _previous_of(content: PlanFile | None) -> PlanFile | None:
    return content.previous if content is not None and isinstance(content.previous, PlanFile) else None
