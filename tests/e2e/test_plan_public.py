"""The plan read in Chromium: from its commitments to an action and back, two departments, an objective followed.

Fed by the live server and tests.factories.plan. Feeds nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from fabrique.plan.enums import Weather
from fabrique.plan.models import Action
from fabrique.plan.services import indicators
from fabrique.subscriptions.models import Email
from tests.e2e.browser import follow, leaving, light, open_page, sound
from tests.factories import plan as plans
from tests.factories.territories import OPERATOR, department

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def a_told_action() -> Action:
    """A public action of the Lozère with a weather and an indicator of three values."""
    plan = plans.a_plan("Projet régional de santé fictif")
    objective = plans.an_objective(plan, territory=department("48"), title="Un médecin à trente minutes")
    action = plans.an_action(plan, objective=objective, title="Un bus de prévention")
    indicators.give_weather(
        OPERATOR, action=action, weather=Weather.NEEDS_SUPPORT, sentence="Un médecin manque."
    )
    one = indicators.create_indicator(
        OPERATOR, of=action, title="Communes desservies", kind="deploiement", unit="communes",
        direction="rise", baseline=0, target=12,
    )  # fmt: skip
    for year, value in ((2023, 2), (2024, 5), (2025, 9)):
        indicators.record_value(OPERATOR, indicator=one, on=date(year, 1, 1), value=value, source="Relevé")
    return action


def fits(page: Any) -> None:
    """Nothing wider than the screen. (axe needs timers, which a page without script does not run.)"""
    wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide[0] <= wide[1], page.url


def test_an_inhabitant_reads_the_plan_down_to_an_action_compares_and_follows_an_objective(
    browser: Any, live_server: Any, occitanie: Any
) -> None:
    action = a_told_action()
    page = open_page(browser, width=320, javascript=False)
    page.goto(live_server.url + "/")
    follow(page, page.get_by_role("link", name="Lire le plan"))
    fits(page)
    challenge = action.objective.challenge
    for name in (challenge.commitment.title, challenge.title, action.objective.title, action.title):
        follow(page, page.get_by_role("link", name=name).first)
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        fits(page)
    expect(page.get_by_text("Un médecin manque.")).to_be_visible()
    expect(page.get_by_role("img", name="Communes desservies")).to_be_visible()
    page.get_by_text("Comment lire ces chiffres").click()
    expect(page.get_by_text("elle a besoin d’aide")).to_be_visible()

    # back to the objective, which is followed with the keyboard alone
    follow(page, page.get_by_role("link", name="Objectif", exact=True))
    follow(page, page.get_by_role("link", name="Être prévenu par courriel"))
    fits(page)
    page.get_by_role("textbox").fill("une.personne@exemple.test")
    with leaving(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ouvrez votre messagerie")).to_be_visible()
    fits(page)
    assert Email.objects.count() == 1

    follow(page, page.get_by_role("link", name="Plan de santé", exact=True).first)
    follow(page, page.get_by_role("link", name="Comparer deux départements"))
    page.get_by_label("Premier département").select_option(label="Lozère")
    page.get_by_label("Second département").select_option(label="Gard")
    follow(page, page.get_by_role("button", name="Comparer"))
    expect(page.get_by_role("heading", name="Lozère et Gard")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="Taux de réalisation moyen")).to_contain_text("75")
    fits(page)

    pages = (
        "/plan/",
        f"/plan/actions/{action.public_id}/",
        f"/plan/objectifs/{action.objective.public_id}/",
        "/plan/territoires/48/",
        "/plan/comparer/?a=48&b=30",
        "/plan/donnees/",
    )
    for page in (open_page(browser, width=320), open_page(browser, width=1280, dark=True)):
        for address in pages:
            light(page, lambda page=page, address=address: page.goto(live_server.url + address))
            sound(page)
