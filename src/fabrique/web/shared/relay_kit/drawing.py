"""The pieces of a kit, drawn: three posters in two sizes, a flyer, visuals for screens, a letter.

Fed by content.Kit and the templates beside. Feeds files.py. Everything is drawn here: nothing is fetched.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from fabrique.web.shared.printing import html_to_pdf, png_pages
from fabrique.web.shared.relay_kit.content import Kit, font
from fabrique.web.templatetags.francais import NBSP


@dataclass(frozen=True)
class Format:
    """A sheet or a screen: its sides in millimetres or pixels. One rem is a hundredth of its width."""

    name: str
    width: int
    height: int
    unit: str = "mm"

    @property
    def rem(self) -> str:
        return f"{self.width / 100:.4f}{self.unit}"

    @property
    def page(self) -> str:
        return f"{self.width}{self.unit} {self.height}{self.unit}"

    @property
    def tall(self) -> str:
        """Height of the page in rem, as CSS writes it."""
        return f"{100 * self.height / self.width:.4f}rem"


#: width of a letter of the title font, in its own size: measured on French titles
LETTER = 0.48
SMALLEST = 3.0
#: box of the title in each template, in rem: width, height, largest size
TITLES = {
    "question": (81.0, 59.0, 15.0),
    "voix": (90.0, 26.4, 12.4),
    "chemin": (87.0, 23.4, 11.0),
    "tract": (81.0, 59.0, 15.0),
    "carre": (80.0, 47.0, 13.0),
    "portrait": (88.0, 22.6, 10.6),
    "story": (86.0, 40.0, 15.0),
    "large": (56.0, 30.0, 8.4),
    "ecran": (54.0, 18.0, 8.2),
}
#: letters from which an address under a code takes two lines
CUT = 34
#: templates whose title and its opening are set in the same size
TOGETHER = {"question", "tract", "carre", "large"}
#: templates that use the drawing of another
DRAWN_AS = {"tract": "question"}

A3 = Format("A3", 297, 420)
A4 = Format("A4", 210, 297)
A5 = Format("A5", 148, 210)


def draw_pdf(kit: Kit, template: str, page: Format, **more: Any) -> bytes:
    """One template of the kit as a tagged PDF on that format."""
    context: Mapping[str, Any] = {
        "kit": kit,
        "page": page,
        "bold": font("Spectral-ExtraBold"),
        "regular": font("Spectral-Regular"),
        "drawing": drawing(template),
        **_set(kit, template),
        **more,
    }
    with translation.override("fr"):
        return html_to_pdf(render_to_string(f"shared/relay_kit/{template}.html", dict(context)))


def draw_png(kit: Kit, template: str, screen: Format, **more: Any) -> bytes:
    """One template of the kit as a PNG, pixel for pixel."""
    [image] = png_pages(draw_pdf(kit, template, screen, **more), width=screen.width)
    return image


def _set(kit: Kit, template: str) -> dict[str, Any]:
    """What depends on the length of the words: title sized to its box, bubbles filled, the address before its code."""
    width, height, largest = TITLES.get(template, TITLES["question"])
    lead, question = unbroken(kit.lead), unbroken(kit.question)
    together = [kit.lead, kit.question] if template in TOGETHER else [kit.question]
    host, slash, path = kit.shown_address.removesuffix(kit.code).partition("/")
    letters, cut = len(kit.shown_address), len(kit.shown_address) > CUT
    widest = len(host) if cut else letters + 3
    return {
        "lead": lead,
        "question": question,
        "title_size": f"{fit(together, width, height, largest):.2f}rem",
        "lead_size": f"{fit([kit.lead], width, 12, 5.2):.2f}rem",
        "bubbles": list(zip(("b1", "b2", "b3", "b4"), _filled(kit.topics), strict=False)),
        "host": host,
        "path": slash + path,
        "cut": cut,
        "narrow": f"{min(3.2, 64 / widest):.2f}rem",
        "narrower": f"{min(2.8, 60 / widest):.2f}rem",
        "wide": f"{min(4.2, 124 / letters):.2f}rem",
    }


def fit(texts: Sequence[str], width: float, height: float, largest: float) -> float:
    """The largest size, in rem, at which these texts one under the other hold in a box, words unbroken."""
    size = largest
    while size > SMALLEST:
        per_line = width / (size * LETTER)
        lines = sum(_lines(text, per_line) for text in texts if text)
        longest = max((len(word) for text in texts for word in _words(text)), default=0)
        if longest <= per_line and lines * size * 1.06 <= height:
            break
        size -= 0.2
    return size


def _words(text: str) -> list[str]:
    """Words as they may be cut: a hyphen holds its two halves, punctuation its word."""
    return text.replace(" ?", NBSP + "?").replace(" !", NBSP + "!").replace(" :", NBSP + ":").split(" ")


def _lines(text: str, per_line: float) -> int:
    lines, filled = 1, 0
    for word in _words(text):
        if filled and filled + 1 + len(word) > per_line:
            lines, filled = lines + 1, len(word)
        else:
            filled += len(word) + (1 if filled else 0)
    return lines


def unbroken(text: str) -> SafeString:
    """The text with each word kept whole, hyphens included: « pensez-vous ? » never breaks at its hyphen."""
    words = format_html_join(" ", '<span class="insec">{}</span>', ((word,) for word in _words(text) if word))
    return mark_safe(str(words))  # noqa: S308 - escaped by format_html_join


def _filled(topics: Sequence[str]) -> list[str]:
    """Four bubbles: the consultation's own parts, then an open invitation where there are fewer."""
    invitations = [_("Ce qui va bien"), _("Ce qui manque"), _("Ce qui vous inquiète"), _("Et vous ?")]
    return [*topics, *invitations[len(topics) :]][:4]


def drawing(template: str) -> str:
    """The drawing behind a template, as a data address: a background, which readers of tags pass over."""
    svg = render_to_string(f"shared/relay_kit/{DRAWN_AS.get(template, template)}.svg")
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
