"""From forty workshops to one public page: gather, change, read the manifest, prepare, validate, publish, prove.

Fed by factories/common.py. Feeds confidence in the agents' screens and the public pages of common corpora.
"""

from __future__ import annotations

import csv
import io
import json
from copy import deepcopy

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services
from fabrique.contributions.models import Source
from fabrique.meetings.models import Meeting
from fabrique.restitution.models import CommonFigure, CommonPublication
from fabrique.web.shared.results.common import unit_shown
from tests.factories import accounts, meetings
from tests.factories import common as make
from tests.factories.territories import department
from tests.personas import Personas

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_ground")]


@pytest.fixture(scope="module")
def made_of_the_file(shared_ground):
    return make.read(make.gathered(Personas()))


@pytest.fixture
def made(made_of_the_file, db):
    return deepcopy(made_of_the_file)


def client_of(actor):
    client = Client()
    assert client.login(username=actor.user.email, password=accounts.PASSWORD)
    return client


def page(client, route, *args):
    answer = client.get(reverse(route, args=args))
    assert answer.status_code == 200, route
    return answer.content.decode()


def send(client, route, *args, **given):
    return client.post(reverse(route, args=args), given, follow=True)


def test_sources_and_questions_are_chosen_on_one_page_and_changed_on_the_same(made) -> None:
    client = client_of(made.analyst)
    asked, first, second, _written = made.sources
    shown = page(client, "agents-analyses:reunir")
    assert "Atelier de Cahors" in shown
    assert "Ne retenir que certaines questions" in shown
    given = {
        "label": "Deux ateliers et la consultation",
        "sources": [asked.public_id, first.public_id, second.public_id],
        "questions": [f"{asked.public_id}:needs"],
    }
    answer = send(client, "agents-analyses:reunir", **given)
    common = Source.objects.common().get(label=given["label"])
    assert answer.redirect_chain == [(reverse("agents-analyses:commun", args=[common.public_id]), 302)]
    assert [(part.source, part.questions) for part in services.parts_of(common)] == [
        (asked, ("needs",)),
        (first, ()),
        (second, ()),
    ]
    # a second click sends the same again
    send(client, "agents-analyses:reunir", **given)
    assert Source.objects.common().filter(label=given["label"]).count() == 1
    shown = page(client, "agents-analyses:commun-modifier", common.public_id)
    assert shown.count(" checked") == 4
    send(
        client,
        "agents-analyses:commun-modifier",
        common.public_id,
        **given | {"sources": given["sources"][1:]},
    )
    assert [part.source for part in services.parts_of(common)] == [first, second]
    assert "Deux ateliers et la consultation" in page(client, "agents-analyses:liste")


def test_one_source_alone_is_refused_and_what_was_typed_stays(made) -> None:
    given = {"label": "Une seule", "sources": [made.sources[1].public_id]}
    shown = send(client_of(made.analyst), "agents-analyses:reunir", **given).content.decode()
    assert "<title>Erreur" in shown
    assert "au moins deux sources" in shown
    assert 'value="Une seule"' in shown
    assert f'value="{made.sources[1].public_id}" checked' in shown


def test_a_whole_programme_is_gathered_at_once(made) -> None:
    programme = meetings.make_programme()
    sources = [make.heard(f"Rencontre {n}", texts=["Un bus."]) for n in (1, 2, 3)]
    for source in sources:
        meeting = meetings.make_meeting(programme=programme)
        Meeting.objects.filter(pk=meeting.pk).update(source=source)
    send(
        client_of(made.analyst),
        "agents-analyses:reunir",
        label="Tout le programme",
        programmes=[programme.public_id],
    )
    common = Source.objects.common().get(label="Tout le programme")
    assert {part.source for part in services.parts_of(common)} == set(sources)


def test_who_may(made) -> None:
    common = made.common.public_id
    lot = client_of(accounts.agent(RoleCode.ANALYST, department("46"), password=accounts.PASSWORD))
    assert lot.get(reverse("agents-analyses:commun", args=[common])).status_code == 404
    assert made.sources[0].label not in page(lot, "agents-analyses:reunir")
    editor = client_of(made.people[RoleCode.EDITOR])
    assert editor.get(reverse("agents-analyses:reunir")).status_code == 403
    assert editor.get(reverse("agents-analyses:commun", args=[common])).status_code == 403


def test_from_the_gathering_to_the_public_proof(made) -> None:
    analyst, approver = client_of(made.analyst), client_of(made.approver)
    shown = page(analyst, "agents-analyses:detail", made.run.public_id)
    assert "Atelier de Figeac" in shown
    manifest = json.loads(
        analyst.get(reverse("agents-analyses:manifeste", args=[made.run.public_id])).content
    )
    assert [line["texts"] for line in manifest["sources"]] == [24, 7, 7, 12]
    shown = send(analyst, "agents-publications:preparer-commune", made.common.public_id).content.decode()
    publication = CommonPublication.objects.get()
    assert "attendent qu’une personne les valide" in shown
    assert "Groupes (tables, ateliers)" in shown
    assert "Aperçu" in page(analyst, "agents-publications:apercu-commune", publication.public_id)
    send(analyst, "agents-publications:valider-commune", publication.public_id)
    assert (
        client_of(made.analyst).get(reverse("resultats:commun", args=[made.common.public_id])).status_code
        == 404
    )
    send(approver, "agents-publications:publier-commune", publication.public_id)
    visitor = Client()
    assert "Toutes les voix" in page(visitor, "resultats:liste")
    shown = page(visitor, "resultats:commun", made.common.public_id)
    assert "ne s’additionnent pas" in shown
    assert "Appel aux organismes" in shown
    row = publication.figures.filter(block="themes").first()
    proof = page(visitor, "resultats:commun-preuve", made.common.public_id, row.public_id)
    for named in (manifest["sources"][1]["fingerprint"], made.run.public_id, "Personne analyste"):
        assert named in proof
    answer = visitor.get(reverse("resultats:commun-csv", args=[made.common.public_id]))
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {line["unite"] for line in lines} == {"personne", "groupe", "organisation"}
    told = visitor.get(
        reverse("resultats:commun-dictionnaire", args=[made.common.public_id])
    ).content.decode()
    assert all(
        f"\n{name};" in told.replace("\r", "") for name in [*lines[0], *{line["mesure"] for line in lines}]
    )
    groups = [line for line in lines if line["unite"] == "groupe" and line["bloc"] == "participation"]
    assert [(line["canal"], line["valeur"], line["secret"]) for line in groups] == [
        ("", "14", "0"),
        ("atelier", "14", "0"),
    ]


def test_a_receipt_of_a_workshop_leads_to_the_common_themes(made) -> None:
    make.published(made)
    shown = Client().get(reverse("suivre:lien", args=[made.codes[0]]), follow=True).content.decode()
    assert "résultats communs" in shown
    assert "« Attendre »" in shown


def test_a_unit_of_several_channels_has_a_line_each_and_says_what_is_secret() -> None:
    def line(key, label, count):
        return {"key": key, "label": label, "base": 40, "missing": 0, "count": count, "participations": count}

    row = CommonFigure(
        block="themes",
        released={
            "unit": "personne",
            "rows": [
                line("", "Tous les canaux", 30),
                line("en-ligne", "consultation en ligne", None),
                line("papier", "questionnaire papier", None),
            ],
        },
    )
    given = {"unites": [unit_shown(row)], "titre": "Attendre", "bloc": "themes"}
    shown = " ".join(render_to_string("results/unites.html", given).split())
    assert shown.count("<tr>") == 4
    assert "tous les canaux" in shown
    assert "questionnaire papier" in shown
    assert shown.count("secret") == 4
