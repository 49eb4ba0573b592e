"""Reading what came before anything is stored: each file inspected, its text extracted, demands proposed.

Fed by intake and importing. Feeds the rows that intake writes; outside any transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fabrique.common.errors import Refused
from fabrique.common.files import inspected, refused
from fabrique_core.errors import CoreError
from fabrique_core.files import DOCUMENTS, Block, Extracted, Inspected, Limits, SetAside, extract
from fabrique_core.files.blocks import from_text
from fabrique_core.files.demands import Proposed, propose
from fabrique_core.files.model import LIMITS


@dataclass(frozen=True)
class ReadFile:
    """A file that passed inspection, with its text."""

    file: Inspected
    text: Extracted


@dataclass(frozen=True)
class ProposedDemand:
    """A demand, and the rank of the file in which it stands (None: in the words of the form or message)."""

    text: str
    page: int | None
    file: int | None


def read_files(files: Sequence[tuple[str, bytes]], *, limits: Limits | None = None) -> list[ReadFile]:
    """Every file, or the refusal of the first that cannot come in, with its name.

    Raises Refused with a `files.*` code and a sentence; `name` among its params.
    """
    return [_read(name, data, limits) for name, data in files]


def _read(name: str, data: bytes, limits: Limits | None) -> ReadFile:
    found = inspected(data, name, allowed=DOCUMENTS, limits=limits)
    try:
        return ReadFile(found, extract(found))
    except CoreError as error:
        raise refused(error) from error


def read_attachments(
    attachments: Sequence[tuple[str, bytes]], *, limits: Limits | None = None
) -> tuple[list[ReadFile], list[SetAside]]:
    """The attachments that can come in, and the others set aside: {reason: code, what: name and sentence}."""
    kept: list[ReadFile] = []
    aside: list[SetAside] = []
    for name, data in attachments:
        try:
            kept.append(_read(name, data, limits))
        except Refused as refusal:
            aside.append(SetAside(refusal.code, f"{name} : {refusal}"))
    return kept, aside


def blocks_of(text: str) -> tuple[Block, ...]:
    """The words typed in the form or written in the message, by paragraphs and items."""
    return from_text(text, LIMITS).blocks


def proposed_demands(text: str, files: Sequence[ReadFile]) -> tuple[list[ProposedDemand], list[SetAside]]:
    """What a person will correct: the demands of the files; of the words typed only where no file has any."""
    found: list[ProposedDemand] = []
    aside: list[SetAside] = []
    for rank, one in enumerate(files):
        proposal = propose(one.text.blocks)
        found += [_placed(demand, rank) for demand in proposal.demands]
        aside += proposal.set_aside
    if not found:
        proposal = propose(blocks_of(text))
        found = [_placed(demand, None) for demand in proposal.demands]
        aside += proposal.set_aside
    return found, aside


def _placed(demand: Proposed, rank: int | None) -> ProposedDemand:
    return ProposedDemand(demand.text, demand.page, rank)
