"""The whole way in Chromium: an inhabitant's keyboard, the screens of an analyst and of a director, a proof.

Fed by the live server, the personas and a crowd. Feeds nothing: what each of them meets, axe on each page.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

from fabrique.accounts.enums import RoleCode
from fabrique.analysis.models import Assignment, Run
from fabrique.consultations.models import Consultation
from fabrique.contributions.models import Contribution
from fabrique.restitution.enums import Block
from fabrique.restitution.models import PublishedFigure
from tests.e2e.browser import follow, light, open_page, sound
from tests.e2e.test_answering import answer_by_keyboard
from tests.factories import consultations
from tests.factories.accounts import PASSWORD
from tests.journeys.crowd import LABEL, MINE, answer_as_a_crowd
from tests.personas import email_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
TITLE = "La santé, qu’en pensez-vous ?"
DESK = 1280


@pytest.fixture
def consultation(occitanie: Any) -> Consultation:
    return consultations.opened(TITLE)


class Desk:
    """An agent at a screen: opens pages by their address, checks each."""

    def __init__(self, browser: Browser, site: str, role: str) -> None:
        self.site = site
        self.page = open_page(browser, width=DESK)
        self.page.goto(f"{site}/connexion/")
        sound(self.page)
        follow(self.page, self.page.get_by_role("button", name="Se connecter"))
        assert self.page.title().startswith("Erreur")
        sound(self.page)
        self.page.locator("input[name=username]").fill(email_of(role))
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.press("Se connecter")

    def open(self, address: str) -> Page:
        self.page.goto(f"{self.site}{address}")
        sound(self.page)
        return self.page

    def press(self, name: str) -> None:
        follow(self.page, self.page.get_by_role("button", name=name).first)
        sound(self.page)


def analyse(analyst: Desk, consultation: Consultation) -> Run:
    """Ask for a run on the screen, leave it to the worker, come back."""
    analyst.open("/agents/")
    analyst.open("/agents/corpus/")
    analyst.open("/agents/analyses/")
    page = analyst.open(f"/agents/analyses/lancer/{consultation.source.public_id}/")
    page.get_by_label("Comparaison des idées").select_option("lexical")
    follow(page, page.locator("main form button[type=submit]"))
    sound(page)
    follow(page, page.get_by_role("link", name="Arrêter l’actualisation automatique"))
    sound(page)
    call_command("worker", "--once", "--interval", "0.1")
    run = Run.objects.get()
    analyst.open(f"/agents/analyses/{run.public_id}/")
    return run


def accept_and_quote(analyst: Desk, run: Run) -> None:
    """The theme of the inhabitant's words: refused under the program's label, then accepted and quoted."""
    idea = next(a.idea for a in assignments(run) if a.idea.contribution.raw_text == MINE)
    theme = next(a.theme for a in assignments(run) if a.idea_id == idea.pk)
    address = f"/agents/analyses/{run.public_id}/themes/{theme.public_id}/"
    page = analyst.open(address)
    analyst.press("Accepter et continuer")
    expect(page.locator(".fr-message--error, .fr-error-text").first).to_be_visible()
    page.locator("input[name=label]").fill(LABEL)
    analyst.press("Accepter et continuer")
    page = analyst.open(f"{address}idees/")
    follow(page, page.locator("li", has_text=MINE).get_by_role("button").first)
    sound(page)


def assignments(run: Run) -> list[Assignment]:
    rows = Assignment.objects.filter(idea__run=run).select_related("idea__contribution", "theme")
    return list(rows.order_by("-score", "pk"))


def publish(analyst: Desk, approver: Desk) -> None:
    analyst.open("/agents/publications/")
    analyst.press("Préparer")
    analyst.press("Valider")
    address = analyst.page.url.removeprefix(analyst.site).split("?")[0]
    approver.open(f"{address}apercu/")
    approver.open(address)
    approver.press("Publier")


def test_from_the_keyboard_of_an_inhabitant_to_the_proof_and_back(
    browser: Browser,
    live_server: Any,
    personas: Any,
    consultation: Consultation,
) -> None:
    site = live_server.url
    for role in (RoleCode.ANALYST, RoleCode.APPROVER):
        assert personas[role]
    inhabitant = open_page(browser, width=320)
    answer_by_keyboard(inhabitant, site, consultation, MINE)
    code = inhabitant.locator("#code").inner_text()
    answer_as_a_crowd(consultation)

    analyst, approver = Desk(browser, site, RoleCode.ANALYST), Desk(browser, site, RoleCode.APPROVER)
    page = approver.open(f"/agents/consultations/{consultation.public_id}/ouverture/")
    close(approver, page)
    consultation.refresh_from_db()
    run = analyse(analyst, consultation)
    accept_and_quote(analyst, run)
    publish(analyst, approver)

    for address in ("/resultats/", f"/resultats/{consultation.slug}/"):
        inhabitant.goto(f"{site}{address}")
        sound(inhabitant)
    figure = PublishedFigure.objects.get(block=Block.THEMES)
    proof = f"/resultats/{consultation.slug}/preuve/{figure.public_id}/"
    follow(inhabitant, inhabitant.locator(f'a[href="{proof}"]').first)
    sound(inhabitant)
    assert MINE in inhabitant.locator("blockquote").inner_text()
    for address in ("/resultats/", f"/resultats/{consultation.slug}/", proof):
        cold = open_page(browser, width=320)
        light(cold, lambda page=cold, address=address: page.goto(f"{site}{address}"))
    for each in one_of_each_block():
        inhabitant.goto(f"{site}/resultats/{consultation.slug}/preuve/{each.public_id}/")
        sound(inhabitant)

    look_up(inhabitant, site, code)
    assert MINE in inhabitant.content()
    expect(inhabitant.get_by_text(LABEL).first).to_be_visible()
    follow(inhabitant, inhabitant.locator(f'main a[href*="{proof}"]').first)
    assert inhabitant.url.endswith(proof)
    assert Contribution.objects.count() > 80


def close(approver: Desk, page: Page) -> None:
    """Close before the announced time: the reason is asked."""
    approver.press("Clore")
    assert page.title().startswith("Erreur") or page.locator(".fr-alert--error").is_visible()
    page.get_by_label("Motif").select_option(index=1)
    approver.press("Clore")


def one_of_each_block() -> list[PublishedFigure]:
    found: dict[str, PublishedFigure] = {}
    for row in PublishedFigure.objects.order_by("position"):
        found.setdefault(row.block, row)
    return list(found.values())


def look_up(page: Page, site: str, code: str) -> None:
    page.goto(f"{site}/suivre/")
    page.locator("#id_code").fill("ABCD")
    follow(page, page.locator("main button[type=submit]").first)
    sound(page)
    page.locator("#id_code").fill(code)
    follow(page, page.get_by_role("button", name="Voir ma réponse"))
    sound(page)
