"""What the worker does for meetings between two jobs: reminders, and forgetting who registered.

Fed by `fabrique worker` through common.registry.periodic. Feeds services.
"""

from __future__ import annotations

from fabrique.accounts.actors import System
from fabrique.meetings.services.registration_upkeep import forget_past, remind


def remind_registered() -> int:
    """Write to those whose meeting comes soon; returns how many."""
    return remind(System("meetings.reminders"))


def forget_registered() -> int:
    """Erase address, name and needs after the meeting; returns how many people were forgotten."""
    return forget_past(System("meetings.registrations"))
