"""A relay's kit: each file tagged or of its exact size, each QR read back on the drawn page, long titles held.

Fed by factories/relays.py. Feeds nothing.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fabrique.relays.models import RelayLink
from fabrique.web.shared.booklets import booklets_pdf
from fabrique.web.shared.printing import png_pages
from fabrique.web.shared.relay_kit import BY_KEY, PIECES, Kit, archive, draw, kit_of, preview, sheets, words
from fabrique.web.shared.relay_kit.content import cut_title
from fabrique.web.shared.relay_kit.drawing import SMALLEST, fit, unbroken
from fabrique_core.privacy.receipts import format_code
from tests.factories import consultations, relays

PDFS = [piece.key for piece in PIECES if piece.kind == "pdf"]
PNGS = [piece.key for piece in PIECES if piece.is_image]
#: visuals that are read on the telephone itself: an address to write, no code to photograph
WITHOUT_QR = {
    "visuel-carre-1080x1080",
    "visuel-portrait-1080x1350",
    "visuel-story-1080x1920",
    "visuel-large-1200x630",
}


@pytest.fixture
def link(occitanie: Any) -> RelayLink:
    return relays.link(
        relays.accepted("Centre social d’Essai"), consultations.opened("La santé : qu’en pensez-vous ?")
    )


@pytest.fixture
def kit(link: RelayLink) -> Kit:
    return kit_of(link)


def read(image: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(image)))]


def text_of(content: bytes) -> str:
    pages = pypdfium2.PdfDocument(content)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split())


@pytest.mark.django_db
@pytest.mark.parametrize("key", PDFS)
def test_a_printed_piece_is_tagged_and_its_code_opens_the_relays_address(kit: Kit, key: str) -> None:
    content = draw(kit, BY_KEY[key])
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fr"
        box = [float(side) * 25.4 / 72 for side in document.pages[0].MediaBox[2:]]
    page = BY_KEY[key].page
    assert box == pytest.approx([page.width, page.height], abs=0.5)
    assert read(png_pages(content, width=1000)[0]) == [kit.address]
    said = text_of(content).replace("\u00a0", " ")
    for wanted in (kit.shown_address, "ans nom", kit.until.replace("\u00a0", " "), kit.agency, kit.relay):
        assert wanted in said, wanted


@pytest.mark.django_db
@pytest.mark.parametrize("key", PNGS)
def test_a_visual_has_exactly_its_size(kit: Kit, key: str) -> None:
    content = draw(kit, BY_KEY[key])
    image = Image.open(io.BytesIO(content))
    assert image.size == (BY_KEY[key].page.width, BY_KEY[key].page.height)
    assert read(content) == ([] if key in WITHOUT_QR else [kit.address])


@pytest.mark.django_db
def test_the_archive_holds_every_piece_and_is_the_same_twice(kit: Kit) -> None:
    content = archive(kit, [("fiche.pdf", b"%PDF")])
    assert archive(kit, [("fiche.pdf", b"%PDF")]) == content
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        names = set(zipped.namelist())
        assert zipped.testzip() is None
    assert names == {f"{p.family}/{p.name}" for p in PIECES} | {"lisez-moi.txt", "questionnaires/fiche.pdf"}
    assert kit.address in words(kit)
    assert "{{" not in words(kit)


@pytest.mark.django_db
def test_a_piece_is_drawn_anew_when_its_words_change(kit: Kit) -> None:
    piece = BY_KEY["affiche-question-a4"]
    later = replace(kit, until="31 mars 2027")
    assert "31 mars 2027" in text_of(draw(later, piece))
    assert "31 mars 2027" not in text_of(draw(kit, piece))
    assert Image.open(io.BytesIO(preview(kit, piece))).width == 360


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", ["affiche-question-a4", "affiche-voix-a4", "affiche-chemin-a4", "visuel-carre-1080x1080"]
)
def test_a_very_long_title_still_stands_whole_on_one_page(kit: Kit, key: str) -> None:
    title = "Vieillir chez soi dans les vallées et les causses : de quoi aurez-vous besoin, et qui pourra vous aider ?"
    lead, question = cut_title(title)
    content = draw(replace(kit, title=title, lead=lead, question=question), BY_KEY[key])
    if BY_KEY[key].is_image:
        assert Image.open(io.BytesIO(content)).size == (1080, 1080)
    else:
        assert len(pypdfium2.PdfDocument(content)) == 1
        assert "qui pourra vous aider" in text_of(content).replace("\u00a0", " ")


def test_a_title_is_cut_at_its_colon_and_loses_its_remark() -> None:
    assert cut_title("La santé : qu’en dites-vous ? (démonstration)") == ("La santé", "Qu’en dites-vous ?")
    assert cut_title("Votre avis") == ("", "Votre avis")


def test_a_title_is_escaped() -> None:
    assert "<b>" not in unbroken("Santé <b>x</b>")


@given(words=st.lists(st.text("abcdefghij-", min_size=1, max_size=14), min_size=1, max_size=20))
def test_a_title_is_never_larger_than_its_box_allows(words: list[str]) -> None:
    size = fit([" ".join(words)], 80, 50, 15)
    assert SMALLEST - 0.2 <= size <= 15
    longer = fit([" ".join([*words, *words])], 80, 50, 15)
    assert longer <= size


@pytest.mark.django_db
def test_the_questionnaires_that_a_relay_prints_carry_no_code_of_a_response(occitanie: Any) -> None:
    """Who prints a code holds it (ADR 0014): a relay would read and withdraw the answers it collected."""
    consultation = consultations.opened()
    link = relays.link(relays.accepted(), consultation)
    batch = sheets.new_batch(link, size=1, register="standard")
    code = batch.forms.get().receipt_code
    with pypdfium2.PdfDocument(sheets.print_batch(relays.person_of(link.relay), batch)) as printed:
        told = " ".join(page.get_textpage().get_text_range() for page in printed)
    with pypdfium2.PdfDocument(booklets_pdf(batch, site="https://exemple.test")) as whole:
        full = " ".join(page.get_textpage().get_text_range() for page in whole)
    assert format_code(code) in full
    assert format_code(code) not in told
    assert "ne porte pas de code" in " ".join(told.replace("\N{NO-BREAK SPACE}", " ").split())
