"""Imports in Chromium: a Decidim export sent twice with its worker, a report corrected, the keyboard, 768 px.

Fed by the live server, the personas and factories/imports.py. Feeds nothing: what a secretary meets.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from fabrique.accounts.enums import RoleCode
from fabrique.contributions.models import Participation
from fabrique.imports.enums import ImportState
from fabrique.imports.models import ImportJob
from tests.e2e.browser import follow, leaving, open_page, sound
from tests.factories import imports as make
from tests.factories.accounts import PASSWORD
from tests.personas import email_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def signed_in(browser: Browser, site: str, *, javascript: bool = True, width: int = 768) -> Page:
    page = open_page(browser, width=width, javascript=javascript)
    page.goto(f"{site}/connexion/")
    page.locator("input[name=username]").fill(email_of(RoleCode.ANALYST))
    page.locator("input[name=password]").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Se connecter"))
    return page


def worker() -> None:
    call_command("worker", "--once", "--interval", "0.1")


def import_file(
    page: Page, site: str, path: Path, *, unit: str = "", title: str = "", audit: bool = True
) -> None:
    """From the list to the last page, as a secretary does: send, look at the columns, check, confirm."""
    look = sound if audit else _nothing
    page.goto(f"{site}/agents/imports/")
    look(page)
    follow(page, page.get_by_role("link", name="Importer un fichier"))
    look(page)
    page.get_by_label("Fichier").set_input_files(path)
    page.get_by_label("Territoire").select_option(label="Occitanie (76)")
    follow(page, page.get_by_role("button", name="Envoyer le fichier"))
    look(page)
    if title:
        page.get_by_label("Intitulé").fill(title)
    if unit:
        page.locator(f"input[name=unit][value={unit}]").check(force=True)
    follow(page, page.get_by_role("button", name="Vérifier le fichier"))
    look(page)
    worker()
    page.goto(page.url.split("?")[0])
    look(page)
    follow(page, page.locator("form[action$='/confirmer/'] button"))
    worker()
    page.goto(page.url.split("?")[0])
    look(page)


def _nothing(_page: Page) -> None:
    pass


@pytest.fixture
def analyst_ready(occitanie: Any, personas: Any) -> None:
    assert personas[RoleCode.ANALYST]


@pytest.mark.real_data
def test_a_real_decidim_export_twice_adds_nothing_the_second_time(
    browser: Browser, live_server: Any, analyst_ready: None, shared_data: Path
) -> None:
    page = signed_in(browser, live_server.url)
    path = shared_data / "decidim_lille" / "proposals.csv"
    import_file(page, live_server.url, path, title="Métropole, grand débat")
    expect(page.get_by_text("196 lignes ont été ajoutées")).to_be_visible()
    assert Participation.objects.count() == 196
    import_file(page, live_server.url, path)
    expect(page.get_by_text("Rien n’a été ajouté")).to_be_visible()
    assert Participation.objects.count() == 196


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_decidim_export_twice_adds_nothing_the_second_time(
    browser: Browser, live_server: Any, analyst_ready: None, tmp_path: Path, javascript: bool
) -> None:
    path = tmp_path / "propositions.csv"
    path.write_bytes(make.csv_of(make.PROPOSALS))
    page = signed_in(browser, live_server.url, javascript=javascript)
    import_file(page, live_server.url, path, title="Propositions", audit=javascript)
    expect(page.get_by_text("3 lignes ont été ajoutées")).to_be_visible()
    import_file(page, live_server.url, path, audit=False)
    expect(page.get_by_text("Rien n’a été ajouté")).to_be_visible()
    assert Participation.objects.count() == 3


def test_a_report_is_downloaded_corrected_and_sent_again(
    browser: Browser, live_server: Any, analyst_ready: None, tmp_path: Path
) -> None:
    path = tmp_path / "tableau.csv"
    path.write_bytes(make.csv_of(make.TABLE))
    page = signed_in(browser, live_server.url)
    import_file(page, live_server.url, path, unit="personne", title="Enquête")
    assert Participation.objects.count() == 3
    with page.expect_download() as caught:
        page.get_by_role("link", name="Rapport à corriger, texte").click()
    report = tmp_path / "a-corriger.csv"
    text = Path(caught.value.path()).read_bytes().decode("utf-8-sig")
    for wrong, right in ((";99;", ";46;"), ("douze cents", "42"), ("32/13/2023", "31/12/2023")):
        assert wrong in text
        text = text.replace(wrong, right)
    report.write_text(text, "utf-8-sig", newline="")
    follow(page, page.get_by_role("link", name="Voir les lignes"))
    sound(page)
    import_file(page, live_server.url, report)
    expect(page.get_by_text("2 lignes ont été ajoutées")).to_be_visible()
    assert Participation.objects.count() == 5


def test_refusals_and_the_list_are_sound_and_the_keyboard_goes_to_the_end(
    browser: Browser, live_server: Any, analyst_ready: None, tmp_path: Path
) -> None:
    page = signed_in(browser, live_server.url)
    photo = tmp_path / "photo.csv"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 100)
    page.goto(f"{live_server.url}/agents/imports/nouveau/")
    page.get_by_label("Fichier").set_input_files(photo)
    follow(page, page.get_by_role("button", name="Envoyer le fichier"))
    assert page.title().startswith("Erreur")
    sound(page)
    table = tmp_path / "tableau.csv"
    table.write_bytes(make.csv_of(make.TABLE))
    page.get_by_label("Fichier").set_input_files(table)
    follow(page, page.get_by_role("button", name="Envoyer le fichier"))
    tab_to(page, "input[name=unit]")
    page.keyboard.press("Space")
    tab_to(page, "select[name=role_0]")
    tab_to(page, "main form[method=post] .fab-actions button")
    with leaving(page):
        page.keyboard.press("Enter")
    worker()
    page.goto(page.url.split("?")[0])
    tab_to(page, "form[action$='/confirmer/'] button")
    with leaving(page):
        page.keyboard.press("Enter")
    worker()
    assert ImportJob.objects.get().state == ImportState.DONE


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus is on what the selector names: what the keyboard cannot reach fails."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", wanted):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")
