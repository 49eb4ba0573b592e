"""Printed documents: tagged, titled, in their language, the same twice, fetching nothing; QR codes that read.

Fed by web.shared.printing. Feeds nothing.
"""

from __future__ import annotations

import io
import sys
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from django.template import Context, Template
from PIL import Image

from fabrique.common.errors import Refused
from fabrique.web.shared import printing
from fabrique.web.shared.printing import html_to_pdf, pdf, pdf_answer, png_pages, qr_data, qr_svg

PAGE = """<html lang="fr"><head><title>Une feuille</title></head><body><h1>Léa</h1>
<img alt="QR" src="{image}"></body></html>"""


def test_a_pdf_is_tagged_titled_and_says_its_language() -> None:
    with pikepdf.open(io.BytesIO(pdf("shared/printing/base.html", {}))) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "fr"
        assert "/StructTreeRoot" in document.Root


@pytest.mark.parametrize("filler", [225, 236])
def test_a_title_and_a_caption_stay_with_the_table_they_announce(filler: int) -> None:
    table = "".join(f"<tr><td>Ligne<br>{n}<br>suite<br>fin</td></tr>" for n in range(1, 4))
    drawn = Template(
        '{% extends "shared/printing/base.html" %}{% block title %}Essai{% endblock %}{% block content %}'
        f'<div style="height:{filler}mm"></div><h2>Décisions attendues</h2><table><caption>Actions bloquées'
        f"</caption><thead><tr><th>Tête</th></tr></thead><tbody>{table}</tbody></table>{{% endblock %}}"
    ).render(Context({}))
    with pypdfium2.PdfDocument(html_to_pdf(drawn)) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    (found,) = [text for text in pages if "Actions bloquées" in text]
    assert "Décisions attendues" in found
    assert "Ligne" in found
    assert all("Tête" in text for text in pages if "Ligne" in text)


def test_the_same_page_twice_gives_the_same_bytes() -> None:
    html = PAGE.format(image=qr_data("bonjour"))
    assert html_to_pdf(html) == html_to_pdf(html)


def test_what_anybody_may_ask_for_is_drawn_once_and_nothing_else_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(printing, "_drawn", lambda html: drawn.append(html) or html.encode())
    pages = [PAGE.format(image=word) for word in ("un", "deux")]
    for html in (pages[0], pages[0], pages[1]):
        assert html_to_pdf(html, public=True) == html.encode()
    assert drawn == pages
    html_to_pdf(pages[0])
    html_to_pdf("<p>un code</p>")
    html_to_pdf("<p>un code</p>")
    assert len(drawn) == 5


def test_nothing_is_fetched_to_draw_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    import urllib.request

    def asked(*_args: Any, **_more: Any) -> None:
        raise AssertionError("the page asked for a file")

    monkeypatch.setattr(urllib.request, "urlopen", asked)
    outside = html_to_pdf(PAGE.format(image="https://exemple.test/suivi.png"))
    local = html_to_pdf(PAGE.format(image="file:///etc/hostname"))
    for made in (outside, local):
        with pikepdf.open(io.BytesIO(made)) as document:
            assert len(document.pages[0].Resources.XObject) == 0


def test_a_qr_code_on_the_page_reads_back() -> None:
    drawn = png_pages(html_to_pdf(PAGE.format(image=qr_data("https://exemple.test/r/1"))), width=900)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn[0])))
    assert [code.text for code in found] == ["https://exemple.test/r/1"]


def test_an_inline_code_is_named_and_its_name_is_escaped() -> None:
    drawn = qr_svg("bonjour", label="Code <du relais>")
    assert "<title>Code &lt;du relais&gt;</title>" in drawn


def test_without_the_drawing_library_the_refusal_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(Refused, match="navigateur"):
        html_to_pdf("<html></html>")


def test_an_answer_carries_a_plain_file_name() -> None:
    answer = pdf_answer(b"%PDF", name="fiche", inline=False)
    assert answer["Content-Disposition"] == 'attachment; filename="fiche.pdf"'
