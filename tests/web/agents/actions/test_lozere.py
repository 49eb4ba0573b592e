"""A plan lead in Lozère, on a telephone: everything updated in at most twelve requests, and no draft of the Gard.

Every request counts: pages, posts, and the pages to which they lead.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.common.clock import today
from fabrique.plan.enums import MilestoneState, Weather
from fabrique.plan.models import Action
from fabrique.plan.services.actions import edit_action, publish_action
from tests.factories import actions as make

pytestmark = pytest.mark.django_db
MOST = 12


class Telephone:
    """A client that counts its requests and follows nothing by itself but what a telephone would."""

    def __init__(self):
        self.client, self.requests, self.page = Client(), 0, None

    def get(self, address):
        self.requests += 1
        self.page = self.client.get(address)
        return self._followed()

    def post(self, address, data):
        self.requests += 1
        self.page = self.client.post(address, data)
        return self._followed()

    def _followed(self):
        while self.page.status_code in (301, 302, 303):
            self.requests += 1
            self.page = self.client.get(self.page["Location"])
        assert self.page.status_code == 200
        return self.page.content.decode()


@pytest.mark.both_databases
def test_a_lead_in_lozere_updates_it_all_in_twelve_requests(occitanie):
    plan = make.a_plan()
    lead = make.lead(make.lozere(), email="lozere@exemple.test")
    mine = make.a_full_action(plan, make.lozere())
    edit_action(make.OPERATOR, action=mine, lead=lead.user)
    make.a_full_action(plan, make.gard(), "Brouillon du Gard")
    public = make.a_full_action(plan, make.gard(), "Fiche publique du Gard")
    publish_action(make.OPERATOR, action=public)
    telephone = Telephone()

    telephone.get(reverse("agents-actions:liste"))
    login = telephone.page.wsgi_request.get_full_path()
    shown = telephone.post(login, {"username": "lozere@exemple.test", "password": make.PASSWORD})
    assert "Un bus pour la prévention" in shown
    assert "1 jalon en retard" in shown
    point = reverse("agents-actions:point", args=[mine.public_id])
    assert point in shown
    telephone.get(point)
    form = telephone.page.context["form"]
    sent = {field.html_name: field.value() for field in form if field.value() is not None}
    milestone, line, indicator = mine.milestones.get(), mine.budget.get(), mine.indicators.get()
    sent |= {
        "weather": Weather.ATTAINABLE,
        "sentence": "Le bus est livré, il manque un chauffeur.",
        f"jalon-{milestone.public_id}": "on",
        f"budget-{line.public_id}-spent": "18 250,50",
        f"valeur-{indicator.public_id}": "37,5",
    }
    shown = telephone.post(point, sent)

    assert "Le point est fait" in shown
    assert "38" in shown
    assert telephone.requests <= MOST
    mine.refresh_from_db()
    milestone.refresh_from_db()
    line.refresh_from_db()
    assert mine.weather.get().weather == Weather.ATTAINABLE
    assert (milestone.state, milestone.done_on) == (MilestoneState.DONE, today())
    assert (line.planned, line.committed, line.spent) == (
        Decimal(50_000),
        Decimal(20_000),
        Decimal("18250.50"),
    )
    assert indicator.values.get().value == 37.5

    every = telephone.get(reverse("agents-actions:liste") + "?qui=toutes")
    assert "Fiche publique du Gard" in every
    assert "Brouillon du Gard" not in every
    hidden = Action.objects.get(title="Brouillon du Gard")
    for name in ("fiche", "point", "ecrire", "indicateurs", "jalons"):
        assert (
            telephone.client.get(reverse(f"agents-actions:{name}", args=[hidden.public_id])).status_code
            == 404
        )
    for name in ("point", "ecrire", "budget"):
        assert (
            telephone.client.get(reverse(f"agents-actions:{name}", args=[public.public_id])).status_code
            == 403
        )
    exported = telephone.client.get(reverse("agents-actions:classeur", args=[plan.public_id]))
    assert exported.status_code == 200
    csv = telephone.client.get(
        reverse("agents-actions:csv", args=[plan.public_id, "actions"])
    ).content.decode()
    assert mine.key in csv
    assert hidden.key not in csv
