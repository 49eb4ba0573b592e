"""iCalendar text as clients read it: RFC 5545 on every line, stable identifiers, what changes when a meeting does."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fabrique.meetings.enums import MeetingKind
from fabrique.meetings.models import Meeting
from fabrique.meetings.services import announcing, meetings
from fabrique.meetings.services.icalendar import calendar_of, calendar_of_meeting, place_of
from tests.factories import meetings as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def feed(**more):
    rows = Meeting.objects.for_page().by_date()
    return calendar_of(rows, name="Rencontres", address=lambda m: f"https://exemple.test/{m.slug}/", **more)


def events(data):
    return icalendar.Calendar.from_ical(data).walk("VEVENT")


def only(data):
    (event,) = events(data)
    return event


def well_formed(data: bytes) -> None:
    """CRLF everywhere, no bare line end, 75 octets at most a line, whole characters, UTF-8, balanced blocks."""
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")  # no character is cut in two by the folding
    unfolded = data.decode().replace("\r\n ", "")
    assert not re.search(r"^(?!$)(?![A-Z0-9-]+[;:])", unfolded, re.MULTILINE)
    opened, closed = (re.findall(rf"^{word}:(\w+)\r$", unfolded, re.MULTILINE) for word in ("BEGIN", "END"))
    assert sorted(opened) == sorted(closed)


def test_the_calendar_says_what_real_clients_need():
    make.make_meeting(starts_at=make.in_days(5), venue="Salle « Été », 1ᵉʳ étage; fond, gauche")
    data = feed(source="https://exemple.test/rencontres/calendrier.ics")
    well_formed(data)
    calendar = icalendar.Calendar.from_ical(data)
    assert (calendar["VERSION"], calendar["METHOD"], calendar["CALSCALE"]) == ("2.0", "PUBLISH", "GREGORIAN")
    assert calendar["PRODID"]
    assert calendar["X-WR-CALNAME"] == "Rencontres"
    event = only(data)
    for name in (
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SEQUENCE",
        "STATUS",
        "SUMMARY",
        "LAST-MODIFIED",
        "URL",
    ):
        assert name in event, name
    assert str(event["LOCATION"]) == "Salle « Été », 1ᵉʳ étage; fond, gauche, Cahors"
    assert event["UID"].endswith("@fabrique")


def test_times_are_in_utc_and_right():
    start = make.in_days(5, 10)
    event = only(calendar_of_meeting(make.make_meeting(starts_at=start, hours=6), address="https://x.test/"))
    assert event.decoded("DTSTART") == start.astimezone(UTC)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(hours=6)
    assert event["DTSTART"].to_ical().endswith(b"Z")
    assert event.decoded("DTSTAMP").tzinfo is not None


def test_without_hours_it_is_a_whole_day_that_takes_no_time():
    event = only(calendar_of_meeting(make.make_meeting(starts_at=make.in_days(5), hours=None), address="x"))
    day = make.in_days(5).date()
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (day, day + timedelta(days=1))
    assert type(event.decoded("DTSTART")) is date
    assert event["TRANSP"] == "TRANSPARENT"


def test_a_meeting_without_a_date_is_in_no_agenda():
    make.make_meeting()
    assert events(feed()) == []


def test_a_change_keeps_the_identifier_and_raises_the_sequence():
    meeting = make.make_meeting(starts_at=make.in_days(5))
    before = only(feed())
    meetings.change_meeting(OPERATOR, meeting=meeting, title="Un autre titre")
    renamed = only(feed())
    announcing.move_meeting(OPERATOR, meeting=meeting, notice="Plus tard.", starts_at=make.in_days(9))
    moved = only(feed())
    assert before["UID"] == renamed["UID"] == moved["UID"]
    assert before["SEQUENCE"] < renamed["SEQUENCE"] < moved["SEQUENCE"]
    assert moved["STATUS"] == "CONFIRMED"


def test_what_no_agenda_shows_does_not_raise_it():
    meeting = make.make_meeting(starts_at=make.in_days(5))
    before = only(feed())["SEQUENCE"]
    meetings.change_meeting(OPERATOR, meeting=meeting, capacity=50)
    assert only(feed())["SEQUENCE"] == before


@pytest.mark.parametrize(
    ("verb", "word"),
    [(announcing.cancel_meeting, "Annulée"), (announcing.postpone_meeting, "Reportée")],
)
def test_cancelled_and_postponed_leave_the_agendas(verb, word):
    meeting = make.make_meeting(starts_at=make.in_days(5))
    before = only(feed())
    verb(OPERATOR, meeting=meeting, notice="Désolés.")
    after = only(feed())
    assert (after["UID"], after["STATUS"]) == (before["UID"], "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["SUMMARY"].startswith(word)


def test_sittings_are_events_of_their_own():
    meeting = make.make_meeting(kind=MeetingKind.WORKING_GROUP, starts_at=make.in_days(5))
    given = [(make.in_days(5), None, "Constat"), (make.in_days(12), make.in_days(12, 16), "")]
    meetings.set_sessions(OPERATOR, meeting=meeting, sessions=given)
    found = events(feed())
    assert len({event["UID"] for event in found}) == 2
    assert [event.decoded("DTSTART") for event in found] == [row[0].astimezone(UTC) for row in given]
    assert "séance 1" in found[0]["SUMMARY"]


def test_the_same_meetings_give_the_same_bytes():
    make.make_meeting(starts_at=make.in_days(5))
    assert feed() == feed()


def test_the_place_is_said_once():
    meeting = Meeting(venue="Salle", address="1 rue X\n46000 Cahors", city="Cahors")
    assert place_of(meeting) == "Salle, 1 rue X, 46000 Cahors"
    assert place_of(Meeting(city="Cahors")) == "Cahors"
    assert place_of(Meeting()) == ""


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=160)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=TEXT, venue=TEXT, summary=TEXT)
def test_whatever_is_written_the_file_is_well_formed_and_reads_back(title, venue, summary):
    meeting = make.make_meeting(starts_at=make.in_days(5))
    meeting.title, meeting.venue, meeting.summary, meeting.city = title, venue, summary, ""
    data = calendar_of_meeting(meeting, address="https://exemple.test/é")
    well_formed(data)
    assert str(only(data)["SUMMARY"]) == title
    assert str(only(data).get("LOCATION", "")) == venue.strip()
