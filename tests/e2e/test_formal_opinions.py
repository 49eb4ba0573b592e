"""A formal consultation from its notice to its published differences, in Chromium: agent at 768 px, telephone, public.

Fed by factories/formal.py and the live server. Feeds nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import today
from fabrique.plan.models import FormalConsultation, Objective, Plan
from fabrique.plan.services.life import adopt, resume_drafting
from fabrique.plan.services.nomenclature import edit_node
from tests.e2e.browser import follow, open_page, sound
from tests.factories import accounts, formal
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
TITLE = "Avis sur l’essai"


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name).first


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/connexion/?next=/agents/avis/")
    page.locator("#id_username").fill(email)
    page.locator("#id_password").fill(accounts.PASSWORD)
    follow(page, page.locator("main button[type=submit]"))


def send(page: Page) -> None:
    """Prepared, completed, its notice written then published, with the keyboard's own fields; errors first."""
    follow(page, link(page, "Préparer une consultation"))
    follow(page, button(page, "Préparer"))
    assert page.title().startswith("Erreur")
    sound(page)
    page.locator("#id_plan").select_option(label="Plan d’essai")
    page.locator("#id_title").fill(TITLE)
    follow(page, button(page, "Préparer"))
    sound(page)
    follow(page, link(page, "Écrire l’avis de consultation"))
    page.locator("#id_notice").fill("Le projet est soumis pour avis pendant trois mois.")
    follow(page, button(page, "Enregistrer"))
    follow(page, link(page, "Publier l’avis de consultation"))
    sound(page)
    page.locator("#id_on").fill(today().isoformat())
    page.locator("#id_reference").fill("Recueil nº 12 (fictif)")
    page.locator("label[for=id_checked]").click()
    follow(page, button(page, "Publier l’avis"))
    four_months_pass()
    page.reload()
    expect(page.get_by_text("le délai est passé")).to_be_visible()
    sound(page)


def four_months_pass() -> None:
    """Only time can do it: no verb publishes a notice of four months ago on a text frozen today."""
    sent = today() - timedelta(days=120)
    consultation = FormalConsultation.objects.get()
    assert consultation.closes_on > today()
    FormalConsultation.objects.update(notice_on=sent, closes_on=sent + timedelta(days=92))
    consultation.consultees.update(sent_on=sent)


def record(page: Page, name: str, received: str) -> None:
    """The opinion of one consultee, its point; then back to the consultation."""
    follow(page, link(page, name))
    sound(page)
    page.locator("label[for=id_tone_1]").click()
    page.locator("#id_received_on").fill(received)
    page.locator("#id_text").fill("Avis favorable, avec une réserve.")
    follow(page, button(page, "Enregistrer l’avis"))
    page.locator("#id_point-text").fill("Dix bus ne suffisent pas.")
    page.locator("#id_point-about").select_option(formal.BUS)
    follow(page, button(page, "Relever ce point"))
    sound(page)


def answer(page: Page, address: str) -> None:
    page.goto(address + "points/")
    sound(page)
    follow(page, button(page, "Enregistrer la réponse"))
    assert page.title().startswith("Erreur")
    sound(page)
    page.locator("select").select_option("retenu")
    page.locator("textarea").fill("Il y en aura quinze.")
    follow(page, button(page, "Enregistrer la réponse"))
    page.goto(address)
    follow(page, button(page, "Terminer la consultation"))
    expect(page.get_by_text("Le plan n’est pas encore adopté.")).to_be_visible()


def adopt_elsewhere(plan: Plan) -> None:
    """What the room of the plan does: the text corrected, then adopted."""
    consultation = FormalConsultation.objects.get()
    apart = formal.one(consultation, "Conseil de surveillance")
    formal.opinion(apart, today(), received_on=today())
    resume_drafting(OPERATOR, plan=plan)
    bus = Objective.objects.get(plan=plan, key="bus")
    edit_node(OPERATOR, node=bus, values={"title": "Mettre en route quinze bus de santé."})
    adopt(OPERATOR, plan=plan, on=today(), act="Arrêté nº 1 (fictif)")


def differ(page: Page, address: str) -> None:
    page.goto(address)
    follow(page, button(page, "Comparer les deux textes"))
    sound(page)
    page.locator("fieldset label").first.click()
    follow(page, button(page, "Enregistrer la cause"))
    follow(page, button(page, "Publier les différences"))
    expect(page.get_by_text("Les différences sont publiées.")).to_be_visible()
    sound(page)


def test_from_the_notice_to_the_published_difference(
    browser: Browser, live_server: Any, occitanie: Any, personas: Any
) -> None:
    plan = formal.a_plan()
    lead = personas[RoleCode.PLAN_LEAD].user.email
    agent = open_page(browser, width=768)
    sign_in(agent, live_server.url, lead)
    sound(agent)
    send(agent)
    address = f"{live_server.url}/agents/avis/{FormalConsultation.objects.get().public_id}/"
    # an opinion is recorded on a telephone too
    phone = open_page(browser, width=320)
    sign_in(phone, live_server.url, lead)
    phone.goto(address)
    record(phone, "Conférence régionale", (today() - timedelta(days=60)).isoformat())
    answer(agent, address)
    adopt_elsewhere(plan)
    differ(agent, address)
    public = open_page(browser, width=320)
    public.goto(f"{live_server.url}/avis/")
    sound(public)
    follow(public, link(public, TITLE))
    sound(public)
    plain = open_page(browser, width=320, javascript=False)
    plain.goto(public.url)
    follow(plain, link(plain, "Voir ce que les avis ont changé"))
    expect(plain.locator("ins")).to_contain_text("quinze")
    expect(plain.locator("del")).to_contain_text("dix")
    expect(plain.get_by_text("Il y en aura quinze.")).to_be_visible()
    plain.get_by_text("parties sans changement").or_(
        plain.get_by_text("partie sans changement")
    ).first.click()
    expect(plain.get_by_text("Soigner près de chez soi").last).to_be_visible()
    public.goto(plain.url)
    sound(public)
