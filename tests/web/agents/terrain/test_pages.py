"""The room of the field through HTTP: a token shown once, slips that read, forms out and in, and who may not.

Fed by personas. Feeds nothing.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zlib

import pikepdf
import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from fabrique.accounts.enums import RoleCode
from fabrique.consultations.services import definition_of
from fabrique.field.models import Device
from fabrique.field.services import recognise
from fabrique.web.shared.printing import png_pages
from fabrique_core.privacy.receipts import normalise
from tests.factories import consultations
from tests.factories.territories import department, region

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]
ROOM = "/agents/terrain/"


def signed_in(personas, role) -> Client:
    client = Client()
    client.force_login(personas[role].user)
    return client


def test_a_token_is_shown_once_and_its_qr_configures_the_application(personas) -> None:
    client = signed_in(personas, RoleCode.MEETING_ORGANISER)
    page = client.post(ROOM, {"nom": "Tablette 1", "territoire": department("46").pk})
    assert "no-store" in page["Cache-Control"]
    device = Device.objects.get()
    token = re.search(r"Jeton</dt><dd><code>(.*?)</code>", page.content.decode())[1]
    assert recognise(str(device.public_id), token) == device
    drawn = re.search(r'src="data:image/png;base64,(.*?)"', page.content.decode())[1]
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(base64.b64decode(drawn))))
    given = json.loads(zlib.decompress(base64.b64decode(read.text)))["general"]
    assert (given["username"], given["password"]) == (str(device.public_id), token)
    assert given["server_url"].endswith("/terrain")
    assert token not in client.get(ROOM).content.decode()


def test_a_device_without_a_name_or_a_place_is_refused_in_words(personas) -> None:
    client = signed_in(personas, RoleCode.MEETING_ORGANISER)
    assert "Erreur" in client.post(ROOM, {"nom": " "}).content.decode()
    assert not Device.objects.exists()


def test_a_device_is_taken_back(personas) -> None:
    client = signed_in(personas, RoleCode.MEETING_ORGANISER)
    client.post(ROOM, {"nom": "Tablette 1", "territoire": region().pk})
    device = Device.objects.get()
    client.post(f"{ROOM}appareils/{device.public_id}/retirer/")
    device.refresh_from_db()
    assert device.revoked_at
    again = client.post(f"{ROOM}appareils/{device.public_id}/retirer/", follow=True)
    assert "déjà retiré" in again.content.decode()


def test_slips_are_tagged_and_their_codes_read(personas) -> None:
    answer = signed_in(personas, RoleCode.MEETING_ORGANISER).post(f"{ROOM}tickets/", {"nombre": 3})
    assert "no-store" in answer["Cache-Control"]
    with pikepdf.open(io.BytesIO(answer.content)) as document:
        assert document.Root.MarkInfo.Marked
    (page,) = png_pages(answer.content, width=1600)
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    codes = [normalise(one.text.rpartition("/")[2]) for one in read]
    assert len(set(codes)) == 3


@pytest.mark.parametrize("number", ["0", "401", "beaucoup", ""])
def test_too_many_slips_are_refused(personas, number) -> None:
    client = signed_in(personas, RoleCode.MEETING_ORGANISER)
    answer = client.post(f"{ROOM}tickets/", {"nombre": number}, follow=True)
    assert "de 1 à 400" in answer.content.decode()


def test_a_form_goes_out_and_comes_back(personas) -> None:
    client = signed_in(personas, RoleCode.EDITOR)
    origin, target = consultations.opened(), consultations.draft("Une autre")
    sent = client.get(f"{ROOM}formulaires/{origin.public_id}.xlsx")
    assert sent["Content-Disposition"].endswith('-xlsform.xlsx"')
    assert b"<h:html" in client.get(f"{ROOM}formulaires/{origin.public_id}.xml").content
    address = f"{ROOM}formulaires/{target.public_id}/recevoir/"

    def receive(**given):
        file = SimpleUploadedFile("formulaire.xlsx", sent.content)
        return client.post(address, {"fichier": file, **given}).content.decode()

    assert "Ce que cela donnerait" in receive(essai="on")
    assert not definition_of(target.questionnaires.latest_version()).sections
    assert "Ce qui a été lu" in receive()
    found = definition_of(target.questionnaires.latest_version())
    assert len(found.questions) == len(definition_of(origin.questionnaires.current()).questions)


def test_a_file_that_is_no_form_is_told_so(personas) -> None:
    client, target = signed_in(personas, RoleCode.EDITOR), consultations.draft()
    page = client.post(
        f"{ROOM}formulaires/{target.public_id}/recevoir/",
        {"fichier": SimpleUploadedFile("a.xlsx", b"%PDF-1.7")},
    ).content.decode()
    assert "Erreur" in page


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [
        (RoleCode.MODERATOR, "get", ""),
        (RoleCode.EDITOR, "post", "tickets/"),
        (RoleCode.EDITOR, "post", "appareils/x/retirer/"),
        (RoleCode.MEETING_ORGANISER, "get", "formulaires/x.xlsx"),
        (RoleCode.MEETING_ORGANISER, "get", "formulaires/x.xml"),
        (RoleCode.MEETING_ORGANISER, "get", "formulaires/x/recevoir/"),
    ],
)
def test_other_roles_are_refused(personas, role, method, path) -> None:
    assert getattr(signed_in(personas, role), method)(f"{ROOM}{path}").status_code == 403
