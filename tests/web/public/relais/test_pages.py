"""A relay's pages: the request, the one-time link, its own kit and counts, and what another is refused.

Fed by factories/relays.py. Feeds nothing.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.test import Client

from fabrique.accounts.actors import Agent
from fabrique.consultations.services import close_consultation
from fabrique.relays import services
from fabrique.relays.enums import EndReason
from fabrique.relays.models import Relay, RelayLink
from tests.factories import consultations, relays
from tests.factories.accounts import PASSWORD
from tests.factories.contributions import answer_to
from tests.factories.territories import OPERATOR, department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def form(client: Client, **given: Any) -> dict[str, Any]:
    page = client.get("/relais/devenir/").content.decode()
    found = re.search(r'name="question" value="([^"]+)"', page)
    assert found
    values = {
        "name": "Mairie d’Essai",
        "kind": "collectivite",
        "territory": department("46").pk,
        "contact_name": "Accueil",
        "contact_email": "accueil@mairie.test",
        "charter": "on",
        "question": found.group(1),
        "answer": answer_to(page),
    }
    return {**values, **given}


@pytest.fixture
def link(occitanie: Any) -> RelayLink:
    return relays.link(relays.accepted("Centre social d’Essai"), consultations.opened())


@pytest.fixture
def own(client: Client, link: RelayLink) -> str:
    """The address of the relay's pages, its person signed in."""
    client.force_login(relays.person_of(link.relay).user)
    return f"/relais/{link.relay.public_id}/"


# --- asking


def test_the_public_pages_say_what_a_relay_is(client: Client) -> None:
    for address in ("/relais/", "/relais/charte/", "/relais/devenir/", "/relais/devenir/merci/"):
        assert client.get(address).status_code == 200


def test_a_request_by_the_form_and_the_same_again(client: Client) -> None:
    sent = form(client)
    assert client.post("/relais/devenir/", sent)["Location"] == "/relais/devenir/merci/"
    assert client.post("/relais/devenir/", sent).status_code == 302, "a double click"
    assert client.post("/relais/devenir/", form(client)).status_code == 302
    robot = client.post("/relais/devenir/", {**sent, "name": "Mairie d’Ailleurs"}).content.decode()
    assert "a déjà servi" in robot
    assert Relay.objects.get().name == "Mairie d’Essai"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": ""}, "Écrivez le nom de votre organisme"),
        ({"territory": ""}, "Choisissez votre département"),
        ({"contact_email": "accueil"}, "n’est pas complète"),
        ({"charter": ""}, "acceptez la charte"),
        ({"answer": "99"}, "question"),
    ],
)
def test_what_is_wrong_is_said_in_the_form(client: Client, given: dict[str, Any], sentence: str) -> None:
    page = client.post("/relais/devenir/", form(client, **given)).content.decode()
    assert "<title>Erreur" in page
    assert sentence in page
    assert not Relay.objects.exists()


# --- the one-time link


def test_the_link_of_the_message_leads_to_the_choice_of_a_password_then_serves_no_more(
    client: Client,
) -> None:
    relay = relays.accepted()
    token = relays.token_for(relay.contact_email)
    opened = client.get(f"/relais/invitation/{token}/")
    assert (opened.status_code, opened["Location"]) == (303, "/relais/mot-de-passe/")
    page = client.get("/relais/mot-de-passe/")
    assert token not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    weak = client.post("/relais/mot-de-passe/", {"password": "azerty", "again": "azerty"})
    assert "<title>Erreur" in weak.content.decode()
    apart = client.post("/relais/mot-de-passe/", {"password": PASSWORD, "again": PASSWORD + "x"})
    assert "ne sont pas les mêmes" in apart.content.decode()
    done = client.post("/relais/mot-de-passe/", {"password": PASSWORD, "again": PASSWORD})
    assert done["Location"] == "/relais/mot-de-passe/choisi/"
    assert client.login(username=relay.contact_email, password=PASSWORD)
    client.get(f"/relais/invitation/{token}/")
    assert client.get("/relais/mot-de-passe/").status_code == 410


# --- its own pages


def test_own_pages_want_signing_in(client: Client, link: RelayLink) -> None:
    answer = client.get(f"/relais/{link.relay.public_id}/")
    assert answer.status_code == 302
    assert "/connexion/" in answer["Location"]


def test_the_space_leads_to_the_relay_and_shows_its_count_in_words(
    client: Client, own: str, link: RelayLink
) -> None:
    assert client.get("/relais/espace/")["Location"] == own
    page = client.get(own)
    assert "Moins de onze réponses" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_the_kit_is_prepared_in_one_gesture_and_downloaded_whole(client: Client) -> None:
    relay, consultation = relays.accepted(), consultations.opened()
    client.force_login(relays.person_of(relay).user)
    base = f"/relais/{relay.public_id}/{consultation.slug}/"
    assert client.get(base + "dossier/").status_code == 404
    for _again in range(2):
        assert client.post(base + "preparer/")["Location"] == base + "dossier/"
    page = client.get(base + "dossier/").content.decode()
    code = RelayLink.objects.get().code
    assert f"/r/{code}" in page
    assert page.count("Questionnaires du lot") == 1
    answer = client.get(base + "dossier/tout/")
    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        names = zipped.namelist()
    assert len([name for name in names if name.startswith("affiches/")]) == 6
    assert len([name for name in names if name.startswith("questionnaires/questionnaires-")]) == 1
    poster = client.get(base + "dossier/affiche-voix-a4/")
    assert poster.content.startswith(b"%PDF")
    assert client.get(base + "dossier/affiche-voix-a4/?apercu=1")["Content-Type"] == "image/png"
    assert client.get(base + "dossier/affiche-inconnue/").status_code == 404


def test_more_sheets_are_numbered_for_the_relay(client: Client, own: str, link: RelayLink) -> None:
    base = f"{own}{link.consultation.slug}/dossier/"
    wrong = client.post(base + "questionnaires/", {"size": "0", "register": "standard"})
    assert "<title>Erreur" in wrong.content.decode()
    done = client.post(base + "questionnaires/", {"size": "2", "register": "falc"})
    assert done["Location"] == base
    found = re.search(r'href="([^"]+/dossier/questionnaires/[^"]+)"', client.get(base).content.decode())
    assert found
    assert client.get(found.group(1)).content.startswith(b"%PDF")


def test_a_colleague_gets_a_link(client: Client, own: str) -> None:
    wrong = client.post(own + "collegue/", {"full_name": "", "email": "x"})
    assert "<title>Erreur" in wrong.content.decode()
    assert (
        client.post(own + "collegue/", {"full_name": "Collègue", "email": "deux@relais.test"})["Location"]
        == own
    )
    assert relays.token_for("deux@relais.test")


# --- refused


def pages(link: RelayLink) -> list[tuple[str, str]]:
    base = f"/relais/{link.relay.public_id}/"
    kit = f"{base}{link.consultation.slug}/"
    return [
        ("get", base),
        ("post", base + "collegue/"),
        ("post", kit + "preparer/"),
        ("get", kit + "dossier/"),
        ("get", kit + "dossier/tout/"),
        ("get", kit + "dossier/affiche-voix-a4/"),
        ("post", kit + "dossier/questionnaires/"),
        ("get", kit + "dossier/questionnaires/000000000000/"),
        ("get", kit + "aider/"),
        ("post", kit + "aider/"),
        ("post", kit + "aider/charte/"),
    ]


@pytest.mark.parametrize("code", ["relais", "administrateur", "organisateur", "saisie", "lecteur"])
def test_other_roles_reach_none_of_its_pages(
    client: Client, personas: Any, link: RelayLink, code: str
) -> None:
    client.force_login(personas[code].user)
    refused(client, link, 403)


def test_another_relay_reaches_none_of_its_pages(client: Client, link: RelayLink) -> None:
    client.force_login(relays.person_of(relays.accepted()).user)
    refused(client, link, 403)


def test_a_suspended_relay_reaches_none_of_its_pages_and_is_told_so(client: Client, link: RelayLink) -> None:
    person = relays.person_of(link.relay)
    services.suspend_relay(OPERATOR, relay=link.relay, reason=EndReason.NEUTRALITY)
    client.force_login(person.user)
    refused(client, link, 409)
    assert "suspendu" in client.get("/relais/espace/").content.decode()


def test_an_account_without_relay_is_told_so(client: Client, personas: Any) -> None:
    actor: Agent = personas["relais"]
    client.force_login(actor.user)
    assert "n’agit pour aucun relais" in client.get("/relais/espace/").content.decode()


def refused(client: Client, link: RelayLink, status: int) -> None:
    for method, address in pages(link):
        assert getattr(client, method)(address).status_code == status, address


# --- the QR code


def test_the_code_opens_the_consultation_and_the_person_may_leave_the_relay_out(
    client: Client, link: RelayLink
) -> None:
    page = client.get(f"/r/{link.code.lower()}/")
    assert "Centre social d’Essai" in page.content.decode()
    start = f"/consultations/{link.consultation.slug}/repondre/"
    assert "Centre social d’Essai" in client.get(start).content.decode()
    assert client.post(f"/r/{link.code}/")["Location"] == start
    assert "Centre social d’Essai" not in client.get(start).content.decode()


@pytest.mark.parametrize("verb", [services.suspend_relay, services.close_relay])
def test_the_code_of_a_relay_that_stopped_says_so_and_lets_answer(
    client: Client, link: RelayLink, verb: Any
) -> None:
    client.get(f"/r/{link.code}/")
    verb(OPERATOR, relay=link.relay, reason=EndReason.OWN_REQUEST)
    start = f"/consultations/{link.consultation.slug}/repondre/"
    assert "Centre social d’Essai" not in client.get(start).content.decode(), (
        "kept from before, and named no more"
    )
    page = client.get(f"/r/{link.code}/")
    assert page.status_code == 200
    assert "ne participe plus" in page.content.decode()
    assert "Centre social d’Essai" not in page.content.decode()
    assert "Répondre au questionnaire" in page.content.decode()


def test_an_unknown_code_and_a_closed_consultation_say_so(client: Client, link: RelayLink) -> None:
    wrong = client.get("/r/ZZZZZZ/")
    assert wrong.status_code == 404
    assert link.consultation.title in wrong.content.decode()
    close_consultation(OPERATOR, consultation=link.consultation, reason="essai")
    assert client.get(f"/r/{link.code}/").status_code == 410
