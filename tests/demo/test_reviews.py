"""The reviews of the demonstration: what the guide promises is there, all of it marked as invented.

Fed by the demonstration's own loader, on a small plan. Feeds nothing.
"""

from __future__ import annotations

from typing import Any

import pytest

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import RoleCode
from fabrique.common.actors import Operator
from fabrique.common.clock import today
from fabrique.demo.people import load_people
from fabrique.demo.reviews import PLAN, load_reviews
from fabrique.plan.models import (
    Action,
    Decision,
    Evaluation,
    Recommendation,
    Review,
    Snapshot,
    UsersFinding,
)
from fabrique.plan.services.differences import difference
from fabrique.plan.services.snapshots import content_of
from tests.factories import plan as plans
from tests.factories.territories import department

pytestmark = pytest.mark.django_db


@pytest.fixture
def agents(occitanie: Any) -> dict[str, Agent]:
    return load_people(Operator("demo"), occitanie)


def test_without_actions_nothing_is_loaded(agents: dict[str, Agent], occitanie: Any) -> None:
    said: list[str] = []
    load_reviews(Operator("demo"), agents, occitanie, said.append)
    assert said == []
    assert not Review.objects.exists()


def test_reviews_evaluation_and_finding_once(agents: dict[str, Agent], occitanie: Any) -> None:
    plan = plans.a_plan("Plan de démonstration", slug=PLAN)
    for _number in range(3):
        plans.an_action(plan, territory=department("48"))
    for _time in range(2):
        load_reviews(Operator("demo"), agents, occitanie, lambda said: None)
    assert Action.objects.count() == 3
    assert list(Review.objects.order_by("pk").values_list("kind", "state")) == [
        ("departementale", "publiee"),
        ("annuelle", "preparation"),
    ]
    assert Decision.objects.public().late(today()).count() == 1
    assert Evaluation.objects.public().count() == 1
    assert Recommendation.objects.public().count() == 3
    assert Recommendation.objects.public().late(today()).count() == 1
    assert UsersFinding.objects.public().count() == 1
    before, after = Snapshot.objects.order_by("number")
    assert [one.after for one in difference(content_of(before), content_of(after)).weather] == ["a-soutenir"]
    titles = [
        *Review.objects.values_list("title", flat=True),
        *Evaluation.objects.values_list("title", flat=True),
    ]
    assert all("fictif" in title for title in titles)
    assert agents[RoleCode.PLAN_LEAD].user.full_name.endswith("(démonstration)")
