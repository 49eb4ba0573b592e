"""What makes the pages of the plan readable and safe: words, drawn values, nothing of a draft by a side door.

Fed by factories/plan.py. Feeds nothing.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.plan.enums import FunderKind, PlanState
from fabrique.plan.models import Action, Plan
from fabrique.plan.progress import progress_of
from fabrique.plan.services import budget, indicators, nomenclature
from fabrique.restitution.services import plan_pages
from fabrique.web.templatetags.lecture_plan import ages
from tests.factories import plan as plans
from tests.factories.territories import OPERATOR, department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]

DAYS = (date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1))


def read(client: Client, name: str, *args: str) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode("utf-8-sig").replace("&nbsp;", "\u00a0")


def measured(action: Action, *values: float | None, **given: Any) -> None:
    """An indicator of the action with these values, one each half-year."""
    one = indicators.create_indicator(
        OPERATOR, of=action, title="Consultations", kind="deploiement",
        **{"unit": "consultations", "direction": "rise", "baseline": 0, "target": 200, **given},
    )  # fmt: skip
    for on, value in zip(DAYS, values, strict=False):
        indicators.record_value(OPERATOR, indicator=one, on=on, value=value, source="Relevé fictif")


class TestSideDoors:
    def test_the_open_data_name_no_objective_nor_programme_that_is_not_public(self, client: Client) -> None:
        plan = plans.a_plan()
        regional = plans.an_objective(plan)
        own = plans.an_objective(plan, territory=department("48"), declines=regional)
        programme = plans.a_programme(plan)
        plans.an_action(plan, objective=own, programme=programme)
        assert regional.key in read(client, "plan:table", "objectifs").split(own.key, 1)[1]
        assert programme.key in read(client, "plan:table", "actions")
        nomenclature.unpublish_node(OPERATOR, node=regional)
        nomenclature.unpublish_node(OPERATOR, node=programme)
        assert regional.key not in read(client, "plan:table", "objectifs")
        assert programme.key not in read(client, "plan:table", "actions")

    def test_an_action_whose_objective_is_withdrawn_links_to_no_missing_page(self, client: Client) -> None:
        plan = plans.a_plan()
        action = plans.an_action(plan)
        objective = action.objective
        address = reverse("plan:objectif", args=[objective.public_id])
        assert address in read(client, "plan:action", action.public_id)
        # no verb leaves it so; an instance loaded before the rule may be so
        type(objective).objects.filter(pk=objective.pk).update(published_at=None)
        assert client.get(address).status_code == 404
        page = read(client, "plan:action", action.public_id)
        assert address not in page
        assert objective.title not in page
        counts = {place.code: counted for place, *counted in plan_pages.departments_of(plan)}
        assert counts["48"] == [0, 0], "what its page does not list is not counted"

    def test_a_plan_that_is_over_does_not_hide_the_one_in_force(self) -> None:
        over = plans.a_plan("Le plan d’avant")
        Plan.objects.filter(pk=over.pk).update(
            state=PlanState.CLOSED, adopted_on=date(2018, 8, 3), act="Arrêté fictif"
        )
        assert plan_pages.current_plan() == over, "alone, the last one is shown"
        trial = plans.a_plan("Un plan d’essai", state=PlanState.ADOPTED, fictitious=True)
        assert plan_pages.current_plan() == trial

    def test_the_objectives_of_a_department_come_before_those_of_the_region(self) -> None:
        plan = plans.a_plan()
        regional, lozere = plans.an_objective(plan), department("48")
        plans.an_action(plan, objective=regional, territory=lozere)
        own = plans.an_objective(plan, territory=lozere)
        assert [line.objective for line in plan_pages.of_territory(lozere, plan)] == [own, regional]


class TestWords:
    def test_three_values_are_told_then_drawn_then_listed(self, client: Client) -> None:
        action = plans.an_action(plans.a_plan())
        measured(action, 10, None, 35)
        page = read(client, "plan:action", action.public_id)
        assert "fab-graphe" not in page, "two known values are read faster in words"
        measured(action, 10, 20, 50)
        page = read(client, "plan:action", action.public_id)
        told = page.index(
            "De 10 le 1er\u00a0janvier\u00a02024 à 50 le 1er\u00a0janvier\u00a02025, pour une cible de 200."
        )
        assert told < page.index('class="fab-graphe"') < page.index("1er\u00a0juillet\u00a02024</th>")

    def test_a_year_has_no_separator_and_counts_are_french(self, client: Client) -> None:
        plan = plans.a_plan()
        action = plans.an_action(plan)
        budget.set_budget_line(
            OPERATOR, action=action, year=2025, funder=FunderKind.FIR, amounts={"planned": Decimal(1000)}
        )
        page = read(client, "plan:action", action.public_id)
        assert '<th scope="row">2025</th>' in page
        assert "1\u00a0objectif" in read(client, "plan:liste")
        for name, args in (("plan:liste", ()), ("plan:engagement", ("e2",)), ("plan:donnees", ())):
            assert not re.search(r"\bm:", re.sub(r"<[^>]+>", "", read(client, name, *args)))

    def test_one_indicator_never_measured_does_not_speak_for_the_others(self) -> None:
        action = plans.an_action(plans.a_plan())
        measured(action, 10)
        measured(action)
        told = ages(progress_of([action], date(2025, 6, 1))[action.pk])
        assert told[-1] == "1 indicateur jamais mesuré"
        assert len(told) == 2

    def test_worse_than_at_the_start_is_said(self, client: Client) -> None:
        action = plans.an_action(plans.a_plan())
        measured(action, 60, 55, 45, baseline=50, target=80, unit="%")
        page = read(client, "plan:action", action.public_id)
        assert "moins bien qu’au départ" in page
        assert "45\u00a0%" in page


class TestHome:
    def test_the_home_page_leads_to_the_plan_once_it_is_public(self, client: Client) -> None:
        plan = plans.a_plan("Projet de santé à lire", published=False)
        assert plan.title not in read(client, "accueil")
        shown = plans.a_plan("Projet de santé public")
        page = read(client, "accueil")
        assert shown.title in page
        assert plan.title not in page
        assert reverse("plan:comparer") in page


def test_the_department_s_page_shows_its_objectives_and_leads_to_the_plan(client: Client) -> None:
    plan = plans.a_plan()
    own = plans.an_objective(plan, territory=department("48"), title="Objectif de la Lozère")
    page = read(client, "territoires:departement", "48")
    assert reverse("plan:objectif", args=[own.public_id]) in page
    assert reverse("plan:territoire", args=["48"]) in page
    assert reverse("territoires:departement", args=["48"]) in read(client, "plan:territoire", "48")
