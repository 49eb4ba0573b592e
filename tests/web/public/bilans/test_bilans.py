"""The public room of reviews: what is published reads without an account, and nothing else does.

Fed by tests/factories/reviews.py. Feeds nothing.
"""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from frictionless import Resource, Schema

from fabrique.common.clock import today
from fabrique.plan.models import EvaluationFinding, UsersFinding
from fabrique.plan.services import actions, findings
from fabrique.restitution.services import plan_sheet
from fabrique.web.shared import printing
from tests.factories import reviews as make
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(occitanie: Any) -> make.World:
    return make.a_world()


def to(name: str, *arguments: Any) -> str:
    return reverse(f"bilans:{name}", args=arguments)


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode()).replace("\u00a0", " ").replace("&nbsp;", " ").replace("\u202f", " ")


def downloaded(client: Client, name: str) -> list[dict[str, Any]]:
    """The lines of a table, once an independent reader holds them to be what the schema says."""
    text = client.get(to(f"{name}-csv")).content.decode("utf-8-sig")
    schema = Schema.from_descriptor(client.get(to(f"{name}-schema")).json())
    lines = [dict(one) for one in csv.DictReader(io.StringIO(text), delimiter=";")]
    resource = Resource(data=lines, schema=schema)
    assert resource.validate().valid
    return [row.to_dict() for row in resource.read_rows()]


def test_a_review_in_preparation_or_held_is_not_there(client: Client, world: make.World) -> None:
    review = make.held(world)
    assert "Aucune revue publiée" in text_of(client.get(to("liste")))
    for name in ("revue", "compte-rendu", "compte-rendu-pdf"):
        assert client.get(to(name, review.public_id)).status_code == 404
    assert client.get(to("dossier", review.public_id, "pdf")).status_code == 404


def test_a_published_review_is_read_with_its_decisions_and_never_a_draft(
    client: Client, world: make.World
) -> None:
    review = make.published(world)
    assert review.title in text_of(client.get(to("liste"), {"territoire": "48"}))
    page = text_of(client.get(to("revue", review.public_id)))
    for said in (
        "Le bus avance.",
        "ajuster.",
        "Le véhicule arrive en retard.",
        "Revoir le calendrier.",
        "à faire",
    ):
        assert said in page, said
    own = f"{reverse('plan:table', args=['decisions'])}?plan={review.plan.slug}&revue="
    assert f"{own}{review.public_id}".replace("&", "&amp;") in page
    assert "Revoir le calendrier." not in client.get(f"{own}autre").content.decode()
    assert review.public_id in client.get(f"{own}{review.public_id}").content.decode()
    account = text_of(client.get(to("compte-rendu", review.public_id)))
    assert "Argent dépensé : pas encore connu." in account
    saved = client.get(to("dossier", review.public_id, "xlsx")).content
    book = openpyxl.load_workbook(io.BytesIO(saved))
    cells = str([[cell.value for cell in row] for sheet in book for row in sheet.rows])
    for shown in (page, account, cells):
        assert "brouillon" not in shown
    assert client.get(to("dossier", review.public_id, "exe")).status_code == 404
    assert client.get(to("compte-rendu-pdf", review.public_id)).content.startswith(b"%PDF")


def test_the_account_to_save_is_never_older_than_its_page(
    client: Client, world: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(printing, "_drawn", lambda page: drawn.append(page) or page.encode())
    review = make.published(world)
    here = to("compte-rendu-pdf", review.public_id)
    assert "Revoir le calendrier." in text_of(client.get(here))
    assert "Revoir le calendrier." in text_of(client.get(here))
    assert len(drawn) == 1, "kept under its page"
    review.decisions.update(to_do="Relire le marché.")
    assert "Relire le marché." in text_of(client.get(here))


def test_a_decision_on_an_action_withdrawn_since_is_no_longer_shown(
    client: Client, world: make.World
) -> None:
    review = make.published(world)
    actions.withdraw_action(OPERATOR, action=world.bus)
    assert "Revoir le calendrier." not in text_of(client.get(to("revue", review.public_id)))


def test_an_evaluation_shows_its_evidence_and_the_lateness_of_its_recommendations(
    client: Client, world: make.World
) -> None:
    assert client.get(to("evaluation", make.started(world).public_id)).status_code == 404
    make.Evaluation.objects.all().delete()
    evaluation = make.published_evaluation(world)
    found = EvaluationFinding.objects.get(question__evaluation=evaluation)
    evaluation.recommendations.get().findings.add(found)
    page = text_of(client.get(to("evaluation", evaluation.public_id)))
    assert f'href="#constat-{found.public_id}"' in page
    for said in (
        "L’écart ne bouge pas.",
        "Douze usagers entendus.",
        "Oui, dès le printemps.",
        "Direction des soins",
    ):
        assert said in page, said
    (line,) = downloaded(client, "constats-des-evaluations")
    assert line["constat"] == found.text
    assert "Douze usagers entendus." in line["preuves"]
    assert "Aucune n’est en retard." in text_of(client.get(to("recommandations")))
    with time_machine.travel(today() + timedelta(days=60)):
        late = text_of(client.get(to("recommandations"), {"suite": "en-retard"}))
        assert "1 est en retard." in late
        assert ' · <span class="bil-retard">en retard</span>' in late
        assert "Ouvrir le samedi." in late
        names, row = client.get(to("recommandations-csv")).content.decode("utf-8-sig").splitlines()
        fields = client.get(to("recommandations-schema")).json()["fields"]
        assert names.split(";") == [field["name"] for field in fields]
        assert row.endswith(";a-faire;;;1")


def test_what_users_found_stands_unedited_beside_the_agency(
    client: Client, world: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = make.entrusted(world)
    partner = make.partner_of(finding.organisation)
    findings.hand_in(partner, finding=finding, tone="partage", text="Mieux ; mais loin !", method="Vu.")
    assert "Aucun constat publié" in text_of(client.get(to("constats")))
    findings.publish_finding(OPERATOR, finding=finding)
    page = client.get(to("constats"))
    assert "Mieux ; mais loin !" in page.content.decode()
    assert "n’a pas encore donné son point de vue" in text_of(page)
    assert UsersFinding.objects.public().count() == 1
    (line,) = downloaded(client, "constats")
    assert (line["texte"], line["point_de_vue_de_l_agence"]) == ("Mieux ; mais loin !", None)
    action = client.get(reverse("plan:action", args=[finding.action.public_id]))
    assert "Mieux ; mais loin !" in action.content.decode()
    assert "L’agence n’a pas encore donné son point de vue." in text_of(action)
    monkeypatch.setattr(plan_sheet, "is_as_handed_in", lambda _finding: False)  # the database forbids it
    assert "Mieux ; mais loin !" not in client.get(action.request["PATH_INFO"]).content.decode()
