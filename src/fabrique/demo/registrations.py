"""Registrations of the demonstration: a full room with its waiting list, a half-empty one, needs to prepare.

Fed by the meetings of the demonstration that take registrations. Feeds the organisers' screens and the sheets.
No address is invented: these people registered by telephone, so that no message of a demonstration leaves.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.common.clock import told_at
from fabrique.demo.consultation import day
from fabrique.meetings.enums import Category, MeetingState
from fabrique.meetings.models import Meeting
from fabrique.meetings.services.registration import add_by_hand
from fabrique.territories.models import Territory

SEED = 2029
#: days from today at which people called
CALLED = -6
_FIRST_NAMES = (
    "Camille", "Dominique", "Maxence", "Jeanne", "Farid", "Lucie", "Ousmane", "Hélène", "Thierry", "Inès",
    "Marcel", "Aïcha", "Paul", "Rose", "Yann", "Colette", "Idriss", "Solange", "Bruno", "Leïla",
)  # fmt: skip
#: plainly invented
_LAST_NAMES = ("Fictive", "Exemple", "Inventé", "Imaginaire", "Démonstration")
_CATEGORIES = (
    (Category.USER, 9),
    (Category.PROFESSIONAL, 4),
    (Category.ELECTED, 2),
    (Category.FACILITY, 2),
    (Category.ASSOCIATION, 3),
    (Category.INSTITUTION, 2),
    (Category.INITIATIVE, 1),
)
_NEEDS = (
    "Une place pour un fauteuil, près de la porte.",
    "Une boucle magnétique.",
    "Un interprète en langue des signes.",
    "Un siège avec accoudoirs.",
)
#: where nobody counts the places
_WITHOUT_CAPACITY = 14


def load_registrations(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> int:
    """Fill the open meetings of the invented programme; run again, it adds nobody. Returns how many people."""
    people = 0
    open_ones = Meeting.objects.filter(
        programme__fictitious=True, registration_open=True, state=MeetingState.SCHEDULED
    ).order_by("starts_at", "slug")
    for rank, meeting in enumerate(open_ones):
        people += _fill(operator, meeting, rank)
    say(_("inscriptions aux rencontres chargées : %(n)d personnes fictives") % {"n": people})
    return people


def _fill(operator: Operator, meeting: Meeting, rank: int) -> int:
    """The first room is full and two people wait; the others are half empty."""
    chance = random.Random(f"{SEED}:{meeting.slug}")  # noqa: S311 - a story, not a secret
    places = meeting.capacity or _WITHOUT_CAPACITY
    wanted = min(places + 2, 60) if rank == 0 else min(max(places // 2, 1), 30)
    kinds, weights = zip(*_CATEGORIES, strict=True)
    with told_at(day(CALLED)):
        for number in range(wanted):
            name = f"{chance.choice(_FIRST_NAMES)} {chance.choice(_LAST_NAMES)}"
            category = chance.choices(kinds, weights)[0]
            needs = chance.choice(_NEEDS) if chance.random() < 0.15 else ""
            key = f"demo:{meeting.public_id}:{number}"
            add_by_hand(operator, meeting=meeting, category=category, name=name, needs=needs, key=key)
    return wanted
