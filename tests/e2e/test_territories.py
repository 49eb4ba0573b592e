"""Two territories compared in Chromium, from the list of territories: keyboard, no script, 320 px, axe, weight.

Fed by the live server and tests.factories.portraits. Feeds nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import follow, leaving, light, open_page, sound
from tests.factories import portraits as make

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_an_inhabitant_compares_two_departments_on_a_telephone_without_script(
    browser: Any, live_server: Any, occitanie: Any
) -> None:
    make.an_observatory()
    page = open_page(browser, width=320, javascript=False)
    page.goto(live_server.url + "/territoires/")
    sound(page)
    follow(page, page.get_by_role("link", name="Comparer deux territoires"))
    sound(page)
    page.get_by_label("Premier territoire").select_option(label="Lozère")
    page.get_by_label("Second territoire").focus()
    page.get_by_label("Second territoire").select_option(label="Haute-Garonne")
    page.keyboard.press("Tab")
    with leaving(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Lozère et Haute-Garonne")).to_be_visible()
    expect(page.get_by_text("montrent un écart")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Taux de pauvreté").first).to_contain_text("%")
    sound(page)
    follow(page, page.get_by_role("link", name="Territoires", exact=True).first)
    follow(page, page.get_by_role("link", name="Lozère", exact=True))
    sound(page)
    wide = open_page(browser, width=1280)
    for address in (
        "/territoires/departements/31/",
        "/territoires/indicateurs/taux_pauvrete/",
        "/territoires/inegalites/?indicateur=generalistes_pour_100000",
    ):
        light(wide, lambda address=address: wide.goto(live_server.url + address))
        sound(wide)
