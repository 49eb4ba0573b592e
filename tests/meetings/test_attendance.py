"""Attendance: ticked at several doors without undoing each other, or counted; within its days and rights."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import AttendanceEntry, Category, MeetingState
from fabrique.meetings.models import Attendance, Meeting, Registration
from fabrique.meetings.services import attendance
from fabrique.meetings.services.announcing import cancel_meeting
from tests.factories import registrations as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """What begins in a moment begins today, even for who runs this at five to midnight."""
    with time_machine.travel(timezone.localtime().replace(hour=12), tick=True):
        yield


@pytest.fixture
def room():
    """A meeting of the day, with four people on its list: two users, an elected person, one who waits."""
    meeting = make.a_meeting(capacity=3, starts_at=now() + timedelta(minutes=5))
    people = [
        make.come(meeting, "zoe@exemple.test", name="Zoé Fictive"),
        make.come(meeting, "sans.nom@exemple.test"),
        make.come(meeting, "ada@exemple.test", name="ada fictive", category=Category.ELECTED),
        make.come(meeting, "eve@exemple.test", name="Ève Fictive", category=Category.UNION),
    ]
    return meeting, [one.public_id for one in people]


def counts(meeting):
    return attendance.counted(meeting)


def test_the_list_is_by_name_and_those_without_one_come_last(room):
    meeting, _ids = room
    names = [one.name for one in attendance.listed(meeting)]
    assert names == ["ada fictive", "Ève Fictive", "Zoé Fictive", None]


def test_ticks_and_people_who_came_unlisted_add_up_by_category(room):
    meeting, (zoe, unnamed, ada, _eve) = room
    attendance.save_list(
        OPERATOR, meeting=meeting, ticked=[zoe, unnamed, ada], others={"usager": 2, "syndicat": 1}
    )
    assert counts(meeting) == {"usager": 4, "elu": 1, "syndicat": 1}
    assert attendance.unregistered(meeting) == {"usager": 2, "elu": 0, "syndicat": 1}
    assert set(Attendance.objects.values_list("entry", flat=True)) == {AttendanceEntry.LIST}
    # the same form sent twice changes nothing
    attendance.save_list(
        OPERATOR, meeting=meeting, ticked=[zoe, unnamed, ada], others={"usager": 2, "syndicat": 1}
    )
    assert counts(meeting) == {"usager": 4, "elu": 1, "syndicat": 1}


def test_two_doors_do_not_undo_each_other(room):
    meeting, (zoe, unnamed, ada, eve) = room
    attendance.save_list(OPERATOR, meeting=meeting, ticked=[zoe])
    # the second door saw the list before the first one saved
    attendance.save_list(OPERATOR, meeting=meeting, ticked=[ada])
    assert counts(meeting) == {"usager": 1, "elu": 1}
    # a slip is taken back: ticked when the page was shown, no longer when it is sent
    attendance.save_list(OPERATOR, meeting=meeting, ticked=[ada], ticked_before=[zoe, ada])
    assert counts(meeting) == {"elu": 1}
    assert Registration.objects.get(public_id=zoe).attended is False
    assert Registration.objects.get(public_id=unnamed).attended is None
    assert Registration.objects.get(public_id=eve).attended is None


def test_people_of_another_meeting_are_not_ticked_from_here(room):
    meeting, _ids = room
    other = make.a_meeting(title="Ailleurs", starts_at=now() + timedelta(minutes=5))
    stranger = make.come(other, "une@exemple.test")
    attendance.save_list(OPERATOR, meeting=meeting, ticked=[stranger.public_id, "inconnue"])
    stranger.refresh_from_db()
    assert stranger.attended is None
    assert counts(meeting) == {}


def test_counts_replace_what_was_there(room, personas):
    meeting, (zoe, *_others) = room
    attendance.save_list(OPERATOR, meeting=meeting, ticked=[zoe])
    attendance.save_counts(personas[RoleCode.FACILITATOR], meeting=meeting, counts={"elu": 12, "usager": 0})
    assert counts(meeting) == {"elu": 12}
    kept = Attendance.objects.get()
    assert kept.entry == AttendanceEntry.COUNTS
    assert kept.entered_by == personas[RoleCode.FACILITATOR].user


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"inconnue": 1}, "attendance.category"),
        ({"usager": -1}, "attendance.count"),
        ({"usager": 10_001}, "attendance.count"),
    ],
)
def test_wrong_counts_are_refused(room, values, code):
    for verb, name in ((attendance.save_counts, "counts"), (attendance.save_list, "others")):
        more = {"ticked": []} if name == "others" else {}
        with pytest.raises(Refused) as refusal:
            verb(OPERATOR, meeting=room[0], **{name: values}, **more)
        assert refusal.value.code == code


def test_from_the_day_itself_until_the_minutes_are_signed():
    meeting = make.a_meeting()
    for day, code in ((-9, "attendance.too_early"), (0, None), (5, None)):
        with time_machine.travel(meeting.starts_at + timedelta(days=day), tick=False):
            if code is None:
                attendance.save_counts(OPERATOR, meeting=meeting, counts={"usager": 3})
                continue
            with pytest.raises(Refused) as refusal:
                attendance.save_counts(OPERATOR, meeting=meeting, counts={"usager": 3})
            assert refusal.value.code == code
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.MINUTES_SIGNED, registration_open=False)
    with pytest.raises(Refused) as refusal:
        attendance.save_counts(OPERATOR, meeting=meeting, counts={"usager": 4})
    assert refusal.value.code == "attendance.closed"


def test_a_cancelled_meeting_has_nobody(room):
    cancel_meeting(OPERATOR, meeting=room[0], notice="La salle est fermée.")
    with pytest.raises(Refused) as refusal:
        attendance.save_list(OPERATOR, meeting=room[0], ticked=[])
    assert refusal.value.code == "attendance.closed"


def test_rights_by_role_and_by_territory(room, personas):
    for role in (RoleCode.READER, RoleCode.ANALYST, RoleCode.APPROVER):
        for verb, more in ((attendance.save_counts, {"counts": {}}), (attendance.save_list, {"ticked": []})):
            with pytest.raises(Forbidden):
                verb(personas[role], meeting=room[0], **more)
    elsewhere = make.a_meeting(title="À Nîmes", where="30", starts_at=now() + timedelta(minutes=5))
    with pytest.raises(Forbidden):
        attendance.save_counts(personas[RoleCode.FACILITATOR], meeting=elsewhere, counts={})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sets(st.integers(0, 3)), st.dictionaries(st.sampled_from(Category.values), st.integers(0, 9))
        ),
        max_size=4,
    )
)
def test_whatever_the_order_of_the_gestures_the_total_is_ticks_plus_others(room, gestures):
    meeting, ids = room
    Registration.objects.update(attended=None)
    shown: set[str] = set()
    for picked, others in gestures:
        ticked = {ids[number] for number in picked}
        attendance.save_list(OPERATOR, meeting=meeting, ticked=ticked, ticked_before=shown, others=others)
        shown = ticked
        assert sum(counts(meeting).values()) == len(ticked) + sum(others.values())
