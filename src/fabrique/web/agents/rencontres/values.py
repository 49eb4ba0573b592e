"""What the forms of this room show of what is stored, and what they give back to the verbs.

Fed by meetings' models. Feeds the forms' initial values and the comparison after a conflict.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from fabrique.meetings.models import Meeting, PressDocument, Programme
from fabrique.meetings.services.meetings import PLACE_FIELDS, PLAIN_FIELDS
from fabrique.meetings.services.press import PRESS_FIELDS
from fabrique.meetings.services.programmes import PROGRAMME_FIELDS


def programme_values(programme: Programme) -> dict[str, Any]:
    programme = Programme.objects.get(pk=programme.pk)
    values = {name: getattr(programme, name) for name in PROGRAMME_FIELDS}
    organisers = "\n".join(str(one) for one in programme.organisers.all())
    return {**values, "organisers": organisers, "revision": programme.revision}


def meeting_values(meeting: Meeting) -> dict[str, Any]:
    meeting = Meeting.objects.get(pk=meeting.pk)
    values = {name: getattr(meeting, name) for name in PLAIN_FIELDS | PLACE_FIELDS}
    return {
        **values,
        "themes": list(meeting.themes.all()),
        "organisers": "\n".join(str(one) for one in meeting.organisers.all()),
        "revision": meeting.revision,
    }


def date_values(meeting: Meeting) -> dict[str, Any]:
    meeting = Meeting.objects.get(pk=meeting.pk)
    starts, ends = meeting.starts_at, meeting.ends_at
    place = {name: getattr(meeting, name) for name in PLACE_FIELDS}
    if starts is None:
        return {**place, "revision": meeting.revision}
    local = timezone.localtime(starts)
    return {
        **place,
        "day": local.date(),
        "start": local.time() if meeting.hours_known else None,
        "end": timezone.localtime(ends).time() if ends else None,
        "revision": meeting.revision,
    }


def session_rows(meeting: Meeting) -> list[dict[str, Any]]:
    rows = []
    for session in meeting.sessions.all():
        starts = timezone.localtime(session.starts_at)
        ends = timezone.localtime(session.ends_at).time() if session.ends_at else None
        rows.append({"day": starts.date(), "start": starts.time(), "end": ends, "note": session.note})
    return rows


def press_values(document: PressDocument) -> dict[str, Any]:
    document = PressDocument.objects.get(pk=document.pk)
    return {name: getattr(document, name) for name in PRESS_FIELDS} | {"revision": document.revision}


def lines(text: str) -> list[str]:
    """The lines of a text that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]
