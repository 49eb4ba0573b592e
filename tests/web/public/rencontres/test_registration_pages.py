"""The public form of registration: the same page whoever holds the address; refusals beside their field."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from fabrique.common.clock import now
from fabrique.meetings.enums import RegistrationState
from fabrique.meetings.models import Registration
from fabrique.meetings.services.meetings import close_registration
from fabrique.subscriptions.models import Email
from tests.factories import registrations as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]
GIVEN = {"email": "une@exemple.test", "category": "usager", "name": "Ada Fictive", "needs": ""}


def form_of(meeting):
    return reverse("rencontres:inscription", args=[meeting.slug])


def test_the_form_asks_little_and_says_what_becomes_of_it(client):
    page = client.get(form_of(make.a_meeting(capacity=3))).content.decode()
    assert page.count("<h1") == 1
    assert "Il reste 3 places." in page
    assert "effacés 30 jours après la rencontre" in page
    assert "facultatif" in page


def test_known_or_not_the_answer_is_the_same_to_the_byte(client):
    meeting = make.a_meeting()
    first = client.post(form_of(meeting), GIVEN)
    make.confirm(make.VISITOR, subscription=make.subscription_of(meeting, GIVEN["email"]))
    with time_machine.travel(now() + timedelta(minutes=3), tick=False):
        again = client.post(form_of(meeting), GIVEN)
    assert (first.status_code, again.status_code) == (303, 303)
    assert (
        first["Location"]
        == again["Location"]
        == reverse("rencontres:inscription-envoyee", args=[meeting.slug])
    )
    assert first.content == again.content
    page = client.get(first["Location"]).content.decode()
    assert "Ouvrez votre messagerie" in page
    assert "exemple.test" not in page
    assert Registration.objects.count() == 1
    subjects = [email.subject for email in Email.objects.order_by("pk")]
    assert len(subjects) == 3
    assert len(set(subjects)) == 3


def test_pressed_twice_one_request_and_one_message(client):
    meeting = make.a_meeting()
    for _turn in range(2):
        assert client.post(form_of(meeting), GIVEN).status_code == 303
    assert Registration.objects.count() == 1
    assert Email.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"email": ""}, "Écrivez votre adresse électronique."),
        ({"email": "une@exemple"}, "Cette adresse électronique n’est pas complète."),
        (
            {"email": "une@exemple.test\nBcc: deux@exemple.test"},
            "Cette adresse électronique n’est pas complète.",
        ),
        ({"category": ""}, "Choisissez à quel titre vous venez."),
        ({"needs": "Un fauteuil"}, "Cochez la case sous vos besoins"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(client, values, sentence):
    meeting = make.a_meeting()
    page = client.post(form_of(meeting), GIVEN | values)
    said = page.content.decode()
    assert page.status_code == 200
    assert sentence in said
    assert "<title>Erreur" in said
    assert "Ada Fictive" in said
    assert not Registration.objects.exists()
    assert not Email.objects.exists()


def test_needs_with_their_agreement_are_kept(client):
    meeting = make.a_meeting()
    client.post(form_of(meeting), GIVEN | {"needs": "Un fauteuil", "needs_agreed": "on"})
    assert Registration.objects.get().needs == "Un fauteuil"


def test_too_many_requests_answer_429_and_keep_what_was_typed(client, settings):
    settings.FABRIQUE_EMAIL_ASKS_PER_MINUTE = 1
    meeting = make.a_meeting()
    with time_machine.travel(now().replace(second=5), tick=False):
        client.post(form_of(meeting), GIVEN)
        page = client.post(form_of(meeting), GIVEN | {"email": "deux@exemple.test"})
    assert page.status_code == 429
    assert "Trop de demandes" in page.content.decode()
    assert "deux@exemple.test" in page.content.decode()


def test_full_it_offers_the_waiting_list(client):
    meeting = make.a_meeting(capacity=1)
    make.come(meeting, "deux@exemple.test")
    assert "liste d’attente" in client.get(form_of(meeting)).content.decode()
    client.post(form_of(meeting), GIVEN)
    where = make.subscription_of(meeting, GIVEN["email"])
    from fabrique.subscriptions.services import links

    done = client.post(reverse("abonnements:confirmer", args=[links.token(where, "confirm")]), follow=True)
    assert "Vous êtes sur la liste d’attente" in done.content.decode()
    assert "Votre rang sur la liste\u00a0: 1" in done.content.decode()
    assert Registration.objects.get(subscription=where).state == RegistrationState.WAITING


def test_closed_it_says_so_and_takes_nothing(client):
    meeting = close_registration(OPERATOR, meeting=make.a_meeting())
    for answer in (client.get(form_of(meeting)), client.post(form_of(meeting), GIVEN)):
        assert "Les inscriptions sont fermées" in answer.content.decode()
    assert not Registration.objects.exists()


def test_an_unknown_meeting_is_not_found(client):
    assert client.get(reverse("rencontres:inscription", args=["inconnue"])).status_code == 404


def test_an_attack_on_the_slug_or_the_fields_stays_text(client):
    meeting = make.a_meeting(title="<script>alert(1)</script> & co")
    page = client.post(form_of(meeting), GIVEN | {"email": "x", "name": '"><script>alert(2)</script>'})
    assert "<script>alert" not in page.content.decode()
