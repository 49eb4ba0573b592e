"""The agents’ room of the plan: the regional lead writes and loads, a department’s lead its own; adoption."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.plan.enums import PlanState, TitleBasis
from fabrique.plan.models import Challenge, Instrument, Objective, Plan, TargetPublic
from fabrique.plan.services.exporting import document_of
from fabrique.plan.services.layout.reading import read_yaml
from fabrique.web.agents.plan.waiting import count
from tests.factories import formal
from tests.factories import plan as plans
from tests.factories.territories import department


def url(name, *args):
    return reverse(f"agents-plan:{name}", args=args)


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("\u00a0", " ").split())


@pytest.fixture
def plan(occitanie):
    return plans.a_plan("Plan de santé")


def element(plan, one, node):
    return url("element", plan.slug, one, node.public_id)


def test_the_tree_and_its_filters(client, plan, gard):
    regional = plans.an_objective(plan, title="Bouger chaque jour", publics=["enfants"], marks=["montagne"])
    plans.an_objective(plan, territory=department("48"), declines=regional, title="Bouger en Lozère")
    plans.an_objective(plan, territory=gard, title="Brouillon du Gard", published=False)
    plans.an_action(plan, objective=regional)
    plans.a_programme(plan, objectives=[regional.key], title="Marchons ensemble")
    client.force_login(plans.lead("48").user)
    with CaptureQueriesContext(connection) as few:
        page = client.get(url("arbre", plan.slug))
    said = words(page)
    for text in (
        "1. Prévenir tôt",
        "Bouger chaque jour",
        "décline « Bouger chaque jour »",
        "Marchons ensemble",
    ):
        assert text in said
    assert "Brouillon du Gard" not in said
    assert "Défi sans titre connu" in said
    narrowed = words(client.get(url("arbre", plan.slug), {"territoire": "48"}))
    assert "Bouger en Lozère" in narrowed
    assert "Soigner partout" not in narrowed
    assert "Bouger en Lozère" not in words(client.get(url("arbre", plan.slug), {"public": "enfants"}))
    assert "Bouger en Lozère" not in words(client.get(url("arbre", plan.slug), {"marque": "montagne"}))
    assert "Aucun objectif ne répond" in words(client.get(url("arbre", plan.slug), {"territoire": "32"}))
    for _more in range(4):
        more = plans.an_objective(plan, declines=regional, territory=department("46"), publics=["aines"])
        plans.a_programme(plan, objectives=[more.key])
    with CaptureQueriesContext(connection) as many:
        client.get(url("arbre", plan.slug))
    assert len(many) == len(few)


def test_the_regional_lead_writes_a_tree(client, plan, personas):
    client.force_login(personas[RoleCode.PLAN_LEAD].user)
    assert count(personas[RoleCode.PLAN_LEAD])[0] == 1
    added = client.post(url("ajouter", plan.slug, "public"), {"title": "Personnes aidantes"})
    assert added.status_code == 302
    public = TargetPublic.objects.get(key="personnes-aidantes")
    objective = {
        "title": "Aider les aidants",
        "challenge": "e1-d1",
        "territory": "region:76",
        "publics": [public.key],
        "universalism": "cible",
    }
    assert client.post(url("ajouter", plan.slug, "objective"), objective).status_code == 302
    made = Objective.objects.get(key="aider-les-aidants")
    page = client.get(element(plan, "objective", made))
    token = re.search(r'name="token" value="(\w+)"', page.content.decode()).group(1)
    client.post(
        element(plan, "objective", made), objective | {"title": "Aider ceux qui aident", "token": token}
    )
    late = {"title": "Trop tard", "publics": [], "universalism": "universel", "token": token}
    again = client.post(element(plan, "objective", made), objective | late)
    assert "Ce qui a été enregistré pendant que vous écriviez" in words(again)
    assert "Aider ceux qui aident" in words(again)
    # what stands is told in words, as the fields say it, never as the file holds it
    stands = {one["label"]: one["texte"] for one in again.context["form"].conflict}
    assert "Personnes aidantes" in stands.values()
    assert "cible" not in stands.values()
    assert not any("[" in said for said in stands.values())
    made.refresh_from_db()
    assert made.title == "Aider ceux qui aident"
    wrong = client.post(element(plan, "objective", made), objective | {"declines": made.key, "title": ""})
    assert "<title>Erreur" in wrong.content.decode()
    client.post(url("publier", plan.slug, "objective", made.public_id), {"public": "oui"})
    made.refresh_from_db()
    assert made.published_at
    client.post(url("deplacer", plan.slug, "public", public.public_id), {"sens": "haut"})
    assert list(plan.publics.order_by("position").values_list("key", flat=True)) == [
        "enfants",
        "personnes-aidantes",
        "aines",
    ]
    used = words(client.get(url("retirer", plan.slug, "public", public.public_id)))
    assert "objectifs opérationnels" in used
    client.post(url("retirer", plan.slug, "public", plans.public(plan, "aines").public_id))
    assert not TargetPublic.objects.filter(key="aines").exists()


def test_who_only_reads_an_objective_reads_the_name_of_its_territory_and_adding_is_said_of_one(client, plan):
    regional = plans.an_objective(plan, title="Bouger chaque jour")
    client.force_login(plans.lead("48").user)
    page = client.get(element(plan, "objective", regional))
    assert dict(page.context["se_lit"])["Territoire"] == "Occitanie"
    assert "region:76" not in words(page)
    adding = words(client.get(url("ajouter", plan.slug, "objective")))
    assert "Ajouter : objectif opérationnel " in adding
    assert "objectifs opérationnels" not in adding.split("Ajouter :")[1].split("Enregistrer")[0]


def test_a_title_is_given_with_its_source(client, plan, personas):
    client.force_login(personas[RoleCode.PLAN_LEAD].user)
    unknown = plans.challenge(plan, "d-inconnu")
    address = url("titre", plan.slug, unknown.public_id)
    assert "Erreur" in words(client.post(address, {"title": "Dormir assez", "source_note": ""}))
    client.post(address, {"title": "Dormir assez", "source_note": "SRS, page 12", "commitment": "e2"})
    unknown.refresh_from_db()
    assert (unknown.basis, unknown.commitment.key) == (TitleBasis.EXPLICIT, "e2")
    assert Challenge.objects.exclude(basis=TitleBasis.UNKNOWN).count() == 3


def test_a_department_lead_writes_its_own_only(client, plan, gard):
    client.force_login(plans.lead("48").user)
    given = {"title": "Contrat des vallées", "kind": "CLS", "territory": "departement:48", "holder": "Mairie fictive",
             "holder_kind": "collectivite", "holder_territory": "departement:48"}  # fmt: skip
    assert client.post(url("ajouter", plan.slug, "instrument"), given).status_code == 302
    assert Instrument.objects.get().holder.name == "Mairie fictive"
    assert (
        client.post(
            url("ajouter", plan.slug, "instrument"), given | {"territory": "departement:30"}
        ).status_code
        == 200
    )
    other = plans.an_instrument(plan, territory=gard, starts_on="2024-01-01")
    page = client.get(element(plan, "instrument", other))
    assert "Il ne s’écrit pas ici" in words(page)
    assert "Contrat local de santé" in words(page)
    assert "1er janvier 2024" in words(page)
    assert "Nature de cet organisme" not in words(page)
    assert client.post(element(plan, "instrument", other), given).status_code in (200, 403)
    other.refresh_from_db()
    assert other.title != given["title"]
    draft = plans.an_objective(plan, territory=gard, published=False)
    assert client.get(element(plan, "objective", draft)).status_code == 404
    for forbidden in (
        url("ajouter", plan.slug, "commitment"),
        url("yaml", plan.slug),
        url("tables", plan.slug),
        url("nouveau"),
        url("titre", plan.slug, plans.challenge(plan, "d-inconnu").public_id),
        url("adopter", plan.slug),
    ):
        assert client.get(forbidden).status_code == 403, forbidden
    assert client.post(url("geste", plan.slug, "publier")).status_code in (302, 403)
    upload = SimpleUploadedFile(
        "plan.yaml", b"fabrique-plan: 1\nplan: {slug: p, title: P, territory: 'region:76'}"
    )
    assert client.post(url("charger"), {"file": upload}).status_code == 403
    assert Plan.objects.count() == 1


def test_a_file_too_large_to_come_back_is_refused_at_its_preview(client, plan, personas, settings):
    client.force_login(personas[RoleCode.PLAN_LEAD].user)
    exported = client.get(url("yaml", plan.slug)).content
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500
    page = client.post(url("charger"), {"file": SimpleUploadedFile("plan.yaml", exported)})
    assert "fabrique plan load" in words(page)
    assert 'name="scelle"' not in page.content.decode()


def test_a_file_is_previewed_then_loaded(client, plan, personas):
    client.force_login(personas[RoleCode.PLAN_LEAD].user)
    assert client.get(url("fichiers", plan.slug)).status_code == 200
    exported = client.get(url("yaml", plan.slug)).content
    assert client.get(url("tables", plan.slug)).content[:2] == b"PK"
    assert client.get(url("schema")).json()["title"]
    changed = exported.replace("Prévenir tôt".encode(), "Prévenir plus tôt".encode())
    page = client.post(url("charger"), {"file": SimpleUploadedFile("plan.yaml", changed)})
    assert "Prévenir plus tôt" in words(page)
    assert plans.commitment(plan).title == "Prévenir tôt"
    sealed = re.search(r'name="scelle" value="([^"]+)"', page.content.decode()).group(1)
    assert client.post(url("charger"), {"scelle": f"x{sealed}"}).status_code == 302
    assert plans.commitment(plan).title == "Prévenir tôt"
    for _twice in range(2):
        assert client.post(url("charger"), {"scelle": sealed}).url == url("arbre", plan.slug)
    assert plans.commitment(plan).title == "Prévenir plus tôt"
    wrong = client.post(
        url("charger"),
        {"file": SimpleUploadedFile("plan.yaml", changed.replace(b"number: 1", b"number: un"))},
    )
    assert "Écrivez ici un nombre entier" in words(wrong)
    assert (
        read_yaml(client.get(url("yaml", plan.slug)).content)["commitments"][0]["title"]
        == "Prévenir plus tôt"
    )


def test_the_approver_publishes_and_adopts(client, plan, approver, personas):
    client.force_login(approver.user)
    assert "Enregistrer l’arrêté" in words(client.get(url("vie", plan.slug)))
    early = client.post(url("adopter", plan.slug), {"on": "2023-10-31", "act": "Arrêté 12"})
    assert "n’a pas été soumis pour avis" in words(early)
    assert client.post(url("geste", plan.slug, "soumettre")).status_code == 404
    plan = formal.ended().consultation.plan
    formal.opinion(formal.one(plan.consultations.get(), "Conseil de surveillance"), date(2026, 4, 20))
    done = client.post(url("adopter", plan.slug), {"on": "2026-05-04", "act": "Arrêté 12"})
    assert done.status_code == 302
    plan.refresh_from_db()
    assert plan.state == PlanState.ADOPTED
    page = client.get(url("vie", plan.slug))
    assert words(page).count("Texte") >= 2
    version = plan.versions.first()
    assert "commitment:aller-vers" in words(client.get(url("version", plan.slug, version.public_id)))
    client.post(url("geste", plan.slug, "reviser"))
    client.post(url("geste", plan.slug, "clore"))
    plan.refresh_from_db()
    assert plan.state == PlanState.CLOSED
    assert client.post(url("geste", plan.slug, "inconnu")).status_code == 404
    client.force_login(personas[RoleCode.PLAN_LEAD].user)
    before = document_of(plan)
    client.post(element(plan, "commitment", plan.commitments.get()), {"title": "Autre", "number": 1})
    assert document_of(plan) == before


def test_a_plan_from_nothing(client, occitanie, personas):
    client.force_login(personas[RoleCode.PLAN_LEAD].user)
    assert "Aucun plan pour l’instant" in words(client.get(url("liste")))
    assert "prise par une page" in words(client.post(url("nouveau"), {"title": "Nouveau"}))
    made = client.post(url("nouveau"), {"title": "Plan 2029", "starts_on": "2029-01-01"})
    assert made.url == url("arbre", "plan-2029")
    assert "Aucun engagement pour l’instant" in words(client.get(made.url))
    for section in ("documents", "keys", "publics", "partners", "programmes", "instruments"):
        assert "Rien ici pour l’instant" in words(client.get(url("section", "plan-2029", section)))
    assert client.get(url("section", "plan-2029", "commitments")).status_code == 404
    assert "Plan 2029" in words(client.get(url("liste")))
