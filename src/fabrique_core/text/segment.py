"""What it is for: cutting an answer into ideas (a sentence or clause with one demand) by raw offsets.
What feeds it: the raw text and the spans that must not be cut (personal data).
What it feeds: embed, themes, and every quote: text[start:end] is the idea, letter for letter.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import islice, pairwise

Span = tuple[int, int]
Cutter = Callable[[str, int, int], list[int]]

MAX_IDEA_CHARS = 400
_SHORT_WORDS = 3
_CLAUSE_WORDS = 5
_LIST_ITEM_WORDS = 6
_FEWEST_LIST_ITEMS = 3

_ABBREVIATIONS = re.compile(
    r"(?:\b(?:M|MM|Mme|Mmes|Mlle|Dr|Drs|Pr|Prs|Me|St|Ste|av|bd|bld|boul|chap|cf|ex|env|etc|fig|hab|min|max|n|no|p|pp"
    r"|art|tel|tél|vs|resp|sec|i\.e|e\.g|c\.-à-d|[A-Z])|\d)$",
    re.IGNORECASE,
)
# A full stop ends a sentence before a space, or glued to a capital (« long.Il faut »), or at the end.
_SENTENCE_END = re.compile(
    r"(?<![.!?…])[.!?…]+[\"»”’)\]]*(?=\s|$)"
    r"|(?<=[a-zà-öø-ÿ)])[.!?…]+(?=[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ'’ ])|[!?…](?=\w)|[؟。]"
)
# No pattern here begins with an unbounded run: 100,000 spaces must stay linear.
_HARD_BREAK = re.compile(r"[\n\r\u2028\u2029\x0b\x0c;•●▪◦·➔→⇒]|(?<=\s)[-–—*/|](?=\s)|(?<!\s)\s{3,}")
_BULLET = re.compile(
    r"^\s*(?:[-–—*•●▪◦·>+]+|\(?\d{1,2}\s*(?:[.)°/]|[-–—:]\s)|[a-hA-H]\)|\d{1,2}(?:er|ère|e|ème)\s*[:.)-])\s*"
)
_INLINE_NUMBER = re.compile(r"(?<=\s)(?=\(?[1-9]\d?\s?[)°]\s?\w)")
_CLAUSE = re.compile(
    r"[,\s](?=(?:et|mais)\s+(?:aussi|également|egalement|surtout|enfin|puis|ensuite|en\s+plus|il\s+(?:faut|faudrait|manque))\b)"
    r"|,\s*(?=(?:mais|par\s+contre|en\s+revanche|par\s+ailleurs|d['’]autre\s+part|de\s+plus|en\s+outre|ensuite|enfin"
    r"|puis|il\s+(?:faut|faudrait|manque)|je\s+(?:souhaite|voudrais|demande|propose))\b)",
    re.IGNORECASE,
)
_COMMA = re.compile(r",\s?(?:et\s)?|\set\s")
_WORD = re.compile(r"\w+")
_EDGES = " \t\r\n\x0b\x0c\u00a0\u202f\u2009,;:-–—*•●▪◦·>+/|"


def segment(text: str, protected: Iterable[Span] = (), max_chars: int = MAX_IDEA_CHARS) -> list[Span]:
    """Offsets (start, end) of the ideas of a raw text, ordered and never overlapping.

    Cuts at line breaks, bullets, numbers, semicolons, sentence ends, clauses that open another demand (« et
    aussi »,
    « , mais », « , il faut ») and enumerations of short items; no cut falls inside a protected span. A
    fragment
    under three words joins its neighbour, except in a text made of such fragments (« Santé. Éducation. »).
    Every letter or digit of the text belongs to exactly one idea; what lies between ideas is punctuation or
    space.
    """
    guards = sorted(protected)
    pieces: list[Span] = []
    for block in _split(text, [(0, len(text))], _hard_breaks, guards):
        sentences = _split(text, [block], _sentence_ends, guards)
        clauses = _split(text, sentences, _clause_starts, guards)
        listed = _split(text, clauses, _enumeration, guards)
        pieces.extend(
            _merge_fragments(text, [s for p in listed if (s := _trim(text, p))], len(listed) > len(clauses))
        )
    return [part for piece in pieces for part in _cap(text, piece, max_chars, guards)]


def _split(text: str, spans: Sequence[Span], cutter: Cutter, guards: Sequence[Span]) -> list[Span]:
    """Cuts each span at the offsets that the cutter gives, leaving protected spans whole."""
    out: list[Span] = []
    for start, end in spans:
        at = start
        for cut in cutter(text, start, end):
            if at < cut < end and not _guarded(cut, guards):
                out.append((at, cut))
                at = cut
        out.append((at, end))
    return out


def _guarded(offset: int, guards: Sequence[Span]) -> bool:
    """Whether a cut would fall strictly inside a guard; guards are sorted and do not overlap."""
    before = bisect_left(guards, (offset, -1)) - 1
    return before >= 0 and guards[before][0] < offset < guards[before][1]


def _hard_breaks(text: str, start: int, end: int) -> list[int]:
    cuts = {match.end() for match in _HARD_BREAK.finditer(text, start, end)}
    cuts.update(match.start() for match in _INLINE_NUMBER.finditer(text, start, end))
    return sorted(cuts)


def _sentence_ends(text: str, start: int, end: int) -> list[int]:
    cuts = []
    for match in _SENTENCE_END.finditer(text, start, end):
        before = text[max(start, match.start() - 12) : match.start()]
        is_stop = match.group().startswith(".") and len(match.group().rstrip('"»”’)]')) == 1
        following = text[match.end() : match.end() + 2].lstrip()
        if (
            is_stop
            and _ABBREVIATIONS.search(before)
            and not (before[-1:].isdigit() and following[:1].isupper())
        ):
            continue
        cuts.append(match.end())
    return cuts


def _clause_starts(text: str, start: int, end: int) -> list[int]:
    """Starts of clauses that open another demand, where both sides are long enough to stand alone."""
    cuts: list[int] = []
    at = start
    for match in _CLAUSE.finditer(text, start, end):
        long_before = _words(text, at, match.start(), _CLAUSE_WORDS) == _CLAUSE_WORDS
        if long_before and _words(text, match.end(), end, _SHORT_WORDS) == _SHORT_WORDS:
            cuts.append(match.end())
            at = match.end()
    return cuts


def _enumeration(text: str, start: int, end: int) -> list[int]:
    """Cuts between the items of « la santé, l'école, la justice et la recherche »: three short items at
    least."""
    if text.find(",", start, end) < 0 or text.find("(", start, end) >= 0:
        return []
    matches = list(_COMMA.finditer(text, start, end))
    bounds = [start, *(m.end() for m in matches), end]
    if len(bounds) - 1 < _FEWEST_LIST_ITEMS:
        return []
    sizes = [_words(text, a, b) for a, b in pairwise(bounds)]
    if max(sizes) > _LIST_ITEM_WORDS or sum(sizes) > 4 * len(sizes):
        return []
    return bounds[1:-1]


def _words(text: str, start: int, end: int, most: int = 50) -> int:
    """Number of words between two offsets, counted up to a limit so that long texts stay linear."""
    return sum(1 for _ in islice(_WORD.finditer(text, start, end), most))


def _trim(text: str, span: Span) -> Span | None:
    """The span without its bullet, separators and spaces at both ends; None when it holds no letter nor
    digit."""
    start, end = span
    bullet = _BULLET.match(text[start:end])
    if bullet and _WORD.search(text, start + bullet.end(), end):
        start += bullet.end()
    while start < end and (text[start] in _EDGES or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in _EDGES or text[end - 1].isspace()):
        end -= 1
    return (start, end) if _WORD.search(text, start, end) else None


def _merge_fragments(text: str, spans: list[Span], is_list: bool) -> list[Span]:
    """Joins fragments under three words to the idea before (or after, for the first), unless the text is a
    list."""
    short = [_words(text, *span) < _SHORT_WORDS for span in spans]
    if is_list or sum(short) * 2 > len(spans):
        return spans
    merged: list[Span] = []
    for span, is_short in zip(spans, short, strict=True):
        first_is_short = len(merged) == 1 and _words(text, *merged[0]) < _SHORT_WORDS
        if merged and (is_short or first_is_short):
            merged[-1] = (merged[-1][0], span[1])
        else:
            merged.append(span)
    return merged


def _cap(text: str, span: Span, max_chars: int, guards: Sequence[Span]) -> list[Span]:
    """Cuts an idea longer than max_chars at the last comma, else space, before the limit; never inside a
    word."""
    start, end = span
    out: list[Span] = []
    while end - start > max_chars:
        window = text[start : start + max_chars]
        cut = max(window.rfind(", "), window.rfind(": ")) + 1
        if cut < max_chars // 3:
            cut = window.rfind(" ")
        if cut <= 0 or _guarded(start + cut, guards):
            break
        if piece := _trim(text, (start, start + cut)):
            out.append(piece)
        start += cut
    if piece := _trim(text, (start, end)):
        out.append(piece)
    return out
