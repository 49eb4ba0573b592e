"""The agents' screens of relays: requests listed, decisions taken, links sent again, kits printed.

Fed by factories/relays.py. Feeds nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from fabrique.accounts.enums import RoleCode
from fabrique.contributions.models import Participation
from fabrique.relays.enums import RelayState
from fabrique.relays.models import RelayLink
from tests.factories import accounts, consultations, relays
from tests.factories.contributions import a_participation
from tests.factories.territories import department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


@pytest.fixture
def organiser(client: Client, personas: Any) -> Client:
    client.force_login(personas[RoleCode.MEETING_ORGANISER].user)
    return client


def test_an_empty_room_says_where_requests_come_from(organiser: Client) -> None:
    assert "Aucun relais pour l’instant" in organiser.get("/agents/relais/").content.decode()


def test_a_request_shows_on_the_home_page_in_the_list_and_is_accepted(organiser: Client) -> None:
    relay = relays.asked("Mairie d’Essai")
    assert "1 demande à examiner" in organiser.get("/agents/").content.decode()
    assert "Mairie d’Essai" in organiser.get("/agents/relais/").content.decode()
    address = f"/agents/relais/{relay.public_id}/"
    page = organiser.get(address).content.decode()
    assert relay.contact_email in page
    assert organiser.post(address + "decider/accepter/")["Location"] == address
    page = organiser.get(address).content.decode()
    assert "En activité" in page
    assert "lien envoyé, pas encore utilisé" in page


@pytest.mark.parametrize(
    ("decision", "reason", "state"),
    [
        ("refuser", "hors-perimetre", RelayState.REFUSED),
        ("suspendre", "neutralite", RelayState.SUSPENDED),
        ("fermer", "fini", RelayState.CLOSED),
    ],
)
def test_a_decision_with_its_reason(organiser: Client, decision: str, reason: str, state: str) -> None:
    relay = relays.asked() if decision == "refuser" else relays.accepted()
    address = f"/agents/relais/{relay.public_id}/"
    without = organiser.post(f"{address}decider/{decision}/", {"reason": ""}).content.decode()
    assert "<title>Erreur" in without
    assert "Choisissez un motif" in without
    organiser.post(f"{address}decider/{decision}/", {"reason": reason})
    relay.refresh_from_db()
    assert (relay.state, relay.reason) == (state, reason)
    # again, or a decision that the state does not allow, is said and changes nothing
    again = organiser.post(f"{address}decider/{decision}/", {"reason": reason}, follow=True)
    assert again.status_code == 200
    assert "fr-alert--error" in again.content.decode()


def test_a_suspended_relay_is_taken_up_again_and_unknown_decisions_are_no_page(organiser: Client) -> None:
    relay = relays.accepted()
    address = f"/agents/relais/{relay.public_id}/decider/"
    organiser.post(address + "suspendre/", {"reason": "a-sa-demande"})
    organiser.post(address + "reprendre/")
    relay.refresh_from_db()
    assert relay.state == RelayState.ACCEPTED
    assert organiser.post(address + "effacer/").status_code == 404


def test_a_new_link_is_sent_to_who_did_not_use_theirs(organiser: Client) -> None:
    relay = relays.accepted()
    user = relays.person_of(relays.accepted()).user
    first = relays.token_for(relay.contact_email)
    from fabrique.accounts.models import User

    own = User.objects.get(email=relay.contact_email)
    address = f"/agents/relais/{relay.public_id}/lien/"
    organiser.post(f"{address}{own.public_id}/")
    assert relays.token_for(relay.contact_email) != first
    assert organiser.post(f"{address}{user.public_id}/").status_code == 404, "somebody of another relay"


def test_the_kit_is_prepared_and_printed_in_the_relays_stead(organiser: Client) -> None:
    relay, consultation = relays.accepted(), consultations.opened()
    address = f"/agents/relais/{relay.public_id}/"
    organiser.post(f"{address}preparer/{consultation.public_id}/")
    link = RelayLink.objects.get()
    for _number in range(3):
        a_participation(consultation.source, relay=relay.organisation, texts={}, closed=[])
    page = organiser.get(address).content.decode()
    assert f"/r/{link.code}" in page
    assert "Moins de onze réponses" in page
    assert Participation.objects.count() == 3
    kit = organiser.get(f"{address}dossier/{consultation.public_id}/")
    assert kit.content.startswith(b"PK")


def test_a_reader_of_requests_decides_nothing(client: Client, personas: Any) -> None:
    relay = relays.asked()
    client.force_login(personas[RoleCode.DATA_PROTECTION].user)
    page = client.get(f"/agents/relais/{relay.public_id}/").content.decode()
    assert "Accepter ce relais" not in page
    for decision in ("accepter", "refuser", "suspendre", "reprendre", "fermer"):
        answer = client.post(f"/agents/relais/{relay.public_id}/decider/{decision}/", {"reason": ""})
        assert answer.status_code == 403, decision


@pytest.mark.parametrize("code", ["relais", "lecteur", "analyste", "saisie"])
def test_other_roles_do_not_enter(client: Client, personas: Any, code: str) -> None:
    relay = relays.accepted()
    client.force_login(personas[code].user)
    for address in ("/agents/relais/", f"/agents/relais/{relay.public_id}/"):
        assert client.get(address).status_code == 403


def test_an_organiser_of_elsewhere_finds_no_such_relay(client: Client) -> None:
    relay = relays.asked("Mairie d’Essai")
    client.force_login(accounts.agent(RoleCode.MEETING_ORGANISER, department("30")).user)
    assert "Mairie d’Essai" not in client.get("/agents/relais/").content.decode()
    assert client.get(f"/agents/relais/{relay.public_id}/").status_code == 404
    assert client.post(f"/agents/relais/{relay.public_id}/decider/accepter/").status_code == 404
