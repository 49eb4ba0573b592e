"""The answering journey in Chromium: keyboard alone at 320 px, without JavaScript, axe on each page, weight.

Fed by the live server. Feeds nothing: what an old person on a small telephone meets.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fabrique.consultations.models import Consultation
from fabrique.contributions.models import Participation, Tombstone
from tests.e2e.browser import follow, leaving, light, open_page, sound
from tests.factories import consultations
from tests.factories.contributions import answer_to

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def consultation(occitanie: Any) -> Consultation:
    return consultations.opened("La santé, qu’en pensez-vous ?")


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on what the selector names: what the keyboard cannot reach fails."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", wanted):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


def choose(page: Page, wanted: str) -> None:
    """Reach the group of a radio button by Tab, then go down to it with the arrows."""
    name = page.locator(wanted).get_attribute("name")
    tab_to(page, f'input[name="{name}"]')
    page.keyboard.press("Space")
    for _ in range(20):
        if page.evaluate("selector => document.querySelector(selector).checked", wanted):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not reach {wanted}")


def press(page: Page, wanted: str) -> None:
    tab_to(page, wanted)
    with leaving(page):
        page.keyboard.press("Enter")


def answer_by_keyboard(page: Page, site: str, consultation: Consultation, needs: str) -> None:
    """From the home page to the receipt with Tab, the arrows, Space and Enter; each page is checked."""
    page.goto(f"{site}/")
    sound(page)
    press(page, f'a[href*="/consultations/{consultation.slug}"]')
    if not page.url.endswith("/repondre/"):
        sound(page)
        press(page, 'a.fr-btn--lg[href$="/repondre/"]')
    press(page, "button.fr-btn--lg")
    sound(page)
    choose(page, "#id_age_0")
    tab_to(page, "#id_consent")
    page.keyboard.press("Space")
    press(page, "button.fr-btn--lg")
    press(page, "button.fr-btn--lg")
    assert page.title().startswith("Erreur")
    sound(page)
    choose(page, "#q-easy-1")
    choose(page, "#q-gave_up-0")
    tab_to(page, "#q-gave_up_which")
    page.keyboard.type("des lunettes")
    tab_to(page, "#q-difficulties-0")
    page.keyboard.press("Space")
    press(page, "button.fr-btn--lg")
    sound(page)
    tab_to(page, "#q-priorities-1")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#q-minutes")
    page.keyboard.type("12,5")
    tab_to(page, "#q-needs")
    page.keyboard.type(needs)
    press(page, "button.fr-btn--lg")
    sound(page)
    choose(page, "#q-respondent_for-0")
    tab_to(page, "#q-commune-recherche")
    page.keyboard.type("46000")
    press(page, 'button[name="chercher"]')
    sound(page)
    # one commune alone is proposed already chosen
    expect(page.locator("#q-commune-c0")).to_be_checked()
    press(page, "button.fr-btn--lg")
    sound(page)
    press(page, "form#envoi button")
    page.wait_for_url("**/repondre/merci/")
    sound(page)


def test_from_the_page_of_the_consultation_to_the_receipt_by_keyboard_alone(
    browser: Browser, live_server: Any, consultation: Consultation
) -> None:
    answer_by_keyboard(
        open_page(browser, width=320), live_server.url, consultation, "Un médecin près de chez moi"
    )
    one = Participation.objects.get()
    assert one.department.code == "46"
    assert {text.raw_text for text in one.contributions.all()} == {
        "des lunettes",
        "Un médecin près de chez moi",
    }


def test_the_whole_way_without_javascript_then_follow_up_and_withdrawal(
    browser: Browser, live_server: Any, consultation: Consultation
) -> None:
    page = open_page(browser, width=320, javascript=False)
    page.goto(f"{live_server.url}/consultations/{consultation.slug}/repondre/")
    page.locator("label[for=id_age_0]").click()
    page.locator("label[for=id_consent]").click()
    follow(page, page.get_by_role("button", name="Commencer"))
    for field in ("q-easy-1", "q-gave_up-1", "q-difficulties-0"):
        page.locator(f"label[for={field}]").click()
    go_on = page.get_by_role("button", name="Enregistrer et continuer", exact=True)
    follow(page, go_on)
    page.locator("#q-priorities-1").select_option("mental")
    page.locator("#q-needs").fill("Je n’ai plus envie de vivre ici sans médecin")
    follow(page, page.get_by_role("button", name="continuer plus tard"))
    code = page.locator("#code").inner_text()
    follow(page, page.get_by_role("button", name="Effacer cet écran"))
    page.goto(f"{live_server.url}/reprendre/")
    page.locator("#id_code").fill(code.lower())
    follow(page, page.get_by_role("button", name="Reprendre", exact=True))
    expect(page.get_by_role("heading", name="Besoin d’aide maintenant")).to_be_visible()
    follow(page, go_on)
    page.locator("label[for=q-respondent_for-0]").click()
    page.locator("label[for=q-commune-s1]").click()
    follow(page, go_on)
    page.locator("#calcul").fill(answer_to(page.locator("label[for=calcul]").inner_text()))
    follow(page, page.get_by_role("button", name="Envoyer ma réponse"))
    assert page.locator("#code").inner_text() == code, "one code all the way"
    page.goto(f"{live_server.url}/suivre/")
    page.locator("#id_code").fill(code)
    follow(page, page.get_by_role("button", name="Voir ma réponse"))
    assert "Pas encore analysée" in page.content()
    follow(page, page.get_by_role("link", name="Retirer ma réponse"))
    follow(page, page.get_by_role("button", name="Retirer ma réponse"))
    assert "Votre réponse est retirée" in page.content()
    assert not Participation.objects.exists()
    assert Tombstone.objects.count() == 1


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_each_page_of_the_journey_is_sound_in_its_error_state_too(
    browser: Browser, live_server: Any, consultation: Consultation, width: int
) -> None:
    page = open_page(browser, width=width)
    start = f"{live_server.url}/consultations/{consultation.slug}"
    for address in (
        "/",
        "/donnees-personnelles/",
        f"/documents/{consultation.documents.get().public_id}/",
        "/repondre/",
    ):
        page.goto(start + address)
        sound(page)
    follow(page, page.get_by_role("button", name="Commencer"))
    sound(page)
    for address in ("/reprendre/", "/suivre/"):
        page.goto(live_server.url + address)
        sound(page)
        page.locator("#id_code").fill("abc")
        follow(page, page.locator("main button[type=submit]").first)
        expect(page.locator(".fr-message--error")).to_be_visible()
        sound(page)


def test_pages_are_light(browser: Browser, live_server: Any, consultation: Consultation) -> None:
    """Bodies compressed as in production (gzip here, brotli there), on an empty cache."""
    page = open_page(browser, width=320)
    start = f"{live_server.url}/consultations/{consultation.slug}"
    for address in (
        f"{start}/",
        f"{start}/repondre/",
        f"{live_server.url}/suivre/",
        f"{live_server.url}/reprendre/",
    ):
        light(page, lambda address=address: page.goto(address))
    page.goto(f"{start}/repondre/")
    page.locator("label[for=id_age_0]").click()
    page.locator("label[for=id_consent]").click()
    light(page, lambda: follow(page, page.get_by_role("button", name="Commencer")))
