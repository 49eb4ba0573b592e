"""The tables and columns of the sheets: their names never change, their cells are read and written here.

Fed by nothing but the plan's own words. Feeds the export, the reading of files and docs/guides/pilote.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from fabrique.common.folding import fold
from fabrique.plan.enums import (
    ActionStage,
    CrossMark,
    Direction,
    FunderKind,
    IndicatorKind,
    LogicStage,
    MilestoneState,
    PartnerRole,
    Universalism,
    Weather,
)

#: between the elements of a cell that holds several
SEPARATOR = " | "
#: longest text of a cell: what a workbook holds
LONGEST = 32_000
YES, NO = "oui", "non"
#: the codes shared with the pure library are English: a file says them in French, and reads both
IN_FILES: dict[Any, str] = {Direction.RISE: "hausse", Direction.FALL: "baisse"}
_FRENCH_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


class Kind(Enum):
    """What a cell holds."""

    TEXT = "texte"
    LINE = "ligne"
    DAY = "date"
    AMOUNT = "montant"
    NUMBER = "nombre"
    WHOLE = "entier"
    CHOICE = "choix"
    YES_NO = "oui-non"
    LIST = "liste"


class Unreadable(ValueError):
    """A cell that does not hold what its column wants; the message says what to do."""


class Formula(str):
    """A formula that the file keeps without its result: its cell is not empty, and nobody knows what it holds."""


@dataclass(frozen=True)
class Column:
    """`writable` False: shown for information, never read. `identity`: says which row it is."""

    title: str
    kind: Kind = Kind.LINE
    choices: type[models.TextChoices] | None = None
    writable: bool = True
    identity: bool = False

    def value(self, cell: Any) -> Any:
        """What a cell of a file says: str, date, Decimal, float, int, bool, list[str]; None or "" where empty.

        Raises Unreadable.
        """
        if isinstance(cell, Formula):
            raise Unreadable(
                _("Cette formule est sans résultat dans le fichier : écrivez la valeur elle-même.")
            )
        if self.kind is Kind.DAY and isinstance(cell, datetime | date):
            return cell.date() if isinstance(cell, datetime) else cell
        text = clean("" if cell is None else as_text(cell))
        if len(text) > LONGEST:
            raise Unreadable(_("Ce texte est trop long : 32 000 caractères au plus."))
        return _READERS[self.kind](self, text)


def clean(text: str) -> str:
    """A text as it is compared: one kind of line end, no control character, no blank around."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def as_text(cell: Any) -> str:
    """A cell as a person reads it: 12.0 is 12."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, bool):
        return YES if cell else NO
    return str(cell)


def _line(column: Column, text: str) -> str:
    return " ".join(text.split())


def _day(column: Column, text: str) -> date | None:
    if not text:
        return None
    french = _FRENCH_DAY.match(text)
    try:
        if french:
            return date(int(french[3]), int(french[2]), int(french[1]))
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise Unreadable(_("Écrivez une date comme 31/12/2026.")) from error


def decimal_of(text: str) -> Decimal | None:
    written = _SPACES.sub("", text).removesuffix("€").removesuffix("%").replace("−", "-").replace(",", ".")
    if not written:
        return None
    try:
        number = Decimal(written)
    except InvalidOperation as error:
        raise Unreadable(_("Écrivez un nombre comme 1 250,50, ou laissez vide s’il est inconnu.")) from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise Unreadable(_("Écrivez un nombre comme 1 250,50, ou laissez vide s’il est inconnu."))
    return number


def _amount(column: Column, text: str) -> Decimal | None:
    number = decimal_of(text)
    return None if number is None else number.quantize(Decimal("0.01"))


def _number(column: Column, text: str) -> float | None:
    number = decimal_of(text)
    return None if number is None else float(number)


def _whole(column: Column, text: str) -> int | None:
    number = decimal_of(text)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise Unreadable(_("Écrivez un nombre entier."))
    return int(number)


def _choice(column: Column, text: str) -> str:
    """The member of the list, by its code, its word in files or its label; "" where empty."""
    assert column.choices is not None
    if not text:
        return text
    for value in column.choices:
        said = (str(value.value), str(value.label), IN_FILES.get(value, ""))
        if text == value.value or fold(text) in {fold(one) for one in said} - {""}:
            return value
    words = ", ".join(IN_FILES.get(value, value.value) for value in column.choices)
    raise Unreadable(_("Écrivez un de ces mots : %(words)s.") % {"words": words})


def _yes_no(column: Column, text: str) -> bool:
    folded = fold(text)
    if folded in ("oui", "vrai", "true", "1", "x"):
        return True
    if folded in ("", "non", "faux", "false", "0"):
        return False
    raise Unreadable(_("Écrivez oui ou non."))


def _list(column: Column, text: str) -> list[str]:
    found = [" ".join(part.split()) for part in text.split("|")]
    kept = list(dict.fromkeys(part for part in found if part))
    if column.choices is not None:
        kept = [_choice(column, part) for part in kept]
    return kept


_READERS: Mapping[Kind, Any] = {
    Kind.TEXT: lambda column, text: text,
    Kind.LINE: _line,
    Kind.DAY: _day,
    Kind.AMOUNT: _amount,
    Kind.NUMBER: _number,
    Kind.WHOLE: _whole,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.LIST: _list,
}


def _key(title: str) -> Column:
    return Column(title, identity=True)


def _shown(title: str, kind: Kind = Kind.LINE) -> Column:
    return Column(title, kind, writable=False)


#: of which action a row is, and the state of its sheet when the file was made
_OF_ACTION = (_key("action"), _shown("revision", Kind.WHOLE))

#: {table: its columns in order}; the names are those of the sheets of the workbook and of the CSV files
TABLES: dict[str, tuple[Column, ...]] = {
    "actions": (
        _key("cle"),
        _shown("revision", Kind.WHOLE),
        Column("territoire"),
        Column("objectif"),
        Column("programme"),
        Column("intitule", Kind.TEXT),
        Column("description", Kind.TEXT),
        Column("etape", Kind.CHOICE, ActionStage),
        Column("pilote"),
        Column("mise_en_oeuvre", Kind.TEXT),
        Column("reproductibilite", Kind.TEXT),
        Column("universalisme", Kind.CHOICE, Universalism),
        Column("graduation", Kind.TEXT),
        Column("marques", Kind.LIST, CrossMark),
        Column("publics", Kind.LIST),
        Column("instruments", Kind.LIST),
        Column("lieux", Kind.LIST),
        Column("debut", Kind.DAY),
        Column("fin", Kind.DAY),
        Column("blocage", Kind.TEXT),
        Column("decision", Kind.TEXT),
        Column("decision_de"),
        Column("decision_pour_le", Kind.DAY),
        Column("meteo", Kind.CHOICE, Weather),
        Column("meteo_phrase", Kind.TEXT),
        _shown("meteo_du", Kind.DAY),
        Column("source", Kind.TEXT),
        _shown("publique", Kind.YES_NO),
    ),
    "partenaires": (*_OF_ACTION, _key("organisme"), Column("role", Kind.CHOICE, PartnerRole, identity=True)),
    "jalons": (
        _key("repere"),
        *_OF_ACTION,
        Column("intitule"),
        Column("prevu_le", Kind.DAY),
        Column("etat", Kind.CHOICE, MilestoneState),
        Column("fait_le", Kind.DAY),
        Column("precision", Kind.TEXT),
    ),
    "budget": (
        *_OF_ACTION,
        Column("annee", Kind.WHOLE, identity=True),
        Column("financeur", Kind.CHOICE, FunderKind, identity=True),
        _key("financeur_nom"),
        Column("prevu", Kind.AMOUNT),
        Column("engage", Kind.AMOUNT),
        Column("depense", Kind.AMOUNT),
    ),
    "portee": (
        *_OF_ACTION,
        _key("territoire"),
        Column("annee", Kind.WHOLE, identity=True),
        Column("personnes", Kind.WHOLE),
        Column("moyens", Kind.AMOUNT),
    ),
    "logique": (
        *_OF_ACTION,
        Column("rang", Kind.WHOLE, identity=True),
        Column("etage", Kind.CHOICE, LogicStage),
        Column("contenu", Kind.TEXT),
        Column("hypothese", Kind.TEXT),
    ),
    "indicateurs": (
        _key("cle"),
        *_OF_ACTION,
        Column("intitule", Kind.TEXT),
        Column("nature", Kind.CHOICE, IndicatorKind),
        Column("unite"),
        Column("compte_des_personnes", Kind.YES_NO),
        Column("mode_de_calcul", Kind.TEXT),
        Column("sens", Kind.CHOICE, Direction),
        Column("depart", Kind.NUMBER),
        Column("depart_au", Kind.DAY),
        Column("cible", Kind.NUMBER),
        Column("cible_pour_le", Kind.DAY),
        Column("trajectoire", Kind.LIST),
        Column("tous_les_jours", Kind.WHOLE),
        Column("serie"),
    ),
    "valeurs": (
        *_OF_ACTION,
        _key("indicateur"),
        Column("au", Kind.DAY, identity=True),
        Column("valeur", Kind.NUMBER),
        Column("source"),
        Column("precision", Kind.TEXT),
        Column("provisoire", Kind.YES_NO),
    ),
}
