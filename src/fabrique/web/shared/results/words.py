"""What a figure says in words: a share as a simple fraction, withdrawals as a range.

Fed by released values. Feeds presentation.py and the templates of results.
"""

from __future__ import annotations

from fractions import Fraction

from django.conf import settings
from django.utils.translation import gettext as _

from fabrique.web.templatetags.francais import nombre, pourcent

#: within half a point, a share is its fraction; otherwise it lies just under or just over it
_EXACT = 0.005


def _fractions() -> list[tuple[Fraction, str, bool]]:
    """(fraction, its words, whether they are a plural subject)."""
    return [
        (Fraction(1, 20), _("un répondant sur vingt"), False),
        (Fraction(1, 10), _("un répondant sur dix"), False),
        (Fraction(1, 5), _("un répondant sur cinq"), False),
        (Fraction(1, 4), _("un répondant sur quatre"), False),
        (Fraction(3, 10), _("trois répondants sur dix"), True),
        (Fraction(1, 3), _("un répondant sur trois"), False),
        (Fraction(2, 5), _("deux répondants sur cinq"), True),
        (Fraction(1, 2), _("un répondant sur deux"), False),
        (Fraction(3, 5), _("trois répondants sur cinq"), True),
        (Fraction(2, 3), _("deux répondants sur trois"), True),
        (Fraction(7, 10), _("sept répondants sur dix"), True),
        (Fraction(3, 4), _("trois répondants sur quatre"), True),
        (Fraction(4, 5), _("quatre répondants sur cinq"), True),
        (Fraction(9, 10), _("neuf répondants sur dix"), True),
    ]


def share_in_words(share: float) -> tuple[str, bool]:
    """(« près de trois répondants sur quatre (73 %) », whether it is plural), for 0.73.

    The nearest simple fraction, and on which side of it the share lies; the percentage says the rest.
    """
    if share >= 1:
        return _("tous les répondants"), True
    percentage = f" ({pourcent(share)})"
    if share < 0.03:
        return _("très peu de répondants") + percentage, True
    if share > 0.96:
        return _("presque tous les répondants") + percentage, True
    fraction, words, plural = min(_fractions(), key=lambda known: abs(float(known[0]) - share))
    gap = share - float(fraction)
    if abs(gap) > _EXACT:
        near = _("près de %(words)s") if gap < 0 else _("un peu plus de %(words)s")
        words = _elided(near % {"words": words})
    return words + percentage, plural


def _elided(sentence: str) -> str:
    """French elides « de un » into « d’un »."""
    return sentence.replace("de un ", "d’un ")


def withdrawals_in_words(count: int) -> str:
    """How many responses were withdrawn since a figure: a range where few were, since they are persons too."""
    if not count:
        return _("Aucune réponse n’a été retirée depuis.")
    if count < settings.FABRIQUE_SMALL_CELL:
        few = nombre(settings.FABRIQUE_SMALL_CELL - 1)
        return _("Depuis, de 1 à %(few)s réponses ont été retirées : ces chiffres les comptent encore.") % {
            "few": few
        }
    return _("Depuis, %(count)s réponses ont été retirées : ces chiffres les comptent encore.") % {
        "count": nombre(count)
    }
