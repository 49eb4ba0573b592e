"""The life of a meeting: written, dated, opened, held, its minutes; each refusal; each right; two people at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import now, today
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import Audience, MeetingKind, MeetingState
from fabrique.meetings.models import Meeting
from fabrique.meetings.services import announcing, meetings
from fabrique.subscriptions.models import Email
from fabrique.territories.models import Territory
from tests.factories import accounts, registrations, territories
from tests.factories import meetings as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


@pytest.fixture
def organiser(personas):
    return personas[RoleCode.MEETING_ORGANISER]


def refused(verb, *args, **kwargs):
    with pytest.raises(Refused) as found:
        verb(*args, **kwargs)
    return found.value.code


def test_a_meeting_begins_without_a_date(organiser):
    meeting = make.make_meeting()
    assert (meeting.state, meeting.starts_at) == (MeetingState.TO_SCHEDULE, None)
    assert meeting.department == territories.department("46")


def test_an_epci_is_shown_under_its_department():
    epci = Territory.objects.get(level="epci", in_epci__name="Cahors")
    assert make.make_meeting(territory=epci).department == territories.department("46")


def test_its_territory_is_in_that_of_the_programme():
    programme = make.make_programme(territory=territories.department("46"))
    code = refused(
        meetings.create_meeting,
        OPERATOR,
        programme=programme,
        kind=MeetingKind.WORKSHOP,
        title="Ailleurs",
        territory=territories.department("30"),
    )
    assert code == "meeting.territory"


def test_a_theme_of_another_programme_is_refused():
    other = make.make_programme()
    meeting = make.make_meeting()
    assert refused(meetings.change_meeting, OPERATOR, meeting=meeting, themes=other.themes.all()) == (
        "meeting.themes"
    )


def test_a_specific_audience_is_said():
    meeting = make.make_meeting()
    change = {"meeting": meeting, "audience": Audience.SPECIFIC}
    assert refused(meetings.change_meeting, OPERATOR, **change) == "meeting.audience"
    assert meetings.change_meeting(OPERATOR, **change, audience_note="Jeunes aidants").audience_note


def test_the_same_key_twice_is_one_meeting():
    programme = make.make_programme()
    first, second = (make.make_meeting(programme=programme, import_key="ecran-1") for _ in range(2))
    assert first == second


def test_a_date_makes_it_scheduled_and_calendars_learn_it():
    meeting = make.make_meeting(starts_at=make.in_days(10))
    assert (meeting.state, meeting.sequence) == (MeetingState.SCHEDULED, 1)
    again = make.schedule(meeting, make.in_days(11))
    assert again.sequence == 2


def test_without_hours_only_the_day_is_kept():
    meeting = make.make_meeting(starts_at=make.in_days(10, 14), hours=None)
    assert (meeting.hours_known, meeting.ends_at) == (False, None)
    assert meeting.starts_at == make.in_days(10, 0)


def test_an_end_before_the_start_is_refused():
    meeting, start = make.make_meeting(), make.in_days(3)
    code = refused(
        meetings.schedule_meeting,
        OPERATOR,
        meeting=meeting,
        starts_at=start,
        ends_at=start - timedelta(hours=1),
    )
    assert code == "meeting.dates"


def test_registrations_open_for_a_public_scheduled_meeting_only():
    assert refused(meetings.open_registration, OPERATOR, meeting=make.make_meeting()) == "meeting.state"
    hidden = make.make_meeting(programme=make.make_programme(public=False), starts_at=make.in_days(3))
    assert refused(meetings.open_registration, OPERATOR, meeting=hidden) == "programme.private"
    assert make.make_meeting(starts_at=make.in_days(3), open_=True).registration_open


def test_held_only_once_it_began_and_registrations_close():
    ahead = make.make_meeting(starts_at=make.in_days(3))
    assert refused(meetings.mark_held, OPERATOR, meeting=ahead) == "meeting.not_yet"
    past = make.make_meeting(starts_at=make.in_days(-1), open_=True)
    held = meetings.mark_held(OPERATOR, meeting=past)
    assert (held.state, held.registration_open) == (MeetingState.HELD, False)
    assert refused(make.schedule, held, make.in_days(3)) == "meeting.state"
    assert refused(announcing.cancel_meeting, OPERATOR, meeting=held, notice="Non") == "meeting.state"


def test_minutes_follow_in_order():
    past = make.make_meeting(starts_at=make.in_days(-1))
    assert refused(meetings.mark_minutes_signed, OPERATOR, meeting=past) == "meeting.state"
    held = meetings.mark_held(OPERATOR, meeting=past)
    assert refused(meetings.mark_minutes_published, OPERATOR, meeting=held) == "meeting.state"
    signed = meetings.mark_minutes_signed(OPERATOR, meeting=held)
    assert meetings.mark_minutes_published(OPERATOR, meeting=signed).state == MeetingState.PUBLISHED


def test_two_people_on_one_meeting(organiser):
    meeting = make.make_meeting()
    meetings.change_meeting(organiser, meeting=meeting, revision=meeting.revision, venue="Salle A")
    for verb, more in (
        (meetings.change_meeting, {"venue": "Salle B"}),
        (meetings.schedule_meeting, {"starts_at": make.in_days(3)}),
        (announcing.cancel_meeting, {"notice": "Annulée"}),
    ):
        assert refused(verb, organiser, meeting=meeting, revision=meeting.revision, **more) == "edit.conflict"
    assert Meeting.objects.get().venue == "Salle A"


VERBS = [
    (meetings.change_meeting, {"venue": "X"}),
    (meetings.schedule_meeting, {"starts_at": None}),
    (meetings.set_sessions, {"sessions": []}),
    (meetings.open_registration, {}),
    (meetings.close_registration, {}),
    (meetings.mark_held, {}),
    (announcing.cancel_meeting, {"notice": "X"}),
    (announcing.postpone_meeting, {"notice": "X"}),
    (announcing.move_meeting, {"notice": "X", "starts_at": None}),
]


@pytest.mark.parametrize(("verb", "more"), VERBS, ids=lambda value: getattr(value, "__name__", ""))
def test_every_verb_refuses_the_wrong_role_and_the_wrong_territory(personas, verb, more):
    meeting = make.make_meeting(starts_at=make.in_days(3))
    elsewhere = accounts.agent(RoleCode.MEETING_ORGANISER, territories.department("30"))
    before = Meeting.objects.values().get()
    for actor in (personas[RoleCode.READER], personas[RoleCode.FACILITATOR], elsewhere):
        with pytest.raises(Forbidden):
            verb(actor, meeting=meeting, **more)
    assert Meeting.objects.values().get() == before


def test_a_change_without_words_is_refused():
    meeting = make.make_meeting(starts_at=make.in_days(3))
    for verb in (announcing.cancel_meeting, announcing.postpone_meeting):
        assert refused(verb, OPERATOR, meeting=meeting, notice="  ") == "meeting.notice"
    same = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    assert (
        refused(announcing.move_meeting, OPERATOR, meeting=meeting, notice="X", **same) == "meeting.not_moved"
    )
    assert Meeting.objects.get().state == MeetingState.SCHEDULED


def test_cancelling_tells_those_registered_through_the_outbox():
    meeting = make.make_meeting(starts_at=make.in_days(5), open_=True)
    registrations.come(meeting, "une@exemple.test")
    registrations.come(meeting, "deux@exemple.test")
    written = Email.objects.count()
    change = announcing.cancel_meeting(OPERATOR, meeting=meeting, notice="La salle est fermée.")
    assert (change.notified, Email.objects.count() - written) == (2, 2)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.registration_open, meeting.sequence) == (MeetingState.CANCELLED, False, 2)
    assert any("La salle est fermée." in (email.text or "") for email in Email.objects.all())


def test_the_date_and_the_place_do_not_change_behind_people_who_registered():
    meeting = make.make_meeting(starts_at=make.in_days(5), open_=True)
    registrations.come(meeting, "une@exemple.test")
    assert refused(make.schedule, meeting, make.in_days(6)) == "meeting.date_announced"
    assert refused(meetings.change_meeting, OPERATOR, meeting=meeting, venue="Ailleurs") == (
        "meeting.place_announced"
    )
    change = announcing.move_meeting(
        OPERATOR, meeting=meeting, notice="Plus grand.", starts_at=make.in_days(6), venue="Salle des fêtes"
    )
    meeting.refresh_from_db()
    assert (change.notified, change.former_starts_at, meeting.venue) == (
        1,
        make.in_days(5),
        "Salle des fêtes",
    )


def test_postponed_keeps_its_former_date_and_gets_another():
    meeting = make.make_meeting(starts_at=make.in_days(5))
    announcing.postpone_meeting(OPERATOR, meeting=meeting, notice="Plus tard.")
    meeting.refresh_from_db()
    assert (meeting.state, meeting.starts_at) == (MeetingState.POSTPONED, make.in_days(5))
    assert make.schedule(meeting, make.in_days(20)).state == MeetingState.SCHEDULED


def test_sittings_of_a_working_group():
    meeting = make.make_meeting(kind=MeetingKind.WORKING_GROUP, starts_at=make.in_days(5))
    first, second = make.in_days(5), make.in_days(12)
    given = [(first, first + timedelta(hours=2), "Constat"), (second, None, "")]
    kept = meetings.set_sessions(OPERATOR, meeting=meeting, sessions=given)
    again = meetings.set_sessions(OPERATOR, meeting=meeting, sessions=given[:1])
    assert [one.pk for one in again] == [kept[0].pk]
    twice = [(first, None, ""), (first, None, "")]
    assert refused(meetings.set_sessions, OPERATOR, meeting=meeting, sessions=twice) == "session.twice"
    backwards = [(first, first - timedelta(hours=1), "")]
    assert refused(meetings.set_sessions, OPERATOR, meeting=meeting, sessions=backwards) == "session.dates"


def test_the_database_holds_the_invariants():
    meeting = make.make_meeting(starts_at=make.in_days(5))
    for broken in (
        {"starts_at": None, "ends_at": None},
        {"ends_at": meeting.starts_at},
        {"capacity": 0},
        {"hours_known": False},
        {"state": MeetingState.HELD, "registration_open": True},
        {"audience": Audience.SPECIFIC, "audience_note": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.filter(pk=meeting.pk).update(**broken)


def test_what_is_ahead_and_what_is_behind():
    over = make.make_programme(transmission_deadline=today() - timedelta(days=1))
    tomorrow = make.make_meeting(starts_at=make.in_days(1))
    to_come = make.make_meeting()
    forgotten = make.make_meeting(programme=over)
    yesterday = make.make_meeting(starts_at=make.in_days(-1))
    cancelled = make.make_meeting(starts_at=make.in_days(2))
    announcing.cancel_meeting(OPERATOR, meeting=cancelled, notice="Non.")
    assert set(Meeting.objects.ahead(today())) == {tomorrow, to_come, cancelled}
    assert set(Meeting.objects.behind(today())) == {forgotten, yesterday}
    assert now() < tomorrow.starts_at
