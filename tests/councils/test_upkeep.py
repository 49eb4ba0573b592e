"""The term of messages left at the door of a body: erased in time, but for what was published with consent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import now, told_at
from fabrique.contributions.models import Participation, Tombstone
from fabrique.councils import services
from fabrique.councils.models import Question
from fabrique.councils.services.upkeep import erase_old_messages
from tests.factories import councils as make

pytestmark = pytest.mark.django_db


def test_a_message_goes_in_time_and_leaves_a_tombstone(lot, respondent, settings):
    settings.FABRIQUE_DOOR_DAYS = 730
    services.leave_message(respondent, body=make.a_body(lot), message=make.a_message(territory=lot))
    with told_at(now() + timedelta(days=729)):
        assert erase_old_messages() == 0
    with told_at(now() + timedelta(days=731)):
        assert erase_old_messages() == 1
        assert erase_old_messages() == 0
    assert not Question.objects.exists()
    assert not Participation.objects.exists()
    assert Tombstone.objects.count() == 1


def test_a_published_question_stays_until_its_author_withdraws_it(lot, personas):
    lead = personas[RoleCode.PLAN_LEAD]
    question = make.asked(make.a_body(lot), territory=lot, publish_agreed=True)
    services.answer_question(lead, question=question, answer="Une consultation avancée ouvre en mars.")
    question.refresh_from_db()
    services.publish_question(lead, question=question, text=make.WORDS)
    with told_at(now() + timedelta(days=3000)):
        assert erase_old_messages() == 0
    assert Question.objects.filter(pk=question.pk).exists()


def test_what_came_later_does_not_close_the_door_of_an_earlier_day(lot, respondent, settings):
    settings.FABRIQUE_SUBMISSIONS_PER_MINUTE = 1
    body = make.a_body(lot)
    services.leave_message(respondent, body=body, message=make.a_message(territory=lot))
    with told_at(now() - timedelta(days=30)):
        services.leave_message(respondent, body=body, message=make.a_message(territory=lot))
    assert Question.objects.count() == 2
