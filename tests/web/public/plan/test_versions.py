"""The texts of the plan over time: each is read, compared with the one before, and a former plan is walked through.

Fed by factories/plan.py. Feeds nothing.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.plan.enums import PlanState
from fabrique.plan.models import Commitment, Objective, Plan, PlanVersion
from fabrique.plan.services.life import freeze_version
from fabrique.plan.services.nomenclature import edit_node
from fabrique.restitution.services import plan_versions
from tests.factories import plan as plans
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_ground")]


def read(client: Client, name: str, *args: str, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode().replace("&nbsp;", "\u00a0")


def adopted_twice() -> tuple[Plan, Objective, PlanVersion, PlanVersion]:
    plan = plans.a_plan("Le plan en vigueur")
    objective = plans.an_objective(plan, title="Ouvrir dix bus de santé")
    plans.in_state(plan, PlanState.ADOPTED)
    first = plan.versions.get(reason=PlanState.ADOPTED)
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.REVISION)
    plan.refresh_from_db()
    edit_node(OPERATOR, node=objective, values={"title": "Ouvrir quinze bus de santé"})
    second = freeze_version(OPERATOR, plan=plan, reason=PlanState.ADOPTED, label="Texte révisé")
    return plan, objective, first, second


def a_former_plan() -> tuple[Plan, Objective]:
    before = plans.a_plan("Le plan d’avant")
    objective = plans.an_objective(before, title="Promesse d’avant")
    Plan.objects.filter(pk=before.pk).update(
        state=PlanState.CLOSED, adopted_on=date(2018, 8, 3), act="Arrêté fictif"
    )
    return before, objective


def test_from_the_plan_one_click_leads_to_its_versions_and_one_more_to_what_changed(client: Client) -> None:
    _, _, first, second = adopted_twice()
    versions, changes = reverse("plan:versions"), reverse("plan:changements", args=[second.public_id])
    assert versions in read(client, "plan:liste")
    page = read(client, "plan:versions")
    assert changes in page
    assert reverse("plan:changements", args=[first.public_id]) not in page, "nothing was before it"
    told = read(client, "plan:changements", second.public_id)
    assert "1 ligne a changé." in told
    assert '<del class="avis-ote">' in told
    assert "quinze" in told
    assert "Ouvrir dix bus de santé" in read(client, "plan:texte", first.public_id)
    assert client.get(reverse("plan:changements", args=[first.public_id])).status_code == 404


def test_a_text_sent_for_opinion_or_of_a_hidden_plan_is_not_among_the_versions(client: Client) -> None:
    plan, *_ = adopted_twice()
    sent = freeze_version(OPERATOR, plan=plan, reason=PlanState.CONSULTATION, label="Projet soumis")
    assert plan_versions.public_version(sent.public_id) is None
    assert sent.label not in read(client, "plan:versions")
    shown = plan.versions.filter(reason=PlanState.ADOPTED).first()
    Plan.objects.filter(pk=plan.pk).update(published_at=None)
    assert shown is not None
    assert client.get(reverse("plan:texte", args=[shown.public_id])).status_code == 404
    assert "pas encore public" in read(client, "plan:versions")


def test_while_it_is_revised_the_plan_leads_to_the_text_in_force(client: Client) -> None:
    plan, _, _, second = adopted_twice()
    assert reverse("plan:texte", args=[second.public_id]) in read(client, "plan:liste")
    Plan.objects.filter(pk=plan.pk).update(state=PlanState.ADOPTED)
    assert reverse("plan:texte", args=[second.public_id]) not in read(client, "plan:liste")


def test_a_former_plan_is_walked_through_without_falling_into_the_new_one(client: Client) -> None:
    before, objective = a_former_plan()
    plan = plans.a_plan("Le plan nouveau", state=PlanState.ADOPTED)
    Plan.objects.filter(pk=plan.pk).update(previous=before)
    old, new = (Commitment.objects.get(plan=one, key="e1") for one in (before, plan))
    Commitment.objects.filter(pk=new.pk).update(continues=old)

    query = f"?plan={before.slug}"
    assert "pas celui en vigueur" not in read(client, "plan:liste")
    for name, args in (("plan:liste", ()), ("plan:engagement", ("e1",)), ("plan:defi", ("e1-d1",))):
        page = read(client, name, *args, query=query)
        assert "pas celui en vigueur" in page, name
        assert f"{reverse('plan:liste')}{query}" in page or name == "plan:liste"
    assert f"{reverse('plan:defi', args=['e1-d1'])}{query}" in read(
        client, "plan:objectif", objective.public_id
    )
    assert objective.title not in read(client, "plan:defi", "e1-d1")
    assert f"{reverse('plan:engagement', args=['e1'])}{query}" in read(client, "plan:engagement", "e1")
    assert client.get(reverse("plan:liste") + "?plan=inconnu").status_code == 404

    page = read(client, "plan:versions")
    assert f"{reverse('plan:liste')}{query}" in page
    plan.refresh_from_db()
    (descent, *others) = plan_versions.descents(plan)
    assert descent.later == (new,)
    assert all(one.later == () for one in others)

    assert objective.title in read(client, "plan:table", "objectifs", query=query)
    assert objective.title not in read(client, "plan:table", "objectifs")
    assert f"objectifs.csv{query}" in read(client, "plan:paquet", query=query)
