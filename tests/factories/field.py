"""Devices, forms filled in by an independent engine (rxeval), and requests as a collecting application makes them.

Fed by field.services and the OpenRosa endpoints. Feeds the tests of the field.
"""

from __future__ import annotations

import base64
import re
from typing import Any
from uuid import uuid4

import rxeval
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fabrique.accounts.models import Organisation
from fabrique.common.clock import now
from fabrique.field.models import Device
from fabrique.field.services import add_device
from tests.factories.territories import OPERATOR, department

BASE = "/terrain"
#: answers of a person to factories.consultations.content(), by the last part of their path
GIVEN = {
    "age": "15",
    "accord": "oui",
    "q_easy": "disagree",
    "q_gave_up": "yes",
    "q_gave_up_which": "des lunettes",
    "q_difficulties": "delay cost",
    "q_priorities__1": "mental",
    "q_priorities__2": "gp",
    "q_minutes": "12.5",
    "q_needs": "Un médecin, s’il vous plaît & merci 🙏",
    "q_respondent_for": "helped",
    "q_age_band": "75-plus",
    "q_sex": "woman",
    "q_commune": "46042",
    "q_situation": "carer",
}


def a_device(relay: Organisation | None = None, code: str = "46") -> tuple[Device, str]:
    return add_device(OPERATOR, label="Tablette du Lot", territory=department(code), relay=relay)


def signed(device: Device, token: str) -> dict[str, str]:
    """The headers of a device."""
    given = base64.b64encode(f"{device.public_id}:{token}".encode()).decode()
    return {"HTTP_AUTHORIZATION": f"Basic {given}", "HTTP_X_OPENROSA_VERSION": "1.0"}


def downloaded(client: Client, headers: dict[str, str]) -> str:
    """The first form of the list, as the device downloads it."""
    listed = client.get(f"{BASE}/formList", **headers)
    assert listed.status_code == 200, listed.content
    address = re.search(r"<downloadUrl>(.*?)</downloadUrl>", listed.content.decode())
    assert address
    return client.get(address[1].replace("http://testserver", ""), **headers).content.decode()


def filled(xform: str, answers: dict[str, str] | None = None, **more: str) -> str:
    """The submission that the engine makes of these answers, as long as the form accepts each of them."""
    session = rxeval.Session(xform)
    known = {path.rpartition("/")[2]: path for path in session.recompute()["relevant"]}
    for name, value in {**(GIVEN if answers is None else answers), **more}.items():
        session.set(known[name], value)
    state = session.recompute()
    assert (state["missing"], state["invalid"], state["failed"]) == ([], [], [])
    # what the application itself adds to the engine's work: an identifier, and when it ended
    instant = f"<end>{now().isoformat()}</end>"
    made = session.instance_xml().replace("<instanceID/>", f"<instanceID>uuid:{uuid4()}</instanceID>")
    return made.replace("<end/>", instant)


def send(client: Client, headers: dict[str, str], xml: str | bytes, **more: Any) -> Any:
    """POST a submission as multipart, the way OpenRosa says."""
    content = xml.encode() if isinstance(xml, str) else xml
    file = SimpleUploadedFile("submission.xml", content, content_type="text/xml")
    return client.post(f"{BASE}/submission", {"xml_submission_file": file, **more}, **headers)
