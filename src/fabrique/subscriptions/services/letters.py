"""A message as text and as plain HTML, from the same paragraphs: no image, no colour, nothing to fetch.

Fed by upper apps, which give sentences. Feeds send_later.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_ADDRESS = re.compile(r"https?://\S+")
_BEFORE_HIGH = re.compile(r" (?=[:;!?»])")
_AFTER_OPEN = re.compile(r"(?<=«) ")
#: what a header shows of a long title
LONGEST = 150


@dataclass(frozen=True)
class Letter:
    """What a message says: `text` and its HTML twin."""

    subject: str
    text: str
    html: str


def letter(
    subject: str,
    paragraphs: Sequence[str],
    *,
    button: tuple[str, str] | None = None,
    facts: Sequence[tuple[str, str]] = (),
    after: Sequence[str] = (),
) -> Letter:
    """A letter: paragraphs, then facts (label, value), then one link (label, address), then what comes after.

    Greeting and signature come by themselves. Nothing given is trusted as HTML: it is escaped.
    """
    subject = spaced(" ".join(subject.split()))
    subject = subject if len(subject) <= LONGEST else subject[: LONGEST - 1].rstrip() + "…"
    context = {
        "subject": subject,
        "paragraphs": [spaced(one) for one in paragraphs],
        "facts": [(label, spaced(value)) for label, value in facts],
        "button": button,
        "after": [spaced(one) for one in after],
        "signature": settings.FABRIQUE_AGENCY_NAME,
        "instance": settings.FABRIQUE_INSTANCE_NAME,
        "language": get_language() or "fr",
    }
    return Letter(subject, _text(context), render_to_string("subscriptions/courriel.html", context))


def _text(context: dict) -> str:
    blocks = [_("Bonjour,"), *context["paragraphs"]]
    if context["facts"]:
        fact = spaced(_("%(label)s : %(value)s"))
        blocks.append("\n".join(fact % {"label": label, "value": value} for label, value in context["facts"]))
    if context["button"]:
        label, address = context["button"]
        blocks.append(spaced(_("%(label)s :")) % {"label": label} + f"\n{address}")
    blocks += context["after"]
    blocks.append(f"{context['signature']}\n{context['instance']}")
    blocks.append(_("Ce message est envoyé par un programme. N’y répondez pas."))
    return "\n\n".join(blocks) + "\n"


def spaced(text: str) -> str:
    """The text with no-break spaces where French wants them, so that no mark begins a line."""
    return _AFTER_OPEN.sub("\u00a0", _BEFORE_HIGH.sub("\u00a0", text))


def html_of(subject: str, text: str) -> str:
    """The plain HTML of a text given alone: paragraphs kept, addresses made into links, all else escaped."""
    blocks = [
        [_pieces(line) for line in block.splitlines()]
        for block in re.split(r"\n\s*\n", text.strip())
        if block
    ]
    context = {"subject": subject, "blocks": blocks, "language": get_language() or "fr"}
    return render_to_string("subscriptions/courriel_texte.html", context)


def _pieces(line: str) -> list[tuple[bool, str]]:
    """The line cut at its addresses: (is an address, text)."""
    pieces, end = [], 0
    for found in _ADDRESS.finditer(line):
        address = found.group().rstrip(".,;:)»")
        pieces += [(False, line[end : found.start()]), (True, address)]
        end = found.start() + len(address)
    return [piece for piece in [*pieces, (False, line[end:])] if piece[1]]
