"""The dossier as a workbook: one sheet a kind of row, numbers as numbers and dates as dates, to sort and filter.

Fed by the content of a snapshot. Feeds dossier_file(…, "xlsx").
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.plan.enums import (
    ActionStage,
    DecisionKind,
    FindingTone,
    FollowUpState,
    FunderKind,
    MilestoneState,
    Weather,
)
from fabrique.plan.services.differences import difference
from fabrique.web.shared.dossier import words
from fabrique.web.shared.dossier.packing import repacked
from fabrique.web.shared.dossier.sections import change_rows
from fabrique.web.shared.dossier.words import label
from fabrique_core.files import put_text
from fabrique_core.progress import Course

WIDEST, NARROWEST = 60, 10
Row = Sequence[Any]
#: name, heads, rows
Sheet = tuple[str, list[str], list[Row]]


def workbook(content: Mapping[str, Any], before: Mapping[str, Any] | None, on: date, reference: str) -> bytes:
    """The XLSX. Raises Refused('dossier.libraries') on a server without openpyxl."""
    try:
        import openpyxl
    except ImportError as missing:
        raise Refused(
            "dossier.libraries", _("Ce serveur ne peut pas écrire de XLSX : il lui manque openpyxl.")
        ) from missing
    book = openpyxl.Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    for title, heads, rows in _sheets(content, before, reference):
        _sheet(book.create_sheet(title), heads, rows)
    book.properties.title = f"{content['plan']['title']}, {content['scope']['name']}"
    book.properties.language = "fr-FR"
    out = io.BytesIO()
    book.save(out)
    return repacked(out.getvalue(), on)


def _sheet(sheet: Any, heads: Sequence[str], rows: Iterable[Row]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    lines = [list(row) for row in rows]
    for rank, line in enumerate([list(heads), *lines], start=1):
        for column, said in enumerate(line, start=1):
            cell = sheet.cell(row=rank, column=column)
            put_text(cell, said)
            if isinstance(said, str):
                cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(said, float):
                cell.number_format = "0.0#"
            if isinstance(said, date):
                cell.number_format = "DD/MM/YYYY"
            if rank == 1:
                cell.font = Font(bold=True)
    for column in range(1, len(heads) + 1):
        longest = max(len(str(line[column - 1] or "")) for line in [list(heads), *lines])
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, NARROWEST), WIDEST)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    if lines:
        sheet.auto_filter.ref = sheet.dimensions


def _sheets(content: Mapping[str, Any], before: Mapping[str, Any] | None, reference: str) -> list[Sheet]:
    """All the sheets, in the order in which they are read."""
    actions = content["actions"]
    moved: list[Row] = [*change_rows(difference(before, content))] if before else []
    return [
        (_("Lisez-moi"), [_("Rubrique"), _("Contenu")], _about(content, reference)),
        (_("Actions"), _action_heads(), [_action(one) for one in actions]),
        *_lines(actions),
        *_measures(actions),
        *_judgements(actions),
        (_("Changements"), [_("Action"), _("Ce qui change"), _("Avant → après")], moved),
    ]


def _each(actions: Sequence[Mapping[str, Any]], name: str) -> list[tuple[str, Mapping[str, Any]]]:
    """(key of the action, line) of every line under that name."""
    return [(one["key"], each) for one in actions for each in one[name]]


def _lines(actions: Sequence[Mapping[str, Any]]) -> list[Sheet]:
    """Milestones and money."""
    steps: list[Row] = [
        [key, one["label"], _date(one["due_on"]), label(MilestoneState, one["state"]), _date(one["done_on"]),
         one["note"]]
        for key, one in _each(actions, "milestones")
    ]  # fmt: skip
    money: list[Row] = [
        [key, one["year"], label(FunderKind, one["funder"]), one["funder_name"],
         *(_euros(one[name]) for name in words.MONEY)]
        for key, one in _each(actions, "budget")
    ]  # fmt: skip
    return [
        (
            _("Jalons"),
            [_("Action"), _("Jalon"), _("Prévu le"), _("État"), _("Fait le"), _("Précision")],
            steps,
        ),
        (
            _("Budget"),
            [_("Action"), _("Année"), _("Financeur"), _("Nom du financeur"), _("Prévu (€)"), _("Engagé (€)"),
             _("Dépensé (€)")],
            money,
        ),
    ]  # fmt: skip


def _measures(actions: Sequence[Mapping[str, Any]]) -> list[Sheet]:
    """Indicators, and their values one by one."""
    indicators: list[Row] = [
        [key, one["title"], one["unit"], one["baseline"], one["target"], _date(one["target_on"]), one["rate"],
         str(words.COURSES[Course(one["course"])])]
        for key, one in _each(actions, "indicators")
    ]  # fmt: skip
    values: list[Row] = [
        [key, one["title"], _date(each["on"]), each["value"], _("oui") if each["provisional"] else _("non"),
         each["source"]]
        for key, one in _each(actions, "indicators")
        for each in one["values"]
    ]  # fmt: skip
    return [
        (
            _("Indicateurs"),
            [_("Action"), _("Indicateur"), _("Unité"), _("Départ"), _("Cible"), _("Cible pour le"),
             _("Avancement (%)"), _("Tendance")],
            indicators,
        ),
        (
            _("Valeurs"),
            [_("Action"), _("Indicateur"), _("Au"), _("Valeur"), _("Provisoire"), _("Source")],
            values,
        ),
    ]  # fmt: skip


def _judgements(actions: Sequence[Mapping[str, Any]]) -> list[Sheet]:
    """Decisions of reviews, and what users' associations found."""
    decisions: list[Row] = [
        [key, one["review"], _date(one["held_on"]), label(DecisionKind, one["kind"]), one["reason"],
         one["to_do"], one["owner"], _date(one["due_on"]), label(FollowUpState, one["follow_up"]),
         one["follow_up_note"]]
        for key, one in _each(actions, "decisions")
    ]  # fmt: skip
    findings: list[Row] = [
        [key, one["organisation"], _date(one["handed_in_on"]), label(FindingTone, one["tone"]), one["text"],
         one["method"], one["agency_view"]]
        for key, one in _each(actions, "findings")
    ]  # fmt: skip
    return [
        (
            _("Décisions"),
            [_("Action"), _("Revue"), _("Date"), _("Décision"), _("Raison"), _("À faire"), _("Qui"),
             _("Pour le"), _("Suite donnée"), _("Précision")],
            decisions,
        ),
        (
            _("Constats d’usagers"),
            [_("Action"), _("Association"), _("Remis le"), _("Constat"), _("Texte"), _("Méthode"),
             _("Point de vue de l’agence")],
            findings,
        ),
    ]  # fmt: skip


def _about(content: Mapping[str, Any], reference: str) -> list[Row]:
    return [
        [_("Plan"), content["plan"]["title"]],
        [_("Territoire"), content["scope"]["name"]],
        [_("État au"), date.fromisoformat(content["on"])],
        [_("Instantané"), content["label"]],
        [_("Référence"), reference],
        [_("Case vide"), _("La valeur n’est pas connue ; elle n’est pas nulle.")],
        [_("Clé"), _("La colonne « Action » porte la même clé dans toutes les feuilles.")],
        [
            _("Taux de réalisation"),
            _("Part du chemin faite entre la valeur de départ et la cible, en pour cent."),
        ],
    ]


def _action_heads() -> list[str]:
    return [
        _("Action"), _("Intitulé"), _("Territoire"), _("Objectif"), _("Étape"), _("Public"), _("Météo"),
        _("Phrase du pilote"), _("Météo du"), _("Avancement (%)"), _("Indicateurs connus"), _("Indicateurs"),
        _("Tendance"), _("Données"), _("Prévu (€)"), _("Engagé (€)"), _("Dépensé (€)"), _("Point de blocage"),
        _("Décision attendue"),
    ]  # fmt: skip


def _action(one: Mapping[str, Any]) -> Row:
    weather, blocking, progress = one["weather"] or {}, one["blocking"] or {}, one["progress"]
    return [
        one["key"],
        one["title"],
        one["territory"]["name"],
        one["objective"],
        label(ActionStage, one["stage"]),
        _("oui") if one["published"] else _("non"),
        label(Weather, weather.get("value"), ""),
        weather.get("sentence", ""),
        _date(weather.get("given_on")),
        progress["rate"],
        progress["known"],
        progress["total"],
        words.trend(progress),
        words.freshness(progress["age"]),
        *(_total(one, name) for name in words.MONEY),
        blocking.get("text", ""),
        blocking.get("decision", ""),
    ]


def _total(one: Mapping[str, Any], name: str) -> Decimal | None:
    known = [Decimal(line[name]) for line in one["budget"] if line[name] is not None]
    return sum(known, Decimal(0)) if known else None


def _date(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _euros(written: str | None) -> Decimal | None:
    return None if written is None else Decimal(written)
