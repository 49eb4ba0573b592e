"""The public room of written contributions: calls, form with words, files or both, receipt, public list."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fabrique.common.crypto import decrypt
from fabrique.consultations.services.proofs import new_question
from fabrique.subscriptions.models import Email
from fabrique.written.enums import Arrival, WrittenState
from fabrique.written.models import WrittenContribution
from fabrique.written.services import accept, close_call, create_call
from tests.factories import hostile
from tests.factories import written as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def call(occitanie):
    return make.a_call(occitanie)


def answered():
    """The plain question and its answer, as somebody without JavaScript gives them."""
    question = new_question()
    import json

    return {"question": question.token, "calcul": str(json.loads(decrypt(question.token))["sum"])}


def seal_of(page):
    return re.search(r'name="form" value="([^"]+)"', page.content.decode()).group(1)


def typed(call, lot, **given):
    return {
        "organisation_name": "Association Les Sources",
        "organisation_kind": "association",
        "territory": lot.pk,
        "title": "Pour des soins de proximité",
        "text": "",
        "contact_name": "",
        "contact_email": "contact@les-sources.test",
        "on_behalf": "on",
        "publication_agreed": "on",
        **answered(),
        **given,
    }


def send(client, call, lot, **given):
    address = reverse("ecrire:deposer", args=[call.slug])
    data = typed(call, lot, form=seal_of(client.get(address)), **given)
    return client.post(address, data)


def a_file(name="contribution.pdf", data=None):
    return SimpleUploadedFile(name, make.pdf() if data is None else data)


def test_words_alone_are_enough(client, call, lot):
    answer = send(client, call, lot, text="Nous demandons un bus vers la maison de santé, le samedi.")
    assert answer.url == reverse("ecrire:recu")
    written = WrittenContribution.objects.get()
    assert (written.state, written.arrival) == (WrittenState.QUARANTINED, Arrival.FORM)
    assert [d.text for d in written.demands.all()] == [
        "Nous demandons un bus vers la maison de santé, le samedi."
    ]
    assert not written.files.exists()


def test_a_file_alone_is_enough_and_several_go_together(client, call, lot):
    send(client, call, lot, documents=[a_file(), a_file("lettre.docx", make.docx())])
    written = WrittenContribution.objects.get()
    assert [(f.name, f.kind, f.pages) for f in written.files.all()] == [
        ("contribution.pdf", "pdf", 3),
        ("lettre.docx", "docx", 2),
    ]
    assert bytes(written.files.first().data) == make.pdf()
    assert {d.file.name for d in written.demands.all()} == {"contribution.pdf", "lettre.docx"}


def test_the_receipt_shows_the_code_that_the_message_carries(client, call, lot):
    send(client, call, lot, text="Nous demandons un bus.")
    page = client.get(reverse("ecrire:recu")).content.decode()
    code = re.search(r'id="code">([^<]+)<', page).group(1)
    email = Email.objects.get(purpose="written.receipt")
    assert code in email.text
    assert email.recipient == "contact@les-sources.test"
    assert client.get(reverse("ecrire:recu"))["Cache-Control"] == "no-store, private"
    client.post(reverse("ecrire:effacer"))
    assert client.get(reverse("ecrire:recu")).url == reverse("ecrire:liste")


def test_sent_twice_it_is_stored_once_with_the_same_code(client, call, lot):
    address = reverse("ecrire:deposer", args=[call.slug])
    data = typed(call, lot, form=seal_of(client.get(address)), text="Nous demandons un bus.")
    client.post(address, data)
    first = decrypt(client.session["recu-ecrit"]["code"])
    client.post(address, data)
    assert decrypt(client.session["recu-ecrit"]["code"]) == first
    assert WrittenContribution.objects.count() == 1
    assert Email.objects.filter(purpose="written.receipt").count() == 1


def test_the_same_content_again_is_refused_with_a_sentence(client, call, lot):
    send(client, call, lot, text="Nous demandons un bus.")
    again = send(client, call, lot, text="Nous demandons un bus !")
    assert again.status_code == 409
    assert "déjà arrivée" in again.content.decode()
    assert WrittenContribution.objects.count() == 1


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ("organisation_name", "Écrivez le nom de l’organisme"),
        ("organisation_kind", "Choisissez la nature"),
        ("territory", "Choisissez un département"),
        ("title", "Donnez un titre"),
        ("contact_email", "Écrivez une adresse électronique"),
        ("on_behalf", "Cochez cette case"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, call, lot, missing, said):
    page = send(client, call, lot, text="Nous demandons un bus.", **{missing: ""}).content.decode()
    assert said in page
    assert "<title>Erreur" in page
    assert "Nous demandons un bus." in page
    assert not WrittenContribution.objects.exists()


def test_neither_words_nor_file_is_refused(client, call, lot):
    assert "ou joignez un fichier" in send(client, call, lot).content.decode()
    assert not WrittenContribution.objects.exists()


@pytest.mark.parametrize(
    ("calcul", "said"), [("", "Répondez à cette petite question"), ("99", "pas le bon résultat")]
)
def test_without_the_proof_nothing_is_stored(client, call, lot, calcul, said):
    page = send(client, call, lot, text="Nous demandons un bus.", calcul=calcul).content.decode()
    assert said in page
    assert not WrittenContribution.objects.exists()


@pytest.mark.parametrize(
    ("files", "name"),
    [(hostile.PDF, name) for name in hostile.PDF]
    + [(hostile.DOCX, name) for name in ("macro part", "zip bomb by ratio", "XML bomb", "remote template")]
    + [(hostile.ODT, name) for name in ("script in Python", "encrypted")],
)
def test_a_hostile_file_is_refused_under_its_field_and_nothing_is_stored(client, call, lot, files, name):
    build, _code = files[name]
    page = send(client, call, lot, text="Nous demandons un bus.", documents=[a_file("lettre.pdf", build())])
    said = page.content.decode()
    assert page.status_code == 200
    assert "lettre.pdf" in said
    assert "Choisissez de nouveau vos fichiers" in said
    assert not WrittenContribution.objects.exists()
    assert not Email.objects.exists()


def test_a_file_over_the_ceiling_is_refused_without_being_kept(client, call, lot, settings):
    settings.FABRIQUE_UPLOAD_MB = 1
    page = send(client, call, lot, documents=[a_file("lourd.pdf", make.pdf() + b"\x00" * 1_200_000)])
    assert "trop lourd" in page.content.decode()
    assert not WrittenContribution.objects.exists()


def test_six_files_are_too_many(client, call, lot):
    files = [a_file(f"{n}.txt", b"Nous demandons un bus.") for n in range(6)]
    assert "Cinq fichiers au plus" in send(client, call, lot, documents=files).content.decode()


def test_a_closed_or_unknown_call_takes_nothing(client, call, lot):
    address = reverse("ecrire:deposer", args=[call.slug])
    data = typed(call, lot, form=seal_of(client.get(address)), text="Nous demandons un bus.")
    close_call(OPERATOR, call=call)
    assert client.get(address).status_code == 410
    assert client.post(address, data).status_code == 410
    draft = create_call(OPERATOR, title="Secret", presentation="x", perimeter=lot)
    assert client.get(reverse("ecrire:appel", args=[draft.slug])).status_code == 404
    assert client.get(reverse("ecrire:deposer", args=[draft.slug])).status_code == 404
    assert "Secret" not in client.get(reverse("ecrire:liste")).content.decode()
    assert not WrittenContribution.objects.exists()


def test_the_public_list_names_the_accepted_who_agreed_without_any_text(client, call):
    agreed = make.received(call)
    silent = make.received(
        call,
        organisation_name="Commune de Val",
        publication_agreed=False,
        files=(),
        text="Il faut un bus, vite.",
    )
    make.received(
        call, organisation_name="Collectif en attente", files=(), text="Il faut une maison de santé."
    )
    accept(OPERATOR, written=agreed)
    accept(OPERATOR, written=silent)
    page = client.get(reverse("ecrire:appel", args=[call.slug])).content.decode()
    assert "Association Les Sources" in page
    assert "Commune de Val" not in page
    assert "Collectif en attente" not in page
    assert "2 organismes ont envoyé" in page
    assert "consultations avancées" not in page


def test_too_many_in_a_minute_are_asked_to_wait(client, call, lot, settings):
    settings.FABRIQUE_SUBMISSIONS_PER_MINUTE = 1
    send(client, call, lot, text="Nous demandons un bus.")
    assert send(client, call, lot, text="Nous demandons une gare.").status_code == 429
    assert WrittenContribution.objects.count() == 1
