"""What every page says of a meeting: by department as press releases list them, when, where, in which state.

Fed by meetings' reads. Feeds the public calendar, the printable programme and the agents' screens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.common.clock import now
from fabrique.meetings.enums import MeetingState
from fabrique.meetings.models import Meeting
from fabrique.web.templatetags.francais import date_longue, heure, jour_date

_BADGES = {
    MeetingState.TO_SCHEDULE: "",
    MeetingState.SCHEDULED: "success",
    MeetingState.HELD: "",
    MeetingState.MINUTES_SIGNED: "info",
    MeetingState.PUBLISHED: "new",
    MeetingState.CANCELLED: "error",
    MeetingState.POSTPONED: "warning",
}


@dataclass
class Department:
    """The meetings of one department, in their order."""

    name: str
    code: str
    meetings: list[Meeting] = field(default_factory=list)


def by_department(meetings: Iterable[Meeting]) -> list[Department]:
    """Meetings of `.by_department()` cut where the department changes; those of none come last."""
    groups: list[Department] = []
    for meeting in meetings:
        place = meeting.department
        code = place.code if place else ""
        if not groups or groups[-1].code != code:
            groups.append(Department(place.name if place else _("Plusieurs départements"), code))
        groups[-1].meetings.append(meeting)
    return groups


def when(meeting: Meeting) -> str:
    """« vendredi 4 novembre 2022, de 10 h à 16 h », or what is said instead of a date."""
    if meeting.state == MeetingState.POSTPONED:
        return _("reportée, nouvelle date à venir")
    if meeting.starts_at is None:
        return _("en cours de programmation")
    sittings = list(meeting.sessions.all())
    if len(sittings) > 1:
        days = between(sittings[0].starts_at, sittings[-1].ends_at or sittings[-1].starts_at)
        return _("%(days)s, %(count)d séances") % {"days": days, "count": len(sittings)}
    if not meeting.hours_known:
        return jour_date(meeting.starts_at)
    return between(meeting.starts_at, meeting.ends_at)


def between(starts: Any, ends: Any) -> str:
    """A day and its hours, or two days."""
    if ends is None:
        return _("%(day)s à %(time)s") % {"day": jour_date(starts), "time": heure(starts)}
    if timezone.localdate(starts) == timezone.localdate(ends):
        return _("%(day)s, de %(start)s à %(end)s") % {
            "day": jour_date(starts),
            "start": heure(starts),
            "end": heure(ends),
        }
    return _("du %(start)s au %(end)s") % {"start": date_longue(starts), "end": date_longue(ends)}


def badge_of(meeting: Meeting) -> dict[str, str] | None:
    """The state in a word, where the date does not say it: None for a meeting on its way."""
    if meeting.state in {MeetingState.TO_SCHEDULE, MeetingState.SCHEDULED}:
        return None
    return state_badge(meeting)


def state_badge(meeting: Meeting) -> dict[str, str]:
    """The state in a word, always. A scheduled day that is past is only « passed »: nobody said it was held."""
    if meeting.state == MeetingState.SCHEDULED and meeting.starts_at and meeting.starts_at < now():
        return {"sorte": "", "texte": _("date passée")}
    state = MeetingState(meeting.state)
    return {"sorte": _BADGES[state], "texte": str(state.label)}


def page_address(request: HttpRequest, meeting: Meeting) -> str:
    """The absolute address of the public page."""
    return absolute(request, reverse("rencontres:rencontre", args=[meeting.slug]))


def absolute(request: HttpRequest, path: str) -> str:
    """An address that does not depend on where the request came in, where the instance has one of its own."""
    site = getattr(settings, "FABRIQUE_SITE_URL", "")
    return f"{site.rstrip('/')}{path}" if site else request.build_absolute_uri(path)


def webcal(request: HttpRequest, path: str) -> str:
    """The same address for calendar applications: one click subscribes."""
    return "webcal://" + absolute(request, path).split("://", 1)[1]
