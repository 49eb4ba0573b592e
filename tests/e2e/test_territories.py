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
    follow(page, page.get_by_role("link", name="Comparer deux territoires"))
    page.get_by_label("Premier territoire").select_option(label="Lozère")
    page.get_by_label("Second territoire").select_option(label="Haute-Garonne")
    page.get_by_label("Second territoire").focus()
    page.keyboard.press("Tab")
    with leaving(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Lozère et Haute-Garonne")).to_be_visible()
    expect(page.get_by_text("montrent un écart")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Taux de pauvreté").first).to_contain_text("%")
    compared = page.url
    # axe is a script: the same pages again, with scripts allowed
    read = open_page(browser, width=320)
    for address in (
        compared,
        live_server.url + "/territoires/",
        live_server.url + "/territoires/departements/31/",
        live_server.url + "/territoires/indicateurs/taux_pauvrete/",
        live_server.url + "/territoires/inegalites/?indicateur=generalistes_pour_100000",
    ):
        light(read, lambda address=address: read.goto(address))
        sound(read)
