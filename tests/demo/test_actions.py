"""The demonstration's actions: loaded through the verbs, unevenly filled, with a story up to today."""

import pytest

from fabrique.common.clock import today
from fabrique.demo.actions import load_actions
from fabrique.demo.people import lead_of, load_people
from fabrique.demo.plan import load_plan
from fabrique.plan.completeness import completeness
from fabrique.plan.models import Action, Indicator, Reach
from fabrique.plan.progress import progress_of
from fabrique.plan.waiting import waiting_of
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db


def test_actions_of_the_demonstration(occitanie):
    agents = load_people(OPERATOR, occitanie)
    load_plan(OPERATOR, agents, occitanie, lambda _said: None)
    told = []
    made = load_actions(OPERATOR, agents, occitanie, told.append)
    assert len(made) == 20
    assert load_actions(OPERATOR, agents, occitanie, told.append) == []
    rows = list(Action.objects.with_lines())
    progress = progress_of(rows, today())
    percents = {completeness(row).percent for row in rows}
    assert max(percents) == 100
    assert min(percents) < 40
    assert 0 < sum(one.rate.rate is not None for one in progress.values()) < len(rows)
    assert {bool(one.weather) for one in progress.values()} == {True, False}
    reasons = {reason.code for one in waiting_of(rows, progress, today()).values() for reason in one}
    assert reasons == {"jalons", "valeurs", "decision", "meteo"}
    seen = set(Action.objects.visible_to(lead_of("48")).values_list("key", flat=True))
    assert "chaleur-gard" in seen
    assert "vulnerabilite-gard" not in seen
    assert all("(fictif)" in row.title for row in rows)
    placed = Reach.objects.filter(action__territory=occitanie, means__isnull=False)
    assert placed.values("territory").distinct().count() == 13
    last = rows[0].plan.ends_on
    assert {row.ends_on for row in rows if row.ends_on and row.ends_on >= last} == {last}
    assert not Indicator.objects.filter(target_on__gt=last).exists()
