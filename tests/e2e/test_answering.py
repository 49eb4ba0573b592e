"""The answering journey in Chromium: keyboard alone at 320 px, without JavaScript, axe on each page, weight.

Fed by the live server. Feeds nothing: what an old person on a small telephone meets.
"""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from fabrique.consultations.models import Consultation
from fabrique.contributions.models import Participation, Tombstone
from tests.factories import consultations
from tests.factories.contributions import answer_to

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
]
WEIGHT, REQUESTS = 350_000, 25


@pytest.fixture
def consultation(occitanie: Any) -> Consultation:
    return consultations.opened("La santé, qu’en pensez-vous ?")


def a_page(browser: Browser, *, javascript: bool = True, width: int = 320) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 640}, java_script_enabled=javascript, locale="fr-FR"
    )
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script: {error}"))
    page.on("console", _no_report)
    return page


def _no_report(message: Any) -> None:
    if message.type == "error" and "status of 4" not in message.text:
        pytest.fail(f"console: {message.text}")


def sound(page: Page) -> None:
    """No axe violation, and nothing wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
        page.url
    )


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
    with page.expect_navigation():
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
    assert page.locator("#q-commune-c0").is_checked()
    press(page, "button.fr-btn--lg")
    sound(page)
    press(page, "form#envoi button")
    page.wait_for_url("**/repondre/merci/")
    sound(page)


def test_from_the_page_of_the_consultation_to_the_receipt_by_keyboard_alone(
    browser: Browser, live_server: Any, consultation: Consultation
) -> None:
    answer_by_keyboard(a_page(browser), live_server.url, consultation, "Un médecin près de chez moi")
    one = Participation.objects.get()
    assert one.department.code == "46"
    assert {text.raw_text for text in one.contributions.all()} == {
        "des lunettes",
        "Un médecin près de chez moi",
    }


def test_the_whole_way_without_javascript_then_follow_up_and_withdrawal(
    browser: Browser, live_server: Any, consultation: Consultation
) -> None:
    page = a_page(browser, javascript=False)
    page.goto(f"{live_server.url}/consultations/{consultation.slug}/repondre/")
    page.locator("label[for=id_age_0]").click()
    page.locator("label[for=id_consent]").click()
    page.get_by_role("button", name="Commencer").click()
    for field in ("q-easy-1", "q-gave_up-1", "q-difficulties-0"):
        page.locator(f"label[for={field}]").click()
    go_on = page.get_by_role("button", name="Enregistrer et continuer", exact=True)
    go_on.click()
    page.locator("#q-priorities-1").select_option("mental")
    page.locator("#q-needs").fill("Je n’ai plus envie de vivre ici sans médecin")
    page.get_by_role("button", name="continuer plus tard").click()
    code = page.locator("#code").inner_text()
    page.get_by_role("button", name="Effacer cet écran").click()
    page.goto(f"{live_server.url}/reprendre/")
    page.locator("#id_code").fill(code.lower())
    page.get_by_role("button", name="Reprendre", exact=True).click()
    assert page.get_by_role("heading", name="Besoin d’aide maintenant").is_visible()
    go_on.click()
    page.locator("label[for=q-respondent_for-0]").click()
    page.locator("label[for=q-commune-s1]").click()
    go_on.click()
    page.locator("#calcul").fill(answer_to(page.locator("label[for=calcul]").inner_text()))
    page.get_by_role("button", name="Envoyer ma réponse").click()
    assert page.locator("#code").inner_text() == code, "one code all the way"
    page.goto(f"{live_server.url}/suivre/")
    page.locator("#id_code").fill(code)
    page.get_by_role("button", name="Voir ma réponse").click()
    assert "Pas encore analysée" in page.content()
    page.get_by_role("link", name="Retirer ma réponse").click()
    page.get_by_role("button", name="Retirer ma réponse").click()
    assert "Votre réponse est retirée" in page.content()
    assert not Participation.objects.exists()
    assert Tombstone.objects.count() == 1


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_each_page_of_the_journey_is_sound_in_its_error_state_too(
    browser: Browser, live_server: Any, consultation: Consultation, width: int
) -> None:
    page = a_page(browser, width=width)
    start = f"{live_server.url}/consultations/{consultation.slug}"
    for address in (
        "/",
        "/donnees-personnelles/",
        f"/documents/{consultation.documents.get().public_id}/",
        "/repondre/",
    ):
        page.goto(start + address)
        sound(page)
    page.get_by_role("button", name="Commencer").click()
    sound(page)
    for address in ("/reprendre/", "/suivre/"):
        page.goto(live_server.url + address)
        sound(page)
        page.locator("#id_code").fill("abc")
        page.locator("main button[type=submit]").first.click()
        assert page.locator(".fr-message--error").is_visible()
        sound(page)


def test_pages_are_light(browser: Browser, live_server: Any, consultation: Consultation) -> None:
    """Bodies compressed as in production (gzip here, brotli there), on an empty cache."""
    page = a_page(browser)
    start = f"{live_server.url}/consultations/{consultation.slug}"
    for address in (
        f"{start}/",
        f"{start}/repondre/",
        f"{live_server.url}/suivre/",
        f"{live_server.url}/reprendre/",
    ):
        weigh(page, lambda address=address: page.goto(address))
    page.goto(f"{start}/repondre/")
    page.locator("label[for=id_age_0]").click()
    page.locator("label[for=id_consent]").click()
    weigh(page, page.get_by_role("button", name="Commencer").click)


def weigh(page: Page, act: Any) -> None:
    answers: list[Any] = []

    def received(answer: Any) -> None:
        answers.append(answer)

    page.on("response", received)
    act()
    page.wait_for_load_state("networkidle")
    page.remove_listener("response", received)
    got = [_size(answer) for answer in answers]
    assert 0 < sum(got) <= WEIGHT, f"{page.url}: {sum(got)} bytes"
    assert len(got) <= REQUESTS


def _size(answer: Any) -> int:
    if answer.status >= 300:
        return 500
    return len(gzip.compress(answer.body())) + 500
