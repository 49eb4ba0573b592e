"""Reads the hand-written content of the demonstration: consultation, questionnaire, fragments of text.

Fed by the YAML files of `content/`, written by hand; pure Python, nothing of Django.
Feeds the generator of simulated responses and the loader that creates the consultation through services.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

TEXT_KINDS = frozenset({"short_text", "long_text"})

# What a sentence says about its writer, so that it is not lent to someone who could not have written it.
_IMPLIED_ALL: tuple[tuple[str, str], ...] = (
    (r"petits?[- ]enfants|petit-fils|petite[- ]fille|belle-fille|depuis ma retraite", "old"),
    (r"\bmon mari\b|vieillir seule|seule j'y|\bassise\b|\brappelée\b|m'a reçue|pas crue|rassurée", "woman"),
    (r"remise debout|handicapée", "woman"),
    (r"une otite|avec deux enfants|enfant de 3 ans|Mon fils est a|mon garcon est|de mon fils\.", "parent"),
    (r"gyn[ée]co|mammographie|^frottis", "woman"),
    (r"Je suis sourde|Je suis handicapée|pas absente", "woman"),
    (r"en fauteuil|Je suis sourde|Je suis aveugle|auxiliaire de vie|pas absente", "disabled"),
    (r"J'ai accouché|deuxième est né|Une IVG|fausse couche", "childbearing"),
    (r"internat|au lycee l'inf|Parcoursup|lycee svp|apart l'abribus", "teen"),
    (r"fac y a|faire mes etudes", "student"),
    (r"mon ado$|pour mon fils|mon fils ne veut|mes élèves|donner celle du robinet", "parent"),
)
_IMPLIED_NOT: tuple[tuple[str, str], ...] = (
    (r"quand je serai à la retraite|mon père est|Mon médecin est plus", "old"),
    (r"[Mm]aman|[Mm]on père|[Mm]a mère|\bpapa\b|comme mon grand-père", "very_old"),
    (r"on rentre les enfants", "young"),
    (r"Je suis suivi|serai guéri|bien soigné|seul\.|Infirmier depuis", "woman"),
    (r"mari\b|femme\b|mes enfants|mon fils|[Mm]a fille|[Nn]otre fille|retraite|salle de sport", "teen"),
    (r"mon travail|patron|60 euros la séance|bridge|nationale|papa à la maison|burn out|mon ado", "teen"),
    (r"fille de 24 ans|fille polyhandicapée|pour ma hanche|Mon frère est schizo", "young"),
    (r"Nous sommes trois enfants", "very_old"),
)


@dataclass(frozen=True)
class Choice:
    """One possible answer; `insee` is the label of the population margin it matches, where there is one."""

    key: str
    label: str
    label_falc: str
    value: int | None = None
    insee: str | None = None


@dataclass(frozen=True)
class Question:
    """One question with its standard and easy-read wordings and the limits of its answers."""

    key: str
    section: str
    kind: str
    required: bool
    title: str
    title_falc: str
    help: str
    help_falc: str
    choices: tuple[Choice, ...] = ()
    max: int | None = None
    min: int | None = None
    max_length: int | None = None
    none: str | None = None
    unit: str = ""
    show_if: tuple[str, frozenset[str]] | None = None

    @property
    def choice_keys(self) -> tuple[str, ...]:
        return tuple(choice.key for choice in self.choices)


@dataclass(frozen=True)
class Questionnaire:
    """The questions in order, and the YAML document they come from (sections, introductions)."""

    questions: tuple[Question, ...]
    document: Mapping[str, Any] = field(repr=False, hash=False, compare=False)

    def __getitem__(self, key: str) -> Question:
        return {question.key: question for question in self.questions}[key]

    @property
    def open_keys(self) -> tuple[str, ...]:
        return tuple(question.key for question in self.questions if question.kind in TEXT_KINDS)


@dataclass(frozen=True)
class Fragment:
    """A hand-written text with its true themes, the questions it can answer and who may have written it.

    `[a|b]` in the text are variants, `{ville}` and the like are filled in for the writer.
    """

    key: str
    text: str
    themes: tuple[str, ...]
    questions: frozenset[str]
    style: str = "sentence"
    kind: str = "themed"
    lang: str = "fr"
    standalone: bool = False
    campaign: str | None = None
    any_of: frozenset[str] = frozenset()
    all_of: frozenset[str] = frozenset()
    none_of: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    @property
    def rough(self) -> bool:
        """Whether it is typed carelessly or in capitals, and would jar beside a careful sentence."""
        return self.style == "sentence" and (self.text[0].islower() or self.text[:20].isupper())

    def suits(self, tags: frozenset[str]) -> bool:
        """Whether a person with these tags may have written it."""
        return (
            (not self.any_of or bool(self.any_of & tags))
            and self.all_of <= tags
            and not (self.none_of & tags)
        )


@dataclass(frozen=True)
class Theme:
    """A true theme: its key, its French label and definition, and how often people speak of it."""

    key: str
    label: str
    definition: str
    weight: float


@dataclass(frozen=True)
class Texts:
    """All the fragments, the themes they belong to, and the words that go around them."""

    themes: tuple[Theme, ...]
    fragments: tuple[Fragment, ...]
    glue: Mapping[str, Any] = field(repr=False, hash=False, compare=False)


def _read(name: str) -> dict[str, Any]:
    text = files("fabrique.demo").joinpath("content").joinpath(name).read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(text)
    return document


@cache
def load_consultation() -> dict[str, Any]:
    """The metadata of the fictitious consultation, as written in `content/consultation.yaml`."""
    return _read("consultation.yaml")


@cache
def load_questionnaire() -> Questionnaire:
    """The questionnaire of `content/questionnaire.yaml`.

    :raises KeyError: when a question lacks one of its wordings.
    """
    document = _read("questionnaire.yaml")
    questions = [
        _question(section["key"], raw) for section in document["sections"] for raw in section["questions"]
    ]
    return Questionnaire(questions=tuple(questions), document=document)


def _question(section: str, raw: dict[str, Any]) -> Question:
    condition = raw.get("show_if")
    return Question(
        key=raw["key"],
        section=section,
        kind=raw["kind"],
        required=raw["required"],
        title=raw["title"],
        title_falc=raw["title_falc"],
        help=raw["help"],
        help_falc=raw["help_falc"],
        choices=tuple(_choice(choice) for choice in raw.get("choices", ())),
        max=raw.get("max"),
        min=raw.get("min"),
        max_length=raw.get("max_length"),
        none=raw.get("none"),
        unit=raw.get("unit", ""),
        show_if=(condition["question"], frozenset(condition["any_of"])) if condition else None,
    )


def _choice(raw: dict[str, Any]) -> Choice:
    return Choice(
        key=raw["key"],
        label=raw["label"],
        label_falc=raw["label_falc"],
        value=raw.get("value"),
        insee=raw.get("insee_band") or raw.get("insee_sex"),
    )


@cache
def load_texts() -> Texts:
    """Every fragment of `content/texts/`, in the order of the files and of the lines."""
    themes: list[Theme] = []
    fragments: list[Fragment] = []
    glue: dict[str, Any] = {}
    folder = files("fabrique.demo").joinpath("content").joinpath("texts")
    for name in sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml")):
        document = _read(f"texts/{name}")
        if document.get("glue"):
            glue = document
            continue
        if "theme" in document:
            themes.append(
                Theme(document["theme"], document["label"], document["definition"], document["weight"])
            )
        fragments.extend(_fragments(name.removesuffix(".yaml"), document))
    return Texts(themes=tuple(themes), fragments=tuple(fragments), glue=glue)


def _fragments(stem: str, document: dict[str, Any]) -> Iterator[Fragment]:
    number = 0
    for group in document["groups"]:
        for raw in (*group.get("texts", ()), *group.get("items", ())):
            number += 1
            item = raw if isinstance(raw, dict) else {"t": raw}
            yield _fragment(f"{stem}-{number:03d}", document, group, item)


def _fragment(key: str, document: dict[str, Any], group: dict[str, Any], item: dict[str, Any]) -> Fragment:
    themes = item.get("themes") or ([document["theme"]] if "theme" in document else [])
    text = item["t"].strip()
    implied_all = {tag for pattern, tag in _IMPLIED_ALL if re.search(pattern, text)}
    implied_not = {tag for pattern, tag in _IMPLIED_NOT if re.search(pattern, text)}
    return Fragment(
        key=key,
        text=text,
        themes=tuple(themes),
        questions=frozenset(group["for"]),
        style=group.get("style", "sentence"),
        kind=group.get("kind") or document.get("kind") or "themed",
        lang=group.get("lang", "fr"),
        standalone=bool(document.get("standalone")),
        campaign=group.get("campaign"),
        any_of=frozenset(item.get("who", group.get("who", ()))),
        all_of=frozenset(item.get("all", ())) | implied_all,
        none_of=frozenset(item.get("not", ())) | implied_not,
        departments=frozenset(group.get("departments", ())),
    )
