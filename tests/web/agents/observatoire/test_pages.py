"""The agents' room of the observatory: a file sent, corrected, confirmed; an indicator and its versions."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fabrique.accounts.enums import RoleCode
from fabrique.observatory.models import DefinitionVersion, Observation
from tests.factories import observatory as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]
LIST = reverse("agents-observatoire:liste")
SEND = reverse("agents-observatoire:envoyer")
GOOD = {"dep": "46", "value": "12,5"}
BAD = {"dep": "99", "value": "douze"}


@pytest.fixture
def analyst_client(client, analyst):
    client.force_login(analyst.user)
    return client


def send(client, rows):
    token = re.search(r'name="token" value="([^"]+)"', client.get(SEND).content.decode()).group(1)
    file = SimpleUploadedFile("valeurs.csv", make.csv_of(rows))
    return client.post(SEND, {"file": file, "token": token}, follow=True)


def test_a_file_is_sent_read_cell_by_cell_then_loaded(analyst_client):
    make.define()
    page = send(analyst_client, [GOOD, BAD])
    text = page.content.decode()
    assert "« douze » n’est pas un nombre" in text.replace("\u00a0", " ").replace("\u202f", " ")
    assert Observation.objects.count() == 0
    where = page.redirect_chain[-1][0]
    report = analyst_client.get(f"{where}rapport.csv").content.decode()
    assert "3;value;" in report
    loaded = analyst_client.post(f"{where}confirmer/", follow=True).content.decode()
    assert "Les valeurs sont chargées" in loaded
    analyst_client.post(f"{where}confirmer/")
    assert Observation.objects.get().value == 12.5
    detail = analyst_client.get(
        reverse("agents-observatoire:indicateur", args=["marche"]), {"territoire": "lo"}
    )
    assert "12,5" in detail.content.decode()
    none = analyst_client.get(reverse("agents-observatoire:indicateur", args=["marche"]), {"niveau": "pays"})
    assert "Aucune valeur ne correspond" in none.content.decode()


def test_a_file_that_is_given_up_is_not_loaded(analyst_client):
    make.define()
    where = send(analyst_client, [GOOD]).redirect_chain[-1][0]
    assert "abandonné" in analyst_client.post(f"{where}abandonner/", follow=True).content.decode()
    assert Observation.objects.count() == 0


def test_a_file_without_its_titles_is_refused_with_a_sentence(analyst_client):
    file = SimpleUploadedFile("v.csv", b"a,b\n1,2\n")
    page = analyst_client.post(SEND, {"file": file, "token": "x"})
    assert "Erreur" in page.content.decode().partition("</title>")[0]
    assert "Téléchargez le schéma" in page.content.decode()


def test_an_indicator_is_written_then_its_method_changes(analyst_client):
    new = reverse("agents-observatoire:nouveau")
    given = {"code": "pas", "label": "Pas par jour", "unit": "count", "direction": "rise", "decimals": "0",
             "source_name": "Podomètre", "counts_persons": ""}  # fmt: skip
    assert analyst_client.post(new, {**given, "source_name": ""}).status_code == 200
    page = analyst_client.post(new, given, follow=True)
    assert "Il attend ses valeurs" in page.content.decode()
    assert "déjà pris" in analyst_client.post(new, given).content.decode()
    make.load([{"dep": "46", "value": 8000, "definition_code": "pas"}])
    version = reverse("agents-observatoire:version", args=["pas"])
    assert "figée" in analyst_client.get(version).content.decode()
    analyst_client.post(version, {"source_name": "Podomètre", "method": "Porté au poignet."})
    assert DefinitionVersion.objects.of("pas").first().number == 2
    assert (
        "Toutes les versions"
        in analyst_client.get(reverse("agents-observatoire:indicateur", args=["pas"])).content.decode()
    )


def test_downloads_and_a_file_of_definitions(analyst_client):
    make.define()
    make.load([GOOD, {"dep": "48", "value": 2, "numerator": 4}])
    values = analyst_client.get(reverse("agents-observatoire:valeurs-csv", args=["marche"])).content.decode()
    assert ";48;2023;;;;;;;;;suppressed;" in values
    model = analyst_client.get(reverse("agents-observatoire:modele")).content.decode("utf-8-sig")
    assert model.startswith("definition_code;")
    assert analyst_client.get(reverse("agents-observatoire:schema")).json()["fields"]
    out = analyst_client.get(reverse("agents-observatoire:definitions-csv")).content
    page = reverse("agents-observatoire:definitions-fichier")
    done = analyst_client.post(page, {"file": SimpleUploadedFile("d.csv", out)}, follow=True)
    assert "déjà connues" in done.content.decode()


def test_the_list_searches_and_says_when_nothing_matches(analyst_client):
    assert "Aucun indicateur pour l’instant" in analyst_client.get(LIST).content.decode()
    make.define()
    assert "qui marchent" in analyst_client.get(LIST, {"mots": "marche"}).content.decode()
    assert "Aucun indicateur ne correspond" in analyst_client.get(LIST, {"mots": "vélo"}).content.decode()


@pytest.mark.parametrize("role", [RoleCode.READER, RoleCode.FACILITATOR])
def test_who_reads_and_who_loads(client, personas, role):
    client.force_login(personas[role].user)
    assert client.get(LIST).status_code == (200 if role == RoleCode.READER else 403)
    assert client.get(SEND).status_code == 403
    assert client.get(reverse("agents-observatoire:nouveau")).status_code == 403
