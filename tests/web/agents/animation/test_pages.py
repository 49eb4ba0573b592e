"""The facilitator's room through its pages, without script: prepare, note, retype, import, sign, publish."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.contributions.models import Participation
from fabrique.meetings.enums import ItemEntry, ItemKind, ItemState, MinutesState
from fabrique.meetings.models import Initiative, Item, Meeting, Minutes, Transmission
from fabrique.meetings.services.items import put_item
from tests.factories.territories import OPERATOR
from tests.factories.workshops import TEXT, a_change, a_workshop, an_item, prompt, published, signed, table
from tests.meetings.test_minutes_import import a_docx

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(personas: Any) -> Meeting:
    return a_workshop()


@pytest.fixture
def facilitator(client: Client, personas: Any, workshop: Meeting) -> Client:
    client.force_login(personas[RoleCode.FACILITATOR].user)
    return client


@pytest.fixture
def organiser(personas: Any) -> Client:
    return signed_in(personas, RoleCode.MEETING_ORGANISER)


def signed_in(personas: Any, role: str) -> Client:
    client = Client()
    client.force_login(personas[role].user)
    return client


def address(meeting: Meeting, name: str, *args: Any) -> str:
    return reverse(f"agents-animation:{name}", args=[meeting.public_id, *args])


def note(client: Client, meeting: Meeting, **given: Any) -> Any:
    page = client.get(address(meeting, "salle"))
    hidden = dict(re.findall(r'name="(table|prompt|client_id)" value="([^"]+)"', page.content.decode()))
    values = {**hidden, "kind": ItemKind.DIFFICULTY, "text": TEXT, "people": "4", "carrier": "", **given}
    return client.post(address(meeting, "salle"), values)


# --- preparing


def test_a_room_is_prepared_from_its_page(facilitator, workshop):
    page = facilitator.get(address(workshop, "rencontre")).content.decode()
    assert table(workshop).code in page
    facilitator.post(address(workshop, "tables"), {"count": "3"})
    facilitator.post(address(workshop, "question-ajouter"), {"wording": "Et demain ?"})
    assert (workshop.tables.count(), workshop.prompts.count()) == (3, 3)
    third = prompt(workshop, 3)
    facilitator.post(address(workshop, "question", third.public_id), {"wording": "Et après ?"})
    facilitator.post(address(workshop, "question-deplacer", third.public_id), {"sens": "haut"})
    assert prompt(workshop, 2).wording == "Et après ?"
    facilitator.post(address(workshop, "question-retirer", third.public_id))
    assert workshop.prompts.count() == 2
    facilitator.post(address(workshop, "table", table(workshop).public_id), {"label": "Élus"})
    assert "1 – Élus" in facilitator.get(address(workshop, "rencontre")).content.decode()


def test_a_wrong_number_of_tables_comes_back_with_its_error(facilitator, workshop):
    page = facilitator.post(address(workshop, "tables"), {"count": "0"}).content.decode()
    assert "<title>Erreur" in page.replace("\n", "")
    facilitator.post(address(workshop, "tables"), {"count": ""})
    assert workshop.tables.count() == 2


def test_the_list_shows_the_meetings_within_reach(facilitator, workshop):
    elsewhere = a_workshop(where="30", title="Atelier de Nîmes")
    page = facilitator.get(reverse("agents-animation:liste")).content.decode()
    assert workshop.title in page
    assert elsewhere.title not in page


def test_table_sheets_come_as_a_pdf(facilitator, workshop):
    answer = facilitator.get(address(workshop, "feuilles"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


# --- noting without script


def test_an_item_is_noted_corrected_taken_away_and_put_back(facilitator, workshop):
    answer = note(facilitator, workshop)
    assert answer.status_code == 302
    item = Item.objects.get()
    assert (item.text, item.people, item.entry) == (TEXT, 4, ItemEntry.SCREEN)
    assert TEXT in facilitator.get(answer["Location"]).content.decode()
    page = facilitator.get(address(workshop, "propos", item.public_id)).content.decode()
    assert TEXT in page
    given = {
        "kind": ItemKind.OBSERVATION,
        "text": "Mieux dit",
        "people": "",
        "carrier": "La mairie",
        "table": table(workshop, 2).public_id,
        "prompt": prompt(workshop, 2).public_id,
        "revision": "1",
        "client_id": str(item.client_id),
    }
    facilitator.post(address(workshop, "propos", item.public_id), given)
    item.refresh_from_db()
    assert (item.text, item.people, item.table.number, item.kind) == (
        "Mieux dit",
        None,
        2,
        ItemKind.OBSERVATION,
    )
    facilitator.post(address(workshop, "propos-retirer", item.public_id))
    facilitator.post(address(workshop, "propos-retirer", item.public_id), {"retablir": "oui"})
    item.refresh_from_db()
    assert (item.state, item.revision) == (ItemState.ACTIVE, 4)


def test_a_double_click_notes_one_item(facilitator, workshop):
    page = facilitator.get(address(workshop, "salle")).content.decode()
    hidden = dict(re.findall(r'name="(table|prompt|client_id)" value="([^"]+)"', page))
    for _click in range(2):
        facilitator.post(
            address(workshop, "salle"), {**hidden, "kind": ItemKind.PROPOSAL, "text": "Une fois"}
        )
    assert Item.objects.count() == 1


def test_what_is_missing_is_said_and_nothing_typed_is_lost(facilitator, workshop):
    answer = note(facilitator, workshop, kind="", carrier="La mairie du lieu")
    page = answer.content.decode()
    assert "<title>Erreur" in page.replace("\n", "")
    assert "La mairie du lieu" in page
    assert not Item.objects.exists()


def test_a_correction_met_by_another_keeps_both_and_says_so(facilitator, workshop):
    item = an_item(workshop)
    put_item(
        OPERATOR,
        meeting=workshop,
        change=a_change(workshop, "Autre tablette", client_id=item.client_id, base=1),
    )
    given = {
        "kind": ItemKind.DIFFICULTY,
        "text": "Ma version",
        "people": "4",
        "table": table(workshop).public_id,
        "prompt": prompt(workshop).public_id,
        "revision": "1",
    }
    answer = facilitator.post(address(workshop, "propos", item.public_id), given, follow=True)
    assert "les deux versions sont gardées" in answer.content.decode()
    second = Item.objects.get(conflict_of=item)
    facilitator.post(address(workshop, "propos-departager", second.public_id), {"garder": "second"})
    assert [one.text for one in Item.objects.active()] == ["Ma version"]


def test_a_room_without_tables_sends_to_the_preparation(facilitator, workshop):
    workshop.tables.all().delete()
    assert "La salle n’est pas prête" in facilitator.get(address(workshop, "salle")).content.decode()


# --- what the script calls


def send(client: Client, meeting: Meeting, changes: Any) -> Any:
    body = changes if isinstance(changes, str) else json.dumps({"changes": changes})
    return client.post(address(meeting, "synchro"), body, content_type="application/json")


def a_json_change(meeting: Meeting, **more: Any) -> dict[str, Any]:
    change = a_change(meeting)
    words = {name: getattr(change.words, name) for name in change.words.__dataclass_fields__}
    return {
        "client_id": str(change.client_id),
        "base": 0,
        "words": words,
        "earlier": [],
        "entry": "hors-ligne",
        **more,
    }


def test_a_device_asks_for_the_state_then_sends(facilitator, workshop):
    state = facilitator.get(address(workshop, "etat")).json()
    assert state["csrf"]
    assert state["items"] == []
    one = a_json_change(workshop)
    for status in ("stored", "known"):
        [outcome] = send(facilitator, workshop, [one]).json()["outcomes"]
        assert (outcome["status"], outcome["client_id"]) == (status, one["client_id"])
        assert outcome["items"][0]["words"]["text"] == TEXT
    assert Item.objects.get().entry == ItemEntry.OFFLINE


@pytest.mark.parametrize(
    "broken",
    [
        "pas du JSON",
        "[]",
        '{"changes": [1]}',
        '{"changes": [{"client_id": "x"}]}',
        '{"changes": 4}',
    ],
)
def test_what_no_device_of_ours_sends_is_refused(facilitator, workshop, broken):
    assert send(facilitator, workshop, broken).status_code == 400
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"earlier": [{}] * 11}, {"base": "un"}, {"words": {"text": 3}}, {"client_id": None}, {"earlier": 5}],
)
def test_a_change_of_another_shape_is_refused(facilitator, workshop, wrong):
    assert send(facilitator, workshop, [a_json_change(workshop, **wrong)]).status_code == 400


def test_a_sending_without_its_token_is_refused(personas, workshop):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(personas[RoleCode.FACILITATOR].user)
    assert send(strict, workshop, [a_json_change(workshop)]).status_code == 403
    token = strict.get(address(workshop, "etat")).json()["csrf"]
    body = json.dumps({"changes": [a_json_change(workshop)]})
    answer = strict.post(
        address(workshop, "synchro"), body, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert answer.json()["outcomes"][0]["status"] == "stored"


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, workshop):
    for name in ("etat", "salle"):
        answer = client.get(address(workshop, name))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/connexion/")


def test_the_worker_watches_over_the_room_alone_and_the_shell_holds_no_word(facilitator, workshop, personas):
    an_item(workshop, "Parole dite")
    worker = facilitator.get(reverse("agents-animation:service"))
    assert worker["Content-Type"] == "text/javascript"
    assert "importScripts" in worker.content.decode()
    assert "Parole dite" in facilitator.get(address(workshop, "salle")).content.decode()
    shell = facilitator.get(address(workshop, "salle") + "?coquille=1").content.decode()
    assert "Parole dite" not in shell
    name = personas[RoleCode.FACILITATOR].user.full_name
    assert name in facilitator.get(address(workshop, "salle")).content.decode()
    assert name not in shell
    assert facilitator.get(reverse("agents-animation:hors-ligne")).status_code == 200


# --- paper and documents


def test_a_sheet_is_opened_by_its_code_and_typed(facilitator, workshop):
    code = table(workshop, 2).code
    wrong = facilitator.post(address(workshop, "reprendre"), {"code": "00000"}).content.decode()
    assert "n’a ce code" in wrong
    answer = facilitator.post(address(workshop, "reprendre"), {"code": f" {code.lower()} "})
    assert answer["Location"] == address(workshop, "reprendre-feuille", table(workshop, 2).public_id)
    page = facilitator.get(answer["Location"]).content.decode()
    given = dict(re.findall(r'name="(ligne-[\w-]+)" value="([^"]*)"', page))
    first = str(prompt(workshop).public_id)
    for line, text in enumerate(["Une ligne", "", "Une autre"]):
        given |= {
            f"ligne-{line}-prompt": first,
            f"ligne-{line}-kind": ItemKind.OBSERVATION,
            f"ligne-{line}-text": text,
            f"ligne-{line}-people": "",
        }
    for line in range(3, 8):
        given |= {f"ligne-{line}-prompt": first, f"ligne-{line}-kind": ItemKind.OBSERVATION}
    for _click in range(2):
        assert facilitator.post(answer["Location"], given).status_code == 302
    assert sorted(item.text for item in Item.objects.all()) == ["Une autre", "Une ligne"]
    assert {(item.entry, item.table.number) for item in Item.objects.all()} == {(ItemEntry.PAPER, 2)}


def test_a_document_is_shown_before_anything_is_stored(facilitator, workshop):
    from django.core.files.uploadedfile import SimpleUploadedFile

    uploaded = SimpleUploadedFile("compte-rendu.docx", a_docx())
    page = facilitator.post(address(workshop, "importer"), {"file": uploaded}).content.decode()
    assert "rien n’est encore enregistré" in page
    assert "Plus de médecin le soir" in page
    assert not Item.objects.exists()
    given = dict(re.findall(r'name="((?:propos-[\w-]+|empreinte|nom))" value="([^"]*)"', page))
    areas = re.findall(r'<textarea name="(propos-[\w-]+)"[^>]*>\s*([^<]*)</textarea>', page)
    chosen = re.findall(r'<select name="(propos-[\w-]+)".*?<option value="([^"]*)" selected', page, re.DOTALL)
    given |= dict(areas) | dict(chosen)
    given["propos-0-keep"] = given["propos-2-keep"] = "on"
    given.pop("propos-1-keep", None)
    for _click in range(2):
        assert facilitator.post(address(workshop, "importer-enregistrer"), given).status_code == 302
    assert sorted(item.text for item in Item.objects.all()) == ["Plus de médecin le soir", "Un bus des soins"]


def test_a_file_that_is_no_document_is_refused_in_words(facilitator, workshop):
    from django.core.files.uploadedfile import SimpleUploadedFile

    uploaded = SimpleUploadedFile("x.docx", b"MZ pas un document")
    page = facilitator.post(address(workshop, "importer"), {"file": uploaded}).content.decode()
    assert "<title>Erreur" in page.replace("\n", "")
    assert not Item.objects.exists()


# --- minutes


def test_minutes_are_written_read_signed_published_and_transmitted(personas, workshop, organiser):
    an_item(workshop, "Le docteur Martin est parti", people=14)
    organiser.post(address(workshop, "compte-rendu-commencer"))
    page = organiser.get(address(workshop, "compte-rendu")).content.decode()
    assert "nomme peut-être une personne" in page
    organiser.post(
        address(workshop, "compte-rendu-ecrire"),
        {
            "introduction": "Un soir de novembre.",
            "revision": "1",
            f"partie-{prompt(workshop).key}": "On a parlé.",
        },
    )
    refused = organiser.post(address(workshop, "compte-rendu-publier"), follow=True).content.decode()
    assert refused.count("ne permet pas cette action") == 1
    sign_page = organiser.get(address(workshop, "compte-rendu-signer")).content.decode()
    hidden = dict(re.findall(r'name="(revision|fingerprint)" value="([^"]+)"', sign_page))
    given = {**hidden, "name": "Personne organisatrice", "title": "Présidente"}
    unread = organiser.post(address(workshop, "compte-rendu-signer"), given).content.decode()
    assert "<title>Erreur" in unread.replace("\n", "")
    assert Minutes.objects.get().state == MinutesState.DRAFT
    assert (
        organiser.post(address(workshop, "compte-rendu-signer"), {**given, "read": "on"}).status_code == 302
    )
    approver = signed_in(personas, RoleCode.APPROVER)
    approver.post(address(workshop, "compte-rendu-publier"))
    assert Minutes.objects.get().state == MinutesState.PUBLISHED
    day = Minutes.objects.get().signed_at.date().isoformat()
    for _click in range(2):
        organiser.post(
            address(workshop, "compte-rendu-transmettre"), {"recipient": "Le ministère", "sent_on": day}
        )
    assert Transmission.objects.count() == 1
    assert "Le ministère" in organiser.get(address(workshop, "compte-rendu")).content.decode()
    pdf = organiser.get(address(workshop, "compte-rendu-pdf", 1))
    assert pdf.content.startswith(b"%PDF")


def test_an_unsigned_version_is_not_published_by_the_page(personas, workshop, organiser):
    an_item(workshop)
    organiser.post(address(workshop, "compte-rendu-commencer"))
    approver = signed_in(personas, RoleCode.APPROVER)
    page = approver.post(address(workshop, "compte-rendu-publier"), follow=True).content.decode()
    assert "une personne doit d’abord le signer" in page
    assert Minutes.objects.get().state == MinutesState.DRAFT


def test_items_that_come_after_the_signature_are_counted(personas, workshop, organiser):
    an_item(workshop)
    signed(workshop, personas[RoleCode.MEETING_ORGANISER])
    an_item(workshop, "Tard venu")
    page = organiser.get(address(workshop, "compte-rendu")).content.decode()
    assert "Un propos a été noté ou changé depuis la signature" in page
    organiser.post(address(workshop, "compte-rendu-commencer"))
    assert "version 2 en préparation" in organiser.get(address(workshop, "compte-rendu")).content.decode()
    organiser.post(address(workshop, "compte-rendu-abandonner"))
    assert Minutes.objects.count() == 1


def test_slips_are_printed_by_post(facilitator, workshop):
    an_item(workshop)
    assert "Imprimer tous les talons" in facilitator.get(address(workshop, "talons")).content.decode()
    answer = facilitator.post(address(workshop, "talons"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store, private"


# --- initiatives


def test_an_initiative_from_an_item_to_its_decision(personas, workshop, organiser):
    item = an_item(workshop, "Un bus des soins passe le mardi", kind=ItemKind.INITIATIVE)
    for _click in range(2):
        answer = organiser.post(address(workshop, "propos-initiative", item.public_id))
    sheet = Initiative.objects.get()
    place = reverse("agents-animation:initiative", args=[sheet.public_id])
    assert answer["Location"] == place
    given = {
        "title": "Le bus des soins",
        "summary": "Il passe le mardi.",
        "territory": sheet.territory_id,
        "state": "en-cours",
        "revision": "1",
    }
    organiser.post(place, given)
    sheet.refresh_from_db()
    assert (sheet.title, sheet.state) == ("Le bus des soins", "en-cours")
    refused = organiser.post(reverse("agents-animation:initiative-decider", args=[sheet.public_id]), {})
    assert refused.status_code == 403
    approver = signed_in(personas, RoleCode.APPROVER)
    approver.post(reverse("agents-animation:initiative-publier", args=[sheet.public_id]))
    decide = reverse("agents-animation:initiative-decider", args=[sheet.public_id])
    bad = approver.post(decide, {"kind": "soutenue", "decided_on": "2026-01-05"}).content.decode()
    assert "écrivez les deux" in bad
    approver.post(
        decide,
        {"kind": "soutenue", "amount": "12 000,50", "funder": "Fonds d’essai", "decided_on": "2026-01-05"},
    )
    assert str(sheet.decisions.get().amount) == "12000.50"
    assert "Soutenue" in approver.get(reverse("agents-animation:initiatives")).content.decode()


def test_a_sheet_on_its_own(organiser, workshop):
    place = reverse("agents-animation:initiative-nouvelle")
    assert "<title>Erreur" in organiser.post(place, {"title": ""}).content.decode().replace("\n", "")
    organiser.post(place, {"title": "Seule", "territory": workshop.territory_id, "state": "idee"})
    assert Initiative.objects.get().meeting is None


# --- rights


@pytest.mark.parametrize("name", ["salle", "etat", "reprendre", "compte-rendu", "talons"])
def test_a_reader_and_a_facilitator_of_elsewhere_are_refused(personas, name):
    gard = a_workshop(where="30", title="Atelier de Nîmes")
    an_item(gard)
    reader = signed_in(personas, RoleCode.READER)
    assert reader.get(address(gard, name)).status_code == 403
    elsewhere = signed_in(personas, RoleCode.FACILITATOR)
    assert elsewhere.get(address(gard, name)).status_code == 404
    relay = signed_in(personas, RoleCode.RELAY)
    assert relay.get(address(gard, name)).status_code == 403


def test_a_sending_to_a_meeting_of_elsewhere_stores_nothing(personas, facilitator):
    gard = a_workshop(where="30", title="Atelier de Nîmes")
    assert send(facilitator, gard, [a_json_change(gard)]).status_code == 404
    assert not Item.objects.exists()


def test_the_home_page_says_what_waits(organiser, workshop):
    an_item(workshop)
    assert "1 compte rendu attend une signature" in organiser.get("/agents/").content.decode()


def test_signing_puts_the_statements_in_the_corpus(personas, workshop):
    an_item(workshop)
    published(workshop, personas[RoleCode.MEETING_ORGANISER])
    assert Participation.objects.count() == 1
