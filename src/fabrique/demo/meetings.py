"""Meetings of the demonstration: the true calendar of 2022, and an invented programme still ahead.

Fed by content/meetings_2022.csv and content/meetings.yaml. Feeds the public calendar, through the real verbs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from importlib.resources import files
from typing import Any

import yaml
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import today, told_at
from fabrique.demo.consultation import day
from fabrique.meetings.enums import Audience, MeetingKind
from fabrique.meetings.models import Meeting, Programme
from fabrique.meetings.services import announcing, meetings, press, programmes
from fabrique.meetings.services.calendar import import_calendar
from fabrique.territories.models import Territory

Say = Callable[[str], None]

#: days from today
PREPARED, PUBLISHED, ANNOUNCED = -30, -14, -2
#: what of a meeting's row is written as it stands
_PLAIN = ("city", "venue", "access", "capacity", "audience_note")


def load_meetings(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Say
) -> Programme:
    """Load both programmes; returns the invented one, whose meetings take registrations."""
    content = yaml.safe_load(_read("meetings.yaml"))
    with told_at(day(PREPARED)):
        _real(operator, perimeter, content["real"])
    programme = _invented(operator, agents, perimeter, content["invented"])
    say(_("calendrier des rencontres chargé, inscriptions ouvertes"))
    return programme


def _read(name: str) -> str:
    return files("fabrique.demo").joinpath("content", name).read_text("utf-8")


def _real(operator: Operator, perimeter: Territory, told: Mapping[str, Any]) -> Programme:
    """The thirteen steps of 2022: facts of a press release, imported as an agency would."""
    programme = _programme(operator, perimeter, dict(told), fictitious=False)
    calendar = _read("meetings_2022.csv").encode()
    import_calendar(operator, data=calendar, name="meetings_2022.csv")
    return programmes.publish_programme(operator, programme=programme)


def _programme(
    operator: Operator, perimeter: Territory, values: dict[str, Any], *, fictitious: bool
) -> Programme:
    themes = values.pop("themes")
    programme = programmes.create_programme(operator, territory=perimeter, fictitious=fictitious, **values)
    programmes.set_themes(operator, programme=programme, themes=themes)
    return programme


def _invented(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, told: Mapping[str, Any]
) -> Programme:
    rows = told["meetings"]
    values = {name: value for name, value in told.items() if name not in {"meetings", "deadline"}}
    values["transmission_deadline"] = today() + timedelta(days=told["deadline"])
    with told_at(day(PREPARED)):
        programme = _programme(operator, perimeter, values, fictitious=True)
        held = [(row, _meeting(operator, programme, row)) for row in rows]
    with told_at(day(PUBLISHED)):
        programmes.publish_programme(operator, programme=programme)
        for row, meeting in held:
            if row.get("open"):
                meetings.open_registration(operator, meeting=meeting)
        release = press.draft_release(operator, programme=programme)
        press.approve_press(agents[RoleCode.APPROVER], document=release)
    with told_at(day(ANNOUNCED)):
        for row, meeting in held:
            _announce(operator, row, meeting)
    return Programme.objects.get(pk=programme.pk)


def _meeting(operator: Operator, programme: Programme, row: Mapping[str, Any]) -> Meeting:
    kind = MeetingKind(row["kind"])
    territory = Territory.objects.official("departement", row["department"])
    meeting = meetings.create_meeting(
        operator,
        programme=programme,
        kind=kind,
        title=f"{str(kind.label).capitalize()} à {row['city']}",
        territory=territory,
        themes=programme.themes.all(),
        audience=Audience(row.get("audience", Audience.OPEN)),
        **{name: row[name] for name in _PLAIN if name in row},
    )
    if "day" not in row:
        return meeting
    start, hours = row["start"], timedelta(hours=row["hours"])
    if "sessions" in row:
        sittings = [(day(one, start), day(one, start) + hours, "") for one in row["sessions"]]
        meetings.set_sessions(operator, meeting=meeting, sessions=sittings)
    starts = day(row["day"], start)
    return meetings.schedule_meeting(operator, meeting=meeting, starts_at=starts, ends_at=starts + hours)


def _announce(operator: Operator, row: Mapping[str, Any], meeting: Meeting) -> None:
    if "cancelled" in row:
        announcing.cancel_meeting(operator, meeting=meeting, notice=row["cancelled"])
    if "postponed" in row:
        announcing.postpone_meeting(operator, meeting=meeting, notice=row["postponed"])
