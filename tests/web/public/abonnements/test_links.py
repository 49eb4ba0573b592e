"""Pages opened by the links of messages: shown by GET, done by POST, silent in logs, caches and referrers."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from fabrique.common.clock import now
from fabrique.subscriptions import services
from fabrique.subscriptions.enums import SubscriptionState
from fabrique.subscriptions.services import links
from fabrique.web.shared.codes import NoCodesInLogs
from tests.factories import subscriptions as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(respondent):
    make.declare()
    return make.asked(respondent).subscription


def at(subscription, gesture="confirm", page="confirmer"):
    return reverse(f"abonnements:{page}", args=[links.token(subscription, gesture)])


def test_opening_a_link_does_nothing_and_its_button_confirms(client, asked):
    page = client.get(at(asked))
    assert page.status_code == 200
    assert "Confirmer\u00a0?" in page.content.decode()
    asked.refresh_from_db()
    assert asked.state == SubscriptionState.PENDING
    done = client.post(at(asked), follow=True)
    assert done.redirect_chain == [(at(asked), 303)]
    assert "C’est confirmé" in done.content.decode()
    asked.refresh_from_db()
    assert asked.state == SubscriptionState.CONFIRMED
    # a second press shows the same page
    assert "C’est confirmé" in client.post(at(asked), follow=True).content.decode()


def test_a_confirmed_one_is_ended_by_its_button_and_says_that_the_address_is_gone(client, respondent, asked):
    services.confirm(respondent, subscription=asked)
    where = at(asked, "end", "terminer")
    assert "Arrêter\u00a0?" in client.get(where).content.decode()
    done = client.post(where, follow=True).content.decode()
    assert "C’est arrêté" in done
    assert "Nous n’avons plus votre adresse" in done
    assert "C’est arrêté" in client.get(where).content.decode()
    assert client.get(at(asked)).status_code == 404


def test_a_mailbox_ends_by_one_click_without_any_cookie(respondent, asked):
    services.confirm(respondent, subscription=asked)
    mailbox = Client(enforce_csrf_checks=True)
    where = at(asked, "end", "un-clic")
    assert mailbox.get(where).status_code == 405
    assert mailbox.post(where).status_code == 400
    assert mailbox.post(where, {"List-Unsubscribe": "One-Click"}).status_code == 200
    asked.refresh_from_db()
    assert (asked.state, asked.email) == (SubscriptionState.ENDED, None)
    assert mailbox.post(where, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert mailbox.post(reverse("abonnements:un-clic", args=["faux"])).status_code == 404


def test_a_robots_click_never_gives_up_a_seat(respondent):
    make.declare()
    seat = make.asked(respondent, purpose=make.SEAT).subscription
    services.confirm(respondent, subscription=seat)
    answer = Client().post(at(seat, "end", "un-clic"), {"List-Unsubscribe": "One-Click"})
    seat.refresh_from_db()
    assert (answer.status_code, seat.state) == (400, SubscriptionState.CONFIRMED)


def test_the_pages_with_a_button_want_the_token_of_forms(asked):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(at(asked)).status_code == 403
    assert strict.post(at(asked, "end", "terminer")).status_code == 403


def test_a_link_too_old_says_so(client, asked):
    with time_machine.travel(now() + timedelta(hours=49), tick=False):
        page = client.get(at(asked))
        assert page.status_code == 410
        assert "Le délai pour confirmer est passé" in page.content.decode()
        assert client.post(at(asked)).status_code == 409
    asked.refresh_from_db()
    assert asked.state == SubscriptionState.PENDING


@pytest.mark.parametrize("page", ["confirmer", "terminer"])
@pytest.mark.parametrize("token", ["faux", "0" * 12 + "-" + "a" * 24, "é"])
def test_a_wrong_link_opens_nothing(client, page, token):
    answer = client.get(reverse(f"abonnements:{page}", args=[token]))
    assert answer.status_code == 404
    assert "Ce lien ne s’ouvre pas" in answer.content.decode()


def test_the_token_stays_between_the_reader_and_the_site(client, asked):
    for where in (at(asked), at(asked, "end", "terminer")):
        answer = client.get(where)
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert "exemple.test" not in answer.content.decode()
        line = logging.LogRecord("django.server", 20, "x", 1, '"GET %s HTTP/1.1" 200', (where,), None)
        NoCodesInLogs().filter(line)
        assert links.token(asked, "confirm")[13:] not in line.getMessage()
        assert links.token(asked, "end")[13:] not in line.getMessage()
        assert "/abonnements/" in line.getMessage()
