"""A relay from its request to its counts, in Chromium: kit downloaded, QR followed at 320 px, a person helped.

Fed by the live server and the outbox. Feeds nothing: what the person at the desk of a social centre meets.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from fabrique.consultations.models import Consultation
from fabrique.contributions.enums import Help
from fabrique.contributions.models import Participation
from fabrique.relays.models import Relay
from fabrique.web.shared.printing import png_pages
from tests.e2e.browser import follow, open_page, sound
from tests.factories import accounts, consultations, relays
from tests.factories.contributions import answer_to

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
WORDS = "Il faut un médecin au village"


@pytest.fixture
def consultation(occitanie: Any) -> Consultation:
    return consultations.opened("La santé, qu’en pensez-vous ?")


@pytest.fixture
def address(live_server: Any, settings: Any) -> str:
    """The live server, which is then also what messages and QR codes say."""
    settings.FABRIQUE_SITE_URL = live_server.url
    return str(live_server.url)


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/connexion/")
    page.locator("#id_username").fill(email)
    page.locator("#id_password").fill(accounts.PASSWORD)
    follow(page, page.locator("main button[type=submit]"))


def ask(page: Page, address: str) -> None:
    """The public form, its errors first."""
    page.goto(f"{address}/relais/")
    sound(page)
    follow(page, page.get_by_role("link", name="Demander à devenir relais").first)
    sound(page)
    page.locator("#id_answer").fill("0")
    follow(page, button(page, "Envoyer la demande"))
    assert page.title().startswith("Erreur")
    sound(page)
    page.locator("#id_name").fill("Centre social des Hirondelles")
    page.locator("#id_kind").select_option("social")
    page.locator("#id_territory").select_option(label="46 Lot")
    page.locator("#id_contact_name").fill("Accueil")
    page.locator("#id_contact_email").fill("accueil@hirondelles.test")
    page.locator("label[for=id_charter]").click()
    page.locator("#id_answer").fill(answer_to(page.content()))
    follow(page, button(page, "Envoyer la demande"))
    sound(page)


def accept(page: Page, address: str) -> None:
    """The organiser's screen."""
    follow(page, page.get_by_role("link", name="Relais", exact=True))
    sound(page)
    follow(page, page.get_by_role("link", name="Centre social des Hirondelles"))
    sound(page)
    follow(page, button(page, "Accepter ce relais"))
    expect(page.get_by_text("lien envoyé, pas encore utilisé")).to_be_visible()
    sound(page)


def choose_password(page: Page, address: str) -> None:
    page.goto(f"{address}/relais/invitation/{relays.token_for('accueil@hirondelles.test')}/")
    assert page.url.endswith("/relais/mot-de-passe/")
    sound(page)
    page.locator("#id_password").fill(accounts.PASSWORD)
    page.locator("#id_again").fill(accounts.PASSWORD)
    follow(page, button(page, "Enregistrer ce mot de passe"))
    sound(page)


def download(page: Page, folder: Path) -> bytes:
    with page.expect_download(timeout=90_000) as going:
        page.get_by_role("link", name="Tout télécharger (ZIP)").click()
    target = folder / "kit.zip"
    going.value.save_as(target)
    return target.read_bytes()


def code_of_a_poster(kit: bytes) -> str:
    """The address that a telephone reads on the drawn poster."""
    with zipfile.ZipFile(io.BytesIO(kit)) as zipped:
        poster = zipped.read("affiches/affiche-chemin-a4.pdf")
        assert any(name.startswith("questionnaires/questionnaires-") for name in zipped.namelist())
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png_pages(poster, width=900)[0])))
    return str(code.text)


def answer(page: Page) -> None:
    """From the first part to the check page, the words of one person in it."""
    go_on = button(page, "Enregistrer et continuer")
    for field in ("q-easy-1", "q-gave_up-1", "q-difficulties-0"):
        page.locator(f"label[for={field}]").click()
    follow(page, go_on)
    page.locator("#q-needs").fill(WORDS)
    sound(page)
    follow(page, go_on)
    page.locator("label[for=q-respondent_for-0]").click()
    page.locator("label[for=q-commune-s1]").click()
    follow(page, go_on)
    sound(page)


def send(page: Page) -> None:
    """The page's own script proves that a person answers; then the receipt."""
    button(page, "Envoyer ma réponse").click()
    page.wait_for_url("**/repondre/merci/", timeout=90_000)
    page.wait_for_load_state("load")


def test_a_relay_is_accepted_takes_its_kit_and_its_poster_brings_an_answer(
    browser: Browser, address: str, consultation: Consultation, personas: Any, tmp_path: Path
) -> None:
    ask(open_page(browser, width=320), address)
    agent = open_page(browser, width=768)
    sign_in(agent, address, personas["organisateur"].user.email)
    accept(agent, address)
    desk = open_page(browser)
    choose_password(desk, address)
    sign_in(desk, address, "accueil@hirondelles.test")
    follow(desk, desk.get_by_role("link", name="Mon relais").first)
    sound(desk)
    follow(desk, button(desk, "Préparer mes documents"))
    sound(desk)
    told = code_of_a_poster(download(desk, tmp_path))
    assert re.fullmatch(re.escape(address) + r"/r/[0-9A-Z]{6}/", told)
    phone = open_page(browser, width=320)
    phone.goto(told)
    expect(phone.get_by_text("Centre social des Hirondelles").first).to_be_visible()
    sound(phone)
    follow(phone, phone.get_by_role("link", name="Répondre au questionnaire"))
    sound(phone)
    phone.locator("label[for=id_age_0]").click()
    phone.locator("label[for=id_consent]").click()
    follow(phone, button(phone, "Commencer"))
    answer(phone)
    send(phone)
    row = Participation.objects.get()
    assert (row.relay, row.help) == (Relay.objects.get().organisation, Help.ALONE)
    desk.goto(f"{address}/relais/espace/")
    expect(desk.get_by_text("Moins de onze réponses pour l’instant, ou aucune")).to_be_visible()
    assert WORDS not in desk.content()


def test_a_person_is_helped_and_the_helpers_browser_keeps_nothing(
    browser: Browser, address: str, consultation: Consultation
) -> None:
    relay = relays.accepted()
    link = relays.link(relay, consultation)
    relays.person_of(relay)
    page = open_page(browser, width=768)
    sign_in(page, address, relay.contact_email)
    page.goto(f"{address}/relais/{relay.public_id}/")
    follow(page, page.get_by_role("link", name="Aider une personne à répondre"))
    sound(page)
    page.locator("label[for=accepte]").click()
    follow(page, button(page, "Accepter et continuer"))
    sound(page)
    page.locator("label[for=id_agrees]").click()
    page.locator("label[for=id_age_0]").click()
    page.locator("label[for=id_consent]").click()
    follow(page, button(page, "Commencer avec la personne"))
    sound(page)
    answer(page)
    assert WORDS in page.content()
    send(page)
    sound(page)
    row = Participation.objects.get()
    assert (row.relay, row.help) == (link.relay.organisation, Help.HELPED)
    for _step in range(6):
        page.go_back()
        page.wait_for_load_state("load")
        assert WORDS not in page.content(), page.url
        if "/aider/" in page.url:
            break
    for part in ("access", "ideas", "profile"):
        page.goto(f"{address}/consultations/{consultation.slug}/repondre/partie/{part}/")
        assert WORDS not in page.content()
    page.goto(f"{address}/repondre/merci/")
    follow(page, button(page, "Code remis : effacer l’écran"))
    sound(page)
    page.goto(f"{address}/repondre/merci/")
    assert page.url.endswith("/suivre/"), "the code is gone too"
