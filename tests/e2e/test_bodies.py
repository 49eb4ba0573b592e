"""The public door in Chromium: asked at 320 px without JavaScript, answered by the secretary, read with the code.

Fed by the live server. Feeds nothing: what an inhabitant and a secretary meet.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fabrique.accounts.enums import RoleCode
from fabrique.common.crypto import decrypt
from fabrique.councils.models import Question
from fabrique.territories.models import Territory
from tests.e2e.browser import follow, leaving, open_page, sound
from tests.factories import accounts, councils
from tests.personas import Personas, email_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def ask(page: Page) -> str:
    """The message, then its code; the plain question is read from its token, as its reader would add it up."""
    follow(page, page.get_by_role("button", name="Envoyer mon message"))
    assert page.title().startswith("Erreur")
    page.get_by_label("Demander une explication").check(force=True)
    page.locator("#id_text").fill(councils.WORDS)
    page.get_by_label("J’ai 15 ans ou plus").check(force=True)
    page.locator("#id_consent").check(force=True)
    page.locator("#id_publish_agreed").check(force=True)
    token = page.locator('input[name="question"]').get_attribute("value")
    page.locator("#calcul").fill(str(json.loads(decrypt(str(token)))["sum"]))
    follow(page, page.get_by_role("button", name="Envoyer mon message"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
    return page.locator("#code").inner_text()


def sign_in(page: Page, code: str) -> None:
    page.fill('input[name="username"]', email_of(code))
    page.fill('input[name="password"]', accounts.PASSWORD)
    with leaving(page):
        page.keyboard.press("Enter")


def test_asked_answered_and_read_with_the_code(
    browser: Browser, live_server: Any, lot: Territory, personas: Personas
) -> None:
    body = councils.a_body(lot)
    councils.held(body)
    assert personas[RoleCode.PLAN_LEAD]
    plain = open_page(browser, width=320, javascript=False)
    plain.goto(f"{live_server.url}/instances/")
    follow(plain, plain.get_by_role("link", name=body.name))
    follow(plain, plain.get_by_role("link", name="Lui écrire"))
    code = ask(plain)
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{4}", code)

    agent = open_page(browser, width=768)
    agent.goto(f"{live_server.url}/agents/instances/questions/")
    sign_in(agent, RoleCode.PLAN_LEAD)
    sound(agent)
    follow(agent, agent.get_by_role("link", name="Demande d’explication"))
    sound(agent)
    agent.get_by_label("Réponse de l’instance").fill("Une consultation ouvre en mars.")
    follow(agent, agent.get_by_role("button", name="Enregistrer la réponse"))
    agent.get_by_label(re.compile("J’ai lu la question")).check(force=True)
    follow(agent, agent.get_by_role("button", name="Publier"))
    assert Question.objects.public().count() == 1

    page = open_page(browser, width=320)
    for path in (f"/instances/{body.slug}/", f"/instances/{body.slug}/ecrire/", "/suivre/"):
        page.goto(live_server.url + path)
        sound(page)
    page.locator("#id_code").fill(code)
    follow(page, page.get_by_role("button", name=re.compile("Suivre|Voir|Ouvrir")))
    expect(page.get_by_text("Une consultation ouvre en mars.")).to_be_visible()
    sound(page)
