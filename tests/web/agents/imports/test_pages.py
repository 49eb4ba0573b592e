"""The agents' room of imports, page by page and persona by persona, without JavaScript.

Fed by factories/imports.py and personas. Feeds confidence in web/agents/imports.
"""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.consultations.models import Consultation
from fabrique.contributions.models import Participation
from fabrique.imports import services
from fabrique.imports.enums import ImportKind, ImportState
from fabrique.imports.models import ImportJob
from fabrique.imports.services.execution import carry_out
from tests.factories import imports as make
from tests.factories.territories import region

pytestmark = pytest.mark.django_db

READERS = {RoleCode.ADMINISTRATOR, RoleCode.ANALYST, RoleCode.EDITOR, RoleCode.MEETING_ORGANISER,
           RoleCode.DATA_PROTECTION}  # fmt: skip
NEW = reverse("agents-imports:nouveau")


def url(name: str, job: ImportJob) -> str:
    return reverse(f"agents-imports:{name}", args=[job.public_id])


@pytest.fixture
def client_of(client: Client):
    def signed_in(agent) -> Client:
        client.force_login(agent.user)
        return client

    return signed_in


@pytest.fixture
def analyst_client(client_of, analyst):
    return client_of(analyst)


def send(client: Client, data: bytes, name: str = "fichier.csv", **given: str):
    page = client.get(NEW).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page).group(1)
    fields = {"kind": "", "perimeter": str(region().pk), "sheet": "", "token": token, **given}
    return client.post(NEW, {**fields, "file": SimpleUploadedFile(name, data)})


def columns_of(client: Client, job: ImportJob, **changes: str) -> dict[str, str]:
    """The fields of the mapping screen as they come, with changes."""
    form = client.get(url("colonnes", job)).context["form"]
    fields = {name: str(form[name].value() or "") for name in form.fields}
    return {**fields, **changes}


def test_a_file_goes_from_the_form_to_the_corpus_page_by_page(analyst_client):
    answer = send(analyst_client, make.csv_of(make.TABLE), "tableau.csv")
    job = ImportJob.objects.get()
    assert answer["Location"] == url("colonnes", job)
    page = analyst_client.get(url("colonnes", job)).content.decode()
    assert "exemple.test" not in page
    assert "Trois mois pour un rendez-vous" in page
    answer = analyst_client.post(url("colonnes", job), columns_of(analyst_client, job, unit="personne"))
    assert answer["Location"] == f"{url('detail', job)}?suivi=oui"
    waiting = analyst_client.get(answer["Location"])
    assert waiting["Refresh"] == "3"
    assert "attend son tour" in waiting.content.decode()
    assert carry_out(job.pk) == "checked"
    page = analyst_client.get(url("detail", job)).content.decode()
    assert "<strong>3 lignes</strong> seraient ajoutées" in page
    assert "Trois mois pour un rendez-vous" in page
    assert not Participation.objects.exists()
    analyst_client.post(url("confirmer", job))
    assert carry_out(job.pk) == "done"
    page = analyst_client.get(url("detail", job)).content.decode()
    assert "<strong>3 lignes</strong> ont été ajoutées" in page
    assert "code de suivi" in page
    assert Participation.objects.count() == 3
    lines = analyst_client.get(url("lignes", job)).content.decode()
    assert "99" in lines
    assert "département connu" in lines
    assert (
        "ni texte ni réponse" in analyst_client.get(url("lignes", job) + "?nature=ecartee").content.decode()
    )


def test_the_two_reports_download(analyst_client):
    job = make.imported(make.csv_of(make.TABLE), "tableau.csv")
    answer = analyst_client.get(url("rapport-csv", job))
    assert answer["Content-Disposition"] == f'attachment; filename="a-corriger-{job.public_id}.csv"'
    assert b"\xef\xbb\xbfligne;" in answer.content
    assert analyst_client.get(url("rapport-xlsx", job)).content.startswith(b"PK")


def test_the_same_click_twice_is_one_import(analyst_client):
    data = make.csv_of(make.PROPOSALS)
    first, second = (send(analyst_client, data, token="un-jeton") for _ in range(2))
    assert first["Location"] == second["Location"]
    assert ImportJob.objects.count() == 1


def test_a_file_known_already_says_so(analyst_client):
    make.imported(make.csv_of(make.PROPOSALS), label="Decidim du Lot")
    send(analyst_client, make.csv_of(make.PROPOSALS))
    job = ImportJob.objects.filter(state=ImportState.DRAFT).get()
    page = analyst_client.get(url("colonnes", job)).content.decode()
    assert "a déjà été importé" in page
    assert "Decidim du Lot" in page


def test_a_wrong_file_is_said_in_the_form_and_the_rest_is_kept(analyst_client):
    answer = send(analyst_client, b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "photo.csv", sheet="Feuille 2")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Erreur" in page
    assert "une image" in page
    assert 'value="Feuille 2"' in page
    assert not ImportJob.objects.exists()


def test_a_mapping_that_makes_no_sense_is_said_and_what_was_chosen_is_kept(analyst_client):
    send(analyst_client, make.csv_of(make.TABLE))
    job = ImportJob.objects.get()
    fields = columns_of(analyst_client, job, unit="personne", label="Mon enquête", role_0="age")
    answer = analyst_client.post(url("colonnes", job), fields)
    page = answer.content.decode()
    assert "<title>Erreur" in page
    assert "le même usage" in page
    assert 'value="Mon enquête"' in page


def test_the_unit_is_asked_where_the_file_does_not_tell(analyst_client):
    send(analyst_client, make.csv_of(make.TABLE))
    job = ImportJob.objects.get()
    answer = analyst_client.post(url("colonnes", job), columns_of(analyst_client, job))
    assert "Qui parle dans ce fichier" in answer.content.decode()
    assert ImportJob.objects.get().state == ImportState.DRAFT


def test_a_use_changed_by_hand_is_followed(analyst_client):
    send(analyst_client, make.csv_of([["Ce que vous pensez"], ["Bien"], ["Bien"], ["Mal"]]))
    job = ImportJob.objects.get()
    fields = columns_of(analyst_client, job, unit="personne", role_0="texte", wording_0="Que pensez-vous ?")
    analyst_client.post(url("colonnes", job), fields)
    job.refresh_from_db()
    assert job.mapping["columns"][0]["role"] == "texte"
    assert carry_out(job.pk) == "checked"
    job.refresh_from_db()
    assert [q["wording"] for q in job.questions] == ["Que pensez-vous ?"]


def test_a_personal_column_can_only_identify_or_be_left(analyst_client):
    send(analyst_client, make.csv_of(make.TABLE))
    job = ImportJob.objects.get()
    form = analyst_client.get(url("colonnes", job)).context["form"]
    assert [value for value, _label in form.fields["role_4"].choices] == ["ignorer", "identifiant"]
    forged = columns_of(analyst_client, job, unit="personne", role_4="texte")
    assert analyst_client.post(url("colonnes", job), forged).status_code == 200


def test_a_questionnaire_goes_to_its_draft(client_of, editor):
    client = client_of(editor)
    data = make.survey(
        make.question("1", "Q1", "S", "Votre commune ?") + make.question("2", "Q2", "D", "Le jour ?")
    )
    send(client, data, "enquete.lss")
    job = ImportJob.objects.get()
    assert job.kind == ImportKind.LIMESURVEY_FORM
    assert carry_out(job.pk) == "checked"
    page = client.get(url("detail", job)).content.decode()
    assert "Q2" in page
    client.post(url("confirmer", job))
    assert carry_out(job.pk) == "done"
    page = client.get(url("detail", job)).content.decode()
    made = Consultation.objects.get()
    assert reverse("agents-consultations:questionnaire", args=[made.public_id]) in page


def test_giving_up_says_so_and_forgets(analyst_client):
    send(analyst_client, make.csv_of(make.PROPOSALS))
    job = ImportJob.objects.get()
    page = analyst_client.post(url("abandonner", job), follow=True).content.decode()
    assert "abandonné" in page
    assert not job.parts.exists()


@pytest.mark.parametrize("code", RoleCode.values)
def test_only_those_who_may_read_imports_open_the_room(code, personas, client_of):
    job = make.imported(make.csv_of(make.TABLE), "tableau.csv")
    client = client_of(personas[code])
    pages = [reverse("agents-imports:liste"), url("detail", job), url("lignes", job)]
    expected = 200 if code in READERS else 403
    if code == RoleCode.OPERATOR:  # of the Lot: the room, but nothing of the region
        assert [client.get(page).status_code for page in pages] == [200, 404, 404]
    else:
        assert [client.get(page).status_code for page in pages] == [expected] * 3


@pytest.mark.parametrize("code", [RoleCode.EDITOR, RoleCode.MEETING_ORGANISER, RoleCode.DATA_PROTECTION])
def test_who_only_reads_imports_sees_no_word_of_them_and_does_nothing(code, personas, client_of):
    job = make.checked(make.sent(make.csv_of(make.TABLE), "tableau.csv"))
    client = client_of(personas[code])
    for page in (url("detail", job), url("lignes", job)):
        body = client.get(page).content.decode()
        assert "Trois mois" not in body
        assert "« 99 »" not in body
    for page in ("rapport-csv", "rapport-xlsx", "colonnes"):
        assert client.get(url(page, job)).status_code == 403
    for verb in ("confirmer", "abandonner"):
        assert client.post(url(verb, job)).status_code == 403
    job.refresh_from_db()
    assert job.state == ImportState.CHECKED


def test_an_operator_of_the_lot_sends_to_the_lot_only(client_of, personas, lot):
    client = client_of(personas[RoleCode.OPERATOR])
    answer = send(client, make.csv_of(make.PROPOSALS))
    assert "perimeter" in answer.context["form"].errors
    assert not ImportJob.objects.exists()
    assert send(client, make.csv_of(make.PROPOSALS), perimeter=str(lot.pk)).status_code == 302
    assert ImportJob.objects.get().perimeter == lot


def test_a_kind_that_the_role_may_not_send_is_refused(client_of, personas, lot):
    client = client_of(personas[RoleCode.OPERATOR])
    answer = send(client, make.survey(make.question("1", "Q", "S", "?")), "a.lss", perimeter=str(lot.pk))
    assert answer.status_code == 403
    assert not ImportJob.objects.exists()


def test_no_one_comes_in_without_signing_in(client, occitanie):
    job = make.sent(make.csv_of(make.PROPOSALS))
    for page in (NEW, reverse("agents-imports:liste"), url("detail", job), url("rapport-csv", job)):
        assert client.get(page)["Location"].startswith(reverse("connexion"))


def test_the_home_page_tells_what_waits(analyst_client):
    make.checked(make.sent(make.csv_of(make.PROPOSALS)))
    assert "1 import à confirmer" in analyst_client.get(reverse("agents:accueil")).content.decode().replace(
        "\xa0", " "
    )


def test_a_refused_file_says_why_on_its_page(analyst_client):
    job = make.sent(
        make.survey("").replace(b">Survey<", b">Label<"), "a.lss", kind=ImportKind.LIMESURVEY_FORM
    )
    carry_out(job.pk)
    page = analyst_client.get(url("detail", job)).content.decode()
    assert "n’est pas un questionnaire de LimeSurvey" in page


def test_an_empty_room_says_what_it_is_for(analyst_client):
    assert (
        "Aucun import pour l’instant" in analyst_client.get(reverse("agents-imports:liste")).content.decode()
    )


def test_progress_tells_how_far_and_can_stop_refreshing(analyst_client):
    job = make.checked(make.sent(make.csv_of(make.PROPOSALS)))
    services.confirm(make.OPERATOR, job=job)
    ImportJob.objects.filter(pk=job.pk).update(
        state=ImportState.RUNNING, done=2, total=3, heartbeat_at=job.asked_at
    )
    page = analyst_client.get(url("detail", job))
    assert "Refresh" not in page
    assert 'value="2"' in page.content.decode()
