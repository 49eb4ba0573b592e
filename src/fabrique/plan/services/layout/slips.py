"""Slips known of the documents that plans come from: shown corrected, kept as found in the facts of the node. Pure.

Fed by data/corrections.csv. Feeds loading, between checking and comparison.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from fabrique.plan.services.layout.spec import BY_SECTION, Kind, Node, PlanFile

#: where a node keeps what the file said, field by field
AS_FOUND = "as_found"


@dataclass(frozen=True)
class Slip:
    """One text shown otherwise than it was found."""

    place: str
    found: str
    shown: str


@cache
def known() -> tuple[tuple[re.Pattern[str], str], ...]:
    """(what to look for, what is shown): the table of the documents' slips."""
    text = resources.files("fabrique.plan").joinpath("data/corrections.csv").read_text("utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return tuple((_pattern(row["found"]), row["shown"]) for row in rows)


def _pattern(found: str) -> re.Pattern[str]:
    """Whatever its case, its apostrophes and the line breaks between its words."""
    words = (re.escape(word).replace("’", "['’]") for word in found.split())
    return re.compile(r"\s+".join(words), re.IGNORECASE)


def corrected(content: PlanFile, where: str = "") -> tuple[PlanFile, list[Slip]]:
    """The same plan with its slips corrected, and the list of them; the plan before as well."""
    slips: list[Slip] = []
    sections = {
        section: [_node(section, node, where, slips) for node in nodes]
        for section, nodes in content.sections.items()
    }
    previous = content.previous
    if isinstance(previous, PlanFile):
        previous, more = corrected(previous, f"{where}previous.")
        slips += more
    return replace(content, sections=sections, previous=previous), slips


def _node(section: str, node: Node, where: str, slips: list[Slip]) -> Node:
    found: dict[str, str] = {}
    changed = dict(node)
    for each in BY_SECTION[section].fields:
        if each.kind is not Kind.TEXT or not node.get(each.name):
            continue
        shown = node[each.name]
        for pattern, words in known():
            shown = _replaced(pattern, words, shown)
        if shown != node[each.name]:
            found[each.name] = node[each.name]
            changed[each.name] = shown
            slips.append(Slip(f"{where}{section} « {node['key']} ».{each.name}", node[each.name], shown))
    if found:
        facts = dict(node.get("facts") or {})
        changed["facts"] = {**facts, AS_FOUND: {**(facts.get(AS_FOUND) or {}), **found}}
    return changed


def _replaced(pattern: re.Pattern[str], words: str, text: str) -> str:
    def shown(match: re.Match[str]) -> str:
        return words[:1].upper() + words[1:] if match.group()[:1].isupper() else words

    return pattern.sub(shown, text)
