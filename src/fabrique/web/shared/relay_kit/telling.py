"""A relay's own count in words: a number only from the threshold of small numbers on, and never an answer.

Fed by relays.querysets.counts_of. Feeds the relay's page and the agents' screen.
"""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from fabrique.relays.models import RelayLink
from fabrique.relays.querysets import counts_of
from fabrique.web.templatetags.francais import nombre

_WORDS = {11: "onze"}


def count_in_words(link: RelayLink) -> str:
    """« Moins de onze réponses pour l’instant », or « 34 réponses, dont 12 accompagnées »."""
    counts = counts_of(link)
    if counts.responses is None:
        least = settings.FABRIQUE_SMALL_CELL
        return _("Moins de %(least)s réponses pour l’instant, ou aucune") % {
            "least": _WORDS.get(least, least)
        }
    if counts.helped is None:
        return _("%(responses)s réponses") % {"responses": nombre(counts.responses)}
    return _("%(responses)s réponses, dont %(helped)s accompagnées") % {
        "responses": nombre(counts.responses),
        "helped": nombre(counts.helped),
    }
