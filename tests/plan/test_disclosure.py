"""One to ten persons are never public: the page, the rate, the trend, the open data, the public part of snapshots."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.plan.disclosure import is_masked, public_measures, unit_of_people
from fabrique.plan.models import Action
from fabrique.plan.progress import progress_of
from fabrique.plan.services import actions, indicators
from fabrique.plan.services.frozen import content_on
from fabrique.plan.services.snapshots import public_part
from fabrique.restitution.services.plan_data import BY_NAME
from fabrique_core.progress import Course, Pace
from tests.factories import actions as make

DAY = date(2026, 7, 1)
MASKED = "masqué\u00a0: moins de 11 personnes"


@pytest.mark.parametrize(
    ("unit", "people"),
    [
        ("personnes", True),
        ("Patients suivis", True),
        ("bénéficiaires", True),
        ("%", False),
        ("passages", False),
    ],
)
def test_the_unit_says_whether_it_counts_persons(unit: str, people: bool) -> None:
    assert unit_of_people(unit) is people


@pytest.mark.parametrize(("value", "masked"), [(0, False), (1, True), (10, True), (11, False), (None, False)])
def test_from_one_to_ten_persons_are_masked(value: float | None, masked: bool) -> None:
    assert is_masked(value, counts_people=True) is masked
    assert not is_masked(value, counts_people=False)


@pytest.fixture
def action(occitanie: Any) -> Action:
    """Two indicators: 3 persons of 60, 40 passages of 100."""
    plan = make.a_plan()
    plan.public = True
    plan.save()
    action = make.an_action(plan, make.lozere())
    passages = make.an_indicator(action, "Passages")
    indicators.record_value(make.OPERATOR, indicator=passages, on=date(2026, 6, 1), value=40)
    few = make.an_indicator(
        action, "Personnes accompagnées", unit="personnes", baseline=0, target=60, key="accompagnes"
    )
    for on, value in ((date(2026, 3, 1), 23), (date(2026, 6, 1), 3)):
        indicators.record_value(make.OPERATOR, indicator=few, on=on, value=value)
    actions.publish_action(make.OPERATOR, action=action)
    return action


@pytest.mark.django_db
class TestPublic:
    def test_neither_rate_nor_trend_gives_it_back(self, action: Action) -> None:
        inside, outside = (progress_of([action], DAY, public=public)[action.pk] for public in (False, True))
        assert (inside.rate.rate, inside.rate.known) == (22.5, 2)
        assert (outside.rate.rate, outside.rate.known, outside.rate.total) == (40.0, 1, 2)
        few = outside.indicators[1]
        assert (few.achievement.rate, few.achievement.pace, few.trend.course) == (
            None,
            Pace.NOT_KNOWN,
            Course.NOT_KNOWN,
        )

    def test_the_page_says_it_is_masked(self, action: Action, client: Client) -> None:
        page = client.get(reverse("plan:action", args=[action.public_id]))
        text = page.content.decode()
        assert page.status_code == 200
        assert MASKED in text.replace("\u202f", "\u00a0").replace("Masqué", "masqué")
        assert "<strong>3</strong>" not in text

    def test_the_open_data_leave_the_cell_empty(self, action: Action) -> None:
        table = BY_NAME["valeurs"]
        rows = [dict(zip(table.header, line, strict=True)) for line in table.lines(action.plan)]
        assert [(row["valeur"], row["masque"]) for row in rows] == [("40", 0), ("23", 0), ("", 1)]
        table = BY_NAME["indicateurs"]
        rows = [dict(zip(table.header, line, strict=True)) for line in table.lines(action.plan)]
        assert [(row["compte_des_personnes"], row["sens"]) for row in rows] == [(0, "hausse"), (1, "hausse")]

    def test_the_public_part_of_a_snapshot_masks_it(self, action: Action) -> None:
        content = content_on(action.plan, action.plan.territory, DAY)
        (frozen,) = public_part(content)["actions"]
        few = frozen["indicators"][1]
        assert [each["value"] for each in few["values"]] == [23, None]
        assert (few["rate"], few["shown"], few["slope"], few["course"]) == (None, None, None, "not_known")
        assert (frozen["progress"]["rate"], frozen["progress"]["known"]) == (40.0, 1)
        assert content["actions"][0]["indicators"][1]["values"][-1]["value"] == 3

    def test_a_snapshot_older_than_the_field_is_judged_by_its_unit(self, action: Action) -> None:
        (frozen,) = content_on(action.plan, action.plan.territory, DAY)["actions"]
        for one in frozen["indicators"]:
            del one["counts_people"]
        assert public_measures(frozen)["indicators"][1]["values"][-1]["value"] is None

    def test_the_lead_decides_and_a_new_unit_decides_alone(self, action: Action) -> None:
        passages, few = action.indicators.order_by("position")
        indicators.edit_indicator(make.OPERATOR, indicator=few, counts_people=False)
        indicators.edit_indicator(make.OPERATOR, indicator=passages, unit="usagers")
        assert [one.counts_people for one in action.indicators.order_by("position")] == [True, False]
