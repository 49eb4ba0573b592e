"""Following a response with its code: look-up, QR, withdrawal, guesses, logs."""

import logging

import pytest
from django.test import Client

from fabrique.consultations.services.answering import content_of
from fabrique.contributions.enums import Unit
from fabrique.contributions.models import GuessWindow, Participation, Tombstone
from fabrique.contributions.services.guards import GUESSES_PER_MINUTE
from fabrique.web.shared import followup
from fabrique.web.shared.codes import NoCodesInLogs
from fabrique.web.shared.followup import News
from fabrique_core.privacy.receipts import format_code
from tests.factories import consultations
from tests.factories.contributions import a_draft, a_participation, a_receipt, a_response

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def follow(client: Client, code: str) -> str:
    client.post("/suivre/", {"code": code})
    return client.get("/suivre/reponse/").content.decode()


def test_the_code_shows_the_texts_with_their_questions(client: Client) -> None:
    _one, code = a_response(consultations.opened())
    page = follow(client, f" {code.lower()[:7]} {code.lower()[7:].replace('0', 'o')}")
    assert "trois mois d’attente" in page
    assert "consultation en ligne" in page
    assert "Pas encore analysée" in page
    assert "Les résultats sont promis pour le" in page


def test_a_late_promise_is_said(client: Client, time_machine) -> None:
    _one, code = a_response(consultations.opened())
    time_machine.move_to("2090-01-01 10:00+00:00")
    assert "Nous sommes en retard" in follow(client, code)


def test_what_providers_tell_is_shown_with_its_text(client: Client, monkeypatch) -> None:
    one, code = a_response(consultations.opened())
    text = one.contributions.get(question__key="needs")
    monkeypatch.setattr(followup, "news_of", None)
    from fabrique.web.public.suivre import views

    monkeypatch.setattr(
        views, "news_of", lambda p: [News(text.pk, "Délais d’attente", "Compté avec 120 autres.", "/x/")]
    )
    page = follow(client, code)
    assert "Délais d’attente" in page
    assert "Compté avec 120 autres." in page
    assert "Pas encore analysée" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [("ABC", "14 lettres et chiffres"), ("AAAAA-AAAAA-AAAB", "signe par signe"), ("", "Écrivez votre code")],
)
def test_a_code_that_cannot_be_one_is_told_so_and_not_counted(client: Client, typed: str, said: str) -> None:
    assert said in client.post("/suivre/", {"code": typed}).content.decode()
    assert not GuessWindow.objects.exists()


def test_a_code_that_opens_nothing_is_counted(client: Client) -> None:
    assert "Aucune réponse n’a ce code" in client.post("/suivre/", {"code": a_receipt()}).content.decode()
    assert GuessWindow.objects.get().count == 1


def test_a_response_under_way_is_sent_to_resuming(client: Client) -> None:
    code = content_of(a_draft(consultations.opened())).code
    assert "pas encore envoyée" in client.post("/suivre/", {"code": code}).content.decode()


def test_too_many_guesses_close_the_door_for_a_minute_to_all(client: Client, time_machine) -> None:
    time_machine.move_to("2027-03-01 10:00:30+00:00", tick=False)
    one = a_receipt()
    a_participation(receipt=one)
    for _ in range(GUESSES_PER_MINUTE):
        client.post("/suivre/", {"code": a_receipt()})
    assert client.post("/suivre/", {"code": one}).status_code == 429
    time_machine.move_to("2027-03-01 10:01:01+00:00", tick=False)
    assert client.post("/suivre/", {"code": one}).status_code == 303


def test_the_qr_moves_the_code_to_the_session_and_the_address_forgets_it(client: Client) -> None:
    _one, code = a_response(consultations.opened())
    answer = client.get(f"/suivre/r/{code}")
    assert (answer.status_code, answer["Location"]) == (303, "/suivre/reponse/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert code not in str(dict(client.session))
    assert "trois mois d’attente" in client.get("/suivre/reponse/").content.decode()


@pytest.mark.parametrize("code", ["n-importe-quoi", "AAAAA-AAAAA-AAAB", "x" * 500])
def test_a_wrong_qr_says_so_without_an_error_of_the_server(client: Client, code: str) -> None:
    assert client.get(f"/suivre/r/{code}").status_code == 303
    assert client.get("/suivre/reponse/").status_code == 404


def test_without_a_code_the_follow_up_asks_for_it(client: Client) -> None:
    for address in ("/suivre/reponse/", "/suivre/retirer/", "/suivre/retiree/"):
        assert client.get(address)["Location"] == "/suivre/"


def test_withdrawing_is_confirmed_then_done_and_says_what_stays(client: Client) -> None:
    _one, code = a_response(consultations.opened())
    follow(client, code)
    asked = client.get("/suivre/retirer/").content.decode()
    assert "Ce qui reste" in asked
    assert Participation.objects.exists(), "reading the page withdraws nothing"
    client.post("/suivre/retirer/")
    assert not Participation.objects.exists()
    assert Tombstone.objects.count() == 1
    page = client.get("/suivre/retiree/").content.decode()
    assert "2 textes" in page.replace("\xa0", " ")
    assert "Aucune réponse n’a ce code" in Client().post("/suivre/", {"code": code}).content.decode()


def test_the_slip_of_a_group_follows_but_does_not_withdraw(client: Client) -> None:
    code = a_receipt()
    a_participation(receipt=code, unit=Unit.GROUP)
    page = follow(client, code)
    assert "Retirer ma réponse" not in page
    assert client.post("/suivre/retirer/").status_code == 409
    assert Participation.objects.exists()


def test_leaving_forgets_the_code(client: Client) -> None:
    _one, code = a_response(consultations.opened())
    follow(client, code)
    client.post("/suivre/quitter/")
    assert client.get("/suivre/reponse/")["Location"] == "/suivre/"


def test_no_log_holds_a_code(client: Client, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    _one, code = a_response(consultations.opened())
    client.get(f"/suivre/r/{code}")
    client.get(f"/suivre/r/{code}/")
    follow(client, code)
    client.post("/suivre/", {"code": code, "csrfmiddlewaretoken": "x"})
    sql = [record for record in caplog.records if record.name.startswith("django.db")]
    lines = [record.getMessage() for record in caplog.records if record not in sql]
    assert not [line for line in lines if (code in line or format_code(code) in line) and not masked(line)]


def masked(line: str) -> bool:
    """What the filter of the settings does to that line."""
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, line, None, None)
    NoCodesInLogs().filter(record)
    return "[code]" in record.getMessage()


def test_the_filter_masks_a_code_in_any_line_of_the_log() -> None:
    record = logging.LogRecord(
        "django.server", logging.INFO, "", 0, '"GET /suivre/r/%s HTTP/1.1" 303', ("ABCDE",), None
    )
    assert NoCodesInLogs().filter(record)
    assert record.getMessage() == '"GET /suivre/r/[code] HTTP/1.1" 303'
