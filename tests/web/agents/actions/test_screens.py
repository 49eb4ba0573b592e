"""The leads' screens: reading, writing section by section, two people at once, several sheets, tables."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from fabrique.common.clock import today
from fabrique.plan.enums import LogicStage, MilestoneState, Weather
from fabrique.plan.models import Action, LeadDigest, SheetFile
from fabrique.plan.services import actions, indicators
from fabrique.web.agents.actions.forms import IndicatorForm
from tests.factories import actions as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(occitanie):
    return make.lead(make.lozere(), email="lozere@exemple.test")


@pytest.fixture
def action(lead):
    made = make.a_full_action(make.a_plan(), make.lozere())
    return actions.edit_action(lead, action=made, lead=lead.user)


@pytest.fixture
def client(lead):
    client = Client()
    client.force_login(lead.user)
    return client


def at(name, action, *more):
    return reverse(f"agents-actions:{name}", args=[action.public_id, *more])


def filled(page, name="form"):
    """What a browser would send back of the form of a page."""
    form = page.context[name]
    return {field.html_name: field.value() for field in form if field.value() not in (None, False)}


def lines(page):
    """The same for the rows of a list."""
    formset = page.context["lignes"]
    sent = {field.html_name: field.value() for field in formset.management_form}
    for row in formset:
        sent |= {field.html_name: "" if field.value() is None else field.value() for field in row}
    return sent | filled(page)


def text(answer):
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_every_screen_opens_with_one_h1_and_says_what_is_missing(client, action):
    value = indicators.record_value(
        make.OPERATOR, indicator=action.indicators.get(), on=today(), value=12.5, source="registre"
    )
    actions.state_blocking(
        make.OPERATOR, action=action, blocking="Pas de local", decision_needed="Un avenant"
    )
    simple = "fiche point ecrire blocage jalons budget portee logique partenaires copier indicateurs indicateur-nouveau"
    addresses = [at(name, action) for name in simple.split()]
    one = action.indicators.get().public_id
    addresses += [at("indicateur", action, one), at("indicateur-ecrire", action, one)]
    addresses += [at("valeur", action, value.public_id)]
    addresses += [reverse(f"agents-actions:{name}") for name in ("liste", "nouvelle", "tableaux")]
    for address in addresses:
        shown = client.get(address)
        assert shown.status_code == 200, address
        assert text(shown).count("<h1") == 1, address
    sheet = text(client.get(at("fiche", action)))
    assert "le modèle logique, chaque flèche avec son hypothèse" in sheet
    assert "Décision attendue" in sheet
    assert "13 %" in sheet


def test_the_list_filters_and_puts_first_what_waits(client, lead, action):
    quiet = make.an_action(action.plan, make.lozere(), "Action finie", lead=lead.user)
    actions.edit_action(lead, action=quiet, stage="terminee")
    mine = text(client.get(reverse("agents-actions:liste")))
    assert mine.index("Un bus pour la prévention") < mine.index("Action finie")
    assert "1 attend un geste" in mine
    queries = {
        "attente=oui": True,
        "attente=jalons": True,
        "attente=decision": False,
        "meteo=sans": True,
        "meteo=securisee": False,
        "financeur=fir": True,
        "financeur=etat": False,
        "etape=terminee": False,
        "mots=PREVENTION": True,
        "territoire=48": True,
    }
    for query, seen in queries.items():
        shown = text(client.get(reverse("agents-actions:liste") + f"?{query}"))
        assert ("Un bus pour la prévention" in shown) is seen, query


def test_a_sheet_is_begun_once_even_by_a_double_click(client, action):
    page = client.get(reverse("agents-actions:nouvelle"))
    sent = filled(page) | {
        "title": "Une nouvelle action",
        "objective": action.objective_id,
        "territory": make.lozere().pk,
    }
    first, again = (client.post(reverse("agents-actions:nouvelle"), sent) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert Action.objects.filter(title="Une nouvelle action").count() == 1
    elsewhere = client.post(reverse("agents-actions:nouvelle"), sent | {"territory": make.gard().pk})
    assert elsewhere.status_code == 200
    assert "Erreur" in text(elsewhere)


class TestTwoPeople:
    def test_the_sheet_shows_both_and_keeps_what_was_typed(self, client, action):
        sent = filled(client.get(at("ecrire", action))) | {"title": "Mon titre"}
        actions.edit_action(make.OPERATOR, action=action, title="Le titre d’un collègue")
        back = client.post(at("ecrire", action), sent)
        shown = text(back)
        assert "Quelqu’un a modifié la fiche" in shown
        assert "Le titre d’un collègue" in shown
        assert "Mon titre" in shown
        saved = client.post(at("ecrire", action), filled(back))
        assert saved.status_code == 302
        action.refresh_from_db()
        assert action.title == "Mon titre"

    def test_so_does_the_quick_screen(self, client, action):
        line = action.budget.get()
        sent = filled(client.get(at("point", action))) | {f"budget-{line.public_id}-spent": "5"}
        indicators.give_weather(make.OPERATOR, action=action, weather=Weather.COMPROMISED, sentence="Panne.")
        back = client.post(at("point", action), sent)
        assert "compromise · Panne." in text(back)
        line.refresh_from_db()
        assert line.spent is None
        assert client.post(at("point", action), filled(back)).status_code == 302
        line.refresh_from_db()
        assert line.spent == Decimal(5)


def test_the_quick_screen_says_what_blocks_and_lifts_it_with_one_tick(client, action):
    said = {
        "blocking": "Deux communes hésitent.",
        "decision_needed": "Un accord",
        "decision_from": "Le maire",
    }
    client.post(at("point", action), filled(client.get(at("point", action))) | said)
    action.refresh_from_db()
    assert {name: getattr(action, name) for name in said} == said
    page = client.get(at("point", action))
    assert "L’action est bloquée" in text(page)
    silent = {name: value for name, value in filled(page).items() if name not in said}
    assert client.post(at("point", action), silent).status_code == 302
    action.refresh_from_db()
    assert action.blocking  # what is not sent is not touched
    client.post(at("point", action), filled(page) | {"lifted": "on"})
    action.refresh_from_db()
    assert (action.blocking, action.decision_needed, action.decision_by) == ("", "", None)
    assert "plus bloquée" not in text(client.get(at("blocage", action)))
    alone = {"decision_needed": "Un accord"}
    back = client.post(at("point", action), filled(client.get(at("point", action))) | alone)
    assert "dites d’abord ce qui bloque" in text(back)


def test_the_quick_screen_says_what_lacks_and_loses_nothing(client, action):
    indicator = action.indicators.get()
    sent = filled(client.get(at("point", action))) | {
        "weather": Weather.SECURED,
        f"valeur-{indicator.public_id}": "beaucoup",
    }
    back = text(client.post(at("point", action), sent))
    assert "Erreur :" in back
    assert "Dites en une phrase" in back
    assert "Écrivez un nombre" in back
    assert "beaucoup" in back
    assert not action.weather.exists()


def test_the_lists_of_a_sheet_are_written_whole(client, action):
    sent = lines(client.get(at("jalons", action)))
    sent |= {
        "lignes-0-state": MilestoneState.DONE,
        "lignes-0-done_on": "2026-01-02",
        "lignes-1-label": "Recruter",
    }
    assert client.post(at("jalons", action), sent).status_code == 302
    assert {one.label: one.state for one in action.milestones.all()} == {
        "Acheter le bus": MilestoneState.DONE,
        "Recruter": MilestoneState.DUE,
    }
    sent = lines(client.get(at("budget", action))) | {
        "lignes-0-year": "",
        "lignes-1-year": "2027",
        "lignes-1-funder": "etat",
        "lignes-1-planned": "1 000",
    }
    assert client.post(at("budget", action), sent).status_code == 302
    assert [(one.year, one.funder, one.planned) for one in action.budget.all()] == [
        (2027, "etat", Decimal(1000))
    ]
    sent = lines(client.get(at("logique", action)))
    sent |= {f"lignes-{rank}-text": f"Étage {rank}" for rank in range(5)}
    assert client.post(at("logique", action), sent).status_code == 302
    assert [step.stage for step in action.logic.all()] == list(LogicStage.values)
    sent = lines(client.get(at("portee", action))) | {
        "lignes-0-year": "2025",
        "lignes-0-territory": make.lozere().pk,
    }
    assert "À remplir pour cette année" in text(client.post(at("portee", action), sent))
    assert client.post(at("portee", action), sent | {"lignes-0-people": "40"}).status_code == 302
    sent = lines(client.get(at("partenaires", action))) | {"lignes-0-organisation": "Centre social d’essai"}
    assert client.post(at("partenaires", action), sent).status_code == 302
    assert (action.reach.get().people, action.partners.count()) == (40, 1)


def test_an_indicator_is_written_measured_corrected(client, action):
    sent = {
        "title": "Délai",
        "kind": "impact",
        "unit": "jours",
        "direction": "fall",
        "baseline": "90",
        "target": "30",
        "every_days": "180",
        "trajectory": "31/12/2024 0 %\n31/12/2028 100 %",
    }
    wrong = client.post(at("indicateur-nouveau", action), sent | {"target": "120", "trajectory": "demain"})
    assert "Écrivez chaque étape" in text(wrong)
    address = client.post(at("indicateur-nouveau", action), sent)["Location"]
    indicator = action.indicators.get(title="Délai")
    assert indicator.trajectory[1] == {"date": "2028-12-31", "share": 1.0}
    page = client.get(at("indicateur-ecrire", action, indicator.public_id))
    assert client.post(at("indicateur-ecrire", action, indicator.public_id), filled(page)).status_code == 302
    assert client.post(address, {"on": "2026-01-31", "value": "60,5"}).status_code == 302
    held = indicator.values.get()
    assert held.value == 60.5
    assert "déjà enregistrée" in text(client.post(address, {"on": "2026-01-31", "value": "61"}))
    correct = at("valeur", action, held.public_id)
    assert "pourquoi" in text(client.post(correct, {"value": "61"}))
    assert client.post(correct, {"value": "61", "note": "Oubli"}).status_code == 302
    client.post(at("indicateur-retirer", action, indicator.public_id))
    assert indicator.values.get().value == 61


def test_the_series_of_the_observatory_are_offered_with_curled_apostrophes():
    form = IndicatorForm(series=[("apa", "Part de l'APA à domicile"), ("x", "A & B")])
    assert "Part de l’APA à domicile" in str(form["series_code"])
    assert "A &amp; B" in str(form["series_code"])


def test_published_taken_back_copied(client, lead, action):
    client.post(at("publier", action))
    action.refresh_from_db()
    assert action.published_at is not None
    client.post(at("retirer", action))
    action.refresh_from_db()
    assert action.published_at is None
    assert "aucun autre territoire" in text(client.get(at("copier", action)))
    regional = Client()
    regional.force_login(make.lead(action.plan.territory).user)
    made = regional.post(at("copier", action), {"territory": make.gard().pk})
    assert made.status_code == 302
    assert Action.objects.get(copied_from=action).territory == make.gard()


def test_several_sheets_at_once(client, action):
    other = make.an_action(action.plan, make.lozere(), "Autre action")
    address = reverse("agents-actions:ensemble")
    back = reverse("agents-actions:liste") + "?etape=a-venir"
    sent = {"fiche": [action.public_id, other.public_id], "stage": "en-cours", "retour": back}
    done = client.post(address, sent)
    assert done["Location"] == back
    assert set(Action.objects.values_list("stage", flat=True)) == {"en-cours"}
    assert "2 fiches modifiées" in text(client.get(back))
    assert client.post(address, {"stage": "en-cours", "retour": "https://ailleurs.test/"})[
        "Location"
    ] == reverse("agents-actions:liste")


def test_a_table_goes_out_and_comes_back_with_its_preview(client, action):
    exported = client.get(reverse("agents-actions:classeur", args=[action.plan.public_id])).content
    book = load_workbook(io.BytesIO(exported))
    titles = [cell.value for cell in book["budget"][1]]
    book["budget"].cell(2, titles.index("depense") + 1).value = 1234.5
    book["actions"]["R2"].value = "un jour"
    stream = io.BytesIO()
    book.save(stream)
    page = client.get(reverse("agents-actions:tableaux"))
    plan = page.context["plans"].get()
    said = ["actions", "partenaires", "jalons", "budget", "personnes touchées", "modèle logique"]
    assert re.findall(r'\.csv">([^<]+)</a>', text(page)) == [*said, "indicateurs", "valeurs"]
    sent = {"plan": plan.public_id, "fichier": SimpleUploadedFile("fiches.xlsx", stream.getvalue())}
    kept = client.post(reverse("agents-actions:tableaux"), sent)["Location"]
    preview = text(client.get(kept))
    assert "1234,5" in preview
    assert "Écrivez une date comme 31/12/2026." in preview
    assert action.budget.get().spent is None
    other = Client()
    other.force_login(make.lead(make.lozere()).user)
    assert other.get(kept).status_code == 404
    assert "Ce qui a été écrit" in text(client.post(kept))
    assert action.budget.get().spent == Decimal("1234.5")
    assert not SheetFile.objects.exists()
    refused = client.post(
        reverse("agents-actions:tableaux"),
        {"plan": plan.public_id, "fichier": SimpleUploadedFile("x.xlsx", b"MZ\x90\x00programme")},
    )
    assert refused.status_code == 200
    assert "Erreur :" in text(refused)


def test_the_digest_is_refused_and_taken_again(client, lead):
    client.post(reverse("agents-actions:recapitulatif"), {"recevoir": "non"})
    assert not LeadDigest.objects.get(user=lead.user).wanted
    assert "Vous ne recevez pas" in text(client.get(reverse("agents-actions:liste")))


def test_a_reader_reads_and_writes_nothing(personas, action):
    reader = Client()
    reader.force_login(personas["lecteur"].user)
    assert reader.get(at("fiche", action)).status_code == 200
    assert reader.get(at("point", action)).status_code == 403
    assert "Faire le point" not in text(reader.get(reverse("agents-actions:liste")))
    assert reader.get(reverse("agents-actions:nouvelle")).status_code == 403
    stranger = Client()
    assert stranger.get(at("fiche", action)).status_code == 302
