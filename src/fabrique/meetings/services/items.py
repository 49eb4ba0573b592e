"""Verbs on what is said at a table: note, change, take away, put back, settle two versions; send in bulk.

Fed by the room's screen (offline or not), paper sheets and imported minutes. Feeds the minutes and the corpus.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds, require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import ItemEntry, ItemKind, ItemState
from fabrique.meetings.models import Item, Meeting, Prompt, Table

MOST_CHARACTERS, MOST_CARRIER, MOST_PEOPLE = 4000, 200, 100_000
#: items sent by a device in one request
MOST_SENT = 50
#: from the identifier and the words of a version that lost the race, the identifier of its own row
_VERSIONS = uuid.UUID("6f1c2f0e-5d1b-4f0c-9a54-1d3f9b7a2c10")


@dataclass(frozen=True)
class Words:
    """What one item says. `removed`: it was taken away on the device."""

    table: str
    prompt: str
    kind: str
    text: str
    people: int | None = None
    carrier: str = ""
    removed: bool = False


@dataclass(frozen=True)
class Change:
    """One item as a device holds it.

    `base` is the revision that the device last saw (0: never sent). `earlier` holds what the device sent
    before without hearing back: where the row says one of those, it is the device's own work, not another's.
    """

    client_id: uuid.UUID
    base: int
    words: Words
    earlier: tuple[Words, ...] = ()
    entry: str = ItemEntry.SCREEN


@dataclass(frozen=True)
class Outcome:
    """What became of a change: stored, known (already there), conflict (both kept) or refused."""

    client_id: uuid.UUID
    status: str
    item: Item | None = None
    other: Item | None = None
    code: str = ""
    sentence: str = ""


def record_item(actor: Actor, *, meeting: Meeting, client_id: uuid.UUID, words: Words, entry: str) -> Item:
    """Note one item; the same `client_id` with the same words gives back the same row.

    Raises Refused('item.text'), ('item.people'), ('item.kind'), ('item.place'), ('item.conflict').
    """
    outcome = put_item(actor, meeting=meeting, change=Change(client_id, 0, words, entry=entry))
    if outcome.item is None or outcome.status == "conflict":
        raise Refused("item.conflict", _("Ce formulaire a déjà servi à un autre propos. Rechargez la page."))
    return outcome.item


def change_item(actor: Actor, *, item: Item, revision: int, words: Words) -> Outcome:
    """Rewrite an item from the revision that was shown; a later one is met by keeping both versions."""
    return put_item(
        actor,
        meeting=item.table.meeting,
        change=Change(item.client_id, revision, words, entry=item.entry),
    )


def remove_item(actor: Actor, *, item: Item, removed: bool = True) -> Item:
    """Take an item away, or put it back: the row stays, so that both can be undone."""
    meeting = item.table.meeting
    require(actor, "meetings.enter_items", meeting.territory)
    with transaction.atomic():
        row = Item.objects.select_for_update().get(pk=item.pk)
        _check_signed(actor, row, meeting)
        if not removed and not row.text:  # erased with its participation
            raise Refused("item.text", _("Écrivez le propos."))
        state = ItemState.REMOVED if removed else ItemState.ACTIVE
        if row.state != state:
            row.state, row.revision, row.updated_at = state, row.revision + 1, now()
            row.save(update_fields=["state", "revision", "updated_at"])
            journal.record(actor, "meetings.remove_item" if removed else "meetings.restore_item", row)
    return row


def settle_versions(actor: Actor, *, item: Item, keep: str) -> Item:
    """Say which of two versions of an item stands: « first », « second », or « both » as two items.

    `item` is the second version (its `conflict_of` names the first). Raises Refused('item.settled').
    """
    meeting = item.table.meeting
    require(actor, "meetings.enter_items", meeting.territory)
    with transaction.atomic():
        second = Item.objects.select_for_update().get(pk=item.pk)
        if second.conflict_of_id is None:
            raise Refused("item.settled", _("Ces deux versions sont déjà départagées."))
        first = Item.objects.select_for_update().get(pk=second.conflict_of_id)
        _check_signed(actor, first, meeting)
        for row, gone in ((first, keep == "second"), (second, keep == "first")):
            row.state = ItemState.REMOVED if gone else row.state
            row.revision, row.updated_at = row.revision + 1, now()
        second.conflict_of = None
        first.save(update_fields=["state", "revision", "updated_at"])
        second.save(update_fields=["state", "revision", "updated_at", "conflict_of"])
        journal.record(actor, "meetings.settle_versions", first, reason=keep)
    return second if keep == "second" else first


def sync_items(actor: Actor, *, meeting: Meeting, changes: Sequence[Change]) -> list[Outcome]:
    """Take what a device noted, one short transaction an item: one refused does not hold the others back.

    Sent again, everything is known and nothing is doubled. Raises Refused('sync.many') beyond 50 items.
    """
    require(actor, "meetings.enter_items", meeting.territory)
    if len(changes) > MOST_SENT:
        raise Refused("sync.many", _("Trop de propos dans un seul envoi."))
    outcomes = []
    for change in changes:
        try:
            outcomes.append(put_item(actor, meeting=meeting, change=change))
        except Refused as refusal:
            outcomes.append(Outcome(change.client_id, "refused", code=refusal.code, sentence=str(refusal)))
    return outcomes


def put_item(actor: Actor, *, meeting: Meeting, change: Change) -> Outcome:
    """One item as a device or a form holds it, into its row. See Change and Outcome."""
    require(actor, "meetings.enter_items", meeting.territory)
    values = _checked(meeting, change.words)
    with transaction.atomic():
        row, created = Item.objects.get_or_create(
            client_id=change.client_id,
            defaults={**values, "entry": _entry(change), "created_at": now(), "updated_at": now()},
        )
        if created:
            journal.record(actor, "meetings.record_item", row, reason=row.kind)
            return Outcome(change.client_id, "stored", row)
        return _meet(actor, meeting, change, values)


def _meet(actor: Actor, meeting: Meeting, change: Change, values: dict[str, Any]) -> Outcome:
    """The row exists: the same words, the device's own later ones, or somebody else's."""
    rows = Item.objects.select_for_update(of=("self",)).select_related("table", "prompt")
    row = rows.get(client_id=change.client_id)
    if row.table.meeting_id != meeting.pk:
        raise Refused("item.place", _("Ce propos appartient à une autre rencontre."))
    present = words_of(row)
    if present == _words(values):
        return Outcome(change.client_id, "known", row)
    _check_signed(actor, row, meeting)
    if change.base == row.revision or present in [_tidy(earlier) for earlier in change.earlier]:
        for name, value in values.items():
            setattr(row, name, value)
        row.revision, row.updated_at = row.revision + 1, now()
        row.save()
        journal.record(actor, "meetings.change_item", row, reason=row.kind)
        return Outcome(change.client_id, "stored", row)
    return _keep_both(actor, row, change, values)


def _keep_both(actor: Actor, row: Item, change: Change, values: dict[str, Any]) -> Outcome:
    """Somebody else wrote meanwhile: this version gets a row of its own, the same however often it is sent."""
    version = uuid.uuid5(_VERSIONS, f"{change.client_id}|{_words(values)!r}")
    other, created = Item.objects.get_or_create(
        client_id=version,
        defaults={
            **values,
            "entry": _entry(change),
            "conflict_of": row,
            "created_at": now(),
            "updated_at": now(),
        },
    )
    if created:
        journal.record(actor, "meetings.record_version", other, reason=row.kind)
    return Outcome(change.client_id, "conflict", row, other)


def words_of(item: Item) -> Words:
    """What a row says, as a device says it."""
    return Words(
        str(item.table.public_id),
        str(item.prompt.public_id),
        item.kind,
        item.text,
        item.people,
        item.carrier,
        item.state == ItemState.REMOVED,
    )


def _words(values: dict[str, Any]) -> Words:
    return Words(
        str(values["table"].public_id),
        str(values["prompt"].public_id),
        values["kind"],
        values["text"],
        values["people"],
        values["carrier"],
        values["state"] == ItemState.REMOVED,
    )


def _tidy(words: Words) -> Words:
    """The words as a row would hold them."""
    return Words(
        words.table,
        words.prompt,
        words.kind,
        words.text.strip(),
        words.people,
        " ".join(words.carrier.split()),
        words.removed,
    )


def _checked(meeting: Meeting, words: Words) -> dict[str, Any]:
    """The columns of an item from its words. Raises Refused with what to mend."""
    words = _tidy(words)
    if not words.text:
        raise Refused("item.text", _("Écrivez le propos."))
    if len(words.text) > MOST_CHARACTERS:
        raise Refused(
            "item.text",
            _("Ce propos dépasse %(most)d signes : coupez-le en deux.") % {"most": MOST_CHARACTERS},
        )
    if words.people is not None and not 1 <= words.people <= MOST_PEOPLE:
        raise Refused("item.people", _("Le nombre de personnes est un nombre entier, à partir de 1."))
    if len(words.carrier) > MOST_CARRIER:
        raise Refused("item.carrier", _("Le nom de qui porterait le projet est trop long."))
    if words.kind not in ItemKind.values:
        raise Refused(
            "item.kind", _("Dites si c’est un constat, une difficulté, une initiative ou une proposition.")
        )
    table = Table.objects.filter(meeting=meeting, public_id=words.table).first()
    prompt = Prompt.objects.filter(meeting=meeting, public_id=words.prompt).first()
    if table is None or prompt is None:
        raise Refused(
            "item.place",
            _("La table ou la question n’existe plus dans cette rencontre : choisissez-en une autre."),
        )
    return {
        "table": table,
        "prompt": prompt,
        "kind": words.kind,
        "text": words.text,
        "people": words.people,
        "carrier": words.carrier,
        "state": ItemState.REMOVED if words.removed else ItemState.ACTIVE,
    }


def _entry(change: Change) -> str:
    return change.entry if change.entry in ItemEntry.values else ItemEntry.SCREEN


def _check_signed(actor: Actor, item: Item, meeting: Meeting) -> None:
    """Once signed minutes hold an item, only who may sign corrects it. Raises Forbidden('item.signed')."""
    if item.contribution_id is not None and not holds(actor, "meetings.sign_minutes", meeting.territory):
        raise Forbidden(
            "item.signed",
            _(
                "Ce propos figure dans un compte rendu signé : seule une personne qui peut le signer le corrige."
            ),
        )
