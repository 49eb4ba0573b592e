"""The front room in Chromium: axe, 320 px and zoom, light and dark, weight, keyboard, paper, without JavaScript.

Fed by tests/e2e/browser.py. Feeds nothing.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import REQUESTS, WEIGHT, follow, open_page, site, sound, weigh
from tests.factories.accounts import PASSWORD

__all__ = ["site"]
pytestmark = pytest.mark.e2e

PAGES = [
    "/",
    "/aide/",
    "/accessibilite/",
    "/mentions-legales/",
    "/donnees-personnelles/",
    "/plan-du-site/",
    "/connexion/",
    "/affichage/",
    "/page-absente/",
]
AGENTS = ["/agents/", "/agents/composants/"]


def sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/connexion/")
    page.get_by_label("Adresse électronique").fill("agent@exemple.test")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Se connecter"))
    page.wait_for_url("**/agents/")


@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_public_pages_are_sound(browser: Browser, site: str, width: int, dark: bool) -> None:
    page = open_page(browser, width=width, dark=dark)
    for address in PAGES:
        page.goto(site + address)
        sound(page)


@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
@pytest.mark.parametrize("width", [768, 1280])
def test_agents_pages_are_sound_errors_included(browser: Browser, site: str, width: int, dark: bool) -> None:
    page = open_page(browser, width=width, dark=dark)
    sign_in(page, site)
    for address in AGENTS:
        page.goto(site + address)
        sound(page)
    follow(page, page.get_by_role("button", name="Vérifier"))
    assert page.title().startswith("Erreur")
    sound(page)


def test_a_refused_sign_in_is_sound(browser: Browser, site: str) -> None:
    page = open_page(browser, width=320)
    page.goto(f"{site}/connexion/")
    follow(page, page.get_by_role("button", name="Se connecter"))
    assert page.title().startswith("Erreur")
    sound(page)
    page.get_by_role("alert").get_by_role("link").first.click()
    expect(page.locator("#id_username")).to_be_focused()


@pytest.mark.parametrize("address", PAGES)
def test_a_public_page_is_light_and_asks_no_other_host(browser: Browser, site: str, address: str) -> None:
    weight = weigh(open_page(browser, width=320), site + address)
    assert 0 < weight.bytes <= WEIGHT
    assert weight.requests <= REQUESTS
    assert weight.elsewhere == set()
    assert not [file for file in weight.files if "Marianne" in file or file.endswith(".js")]


@pytest.mark.django_db(transaction=True)
def test_the_theme_of_the_state_fetches_its_letters_where_it_is_authorised(
    browser: Browser, live_server: Any, settings: Any
) -> None:
    settings.FABRIQUE_THEME = "dsfr"
    weight = weigh(open_page(browser), f"{live_server.url}/")
    assert [file for file in weight.files if "Marianne" in file]
    assert weight.elsewhere == set()


def test_text_four_times_larger_reflows(browser: Browser, site: str) -> None:
    """1280 px at 400 % is a viewport of 320 px with the same text: nothing may be cut or scroll sideways."""
    page = open_page(browser, width=320, device_scale_factor=4)
    for address in PAGES:
        page.goto(site + address)
        sound(page)


def test_letters_alone_twice_as_large_reflow(browser: Browser, site: str) -> None:
    page = open_page(browser, width=768)
    for address in ("/", "/aide/", "/connexion/"):
        page.goto(site + address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide, screen = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= screen, address


def test_what_follows_a_row_of_buttons_is_not_glued_to_it(browser: Browser, site: str) -> None:
    page = open_page(browser, width=320)
    page.goto(f"{site}/suivre/")
    button = page.get_by_role("button", name="Voir ma réponse").bounding_box()
    following = page.get_by_text("Votre réponse n’est pas encore envoyée").bounding_box()
    assert button
    assert following
    assert following["y"] - (button["y"] + button["height"]) >= 16


def test_what_follows_a_notice_is_not_glued_to_it(browser: Browser, site: str) -> None:
    page = open_page(browser)
    page.goto(f"{site}/agents/composants/")
    notice = page.locator("main .fr-alert").bounding_box()
    following = page.locator("main .fr-alert + *").bounding_box()
    assert notice
    assert following
    assert following["y"] - (notice["y"] + notice["height"]) >= 16


@pytest.mark.parametrize(("width", "gutter"), [(320, 16), (1280, 24)])
def test_every_section_of_the_home_page_starts_under_the_title(
    browser: Browser, site: str, width: int, gutter: int
) -> None:
    page = open_page(browser, width=width)
    page.goto(f"{site}/")
    lefts = page.evaluate(
        """[...document.querySelectorAll("main .fr-container")].map(
            box => box.getBoundingClientRect().left + parseFloat(getComputedStyle(box).paddingLeft))"""
    )
    title = page.get_by_role("heading", level=1).bounding_box()
    assert title
    assert title["x"] >= gutter
    assert len(lefts) >= 4
    assert set(lefts) == {title["x"]}


def test_the_first_tab_leads_past_the_menu(browser: Browser, site: str) -> None:
    page = open_page(browser)
    page.goto(f"{site}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Contenu"
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#contenu$"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_focus_can_be_seen(browser: Browser, site: str) -> None:
    page = open_page(browser)
    page.goto(f"{site}/")
    for _ in range(12):
        page.keyboard.press("Tab")
        style, width = page.evaluate(
            "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
        )
        assert style != "none"
        assert float(width.removesuffix("px")) >= 2


def test_without_javascript_the_menu_the_answers_and_the_display_work(browser: Browser, site: str) -> None:
    page = open_page(browser, width=320, javascript=False)
    page.goto(f"{site}/")
    follow(page, page.get_by_role("navigation", name="Menu principal").get_by_role("link", name="Aide"))
    page.get_by_text("J’ai perdu mon code").click()
    expect(page.get_by_text("Votre réponse reste comptée")).to_be_visible()
    follow(page, page.get_by_role("contentinfo").get_by_role("link", name="Affichage clair ou sombre"))
    page.get_by_text("Sombre", exact=True).click()
    follow(page, page.get_by_role("button", name="Enregistrer mon choix"))
    page.wait_for_url("**/aide/")
    assert page.locator("html").get_attribute("data-fab-affichage") == "sombre"


@pytest.mark.parametrize(("dark", "expected"), [(False, "rgb(255, 255, 255)"), (True, "rgb(20, 25, 27)")])
def test_the_page_follows_the_device_and_the_reader_may_say_otherwise(
    browser: Browser, site: str, dark: bool, expected: str
) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    page = open_page(browser, dark=dark)
    page.goto(f"{site}/")
    assert page.evaluate(ground) == expected
    page.context.add_cookies([{"name": "affichage", "value": "clair" if dark else "sombre", "url": site}])
    page.goto(f"{site}/")
    assert page.evaluate(ground) != expected


def test_on_paper_the_page_is_black_on_white_without_menu(browser: Browser, site: str) -> None:
    page = open_page(browser, dark=True)
    page.goto(f"{site}/aide/")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.get_by_role("navigation", name="Menu principal").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()


@pytest.mark.parametrize(("asked", "lasts"), [("no-preference", "1s"), ("reduce", "0s")])
def test_what_would_move_stays_still_for_who_asks_for_it(
    browser: Browser, site: str, asked: str, lasts: str
) -> None:
    page = open_page(browser, reduced_motion=asked)
    page.goto(f"{site}/")
    page.evaluate("document.querySelector('h1').style.transition = 'color 1s'")
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).transitionDuration") == lasts
