"""The expression of a figure: its published schema, its builder, its words in French.

Fed by restitution and the agents. Feeds the one interpreter (services.figures).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from fabrique.analysis.enums import Measure
from fabrique.analysis.models import Theme
from fabrique.common.errors import Refused
from fabrique.contributions.enums import Channel, Unit
from fabrique.contributions.models import Source, SourceQuestion
from fabrique.territories.models import Territory

VERSION = 1
SCHEMA_FILE = Path(__file__).resolve().parent.parent / "data" / "figure.schema.json"
#: what each kind of measure must name, beside its kind
_TARGETS = {
    Measure.PARTICIPATIONS: (set(), set()),
    Measure.CONTRIBUTIONS: (set(), {"question"}),
    Measure.CLOSED_ANSWER: ({"question"}, {"question"}),
    Measure.THEME: ({"theme"}, {"theme"}),
}
_OF_TEXTS = (Measure.CONTRIBUTIONS, Measure.THEME)
_TYPES: dict[str, tuple[type, ...]] = {"object": (dict,), "array": (list,), "string": (str,)}


@cache
def schema() -> dict[str, Any]:
    """The published JSON Schema."""
    loaded: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return loaded


def figure_expression(
    source: Source,
    kind: str,
    *,
    unit: str = Unit.PERSON,
    filters: Mapping[str, Sequence[str]] | None = None,
    group: str | None = None,
    **target: str,
) -> dict[str, Any]:
    """A checked expression; `target` is question=… or theme=… as the measure wants. Raises Refused
    figure.*"""
    expression = {
        "version": VERSION,
        "population": {"source": source.public_id, "unit": str(unit)},
        "measure": {"kind": str(kind), **{name: str(value) for name, value in target.items()}},
        "filters": {name: [str(value) for value in values] for name, values in (filters or {}).items()},
        "group": group,
        "weight": None,
        "method": "count",
    }
    check(expression)
    return expression


def check(expression: Any) -> None:
    """Raise Refused('figure.version') on a version that this program does not know,
    Refused('figure.expression') on
    anything that the schema or the measure does not allow."""
    version = expression.get("version") if isinstance(expression, dict) else None
    if not _same(version, VERSION):
        raise Refused(
            "figure.version", _("Cette version de requête n’est pas connue : elle n’est pas calculée.")
        )
    if fault := first_fault(schema(), expression):
        raise _wrong(fault)
    measure = expression["measure"]
    needed, allowed = _TARGETS[Measure(measure["kind"])]
    given = set(measure) - {"kind"}
    if not needed <= given <= allowed:
        raise _wrong("measure")
    by_question = "question" in expression["filters"] or expression["group"] == "question"
    if by_question and measure["kind"] not in _OF_TEXTS:
        raise _wrong("question")


def _wrong(where: str) -> Refused:
    return Refused(
        "figure.expression", _("Cette requête est mal formée : elle n’est pas calculée."), where=where
    )


def first_fault(rule: Mapping[str, Any], value: Any, path: str = "$") -> str:
    """The path of the first value that breaks the schema, '' where all holds.

    Knows the key words that our schema uses, and no other: a test says so.
    """
    if "const" in rule and not _same(value, rule["const"]):
        return path
    if "enum" in rule and not any(_same(value, allowed) for allowed in rule["enum"]):
        return path
    if "type" in rule and not isinstance(value, _TYPES[rule["type"]]):
        return path
    if isinstance(value, str) and len(value) < rule.get("minLength", 0):
        return path
    if isinstance(value, list):
        return _fault_in_list(rule, value, path)
    return _fault_in_object(rule, value, path) if isinstance(value, dict) else ""


def _fault_in_list(rule: Mapping[str, Any], value: list[Any], path: str) -> str:
    if len(value) < rule.get("minItems", 0):
        return path
    faults = (first_fault(rule.get("items", {}), item, f"{path}[{i}]") for i, item in enumerate(value))
    return next((fault for fault in faults if fault), "")


def _fault_in_object(rule: Mapping[str, Any], value: dict[str, Any], path: str) -> str:
    known = rule.get("properties", {})
    for name in rule.get("required", []):
        if name not in value:
            return f"{path}.{name}"
    for name, inside in value.items():
        if name not in known:
            if not rule.get("additionalProperties", True):
                return f"{path}.{name}"
        elif fault := first_fault(known[name], inside, f"{path}.{name}"):
            return fault
    return ""


def _same(value: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    return type(value) is type(other) and bool(value == other)


def describe_expression(expression: Mapping[str, Any], *, theme_label: str = "") -> str:
    """The query in words, for a proof page; a theme under `theme_label` where it was published under another
    name than today's."""
    check(expression)
    source = Source.objects.filter(public_id=expression["population"]["source"]).first()
    sentence = _what(source, expression["measure"], theme_label)
    people = {
        Unit.PERSON: _("de personnes"),
        Unit.GROUP: _("de groupes"),
        Unit.ORGANISATION: _("d’organisations"),
    }[Unit(expression["population"]["unit"])]
    sentence += _(", parmi les participations %(people)s") % {"people": people}
    sentence += _(" à « %(label)s »") % {"label": source.label if source else "?"}
    for name, values in expression["filters"].items():
        sentence += _(", limité à : %(values)s") % {"values": _(" ou ").join(_values(source, name, values))}
    if expression["group"]:
        sentence += _(", selon : %(group)s") % {"group": _group_words()[expression["group"]]}
    return sentence + "."


def _what(source: Source | None, measure: Mapping[str, str], theme_label: str) -> str:
    kind = Measure(measure["kind"])
    if kind == Measure.PARTICIPATIONS:
        return _("Nombre de participations")
    if kind == Measure.THEME:
        theme = None if theme_label else Theme.objects.filter(public_id=measure["theme"]).first()
        return _("Nombre de contributions rattachées au thème « %(label)s »") % {
            "label": theme_label or (theme.label if theme else "?")
        }
    question = SourceQuestion.objects.filter(source=source, key=measure.get("question", "")).first()
    wording = question.wording if question else "?"
    if kind == Measure.CLOSED_ANSWER:
        return _("Nombre de réponses à la question « %(wording)s »") % {"wording": wording}
    if "question" in measure:
        return _("Nombre de contributions à la question « %(wording)s »") % {"wording": wording}
    return _("Nombre de contributions")


def _group_words() -> dict[str, str]:
    return {
        "department": _("le département"),
        "age_band": _("la tranche d’âge"),
        "sex": _("le sexe"),
        "channel": _("le canal"),
        "question": _("la question"),
    }


def _values(source: Source | None, name: str, values: Sequence[str]) -> list[str]:
    labels = labels_of(source, name)
    return [labels.get(value, value) if value else _("non renseigné") for value in values]


def labels_of(source: Source | None, name: str) -> dict[str, str]:
    """{value: what a person reads} for a field that groups or filters."""
    if name == "department":
        return dict(Territory.objects.departments().values_list("code", "name"))
    if name == "channel":
        return {value: str(label) for value, label in Channel.choices}
    if name == "question":
        return dict(SourceQuestion.objects.filter(source=source).values_list("key", "wording"))
    return {}
