"""From a title to a public calendar and an approved press release, in Chromium; then the same pages as visitors.

Fed by the live server and the organisers' screens. Feeds nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fabrique.accounts.enums import RoleCode
from fabrique.meetings.models import Meeting, PressDocument, Programme
from fabrique.meetings.services import announcing
from tests.e2e.browser import follow, open_page, sound
from tests.factories import meetings as make
from tests.factories import territories
from tests.factories.accounts import PASSWORD
from tests.factories.territories import OPERATOR
from tests.personas import email_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def signed_in(browser: Browser, site: str, role: str, *, javascript: bool = True) -> Page:
    page = open_page(browser, width=768, javascript=javascript)
    page.goto(f"{site}/connexion/")
    page.locator("input[name=username]").fill(email_of(role))
    page.locator("input[name=password]").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Se connecter"))
    return page


def press(page: Page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name, exact=True).first)


def test_a_programme_without_a_script_from_its_title_to_its_release(
    browser: Browser, live_server: Any, personas: Any
) -> None:
    for role in (RoleCode.MEETING_ORGANISER, RoleCode.APPROVER):
        personas[role]
    page = signed_in(browser, live_server.url, RoleCode.MEETING_ORGANISER, javascript=False)
    page.goto(f"{live_server.url}/agents/rencontres/")
    follow(page, page.get_by_role("link", name="Ouvrir un programme"))
    press(page, "Enregistrer")
    assert page.title().startswith("Erreur")
    page.get_by_label("Titre").fill("Réunions de printemps")
    page.get_by_label("Territoire").select_option(label="Occitanie (76)")
    page.get_by_label("Cadre").fill("Dire ce qui manque près de chez soi.")
    press(page, "Enregistrer")
    follow(page, page.get_by_role("link", name="Ajouter une rencontre"))
    page.get_by_label("Nature").select_option("reunion-publique")
    page.get_by_label("Titre").fill("Réunion de Cahors")
    page.get_by_label("Territoire").select_option(label="Lot (46)")
    page.get_by_label("Ville").fill("Cahors")
    press(page, "Enregistrer")
    follow(page, page.get_by_role("link", name="Fixer la date"))
    page.get_by_label("Jour").fill(make.in_days(20).date().isoformat())
    page.get_by_label("Heure de début").fill("18:30")
    press(page, "Fixer la date")
    page.goto(f"{live_server.url}/agents/rencontres/programmes/{Programme.objects.get().public_id}/")
    press(page, "Rendre public")
    press(page, "Préparer un communiqué")
    page.get_by_label("Titre (obligatoire)").fill("Une réunion publique à Cahors")
    press(page, "Enregistrer")

    document = PressDocument.objects.get()
    page = signed_in(browser, live_server.url, RoleCode.APPROVER)
    page.goto(f"{live_server.url}/agents/rencontres/presse/{document.public_id}/")
    sound(page)
    press(page, "Approuver")
    page.goto(f"{live_server.url}/rencontres/programmes/{Programme.objects.get().slug}/")
    expect(page.get_by_role("link", name="Communiqué de presse")).to_be_visible()
    expect(page.get_by_text("Cahors", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["clair", "sombre"])
def test_visitors_filter_the_calendar_and_open_a_meeting(
    browser: Browser, live_server: Any, personas: Any, width: int, dark: bool
) -> None:
    programme = make.make_programme(announced_steps=3)
    make.make_meeting(programme=programme, starts_at=make.in_days(5), venue="Salle des fêtes", open_=True)
    there = make.make_meeting(programme=programme, territory=territories.department("30"), city="Nîmes")
    gone = make.make_meeting(programme=programme, starts_at=make.in_days(3))
    announcing.cancel_meeting(OPERATOR, meeting=gone, notice="La salle est fermée.")
    page = open_page(browser, width=width, dark=dark)
    page.goto(f"{live_server.url}/rencontres/")
    sound(page)
    page.get_by_label("Département").select_option("30")
    press(page, "Filtrer")
    sound(page)
    follow(page, page.get_by_role("link", name=there.title))
    expect(page.get_by_text("En cours de programmation").first).to_be_visible()
    for address in (f"/rencontres/{gone.slug}/", f"/rencontres/programmes/{programme.slug}/"):
        page.goto(live_server.url + address)
        sound(page)


def test_the_organisers_screens_are_sound_and_a_conflict_is_shown(
    browser: Browser, live_server: Any, personas: Any
) -> None:
    personas[RoleCode.MEETING_ORGANISER]
    meeting = make.make_meeting(starts_at=make.in_days(5), open_=True)
    programme = meeting.programme
    page = signed_in(browser, live_server.url, RoleCode.MEETING_ORGANISER)
    room = f"{live_server.url}/agents/rencontres"
    names = ("", "date/", "deplacer/", "reporter/", "annuler/", "seances/")
    for address in (
        f"{room}/",
        *(f"{room}/{meeting.public_id}/{name}" for name in names),
        *(
            f"{room}/programmes/{programme.public_id}/{name}"
            for name in ("", "ecrire/", "themes/", "rencontre/")
        ),
    ):
        page.goto(address)
        sound(page)
    page.goto(f"{room}/{meeting.public_id}/ecrire/")
    Meeting.objects.filter(pk=meeting.pk).update(venue="Salle d’une collègue", revision=meeting.revision + 1)
    page.get_by_label("Lieu (salle, bâtiment)").fill("Ma salle")
    press(page, "Enregistrer")
    assert page.title().startswith("Erreur")
    sound(page)
    expect(page.get_by_text("Salle d’une collègue")).to_be_visible()
    press(page, "Enregistrer")
    assert Meeting.objects.get().venue == "Ma salle"
