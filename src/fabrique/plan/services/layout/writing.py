"""A plan written to bytes: canonical YAML for the file, canonical JSON for a frozen version. Pure.

Fed by a PlanFile. Feeds `fabrique plan export`, the agents' pages and PlanVersion: same content, same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from fabrique.plan.services.layout.spec import (
    BY_ONE,
    LEVELS,
    LIFE_FIELDS,
    MARK,
    PLAN_FIELDS,
    VERSION,
    Field,
    Kind,
    Node,
    PlanFile,
)

#: fields of a node that are words addressed by an opinion or a change of wording
WORDS = ("title", "description", "graduation")


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, no alias, lists indented under their key."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> Any:
        return super().increase_indent(flow, False)


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    """A block for several lines; between quotes what another reader could take for a number (« 09 »)."""
    style = "|" if "\n" in text else "'" if text and not text.strip("0123456789.:_+-") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(content: PlanFile) -> bytes:
    """The canonical file, UTF-8: fields in the order of the layout, empty ones left out, one final newline."""
    document = {MARK: VERSION, **_document(content)}
    text = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100_000)
    return bytes(text.encode("utf-8"))


def _document(content: PlanFile) -> dict[str, Any]:
    document: dict[str, Any] = {"plan": _said(PLAN_FIELDS, content.plan, _yaml_value)}
    if isinstance(content.previous, PlanFile):
        document["previous"] = _document(content.previous)
    elif content.previous:
        document["previous"] = content.previous
    for level in LEVELS:
        if nodes := content.sections.get(level.section):
            document[level.section] = [_said(level.fields, node, _yaml_value) for node in nodes]
    return document


def _said(fields: Iterable[Field], node: Node, value: Any) -> dict[str, Any]:
    """Only what the node says that is not what stands when nothing is said."""
    return {
        each.name: value(each, node[each.name])
        for each in fields
        if each.name in node and node[each.name] != each.empty()
    }


def _yaml_value(described: Field, value: Any) -> Any:
    if described.kind is Kind.DATE:
        return date.fromisoformat(value)
    return _ordered(value) if described.kind is Kind.FACTS else value


def _ordered(value: Any) -> Any:
    """Facts with their keys sorted: a database may give them back in another order."""
    if isinstance(value, Mapping):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(each) for each in value] if isinstance(value, list) else value


def canonical_json(content: Any) -> str:
    """The one text of plain values: sorted keys, no space, nothing escaped that need not be."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def frozen_text(content: PlanFile, territory: str) -> str:
    """What a frozen version holds: the text of the plan as canonical JSON, without its life nor its drafts.

    An objective or a programme of another territory than the plan's is in the text once it is public:
    a department's draft is read by nobody else. The plan before is not repeated.
    """
    plan = {name: value for name, value in content.plan.items() if name not in LIFE_FIELDS}
    sections = {
        section: [
            {name: value for name, value in node.items() if name != "published"}
            for node in nodes
            if node.get("published", True) or node.get("territory") == territory
        ]
        for section, nodes in content.sections.items()
    }
    return canonical_json({MARK: VERSION, "plan": plan, **sections})


def lines_of(frozen: str) -> Iterator[tuple[str, str, str]]:
    """The addressable words of a frozen text: (« objective:clé », field, text), in the order of the plan."""
    document = json.loads(frozen)
    for one, level in BY_ONE.items():
        for node in document.get(level.section, ()):
            for name in WORDS:
                if text := node.get(name):
                    yield f"{one}:{node['key']}", name, text
