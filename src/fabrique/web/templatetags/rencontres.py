"""Filters of a meeting: when, where, its state.

Fed by web.shared.meetings. Feeds the templates of both rooms of meetings.
"""

from __future__ import annotations

from typing import Any

from django import template

from fabrique.meetings.services.icalendar import place_of
from fabrique.web.shared import meetings as said

register = template.Library()


@register.filter
def quand(meeting: Any) -> str:
    """« vendredi 4 novembre 2022, de 10 h à 16 h », or « en cours de programmation »."""
    return said.when(meeting)


@register.filter
def horaires(session: Any) -> str:
    """The day and hours of one sitting."""
    return said.between(session.starts_at, session.ends_at)


@register.filter
def lieu(meeting: Any) -> str:
    """« Espace Georges Frêche, Mende »; empty where nothing is known."""
    return place_of(meeting)


@register.filter
def pastille(meeting: Any) -> dict[str, str] | None:
    """{sorte, texte} of the state, where the date does not say it already."""
    return said.badge_of(meeting)


@register.filter
def etat(meeting: Any) -> dict[str, str]:
    """{sorte, texte} of the state, always."""
    return said.state_badge(meeting)
