"""The age groups asked before any answer: what the rules on minors need, and no more.

Fed by a consultation's minimum age. Feeds printed booklets and the entry screens.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from fabrique.consultations.services.answering import PARENTAL_AGE


def age_groups(minimum: int) -> list[tuple[int, Any]]:
    """(least age of the group, label), from the oldest."""
    if minimum >= PARENTAL_AGE:
        return [
            (minimum, _("J’ai %(age)s ans ou plus") % {"age": minimum}),
            (0, _("J’ai moins de %(age)s ans") % {"age": minimum}),
        ]
    groups = [(PARENTAL_AGE, _("J’ai %(age)s ans ou plus") % {"age": PARENTAL_AGE})]
    if minimum > 0:
        between = _("J’ai entre %(low)s et %(high)s ans") % {"low": minimum, "high": PARENTAL_AGE - 1}
        groups += [(minimum, between), (0, _("J’ai moins de %(age)s ans") % {"age": minimum})]
    else:
        groups.append((0, _("J’ai moins de %(age)s ans") % {"age": PARENTAL_AGE}))
    return groups


def asks_a_parent(minimum: int) -> bool:
    """Whether some who may answer need a parent's agreement."""
    return minimum < PARENTAL_AGE
