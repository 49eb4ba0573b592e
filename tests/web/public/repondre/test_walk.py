"""The whole journey of a person without JavaScript, from the consultation's page to the receipt."""

import pytest
from django.test import Client

from fabrique.contributions.models import Participation
from tests.factories import consultations
from tests.factories.contributions import TEXT, answer_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def test_a_person_goes_from_the_page_of_the_consultation_to_the_receipt(client: Client) -> None:
    consultation = consultations.opened()
    page = client.get(f"/consultations/{consultation.slug}/")
    assert "Répondre au questionnaire" in page.content.decode()
    form = answer_all(client, consultation)
    sent = client.post(f"/consultations/{consultation.slug}/repondre/verifier/", form)
    assert sent.status_code == 302
    assert sent["Location"] == "/repondre/merci/"
    receipt = client.get("/repondre/merci/")
    assert receipt.status_code == 200
    participation = Participation.objects.get()
    assert participation.department.code == "46"
    assert {c.raw_text for c in participation.contributions.all()} == {TEXT, "des lunettes"}
