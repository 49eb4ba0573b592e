"""What a relay's kit says: the consultation's own words, its dates, the relay's name and address, in French.

Fed by a RelayLink. Feeds the drawings (posters, flyer, visuals, letter) and the key under which they are kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.urls import reverse

from fabrique.consultations.services.definition import definition_of
from fabrique.relays.models import RelayLink
from fabrique.subscriptions.services import absolute
from fabrique.web.context import describe
from fabrique.web.shared.printing import qr_data
from fabrique.web.templatetags.francais import NBSP, date_longue, duree

#: a change of drawing wants a new number, so that kits kept from before are drawn again
EDITION = 1
TOPICS = 4
_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")


@dataclass(frozen=True)
class Kit:
    """All the words of a kit, ready to be set; dates and durations as people read them."""

    title: str
    lead: str
    question: str
    summary: str
    minutes: str
    until: str
    results: str
    age: int
    topics: tuple[str, ...]
    relay: str
    place: str
    address: str
    shown_address: str
    code: str
    agency: str
    instance: str
    fictitious: bool

    @property
    def digest(self) -> str:
        """Changes with anything that the drawings show."""
        told = json.dumps([EDITION, asdict(self)], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()

    @property
    def qr(self) -> str:
        """The QR code as the data address of an image."""
        return qr_data(self.address, scale=12)


def kit_of(link: RelayLink) -> Kit:
    """The words of a link's kit. The consultation has a frozen questionnaire: it is, or was, open."""
    consultation, instance = link.consultation, describe(None)
    definition = definition_of(consultation.questionnaires.current())
    lead, question = cut_title(consultation.title)
    address = absolute(reverse("repondre:relais", args=[link.code]))
    topics = [
        section.title
        for section in definition.sections
        if any(not one.profile_role for one in section.questions)
    ]
    return Kit(
        title=consultation.title,
        lead=lead,
        question=question,
        summary=consultation.summary,
        minutes=duree(definition.minutes) if definition.minutes else "",
        until=date_longue(consultation.closes_at),
        results=date_longue(consultation.restitution_due),
        age=consultation.minimum_age or 0,
        topics=tuple(topics[:TOPICS]),
        relay=link.relay.name,
        place=link.relay.place,
        address=address,
        shown_address=address.partition("://")[2].rstrip("/"),
        code=link.code,
        agency=instance["agency"],
        instance=instance["name"],
        fictitious=consultation.fictitious or instance["demonstration"],
    )


def cut_title(title: str) -> tuple[str, str]:
    """A title in two breaths: « La santé en Occitanie » and « Qu’en pensez-vous ? »; ('', title) where it has one.

    A closing remark in brackets is left out: the page of the consultation says it.
    """
    title = _BRACKETS.sub("", title.replace(NBSP, " "))
    lead, colon, rest = title.partition(" : ")
    if not colon:
        return "", title
    return lead.strip(), rest[:1].upper() + rest[1:]


@cache
def font(name: str) -> str:
    """A title font of the site's own static files (Spectral, open licence), as a data address; '' without it."""
    found = finders.find(f"dsfr/dist/fonts/{name}.woff")
    if not isinstance(found, str):
        return ""
    return "data:font/woff;base64," + base64.b64encode(Path(found).read_bytes()).decode()
