"""Reviews and evaluations in Chromium: from the lead's first form to what an inhabitant reads at 320 px.

Fed by the live server. Feeds nothing: what a lead, the director of publication and an inhabitant meet.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fabrique.accounts.enums import RoleCode
from fabrique.plan.models import Review
from fabrique.plan.services import recommendations
from tests.e2e.browser import follow, leaving, open_page, sound
from tests.factories import accounts
from tests.factories import reviews as make
from tests.factories.territories import OPERATOR
from tests.personas import Personas, email_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def sign_in(browser: Browser, address: str, mail: str, *, javascript: bool = True) -> Page:
    page = open_page(browser, width=768, javascript=javascript)
    page.goto(address)
    page.fill('input[name="username"]', mail)
    page.fill('input[name="password"]', accounts.PASSWORD)
    with leaving(page):
        page.keyboard.press("Enter")
    return page


def press(page: Page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name))


def test_a_review_from_preparation_to_the_public_page(
    browser: Browser, live_server: Any, occitanie: Any, personas: Personas
) -> None:
    world = make.a_world()
    make.lead_of(world.lozere, email="lozere@exemple.test", password=accounts.PASSWORD)
    assert personas[RoleCode.APPROVER]
    # without JavaScript: nothing of the work of a lead asks for it
    page = sign_in(browser, f"{live_server.url}/agents/bilans/", "lozere@exemple.test", javascript=False)
    follow(page, page.get_by_role("link", name="Préparer une revue"))
    page.get_by_label("Titre").fill("Revue de printemps")
    press(page, "Créer la revue")
    press(page, "Rejouer ce modèle")
    page.get_by_label("Nom de l’instantané").fill("Avant la revue")
    press(page, "Prendre un instantané maintenant")
    press(page, "Noter la revue comme tenue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Décisions de la revue")
    bus = page.get_by_role("row", name=re.compile("Un bus de soins"))
    bus.get_by_label("Décision", exact=True).select_option("ajuster")
    bus.get_by_label("Raison").fill("Le véhicule arrive en retard.")
    press(page, "Enregistrer les décisions de cette page")
    assert page.title().startswith("Erreur")
    bus.get_by_label("Ce qu’il faut faire").fill("Revoir le calendrier.")
    bus.get_by_label("Qui s’en charge").fill("Délégation de la Lozère")
    press(page, "Enregistrer les décisions de cette page")
    review = Review.objects.get()
    page.goto(f"{live_server.url}/agents/bilans/revues/{review.public_id}/modifier/")
    page.get_by_label("Ce qu’il faut retenir").fill("Le bus avance.")
    press(page, "Enregistrer")
    director = sign_in(
        browser,
        f"{live_server.url}/agents/bilans/revues/{review.public_id}/",
        email_of(RoleCode.APPROVER),
    )
    sound(director)
    press(director, "Publier la revue")
    director.goto(f"{live_server.url}/agents/bilans/")
    sound(director)
    _read_the_review(browser, live_server.url)


def _read_the_review(browser: Browser, site: str) -> None:
    """What an inhabitant reads on a telephone: nothing of the draft."""
    page = open_page(browser, width=320)
    page.goto(f"{site}/bilans/")
    sound(page)
    follow(page, page.get_by_role("link", name="Revue de printemps", exact=True))
    sound(page)
    expect(page.get_by_text("Le véhicule arrive en retard.")).to_be_visible()
    expect(page.get_by_text("brouillon")).to_have_count(0)
    follow(page, page.get_by_role("link", name="Lire le compte rendu aux habitants"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Où en est le plan de santé en Lozère")
    sound(page)


def test_a_recommendation_is_followed_up_to_the_public_page(
    browser: Browser, live_server: Any, occitanie: Any, personas: Personas
) -> None:
    evaluation = make.published_evaluation(make.a_world())
    recommendations.answer_recommendation(
        OPERATOR,
        recommendation=evaluation.recommendations.get(),
        answer="acceptee",
        text="Oui.",
        owner="Direction des soins",
        due_on=date(2020, 1, 1),
    )
    assert personas[RoleCode.PLAN_LEAD]
    inhabitant = open_page(browser, width=320)
    inhabitant.goto(f"{live_server.url}/bilans/recommandations/")
    expect(inhabitant.get_by_text("1 est en retard.")).to_be_visible()
    sound(inhabitant)
    here = f"{live_server.url}/agents/bilans/evaluations/{evaluation.public_id}/"
    page = sign_in(browser, here, email_of(RoleCode.PLAN_LEAD))
    sound(page)
    follow(page, page.get_by_role("link", name=re.compile("Ouvrir le samedi")))
    page.get_by_label("Suite donnée").select_option("abandonne")
    press(page, "Enregistrer la suite")
    assert page.title().startswith("Erreur")
    page.get_by_label("Suite donnée").select_option("fait")
    page.get_by_label("Précision").fill("Ouvert depuis mars.")
    press(page, "Enregistrer la suite")
    follow(page, page.get_by_role("link", name="Voir la page publique"))
    inhabitant.goto(page.url)
    expect(inhabitant.get_by_text("Ouvert depuis mars.")).to_be_visible()
    expect(inhabitant.get_by_text("en retard")).to_have_count(0)
    sound(inhabitant)
