"""The other screens of one meeting: one line each, shown to whoever holds the right there.

Fed by the rooms of registration, attendance and facilitating. Feeds the organisers' page of a meeting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class RoomLink:
    """A screen: its route takes the public id of the meeting."""

    label: Any
    route: str
    verb: str


#: in the order of the day
LINKS: tuple[RoomLink, ...] = (
    RoomLink(_("Inscriptions"), "agents-rencontres:inscriptions", "meetings.read_registrations"),
    RoomLink(_("Présences"), "agents-rencontres:presences", "meetings.record_attendance"),
    RoomLink(_("Animation de la salle"), "agents-animation:rencontre", "meetings.enter_items"),
    RoomLink(_("Compte rendu"), "agents-animation:compte-rendu", "meetings.draft_minutes"),
)
