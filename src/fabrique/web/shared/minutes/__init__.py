"""Minutes as they are read: by kind under each question, small numbers of people held back, and their PDF.

Fed by meetings.services.minutes. Feeds the public page of the minutes and the agents' preview and printing.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from fabrique.contributions.enums import Moderation
from fabrique.meetings.enums import ItemKind, MinutesState
from fabrique.meetings.models import Attendance, Item, Meeting, Minutes
from fabrique.meetings.services.minutes import KINDS, contents
from fabrique.web.shared.printing import pdf
from fabrique.web.templatetags.francais import compte, nombre

__all__ = ["attendance_in_words", "minutes_pdf", "people_in_words", "presented"]


def kind_titles() -> dict[str, str]:
    """Each kind in the plural, as the title of a list."""
    return {
        ItemKind.OBSERVATION: _("Constats"),
        ItemKind.DIFFICULTY: _("Difficultés"),
        ItemKind.INITIATIVE: _("Initiatives existantes"),
        ItemKind.PROPOSAL: _("Propositions"),
    }


def people_in_words(people: int | None, *, exact: bool = False) -> str:
    """« 14 personnes », « moins de 11 personnes » where a small number could tell who spoke, or « »."""
    if people is None:
        return ""
    if exact or people >= settings.FABRIQUE_SMALL_CELL:
        return compte(people, "f:personne")
    return _("moins de %(least)s personnes") % {"least": nombre(settings.FABRIQUE_SMALL_CELL)}


def attendance_in_words(meeting: Meeting) -> str:
    """How many came in all, « » where nobody counted. Categories stay internal: some hold a few persons."""
    counts = list(Attendance.objects.filter(meeting=meeting).values_list("count", flat=True))
    return people_in_words(sum(counts)) if sum(counts) else ""


def presented(minutes: Minutes, *, exact: bool = False) -> dict[str, Any]:
    """What the templates show of minutes: sections with their lists by kind, counts of statements, attendance."""
    titles = kind_titles()
    items = Item.objects.of_meeting(minutes.meeting)
    gone = set(items.erased().values_list("public_id", flat=True))
    if not exact:
        hidden = items.filter(contribution__moderation=Moderation.HIDDEN)
        gone |= set(hidden.values_list("public_id", flat=True))
    sections = []
    for section in contents(minutes):
        lists = [
            {
                "title": titles[kind],
                "items": [
                    _line(one, exact, one["id"] in gone) for one in section["items"] if one["kind"] == kind
                ],
            }
            for kind in KINDS
        ]
        sections.append({**section, "lists": [one for one in lists if one["items"]]})
    said = [item for section in sections for item in section["items"]]
    return {
        "minutes": minutes,
        "meeting": minutes.meeting,
        "sections": sections,
        "total": len(said),
        "par_nature": [
            {"title": titles[kind], "count": sum(one["kind"] == kind for one in said)} for kind in KINDS
        ],
        "presents": attendance_in_words(minutes.meeting),
        "brouillon": minutes.state == MinutesState.DRAFT,
    }


def minutes_pdf(minutes: Minutes) -> bytes:
    """The same as a tagged PDF, ready to be transmitted."""
    return pdf("shared/minutes/document.html", presented(minutes))


def _line(item: dict[str, Any], exact: bool, gone: bool) -> dict[str, Any]:
    """A statement as it is read; what was erased or moderated since the signature keeps its place, not its words."""
    if gone:
        return {**item, "text": _("Ce propos n’est plus affiché."), "carrier": "", "people_words": ""}
    return {**item, "people_words": people_in_words(item["people"], exact=exact)}
