"""The public page of a consultation in each of its times, its notice and its documents."""

from datetime import timedelta

import pytest
from django.test import Client

from fabrique.common.clock import now
from fabrique.consultations import services
from tests.factories import consultations
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def page(client: Client, consultation, query: str = "") -> str:
    return client.get(f"/consultations/{consultation.slug}/{query}").content.decode()


def test_an_open_consultation_has_one_main_action_and_says_what_the_law_wants(client: Client) -> None:
    text = page(client, consultations.opened())
    assert text.count("fr-btn--lg") == 1
    for said in (
        "Répondre au questionnaire",
        "Vous pouvez répondre jusqu’au",
        "Nous publierons les résultats ici",
        "En ligne, sur ce site",
        "Pourquoi",
        "Vos données personnelles",
        "Ceci n’est pas une réclamation",
        "sans nom",
    ):
        assert said in text


def test_it_reads_in_easy_french_too(client: Client) -> None:
    consultation = consultations.opened()
    assert "Dites si ça va." in page(client, consultation, "?lecture=falc")
    assert "Dites si ça va." not in page(client, consultation)


def test_a_draft_is_not_shown(client: Client) -> None:
    assert client.get(f"/consultations/{consultations.complete().slug}/").status_code == 404


def test_before_the_opening_there_is_no_questionnaire(client: Client) -> None:
    text = page(client, consultations.opened(opens_at=now() + timedelta(days=3)))
    assert "Bientôt ouverte" in text
    assert "Répondre au questionnaire" not in text


def test_after_the_closing_a_response_is_followed(client: Client, time_machine) -> None:
    consultation = consultations.opened()
    time_machine.move_to(consultation.closes_at + timedelta(days=1))
    text = page(client, consultation)
    assert "Terminée" in text
    assert "Suivre ma réponse" in text
    assert "Nous sommes en retard" not in text


def test_an_overdue_promise_shows(client: Client, time_machine) -> None:
    consultation = consultations.opened()
    time_machine.move_to(now() + timedelta(days=400))
    assert "Nous sommes en retard" in page(client, consultation)


def test_the_notice_is_complete_with_both_bases_a_purpose(client: Client) -> None:
    consultation = consultations.opened()
    text = client.get(f"/consultations/{consultation.slug}/donnees-personnelles/").content.decode()
    for name in ("controller", "contact", "recipients", "processors", "retention", "rights", "complaint",
                 "optional", "analysis", "unsigned"):  # fmt: skip
        assert f"Texte de la notice : {name}." in text.replace("\xa0", " ")
    assert "article 6.1.e" in text
    assert "article 9.2.a" in text


def test_a_document_is_read_and_another_s_is_not_found(client: Client) -> None:
    one, two = consultations.opened("Une"), consultations.opened("Deux")
    document = one.documents.get()
    address = f"/consultations/{one.slug}/documents/{document.public_id}/"
    assert "Pour vous entendre." in client.get(address).content.decode()
    assert client.get(address.replace(one.slug, two.slug)).status_code == 404


def test_a_response_under_way_is_taken_up_again_from_the_page(client: Client) -> None:
    from tests.factories.contributions import begin

    consultation = consultations.opened()
    begin(client, consultation)
    assert "Reprendre ma réponse" in page(client, consultation)


def test_closing_early_stops_the_questionnaire(client: Client) -> None:
    consultation = consultations.opened()
    services.close_consultation(OPERATOR, consultation=consultation, reason="essai")
    assert "Répondre au questionnaire" not in page(client, consultation)
