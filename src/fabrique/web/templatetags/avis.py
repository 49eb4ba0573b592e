"""What part of a plan a point is about, in words.

Fed by web.shared.formal. Feeds the templates of both rooms of opinions.
"""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _

from fabrique.plan.services.texts import Part
from fabrique.web.templatetags.francais import typo

register = template.Library()


@register.simple_tag
def partie(parts: Mapping[str, Part], about: str) -> str:
    """« Objectif opérationnel : Mettre en route dix bus », or « Le plan entier »."""
    if not about:
        return _("Le plan entier")
    part = parts.get(about)
    return typo(f"{part.kind} : {part.title}") if part is not None else about
