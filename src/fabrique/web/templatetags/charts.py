"""``{% chart thing "ident" %}``: a chart of web/shared/charts with its sentence, its drawing and its table.

Fed by the builders of web/shared/charts. Feeds portraits, comparisons, maps and inequalities.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def chart(thing: Any, ident: str, tableau: bool = True) -> SafeString:
    """Nothing where there is no chart. ident: unique in the page. tableau=False where the page has the table."""
    if thing is None:
        return SafeString("")
    return render_to_string(thing.template, {"c": thing, "ident": ident, "tableau": tableau})
