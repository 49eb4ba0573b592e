"""Verbs on minutes: draft from the items, write around them, sign, publish, note a transmission.

Fed by the items of the tables. Feeds the public page, its PDF, and the corpus (services.deposit).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.meetings.enums import TAKEN_PLACE, ItemKind, MeetingState, MinutesState
from fabrique.meetings.models import Item, Meeting, Minutes, Transmission
from fabrique.meetings.services.deposit import deposit_items
from fabrique.meetings.services.meetings import mark_minutes_published, mark_minutes_signed

#: in the order in which minutes list them
KINDS = (ItemKind.OBSERVATION, ItemKind.DIFFICULTY, ItemKind.INITIATIVE, ItemKind.PROPOSAL)
_ORDER = {str(kind): place for place, kind in enumerate(KINDS)}


def draft_minutes(actor: Actor, *, meeting: Meeting) -> Minutes:
    """The version being written, begun if there is none: the next number, with the words of the last one."""
    require(actor, "meetings.draft_minutes", meeting.territory)
    with transaction.atomic():
        Meeting.objects.select_for_update().get(pk=meeting.pk)
        last = meeting.minutes.order_by("-number").first()
        if last is not None and last.state == MinutesState.DRAFT:
            return last
        bodies = {s["key"]: s["body"] for s in last.sections} if last else {}
        draft = Minutes.objects.create(
            meeting=meeting,
            number=last.number + 1 if last else 1,
            supersedes=last,
            introduction=last.introduction if last else "",
            sections=[{"key": key, "body": body} for key, body in bodies.items()],
            updated_at=now(),
        )
        journal.record(actor, "meetings.draft_minutes", draft)
    return draft


def write_minutes(
    actor: Actor,
    *,
    minutes: Minutes,
    revision: int,
    introduction: str,
    bodies: Mapping[str, str],
    correction_note: str = "",
) -> Minutes:
    """Write around the items: an introduction, a few words a question ({prompt key: text}).

    Raises Refused('minutes.frozen') once signed, Refused('edit.conflict') where somebody wrote meanwhile.
    """
    require(actor, "meetings.draft_minutes", minutes.meeting.territory)
    with transaction.atomic():
        row = _draft(minutes, revision)
        row.introduction = introduction.strip()
        row.sections = [{"key": key, "body": body.strip()} for key, body in bodies.items() if body.strip()]
        row.correction_note = correction_note.strip()
        row.revision, row.updated_at = row.revision + 1, now()
        row.save(update_fields=["introduction", "sections", "correction_note", "revision", "updated_at"])
        journal.record(actor, "meetings.write_minutes", row)
    return row


def discard_minutes(actor: Actor, *, minutes: Minutes) -> None:
    """Drop the version being written; the items stay. Raises Refused('minutes.frozen') once signed."""
    require(actor, "meetings.draft_minutes", minutes.meeting.territory)
    with transaction.atomic():
        row = _draft(minutes, None)
        journal.record(actor, "meetings.discard_minutes", row)
        row.delete()


def contents(minutes: Minutes) -> list[dict[str, Any]]:
    """The sections: frozen ones as signed; those of a draft from the items as they are now.

    [{key, title, body, items: [{id, revision, prompt, kind, text, people, carrier, table}]}]
    """
    if minutes.state != MinutesState.DRAFT:
        return list(minutes.sections)
    bodies = {section["key"]: section["body"] for section in minutes.sections}
    items: dict[str, list[dict[str, Any]]] = {}
    for item in Item.objects.of_meeting(minutes.meeting).active():
        items.setdefault(item.prompt.key, []).append(_entry(item))
    return [
        {
            "key": prompt.key,
            "title": prompt.wording,
            "body": bodies.get(prompt.key, ""),
            "items": sorted(
                items.get(prompt.key, []), key=lambda one: (_ORDER[one["kind"]], one["table"], one["id"])
            ),
        }
        for prompt in minutes.meeting.prompts.all()
    ]


def missing_before_signing(minutes: Minutes) -> list[tuple[str, str]]:
    """[(code, sentence)] of what holds the signature back; empty: it can be signed."""
    meeting = minutes.meeting
    found = []
    if meeting.state not in TAKEN_PLACE:
        found.append(("minutes.not_held", _("Indiquez d’abord que la rencontre a eu lieu.")))
    live = Item.objects.of_meeting(meeting).active()
    if not live.exists():
        found.append(("minutes.empty", _("Aucun propos n’est noté : il n’y a rien à signer.")))
    if live.unsettled().exists():
        found.append(
            ("minutes.versions", _("Des propos existent en deux versions : départagez-les avant de signer."))
        )
    if minutes.supersedes_id and not minutes.correction_note:
        found.append(("minutes.why", _("Écrivez ce que cette nouvelle version corrige.")))
    return found


def sign_minutes(
    actor: Actor, *, minutes: Minutes, revision: int, fingerprint: str, name: str, title: str
) -> Minutes:
    """Sign: the version is frozen under a person's name and quality, and its items join the corpus.

    `fingerprint` is that of the contents that the person read (fingerprint_of). Raises Refused:
    'minutes.nobody' (not a person, or no name), 'minutes.moved' (items changed since), those of
    missing_before_signing, 'minutes.frozen', 'edit.conflict'.
    """
    meeting = minutes.meeting
    require(actor, "meetings.sign_minutes", meeting.territory)
    name, title = " ".join(name.split())[:120], " ".join(title.split())[:120]
    if not isinstance(actor, Agent) or not name or not title:
        raise Refused("minutes.nobody", _("Écrivez le nom et la qualité de la personne qui signe."))
    with transaction.atomic():
        row = _draft(minutes, revision)
        for code, sentence in missing_before_signing(row):
            raise Refused(code, sentence)
        sections = contents(row)
        if fingerprint != fingerprint_of(row):
            raise Refused(
                "minutes.moved",
                _("Des propos ont changé depuis que vous avez ouvert cette page : relisez avant de signer."),
            )
        _freeze(row, sections, actor, name, title)
        meeting.minutes.filter(state=MinutesState.SIGNED, number__lt=row.number).update(
            state=MinutesState.REPLACED
        )
        if row.meeting.state == MeetingState.HELD:
            mark_minutes_signed(actor, meeting=row.meeting)
        journal.record(actor, "meetings.sign_minutes", row)
    deposit_items(actor, minutes=row)
    return row


def publish_minutes(actor: Actor, *, minutes: Minutes) -> Minutes:
    """Publish signed minutes; the version published before is marked as replaced, and stays readable.

    Raises Refused('minutes.unsigned') on a draft, Refused('minutes.replaced') on an old version.
    """
    meeting = minutes.meeting
    require(actor, "meetings.publish_minutes", meeting.territory)
    deposit_items(actor, minutes=minutes)
    with transaction.atomic():
        row = Minutes.objects.select_for_update().get(pk=minutes.pk)
        if row.state == MinutesState.DRAFT:
            raise Refused(
                "minutes.unsigned",
                _("Un compte rendu se publie signé : une personne doit d’abord le signer."),
            )
        if row.state == MinutesState.REPLACED:
            raise Refused("minutes.replaced", _("Une version plus récente a été signée : publiez celle-là."))
        if row.state == MinutesState.SIGNED:
            meeting.minutes.filter(state=MinutesState.PUBLISHED).update(state=MinutesState.REPLACED)
            row.state, row.published_at = MinutesState.PUBLISHED, now()
            row.save(update_fields=["state", "published_at"])
            if row.meeting.state == MeetingState.MINUTES_SIGNED:
                mark_minutes_published(actor, meeting=row.meeting)
            journal.record(actor, "meetings.publish_minutes", row)
    return row


def record_transmission(actor: Actor, *, minutes: Minutes, recipient: str, sent_on: date) -> Transmission:
    """Note that signed minutes were sent on, to whom and when; the same line twice is one.

    Raises Refused('minutes.unsigned'), Refused('transmission.recipient'), Refused('transmission.date').
    """
    require(actor, "meetings.transmit_minutes", minutes.meeting.territory)
    recipient = " ".join(recipient.split())[:200]
    if minutes.signed_at is None:
        raise Refused("minutes.unsigned", _("Un compte rendu se transmet signé."))
    if not recipient:
        raise Refused("transmission.recipient", _("Écrivez à qui le compte rendu a été transmis."))
    if sent_on > today() or sent_on < minutes.signed_at.date():
        raise Refused(
            "transmission.date", _("La date de transmission va du jour de la signature à aujourd’hui.")
        )
    user = actor.user if isinstance(actor, Agent) else None
    with transaction.atomic():
        line, created = Transmission.objects.get_or_create(
            minutes=minutes,
            recipient=recipient,
            sent_on=sent_on,
            defaults={"recorded_at": now(), "recorded_by": user},
        )
        if created:
            journal.record(actor, "meetings.transmit_minutes", minutes)
    return line


def fingerprint_of(minutes: Minutes) -> str:
    """SHA-256 of all that the minutes say, as signed or as they would be signed now."""
    said = {
        "meeting": str(minutes.meeting.public_id),
        "number": minutes.number,
        "introduction": minutes.introduction,
        "sections": contents(minutes),
        "correction": minutes.correction_note,
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _freeze(row: Minutes, sections: list[dict[str, Any]], actor: Agent, name: str, title: str) -> None:
    """Write the frozen sections, the hash of all that is said, and who answers for it."""
    row.content_hash = fingerprint_of(row)
    row.sections = sections
    row.state = MinutesState.SIGNED
    row.signatory, row.signatory_name, row.signatory_title = actor.user, name, title
    row.signed_at = row.frozen_at = row.updated_at = now()
    row.save()


def _entry(item: Item) -> dict[str, Any]:
    return {
        "id": str(item.public_id),
        "revision": item.revision,
        "prompt": item.prompt.key,
        "kind": item.kind,
        "text": item.text,
        "people": item.people,
        "carrier": item.carrier,
        "table": item.table.number,
    }


def _draft(minutes: Minutes, revision: int | None) -> Minutes:
    """The row, locked, still a draft and as it was shown."""
    row = (
        Minutes.objects.select_for_update(of=("self",))
        .select_related("meeting__territory")
        .get(pk=minutes.pk)
    )
    if row.state != MinutesState.DRAFT:
        raise Refused(
            "minutes.frozen", _("Ce compte rendu est signé : corrigez-le par une nouvelle version.")
        )
    if revision is not None and revision != row.revision:
        raise Refused(
            "edit.conflict",
            _(
                "Une autre personne a enregistré une modification pendant que vous écriviez. "
                "Relisez avant d’enregistrer."
            ),
        )
    return row
