"""The workshops of the demonstration: a published and corrected one, one to sign, one to come."""

from __future__ import annotations

import pytest

from fabrique.contributions.models import Participation
from fabrique.demo.people import load_people
from fabrique.demo.workshops import CAHORS, CORRECTED, load_workshops
from fabrique.meetings.enums import DecisionKind, MeetingState, MinutesState
from fabrique.meetings.models import InitiativeDecision, Item, Meeting, Minutes
from tests.factories.territories import OPERATOR, region

pytestmark = pytest.mark.django_db


def test_the_three_workshops_are_told_through_the_real_verbs(occitanie):
    said: list[str] = []
    meeting = load_workshops(OPERATOR, load_people(OPERATOR, region()), region(), said.append)
    assert meeting.state == MeetingState.PUBLISHED
    assert [one.state for one in Minutes.objects.filter(meeting=meeting)] == [
        MinutesState.PUBLISHED,
        MinutesState.REPLACED,
    ]
    statements = Participation.objects.filter(source=meeting.source)
    assert statements.count() == len(CAHORS)
    assert CORRECTED in [one.contributions.get().raw_text for one in statements]
    assert sorted(InitiativeDecision.objects.values_list("kind", flat=True)) == sorted(DecisionKind.values)
    assert sorted(Meeting.objects.values_list("state", flat=True)) == ["programmee", "publiee", "tenue"]
    assert Item.objects.count() == len(CAHORS) + 4
    assert len(said) == 1
