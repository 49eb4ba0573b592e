"""The published JSON Schema of the file of a plan, derived from the table of its fields. Pure.

Fed by layout.spec. Feeds `fabrique plan schema`, the agents' page and whoever checks a file elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from fabrique.accounts.enums import OrganisationKind
from fabrique.plan.services.layout.spec import LEVELS, MARK, PLAN_FIELDS, VERSION, Field, Kind

_KEY = {"type": "string", "pattern": "^[a-z0-9]+(?:[-_][a-z0-9]+)*$", "maxLength": 80}
_TERRITORY = {"type": "string", "pattern": "^(region|departement|epci|commune):[0-9AB]{1,9}$"}
_OF_KIND: dict[Kind, dict[str, Any]] = {
    Kind.KEY: _KEY,
    Kind.REF: _KEY,
    Kind.REFS: {"type": "array", "items": _KEY},
    Kind.LINE: {"type": "string"},
    Kind.TEXT: {"type": "string"},
    Kind.URL: {"type": "string", "format": "uri"},
    Kind.NUMBER: {"type": "integer", "minimum": 0, "maximum": 32767},
    Kind.FLAG: {"type": "boolean"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.TERRITORY: _TERRITORY,
    Kind.FACTS: {"type": "object"},
    Kind.ORGANISATION: {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "territory"],
        "properties": {
            "name": {"type": "string", "maxLength": 200},
            "kind": {"enum": list(OrganisationKind.values)},
            "territory": _TERRITORY,
        },
    },
}


def json_schema() -> dict[str, Any]:
    """The schema of a file of version VERSION: what is not described here is refused when loading."""
    plan = {
        "plan": _object(PLAN_FIELDS),
        "previous": {
            "description": "The plan before: whole, or the address of one already loaded.",
            "anyOf": [_KEY, {"$ref": "#/$defs/content"}],
        },
        **{
            level.section: {"type": "array", "items": _object(level.fields), "description": str(level.label)}
            for level in LEVELS
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fabrique: a regional health plan, version 1",
        "description": "Nodes are found again by their key from one file to the next. A section that is absent is left "
        "as it is; a field that is absent is empty. References between nodes are checked when loading.",
        "type": "object",
        "additionalProperties": False,
        "required": [MARK, "plan"],
        "properties": {MARK: {"const": VERSION}, **plan},
        "$defs": {
            "content": {
                "type": "object",
                "additionalProperties": False,
                "required": ["plan"],
                "properties": plan,
            }
        },
    }


def schema_bytes() -> bytes:
    """The schema as it is published: UTF-8, two spaces, one final newline."""
    return (json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n").encode()


def _object(fields: Iterable[Field]) -> dict[str, Any]:
    fields = tuple(fields)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [each.name for each in fields if each.required],
        "properties": {each.name: _property(each) for each in fields},
    }


def _property(described: Field) -> dict[str, Any]:
    found = dict(_OF_KIND.get(described.kind, {}))
    values = list(described.choices.values) if described.choices else []
    if described.kind is Kind.CHOICE:
        found = {"enum": values}
    elif described.kind is Kind.CHOICES:
        found = {"type": "array", "items": {"enum": values}}
    if described.length and "maxLength" not in found and found.get("type") == "string":
        found["maxLength"] = described.length
    description = str(described.label)
    if described.to:
        description += f" → {described.to}"
    return {**found, "description": description}
