"""From a prepared room to published minutes and a followed slip, in Chromium: axe and width on every page met.

Fed by the live server and a workshop of the Lot. Feeds nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fabrique.accounts.enums import RoleCode
from fabrique.meetings.enums import ItemKind, MinutesState
from fabrique.meetings.models import Meeting, Minutes
from fabrique.meetings.services.slips import print_slips
from tests.e2e.browser import follow, open_page, sound
from tests.factories.accounts import PASSWORD
from tests.factories.territories import OPERATOR
from tests.factories.workshops import TEXT, a_workshop, an_item, published
from tests.meetings.test_minutes_import import a_docx
from tests.personas import email_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def workshop(personas: Any) -> Meeting:
    for role in (RoleCode.FACILITATOR, RoleCode.MEETING_ORGANISER, RoleCode.APPROVER):
        personas[role]
    return a_workshop()


def signed_in(browser: Browser, site: str, role: str, width: int = 768) -> Page:
    page = open_page(browser, width=width)
    page.goto(f"{site}/connexion/")
    page.locator("input[name=username]").fill(email_of(role))
    page.locator("input[name=password]").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Se connecter"))
    return page


def press(page: Page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name, exact=True).first)
    sound(page)


def test_a_workshop_from_its_preparation_to_its_published_minutes(
    browser: Browser, live_server: Any, workshop: Meeting
) -> None:
    site, room = live_server.url, f"{live_server.url}/agents/animation/{workshop.public_id}"
    page = signed_in(browser, site, RoleCode.FACILITATOR)
    for address in (f"{site}/agents/animation/", f"{room}/", f"{room}/reprendre/", f"{room}/compte-rendu/"):
        page.goto(address)
        sound(page)
    page.goto(f"{room}/")
    page.get_by_label("Nombre de tables").fill("0")
    press(page, "Fixer le nombre de tables")
    assert page.title().startswith("Erreur")
    page.goto(f"{room}/reprendre/")
    page.get_by_label("Compte rendu à reprendre").set_input_files(
        {"name": "cr.docx", "mimeType": "application/octet-stream", "buffer": a_docx()}
    )
    press(page, "Voir ce que le document donnerait")
    press(page, "Noter les propos cochés")
    page.goto(f"{room}/reprendre/")
    follow(page, page.get_by_role("link", name="Table 2"))
    sound(page)
    page.get_by_label("Ce qui est écrit").first.fill("Recopié de la feuille")
    press(page, "Noter ces lignes")
    page.goto(f"{room}/compte-rendu/")
    press(page, "Préparer le compte rendu")
    page.get_by_label("Introduction").fill("Une soirée de novembre.")
    press(page, "Enregistrer le texte")
    page.goto(f"{room}/talons/")
    sound(page)

    page = signed_in(browser, site, RoleCode.MEETING_ORGANISER)
    page.goto(f"{room}/compte-rendu/")
    follow(page, page.get_by_role("link", name="Relire et signer"))
    sound(page)
    page.get_by_label("Votre qualité").fill("présidente de séance")
    press(page, "Signer")
    assert page.title().startswith("Erreur")
    page.get_by_label("J’ai lu chaque propos").check(force=True)
    press(page, "Signer")
    press(page, "Noter la transmission")
    follow(page, page.get_by_role("button", name="Ouvrir sa fiche d’initiative").first)
    sound(page)
    page.goto(f"{site}/agents/animation/initiatives/")
    sound(page)

    page = signed_in(browser, site, RoleCode.APPROVER)
    page.goto(f"{room}/compte-rendu/")
    press(page, "Publier le compte rendu")
    assert Minutes.objects.get().state == MinutesState.PUBLISHED
    follow(page, page.get_by_role("link", name="Voir la page publique"))
    expect(page.get_by_text("Recopié de la feuille")).to_be_visible()
    page.goto(f"{site}/agents/animation/initiatives/")
    follow(page, page.get_by_role("link", name="Un bus des soins"))
    press(page, "Publier cette fiche")
    page.get_by_text("Noter une décision").click()
    page.get_by_label("à reproduire ailleurs").check(force=True)
    press(page, "Noter la décision")


@pytest.mark.parametrize("width", [320, 768])
@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
def test_a_slip_is_followed_by_its_qr_and_the_public_pages_are_sound(
    browser: Browser, live_server: Any, workshop: Meeting, personas: Any, width: int, dark: bool
) -> None:
    an_item(workshop, people=14)
    an_item(workshop, "Un bus des soins", kind=ItemKind.INITIATIVE, carrier="Une association")
    codes = {item.text: code for item, code in print_slips(OPERATOR, meeting=workshop)}
    published(workshop, personas[RoleCode.MEETING_ORGANISER])
    page = open_page(browser, width=width, dark=dark)
    page.goto(f"{live_server.url}/suivre/r/{codes[TEXT]}")
    assert codes[TEXT] not in page.url
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(page.get_by_role("link", name="Retirer ma réponse")).to_have_count(0)
    sound(page)
    for address in (
        f"/rencontres/{workshop.slug}/compte-rendu/",
        "/rencontres/comptes-rendus/",
        "/rencontres/initiatives/",
    ):
        page.goto(live_server.url + address)
        sound(page)
