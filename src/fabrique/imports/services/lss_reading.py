"""A LimeSurvey questionnaire (.lss) read into the content that a draft questionnaire is loaded from.

Fed by the XML of an export, versions 3 to 6. Feeds services.lss; what has no place here is told, item by item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from fabrique.imports.services.keys import free_key, slug_key
from fabrique.imports.services.markup import words_of
from fabrique.imports.services.tables import cleaned
from fabrique_core.errors import CoreError
from fabrique_core.files.xmltree import parsed
from fabrique_core.text.numbers import whole

Record = dict[str, str]
_LONGEST_TITLE, _LONGEST_LABEL, _MOST_QUESTIONS = 200, 300, 500
_CONDITION = re.compile(
    r"""^\(*\s*(?P<code>[A-Za-z]\w*?)(?:_(?P<sub>\w+))?(?:\.NAOK)?\s*==\s*["']?(?P<value>[\w-]+)["']?\s*\)*$"""
)
_YES_NO = (("oui", "Oui"), ("non", "Non"))
_FIXED: dict[str, tuple[tuple[str, str], ...]] = {
    "Y": _YES_NO,
    "G": (("woman", "Femme"), ("man", "Homme")),
    "C": (*_YES_NO, ("incertain", "Incertain")),
    "E": (("augmente", "Augmente"), ("identique", "Reste identique"), ("diminue", "Diminue")),
}
_SCALES = {"5": 5, "A": 5, "B": 10}
#: types that become one question a sub-question
_BY_SUBQUESTION = {"Q": "short_text", "K": "number", "F": "single", "H": "single", "A": "scale", "B": "scale",
    "C": "single", "E": "single"}  # fmt: skip
_SIMPLE = {"L": "single", "!": "single", "O": "single", "5": "scale", "Y": "single", "G": "single",
    "M": "multiple", "P": "multiple", "R": "ranking", "N": "number", "S": "short_text", "T": "long_text",
    "U": "long_text"}  # fmt: skip


@dataclass
class Survey:
    """What was read: a title, the content for load_questionnaire, what was left out and where."""

    title: str
    summary: str
    content: dict[str, Any]
    set_aside: list[tuple[str, str]] = field(default_factory=list)

    @property
    def questions(self) -> int:
        return sum(len(section["questions"]) for section in self.content["sections"])


def read_survey(data: bytes) -> Survey:
    """The questionnaire of a .lss file. Raises CoreError: lss.form, lss.empty, files.*."""
    root = parsed(data, "xml")
    if root.tag != "document" or (root.findtext("LimeSurveyDocType") or "").strip() != "Survey":
        raise CoreError("lss.form")
    survey = _Reader(root).survey()
    if not survey.questions:
        raise CoreError("lss.empty")
    return survey


class _Reader:
    """The tables of the file, joined in one language."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self.aside: list[tuple[str, str]] = []
        languages = [cleaned(node.text or "") for node in root.iterfind("languages/language")]
        self._language = next((one for one in languages if one.startswith("fr")), (languages or ["fr"])[0])
        for other in languages:
            if other != self._language:
                self.aside.append((other, _("Les traductions ne sont pas reprises.")))
        self._attributes: dict[tuple[str, str], str] = {
            (row["qid"], row["attribute"]): row.get("value", "")
            for row in self._rows("question_attributes")
            if "qid" in row and "attribute" in row
        }
        self._questions = self._joined("questions", "question_l10ns", "qid")
        self._subquestions = self._joined("subquestions", "question_l10ns", "qid")
        self._answers = self._joined("answers", "answer_l10ns", "aid")
        self._taken: set[str] = set()
        self._section_keys: set[str] = set()
        self._key_of: dict[str, str] = {}
        self._choices_of: dict[str, dict[str, str]] = {}

    def _rows(self, table: str) -> list[Record]:
        return [
            {node.tag: cleaned(node.text or "") for node in row}
            for row in self._root.iterfind(f"{table}/rows/row")
        ]

    def _joined(self, table: str, texts: str, key: str) -> list[Record]:
        """The rows of a table in our language, with their texts, which recent versions keep apart."""
        said = {
            row.get(key, ""): {name: value for name, value in row.items() if name not in ("id", key)}
            for row in self._rows(texts)
            if row.get("language", self._language) == self._language
        }
        kept = [row for row in self._rows(table) if row.get("language", self._language) == self._language]
        return [{**row, **said.get(row.get(key, ""), {})} for row in kept]

    def survey(self) -> Survey:
        settings = self._settings()
        sections = [self._section(group) for group in self._groups()]
        content = {
            "intro": words_of(settings.get("surveyls_welcometext", "")),
            "sections": [section for section in sections if section["questions"]],
        }
        title = words_of(settings.get("surveyls_title", ""))[:_LONGEST_TITLE]
        summary = words_of(settings.get("surveyls_description", ""))
        return Survey(title or _("Questionnaire sans titre"), summary, content, self.aside)

    def _settings(self) -> Record:
        rows = self._rows("surveys_languagesettings")
        return next(
            (row for row in rows if row.get("surveyls_language") == self._language), (rows or [{}])[0]
        )

    def _groups(self) -> list[Record]:
        return sorted(
            self._joined("groups", "group_l10ns", "gid"), key=lambda row: _order(row, "group_order")
        )

    def _section(self, group: Record) -> dict[str, Any]:
        title = words_of(group.get("group_name", "")) or _("Partie sans titre")
        if group.get("grelevance", "1") not in ("", "1"):
            self.aside.append((title[:60], _("La condition d’affichage de cette partie n’est pas reprise.")))
        section: dict[str, Any] = {
            "key": free_key(slug_key(title), self._section_keys),
            "title": self._cut(title, _LONGEST_TITLE, title),
            "intro": words_of(group.get("description", "")),
            "questions": [],
        }
        self._section_keys.add(section["key"])
        mine = [row for row in self._questions if row.get("gid") == group.get("gid")]
        mine = [row for row in mine if row.get("parent_qid", "0") in ("", "0")]
        for row in sorted(mine, key=lambda one: _order(one, "question_order")):
            if row.get("type") == "X":
                section["intro"] = f"{section['intro']}\n\n{words_of(row.get('question', ''))}".strip()
                continue
            section["questions"] += self._question(row)
        if len(self._taken) > _MOST_QUESTIONS:
            raise CoreError("lss.form")
        return section

    def _question(self, row: Record) -> list[dict[str, Any]]:
        code, kind = row.get("title", "") or "question", row.get("type", "")
        title = words_of(row.get("question", "")) or code
        if kind in _BY_SUBQUESTION:
            made = list(self._by_subquestion(row, code, title, _BY_SUBQUESTION[kind]))
        elif kind in _SIMPLE:
            made = list(self._simple(row, code, title, _SIMPLE[kind]))
        else:
            self.aside.append(
                (code, _("Cette nature de question n’existe pas ici : la question est laissée."))
            )
            return []
        condition = self._condition(row, code)
        for one in made:
            one["required"] = row.get("mandatory") == "Y"
            if condition and "show_if" not in one:
                one["show_if"] = condition
        return made

    def _simple(self, row: Record, code: str, title: str, kind: str) -> Iterator[dict[str, Any]]:
        question = self._base(code, title, kind, row)
        if kind in ("single", "multiple", "ranking", "scale"):
            question["choices"] = self._choices(row, code)
        if row.get("type") == "G":
            question["profile_role"] = "sex"
        limit = whole(self._attributes.get((row.get("qid", ""), "max_answers"), "")) or 0
        if kind in ("multiple", "ranking") and 0 < limit <= len(question["choices"]):
            question["max"] = limit
        if row.get("type") in ("O", "P"):
            self.aside.append((code, _("Les commentaires des réponses ne sont pas repris.")))
        yield question
        if row.get("other") == "Y" and kind in ("single", "multiple"):
            question["choices"].append({"key": "autre", "label": "Autre"})
            self._choices_of[code]["other"] = self._choices_of[code]["-oth-"] = "autre"
            precise = self._base(
                f"{code}-autre", _("%(title)s Précisez.") % {"title": title}, "short_text", {}
            )
            yield {**precise, "show_if": {"question": question["key"], "any_of": ["autre"]}}

    def _by_subquestion(self, row: Record, code: str, title: str, kind: str) -> Iterator[dict[str, Any]]:
        subs = [one for one in self._subquestions if one.get("parent_qid") == row.get("qid")]
        for sub in sorted(subs, key=lambda one: _order(one, "question_order")):
            said = words_of(sub.get("question", "")) or sub.get("title", "")
            question = self._base(f"{code}-{sub.get('title', '')}", f"{title} {said}".strip(), kind, row)
            if kind in ("single", "scale"):
                question["choices"] = self._choices(row, f"{code}-{sub.get('title', '')}")
            yield question

    def _base(self, code: str, title: str, kind: str, row: Record) -> dict[str, Any]:
        key = free_key(slug_key(code), self._taken)
        self._taken.add(key)
        self._key_of[code] = key
        self._choices_of[code] = {}
        return {"key": key, "kind": kind, "title": title, "help": words_of(row.get("help", ""))}

    def _choices(self, row: Record, code: str) -> list[dict[str, Any]]:
        kind = row.get("type", "")
        if kind in _FIXED:
            found: list[dict[str, Any]] = [{"key": key, "label": label} for key, label in _FIXED[kind]]
            self._choices_of[code] = {"Y": "oui", "N": "non", "F": "woman", "M": "man"}
            return found
        if kind in _SCALES:
            return [{"key": str(n), "label": str(n), "value": n} for n in range(1, _SCALES[kind] + 1)]
        rows = self._subquestions if kind in ("M", "P") else self._answers
        own = "parent_qid" if kind in ("M", "P") else "qid"
        text, order = ("question", "question_order") if kind in ("M", "P") else ("answer", "sortorder")
        mine = [
            one for one in rows if one.get(own) == row.get("qid") and one.get("scale_id", "0") in ("", "0")
        ]
        return self._labelled(sorted(mine, key=lambda one: _order(one, order)), text, code)

    def _labelled(self, rows: Sequence[Record], text: str, code: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        taken: set[str] = set()
        for row in rows:
            raw = row.get("code") or row.get("title") or ""
            key = free_key(slug_key(raw), taken)
            taken.add(key)
            self._choices_of[code][raw] = key
            label = words_of(row.get(text, "")) or raw
            found.append({"key": key, "label": self._cut(label, _LONGEST_LABEL, f"{code} {raw}")})
        return found

    def _condition(self, row: Record, code: str) -> dict[str, Any] | None:
        """A condition on one earlier question; any other is told, and the question is then shown to everybody."""
        written = row.get("relevance", "1").strip()
        if written in ("", "1"):
            return None
        parts = [_CONDITION.match(part.strip()) for part in re.split(r"\s+or\s+|\|\|", written.strip())]
        asked: set[str] = set()
        wanted: list[str] = []
        for part in parts:
            if part is None:
                continue
            found, sub, value = part.group("code"), part.group("sub"), part.group("value")
            choice = self._choices_of.get(found, {}).get(sub if sub and value == "Y" else value)
            if choice and found in self._key_of and (not sub or value == "Y"):
                asked.add(self._key_of[found])
                wanted.append(choice)
        if len(asked) == 1 and len(wanted) == len(parts):
            return {"question": asked.pop(), "any_of": wanted}
        self.aside.append(
            (code, _("La condition d’affichage n’est pas reprise : la question s’affiche pour tous."))
        )
        return None

    def _cut(self, text: str, limit: int, where: str) -> str:
        if len(text) <= limit:
            return text
        self.aside.append((where[:60], _("Le texte est trop long : la fin n’est pas reprise.")))
        return text[:limit]


def _order(row: Mapping[str, str], name: str) -> tuple[int, str]:
    return whole(row.get(name, "")) or 0, row.get("qid", "")
