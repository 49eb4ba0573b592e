"""What it is for: saying in words what a theme holds: its distinctive terms, a label, its central ideas.
What feeds it: the distinct ideas of each theme and, for quotes, their closeness to its centre.
What it feeds: reports and the screen where a person names the theme; a label is a proposal, never a decision.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from fabrique_core.text.clean import clean
from fabrique_core.text.stopwords import STOP_WORDS
from fabrique_core.text.words import key, spans

LONGEST_TERM = 3
_PRIOR = 400.0
_ABSORBS = 0.45
_LEAST_IDEAS = 3
_LEAST_SHARE = 0.02
_LABEL_TERMS = 3
_LONGEST_LABEL = 64

Term = tuple[str, ...]


@dataclass
class Vocabulary:
    """Terms (one to three words, not beginning nor ending with a stop word) of each idea, and how they are
    written."""

    terms: list[frozenset[Term]] = field(default_factory=list)
    written: dict[Term, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    acronyms: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    inner: Counter[str] = field(default_factory=Counter)

    def surface(self, term: Term) -> str:
        """The most frequent writing of a term, in lower case but for acronyms; ties in alphabetical order."""
        form = min(self.written[term].items(), key=lambda pair: (-pair[1], pair[0]))[0]
        out, at = [], 0
        for start, end in spans(form):
            word = form[start:end]
            out += [form[at:start], self._cased(key(word), word)]
            at = end
        return "".join([*out, form[at:]])

    def _cased(self, word_key: str, word: str) -> str:
        """Capitals for an acronym, one capital for what people write so in the middle of a sentence."""
        if 2 <= len(word) <= 6 and self.acronyms[word_key] * 2 > self.words[word_key]:
            return word.upper()
        if self.inner[word_key] >= _LEAST_IDEAS and self.names[word_key] * 4 > self.inner[word_key] * 3:
            return word.capitalize()
        return word


def vocabulary(texts: Iterable[str]) -> Vocabulary:
    """Reads the terms of each text (personal data already taken out), keeping the order of the texts."""
    known = Vocabulary()
    for text in texts:
        copy = clean(text)
        shouted = copy.upper() == copy
        places = [(start, end, key(copy[start:end])) for start, end in spans(copy)]
        for start, end, word in [] if shouted else places:
            known.words[word] += 1
            known.acronyms[word] += copy[start:end].isupper()
            if start >= 2 and copy[start - 2].isalnum():
                known.inner[word] += 1
                known.names[word] += copy[start:end].istitle()
        known.terms.append(frozenset(_read_terms(copy, places, known.written)))
    return known


def _read_terms(
    copy: str, places: list[tuple[int, int, str]], written: dict[Term, Counter[str]]
) -> set[Term]:
    found: set[Term] = set()
    for i, (start, _, first) in enumerate(places):
        if _hollow(first):
            continue
        for j in range(i, min(i + LONGEST_TERM, len(places))):
            _, end, last = places[j]
            between = copy[places[j - 1][1] : places[j][0]] if j > i else ""
            if any(mark in between for mark in ".,;:!?()/\n"):
                break
            if _hollow(last):
                continue
            term = tuple(word for _, _, word in places[i : j + 1])
            found.add(term)
            written[term][copy[start:end].lower()] += 1
    return found


def _hollow(word: str) -> bool:
    return word in STOP_WORDS or len(word) < 2 or word.isdigit()


def distinctive(
    known: Vocabulary, inside: Sequence[int], outside: Sequence[int], most: int = 12
) -> list[tuple[Term, float]]:
    """Terms over-represented in some ideas against others, by log-odds with an informative prior (Monroe et
    al. 2008).

    `inside`, `outside`: positions of ideas. Returns (term, z), best first; a term needs three ideas and two
    in a
    hundred of the theme; a word that mostly occurs within a longer term gives way to it.
    """
    here, there = _document_counts(known, inside), _document_counts(known, outside)
    least = max(_LEAST_IDEAS if len(inside) >= 10 else 1, _LEAST_SHARE * len(inside))
    candidates = sorted(term for term, count in here.items() if count >= least)
    total = len(inside) + len(outside)
    scored = []
    for term in candidates:
        a, b = here[term], there.get(term, 0)
        z = _log_odds(a, len(inside), b, len(outside), _PRIOR * (a + b) / max(1, total))
        if z > 0:
            scored.append((term, round(z, 6)))
    scored.sort(key=lambda pair: (-pair[1], pair[0]))
    return _without_parts(scored, here)[:most]


def _document_counts(known: Vocabulary, ideas: Sequence[int]) -> Counter[Term]:
    counts: Counter[Term] = Counter()
    for idea in ideas:
        counts.update(known.terms[idea])
    return counts


def _log_odds(a: int, n_a: int, b: int, n_b: int, prior: float) -> float:
    rest_a, rest_b = n_a + _PRIOR - a - prior, n_b + _PRIOR - b - prior
    delta = np.log((a + prior) / max(rest_a, 0.5)) - np.log((b + prior) / max(rest_b, 0.5))
    return float(delta / np.sqrt(1.0 / (a + prior) + 1.0 / (b + prior)))


def _without_parts(scored: list[tuple[Term, float]], counts: Counter[Term]) -> list[tuple[Term, float]]:
    """A term gives way to a longer one that covers nearly half of its ideas; a longer one that covers less
    goes."""
    longer = [term for term, _ in scored if len(term) > 1]
    absorbing = [
        t
        for t in longer
        if all(counts[t] >= _ABSORBS * counts[(w,)] for w in t if (w,) in counts)
        or any(counts[t] >= 2 * _ABSORBS * counts[(w,)] for w in t if (w,) in counts)
    ]
    out: list[tuple[Term, float]] = []
    for term, z in scored:
        if len(term) > 1 and term not in absorbing:
            continue
        if any(
            _within(term, t) and counts[t] >= _ABSORBS * counts[term] for t in absorbing if len(t) > len(term)
        ):
            continue
        out.append((term, z))
    return out


def _within(part: Term, whole: Term) -> bool:
    return any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))


def unlike(known: Vocabulary, terms: Sequence[tuple[Term, float]], most: int) -> list[str]:
    """The first terms as written, one only for each family of words (« handicap », « handicapés »)."""
    shown: dict[tuple[str, ...], str] = {}
    for term, _ in terms:
        shown.setdefault(tuple(word[:6] for word in term), known.surface(term))
    return list(shown.values())[:most]


def label(known: Vocabulary, terms: Sequence[tuple[Term, float]], taken: set[str]) -> str:
    """A readable label of up to three terms, « délais · rendez-vous · spécialiste », unlike those already
    taken."""
    chosen: list[str] = []
    used: set[str] = set()
    for term, _ in terms:
        stems = {word[:5] for word in term if word not in STOP_WORDS}
        surface = known.surface(term)
        if stems & used or len(" · ".join([*chosen, surface])) > _LONGEST_LABEL:
            continue
        chosen.append(surface)
        used |= stems
        if len(chosen) >= _LABEL_TERMS and " · ".join(chosen) not in taken:
            break
    name = " · ".join(chosen) or "sans terme distinctif"
    number = 2
    unique = name
    while unique in taken:
        unique, number = f"{name} ({number})", number + 1
    taken.add(unique)
    return unique


def central(
    closeness: npt.NDArray[np.floating], vectors: npt.NDArray[np.float32], lengths: Sequence[int], most: int
) -> list[int]:
    """Positions of the ideas nearest to the centre that are long enough to be read alone and unlike one
    another.

    `closeness` (n,) with the centre, unit `vectors` (n, d), `lengths` (n,) in words. Ideas of 6 to 45 words
    come
    first; an idea whose cosine with one already chosen passes 0.85 is left for another.
    """
    order = sorted(
        range(len(lengths)), key=lambda i: (not 6 <= lengths[i] <= 45, -round(float(closeness[i]), 5), i)
    )
    chosen: list[int] = []
    for i in order:
        if len(chosen) == most:
            break
        if all(float(vectors[i] @ vectors[j]) < 0.85 for j in chosen):
            chosen.append(i)
    return chosen
