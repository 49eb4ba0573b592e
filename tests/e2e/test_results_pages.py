"""The results, their proofs, the waiting page and the list in Chromium: axe, 320 px, weight, no script needed.

Fed by the live server and a published consultation. Feeds nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from fabrique.restitution.enums import Block
from tests.e2e.browser import follow, light, open_page, sound
from tests.factories import consultations
from tests.factories import restitution as make

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(personas: Any) -> dict[str, str]:
    """The pages by name, one proof for each kind of block among them."""
    world, publication = make.a_published_world(personas, 60)
    waiting = consultations.opened("Une consultation en cours")
    results = f"/resultats/{world.consultation.slug}/"
    pages = {"liste": "/resultats/", "attente": f"/resultats/{waiting.slug}/", "résultats": results}
    for block in Block:
        row = make.figure_of(publication, block)
        pages[f"preuve {block}"] = f"{results}preuve/{row.public_id}/"
    number = make.figure_of(publication, Block.CLOSED, "minutes")
    ranking = make.figure_of(publication, Block.CLOSED, "priorities")
    return pages | {f"preuve {row.title}": f"{results}preuve/{row.public_id}/" for row in (number, ranking)}


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_every_page_is_sound(browser: Any, live_server: Any, addresses: dict[str, str], width: int) -> None:
    page = open_page(browser, width=width)
    for address in addresses.values():
        answer = page.goto(live_server.url + address)
        assert answer is not None
        assert answer.status == 200, address
        for summary in page.locator("details > summary").all():
            if summary.is_visible():
                summary.click()
        sound(page)


def test_the_way_from_the_list_to_a_proof_and_back_needs_no_script(
    browser: Any, live_server: Any, addresses: dict[str, str]
) -> None:
    page = open_page(browser, width=320, javascript=False)
    page.goto(live_server.url + addresses["liste"])
    follow(page, page.get_by_role("link", name="Parlons santé"))
    page.get_by_role("link", name="Les thèmes", exact=True).click()
    follow(page, page.get_by_role("link", name="D’où vient ce chiffre : Attendre"))
    assert page.get_by_role("heading", level=1).inner_text().endswith("Attendre")
    expect(page.get_by_text("Empreinte du corpus")).to_be_visible()
    follow(page, page.get_by_role("link", name="Revenir aux résultats"))
    follow(page, page.get_by_role("link", name="Voir où va ma réponse"))
    expect(page.get_by_label("code", exact=False).first).to_be_visible()


@pytest.mark.parametrize("name", ["liste", "attente", "résultats", "preuve themes", "preuve departements"])
def test_the_pages_are_light(browser: Any, live_server: Any, addresses: dict[str, str], name: str) -> None:
    page = open_page(browser, width=1280)
    light(page, lambda: page.goto(live_server.url + addresses[name]))
