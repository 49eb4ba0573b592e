"""The meetings of the demonstration: the true calendar of 2022 and the invented programme, by the real verbs."""

import pytest

from fabrique.accounts.actors import Operator
from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import today
from fabrique.demo.meetings import load_meetings
from fabrique.meetings.enums import MeetingState, PressState
from fabrique.meetings.models import Meeting, PressDocument, Programme

pytestmark = pytest.mark.django_db


def test_both_programmes_are_public_and_live(occitanie, personas):
    told = []
    programme = load_meetings(
        Operator("demo"), {RoleCode.APPROVER: personas[RoleCode.APPROVER]}, occitanie, told.append
    )
    assert told
    real = Programme.objects.get(fictitious=False)
    assert (real.meetings.count(), real.announced_steps) == (13, 13)
    assert real.meetings.filter(state=MeetingState.TO_SCHEDULE).count() == 2
    assert not real.meetings.ahead(today()).exists()
    states = list(programme.meetings.values_list("state", flat=True))
    assert {MeetingState.CANCELLED, MeetingState.POSTPONED, MeetingState.TO_SCHEDULE} < set(states)
    assert programme.meetings.filter(registration_open=True).count() == 3
    assert Meeting.objects.public().count() == 20
    assert PressDocument.objects.get().state == PressState.APPROVED
