"""A part answered in Arabic at 320 px: language and direction of each text, axe, boxes on the right.

Fed by the live server and the demonstration's translation. Feeds nothing: what somebody who reads Arabic meets.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from fabrique.common.actors import Operator
from fabrique.consultations.models import Consultation, DraftResponse
from fabrique.consultations.services import put_recording
from fabrique.consultations.services.answering import content_of
from fabrique.demo.consultation import SECOND, open_wave
from fabrique.demo.people import load_people
from tests.e2e.browser import follow, open_page, sound

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

#: [left edge, right edge] of a box, of the words of its label, of the line that holds both
PAINTED = """id => {
  const label = document.querySelector(`label[for="${id}"]`), input = document.getElementById(id);
  const words = document.createRange(); words.selectNodeContents(label);
  const edges = box => [Math.round(box.left), Math.round(box.right)];
  return {words: edges(words.getBoundingClientRect()), input: edges(input.getBoundingClientRect()),
          element: edges(label.parentElement.parentElement.getBoundingClientRect())};
}"""


@pytest.fixture
def consultation(occitanie: Any) -> Consultation:
    """The demonstration's consultation in five languages, one question read aloud in Arabic."""
    opened = open_wave(load_people(Operator("tests"), occitanie), SECOND, occitanie)
    put_recording(
        Operator("tests"),
        version=opened.questionnaires.current(),
        question="health_state",
        language="ar",
        content=b"ID3\x04\x00" + bytes(400),
    )
    return opened


def begin_in(page: Page, address: str, language: str) -> None:
    """From the link of the consultation's page to the first part."""
    page.goto(address)
    follow(page, page.locator(f'main a[href$="lecture=langue-{language}"]'))
    page.locator("label[for=id_age_0]").click()
    page.locator("label[for=id_consent]").click()
    follow(page, page.get_by_role("button", name="Commencer"))


def test_a_part_is_answered_in_arabic_on_a_small_screen(
    browser: Browser, live_server: Any, consultation: Consultation
) -> None:
    page = open_page(browser, width=320)
    begin_in(page, f"{live_server.url}/consultations/{consultation.slug}/", "ar")
    sound(page)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator('h1 span[lang="ar"][dir="rtl"]')).to_be_visible()
    blocks = page.locator(".fab-question")
    assert blocks.count() == 6
    for title in page.locator(".fab-question__titre > span:first-child").all():
        assert (title.get_attribute("lang"), title.get_attribute("dir")) == ("ar", "rtl")
        assert not re.search("[A-Za-z]", title.inner_text())
    for label in page.locator(".fab-question .fr-fieldset__element label").all():
        assert (label.get_attribute("lang"), label.get_attribute("dir")) == ("ar", "rtl")
    for control in ("q-health_state-1", "q-access_difficulties-1"):
        page.locator(f"label[for={control}]").click()
        expect(page.locator(f"#{control}")).to_be_checked()
        at = page.evaluate(PAINTED, control)
        assert at["input"][0] >= at["words"][1], "the box stands on the right of the words"
        assert at["element"][1] - at["input"][1] <= 16, "and at the right edge"
    player = page.locator("#bloc-q-health_state audio")
    expect(player).to_have_count(1)
    assert player.evaluate("one => one.getBoundingClientRect().right") <= 320
    page.locator("label[for=q-gave_up_care-1]").click()
    page.locator("#q-access_story").fill("انتظرت ثلاثة أشهر")
    assert page.locator("#q-access_story").evaluate("one => getComputedStyle(one).direction") == "rtl"
    go_on = page.get_by_role("button", name="Enregistrer et continuer", exact=True)
    follow(page, go_on)
    sound(page)
    expect(page.locator('#resume-erreurs a[lang="ar"][dir="rtl"]')).to_have_count(1)
    page.locator("label[for=q-easy_access-0]").click()
    follow(page, go_on)
    sound(page)
    answers = content_of(DraftResponse.objects.get()).answers
    assert answers["access_story"] == "انتظرت ثلاثة أشهر"
    assert (answers["health_state"], answers["access_difficulties"]) == ("good", ["no_gp"])


def test_the_language_changes_on_the_way_without_javascript(
    browser: Browser, live_server: Any, consultation: Consultation
) -> None:
    page = open_page(browser, width=320, javascript=False)
    begin_in(page, f"{live_server.url}/consultations/{consultation.slug}/", "oc")
    page.locator("label[for=q-easy_access-0]").click()
    for button, language, direction in (("العربية", "ar", "rtl"), ("català", "ca", None)):
        follow(page, page.get_by_role("button", name=button, exact=True))
        title = page.locator("#q-easy_access-legende > span").first
        assert (title.get_attribute("lang"), title.get_attribute("dir")) == (language, direction)
        expect(page.locator("#q-easy_access-0")).to_be_checked()
    follow(page, page.get_by_role("button", name="Lire les questions en français courant"))
    expect(page.locator("#q-easy_access-0")).to_be_checked()
    expect(page.locator("#q-easy_access-legende > span").first).to_have_attribute("lang", "fr")
