"""Programmes and meetings for the tests, by the real verbs.

Fed by meetings.services. Feeds tests of meetings, of their pages and of the journeys.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from fabrique.common.clock import now
from fabrique.meetings.enums import MeetingKind
from fabrique.meetings.models import Meeting, Programme
from fabrique.meetings.services import meetings, programmes
from tests.factories.territories import OPERATOR, department, region

THEMES = [
    {"key": "acces-aux-soins", "title": "L’accès aux soins", "question": "Comment trouver un médecin ?"},
    {"key": "prevention", "title": "La prévention"},
]
_numbers = count(1)


def make_programme(*, public: bool = True, themes: Any = THEMES, **values: Any) -> Programme:
    """A programme of the region, with two themes, public unless told otherwise."""
    values = {
        "title": f"Programme fictif {next(_numbers)}",
        "territory": region(),
        "frame": "Conseils territoriaux de santé élargis.",
        "recipient": "Ministère fictif de la santé",
        **values,
    }
    programme = programmes.create_programme(OPERATOR, **values)
    if themes:
        programmes.set_themes(OPERATOR, programme=programme, themes=themes)
    if public:
        programmes.publish_programme(OPERATOR, programme=programme)
    return Programme.objects.get(pk=programme.pk)


def make_meeting(
    *, starts_at: datetime | None = None, hours: int | None = 2, open_: bool = False, **values: Any
) -> Meeting:
    """A concertation in the Lot « en cours de programmation », or with its date; open to registration if asked."""
    values = {
        "kind": MeetingKind.CONCERTATION,
        "title": f"Concertation fictive {next(_numbers)}",
        "territory": values.get("territory") or department("46"),
        "city": "Cahors",
        **values,
    }
    values["programme"] = values.get("programme") or make_programme()
    meeting = meetings.create_meeting(OPERATOR, **values)
    if starts_at is not None:
        meeting = schedule(meeting, starts_at, hours)
    return meetings.open_registration(OPERATOR, meeting=meeting) if open_ else meeting


def schedule(meeting: Meeting, starts_at: datetime, hours: int | None = 2) -> Meeting:
    """The same meeting with its date; without hours only the day is known."""
    return meetings.schedule_meeting(
        OPERATOR,
        meeting=meeting,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours) if hours else None,
        hours_known=hours is not None,
    )


def in_days(days: int, hour: int = 14) -> datetime:
    """That hour, so many days from today, in the instance's zone."""
    day = timezone.localtime(now()) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)
