"""The page that helps somebody to answer, by HTTP: charter, agreement, larger page, code handed over, then nothing.

Fed by factories/relays.py and factories/contributions.py. Feeds nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from fabrique.common.clock import told_at
from fabrique.contributions.enums import Help
from fabrique.contributions.models import Participation
from fabrique.relays.models import RelayLink
from fabrique.web.shared.questionnaire import show_questions
from fabrique.web.shared.reading_aloud import read_aloud, spoken_list
from tests.factories import consultations, relays
from tests.factories.contributions import PARTS, TEXT, fill, form_to_send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]
BEGIN = {"agrees": "on", "age": "15", "consent": "on", "register": "standard"}


@pytest.fixture
def link(occitanie: Any) -> RelayLink:
    return relays.link(relays.accepted("Centre social d’Essai"), consultations.opened())


@pytest.fixture
def helper(client: Client, link: RelayLink) -> Client:
    """The relay's person, signed in, charter accepted."""
    client.force_login(relays.person_of(link.relay).user)
    client.post(page_of(link) + "charte/", {"accepte": "1"})
    return client


def page_of(link: RelayLink) -> str:
    return f"/relais/{link.relay.public_id}/{link.consultation.slug}/aider/"


def check_page(link: RelayLink) -> str:
    return f"/consultations/{link.consultation.slug}/repondre/verifier/"


def answered(client: Client, link: RelayLink) -> dict[str, str]:
    """From the agreement to the check page; gives the form that is ready to be sent."""
    client.post(page_of(link), BEGIN)
    for part in PARTS:
        fill(client, link.consultation, part)
    return form_to_send(client.get(check_page(link)).content.decode())


def test_the_charter_comes_first_and_once(client: Client, link: RelayLink) -> None:
    client.force_login(relays.person_of(link.relay).user)
    assert "La charte de la personne qui aide" in client.get(page_of(link)).content.decode()
    assert "La charte de la personne qui aide" in client.post(page_of(link), BEGIN).content.decode()
    client.post(page_of(link) + "charte/", {})
    assert "La charte de la personne qui aide" in client.get(page_of(link)).content.decode()
    client.post(page_of(link) + "charte/", {"accepte": "1"})
    assert "À lire à voix haute" in client.get(page_of(link)).content.decode()


def test_all_that_is_missing_is_said_at_once(helper: Client, link: RelayLink) -> None:
    page = helper.post(page_of(link), {}).content.decode()
    assert "<title>Erreur" in page
    for sentence in (
        "Demandez à la personne si elle veut être aidée",
        "Indiquez votre âge",
        "cochez la case d’accord",
    ):
        assert sentence in page


def test_the_questions_come_in_larger_type_with_sentences_to_read_aloud(
    helper: Client, link: RelayLink
) -> None:
    first = helper.post(page_of(link), BEGIN)
    page = helper.get(first["Location"]).content.decode()
    assert "fab-accompagnee" in page
    assert "Les réponses possibles sont" in page
    assert page.count('class="fab-voix"') == page.count('id="bloc-q-')


def test_after_sending_the_helpers_browser_reads_nothing_more(helper: Client, link: RelayLink) -> None:
    form = answered(helper, link)
    before = helper.session.session_key
    sent = helper.post(check_page(link), form)
    assert sent["Location"] == "/repondre/merci/"
    assert sent["Clear-Site-Data"] == '"cache"'
    row = Participation.objects.get()
    assert (row.help, row.relay) == (Help.HELPED, link.relay.organisation)
    assert helper.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    receipt = helper.get("/repondre/merci/")
    assert "no-store" in receipt["Cache-Control"]
    assert TEXT not in receipt.content.decode()
    assert helper.get(check_page(link))["Location"] == "/repondre/merci/"
    for part in PARTS:
        answer = helper.get(f"/consultations/{link.consultation.slug}/repondre/partie/{part}/")
        assert answer.status_code == 302, "the answers are not shown again"
    assert helper.get(f"/relais/{link.relay.public_id}/").status_code == 200, "the helper is still signed in"


def test_the_same_form_sent_twice_is_one_response_and_shows_the_same_code(
    helper: Client, link: RelayLink
) -> None:
    form = answered(helper, link)
    helper.post(check_page(link), form)
    first = helper.get("/repondre/merci/").content.decode()
    helper.post(check_page(link), form)
    second = helper.get("/repondre/merci/").content.decode()
    assert Participation.objects.count() == 1
    code = first.split('id="code">')[1].split("<")[0]
    assert code in second


def test_the_code_goes_when_handed_over_and_by_itself_after_ten_minutes(
    helper: Client, link: RelayLink
) -> None:
    helper.post(check_page(link), answered(helper, link))
    assert 'id="code"' in helper.get("/repondre/merci/").content.decode()
    with told_at(timezone.now() + timedelta(minutes=11)):
        assert helper.get("/repondre/merci/").status_code == 302
    helper.post(check_page(link), answered(helper, link))
    assert 'id="code"' in helper.get("/repondre/merci/").content.decode()
    gone = helper.post("/repondre/effacer/", {"aide": "1"})
    assert gone["Clear-Site-Data"] == '"cache"'
    assert helper.get("/repondre/merci/").status_code == 302
    assert "Retour à la page de mon relais" in helper.get(gone["Location"]).content.decode()


def test_a_response_left_for_later_leaves_the_helpers_browser_too(helper: Client, link: RelayLink) -> None:
    helper.post(page_of(link), BEGIN)
    fill(helper, link.consultation, "access")
    later = helper.get(f"/consultations/{link.consultation.slug}/repondre/plus-tard/").content.decode()
    assert 'name="aide" value="1"' in later
    assert "Une réponse est déjà en cours" in helper.get(page_of(link)).content.decode()
    helper.post("/repondre/effacer/", {"aide": "1"})
    assert "Une réponse est déjà en cours" not in helper.get(page_of(link)).content.decode()


def test_a_closed_consultation_is_helped_no_more(helper: Client, link: RelayLink) -> None:
    with told_at(link.consultation.closes_at + timedelta(minutes=1)):
        assert helper.get(page_of(link)).status_code == 410


def test_each_kind_of_question_is_said_in_whole_sentences(link: RelayLink) -> None:
    from fabrique.consultations.services.definition import definition_of

    definition = definition_of(link.consultation.questionnaires.current())
    said = {
        view.question.key: read_aloud(view) for view in show_questions(definition, definition.questions, {})
    }
    assert said["easy"][1] == "Les réponses possibles sont : D’accord ; Pas d’accord ; ou Sans avis."
    assert "Vous pouvez en choisir plusieurs, 2 au plus." in said["difficulties"]
    assert "Répondez par un nombre, en minutes." in said["minutes"]
    assert any("sans rien changer" in sentence for sentence in said["needs"])
    assert said["needs"][-1] == "Vous pouvez ne pas répondre à cette question."
    unfinished = [
        one for sentences in said.values() for one in sentences if not one.endswith((".", "?", ":", "…"))
    ]
    assert unfinished == []
    assert spoken_list(["a"]) == "a"
