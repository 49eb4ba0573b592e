"""Writes the open answers of one invented person from the hand-written fragments, and keeps their truth.

Fed by the fragments, the person, the closed answers already drawn and a random source; rates are INVENTED.
Feeds the generator; the truth gives, for each text, the offsets of every fragment and its true themes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from fabrique.demo.generator_closed import Answer
from fabrique.demo.generator_content import Fragment, Questionnaire, Texts
from fabrique.demo.generator_noise import Voice, apply_voice, draw_voice, strip_accents
from fabrique.demo.generator_people import IN_DEPARTMENT, Atlas, Person

# Invented: chance that a person who writes answers each open question.
_WRITES = {
    "gave_up_which": 0.72, "access_story": 0.40, "needs": 0.56, "worries": 0.44, "relationship": 0.33,
    "nearby_solutions": 0.44, "prevention_ideas": 0.36, "one_demand": 0.46,
}  # fmt: skip
# Invented: chance of each special kind of answer, a text (campaigns and the like only where they fit).
_SPECIALS = {
    "empty": 0.045, "off_topic": 0.012, "campaign": 0.028, "lang": 0.022, "distress": 0.005,
    "accusation": 0.007, "personal": 0.014, "several": 0.08,
}  # fmt: skip
_PHRASE_SHARE = {
    "needs": 0.42, "worries": 0.22, "relationship": 0.28, "nearby_solutions": 0.22, "prevention_ideas": 0.25,
    "one_demand": 0.93, "gave_up_which": 1.0,
}  # fmt: skip
_BY_QUESTION: dict[str, dict[str, float]] = {
    "relationship": {"relationship": 7.0, "workforce": 1.5},
    "prevention_ideas": {"prevention": 4.0, "food_sport": 6.0, "youth": 2.0, "addictions": 2.0},
    "worries": {"environment": 2.5, "mental_health": 1.8, "climate": 2.0, "old_age": 1.4},
    "gave_up_which": {"dental": 3.0, "specialists": 2.0, "cost": 0.8},
    "nearby_solutions": {"health_houses": 2.5, "digital": 1.3, "workforce": 1.3},
}
_BY_TAG: dict[str, dict[str, float]] = {
    "carer": {"carers": 5.0, "old_age": 1.6},
    "disabled": {"disability": 6.0},
    "parent": {"youth": 2.0, "disability": 1.4},
    "young": {"mental_health": 1.8, "youth": 2.5, "addictions": 1.4, "old_age": 0.4, "carers": 0.3},
    "old": {"old_age": 2.2, "digital": 1.5, "youth": 0.5},
    "rural": {"distance": 2.2, "gp": 1.4, "environment": 0.9},
    "urban": {"environment": 1.5, "cost": 1.4, "distance": 0.4, "mental_health": 1.2},
    "worker": {"workforce": 4.0},
    "woman": {"women": 1.4},
    "man": {"women": 0.15},
}
_BY_DIFFICULTY: dict[str, dict[str, float]] = {
    "waiting_time": {"waiting": 2.5},
    "no_gp": {"gp": 3.0, "health_houses": 1.5},
    "no_specialist": {"specialists": 2.5, "dental": 2.5},
    "distance": {"distance": 3.0, "local_hospital": 1.5},
    "cost": {"cost": 4.0},
    "knowing_where": {"legibility": 4.0},
    "online_booking": {"digital": 4.0},
    "accessibility": {"disability": 4.0},
}
_VARIANT = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SUBORDINATE = re.compile(r"(d|qu)'|(de|que|qui|etre|être) ", re.IGNORECASE)
_SLOT = re.compile(r"\{(\w+)\}")
_PERSONAL = {
    "doctor": "name", "doctor_lower": "name", "doctor_upper": "name", "fullname": "name", "phone": "phone",
    "email": "email",
}  # fmt: skip


@dataclass(frozen=True)
class ThemeSpan:
    """A fragment in a text: `text[start:end]` speaks of `themes` (none for what says nothing)."""

    themes: tuple[str, ...]
    start: int
    end: int
    fragment: str


@dataclass(frozen=True)
class PersonalSpan:
    """A piece of invented personal data: kind is name, phone or email (as in `fabrique_core.privacy`)."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class TextTruth:
    """What is true of a text. `kind`: themed, empty, off_topic, campaign, distress, accusation, personal."""

    kind: str
    language: str
    spans: tuple[ThemeSpan, ...]
    personal: tuple[PersonalSpan, ...] = ()
    campaign: str | None = None

    @property
    def themes(self) -> frozenset[str]:
        return frozenset(theme for span in self.spans for theme in span.themes)


@dataclass
class _Draft:
    """A text being put together: everything that is added is measured."""

    text: str = ""
    spans: list[ThemeSpan] = field(default_factory=list)
    personal: list[PersonalSpan] = field(default_factory=list)

    def add_fragment(self, fragment: Fragment, pieces: list[tuple[str, str | None]]) -> None:
        start = len(self.text)
        for piece, kind in pieces:
            if kind:
                self.personal.append(PersonalSpan(len(self.text), len(self.text) + len(piece), kind))
            self.text += piece
        self.spans.append(ThemeSpan(fragment.themes, start, len(self.text), fragment.key))


class Composer:
    """Writes the texts; built once, it holds the fragments by question, theme and style."""

    def __init__(self, texts: Texts, questionnaire: Questionnaire, atlas: Atlas) -> None:
        self._glue = texts.glue
        self._questionnaire = questionnaire
        self._atlas = atlas
        self._weights = {theme.key: theme.weight for theme in texts.themes}
        self._by_theme: dict[tuple[str, str], dict[str, list[Fragment]]] = {}
        self._specials: dict[tuple[str, str], list[Fragment]] = {}
        for fragment in texts.fragments:
            for question in sorted(fragment.questions):
                if fragment.standalone:
                    self._specials.setdefault((_special_kind(fragment), question), []).append(fragment)
                else:
                    pool = self._by_theme.setdefault((question, fragment.style), {})
                    pool.setdefault(fragment.themes[0], []).append(fragment)

    def write(
        self, rng: Random, person: Person, closed: Mapping[str, Answer]
    ) -> dict[str, tuple[str, TextTruth]]:
        """The open answers of a person: question key → (text, truth). A question not answered is absent."""
        if rng.random() < 0.06:
            return {}
        writer = _Writer(self, rng, person, closed)
        written: dict[str, tuple[str, TextTruth]] = {}
        zeal = rng.choices((0.55, 1.0, 1.5), (30, 45, 25))[0]
        for key in self._questionnaire.open_keys:
            question = self._questionnaire[key]
            if question.show_if and closed.get(question.show_if[0]) not in question.show_if[1]:
                continue
            if rng.random() < min(0.97, _WRITES[key] * zeal):
                written[key] = writer.answer(key, question.max_length or 3000)
        return written

    def specials(self, kind: str, question: str) -> list[Fragment]:
        return self._specials.get((kind, question), [])

    def pool(self, question: str, style: str) -> dict[str, list[Fragment]]:
        return self._by_theme.get((question, style), {})

    def weight(self, theme: str) -> float:
        return self._weights[theme]

    @property
    def glue(self) -> Mapping[str, Any]:
        return self._glue

    def town(self, rng: Random, department: str | None) -> str:
        return self._atlas.town(rng, department)


def _special_kind(fragment: Fragment) -> str:
    if fragment.lang != "fr":
        return "lang"
    return "several" if fragment.kind == "themed" else fragment.kind


class _Writer:
    """One person writing: the same voice, the same concerns, never twice the same fragment."""

    def __init__(self, composer: Composer, rng: Random, person: Person, closed: Mapping[str, Answer]) -> None:
        self._composer = composer
        self._rng = rng
        self._person = person
        self._voice = draw_voice(rng, person.tags)
        self._used: set[str] = set()
        self._concerns = self._draw_concerns(closed)
        self._town = composer.town(rng, person.department)
        given = "men" if person.sex == "man" else "women"
        self._given = rng.choice(self._list(f"given_names_{given}"))
        self._surname = rng.choice(self._list("surnames"))

    def _draw_concerns(self, closed: Mapping[str, Answer]) -> dict[str, float]:
        factors: dict[str, float] = {}
        difficulties = closed.get("access_difficulties", ())
        sources = [_BY_TAG[tag] for tag in sorted(self._person.tags) if tag in _BY_TAG]
        if isinstance(difficulties, tuple):
            sources += [_BY_DIFFICULTY[key] for key in difficulties if key in _BY_DIFFICULTY]
        for source in sources:
            for theme, factor in source.items():
                factors[theme] = factors.get(theme, 1.0) * factor
        return factors

    def answer(self, question: str, max_length: int) -> tuple[str, TextTruth]:
        """One answer, at most `max_length` characters."""
        special = self._draw_special(question)
        if special is not None:
            return self._alone(special)
        for parts in (self._draw_parts(question), 1, 1):
            draft = self._compose(question, parts)
            if len(draft.text) <= max_length:
                return draft.text, TextTruth("themed", "fr", tuple(draft.spans), tuple(draft.personal))
        return self._alone(self._rng.choice(self._composer.specials("empty", question)))

    def _draw_special(self, question: str) -> Fragment | None:
        chance = self._rng.random()
        for kind, share in _SPECIALS.items():
            chance -= share
            if chance < 0:
                return self._pick(self._composer.specials(kind, question))
        return None

    def _pick(self, fragments: list[Fragment]) -> Fragment | None:
        """A fragment that the person may have written and has not used yet, or None."""
        suitable = [
            fragment
            for fragment in fragments
            if (fragment.key not in self._used or fragment.kind == "empty")
            and fragment.suits(self._person.tags)
            and (not fragment.departments or self._person.department in fragment.departments)
            and ("{age}" not in fragment.text or self._person.years is not None)
        ]
        if not suitable:
            return None
        chosen = self._rng.choice(suitable)
        self._used.add(chosen.key)
        return chosen

    def _alone(self, fragment: Fragment) -> tuple[str, TextTruth]:
        """A fragment that stands by itself; copied texts, other languages and names keep their letters."""
        voiced = fragment.kind == "themed" and fragment.lang == "fr"
        draft = _Draft()
        draft.add_fragment(fragment, self._render(fragment.text, self._voice if voiced else Voice()))
        truth = TextTruth(
            fragment.kind, fragment.lang, tuple(draft.spans), tuple(draft.personal), fragment.campaign
        )
        return draft.text, truth

    def _draw_parts(self, question: str) -> int:
        if question in ("one_demand", "gave_up_which"):
            return self._rng.choices((1, 2), (86, 14))[0]
        shares = (74, 21, 5) if question == "access_story" else (54, 32, 14)
        return self._rng.choices((1, 2, 3), shares)[0]

    def _compose(self, question: str, parts: int) -> _Draft:
        style = "phrase" if self._rng.random() < _PHRASE_SHARE.get(question, 0.0) else "sentence"
        if not self._composer.pool(question, style):
            style = "phrase" if style == "sentence" else "sentence"
        chosen = self._draw_fragments(question, style, parts)
        draft = _Draft()
        draft.text = "" if style == "phrase" else self._opening(question, chosen[0].text)
        separators = self._list(f"{style}_separators")
        separator = self._rng.choice(separators)
        for number, fragment in enumerate(chosen):
            if number:
                separator = separator if style == "phrase" else self._rng.choice(separators)
                draft.text += self._voiced(self._between(draft.text, separator, style))
            lower = draft.text.endswith((", ", ": "))
            draft.add_fragment(fragment, self._render(fragment.text, self._voice, lower=lower))
        if style == "sentence":
            self._close(draft)
        return draft

    def _draw_fragments(self, question: str, style: str, parts: int) -> list[Fragment]:
        """At most `parts` fragments on different themes; careless and careful sentences are not mixed."""
        pool = dict(self._composer.pool(question, style))
        if parts > 1 and not self._careless:
            pool = {theme: [f for f in pool[theme] if not f.rough] for theme in pool}
        chosen: list[Fragment] = []
        for _ in range(parts):
            fragment = self._draw_fragment(question, pool)
            if fragment is None:
                break
            chosen.append(fragment)
            del pool[fragment.themes[0]]
        return chosen or [self._rng.choice(self._composer.specials("empty", question))]

    @property
    def _careless(self) -> bool:
        return self._voice.slips >= 0.25 or self._voice.case == "upper"

    def _draw_fragment(self, question: str, pool: dict[str, list[Fragment]]) -> Fragment | None:
        steer = _BY_QUESTION.get(question, {})
        themes = sorted(theme for theme in pool if pool[theme])
        weights = [
            self._composer.weight(theme)
            * self._concerns.get(theme, 1.0)
            * steer.get(theme, 1.0)
            * min(1.0, len(pool[theme]) / 5)  # a theme with few texts here is not repeated too much
            for theme in themes
        ]
        for _ in range(6 if themes else 0):
            fragment = self._pick(pool[self._rng.choices(themes, weights)[0]])
            if fragment is not None:
                return fragment
        return self._pick([fragment for theme in themes for fragment in pool[theme]])

    def _list(self, name: str) -> list[str]:
        found: list[str] = self._composer.glue[name]
        return found

    def _opening(self, question: str, first: str) -> str:
        """Words before the first fragment, for about one text in four."""
        if self._rng.random() >= 0.26:
            return ""
        openings = self._composer.glue["openings"]
        personal = self._personal_openings(openings["people"])
        choices = [*openings["any"], *openings.get(question, []), *personal]
        if _SUBORDINATE.match(first):
            choices = [opening for opening in openings.get(question, []) if opening.endswith(": ")]
        text = self._rng.choice(choices or [""])
        if "{dep_dans}" in text and self._person.department not in IN_DEPARTMENT:
            return ""
        if "{village}" in text and self._person.commune is None:
            return ""
        return "".join(piece for piece, _ in self._render(text, self._voice, strip=False))

    def _personal_openings(self, people: Sequence[Mapping[str, Any]]) -> list[str]:
        tags = self._person.tags
        return [
            item["t"]
            for item in people
            if (not item.get("who") or set(item["who"]) & tags)
            and set(item.get("all", ())) <= tags
            and not set(item.get("not", ())) & tags
            and ("{age}" not in item["t"] or self._person.years is not None)
        ]

    @staticmethod
    def _between(text: str, separator: str, style: str) -> str:
        """The separator, with the stop that the first sentence may lack."""
        if style == "sentence" and not text.rstrip().endswith((".", "!", "?")):
            return "." + separator
        return separator

    def _close(self, draft: _Draft) -> None:
        if self._rng.random() < 0.1 and len(draft.text) > 40:
            lacks = "" if draft.text.endswith((".", "!", "?")) else "."
            draft.text += self._voiced(f"{lacks} {self._rng.choice(self._list('closings'))}")

    def _voiced(self, text: str) -> str:
        return apply_voice(self._rng, self._voice, text)

    def _render(
        self, text: str, voice: Voice, *, lower: bool = False, strip: bool = True
    ) -> list[tuple[str, str | None]]:
        """The pieces of a fragment, each with the kind of personal data it is, if any."""
        text = _VARIANT.sub(lambda m: self._rng.choice(m[1].split("|")), text)
        text = re.sub(r" +([,.])", r"\1", re.sub(r" {2,}", " ", text))
        if strip:
            text = text.strip()
        if lower:
            text = _decapitalise(text)
        if not voice.final_stop and strip and text.endswith(".") and not text.endswith(".."):
            text = text[:-1]
        pieces: list[tuple[str, str | None]] = []
        for number, part in enumerate(_SLOT.split(text)):
            if number % 2 == 0:
                following = part
            else:
                following = self._fill(part)
                if part in ("ville", "village") and pieces:
                    pieces[-1] = (_elide(pieces[-1][0], following), None)
            pieces.append((following, _PERSONAL.get(part) if number % 2 else None))
        voiced = ((piece if kind else apply_voice(self._rng, voice, piece), kind) for piece, kind in pieces)
        return [(piece, kind) for piece, kind in voiced if piece]

    def _fill(self, slot: str) -> str:
        rng, person = self._rng, self._person
        if slot == "ville":
            return self._town
        if slot == "village":
            name = person.commune.name if person.commune else self._town
            return self._town if name.startswith(("Le ", "Les ")) else name
        if slot == "dep_dans":
            return IN_DEPARTMENT.get(person.department or "", "par ici")
        if slot == "age":
            return str(person.years)
        if slot in _PERSONAL:
            return self._personal(slot)
        ranges = {"mois": (3, 14), "km": (15, 70), "min": (35, 80), "annees": (9, 27), "annees2": (3, 6)}
        if slot == "pension":
            return str(rng.randrange(880, 1450, 10))
        return str(rng.randint(*ranges[slot]))

    def _personal(self, slot: str) -> str:
        """Invented names, telephone numbers of the ranges kept for fiction, addresses at example.org."""
        rng = self._rng
        doctor = rng.choice(self._list("surnames"))
        if slot == "phone":
            start = rng.choice(("01 99 00", "06 39 98"))
            number = f"{start} {rng.randrange(100):02d} {rng.randrange(100):02d}"
            return number if rng.random() < 0.6 else number.replace(" ", rng.choice(("", ".")))
        if slot == "email":
            return strip_accents(f"{self._given}.{self._surname}@example.org").lower()
        by_slot = {"doctor_lower": doctor.lower(), "doctor_upper": strip_accents(doctor).upper()}
        return f"{self._given} {self._surname}" if slot == "fullname" else by_slot.get(slot, doctor)


def _decapitalise(text: str) -> str:
    """The first letter made small after a comma or a colon, except in an acronym."""
    if len(text) > 1 and text[0].isupper() and (text[1].islower() or text[1] in "'’ "):
        return text[0].lower() + text[1:]
    return text


def _elide(before: str, name: str) -> str:
    """« de Albi » → « d'Albi », « que Ax » → « qu'Ax »."""
    if strip_accents(name[:1]).lower() in "aeiouh":
        return re.sub(r"\b(d|qu)e $", r"\1'", before)
    return before
