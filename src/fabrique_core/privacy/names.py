"""Rules that find the names of persons: titles, « je m'appelle », first names followed by a surname, kin.
Fed with raw text.
Feeds ``detect``; a person still reads before anything is published.

Capitals carry information only where the words around are not all in capitals; elsewhere, and in lower case,
a word must be a listed name, or follow an abbreviated title and be no ordinary word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fabrique_core.privacy import lexicon
from fabrique_core.privacy.spans import PersonalData, fold

_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_BLANK = frozenset(" \t\u00a0\u202f")
_MAX_PARTS = 5
_CAPITALS_WINDOW = 4
_CAPITALS_SHARE = 0.75
_INTRODUCTIONS = (
    ("je", "m", "appelle"), ("moi", "c", "est"), ("je", "me", "nomme"), ("mon", "nom", "est"),
    ("mon", "prenom", "est"), ("il", "s", "appelle"), ("elle", "s", "appelle"),
)  # fmt: skip
_APOSTROPHES = frozenset({"'", "’"})
_ELIDED = lexicon.word_set("d l n o m")
_LOWER_PARTICLES = lexicon.word_set("de d du ben el al van von")
_FIELDS = lexicon.word_set("nom prenom signature signe signee patient patiente")
_DOTTED = lexicon.word_set("dr dre drs pr prof m mm me mme mlle mr")


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    folded: str
    capital: bool  # begins with a capital that means something (not everything around is in capitals)


def find_names(text: str) -> Iterator[PersonalData]:
    """Spans of names (without their title), possibly overlapping."""
    words = _words(text)
    for index, word in enumerate(words):
        if _is_title(word):
            yield from _after_title(text, words, index)
        elif word.folded in lexicon.ROLES or word.folded in lexicon.KIN:
            yield from _after_role(text, words, index)
        elif word.folded in _FIELDS:
            yield from _after_field(text, words, index)
        yield from _full_name(text, words, index)
        yield from _introduction(text, words, index)


def _words(text: str) -> list[_Word]:
    matches = list(_WORD.finditer(text))
    shouting = _shouting([match.group() for match in matches])
    return [
        _Word(
            match.start(),
            match.end(),
            match.group(),
            fold(match.group().replace("‐", "-").replace("‑", "-")),
            match.group()[0].isupper() and not shouted,
        )
        for match, shouted in zip(matches, shouting, strict=True)
    ]


def _shouting(words: Sequence[str]) -> list[bool]:
    """For each word, whether most of the longer words around it are in capitals (running sums: linear)."""
    upper, long = [0], [0]
    for word in words:
        counts = len(word) > 1
        long.append(long[-1] + counts)
        upper.append(upper[-1] + (counts and word.isupper()))
    result = []
    for index in range(len(words)):
        low, high = max(0, index - _CAPITALS_WINDOW), min(len(words), index + _CAPITALS_WINDOW + 1)
        around = long[high] - long[low]
        capitals = upper[high] - upper[low]
        result.append(around >= 3 and capitals >= _CAPITALS_SHARE * around)
    return result


def _is_title(word: _Word) -> bool:
    if word.folded not in lexicon.TITLES:
        return False
    forms = lexicon.CASED_TITLES.get(word.folded)
    return forms is None or word.text in forms


def _adjacent(text: str, left: int, right: int, *, allowed: str = "") -> bool:
    """Whether only blanks, and at most one of the ``allowed`` signs, stand between two positions."""
    between = text[left : min(right, left + 4)]
    if right - left > 4 or not between:
        return False
    signs = [character for character in between if character not in _BLANK]
    return len(signs) <= 1 and all(sign in allowed for sign in signs)


def _after_title(text: str, words: Sequence[_Word], index: int) -> Iterator[PersonalData]:
    title = words[index]
    following = index + 1
    if following < len(words) and _adjacent(text, title.end, words[following].start, allowed="."):
        dotted = text[title.end : title.end + 1] == "."
        # A full stop after a whole word ends the sentence: « Merci docteur. Martine… »
        if dotted and title.folded not in _DOTTED:
            return
        # « M.S.A. » is a fund, not a Mister: a name stands apart from its title.
        if words[following].start > title.end + dotted:
            yield from _titled_names(text, words, title, following)


def _titled_names(text: str, words: Sequence[_Word], title: _Word, following: int) -> Iterator[PersonalData]:
    """One name, or after a plural title the names joined by a comma or « et »."""
    while following < len(words):
        confidence = _title_confidence(text, title, words[following])
        if not confidence:
            return
        last = _extend(text, words, following)
        yield PersonalData(words[following].start, words[last].end, "name", confidence)
        if title.folded not in lexicon.PLURAL_TITLES:
            return
        joined = _next_in_list(text, words, last)
        if joined is None or not words[joined].capital:
            return
        following = joined


def _next_in_list(text: str, words: Sequence[_Word], last: int) -> int | None:
    after = last + 1
    if after >= len(words):
        return None
    if words[after].folded == "et" and after + 1 < len(words):
        return after + 1
    return after if _adjacent(text, words[last].end, words[after].start, allowed=",") else None


def _title_confidence(text: str, title: _Word, word: _Word) -> float:
    """How likely the word right after a title begins a name; 0 to refuse."""
    known = lexicon.is_known_name(word.folded)
    initial = len(word.text) == 1 and word.text.isupper() and text[word.end : word.end + 1] == "."
    if initial and word.folded not in {"a", "y"}:
        return 0.6
    if _particle_of_capital_name(text, word):
        return 0.9
    ordinary = lexicon.is_ordinary(word.text, word.folded, by_ending=not word.capital)
    if ordinary and not (word.capital and known):
        return 0.0
    if word.capital:
        return 0.95 if len(word.text) > 1 else 0.0
    if known:
        return 0.8
    if len(word.folded) < 3 or title.folded in {"m", "mm", "me", "maitre", "pr", "prof"}:
        return 0.0
    if title.folded in lexicon.ABBREVIATED_TITLES:
        return 0.6
    return 0.0 if title.folded in lexicon.PLURAL_TITLES else 0.5


def _particle_of_capital_name(text: str, word: _Word, *, inside: bool = False) -> bool:
    """« de Villers », « d'Alès », « de La Tour », « N'Diaye »: particles right before a capitalised name."""
    elided = text[word.end : word.end + 1] in _APOSTROPHES
    if word.folded not in lexicon.PARTICLES and not (elided and word.folded in _ELIDED):
        return False
    # « Monsieur le Maire », « Madame la Ministre »: only these particles begin a name in lower case.
    if word.text[0].islower() and word.folded not in _LOWER_PARTICLES and not inside:
        return False
    position = word.end
    for _ in range(2):
        match = _WORD.match(text, position + 1)
        if match is None or text[position] not in " \u00a0'’":
            return False
        folded = fold(match.group())
        if folded not in lexicon.PARTICLES:
            shape = word.text.isupper() or not match.group().isupper()
            proper = len(folded) > 1 and match.group()[0].isupper() and shape
            place = word.text[0].islower() and folded in lexicon.PLACES
            return proper and not place and not lexicon.is_ordinary(match.group(), folded, by_ending=False)
        position = match.end()
    return False


def _extend(text: str, words: Sequence[_Word], first: int) -> int:
    """Index of the last word of the name that begins at ``first``."""
    last, cursor, parts = first, first, 1
    while cursor + 1 < len(words) and parts < _MAX_PARTS:
        here, following = words[cursor], words[cursor + 1]
        initial = len(here.text) <= 2 and here.text[0].isupper()
        allowed = ("." if initial else "") + ("'’" if here.folded in _ELIDED else "")
        elided = here.folded in _ELIDED and following.start == here.end + 1
        apostrophe = elided and text[here.end] in _APOSTROPHES
        if not _adjacent(text, here.end, following.start, allowed=allowed):
            break
        if not (apostrophe or _continues(text, words, first, cursor + 1)):
            break
        cursor += 1
        parts += 1
        if following.folded not in lexicon.PARTICLES or (cursor == last + 1 and following.capital):
            last = cursor
    return last


def _continues(text: str, words: Sequence[_Word], first: int, position: int) -> bool:
    """Whether the word at ``position`` belongs to the name begun at ``first``."""
    word, before = words[position], words[position - 1]
    known = lexicon.is_known_name(word.folded)
    ordinary = lexicon.is_ordinary(word.text, word.folded, by_ending=not word.capital)
    if word.folded in lexicon.PARTICLES:
        return _particle_of_capital_name(text, word, inside=before.folded in lexicon.PARTICLES)
    if ordinary and not (known and word.capital):
        return False
    if word.capital:
        return len(word.text) > 1 or text[word.end : word.end + 1] == "."
    if len(word.folded) < 3:
        return False
    # Lower case or capitals everywhere: a first name calls its surname, whichever it is.
    return position == first + 1 and (before.folded in lexicon.GIVEN_NAMES or len(before.text) == 1)


def _after_role(text: str, words: Sequence[_Word], index: int) -> Iterator[PersonalData]:
    """« l'infirmière Sylvie », « mon médecin Delmas », « mon fils Lucas »."""
    following = index + 1
    if following >= len(words):
        return
    word = words[following]
    if not _adjacent(text, words[index].end, word.start):
        return
    kin = words[index].folded in lexicon.KIN
    known = word.folded in lexicon.GIVEN_NAMES if kin else lexicon.is_known_name(word.folded)
    if lexicon.is_ordinary(word.text, word.folded) and not (known and word.capital):
        return
    acronym = word.text.isupper() and not known
    proper = word.capital and not acronym and len(word.text) > 2 and word.folded not in lexicon.PLACES
    # At the head of a sentence a capitalised role is often a label: « Médecin Traitant ».
    if known or (proper and not words[index].text[0].isupper()):
        last = _extend(text, words, following)
        yield PersonalData(word.start, words[last].end, "name", 0.8 if known else 0.6)


def _after_field(text: str, words: Sequence[_Word], index: int) -> Iterator[PersonalData]:
    """« Nom : Delmas », « signé Sylvie D. »"""
    following = index + 1
    if following >= len(words):
        return
    word, field = words[following], words[index]
    colon = ":" in text[field.end : word.start]
    if not _adjacent(text, field.end, word.start, allowed=":"):
        return
    if not colon and not field.folded.startswith("sign"):
        return
    known = lexicon.is_known_name(word.folded)
    if field.folded.startswith("patient") and not known:
        return
    if (word.capital or known) and not lexicon.is_ordinary(word.text, word.folded, by_ending=False):
        last = _extend(text, words, following)
        yield PersonalData(word.start, words[last].end, "name", 0.7)


def _full_name(text: str, words: Sequence[_Word], index: int) -> Iterator[PersonalData]:
    """A listed first name with a surname after it, or a surname in capitals before it."""
    if index + 1 >= len(words):
        return
    here, following = words[index], words[index + 1]
    if not _adjacent(text, here.end, following.start) or _honours(words, index):
        return
    given_first = here.folded in lexicon.GIVEN_NAMES or here.folded.split("-")[0] in lexicon.GIVEN_NAMES
    if given_first:
        last = _extend(text, words, index)
        cased = here.capital and words[last].text[0].isupper()
        both_known = here.folded in lexicon.GIVEN_NAMES and following.folded in lexicon.SURNAMES
        ordinary = lexicon.is_ordinary(following.text, following.folded)
        if last > index and (cased or (both_known and not ordinary)):
            yield PersonalData(here.start, words[last].end, "name", 0.85 if cased else 0.6)
    elif following.folded in lexicon.GIVEN_NAMES and following.capital:
        capitals = here.text.isupper() and here.capital and len(here.text) > 2
        known = here.folded in lexicon.SURNAMES and here.capital
        if (capitals or known) and not lexicon.is_ordinary(here.text, here.folded):
            yield PersonalData(here.start, following.end, "name", 0.7 if known else 0.6)


def _honours(words: Sequence[_Word], index: int) -> bool:
    """Whether the name is that of a hospital, a school or a street: « l'hôpital Joseph Ducuing »."""
    before = [word.folded for word in words[max(0, index - 3) : index]]
    if before and before[-1] in lexicon.INSTITUTIONS:
        return True
    trimmed = [folded for folded in before if folded not in lexicon.PARTICLES]
    return bool(trimmed) and trimmed[-1] in lexicon.INSTITUTIONS


def _introduction(text: str, words: Sequence[_Word], index: int) -> Iterator[PersonalData]:
    """« je m'appelle Aline », « mon nom est delmas », « elle s'appelle Inès »."""
    for phrase in _INTRODUCTIONS:
        following = index + len(phrase)
        if following >= len(words) or words[index].folded != phrase[0]:
            continue
        if tuple(word.folded for word in words[index:following]) != phrase:
            continue
        word = words[following]
        close = _adjacent(text, words[following - 1].end, word.start, allowed=":")
        known = lexicon.is_known_name(word.folded)
        if not close or (lexicon.is_ordinary(word.text, word.folded) and not (known and word.capital)):
            continue
        speaker = phrase[0] in {"je", "mon"}
        asked = index > 0 and words[index - 1].folded in {"comment", "quand", "que", "si"}
        if word.capital or known or (speaker and not asked and len(word.folded) > 2):
            if phrase[0] == "moi" and not known:
                continue
            last = _extend(text, words, following)
            yield PersonalData(word.start, words[last].end, "name", 0.9 if word.capital else 0.7)
