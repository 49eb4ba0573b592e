"""Paper in Chromium: booklets printed and read back from their image, entered twice by keyboard, settled,
followed with the slip; then a call. At 768 px, axe on each page.

Fed by the live server. Feeds nothing: what two operators and an analyst do on a Tuesday.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, expect

from fabrique.accounts.enums import RoleCode
from fabrique.consultations.models import AnswerDocument, Consultation
from fabrique.contributions.enums import Channel
from fabrique.contributions.models import Participation, Tombstone
from fabrique.paper.models import Batch, Call
from fabrique.paper.services import sheet_code
from tests.e2e.browser import follow, leaving, open_page, sound
from tests.factories import accounts, consultations
from tests.factories.paper import a_batch, operator_in
from tests.personas import email_of

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SECOND_OPERATOR = "seconde@exemple.test"
#: fields of a sheet after the agreement, the age and the day, as typed: the questionnaire of the factories
TYPED = {
    "easy": "2",
    "gave_up": "1",
    "gave_up_which": "des lunettes",
    "difficulties": "12",
    "priorities": "2 1",
    "minutes": "12",
    "needs": "Un médecin qui se déplace.",
    "respondent_for": "1",
    "age_band": "3",
    "sex": "1",
    "commune": "46000 Cahors",
    "situation": "1",
}


@dataclass(frozen=True)
class Printed:
    """One booklet as a scanner sees it: the address on its first page, the one on its slip."""

    sheet: str
    slip: str


@pytest.fixture
def consultation(occitanie: Any) -> Consultation:
    return consultations.opened("La santé, qu’en pensez-vous ?")


def signed_in(browser: Browser, site: str, email: str, **given: Any) -> Page:
    page = open_page(browser, width=768, **given)
    page.goto(f"{site}/connexion/")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(accounts.PASSWORD)
    follow(page, page.get_by_role("button", name="Se connecter"))
    page.goto(f"{site}/agents/papier/")
    return page


def read_back(content: bytes) -> list[Printed]:
    """The QR codes of each page, from its image at 110 dots an inch, two a booklet."""
    found = []
    with pypdfium2.PdfDocument(content) as document:
        for leaf in document:
            image = leaf.render(scale=110 / 72).to_pil().convert("L")
            found += [code.text for code in zxingcpp.read_barcodes(image)]
    return [Printed(*pair) for pair in zip(found[::2], found[1::2], strict=True)]


def prepared(page: Page) -> tuple[bytes, list[Printed]]:
    """A batch of four booklets, half of them entered twice; its PDF, and what a scanner reads in it."""
    follow(page, page.get_by_role("link", name="Préparer un lot de livrets"))
    page.get_by_label("Nombre de livrets").fill("4")
    page.get_by_label("Part des feuilles saisies deux fois").fill("50")
    sound(page)
    follow(page, page.get_by_role("button", name="Préparer le lot"))
    sound(page)
    link = page.get_by_role("link", name="Livrets 1 à 4 (PDF)")
    answer = page.request.get(f"{page.url.split('/agents/')[0]}{link.get_attribute('href')}")
    assert answer.headers["content-type"] == "application/pdf"
    assert "no-store" in answer.headers["cache-control"]
    return answer.body(), read_back(answer.body())


def check_document(content: bytes, title: str) -> None:
    """Tagged, in French, titled, on A4."""
    with pikepdf.open(io.BytesIO(content)) as document:
        assert bool(document.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "fr"
        assert title in str(document.docinfo["/Title"])
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        box = [round(float(side)) for side in document.pages[0].MediaBox]
        assert box == [0, 0, 595, 842]
        figures = [
            tag for tag in document.objects
            if isinstance(tag, pikepdf.Dictionary) and tag.get("/S") == "/Figure"
        ]  # fmt: skip
        assert figures
        assert all(str(tag.get("/Alt", "")) for tag in figures)


def scan(page: Page, address: str) -> None:
    """A scanner types the address in the field that holds the focus, and Enter."""
    # `autofocus` acts after the load: what is typed before it goes nowhere
    expect(page.locator("input[name=code]")).to_be_focused()
    with leaving(page):
        page.keyboard.type(address)
        page.keyboard.press("Enter")


def type_sheet(page: Page, changes: dict[str, str] | None = None) -> None:
    """A whole sheet by keyboard alone: Enter (or Tab out of a text) from one field to the next."""
    expect(page.locator("#id_accord")).to_be_focused()
    for typed in ("1", "1", "-"):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
    for name, typed in {**TYPED, **(changes or {})}.items():
        assert page.evaluate("document.activeElement.name") == f"q-{name}"
        page.keyboard.type(typed)
        page.keyboard.press("Tab" if name == "needs" else "Enter")
    assert page.evaluate("document.activeElement.type") == "submit"
    with leaving(page):
        page.keyboard.press("Enter")


def enter_all(page: Page, booklets: list[Printed]) -> None:
    """Three whole sheets, one of them with marks; the fourth without its agreement."""
    scan(page, booklets[0].sheet)
    sound(page)
    type_sheet(page)
    expect(page.get_by_text("saisie.", exact=False).first).to_be_visible()
    scan(page, booklets[1].sheet)
    type_sheet(page, {"easy": "!", "difficulties": "?", "minutes": "-"})
    scan(page, booklets[2].sheet)
    type_sheet(page, {"difficulties": "123"})
    expect(page.get_by_role("link", name="4. Quelles difficultés")).to_be_visible()
    sound(page)
    page.get_by_label("4. Quelles difficultés").fill("!")
    follow(page, page.get_by_role("button", name="Enregistrer la feuille"))
    scan(page, booklets[3].sheet)
    expect(page.locator("#id_accord")).to_be_focused()
    page.keyboard.type("-")
    follow(page, page.get_by_role("button", name="Enregistrer la feuille"))
    expect(page.get_by_text("comptée, pas enregistrée")).to_be_visible()


def test_from_the_printed_batch_to_the_rates_and_the_slip(
    browser: Browser, live_server: Any, consultation: Consultation, personas: Any
) -> None:
    assert personas[RoleCode.OPERATOR]
    operator_in("46", email=SECOND_OPERATOR, password=accounts.PASSWORD, full_name="Seconde opératrice")
    first = signed_in(browser, live_server.url, email_of(RoleCode.OPERATOR))
    sound(first)
    content, booklets = prepared(first)
    check_document(content, consultation.title)
    assert len(booklets) == 4
    assert all(f"/consultations/{consultation.slug}/?q=1&r=&f=" in one.sheet for one in booklets)
    first.goto(f"{live_server.url}/agents/papier/")
    enter_all(first, booklets)
    batch = Batch.objects.get()
    room = f"{live_server.url}/agents/papier/lots/{batch.public_id}/"
    first.goto(room)
    first.get_by_label("Feuilles revenues").fill("4")
    follow(first, first.get_by_role("button", name="Enregistrer le compte"))
    assert not Participation.objects.exists()
    follow(first, first.get_by_role("button", name="Tirer au hasard"))
    sound(first)
    expect(first.get_by_text("2 sur 3")).to_be_visible()
    expect(first.get_by_text("Toutes les feuilles comptées au retour sont traitées.")).to_be_visible()
    sampled = list(batch.forms.filter(state="tiree").order_by("number"))
    first.goto(f"{room}feuilles/{sampled[0].number}/")
    expect(first.get_by_text("la seconde revient à quelqu’un d’autre")).to_be_visible()

    second = signed_in(browser, live_server.url, SECOND_OPERATOR)
    scan(second, booklets[sampled[0].number - 1].sheet)
    assert "seconde saisie" in second.content()
    assert TYPED["needs"] not in second.content(), "the second entry sees nothing of the first"
    sound(second)
    read = {**_typed_first(sampled[0]), "easy": "1", "sex": "2", "needs": "Un médecin proche."}
    type_sheet(second, read)
    expect(second.get_by_text("des écarts sont à trancher")).to_be_visible()
    _second_whatever_it_holds(second, booklets, sampled[1])

    assert personas[RoleCode.ANALYST]
    third = signed_in(browser, live_server.url, email_of(RoleCode.ANALYST))
    third.goto(f"{room}qualite/")
    sound(third)
    expect(third.get_by_text("au moins 0").first).to_be_visible()
    _settle(third, room)
    third.goto(f"{room}qualite/")
    row = third.locator(".sai-qualite tr").filter(has_text="1. Je me soigne facilement.")
    expect(row).to_contain_text("seconde juste")
    expect(row).to_contain_text("50,0")
    sound(third)

    _check_corpus(batch)
    _follow_and_withdraw(browser, booklets[sampled[0].number - 1].slip)
    assert Participation.objects.filter(channel=Channel.PAPER).count() == 2


def _second_whatever_it_holds(page: Page, booklets: list[Printed], form: Any) -> None:
    """The other drawn sheet, read as the first operator read it."""
    scan(page, booklets[form.number - 1].sheet)
    type_sheet(page, _typed_first(form))
    expect(page.get_by_text("sans écart : elle est dans le corpus")).to_be_visible()


def _typed_first(form: Any) -> dict[str, str]:
    """The marks of the first entry, as one types them."""
    signs = {"ambigu": "!", "illisible": "?", "vide": "-"}
    return {key: signs[mark] for key, mark in form.entries.get(rank=1).marks.items()}


def _settle(page: Page, room: str) -> None:
    """Paper in hand: the second reading is right of the first question, neither of the text."""
    page.goto(f"{room}ecarts/")
    sound(page)
    follow(page, page.locator("tbody a").first)
    sound(page)
    follow(page, page.get_by_role("button", name="Enregistrer les décisions"))
    expect(page.get_by_text("Choisissez ce que dit la feuille.").first).to_be_visible()
    sound(page)
    for key, choice in (("easy", "1"), ("sex", "0"), ("needs", "2")):
        page.locator(f"label[for=id_d-{key}_{choice}]").click()
        page.locator(f"#id_c-{key}").select_option("lecture")
    page.locator("#id_v-needs").fill("Un médecin qui passe.")
    follow(page, page.get_by_role("button", name="Enregistrer les décisions"))
    expect(page.get_by_text("elle est dans le corpus")).to_be_visible()


def _check_corpus(batch: Batch) -> None:
    """Each sheet once, with its provenance; what was marked is no answer; the settled words."""
    rows = Participation.objects.filter(channel=Channel.PAPER)
    assert rows.count() == 3
    assert all(row.consent_at and row.notice_hash and row.form_version == 1 for row in rows)
    assert {form.state for form in batch.forms.all()} == {"enregistree", "ecartee"}
    texts = {text.raw_text for row in rows for text in row.contributions.filter(question__key="needs")}
    assert "Un médecin qui passe." in texts
    documents = [row.document for row in AnswerDocument.objects.all()]
    assert sum('"easy":"ambigu"' in document for document in documents) <= 1
    assert sum('"marks"' in document for document in documents) == 3


def _follow_and_withdraw(browser: Browser, slip: str) -> None:
    """What the person does at home with the sheet that was kept."""
    page = open_page(browser, width=320)
    page.goto(slip)
    assert "/suivre/r/" not in page.url
    expect(page.get_by_text("Un médecin qui passe.")).to_be_visible()
    follow(page, page.get_by_role("link", name="Retirer ma réponse"))
    follow(page, page.get_by_role("button", name="Retirer ma réponse"))
    expect(page.get_by_text("Votre réponse est retirée").first).to_be_visible()
    assert Tombstone.objects.count() == 1


def test_a_call_by_keyboard_and_its_code_spelled(
    browser: Browser, live_server: Any, consultation: Consultation, personas: Any
) -> None:
    assert personas[RoleCode.OPERATOR]
    page = signed_in(browser, live_server.url, email_of(RoleCode.OPERATOR))
    follow(page, page.get_by_role("link", name="Prendre une réponse au téléphone"))
    sound(page)
    follow(page, page.get_by_role("link", name="Commencer un appel"))
    sound(page)
    follow(page, page.get_by_role("button", name="Enregistrer la réponse"))
    expect(page.get_by_text("Lisez la phrase d’accord en entier").first).to_be_visible()
    sound(page)
    page.locator("#id_lue").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    for name, typed in TYPED.items():
        assert page.evaluate("document.activeElement.name") == f"q-{name}"
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    with leaving(page):
        page.keyboard.press("Enter")
    sound(page)
    expect(page.get_by_role("heading", name="Code à épeler")).to_be_visible()
    code = page.locator(".fab-code").inner_text()
    assert page.locator(".sai-epeler li").count() == 14
    follow(page, page.get_by_role("button", name="Le code est noté"))
    assert code not in page.content()
    assert (Participation.objects.get().channel, Call.objects.get().consents) == (Channel.TELEPHONE, True)
    page.goto(f"{live_server.url}/suivre/")
    page.locator("#id_code").fill(code)
    follow(page, page.get_by_role("button", name="Voir ma réponse"))
    expect(page.get_by_text("Un médecin qui se déplace.")).to_be_visible()


def test_a_sheet_is_entered_without_javascript_too(
    browser: Browser, live_server: Any, consultation: Consultation, personas: Any
) -> None:
    batch = a_batch(personas[RoleCode.OPERATOR], consultation=consultation, size=1)
    page = signed_in(browser, live_server.url, email_of(RoleCode.OPERATOR), javascript=False)
    page.get_by_label("Numéro de la feuille").fill(sheet_code(batch.code, 1))
    follow(page, page.get_by_role("button", name="Saisir cette feuille"))
    for name, typed in {"accord": "1", "age": "1", "jour": "-"}.items():
        page.locator(f"#id_{name}").fill(typed)
    for name, typed in TYPED.items():
        page.locator(f"#id_q-{name}").fill(typed)
    follow(page, page.get_by_role("button", name="Enregistrer la feuille"))
    expect(page.get_by_text("saisie.").first).to_be_visible()


def test_the_preparation_sheet_is_a_tagged_document_in_both_registers(
    browser: Browser, live_server: Any, consultation: Consultation
) -> None:
    page = open_page(browser, width=320)
    page.goto(f"{live_server.url}/consultations/{consultation.slug}/")
    link = page.get_by_role("link", name="Fiche de préparation à imprimer (PDF)").get_attribute("href")
    for query in ("", "?lecture=falc"):
        content = page.request.get(f"{live_server.url}{link}{query}").body()
        check_document(content, "fiche de préparation")
        with pypdfium2.PdfDocument(content) as document:
            first = document[0].render(scale=2).to_pil().convert("L")
            words = "".join(leaf.get_textpage().get_text_range() for leaf in document)
        assert zxingcpp.read_barcodes(first)[0].text.endswith(f"/consultations/{consultation.slug}/")
        assert ("Se soigner, c’est facile" in words) == (query != "")
