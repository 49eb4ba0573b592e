"""From the page of a meeting to its door: ask, receive by a real mail server, confirm, wait, come in, be ticked.

Fed by the live server, the worker and an SMTP server of the test. Feeds nothing: what each person meets.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import now
from fabrique.meetings.models import Meeting, Registration
from fabrique.meetings.services.attendance import counted
from fabrique.subscriptions.models import Email
from tests.e2e.browser import follow, open_page, sound
from tests.factories import registrations as make
from tests.factories.accounts import PASSWORD
from tests.factories.subscriptions import Mailbox, links, smtp_server
from tests.personas import email_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
ADA, BOB = "ada@exemple.test", "bob@exemple.test"
WIDTH = 320


@pytest.fixture
def mailbox(settings: Any, live_server: Any) -> Iterator[Mailbox]:
    with smtp_server() as (mailbox, port):
        settings.EMAIL_BACKEND = "fabrique.subscriptions.services.transport.SilentBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, False
        settings.DEFAULT_FROM_EMAIL = "Fabrique <ne-pas-repondre@agence.test>"
        settings.FABRIQUE_SITE_URL = live_server.url
        yield mailbox


@pytest.fixture
def meeting(occitanie: Any) -> Meeting:
    return make.a_meeting(capacity=1, title="Les urgences du soir")


class Telephone:
    """A narrow screen; axe looks at each page, unless scripts are off, since it is one."""

    def __init__(self, browser: Browser, javascript: bool) -> None:
        self.page = open_page(browser, width=WIDTH, javascript=javascript)
        self.javascript = javascript

    def open(self, address: str) -> Page:
        self.page.goto(address)
        self.look()
        return self.page

    def press(self, name: str) -> None:
        follow(self.page, self.page.get_by_role("button", name=name))
        self.look()

    def look(self) -> None:
        if self.javascript:
            sound(self.page)


def work() -> None:
    """What the worker of an instance does."""
    call_command("worker", "--once", "--interval", "0.1")


def ask_for_a_place(phone: Telephone, site: str, meeting: Meeting, email: str, name: str) -> None:
    """From the meeting's own page to « look at your mailbox »."""
    page = phone.open(f"{site}/rencontres/{meeting.slug}/")
    follow(page, page.locator(f'main a[href="/rencontres/{meeting.slug}/inscription/"]').first)
    phone.look()
    phone.press("Demander une place")
    assert page.title().startswith("Erreur")
    page.get_by_label("Votre adresse électronique").fill(email)
    page.get_by_label("À quel titre venez-vous").select_option("usager")
    page.get_by_label("Votre nom").fill(name)
    phone.press("Demander une place")
    assert email not in page.url
    expect(page.locator("h1")).to_have_text("Ouvrez votre messagerie")


def press_the_button_of(phone: Telephone, link: str, button: str, heading: str) -> None:
    """Open a link of a message; its button acts."""
    page = phone.open(link)
    phone.press(button)
    expect(page.locator("h1")).to_have_text(heading)


@pytest.mark.parametrize("javascript", [True, False])
def test_register_confirm_wait_come_in_and_be_ticked(
    browser: Browser, live_server: Any, mailbox: Mailbox, meeting: Meeting, personas: Any, javascript: bool
) -> None:
    visitor = Telephone(browser, javascript)
    personas[RoleCode.FACILITATOR]

    ask_for_a_place(visitor, live_server.url, meeting, ADA, "Ada Fictive")
    assert mailbox.received == []
    work()
    (first,) = mailbox.to(ADA)
    assert first["Auto-Submitted"] == "auto-generated"
    press_the_button_of(
        visitor, links(first)[0], "Confirmer mon inscription", "Votre inscription est confirmée"
    )

    ask_for_a_place(visitor, live_server.url, meeting, BOB, "Bob Fictif")
    work()
    press_the_button_of(
        visitor, links(mailbox.to(BOB)[0])[0], "Confirmer mon inscription", "Vous êtes sur la liste d’attente"
    )
    work()
    given = mailbox.to(ADA)[1]
    assert [part.get_filename() for part in given.iter_attachments()] == ["rencontre.ics"]
    press_the_button_of(visitor, links(given)[-1], "Annuler mon inscription", "Votre inscription est annulée")
    work()
    assert "Une place s’est libérée" in mailbox.to(BOB)[-1]["Subject"]
    assert len(mailbox.to(ADA)) == 3
    assert not Email.objects.alive().exists()

    # the day comes
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=now() - timedelta(minutes=5))
    tick_at_the_door(Telephone(browser, javascript), live_server.url, meeting)


def tick_at_the_door(phone: Telephone, site: str, meeting: Meeting) -> None:
    """The facilitator's telephone: one person of the list, two who were not on it."""
    door = phone.open(f"{site}/connexion/")
    door.locator("input[name=username]").fill(email_of(RoleCode.FACILITATOR))
    door.locator("input[name=password]").fill(PASSWORD)
    follow(door, door.get_by_role("button", name="Se connecter"))
    phone.open(f"{site}/agents/rencontres/{meeting.public_id}/presences/")
    expect(door.get_by_text("Ada Fictive")).to_have_count(0)
    door.get_by_text("Bob Fictif").click()
    door.locator("summary", has_text="Venues sans être sur la liste").click()
    door.get_by_label("Élu", exact=True).fill("2")
    phone.press("Enregistrer les présences")
    expect(door.get_by_text("3 personnes comptées dans la salle")).to_be_visible()
    expect(door.get_by_role("checkbox", name="Bob Fictif")).to_be_checked()
    assert counted(meeting) == {"usager": 1, "elu": 2}
    assert Registration.objects.filter(attended=True).count() == 1
