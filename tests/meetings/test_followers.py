"""Being told about a meeting without registering: its date, its registrations, its changes, its minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.meetings.enums import MeetingKind, MeetingState
from fabrique.meetings.models import Meeting, Programme
from fabrique.meetings.services import followers
from fabrique.meetings.services.announcing import cancel_meeting, postpone_meeting
from fabrique.meetings.services.meetings import (
    create_meeting,
    mark_minutes_published,
    open_registration,
    schedule_meeting,
)
from fabrique.subscriptions.enums import SubscriptionState
from fabrique.subscriptions.models import Subscription
from fabrique.subscriptions.services import address_hashes, confirm, links
from fabrique.subscriptions.tasks import forget
from tests.factories import registrations as make
from tests.factories.territories import OPERATOR, department

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]
ONE, TWO = "une@exemple.test", "deux@exemple.test"


@pytest.fixture
def undated():
    """A public meeting « en cours de programmation »."""
    make.a_meeting()
    return create_meeting(
        OPERATOR,
        programme=Programme.objects.get(),
        kind=MeetingKind.WORKSHOP,
        title="Atelier du Gard",
        territory=department("30"),
    )


def subscription_of(meeting, email):
    found = Subscription.objects.about(followers.PURPOSE, meeting.public_id)
    return found.with_address(address_hashes(email)).get()


def followed(meeting, email=ONE):
    followers.follow(make.VISITOR, meeting=meeting, email=email)
    confirm(make.VISITOR, subscription=subscription_of(meeting, email))


def test_the_date_then_the_registrations_then_the_minutes_are_told(undated, mailoutbox):
    followed(undated)
    make.deliver(mailoutbox)
    followers.follow(make.VISITOR, meeting=undated, email=TWO)
    make.deliver(mailoutbox)
    schedule_meeting(OPERATOR, meeting=undated, starts_at=now() + timedelta(days=20))
    (dated,) = make.deliver(mailoutbox)
    assert dated.to == [ONE]
    assert dated.subject.startswith("Une date est fixée")
    open_registration(OPERATOR, meeting=undated)
    open_registration(OPERATOR, meeting=undated)
    (opened,) = make.deliver(mailoutbox)
    assert opened.subject.startswith("Inscriptions ouvertes")
    Meeting.objects.filter(pk=undated.pk).update(state=MeetingState.MINUTES_SIGNED, registration_open=False)
    mark_minutes_published(OPERATOR, meeting=undated)
    (minutes,) = make.deliver(mailoutbox)
    assert minutes.subject.startswith("Compte rendu publié")


def test_one_click_in_a_mailbox_stops_it(undated, mailoutbox):
    followed(undated)
    make.deliver(mailoutbox)
    schedule_meeting(OPERATOR, meeting=undated, starts_at=now() + timedelta(days=20))
    (sent,) = make.deliver(mailoutbox)
    where = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = "/" + where.split("/", 3)[3]
    assert Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    ended = Subscription.objects.get(purpose=followers.PURPOSE)
    assert (ended.state, ended.email) == (SubscriptionState.ENDED, None)
    open_registration(OPERATOR, meeting=undated)
    assert make.deliver(mailoutbox) == []


def test_who_is_registered_too_receives_one_message_of_a_change(mailoutbox):
    meeting = make.a_meeting()
    for email in (ONE, TWO):
        followed(meeting, email)
    make.come(meeting, ONE)
    make.deliver(mailoutbox)
    postpone_meeting(OPERATOR, meeting=meeting, notice="La salle est prise.")
    sent = {message.to[0]: message.body for message in make.deliver(mailoutbox)}
    assert set(sent) == {ONE, TWO}
    assert "Votre inscription est gardée." in sent[ONE]
    assert "inscription" not in sent[TWO]
    assert "La salle est prise." in sent[TWO]


def test_once_cancelled_there_is_nothing_to_follow():
    meeting = make.a_meeting()
    cancel_meeting(OPERATOR, meeting=meeting, notice="La salle est fermée.")
    with pytest.raises(Refused) as refusal:
        followers.follow(make.VISITOR, meeting=Meeting.objects.get(), email=ONE)
    assert refusal.value.code == "news.over"


def test_addresses_are_forgotten_at_the_term(undated):
    followed(undated)
    with time_machine.travel(now() + timedelta(days=366), tick=False):
        forget()
    assert Subscription.objects.get(purpose=followers.PURPOSE).email is None


def test_the_pages(client, undated, mailoutbox):
    form = reverse("abonnements:rencontre", args=[undated.slug])
    assert "Ce n’est pas une inscription." in client.get(form).content.decode()
    wrong = client.post(form, {"email": "x"}).content.decode()
    assert "<title>Erreur" in wrong
    first = client.post(form, {"email": ONE})
    assert (first.status_code, first["Location"]) == (
        303,
        reverse("abonnements:rencontre-envoyee", args=[undated.slug]),
    )
    assert ONE not in client.get(first["Location"]).content.decode()
    (sent,) = make.deliver(mailoutbox)
    one = subscription_of(undated, ONE)
    assert links.token(one, "confirm") in sent.body
    done = client.post(reverse("abonnements:confirmer", args=[links.token(one, "confirm")]), follow=True)
    assert "Vous suivez cette rencontre" in done.content.decode()
    with time_machine.travel(now() + timedelta(minutes=5), tick=False):
        assert client.post(form, {"email": ONE}).content == first.content
        (again,) = make.deliver(mailoutbox)
    assert "déjà" in again.subject
    assert client.get(reverse("abonnements:rencontre", args=["inconnue"])).status_code == 404
