"""The facilitator's tablet in Chromium: without a network, with answers lost, with a session over, two of them.

Fed by the live server and a workshop of the Lot. Feeds nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from fabrique.accounts.enums import RoleCode
from fabrique.meetings.enums import ItemEntry, ItemState
from fabrique.meetings.models import Item, Meeting
from tests.e2e.browser import follow, open_page, sound
from tests.factories.accounts import PASSWORD
from tests.factories.workshops import TEXT, a_workshop, an_item
from tests.personas import email_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
TABLET = 768
#: what the console says of a network that is not there, or of an answer dropped on purpose
ABSENT = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_NETWORK_CHANGED")


class Tablet:
    """A facilitator signed in on a tablet, the room's screen open and ready to work without a network."""

    def __init__(self, browser: Browser, site: str, meeting: Meeting, width: int = TABLET) -> None:
        self.site, self.address = site, f"{site}/agents/animation/{meeting.public_id}/salle/"
        self.page: Page = open_page(browser, known=ABSENT, width=width)
        self.context: BrowserContext = self.page.context
        self.page.goto(f"{site}/connexion/")
        self.sign_in()
        self.page.goto(self.address)
        self.ready()
        self.settled()

    def ready(self) -> None:
        """The screen is the script's: what the page held before it is the server's list, which has no buttons."""
        expect(self.page.locator("body")).to_have_attribute("data-salle", "prete")
        expect(self.page.locator("#pret")).to_have_attribute("data-pret", "oui")

    def reload(self) -> None:
        """With the network: the device holds again what the server holds."""
        self.page.reload()
        self.ready()
        self.settled()

    def sign_in(self) -> None:
        self.page.locator("input[name=username]").fill(email_of(RoleCode.FACILITATOR))
        self.page.locator("input[name=password]").fill(PASSWORD)
        follow(self.page, self.page.get_by_role("button", name="Se connecter"))

    def note(self, text: str, kind: str = "Difficulté", people: str = "3") -> None:
        self.page.get_by_label(kind).check(force=True)
        self.page.get_by_label("Ce qui est dit").fill(text)
        self.page.get_by_label("Combien de personnes").fill(people)
        self.page.get_by_role("button", name="Noter ce propos").click()
        expect(self.page.get_by_label("Ce qui est dit")).to_have_value("")

    def waits(self, count: int) -> None:
        """The announced state is exact."""
        box = self.page.locator("#attente")
        said = {0: "Tout est envoyé.", 1: "Pas encore envoyé : 1 propos."}
        expect(box).to_have_text(said.get(count, f"Pas encore envoyés : {count} propos."))
        expect(box).to_have_attribute("role", "status")

    def settled(self) -> None:
        expect(self.page.locator("#reseau")).to_have_attribute("data-etat", "here")
        self.waits(0)

    def cut(self) -> None:
        """The screen knows it: what is noted from now on is noted without a network."""
        self.context.set_offline(True)
        expect(self.page.locator("#reseau")).to_have_attribute("data-etat", "away")

    def restore(self) -> None:
        self.context.set_offline(False)

    def kept(self) -> int:
        """How many items the device's own database holds."""
        held: int = self.page.evaluate(
            """() => new Promise((done) => { const asked = indexedDB.open("fabrique-animation", 1);
            asked.onsuccess = () => { const all = asked.result.transaction("items").objectStore("items").count();
            all.onsuccess = () => { asked.result.close(); done(all.result); }; }; })"""
        )
        return held


@pytest.fixture
def workshop(personas: Any) -> Meeting:
    personas[RoleCode.FACILITATOR]
    return a_workshop()


@pytest.fixture
def tablet(browser: Browser, live_server: Any, workshop: Meeting) -> Tablet:
    return Tablet(browser, live_server.url, workshop)


def texts() -> list[str]:
    return sorted(item.text for item in Item.objects.all())


def test_ten_items_noted_without_network_and_through_a_reload_are_all_there_once(tablet: Tablet) -> None:
    tablet.cut()
    for number in range(6):
        tablet.note(f"Propos {number}")
    tablet.waits(6)
    expect(tablet.page.locator("#reseau")).to_contain_text("Sans réseau")
    tablet.page.reload()
    expect(tablet.page.locator("body")).to_have_attribute("data-salle", "prete")
    tablet.waits(6)
    expect(tablet.page.locator("#propos > li")).to_have_count(6)
    tablet.page.get_by_role("link", name="Question 2").click()
    for number in range(6, 10):
        tablet.note(f"Propos {number}", kind="Proposition")
    tablet.waits(10)
    assert Item.objects.count() == 0
    sound(tablet.page)
    tablet.restore()
    tablet.settled()
    assert texts() == [f"Propos {number}" for number in range(10)]
    assert set(Item.objects.values_list("entry", flat=True)) == {ItemEntry.OFFLINE}
    assert Item.objects.filter(prompt__position=1).count() == 4
    assert tablet.kept() == 0, "what is acknowledged leaves the device"


def test_an_answer_that_never_comes_back_doubles_nothing(tablet: Tablet) -> None:
    lost: list[int] = []
    losing = True

    def drop(route: Route) -> None:
        # left in place to the end: taken away while an answer is on its way, it would be handled twice
        if not losing:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort("failed")

    tablet.cut()
    for number in range(10):
        tablet.note(f"Propos {number}")
    tablet.context.route("**/synchro/", drop)
    with tablet.page.expect_event("requestfailed", lambda request: "synchro" in request.url):
        tablet.restore()
    tablet.waits(10)
    assert lost[0] == 200
    assert Item.objects.count() == 10, "the server did receive them"
    tablet.page.get_by_role("button", name="Corriger : Propos 3", exact=True).click()
    tablet.page.get_by_label("Ce qui est dit").fill("Propos 3, mieux dit")
    with tablet.page.expect_event("requestfailed", lambda request: "synchro" in request.url):
        tablet.page.get_by_role("button", name="Enregistrer la correction").click()
    expect(tablet.page.get_by_label("Ce qui est dit")).to_have_value("")
    tablet.waits(10)
    losing = False
    tablet.page.get_by_role("button", name="Envoyer maintenant").click()
    tablet.settled()
    assert texts() == sorted(
        [*(f"Propos {number}" for number in range(10) if number != 3), "Propos 3, mieux dit"]
    )


def test_a_session_that_is_over_loses_nothing(tablet: Tablet) -> None:
    tablet.note("Avant")
    tablet.settled()
    Session.objects.all().delete()
    for number in range(3):
        tablet.note(f"Après {number}")
    expect(tablet.page.locator("#reseau")).to_contain_text("Votre connexion a pris fin")
    tablet.waits(3)
    sound(tablet.page)
    follow(tablet.page, tablet.page.get_by_role("link", name="Se reconnecter"))
    tablet.sign_in()
    assert "/salle/" in tablet.page.url
    tablet.ready()
    tablet.settled()
    assert texts() == ["Après 0", "Après 1", "Après 2", "Avant"]


def test_two_tablets_on_one_table_keep_both_versions_and_see_each_other(
    browser: Browser, live_server: Any, workshop: Meeting, tablet: Tablet
) -> None:
    item = an_item(workshop)
    other = Tablet(browser, live_server.url, workshop)
    tablet.reload()
    for one in (tablet, other):
        expect(one.page.locator("#propos")).to_contain_text(TEXT)
        one.cut()
        one.page.get_by_role("button", name="Corriger : Le soir").click()
    tablet.page.get_by_label("Ce qui est dit").fill("Version de la première")
    other.page.get_by_label("Ce qui est dit").fill("Version de la seconde")
    for one in (tablet, other):
        one.page.get_by_role("button", name="Enregistrer la correction").click()
        one.waits(1)
    tablet.restore()
    tablet.settled()
    other.restore()
    other.settled()
    expect(other.page.locator("#propos > li")).to_have_count(2)
    expect(other.page.get_by_text("Deux versions à départager")).to_have_count(2)
    other.note("Et un propos de plus")
    other.settled()
    assert texts() == ["Et un propos de plus", "Version de la première", "Version de la seconde"]
    assert Item.objects.get(conflict_of=item).text == "Version de la seconde"
    follow(other.page, other.page.get_by_role("link", name="Départager : Version de la seconde"))
    sound(other.page)
    follow(other.page, other.page.get_by_role("button", name="Garder celle-ci"))
    left = sorted(one.text for one in Item.objects.active())
    assert left == ["Et un propos de plus", "Version de la seconde"]


def test_a_shared_tablet_is_emptied_and_asks_before_it_loses_anything(tablet: Tablet) -> None:
    tablet.cut()
    tablet.note("Pas encore envoyé")
    tablet.page.get_by_text("Cet appareil", exact=True).click()
    tablet.page.get_by_role("button", name="Effacer cet appareil").click()
    expect(tablet.page.get_by_role("alertdialog")).to_contain_text("Propos pas encore envoyés : 1.")
    tablet.page.get_by_role("button", name="Garder").click()
    expect(tablet.page.get_by_role("alertdialog")).to_be_hidden()
    assert tablet.kept() == 1
    tablet.page.get_by_role("button", name="Effacer cet appareil").click()
    tablet.page.get_by_role("button", name="Effacer quand même").click()
    expect(tablet.page.locator("#pret")).to_have_text("Cet appareil ne garde plus rien.")
    tablet.waits(0)
    assert tablet.kept() == 0
    assert tablet.page.evaluate("caches.match(location.pathname).then((found) => found === undefined)")


def test_no_word_that_people_said_is_in_the_page_kept_on_the_device(
    tablet: Tablet, workshop: Meeting
) -> None:
    an_item(workshop, "Parole à ne pas garder")
    tablet.reload()
    expect(tablet.page.locator("#propos")).to_contain_text("Parole à ne pas garder")
    kept = tablet.page.evaluate("caches.match(location.pathname).then((found) => found.text())")
    assert "<h1>" in kept
    assert "Parole à ne pas garder" not in kept
    tablet.cut()
    tablet.page.goto(f"{tablet.site}/agents/animation/")
    expect(tablet.page.get_by_role("heading", level=1)).to_have_text("Le réseau n’est pas là")
    sound(tablet.page)
    follow(tablet.page, tablet.page.get_by_role("link", name=workshop.title))
    expect(tablet.page.locator("body")).to_have_attribute("data-salle", "prete")
    expect(tablet.page.locator("#sans-reseau")).to_be_visible()


def test_an_item_is_taken_away_and_put_back_and_a_refused_one_is_corrected(tablet: Tablet) -> None:
    tablet.note("À retirer")
    tablet.settled()
    tablet.page.get_by_role("button", name="Retirer : À retirer").click()
    expect(tablet.page.get_by_role("button", name="Remettre : À retirer")).to_be_visible()
    tablet.settled()
    assert Item.objects.get().state == ItemState.REMOVED
    tablet.page.get_by_role("button", name="Noter ce propos").click()
    expect(tablet.page.get_by_text("Écrivez le propos.")).to_be_visible()
    assert tablet.page.evaluate("document.activeElement.name") == "text"
    tablet.page.evaluate("document.querySelector('[name=text]').removeAttribute('maxlength')")
    tablet.note("x" * 4001)
    expect(tablet.page.locator("#attente")).to_contain_text("L’un d’eux est à corriger")
    expect(tablet.page.locator("#propos")).to_contain_text("coupez-le en deux")
    tablet.page.get_by_role("button", name="Corriger : xxx").click()
    tablet.page.get_by_label("Ce qui est dit").fill("Plus court")
    tablet.page.get_by_role("button", name="Enregistrer la correction").click()
    tablet.settled()
    assert texts() == ["Plus court", "À retirer"]


def test_by_keyboard_alone(tablet: Tablet) -> None:
    page = tablet.page
    page.get_by_label("Difficulté").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Tapé au clavier")
    page.keyboard.press("Control+Enter")
    # emptied once the words are kept: before, « everything is sent » is still what the screen said at first
    expect(page.get_by_label("Ce qui est dit")).to_have_value("")
    tablet.settled()
    assert texts() == ["Tapé au clavier"]
    assert page.evaluate("document.activeElement.name") == "text"


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_screen_is_sound_at_any_width(
    browser: Browser, live_server: Any, workshop: Meeting, width: int
) -> None:
    tablet = Tablet(browser, live_server.url, workshop, width=width)
    tablet.note(
        "Un propos assez long pour passer à la ligne sur un petit écran, et davantage encore s’il le faut."
    )
    tablet.settled()
    tablet.page.get_by_text("Cet appareil", exact=True).click()
    expect(tablet.page.get_by_role("button", name="Effacer cet appareil")).to_be_visible()
    sound(tablet.page)


def test_without_script_the_same_form_notes_with_the_network(
    browser: Browser, live_server: Any, workshop: Meeting
) -> None:
    page = open_page(browser, width=TABLET, javascript=False)
    page.goto(f"{live_server.url}/connexion/?next=/agents/animation/{workshop.public_id}/salle/")
    page.locator("input[name=username]").fill(email_of(RoleCode.FACILITATOR))
    page.locator("input[name=password]").fill(PASSWORD)
    follow(page, page.get_by_role("button", name="Se connecter"))
    expect(page.get_by_text("Sans JavaScript, cet écran fonctionne")).to_be_visible()
    assert not page.locator("#attente").is_visible()
    follow(page, page.get_by_role("link", name="Question 2"))
    page.get_by_label("Proposition").check(force=True)
    page.get_by_label("Ce qui est dit").fill("Une maison de santé")
    follow(page, page.get_by_role("button", name="Noter ce propos"))
    expect(page.locator("#propos")).to_contain_text("Une maison de santé")
    follow(page, page.get_by_role("button", name="Retirer : Une maison"))
    assert Item.objects.get().state == ItemState.REMOVED
