"""The registrations of the demonstration: a full room, a waiting list, no address, and nobody twice."""

from __future__ import annotations

import pytest

from fabrique.demo.registrations import load_registrations
from fabrique.meetings.models import Meeting, Programme, Registration
from fabrique.subscriptions.models import Email
from tests.factories import registrations as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def test_rooms_are_filled_once_without_any_address():
    full = make.a_meeting(capacity=10)
    half = make.a_meeting(capacity=20, title="Une autre", starts_at=full.starts_at.replace(hour=15))
    Programme.objects.update(fictitious=True)
    said: list[str] = []
    region = full.programme.territory
    counts = [load_registrations(OPERATOR, {}, region, said.append) for _turn in range(2)]
    assert counts == [22, 22]
    assert Registration.objects.count() == 22
    assert (full.registrations.confirmed().count(), full.registrations.waiting().count()) == (10, 2)
    assert half.registrations.confirmed().count() == 10
    assert not Email.objects.exists()
    assert len(said) == 2


def test_a_real_programme_is_left_alone():
    meeting = make.a_meeting()
    assert load_registrations(OPERATOR, {}, meeting.programme.territory, lambda _said: None) == 0
    assert not Registration.objects.exists()
    assert Meeting.objects.count() == 1
