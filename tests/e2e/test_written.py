"""Written contributions in Chromium: the form at 320 px without JavaScript, then with it; the splitting screen.

Fed by the live server and by documents built in memory. Feeds nothing: what a secretary and an agent meet.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fabrique.accounts.enums import RoleCode
from fabrique.common.crypto import decrypt
from fabrique.contributions.models import Participation
from fabrique.written.models import Call, WrittenContribution
from tests.e2e.browser import follow, leaving, open_page, sound
from tests.factories import accounts
from tests.factories import written as make
from tests.personas import Personas, email_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def call(occitanie: Any) -> Call:
    return make.a_call(occitanie)


def fill(page: Page, text: str = "") -> None:
    page.get_by_label("Nom de l’organisme").fill("Association Les Sources")
    page.get_by_label("Nature de l’organisme").select_option(label="association")
    page.get_by_label("Où agit-il").select_option(label="Lot (46)")
    page.get_by_label("Titre de la contribution").fill("Pour des soins de proximité")
    page.locator("#id_text").fill(text)
    page.locator("#id_contact_email").fill("contact@les-sources.test")
    page.locator("#id_on_behalf").check(force=True)


def answer(page: Page) -> None:
    """The plain question, read from its token as its reader would add it up."""
    token = page.locator('input[name="question"]').get_attribute("value")
    page.locator("#calcul").fill(str(json.loads(decrypt(str(token)))["sum"]))


def test_words_alone_at_320_pixels_without_javascript(browser: Browser, live_server: Any, call: Call) -> None:
    page = open_page(browser, width=320, javascript=False)
    page.goto(f"{live_server.url}/ecrire/")
    follow(page, page.get_by_role("link", name=call.title))
    follow(page, page.get_by_role("link", name="Envoyer une contribution"))
    follow(page, page.get_by_role("button", name="Envoyer la contribution"))
    assert page.title().startswith("Erreur")
    fill(page, "Nous demandons un bus vers la maison de santé.")
    answer(page)
    follow(page, page.get_by_role("button", name="Envoyer la contribution"))
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{4}", page.locator("#code").inner_text())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
    assert WrittenContribution.objects.get().demands.count() == 1


def test_a_file_is_sent_and_each_page_is_sound(browser: Browser, live_server: Any, call: Call) -> None:
    page = open_page(browser, width=320)
    page.goto(f"{live_server.url}/ecrire/{call.slug}/")
    sound(page)
    follow(page, page.get_by_role("link", name="Envoyer une contribution"))
    sound(page)
    fill(page)
    wrong = {"name": "lettre.pdf", "mimeType": "application/pdf", "buffer": b"<html>piege</html>"}
    page.locator("#id_documents").set_input_files(wrong)
    with leaving(page):
        page.get_by_role("button", name="Envoyer la contribution").click()
    expect(page.get_by_text("son contenu est « une page web »").first).to_be_visible()
    sound(page)
    right = {"name": "lettre.pdf", "mimeType": "application/pdf", "buffer": make.pdf()}
    page.locator("#id_documents").set_input_files(right)
    with leaving(page):
        page.get_by_role("button", name="Envoyer la contribution").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre contribution est arrivée")
    sound(page)
    assert WrittenContribution.objects.get().files.get().pages == 3


def test_an_agent_splits_by_the_screen_and_accepts(
    browser: Browser, live_server: Any, call: Call, personas: Personas
) -> None:
    written = make.received(call)
    assert personas[RoleCode.ANALYST]
    page = open_page(browser, width=768)
    page.goto(f"{live_server.url}/agents/ecrits/contribution/{written.public_id}/")
    page.fill('input[name="username"]', email_of(RoleCode.ANALYST))
    page.fill('input[name="password"]', accounts.PASSWORD)
    with leaving(page):
        page.keyboard.press("Enter")
    sound(page)
    follow(page, page.get_by_role("button", name=re.compile("Relever.*Les habitants attendent")))
    expect(page.get_by_role("heading", name="4 demandes")).to_be_visible()
    page.get_by_label("Texte de la demande 2").fill("Une consultation avancée.\n\nLe samedi compris.")
    page.get_by_role("checkbox", name=re.compile("Ôter.*demande 4")).check()
    follow(page, page.get_by_role("button", name="Enregistrer le découpage"))
    expect(page.get_by_label("Texte de la demande 3")).to_have_value("Le samedi compris.")
    sound(page)
    follow(page, page.get_by_role("button", name="Accepter la contribution"))
    sound(page)
    assert Participation.objects.counted_by_unit() == {"organisation": 1}
    assert Participation.objects.get().contributions.count() == 4
