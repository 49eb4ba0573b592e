"""Who reaches which screen of a consultation's file: every role, every address.

Fed by factories and personas. Feeds nothing.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from tests.factories import consultations as factory

R = RoleCode
READERS = {R.ADMINISTRATOR, R.EDITOR, R.ANALYST, R.APPROVER, R.DATA_PROTECTION, R.READER}
WRITERS = {R.ADMINISTRATOR, R.EDITOR, R.ANALYST}
#: screen -> (arguments after the public id, who reads it)
SCREENS = {
    "presentation": ((), READERS),
    "calendrier": ((), READERS),
    "analyse-impact": ((), READERS),
    "donnees": ((), READERS),
    "documents": ((), READERS),
    "document": (("DOCUMENT",), READERS),
    "questionnaire": ((), READERS),
    "partie": (("access",), READERS),
    "question": (("easy",), READERS),
    "apercu-page": (("standard", "access"), READERS),
    "ouverture": ((), READERS),
    "document-ajouter": ((), WRITERS),
    "document-retirer": (("DOCUMENT",), WRITERS),
    "partie-ajouter": ((), WRITERS),
    "partie-retirer": (("access",), WRITERS),
    "question-ajouter": (("access", "single"), WRITERS),
    "question-retirer": (("needs",), WRITERS),
}
#: button -> (arguments, what it sends, who may press it)
BUTTONS = {
    "presentation": ((), {"title": "Autre", "token": ""}, set()),
    "partie-deplacer": (("access",), {"sens": "bas"}, WRITERS),
    "question-deplacer": (("easy",), {"sens": "bas"}, WRITERS),
    "ouvrir": ((), {}, {R.APPROVER}),
}


@pytest.fixture
def complete(occitanie: object) -> Consultation:
    return factory.complete()


def address(consultation: Consultation, name: str, arguments: tuple) -> str:
    document = consultation.documents.get().public_id
    filled = [document if argument == "DOCUMENT" else argument for argument in arguments]
    return reverse(f"agents-consultations:{name}", args=[consultation.public_id, *filled])


@pytest.mark.parametrize("role", RoleCode.values)
def test_each_role_reads_what_its_right_allows(complete: Consultation, personas, role: str) -> None:
    client = Client()
    client.force_login(personas[role].user)
    seen = {n: client.get(address(complete, n, a)).status_code for n, (a, _roles) in SCREENS.items()}
    assert seen == {n: 200 if role in roles else 403 for n, (_a, roles) in SCREENS.items()}
    assert client.get(reverse("agents-consultations:liste")).status_code == (200 if role in READERS else 403)
    assert client.get(reverse("agents-consultations:nouvelle")).status_code == (
        200 if role in WRITERS else 403
    )


@pytest.mark.parametrize("role", RoleCode.values)
@pytest.mark.parametrize("name", ["partie-deplacer", "question-deplacer", "ouvrir"])
def test_each_role_presses_what_its_right_allows(
    complete: Consultation, personas, role: str, name: str
) -> None:
    client = Client()
    client.force_login(personas[role].user)
    arguments, sent, roles = BUTTONS[name]
    assert client.post(address(complete, name, arguments), sent).status_code == (
        302 if role in roles else 403
    )
    complete.refresh_from_db()
    assert (complete.state == State.OPEN) is (name == "ouvrir" and role == R.APPROVER)


@pytest.mark.parametrize("name", ["prolonger", "clore", "version-nouvelle"])
@pytest.mark.parametrize("role", [R.READER, R.DATA_PROTECTION, R.MODERATOR])
def test_a_reader_presses_nothing(occitanie: object, personas, role: str, name: str) -> None:
    opened = factory.opened()
    client = Client()
    client.force_login(personas[role].user)
    sent = {"closes_at": "2999-01-01T10:00", "reason": "incident"}
    assert client.post(address(opened, name, ()), sent).status_code == 403
    opened.refresh_from_db()
    assert opened.state == State.OPEN


def test_a_reader_who_posts_a_step_is_refused(complete: Consultation, reader) -> None:
    client = Client()
    client.force_login(reader.user)
    sent = {"title": "Volé", "perimeter": complete.perimeter_id}
    assert client.post(address(complete, "presentation", ()), sent).status_code == 403
    complete.refresh_from_db()
    assert complete.title == "Parlons santé"


@pytest.mark.parametrize("name", SCREENS)
def test_nobody_without_an_account(complete: Consultation, name: str) -> None:
    response = Client().get(address(complete, name, SCREENS[name][0]))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("connexion"))


def test_a_file_of_another_territory_does_not_exist(occitanie, with_big_cities, lot) -> None:
    from tests.factories import accounts

    elsewhere = factory.complete()
    local = accounts.agent(R.EDITOR, lot)
    client = Client()
    client.force_login(local.user)
    assert client.get(address(elsewhere, "presentation", ())).status_code == 404
    assert "Parlons santé" not in client.get(reverse("agents-consultations:liste")).content.decode()


def test_an_unknown_part_is_not_found(complete: Consultation, editor) -> None:
    client = Client()
    client.force_login(editor.user)
    for name, arguments in (
        ("partie", ("absente",)), ("question", ("absente",)), ("document", ("absent",)),
        ("apercu-page", ("latin", "access")), ("apercu-page", ("falc", "absente")),
        ("question-ajouter", ("access", "hologram")),
    ):  # fmt: skip
        assert client.get(address(complete, name, arguments)).status_code == 404, name
