"""From the sheets of an XLSForm, ours or not, to the content of a questionnaire; what has no place is told.

Fed by workbook.sheets_in. Feeds consultations' load_questionnaire.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from fabrique.common.enums import Language
from fabrique.consultations.enums import ProfileRole, QuestionKind
from fabrique.field.services.naming import AGE, CODE, CONSENT, NOTICE, PARENT, SPECIAL, key_of, ranked
from fabrique.field.services.sheets import COLUMN, Row, Sheets
from fabrique_core.text.numbers import whole

#: rows that our own export adds and that the platform asks by itself
_OURS = {AGE, PARENT, CONSENT, CODE, NOTICE, "start", "end"}
_LANGUAGE = re.compile(r"^(label|hint)(?:::(?P<name>.*?)(?:\((?P<code>\w+)\))?\s*)?$", re.IGNORECASE)
_SELECT = re.compile(r"^(?P<kind>select_one|select_multiple|rank)\s+(?P<list>\S+)(?P<more>\s+or_other)?$")
_EQUAL = re.compile(r"^\$\{(?P<name>[^}]+)\}\s*=\s*['\"](?P<key>[^'\"]*)['\"]$")
_SELECTED = re.compile(r"^selected\(\s*\$\{(?P<name>[^}]+)\}\s*,\s*['\"](?P<key>[^'\"]*)['\"]\s*\)$")
_BOUND = re.compile(r"^\.\s*(?P<sign>>=|<=)\s*(?P<bound>-?\d+)$")
_COUNT = re.compile(r"count-selected\(\.\)\s*<=\s*(?P<n>\d+)")
#: columns that change how a form is filled in and that a questionnaire has no place for
_DROPPED = ("calculation", "default", "media::image", "media::audio", "media::video", "image", "repeat_count",
            "choice_filter", "read_only", "trigger", "parameters")  # fmt: skip


@dataclass
class Content:
    """The content for load_questionnaire, its translations {language: {text key: text}}, and what was set aside."""

    content: dict[str, Any]
    translations: dict[str, dict[str, str]] = field(default_factory=dict)
    set_aside: list[tuple[str, str]] = field(default_factory=list)


def content_in(sheets: Sheets) -> Content:
    """Read the sheets. Nothing is dropped in silence: set_aside is [(name of the row, why)]."""
    return _Reader(sheets).read()


class _Reader:
    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.default = _default_language(sheets)
        named = sheets.settings[0].get("form_id", "") if sheets.settings else ""
        self.ours = named.startswith("fabrique-")
        self.lists: dict[str, list[Row]] = {}
        for row in sheets.choices:
            self.lists.setdefault(row.get("list_name") or row.get("list name", ""), []).append(row)
        self.sections: list[dict[str, Any]] = []
        self.by_name: dict[str, dict[str, Any]] = {}
        self.taken: set[str] = set()
        self.found = Content({})

    def read(self) -> Content:
        depth = skipping = 0
        for row in self.sheets.survey:
            kind = " ".join(row.get("type", "").split()).replace("begin group", "begin_group")
            kind = kind.replace("end group", "end_group").replace("begin repeat", "begin_repeat")
            kind = kind.replace("end repeat", "end_repeat")
            if kind == "begin_repeat" or (kind == "begin_group" and depth and not skipping):
                skipping += int(kind == "begin_repeat")
                self._aside(row, _("un groupe répété ou emboîté : ses questions sont gardées une fois"))
                depth += 1
            elif kind == "begin_group":
                depth += 1
                self._section(row)
            elif kind in ("end_group", "end_repeat"):
                depth = max(depth - 1, 0)
                skipping -= int(kind == "end_repeat")
            else:
                self._row(kind, row)
        self.sections = [section for section in self.sections if section["questions"]]
        self.found.content = {"sections": self.sections}
        return self.found

    def _aside(self, row: Row, why: str) -> None:
        self.found.set_aside.append((row.get("name", "") or row.get("type", ""), why))

    def _section(self, row: Row) -> None:
        key = key_of(row.get("name", ""), self.taken)
        title = self._text(row, "label") or _("Partie %(n)s") % {"n": len(self.sections) + 1}
        self.sections.append({"key": key, "title": title, "intro": "", "questions": []})
        self._translate(row, "label", f"section:{key}:title")

    def _row(self, kind: str, row: Row) -> None:
        name = row.get("name", "")
        if self.ours and name in _OURS:
            return
        for column in _DROPPED:
            if row.get(column):
                self._aside(
                    row, _("« %(column)s » : la plateforme n’en a pas l’équivalent") % {"column": column}
                )
        if kind == "note":
            self._note(row)
        elif name.endswith(SPECIAL):
            self._special(row)
        elif (place := ranked(name)) and place[0] in self.by_name and kind.startswith("select_one"):
            self._slot(place[0], place[1])
        else:
            self._question(kind, row)

    def _note(self, row: Row) -> None:
        """A note is the introduction of its part, while no question was read there."""
        words = self._text(row, "label")
        if words and self.sections and not self.sections[-1]["questions"] and not self.sections[-1]["intro"]:
            self.sections[-1]["intro"] = words
            self._translate(row, "label", f"section:{self.sections[-1]['key']}:introduction")
        elif words:
            self._aside(row, _("une note au milieu des questions"))

    def _question(self, kind: str, row: Row) -> None:
        made = self._kind(kind, row)
        if made is None:
            return
        if not self.sections:
            self.sections.append(
                {"key": key_of("partie-1", self.taken), "title": _("Questions"), "questions": []}
            )
        name, title = row.get("name", ""), self._text(row, "label")
        place = ranked(name) if made["kind"] == QuestionKind.RANKING else None
        origin = place[0] if place else name
        key = key_of(origin, self.taken)
        suffix = " (1)" if place else ""
        question = {"key": key, "title": title.removesuffix(suffix), **made}
        if helped := self._text(row, "hint"):
            question["help"] = helped
        if row.get("required", "").lower() in ("yes", "true", "true()", "oui"):
            question["required"] = True
        role = row.get("fabrique_role", "")
        question["profile_role"] = role if role in ProfileRole.values else ProfileRole.NONE
        self.by_name[origin] = question
        self._condition(row, question)
        self._limits(row, question)
        self.sections[-1]["questions"].append(question)
        self._translate(row, "label", f"question:{key}:title", suffix)
        self._translate(row, "hint", f"question:{key}:help")
        self._translate_choices(kind, question)

    def _kind(self, kind: str, row: Row) -> dict[str, Any] | None:
        """{kind, choices}; None, and said, for what no question of ours is."""
        said = row.get("fabrique_kind", "")
        if kind.startswith("select_one_from_file"):
            return {"kind": QuestionKind.TERRITORY, "choices": []}
        if chosen := _SELECT.match(kind):
            if chosen["more"]:
                self._aside(row, _("« autre, précisez » : ajoutez une question de texte"))
            return self._choices(chosen, row, said)
        plain = {"text": QuestionKind.SHORT_TEXT, "integer": QuestionKind.NUMBER, "decimal": QuestionKind.NUMBER,
                 "range": QuestionKind.NUMBER}  # fmt: skip
        if kind not in plain:
            self._aside(row, _("une question de nature « %(kind)s »") % {"kind": kind or "?"})
            return None
        long = "multiline" in row.get("appearance", "")
        return {"kind": QuestionKind.LONG_TEXT if kind == "text" and long else plain[kind]}

    def _choices(self, chosen: re.Match[str], row: Row, said: str) -> dict[str, Any] | None:
        rows = self.lists.get(chosen["list"], [])
        if not rows:
            self._aside(row, _("sa liste de réponses « %(name)s » manque") % {"name": chosen["list"]})
            return None
        kinds = {"select_multiple": QuestionKind.MULTIPLE, "rank": QuestionKind.RANKING}
        kind = kinds.get(chosen["kind"], QuestionKind.SINGLE)
        if kind == QuestionKind.SINGLE and said in (QuestionKind.SCALE, QuestionKind.RANKING):
            kind = QuestionKind(said)
        elif kind == QuestionKind.SINGLE and "likert" in row.get("appearance", ""):
            kind = QuestionKind.SCALE
        made: dict[str, Any] = {"kind": kind, "choices": self._listed(rows)}
        alone = [
            one["key"] for one, of in zip(made["choices"], rows, strict=True) if of.get("fabrique_exclusive")
        ]
        if alone:
            made["none"] = alone[0]
        return made

    def _listed(self, rows: list[Row]) -> list[dict[str, Any]]:
        taken: set[str] = set()
        listed: list[dict[str, Any]] = []
        for row in rows:
            choice: dict[str, Any] = {
                "key": key_of(row.get("name", ""), taken),
                "label": self._text(row, "label") or row.get("name", ""),
            }
            written = row.get("fabrique_value", "")
            value = whole(written.removeprefix("-"))
            if value is not None:
                choice["value"] = -value if written.startswith("-") else value
            listed.append(choice)
        return listed

    def _slot(self, origin: str, rank: int) -> None:
        """Another place of a ranking already read."""
        question = self.by_name[origin]
        question["kind"] = QuestionKind.RANKING
        if rank < len(question.get("choices", [])) or question.get("max"):
            question["max"] = max(rank, question.get("max") or 0)

    def _special(self, row: Row) -> None:
        """The special answers of the place question just read."""
        question = self.by_name.get(row["name"].removesuffix(SPECIAL))
        chosen = _SELECT.match(" ".join(row.get("type", "").split()))
        if question is None or chosen is None:
            self._aside(row, _("une réponse particulière sans sa question de lieu"))
            return
        question["choices"] = self._listed(self.lists.get(chosen["list"], []))
        if row.get("required"):
            question["required"] = True
        self._translate_choices(f"select_one {chosen['list']}", question)

    def _limits(self, row: Row, question: dict[str, Any]) -> None:
        if (most := whole(row.get("fabrique_max", ""))) is not None:
            question["max"] = most
        if row.get("fabrique_unit"):
            question["unit"] = row["fabrique_unit"]
        if (length := whole(row.get("fabrique_max_length", ""))) is not None:
            question["max_length"] = length
        rule = row.get("constraint", "")
        if not rule or row.get("fabrique_kind") in (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT):
            return
        bounds = [_BOUND.match(part.strip()) for part in rule.split(" and ")]
        if question["kind"] == QuestionKind.NUMBER and all(bounds):
            for bound in bounds:
                assert bound is not None
                question["min" if bound["sign"] == ">=" else "max"] = int(bound["bound"])
        elif question["kind"] == QuestionKind.MULTIPLE and (count := _COUNT.search(rule)):
            question["max"] = int(count["n"])
        elif not row.get("fabrique_kind"):
            self._aside(row, _("une règle de contrôle : « %(rule)s »") % {"rule": rule[:80]})

    def _condition(self, row: Row, question: dict[str, Any]) -> None:
        """« relevant » as « shown only if one of these answers »; anything else is told and the question stays."""
        rule = row.get("relevant", "").strip()
        if not rule:
            return
        wanted: set[str] = set()
        keys: list[str] = []
        for part in re.split(r"\s+or\s+", rule):
            found = (
                _EQUAL.match(part.strip("() ")) or _EQUAL.match(part.strip()) or _SELECTED.match(part.strip())
            )
            if found is None:
                self._aside(row, _("une condition d’affichage : « %(rule)s »") % {"rule": rule[:80]})
                return
            place = ranked(found["name"])
            wanted.add(place[0] if place else found["name"].removesuffix(SPECIAL))
            keys.append(found["key"])
        asked = self.by_name.get(wanted.pop()) if len(wanted) == 1 else None
        known = {choice["key"] for choice in asked.get("choices", [])} if asked else set()
        if asked is None or not set(keys) <= known:
            self._aside(row, _("une condition d’affichage : « %(rule)s »") % {"rule": rule[:80]})
            return
        question["show_if"] = {"question": asked["key"], "any_of": list(dict.fromkeys(keys))}

    def _text(self, row: Row, column: str) -> str:
        """The text of a column in French, else in the form's own language, else in the first one written."""
        written = _by_language(row, column)
        return written.get("fr") or written.get(self.default) or next(iter(written.values()), "")

    def _translate(self, row: Row, column: str, key: str, suffix: str = "") -> None:
        for code, text in _by_language(row, column).items():
            if code in Language.values and code != Language.FRENCH and text.strip():
                self.found.translations.setdefault(code, {})[key] = text.removesuffix(suffix)

    def _translate_choices(self, kind: str, question: dict[str, Any]) -> None:
        chosen = _SELECT.match(kind)
        if chosen is None:
            return
        for row, choice in zip(self.lists.get(chosen["list"], []), question["choices"], strict=False):
            self._translate(row, "label", f"choice:{question['key']}/{choice['key']}:label")


def _default_language(sheets: Sheets) -> str:
    named = sheets.settings[0].get("default_language", "") if sheets.settings else ""
    return _code(named)


def _by_language(row: Row, column: str) -> dict[str, str]:
    """{language code, '' where none is named: text} of « label » or « hint »."""
    found: dict[str, str] = {}
    for name, text in row.items():
        matched = _LANGUAGE.match(name)
        if matched and matched[1].lower() == column:
            found[_code(name.partition("::")[2])] = text.strip()
    return found


def _code(named: str) -> str:
    """'fr' of « Français (fr) », of « French » or of « fr »."""
    named = named.strip()
    inside = re.search(r"\((\w{2})\)\s*$", named)
    if inside:
        return inside[1].lower()
    known = {label.partition(" (")[0].lower(): str(code) for code, label in COLUMN.items()}
    known |= {"french": "fr", "francais": "fr", "spanish": "es", "arabic": "ar", "english": "en"}
    return known.get(named.lower(), named.lower()[:2])
