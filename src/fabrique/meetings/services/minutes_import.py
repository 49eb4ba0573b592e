"""Minutes written in a word processor, read by their headings: what would be noted is shown before anything is.

Fed by fabrique_core.files (DOCX, ODT, TXT). Feeds the preview page, then record_item for what a person keeps.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common.errors import Refused
from fabrique.common.files import inspected, refused
from fabrique.common.folding import fold
from fabrique.meetings.enums import ItemEntry, ItemKind
from fabrique.meetings.models import Item, Meeting, Prompt, Table
from fabrique.meetings.services.items import MOST_CHARACTERS, MOST_PEOPLE, Words, record_item
from fabrique_core.errors import CoreError
from fabrique_core.files import Block, BlockKind, Kind, extract

#: a preview is a form: beyond, the file is to be cut
MOST_ITEMS = 120
ALLOWED = frozenset({Kind.DOCX, Kind.ODT, Kind.TXT})
#: beginnings of words (folded) that tell the kind in a heading; the first that is found decides
KIND_WORDS = (
    (ItemKind.DIFFICULTY, ("difficulte", "frein", "obstacle", "probleme", "besoin")),
    (ItemKind.INITIATIVE, ("initiative", "experience", "existant", "projet en cours", "bonnes pratiques")),
    (ItemKind.PROPOSAL, ("proposition", "piste", "solution", "recommandation", "idee")),
    (ItemKind.OBSERVATION, ("constat", "observation", "etat des lieux", "diagnostic", "reperes")),
)
#: words of a question that say nothing of its subject
EMPTY = frozenset(
    {
        "comment", "quel", "quelle", "quels", "quelles", "pour", "dans", "avec", "sans", "plus", "votre", "notre",
        "leur", "leurs", "faire", "faut", "sont", "nous", "vous",
    }
)  # fmt: skip
_TABLE = re.compile(r"\b(?:table|groupe|atelier)\s*n?[°ºo]?\s*(\d{1,2})\b")
_PEOPLE = re.compile(
    r"\s*[\(\[]\s*(\d{1,6})\s+(?:personnes?|participants?|voix|avis)\s*[\)\]]\s*\.?\s*$", re.I
)
_CARRIER = re.compile(
    r"\s*[\(\[]\s*port(?:é|ée|és|ées|eur|euse)?s?\s*(?:par)?\s*:?\s+([^()\[\]]{2,120})[\)\]]\s*\.?\s*$", re.I
)


@dataclass(frozen=True)
class Proposed:
    """One item as the program reads it; a person confirms each part of it."""

    text: str
    kind: str
    prompt: str
    table: str
    people: int | None = None
    carrier: str = ""


@dataclass(frozen=True)
class Preview:
    """What a file would give, and what it leaves: [(reason in French, words)]. Nothing is stored."""

    name: str
    digest: str
    items: list[Proposed]
    set_aside: list[tuple[str, str]]


@dataclass
class _Place:
    """Where the reading stands: which question, kind and table the last headings named."""

    prompt: Prompt | None
    table: Table
    kind: ItemKind | None = None


def read_minutes(actor: Actor, *, meeting: Meeting, data: bytes, name: str) -> Preview:
    """Read minutes by headings. A heading that names a kind, a question or a table places what follows.

    Raises Refused with the file's fault in French, Refused('import.room') where the meeting has no table or
    question, Refused('import.nothing') and Refused('import.many').
    """
    require(actor, "meetings.enter_items", meeting.territory)
    tables, prompts = list(meeting.tables.all()), list(meeting.prompts.all())
    if not tables or not prompts:
        raise Refused("import.room", _("Préparez d’abord les tables et les questions de la rencontre."))
    found = inspected(data, name, allowed=ALLOWED)
    try:
        read = extract(found)
    except CoreError as error:
        raise refused(error) from error
    set_aside = [(str(one.reason), one.what) for one in read.set_aside]
    items = list(_items(read.blocks, tables, prompts, set_aside))
    if not items:
        raise Refused(
            "import.nothing",
            _(
                "Aucun propos n’a été reconnu : "
                "le document doit porter des titres comme « Constats » ou « Propositions »."
            ),
        )
    if len(items) > MOST_ITEMS:
        raise Refused(
            "import.many",
            ngettext(
                "Ce document donne %(count)d propos : coupez-le en parties de %(most)d au plus.",
                "Ce document donne %(count)d propos : coupez-le en parties de %(most)d au plus.",
                len(items),
            )
            % {"count": len(items), "most": MOST_ITEMS},
        )
    return Preview(found.safe_name, found.sha256, items, set_aside)


def store_import(
    actor: Actor, *, meeting: Meeting, digest: str, kept: Sequence[tuple[int, Words]]
) -> list[Item]:
    """Note what a person kept of a preview: [(rank in the file, words)]. The same file again adds nothing."""
    require(actor, "meetings.enter_items", meeting.territory)
    return [
        record_item(
            actor,
            meeting=meeting,
            client_id=uuid.uuid5(uuid.NAMESPACE_OID, f"{meeting.public_id}|{digest}|{rank}"),
            words=words,
            entry=ItemEntry.IMPORT,
        )
        for rank, words in kept
    ]


def _items(
    blocks: Sequence[Block], tables: list[Table], prompts: list[Prompt], set_aside: list[tuple[str, str]]
) -> Iterator[Proposed]:
    place = _Place(prompts[0] if len(prompts) == 1 else None, tables[0])
    for block in blocks:
        text = " ".join(block.text.split())
        if not text:
            continue
        if block.kind == BlockKind.HEADING or _is_title(text):
            _follow(text, place, tables, prompts)
        elif place.kind is None:
            set_aside.append((_("avant le premier titre qui nomme une nature de propos"), text))
        elif len(text) > MOST_CHARACTERS:
            set_aside.append((_("trop long pour un seul propos"), text[:200]))
        else:
            yield _proposed(text, place, prompts)


def _is_title(text: str) -> bool:
    """A line of text that is nothing but the name of a kind or a table: minutes typed without styles."""
    folded = fold(text).strip(" :.-–")
    named = any(
        folded.rstrip("s") in (word, word.rstrip("s")) for _kind, words in KIND_WORDS for word in words
    )
    return named or bool(_TABLE.fullmatch(folded))


def _follow(title: str, place: _Place, tables: list[Table], prompts: list[Prompt]) -> None:
    """Move to what a heading names. A heading that names nothing known changes nothing but ends the kind."""
    folded = fold(title)
    number = _TABLE.search(folded)
    table = next((one for one in tables if number and one.number == int(number.group(1))), None)
    prompt = _prompt_of(folded, prompts)
    kind = next((kind for kind, words in KIND_WORDS if any(word in folded for word in words)), None)
    place.table = table or place.table
    if prompt is not None and not (kind is not None and len(folded.split()) <= 3):
        place.prompt = prompt
        place.kind = kind
    elif kind is not None:
        place.kind = kind
    elif table is None:
        place.kind = None


def _prompt_of(folded: str, prompts: list[Prompt]) -> Prompt | None:
    """The question that a heading names: by its number, or by half of its words at least."""
    number = re.search(r"\bquestion\s*n?[°ºo]?\s*(\d{1,2})\b", folded)
    if number and 1 <= int(number.group(1)) <= len(prompts):
        return prompts[int(number.group(1)) - 1]
    heard = set(re.findall(r"\w{4,}", folded)) - EMPTY
    best, most = None, 0.0
    for prompt in prompts:
        own = set(re.findall(r"\w{4,}", fold(prompt.wording))) - EMPTY
        share = len(own & heard) / min(len(own), max(len(heard), 1)) if own and heard else 0.0
        if share > most:
            best, most = prompt, share
    return best if most >= 0.5 else None


def _proposed(text: str, place: _Place, prompts: list[Prompt]) -> Proposed:
    """A paragraph or a line of a list: « … (12 personnes) », « … (porté par la mairie) »."""
    people, carrier = None, ""
    for _pass in range(2):
        if (found := _PEOPLE.search(text)) and people is None:
            people = min(int(found.group(1)), MOST_PEOPLE) or None
            text = text[: found.start()]
        if (found := _CARRIER.search(text)) and not carrier:
            carrier = found.group(1).strip()
            text = text[: found.start()]
    return Proposed(
        text.strip(),
        str(place.kind),
        str((place.prompt or prompts[0]).public_id),
        str(place.table.public_id),
        people,
        carrier,
    )
