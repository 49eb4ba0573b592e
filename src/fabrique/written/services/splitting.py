"""Parting a contribution into its demands: a person corrects what the program proposed.

Fed by the splitting screen. Feeds acceptance, which puts the demands into the corpus.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.errors import Refused
from fabrique.written.enums import DemandOrigin, WrittenState
from fabrique.written.models import Demand, WrittenContribution, WrittenFile

MOST = 250
LONGEST = 10_000
_BLANK_LINE = re.compile(r"\n[ \t\u00a0]*\n")


@dataclass(frozen=True)
class Typed:
    """A demand as the screen sends it. `key`: the public id of the row it corrects, '' for a new one.

    A blank line in the text parts it in two; `with_former` joins it to the one before; `dropped` leaves it.
    """

    text: str
    key: str = ""
    file: WrittenFile | None = None
    page: int | None = None
    with_former: bool = False
    dropped: bool = False


def save_demands(
    actor: Actor, *, written: WrittenContribution, typed: Sequence[Typed], revision: int
) -> WrittenContribution:
    """Replace the demands by what was typed, in that order.

    Raises Refused: written.decided, written.changed (somebody saved meanwhile), demand.too_many,
    demand.too_long, demand.page.
    """
    require(actor, "written.receive", written.call.perimeter)
    with transaction.atomic():
        written = locked(written)
        if written.state != WrittenState.QUARANTINED:
            raise Refused(
                "written.decided", _("Cette contribution est déjà traitée : elle ne se découpe plus.")
            )
        if written.revision != revision:
            raise Refused(
                "written.changed",
                _(
                    "Quelqu’un d’autre a modifié ce découpage entre-temps. Rechargez la page pour voir le sien."
                ),
            )
        former = {str(one.public_id): one for one in written.demands.all()}
        rows = _rows(written, typed, former)
        written.demands.all().delete()
        Demand.objects.bulk_create(rows)
        written.revision += 1
        written.save(update_fields=["revision"])
        journal.record(actor, "written.save_demands", written)
    return written


def with_passage(
    typed: Sequence[Typed], *, file: WrittenFile | None, text: str, page: int | None
) -> list[Typed]:
    """The demands with one more, taken from the document: put where it stands in the reading order."""
    added = Typed(text=" ".join(text.split()), file=file, page=page)
    where = _place(added)
    before = [n for n, one in enumerate(typed) if one.text.strip() and _place(one) <= where]
    at = before[-1] + 1 if before else 0
    return [*typed[:at], added, *typed[at:]]


def _place(one: Typed) -> tuple[int, int]:
    """Rank of the file and page; the words of the form or message come first."""
    return (one.file.position if one.file else -1, one.page or 0)


def locked(written: WrittenContribution) -> WrittenContribution:
    """The row, held until the end of the transaction."""
    found: WrittenContribution = (
        WrittenContribution.objects.select_for_update(of=("self",))
        .select_related("call__perimeter", "call__source")
        .get(pk=written.pk)
    )
    return found


def _rows(written: WrittenContribution, typed: Sequence[Typed], former: dict[str, Demand]) -> list[Demand]:
    rows: list[Demand] = []
    for one in typed:
        text = one.text.replace("\r\n", "\n").strip()
        if one.dropped or not text:
            continue
        if one.with_former and rows:
            rows[-1].text = f"{rows[-1].text} {_one_line(text)}"
            rows[-1].origin = DemandOrigin.PERSON
            continue
        for piece in _BLANK_LINE.split(text):
            if piece.strip():
                rows.append(_row(written, one, piece.strip(), former.get(one.key)))
    if len(rows) > MOST:
        raise Refused(
            "demand.too_many", _("Deux cent cinquante demandes au plus. Réunissez celles qui vont ensemble.")
        )
    for position, row in enumerate(rows):
        row.position = position
        if len(row.text) > LONGEST:
            raise Refused(
                "demand.too_long", _("Une demande est trop longue. Partagez-la par une ligne vide.")
            )
    return rows


def _row(written: WrittenContribution, one: Typed, text: str, known: Demand | None) -> Demand:
    pages = one.file.pages if one.file is not None else None
    if one.page is not None and (one.page < 1 or (pages is not None and one.page > pages)):
        raise Refused(
            "demand.page", _("Une page n’existe pas dans le document. Corrigez son numéro."), page=one.page
        )
    kept = known is not None and known.text == text and known.page == one.page
    return Demand(
        written=written,
        position=0,
        text=text,
        file=one.file,
        page=one.page,
        origin=known.origin if kept and known is not None else DemandOrigin.PERSON,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
