"""Printed documents: a template becomes a tagged PDF (PDF/UA-1), and an address becomes a QR code.

Fed by any room's print template (extends shared/printing/base.html). Feeds booklets, posters, minutes, sheets.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping
from threading import Lock
from typing import Any

import segno
from django.core.cache import cache
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.web.context import describe

__all__ = ["html_to_pdf", "pdf", "pdf_answer", "png_pages", "qr_data", "qr_svg"]

#: held while PDFium draws
_DRAWING = Lock()
#: held while a public document is drawn: a crowd that asks for it waits for one drawing, not for its own
_PENCIL = Lock()
#: how long the drawing of a public page is kept, in seconds
_A_DAY = 24 * 3600
#: raised to whoever asks for a PDF on a server without the libraries that draw letters
MISSING = "printing.libraries"


def pdf(template: str, context: Mapping[str, Any], *, public: bool = False) -> bytes:
    """The template (it knows `instance`) drawn as a tagged PDF (PDF/UA-1): same context, same bytes.

    Nothing is fetched: images stand in the template as data. `public`: see html_to_pdf.
    Raises Refused('printing.libraries').
    """
    html = render_to_string(template, {"instance": describe(None), **context})
    return html_to_pdf(html, public=public)


def html_to_pdf(html: str, *, public: bool = False) -> bytes:
    """A whole HTML document (lang and title set) drawn as a tagged PDF. Raises Refused('printing.libraries').

    `public`: what anybody may ask for is drawn once and kept a day under the hash of its page, so that it is
    never stale and that asking again costs nothing. Never for a page that holds a code, a name, a
    draft or the words of an inhabitant, who may withdraw them: what is kept lies in clear in the cache.
    """
    if not public:
        return _drawn(html)
    key = f"pdf:{hashlib.sha256(html.encode()).hexdigest()}"
    held: bytes | None = cache.get(key)
    if held is None:
        with _PENCIL:
            # another request may have drawn it while this one waited
            held = cache.get(key) or _drawn(html)
            cache.set(key, held, _A_DAY)
    return held


def _drawn(html: str) -> bytes:
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as missing:
        raise Refused(
            MISSING,
            _(
                "Ce serveur ne peut pas dessiner de PDF : il lui manque WeasyPrint ou la bibliothèque Pango. "
                "La page elle-même s’imprime depuis le navigateur."
            ),
        ) from missing
    written = HTML(string=html, url_fetcher=_only_data()).write_pdf(pdf_variant="pdf/ua-1")
    return bytes(written)


def _only_data() -> Any:
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=["data"])


def pdf_answer(content: bytes, *, name: str, inline: bool = True) -> HttpResponse:
    """The PDF as an HTTP answer under a plain ASCII file name, without « .pdf »."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}.pdf"'
    return answer


def qr_svg(text: str, *, label: str, scale: int = 4) -> SafeString:
    """A QR code as inline SVG, named for who does not see it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=scale, border=4, xmldecl=False, svgclass=None, lineclass=None, title=label
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308  segno escapes the title


def qr_data(text: str, *, scale: int = 6) -> str:
    """A QR code as the data address of a PNG: for print templates."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=scale, border=4)
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def png_pages(content: bytes, *, width: int) -> list[bytes]:
    """Each page of a PDF as a PNG of that width in pixels: digital visuals are drawn as the posters are."""
    import pypdfium2

    pages: list[bytes] = []
    # PDFium draws one document at a time in a process, whatever its number of threads
    with _DRAWING, pypdfium2.PdfDocument(content) as document:
        for page in document:
            image = page.render(scale=width / page.get_width()).to_pil()
            out = io.BytesIO()
            image.save(out, format="PNG", optimize=True)
            pages.append(out.getvalue())
    return pages
