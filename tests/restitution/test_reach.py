"""Persons reached in public: what is masked is not the whole less its neighbours, on any way out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from fabrique.plan.models import Action
from fabrique.plan.services.budget import set_reach
from fabrique.restitution.services.plan_data import BY_NAME
from fabrique.restitution.services.plan_sheet import sheet_of
from fabrique.restitution.services.reach import public_reach, with_places
from fabrique.territories.models import Territory
from fabrique.web.templatetags.progres import touchees
from tests.factories import plan as plans
from tests.factories.territories import OPERATOR, department, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(occitanie: Any) -> Action:
    return plans.an_action(plans.a_plan(), territory=region())


def read(action: Action, people: Mapping[Territory, int]) -> dict[str, int | None]:
    """{code: what the public reads}."""
    for place, count in people.items():
        set_reach(OPERATOR, action=action, territory=place, year=2025, people=count)
    return {one.territory.code: one.people for one in public_reach(with_places(action.reach.all()))}


def recovered(shown: dict[str, int | None], parts: list[str], whole: str) -> bool:
    """Whether a reader subtracts: one part alone is hidden under a whole that is shown."""
    return shown[whole] is not None and [shown[code] for code in parts].count(None) == 1


def test_a_masked_department_is_not_the_region_less_the_others(action: Action) -> None:
    codes = ["09", "11", "12", "30"]
    counts = {department(code): 40 + place for place, code in enumerate(codes)} | {department("48"): 7}
    shown = read(action, counts | {region(): sum(counts.values())})
    assert shown["48"] is None
    assert not recovered(shown, [*codes, "48"], "76")
    assert list(shown.values()).count(None) == 2, "one more is hidden, not all"


def test_a_masked_intercommunality_is_not_its_department_less_the_other(action: Action) -> None:
    first, second = Territory.objects.filter(
        pk__in=Territory.objects.filter(department=department("46")).values("epci")
    ).order_by("code")[:2]
    shown = read(action, {department("46"): 60, first: 53, second: 7, region(): 60})
    assert shown[second.code] is None
    assert not recovered(shown, [first.code, second.code], "46")
    assert not recovered(shown, [first.code, second.code], "76")


def test_rows_that_share_no_whole_are_masked_alone(action: Action) -> None:
    assert read(action, {department("48"): 7, department("12"): 40}) == {"12": 40, "48": None}
    assert read(action, {department("48"): 11, region(): 51}) == {"12": 40, "48": 11, "76": 51}


def test_a_second_year_is_another_sum(action: Action) -> None:
    set_reach(OPERATOR, action=action, territory=region(), year=2024, people=47)
    assert read(action, {department("48"): 7}) == {"48": None, "76": 47}


def test_the_page_and_the_open_data_mask_the_same_rows(action: Action) -> None:
    read(action, {department("48"): 7, department("12"): 40, region(): 47})
    page = sheet_of(action).reach
    table = list(BY_NAME["personnes"].records(action.plan))
    assert [one.people for one in page] == [row["personnes"] for row in table] == [None, None, 47]
    assert [row["masque"] for row in table] == [True, True, False]
    said = ["masqué pour protéger une autre valeur", "moins de 11", "47"]
    assert [touchees(one) for one in page] == said
