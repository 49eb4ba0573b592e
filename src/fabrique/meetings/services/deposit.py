"""Signed items into the corpus: one statement of a group an item, under the code of its slip.

Fed by the signature, publication and the worker, always from the frozen minutes. Feeds contributions.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.db.models import F

from fabrique.accounts.actors import Actor, System
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.contributions.enums import Channel, ErasureReason, SourceKind, Unit
from fabrique.contributions.models import Participation, Source
from fabrique.contributions.services import (
    Profile,
    Submission,
    erase_participation,
    record_participation,
    register_questions,
    register_source,
)
from fabrique.meetings.enums import ItemKind, ItemState, MeetingKind, MinutesState
from fabrique.meetings.models import Initiative, Item, Meeting, Minutes
from fabrique.meetings.services.slips import RANDOM_BYTES, shorten, slip_of
from fabrique_core.privacy.receipts import new_receipt

#: meetings where a small group works; what is said in the others is said in a public meeting
WORKSHOPS = frozenset({MeetingKind.WORKSHOP, MeetingKind.FOCUS_GROUP, MeetingKind.WORKING_GROUP})
#: kinds in the plural, as the corpus words a question with them
PLURALS = {
    ItemKind.OBSERVATION: "constats",
    ItemKind.DIFFICULTY: "difficultés",
    ItemKind.INITIATIVE: "initiatives existantes",
    ItemKind.PROPOSAL: "propositions",
}


def deposit_items(actor: Actor, *, minutes: Minutes) -> int:
    """Make the corpus say what signed minutes say; returns how many items were put, renewed or taken away.

    Idempotent: an item already there at the same revision is left alone, so that a deposit cut short goes on.
    The caller has checked the right to sign; a draft deposits nothing.
    """
    if minutes.state == MinutesState.DRAFT or minutes.meeting.minutes.filter(
        number__gt=minutes.number
    ).exclude(state=MinutesState.DRAFT):
        return 0
    meeting = minutes.meeting
    source = source_of(actor, meeting=meeting)
    signed = frozen_items(minutes)
    rows = Item.objects.of_meeting(meeting).exclude(pk__in=Item.objects.erased().values("pk"))
    rows = rows.select_related("contribution__participation")
    by_id = {str(item.public_id): item for item in rows}
    changed = sum(
        _deposit(meeting, source, by_id[entry["id"]], entry) for entry in signed if entry["id"] in by_id
    )
    kept = {entry["id"] for entry in signed}
    changed += sum(_withdraw(item) for key, item in by_id.items() if key not in kept)
    return changed


def deposit_waiting() -> int:
    """Go on with deposits that were cut short. Called by the worker; returns how many items moved."""
    worker = System("meetings.deposit")
    latest: dict[int, Minutes] = {}
    for minutes in Minutes.objects.exclude(state=MinutesState.DRAFT).order_by("meeting", "number"):
        latest[minutes.meeting_id] = minutes
    return sum(
        deposit_items(worker, minutes=minutes) for minutes in latest.values() if not is_deposited(minutes)
    )


def erase_items(participation: int) -> int:
    """The eraser of meetings: the item of an erased statement is emptied, and leaves the minutes to come.

    The sheets born of it leave the public pages: their words are those of the statement.
    """
    found = Item.objects.filter(contribution__participation=participation)
    for sheet in Initiative.objects.filter(item__in=found, published_at__isnull=False):
        Initiative.objects.filter(pk=sheet.pk).update(published_at=None, updated_at=now())
        journal.record(System("meetings.erasure"), "meetings.unpublish_initiative", sheet, reason="erased")
    empty = {"text": "", "carrier": "", "state": ItemState.REMOVED, "contribution": None, "updated_at": now()}
    return found.update(revision=F("revision") + 1, **empty)


def is_deposited(minutes: Minutes) -> bool:
    """Whether every item of signed minutes stands in the corpus at the revision that was signed."""
    erased = set(Item.objects.of_meeting(minutes.meeting).erased().values_list("public_id", flat=True))
    wanted = {key_of(entry) for entry in frozen_items(minutes) if entry["id"] not in erased}
    there = Participation.objects.filter(idempotency_key__in=wanted).count()
    left = Item.objects.of_meeting(minutes.meeting).exclude(contribution=None)
    kept = {entry["id"] for entry in frozen_items(minutes)}
    return there == len(wanted) and all(str(item.public_id) in kept for item in left)


def frozen_items(minutes: Minutes) -> list[dict[str, Any]]:
    """The items written in minutes, section after section."""
    return [entry for section in minutes.sections for entry in section.get("items", [])]


def key_of(entry: dict[str, Any]) -> str:
    """One recording an item and signed revision."""
    return f"meeting-item:{entry['id']}:{entry['revision']}"


def source_of(actor: Actor, *, meeting: Meeting) -> Source:
    """The meeting as the corpus knows it, with its questions: each prompt by kind of item."""
    source = register_source(
        actor,
        kind=SourceKind.MEETING,
        reference=str(meeting.public_id),
        label=meeting.title,
        perimeter=meeting.territory,
    )
    if meeting.source_id != source.pk:
        meeting.source = source
        Meeting.objects.filter(pk=meeting.pk).update(source=source)
    questions = [
        {"key": f"{prompt.key}-{kind}", "kind": "long_text", "wording": f"{prompt.wording} ({PLURALS[kind]})"}
        for prompt in meeting.prompts.all()
        for kind in ItemKind
    ]
    register_questions(actor, source=source, questions=questions)
    return source


def _deposit(meeting: Meeting, source: Source, item: Item, entry: dict[str, Any]) -> bool:
    """One item, in its own transaction. A corrected one takes the place of the first, under the same code."""
    key = key_of(entry)
    before = item.contribution.participation if item.contribution else None
    if before is not None and before.idempotency_key == key:
        return False
    recorder = System("meetings.minutes")
    with transaction.atomic():
        slip = slip_of(item)
        code = slip.code if slip else new_receipt(secrets.token_bytes(RANDOM_BYTES))
        kept_hash = (before.receipt_hash, before.receipt_key_id) if before else None
        if before is not None:
            # erased in the corpus alone, where a newer one takes its place
            Item.objects.filter(pk=item.pk).update(contribution=None)
            erase_participation(recorder, participation=before, reason=ErasureReason.CORRECTED)
        submission = _submission(meeting, entry, key, code)
        participation = record_participation(recorder, source=source, submission=submission)
        if kept_hash is not None:
            # the code was handed out on paper: it goes on opening the item, whatever became of the slip
            Participation.objects.filter(pk=participation.pk).update(
                receipt_hash=kept_hash[0], receipt_key_id=kept_hash[1]
            )
        if slip is not None:
            shorten([slip])
        Item.objects.filter(pk=item.pk).update(contribution=participation.contributions.get())
        journal.record(recorder, "meetings.deposit_item", item)
    return True


def _submission(meeting: Meeting, entry: dict[str, Any], key: str, code: str) -> Submission:
    said = meeting.starts_at if meeting.starts_at and meeting.starts_at <= now() else now()
    return Submission(
        channel=Channel.WORKSHOP if meeting.kind in WORKSHOPS else Channel.MEETING,
        receipt=code,
        idempotency_key=key,
        texts={f"{entry['prompt']}-{entry['kind']}": entry["text"]},
        unit=Unit.GROUP,
        profile=Profile(territory=meeting.territory),
        people=entry["people"],
        submitted_at=said,
    )


def _withdraw(item: Item) -> bool:
    """An item that the last signed minutes no longer hold leaves the corpus."""
    if item.contribution is None:
        return False
    recorder = System("meetings.minutes")
    with transaction.atomic():
        # the words stay with the signatory, who may put the item back
        Item.objects.filter(pk=item.pk).update(contribution=None)
        erase_participation(
            recorder, participation=item.contribution.participation, reason=ErasureReason.CORRECTED
        )
        journal.record(recorder, "meetings.withdraw_item", item)
    return True
