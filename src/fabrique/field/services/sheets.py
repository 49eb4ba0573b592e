"""A questionnaire as the three sheets of an XLSForm: survey, choices, settings.

Fed by the definition in each language that is offered. Feeds the workbook (XLSX) and the XForm.

Source: XLSForm reference (xlsform.org/en/ref-table); columns « fabrique_… » are ours and other tools ignore them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from fabrique.common.enums import Language
from fabrique.consultations.enums import QuestionKind
from fabrique.consultations.models import Consultation, QuestionnaireVersion
from fabrique.consultations.services import definition_of, offered_languages
from fabrique.consultations.services.definition import Definition, QuestionDef
from fabrique.consultations.services.documents import MAX_LENGTH
from fabrique.field.services.consenting import consent_rows
from fabrique.field.services.naming import question_name, section_name, slot_name, special_name

Row = dict[str, Any]
COMMUNES = "communes.csv"
#: characters that XML 1.0 does not allow
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: the language of a column as XLSForm writes it
COLUMN = {
    Language.FRENCH: "Français (fr)",
    Language.ENGLISH: "English (en)",
    Language.OCCITAN: "Occitan (oc)",
    Language.CATALAN: "Català (ca)",
    Language.SPANISH: "Español (es)",
    Language.ARABIC: "العربية (ar)",
}


@dataclass(frozen=True)
class Sheets:
    """The rows of each sheet, {column: cell}."""

    survey: list[Row]
    choices: list[Row]
    settings: list[Row]

    def as_dict(self) -> dict[str, list[Row]]:
        return {"survey": self.survey, "choices": self.choices, "settings": self.settings}


def plain(text: str) -> str:
    """A text that stays a text: no reference « ${…} », no character that XML refuses."""
    return _NOT_XML.sub("", text).replace("${", "$ {").strip()


def labelled(column: str, texts: dict[str, str]) -> Row:
    """{« label::Français (fr) »: text, …}."""
    return {f"{column}::{COLUMN[Language(code)]}": plain(text) for code, text in texts.items()}


def form_id(consultation: Consultation) -> str:
    return f"fabrique-{consultation.public_id}"


def sheets_of(version: QuestionnaireVersion) -> Sheets:
    """The whole form: agreement first, then each part, then the code of the slip. French whoever asks."""
    with translation.override(settings.LANGUAGE_CODE):
        return _Builder(version).built()


class _Builder:
    def __init__(self, version: QuestionnaireVersion) -> None:
        self.version = version
        self.languages = offered_languages(version)
        self.definitions: dict[str, Definition] = {
            code: definition_of(version, language=code) for code in self.languages
        }
        self.french = self.definitions[Language.FRENCH]
        self.survey: list[Row] = []
        self.choices: list[Row] = []

    def built(self) -> Sheets:
        consultation = self.version.consultation
        rows, choices = consent_rows(consultation, self._same)
        self.survey += rows
        self.choices += choices
        for section in self.french.sections:
            titles = {code: one.section(section.key).title for code, one in self.definitions.items()}
            self.survey.append(
                {"type": "begin_group", "name": section_name(section.key), **labelled("label", titles)}
            )
            if section.introduction.strip():
                words = {
                    code: one.section(section.key).introduction for code, one in self.definitions.items()
                }
                self.survey.append(
                    {
                        "type": "note",
                        "name": f"{section_name(section.key)}__intro",
                        **labelled("label", words),
                    }
                )
            for question in section.questions:
                self._question(question)
            self.survey.append({"type": "end_group"})
        self._code()
        return Sheets(self.survey, self.choices, [self._settings(consultation)])

    def _settings(self, consultation: Consultation) -> Row:
        return {
            "form_title": plain(consultation.title),
            "form_id": form_id(consultation),
            "version": str(self.version.number),
            "default_language": COLUMN[Language.FRENCH],
        }

    def _same(self, column: str, text: str) -> Row:
        """A text that is in French only, under every language."""
        return labelled(column, dict.fromkeys(self.languages, text))

    def _words(self, column: str, question: QuestionDef, attribute: str) -> Row:
        texts = {
            code: getattr(one.question(question.key), attribute) for code, one in self.definitions.items()
        }
        return labelled(column, texts) if any(text.strip() for text in texts.values()) else {}

    def _question(self, question: QuestionDef) -> None:
        row: Row = {
            "name": question_name(question.key),
            **self._words("label", question, "title"),
            **self._words("hint", question, "help"),
            "fabrique_kind": question.kind,
            "fabrique_role": question.profile_role,
            "fabrique_unit": question.unit,
            "fabrique_max": question.maximum,
        }
        if question.required:
            row |= {"required": "yes", **self._same("required_message", _("Il faut une réponse ici."))}
        if condition := _condition(self.french, question):
            row["relevant"] = condition
        makers = {
            QuestionKind.SINGLE: self._single,
            QuestionKind.SCALE: self._single,
            QuestionKind.MULTIPLE: self._multiple,
            QuestionKind.RANKING: self._ranking,
            QuestionKind.NUMBER: self._number,
            QuestionKind.TERRITORY: self._territory,
        }
        makers.get(QuestionKind(question.kind), self._text)(question, row)

    def _constrained(self, row: Row, rule: str, message: str) -> Row:
        return row | {"constraint": rule, **self._same("constraint_message", message)}

    def _list(self, question: QuestionDef) -> str:
        """The choices of a question as a list of their own; its name."""
        name = f"l_{question.key}"
        for place, choice in enumerate(question.choices):
            labels = {
                code: one.question(question.key).choices[place].label
                for code, one in self.definitions.items()
            }
            self.choices.append(
                {
                    "list_name": name,
                    "name": choice.key,
                    **labelled("label", labels),
                    "fabrique_value": choice.value,
                    "fabrique_exclusive": "yes" if choice.exclusive else None,
                }
            )
        return name

    def _single(self, question: QuestionDef, row: Row) -> None:
        appearance = "likert" if question.kind == QuestionKind.SCALE else None
        self.survey.append({"type": f"select_one {self._list(question)}", **row, "appearance": appearance})

    def _multiple(self, question: QuestionDef, row: Row) -> None:
        rules, said = [], []
        if question.maximum is not None:
            rules.append(f"count-selected(.) <= {question.maximum}")
            said.append(_("%(n)s réponses au plus.") % {"n": question.maximum})
        for key in question.exclusive_keys:
            rules.append(f"not(selected(., '{key}') and count-selected(.) > 1)")
            label = next(choice.label for choice in question.choices if choice.key == key)
            said.append(_("« %(label)s » va seul.") % {"label": label})
        if rules:
            row = self._constrained(row, " and ".join(rules), " ".join(said))
        self.survey.append({"type": f"select_multiple {self._list(question)}", **row})

    def _ranking(self, question: QuestionDef, row: Row) -> None:
        """One list a place: the first, the second…; the same answer is not given twice."""
        listed, places = self._list(question), question.maximum or len(question.choices)
        for rank in range(1, places + 1):
            one = dict(row) if rank == 1 else {k: v for k, v in row.items() if not k.startswith("required")}
            one["name"] = slot_name(question.key, rank)
            for column in [name for name in one if name.startswith("label::")]:
                one[column] = f"{one[column]} ({rank})"
            if rank > 1:
                earlier = [slot_name(question.key, before) for before in range(1, rank)]
                rules = [f". != ${{{name}}}" for name in earlier]
                one = self._constrained(
                    one, " and ".join(rules), _("Cette réponse est déjà à une autre place.")
                )
                asked = f"${{{earlier[-1]}}} != ''"
                one["relevant"] = f"({row['relevant']}) and {asked}" if "relevant" in row else asked
            self.survey.append({"type": f"select_one {listed}", **one})

    def _number(self, question: QuestionDef, row: Row) -> None:
        rules = [
            f". {sign} {bound}"
            for sign, bound in ((">=", question.min_value), ("<=", question.max_value))
            if bound is not None
        ]
        if rules:
            row = self._constrained(row, " and ".join(rules), _("Ce nombre sort des limites."))
        self.survey.append({"type": "decimal", **row})

    def _text(self, question: QuestionDef, row: Row) -> None:
        most = question.max_length or MAX_LENGTH[QuestionKind(question.kind)]
        row = self._constrained(
            row, f"string-length(.) <= {most}", _("%(n)s caractères au plus.") % {"n": most}
        )
        long = question.kind == QuestionKind.LONG_TEXT
        self.survey.append(
            {
                "type": "text",
                **row,
                "appearance": "multiline" if long else None,
                "fabrique_max_length": question.max_length,
            }
        )

    def _territory(self, question: QuestionDef, row: Row) -> None:
        """A commune found by its first letters in a list that travels with the form, or a special answer."""
        special = {k: v for k, v in row.items() if not k.startswith(("required", "hint", "fabrique_"))}
        special["name"] = special_name(question.key)
        for column in [name for name in special if name.startswith("label::")]:
            special[column] = f"{special[column]} – {_('autre situation')}"
        if question.choices:
            row = {k: v for k, v in row.items() if not k.startswith("required")}
        self.survey.append({"type": f"select_one_from_file {COMMUNES}", **row, "appearance": "autocomplete"})
        if question.choices:
            asked = f"${{{question_name(question.key)}}} = ''"
            special["relevant"] = f"({row['relevant']}) and {asked}" if "relevant" in row else asked
            if question.required:
                special |= {
                    "required": "yes",
                    **self._same("required_message", _("Il faut une réponse ici.")),
                }
            self.survey.append({"type": f"select_one {self._list(question)}", **special})

    def _code(self) -> None:
        """The code of the slip given to the person, typed so that it opens their answer."""
        from fabrique.field.services.naming import CODE

        row: Row = {
            "type": "text",
            "name": CODE,
            **self._same("label", _("Code du ticket remis à la personne")),
            **self._same(
                "hint",
                _("14 lettres et chiffres. Sans ticket, laissez vide : la personne ne pourra pas suivre."),
            ),
        }
        rule = "regex(., '^[0-9A-Za-z \\-]{14,20}$')"
        self.survey.append(self._constrained(row, rule, _("Ce code n’est pas complet.")))


def _condition(definition: Definition, question: QuestionDef) -> str:
    """« relevant » of a question: one of these answers was given above."""
    if question.show_if is None:
        return ""
    asked = definition.question(question.show_if.question)
    return " or ".join(_given(asked, key) for key in question.show_if.any_of)


def _given(asked: QuestionDef, key: str) -> str:
    if asked.kind == QuestionKind.MULTIPLE:
        return f"selected(${{{question_name(asked.key)}}}, '{key}')"
    if asked.kind == QuestionKind.RANKING:
        places = range(1, (asked.maximum or len(asked.choices)) + 1)
        return " or ".join(f"${{{slot_name(asked.key, rank)}}} = '{key}'" for rank in places)
    name = special_name(asked.key) if asked.kind == QuestionKind.TERRITORY else question_name(asked.key)
    return f"${{{name}}} = '{key}'"


def choices_columns(rows: Sequence[Row]) -> list[str]:
    """Every column met in the rows of a sheet, in order of first appearance."""
    return list(dict.fromkeys(column for row in rows for column, cell in row.items() if cell is not None))
