"""Verbs on press documents: draft from the programme, edit, approve by a named person.

Fed by the organisers' and the approver's screens. Feeds the DOCX and PDF sent to newsrooms.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.meetings.enums import MeetingState, PressKind, PressState
from fabrique.meetings.models import Meeting, PressDocument, Programme
from fabrique.meetings.services.press_draft import Draft, calendar_lines, invitation_of, release_of
from fabrique.meetings.services.shared import changed, check_revision, only_known
from fabrique.territories.models import Territory

#: what a person edits
PRESS_FIELDS = frozenset({"title", "body", "press_point", "contact", "dated_on"})
HASHED = ("kind", "title", "body", "press_point", "contact", "dated_on")


@dataclass(frozen=True)
class PressBlock:
    """One block of the body: kind « heading », « list » (its items) or « paragraph » (one text)."""

    kind: str
    texts: tuple[str, ...]


def blocks_of(body: str) -> list[PressBlock]:
    """The plain text of a body cut into blocks: blank lines part them, « # » opens a heading, « - » an item."""
    blocks: list[PressBlock] = []
    for chunk in re.split(r"\n\s*\n", body.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in chunk.split("\n") if line.strip()]
        while lines:
            taken = _block(lines)
            blocks.append(taken)
            lines = lines[1 if taken.kind == "heading" else _length(lines) :]
    return blocks


def _block(lines: list[str]) -> PressBlock:
    if lines[0].startswith("# "):
        return PressBlock("heading", (lines[0][2:].strip(),))
    taken = lines[: _length(lines)]
    if lines[0].startswith("- "):
        return PressBlock("list", tuple(line[2:].strip() for line in taken))
    return PressBlock("paragraph", (" ".join(taken),))


def _length(lines: list[str]) -> int:
    """How many lines from the first on are of its kind."""
    mark = lines[0][:2] if lines[0][:2] in {"# ", "- "} else ""
    for number, line in enumerate(lines):
        if (line[:2] if line[:2] in {"# ", "- "} else "") != mark:
            return number
    return len(lines)


def draft_release(actor: Actor, *, programme: Programme) -> PressDocument:
    """The release being written, begun from the programme if there is none."""
    return _draft(actor, programme, None, PressKind.RELEASE, release_of(programme))


def draft_invitation(actor: Actor, *, meeting: Meeting) -> PressDocument:
    """The invitation to one meeting being written, begun from it if there is none.

    Raises Refused('press.no_date') while the meeting has no date: nobody can be invited to it.
    """
    require(actor, "meetings.draft_press", meeting.territory)
    if meeting.state != MeetingState.SCHEDULED:
        raise Refused("press.no_date", _("La presse s’invite à une rencontre programmée, avec sa date."))
    return _draft(actor, meeting.programme, meeting, PressKind.INVITATION, invitation_of(meeting))


def _draft(
    actor: Actor, programme: Programme, meeting: Meeting | None, kind: PressKind, words: Draft
) -> PressDocument:
    require(actor, "meetings.draft_press", (meeting or programme).territory)
    with transaction.atomic():
        Programme.objects.select_for_update().get(pk=programme.pk)
        versions = _versions(programme, meeting, kind)
        last = versions.order_by("-number").first()
        if last is not None and last.state == PressState.DRAFT:
            return last
        document: PressDocument = PressDocument.objects.create(
            programme=programme,
            meeting=meeting,
            kind=kind,
            number=last.number + 1 if last else 1,
            supersedes=last,
            title=words.title[:300],
            body=words.body,
            press_point=words.press_point,
            contact=words.contact,
            dated_on=today(),
            updated_at=now(),
        )
        journal.record(actor, "meetings.draft_press", document, reason=str(kind))
    return document


def _versions(programme: Programme, meeting: Meeting | None, kind: PressKind) -> QuerySet[PressDocument]:
    return PressDocument.objects.filter(programme=programme, meeting=meeting, kind=kind)


def territory_of(document: PressDocument) -> Territory:
    """Where the rights on a document are asked."""
    return document.meeting.territory if document.meeting else document.programme.territory


def change_press(
    actor: Actor, *, document: PressDocument, revision: int | None = None, **values: Any
) -> PressDocument:
    """Write what a person typed. Raises Refused('edit.conflict'), ('press.approved') and ('press.empty')."""
    require(actor, "meetings.draft_press", territory_of(document))
    only_known(values, PRESS_FIELDS)
    with transaction.atomic():
        document = _locked(document)
        check_revision(revision, document.revision)
        changed(document, values)
        _check(document)
        return _save(actor, document, "meetings.change_press")


def redraft_press(actor: Actor, *, document: PressDocument) -> PressDocument:
    """Write the draft anew from the programme as it is now: what was typed in it goes."""
    require(actor, "meetings.draft_press", territory_of(document))
    with transaction.atomic():
        document = _locked(document)
        words = invitation_of(document.meeting) if document.meeting else release_of(document.programme)
        changed(document, {"title": words.title[:300], "body": words.body, "dated_on": today()})
        return _save(actor, document, "meetings.redraft_press")


def _locked(document: PressDocument) -> PressDocument:
    fresh: PressDocument = (
        PressDocument.objects.select_for_update(of=("self",))
        .select_related("programme__territory", "meeting__territory", "meeting__programme")
        .get(pk=document.pk)
    )
    if fresh.state != PressState.DRAFT:
        raise Refused(
            "press.approved", _("Ce document est approuvé : il ne change plus. Préparez-en un nouveau.")
        )
    return fresh


def _check(document: PressDocument) -> None:
    if not document.title.strip() or not document.body.strip():
        raise Refused("press.empty", _("Un document de presse a un titre et un texte."))


def _save(actor: Actor, document: PressDocument, verb: str) -> PressDocument:
    document.revision += 1
    document.updated_at = now()
    document.save()
    journal.record(actor, verb, document)
    return document


def missing_lines(document: PressDocument) -> list[str]:
    """Lines of the calendar as it is now that the text of a release does not hold: it changed meanwhile."""
    if document.kind != PressKind.RELEASE:
        return []
    return [line for line in calendar_lines(document.programme) if line not in document.body]


def approve_press(actor: Agent, *, document: PressDocument, revision: int | None = None) -> PressDocument:
    """A named person approves: the text is frozen, and the version approved before it is replaced.

    Raises Refused('press.point') where an invitation says nothing of the press point, and 'edit.conflict'
    where the text is no longer the one that was read.
    """
    require(actor, "meetings.approve_press", territory_of(document))
    with transaction.atomic():
        document = _locked(document)
        check_revision(revision, document.revision)
        _check(document)
        if document.kind == PressKind.INVITATION and not document.press_point.strip():
            raise Refused("press.point", _("Dites quand et où la presse peut poser ses questions."))
        before = _versions(document.programme, document.meeting, PressKind(document.kind))
        before.filter(state=PressState.APPROVED).update(state=PressState.REPLACED)
        document.state = PressState.APPROVED
        document.approved_by = actor.user
        document.approved_at = document.frozen_at = now()
        document.content_hash = _hash(document)
        return _save(actor, document, "meetings.approve_press")


def _hash(document: PressDocument) -> str:
    content = {name: _plain(getattr(document, name)) for name in HASHED}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
