"""iCalendar text of meetings (RFC 5545, RFC 7986), as real calendar clients accept it.

Fed by meetings with a date. Feeds the public feeds and the invitations attached to e-mails.

Times are in UTC, so no client has to know a zone; a meeting whose hours are not known is a day. The same
meetings give the same bytes: DTSTAMP is the time of the last change, not of the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.meetings.enums import MeetingKind, MeetingState
from fabrique.meetings.models import Meeting, Session

PRODID = "-//Fabrique//Rencontres//FR"
#: how often clients come back; Outlook reads the second name
REFRESH = timedelta(hours=6)
#: a sitting without an end lasts so long on the screen of a client
NO_END = timedelta(hours=2)

Address = Callable[[Meeting], str]


def calendar_of(meetings: Iterable[Meeting], *, name: str, address: Address, source: str = "") -> bytes:
    """A feed of the meetings that have, or had, a date. `address` gives the absolute address of a page.

    Give meetings of `.for_page()`: themes, organisers and sessions are read.
    """
    calendar = _calendar(name, source)
    for meeting in meetings:
        for event in _events(meeting, address(meeting)):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def calendar_of_meeting(meeting: Meeting, *, address: str) -> bytes:
    """The calendar file of one meeting."""
    return calendar_of([meeting], name=meeting.title, address=lambda _meeting: address)


def _calendar(name: str, source: str) -> Any:
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    if source:
        calendar.add("source", source, parameters={"VALUE": "URI"})
    return calendar


def _events(meeting: Meeting, address: str) -> list[Any]:
    sessions = list(meeting.sessions.all())
    if sessions:
        return [
            _event_of_session(meeting, session, number, address) for number, session in enumerate(sessions, 1)
        ]
    if meeting.starts_at is None:
        return []
    event = _common(meeting, address, f"rencontre-{meeting.public_id}@fabrique", meeting.title)
    _put_times(event, meeting.starts_at, meeting.ends_at, meeting.hours_known)
    return [event]


def _event_of_session(meeting: Meeting, session: Session, number: int, address: str) -> Any:
    title = _("%(title)s (séance %(number)d)") % {"title": meeting.title, "number": number}
    event = _common(meeting, address, f"seance-{session.public_id}@fabrique", title, session.note)
    _put_times(event, session.starts_at, session.ends_at, True)
    return event


def _common(meeting: Meeting, address: str, uid: str, title: str, note: str = "") -> Any:
    event = icalendar.Event()
    off = meeting.state in {MeetingState.CANCELLED, MeetingState.POSTPONED}
    changed = meeting.updated_at.astimezone(UTC).replace(microsecond=0)
    event.add("uid", uid)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("created", meeting.created_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", meeting.sequence)
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("summary", _titled(meeting, title))
    event.add("description", _description(meeting, note, address))
    event.add("url", address)
    event.add("class", "PUBLIC")
    if place := place_of(meeting):
        event.add("location", place)
    if themes := [theme.title for theme in meeting.themes.all()]:
        event.add("categories", themes)
    return event


def _titled(meeting: Meeting, title: str) -> str:
    if meeting.state == MeetingState.CANCELLED:
        return _("Annulée : %(title)s") % {"title": title}
    if meeting.state == MeetingState.POSTPONED:
        return _("Reportée : %(title)s") % {"title": title}
    return title


def _put_times(event: Any, starts: datetime, ends: datetime | None, hours_known: bool) -> None:
    if not hours_known:
        day: date = timezone.localtime(starts).date()
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return
    event.add("dtstart", starts.astimezone(UTC))
    event.add("dtend", (ends or starts + NO_END).astimezone(UTC))
    event.add("transp", "OPAQUE")


def place_of(meeting: Meeting) -> str:
    """« Espace Georges Frêche, 1 rue X, Mende »; empty where nothing is known."""
    lines = [meeting.venue, *meeting.address.splitlines()]
    if meeting.city and meeting.city not in meeting.address:
        lines.append(meeting.city)
    return ", ".join(line.strip() for line in lines if line.strip())


def _description(meeting: Meeting, note: str, address: str) -> str:
    lines = [str(MeetingKind(meeting.kind).label).capitalize()]
    lines += [note, meeting.summary]
    if not meeting.hours_known and meeting.state == MeetingState.SCHEDULED:
        lines.append(_("Les horaires ne sont pas encore connus."))
    if meeting.audience_note:
        lines.append(meeting.audience_note)
    if meeting.access:
        lines.append(_("Accès : %(access)s") % {"access": meeting.access})
    lines.append(address)
    return "\n".join(line for line in lines if line)
