"""A workshop held in the Lot: its tables, its questions, what was said, signed minutes; by the real verbs.

Fed by the verbs of meetings. Feeds the tests of items, minutes, slips and initiatives, and the browser's.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from fabrique.accounts.actors import Actor, Agent
from fabrique.common.clock import now
from fabrique.meetings.enums import ItemEntry, ItemKind, MeetingKind
from fabrique.meetings.models import Item, Meeting, Minutes, Programme, Prompt, Table
from fabrique.meetings.services.items import Change, Words, record_item
from fabrique.meetings.services.meetings import create_meeting, mark_held, schedule_meeting
from fabrique.meetings.services.minutes import draft_minutes, fingerprint_of, publish_minutes, sign_minutes
from fabrique.meetings.services.programmes import create_programme, publish_programme
from fabrique.meetings.services.tables import add_prompt, set_tables
from tests.factories.territories import OPERATOR, department, region

NEEDS, IDEAS = "Qu’est-ce qui manque ici pour se soigner ?", "Que proposez-vous ?"
TEXT = "Le soir, il n’y a plus de médecin de garde."


def a_programme(**more: Any) -> Programme:
    """A public programme, with a recipient and a deadline."""
    found = Programme.objects.filter(title="Étapes d’essai").first()
    if found is not None:
        return found
    values = {"recipient": "Ministère de la santé", "frame": "Un cadre d’essai.", **more}
    programme = create_programme(OPERATOR, title="Étapes d’essai", territory=region(), **values)
    return publish_programme(OPERATOR, programme=programme)


def a_workshop(*, held: bool = True, tables: int = 2, where: str = "46", **more: Any) -> Meeting:
    """A workshop of yesterday with two tables and two questions, unless told otherwise."""
    values = {"title": "Atelier de Cahors", "city": "Cahors", "kind": MeetingKind.WORKSHOP, **more}
    territory = region() if where == "region" else department(where)
    meeting = create_meeting(OPERATOR, programme=a_programme(), territory=territory, **values)
    start = now().replace(microsecond=0) - timedelta(days=1)
    schedule_meeting(OPERATOR, meeting=meeting, starts_at=start, ends_at=start + timedelta(hours=3))
    if held:
        mark_held(OPERATOR, meeting=meeting)
    set_tables(OPERATOR, meeting=meeting, count=tables)
    for wording in (NEEDS, IDEAS):
        add_prompt(OPERATOR, meeting=meeting, wording=wording)
    return Meeting.objects.get(pk=meeting.pk)


def table(meeting: Meeting, number: int = 1) -> Table:
    return meeting.tables.get(number=number)


def prompt(meeting: Meeting, rank: int = 1) -> Prompt:
    return list(meeting.prompts.all())[rank - 1]


def words(meeting: Meeting, text: str = TEXT, **more: Any) -> Words:
    """What an item says at the first table, under the first question, unless told otherwise."""
    values = {
        "table": str(table(meeting).public_id),
        "prompt": str(prompt(meeting).public_id),
        "kind": ItemKind.DIFFICULTY,
        "people": 4,
        **more,
    }
    return Words(text=text, **values)


def a_change(meeting: Meeting, text: str = TEXT, *, base: int = 0, earlier: Any = (), **more: Any) -> Change:
    """A change as a device sends it; client_id=… to speak of a known item."""
    client_id = more.pop("client_id", None) or uuid.uuid4()
    return Change(client_id, base, words(meeting, text, **more), tuple(earlier), ItemEntry.OFFLINE)


def an_item(meeting: Meeting, text: str = TEXT, actor: Actor = OPERATOR, **more: Any) -> Item:
    return record_item(
        actor,
        meeting=meeting,
        client_id=uuid.uuid4(),
        words=words(meeting, text, **more),
        entry=ItemEntry.SCREEN,
    )


def signed(meeting: Meeting, signatory: Agent) -> Minutes:
    """Minutes signed by that person, from the items as they are."""
    draft = draft_minutes(OPERATOR, meeting=meeting)
    return sign(draft, signatory)


def sign(draft: Minutes, signatory: Agent) -> Minutes:
    draft = Minutes.objects.select_related("meeting").get(pk=draft.pk)
    return sign_minutes(
        signatory,
        minutes=draft,
        revision=draft.revision,
        fingerprint=fingerprint_of(draft),
        name=signatory.user.full_name,
        title="Présidente de séance",
    )


def published(meeting: Meeting, signatory: Agent) -> Minutes:
    return publish_minutes(OPERATOR, minutes=signed(meeting, signatory))
