"""What it is for: proposing how a written contribution parts into its demands; a person then decides.
What feeds it: the blocks of an extracted document.
What it feeds: the splitting screen. It sorts and cuts; it never rewrites.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from fabrique_core.files.model import Block, BlockKind, SetAside

#: verbs and turns by which organisations ask: folded, looked for at the start of words
_ASKING = re.compile(
    r"\b(demand\w+|propos\w+|souhait\w+|recommand\w+|preconis\w+|sollicit\w+|revendiqu\w+|plaid\w+|"
    r"appel(?:ons|le|lent) a|il (?:faut|faudrait|convient|est (?:necessaire|indispensable|urgent|essentiel))|"
    r"doi(?:t|vent)|devrai(?:t|ent)|doivent etre|necessite de|nous voulons|nous attendons|mettre en place|"
    r"renforcer|creer|developper|garantir|permettre|faciliter|ouvrir|former|maintenir|soutenir|financer)\b"
)
_COURTESY = re.compile(
    r"^(bonjour|madame|monsieur|mesdames|cordialement|bien cordialement|sinceres salutations|veuillez agreer|"
    r"je vous prie|nous vous prions|dans l attente|cher|chere|a l attention|objet|pj|copie|tel|telephone|fax|"
    r"envoye depuis|www|http|siret|association loi)\b"
)
_SHORTEST = 25
_LONGEST = 2_000
MOST = 200
#: what one screen can hold and send back
MOST_CHARACTERS = 150_000


@dataclass(frozen=True)
class Proposed:
    """One demand as proposed: its words, its page (None where unknown), the heading under which it stands."""

    text: str
    page: int | None
    heading: str = ""


@dataclass(frozen=True)
class Proposal:
    """The demands proposed, in order, and what was not: {reason, what} with the page or the count."""

    demands: tuple[Proposed, ...]
    set_aside: tuple[SetAside, ...]


def propose(blocks: Sequence[Block]) -> Proposal:
    """List items and paragraphs that ask for something; where none does, every paragraph of some length.

    At most MOST demands and MOST_CHARACTERS: the rest is said ('beyond') and added by hand. Headings are kept
    as context of what follows. Set aside: 'courtesy', 'short', 'no_demand', 'beyond', each with how many.
    """
    found: list[Proposed] = []
    plain: list[Proposed] = []
    aside: dict[str, int] = {}
    heading = ""
    asking_list = False
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            heading, asking_list = block.text, asks(block.text)
            continue
        why, asking = _sorted(block, asking_list)
        # « nous demandons : » is the title of the list that follows
        if block.kind is BlockKind.PARAGRAPH:
            asking_list = asks(block.text) and block.text.rstrip().endswith(":")
        if why:
            aside[why] = aside.get(why, 0) + 1
            continue
        for text in _pieces(block.text):
            (found if asking else plain).append(Proposed(text, block.page, heading))
    if not found:
        found, plain = plain, []
    if plain:
        aside["no_demand"] = len(plain)
    kept = _within(found)
    if len(kept) < len(found):
        aside["beyond"] = len(found) - len(kept)
    return Proposal(tuple(kept), tuple(SetAside(why, str(n)) for why, n in sorted(aside.items())))


def _within(found: list[Proposed]) -> list[Proposed]:
    """The first demands, within MOST and MOST_CHARACTERS."""
    kept: list[Proposed] = []
    left = MOST_CHARACTERS
    for one in found[:MOST]:
        left -= len(one.text)
        if left < 0:
            break
        kept.append(one)
    return kept


def asks(text: str) -> bool:
    """Whether the words ask for something."""
    return _ASKING.search(_folded(text)) is not None


def _sorted(block: Block, asking_list: bool) -> tuple[str, bool]:
    """(why it is no demand or '', whether it asks)."""
    folded = _folded(block.text)
    if _COURTESY.match(folded):
        return "courtesy", False
    if block.kind is BlockKind.ITEM:
        return ("short", False) if len(folded) < 8 else ("", True)
    if len(block.text) < _SHORTEST and not asks(block.text):
        return "short", False
    if block.text.rstrip().endswith(":") and len(block.text) < 200:
        return "short", False  # it announces a list, whose items are the demands
    return "", asks(block.text) or asking_list


def _pieces(text: str) -> list[str]:
    """A very long paragraph by groups of sentences, so that a demand can be read in one go."""
    if len(text) <= _LONGEST:
        return [text]
    pieces: list[str] = []
    for sentence in re.split(r"(?<=[.;!?])\s+", text):
        for part in [sentence[i : i + _LONGEST] for i in range(0, len(sentence), _LONGEST)]:
            if pieces and len(pieces[-1]) + len(part) < _LONGEST:
                pieces[-1] = f"{pieces[-1]} {part}"
            else:
                pieces.append(part)
    return pieces


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in plain if not unicodedata.combining(c))).strip()
