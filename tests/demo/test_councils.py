"""The bodies of the demonstration, on the small Occitanie: once, at their stages, fictitious."""

from __future__ import annotations

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Body
from fabrique.common.clock import now, today
from fabrique.councils.models import Opinion, Question, Session, SessionDocument
from fabrique.demo.councils import load_councils
from fabrique.demo.people import load_people
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db


def test_the_bodies_their_sessions_and_three_questions(occitanie):
    agents = load_people(OPERATOR, occitanie)
    said: list[str] = []
    load_councils(OPERATOR, agents, occitanie, said.append)
    load_councils(OPERATOR, agents, occitanie, said.append)
    assert (Body.objects.count(), Body.objects.with_open_door().count()) == (15, 3)
    assert [one.title for one in Session.objects.to_come(now())] == ["Assemblée plénière (fictive)"]
    assert Opinion.objects.in_force().get().votes_for == 14
    assert not SessionDocument.objects.filter(frozen_at__isnull=True).exists()
    assert Question.objects.public().count() == Question.objects.late(today()).count() == 1
    assert Question.objects.count() == 3
    member = agents[RoleCode.BODY_MEMBER]
    assert Session.objects.visible_to(member).count() == 2
    assert len([line for line in said if "code" in line]) == 1
