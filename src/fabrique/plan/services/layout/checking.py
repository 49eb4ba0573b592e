"""Plain content (of a file, of a form) turned into a PlanFile: each value checked, each fault with its place.

Fed by layout.reading, layout.tables and the verbs of nomenclature. Feeds loading; the sentences say what to do.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.enums import OrganisationKind
from fabrique.common.errors import Refused
from fabrique.plan.enums import TitleBasis
from fabrique.plan.services.layout.spec import (
    BY_SECTION,
    LEVELS,
    MARK,
    PLAN_FIELDS,
    VERSION,
    Field,
    Kind,
    LevelSpec,
    Node,
    PlanFile,
)

#: (where in the file, what is wrong and what to do)
Problem = tuple[str, str]

_KEY = re.compile(r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$")
_TERRITORY = re.compile(r"^(region|departement|epci|commune):[0-9AB]{1,9}$")
_BREAKS = re.compile("\r\n?|\x85|\u2028|\u2029|\x0b|\x0c")
_LARGEST = 32_767
#: plans before the plan before… in one file; how deep facts may go
DEPTH, FACTS_DEPTH = 5, 12


class _Wrong(Exception):
    """One value is not acceptable; carries the sentence."""


def refuse(problems: Iterable[Problem], code: str = "plan_file.wrong") -> Refused:
    """The refusal that says the first fault and how many there are; `problems` in its params has them all."""
    found = list(problems)
    where, sentence = found[0]
    said = f"{where} : {sentence}" if where else sentence
    more = len(found) - 1
    if more:
        said += " " + ngettext("Et %(count)d autre erreur.", "Et %(count)d autres erreurs.", more) % {
            "count": more
        }
    return Refused(code, said, problems=found)


def checked(raw: Any, *, partial: bool = False) -> PlanFile:
    """The PlanFile of a whole file of our layout. Raises Refused('plan_file.wrong') with every fault found.

    Checks the form of each value and that keys are unique; what nodes say of one another is layout.rules' work.
    `partial`: fields that a node does not give stay out of it, instead of being empty.
    """
    problems: list[Problem] = []
    if not isinstance(raw, Mapping):
        raise refuse(
            [("", _("Ce fichier n’est pas celui d’un plan. Partez de l’export d’un plan existant."))]
        )
    if raw.get(MARK) != VERSION or isinstance(raw.get(MARK), bool):
        raise refuse(
            [
                (
                    MARK,
                    _("Ce fichier n’annonce pas un format connu. Écrivez en tête « %(mark)s: %(version)d ».")
                    % {"mark": MARK, "version": VERSION},
                )
            ],
            "plan_file.layout",
        )
    found = _document({key: value for key, value in raw.items() if key != MARK}, "", problems, DEPTH, partial)
    if problems or found is None:
        raise refuse(problems)
    return found


def _document(raw: Any, where: str, problems: list[Problem], depth: int, partial: bool) -> PlanFile | None:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("plan"), Mapping):
        problems.append((f"{where}plan", _("L’en-tête du plan manque. Ajoutez « plan: » et ses champs.")))
        return None
    for name in set(raw) - {"plan", "previous", *BY_SECTION}:
        problems.append((f"{where}{name}", _("Cette partie n’existe pas. Retirez-la ou corrigez son nom.")))
    plan = checked_values(PLAN_FIELDS, raw["plan"], f"{where}plan", problems, partial=partial)
    previous = raw.get("previous")
    if previous is not None and not isinstance(previous, str):
        if depth == 0:
            problems.append((f"{where}previous", _("Ce fichier enchaîne trop de plans précédents.")))
            return None
        previous = _document(previous, f"{where}previous.", problems, depth - 1, partial)
    sections = {
        level.section: _section(level, raw[level.section], where, problems, partial)
        for level in LEVELS
        if level.section in raw
    }
    return PlanFile(plan=plan, sections=sections, previous=previous or None)


def _section(level: LevelSpec, raw: Any, where: str, problems: list[Problem], partial: bool) -> list[Node]:
    place = f"{where}{level.section}"
    if not isinstance(raw, list):
        if raw is not None:
            problems.append((place, _("Écrivez ici une liste : un tiret devant chaque élément.")))
        return []
    nodes: list[Node] = []
    seen: set[str] = set()
    for rank, one in enumerate(raw, start=1):
        at = f"{place}[{rank}]"
        if not isinstance(one, Mapping):
            problems.append(
                (at, _("Écrivez ici les champs de l’élément, chacun sous la forme « nom: valeur »."))
            )
            continue
        node = checked_node(level, one, at, problems, partial=partial)
        if node.get("key") and node["key"] in seen:
            problems.append((f"{at}.key", _("La clé « %(key)s » est déjà prise.") % {"key": node["key"]}))
        seen.add(node.get("key", ""))
        nodes.append(node)
    return nodes


def checked_node(
    level: LevelSpec, raw: Mapping[str, Any], where: str, problems: list[Problem], *, partial: bool = False
) -> Node:
    """The node that these values make. `partial`: fields that are not given stay out instead of empty."""
    node = checked_values(level.fields, raw, where, problems, partial=partial)
    return node if partial else settled(level, node)


def settled(level: LevelSpec, node: Node) -> Node:
    """The whole node: what it does not give is empty; a title without origin is the plan's own words."""
    whole = {**{each.name: each.empty() for each in level.fields}, **node}
    if level.section == "challenges" and not whole["basis"]:
        whole["basis"] = str(TitleBasis.EXPLICIT if whole["title"] else TitleBasis.UNKNOWN)
    return whole


def checked_values(
    fields: Iterable[Field],
    raw: Mapping[str, Any],
    where: str,
    problems: list[Problem],
    *,
    partial: bool = False,
) -> Node:
    """{field: value in the form of a checked file}; faults are added to `problems`."""
    known = {each.name: each for each in fields}
    for name in raw:
        if name not in known:
            problems.append(
                (f"{where}.{name}", _("Ce champ n’existe pas ici. Retirez-le ou corrigez son nom."))
            )
    node: Node = {}
    for name, described in known.items():
        if partial and name not in raw and not (described.required and described.kind is Kind.KEY):
            continue
        try:
            value = raw.get(name)
            node[name] = (
                described.empty() if value is None or value == "" else _READ[described.kind](described, value)
            )
            if described.required and node[name] in ("", None):
                raise _Wrong(_("Ce champ est obligatoire. Remplissez-le."))
        except _Wrong as wrong:
            node[name] = described.empty()
            problems.append((f"{where}.{name}", str(wrong)))
    return node


def clean_text(value: Any) -> str:
    """A text in one form: composed accents, plain line breaks, nothing around. Raises _Wrong on a control character."""
    if isinstance(value, bool | float) or not isinstance(value, str | int):
        raise _Wrong(_("Écrivez ici un texte."))
    text = unicodedata.normalize("NFC", _BREAKS.sub("\n", str(value))).strip()
    if (
        any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") and c not in "\n\t" for c in text)
        or "\ufeff" in text
    ):
        raise _Wrong(_("Ce texte contient un caractère invisible interdit. Saisissez-le de nouveau."))
    return text


def _text(described: Field, value: Any) -> str:
    text = clean_text(value)
    if described.length and len(text) > described.length:
        raise _Wrong(
            _("Ce texte compte %(found)d caractères, pour %(limit)d au plus. Raccourcissez-le.")
            % {"found": len(text), "limit": described.length}
        )
    return text


def _line(described: Field, value: Any) -> str:
    return _text(described, " ".join(clean_text(value).split()))


def _key(described: Field, value: Any) -> str:
    key = _text(described, value)
    if not _KEY.match(key):
        raise _Wrong(_("Une clé ne contient que des minuscules sans accent, des chiffres et des tirets."))
    return key


def _number(described: Field, value: Any) -> int:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:9])
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise _Wrong(_("Écrivez ici un nombre entier."))
    return value


def _flag(described: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    said = {"true": True, "false": False, "oui": True, "non": False, "1": True, "0": False}
    word = str(value).strip().lower()
    if word not in said:
        raise _Wrong(_("Écrivez ici « true » (oui) ou « false » (non)."))
    return said[word]


def _date(described: Field, value: Any) -> str:
    try:
        text = value.isoformat() if isinstance(value, date) else clean_text(value)
        if not re.match(r"^\d{4}-\d{2}-\d{2}$", text) or int(text[:4]) < 1900:
            raise ValueError(text)
        return date.fromisoformat(text).isoformat()
    except ValueError as wrong:
        raise _Wrong(
            _("Cette date n’existe pas. Écrivez l’année, le mois et le jour : « 2028-10-31 ».")
        ) from wrong


def _url(described: Field, value: Any) -> str:
    address = _line(described, value)
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as wrong:
        raise _Wrong(_("Écrivez une adresse web complète, qui commence par « https:// ».")) from wrong
    return address


def _choice(described: Field, value: Any) -> str:
    choices = described.choices.values if described.choices else []
    word = clean_text(value)
    if word not in choices:
        raise _Wrong(_("Valeur inconnue. Valeurs possibles : %(choices)s.") % {"choices": ", ".join(choices)})
    return word


def _several(value: Any) -> list[Any]:
    if isinstance(value, str):
        value = [each for each in value.split("|") if each.strip()]
    if not isinstance(value, list | tuple):
        raise _Wrong(_("Écrivez ici une liste : un tiret devant chaque élément."))
    return list(value)


def _choices(described: Field, value: Any) -> list[str]:
    return sorted({_choice(described, each) for each in _several(value)})


def _ref(described: Field, value: Any) -> str:
    return _key(described, value)


def _refs(described: Field, value: Any) -> list[str]:
    return sorted({_key(described, each) for each in _several(value)})


def _territory(described: Field, value: Any) -> str:
    place = clean_text(value)
    if not _TERRITORY.match(place):
        raise _Wrong(_("Écrivez le niveau et le code du territoire, par exemple « departement:48 »."))
    return place


def _organisation(described: Field, value: Any) -> dict[str, str]:
    """{name, kind, territory}; in a table « nom | nature | territoire », the last two as they are known."""
    if isinstance(value, str):
        parts = [part.strip() for part in value.split("|")]
        value = dict(zip(("name", "kind", "territory"), parts, strict=False))
    if not isinstance(value, Mapping) or set(value) - {"name", "kind", "territory"}:
        raise _Wrong(
            _("Donnez de l’organisme son nom (name), sa nature (kind) et son territoire (territory).")
        )
    name = " ".join(clean_text(value.get("name") or "").split())
    kind = clean_text(value.get("kind") or OrganisationKind.OTHER.value)
    if not name or len(name) > 200 or "|" in name or kind not in OrganisationKind.values:
        raise _Wrong(
            _("Donnez de l’organisme un nom de 200 caractères au plus et une nature parmi : %(choices)s.")
            % {"choices": ", ".join(OrganisationKind.values)}
        )
    return {"name": name, "kind": kind, "territory": _territory(described, value.get("territory") or "")}


def _facts(described: Field, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise _Wrong(_("Écrivez ici des faits sous la forme « nom: valeur »."))
    plain = _plain(value, FACTS_DEPTH)
    assert isinstance(plain, dict)
    return plain


def _plain(value: Any, depth: int) -> Any:
    if depth == 0:
        raise _Wrong(_("Ces faits sont trop imbriqués. Mettez-les à plat."))
    if isinstance(value, Mapping):
        return {clean_text(key): _plain(each, depth - 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each, depth - 1) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise _Wrong(_("Ce nombre n’en est pas un. Retirez-le."))
    if value is None or isinstance(value, bool | int | float):
        return value
    return clean_text(value)


_READ: Mapping[Kind, Callable[[Field, Any], Any]] = {
    Kind.KEY: _key,
    Kind.LINE: _line,
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.FLAG: _flag,
    Kind.DATE: _date,
    Kind.URL: _url,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.REF: _ref,
    Kind.REFS: _refs,
    Kind.TERRITORY: _territory,
    Kind.ORGANISATION: _organisation,
    Kind.FACTS: _facts,
}
