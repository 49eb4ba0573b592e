"""A share said in words, for the sentence before each chart.

Fed by released shares. Feeds presentation.py.
"""

from __future__ import annotations

from fractions import Fraction

from django.utils.translation import gettext as _

#: within half a point, a share is its fraction; otherwise it lies just under or just over it
_EXACT = 0.005


def _fractions() -> list[tuple[Fraction, str]]:
    return [
        (Fraction(1, 10), _("un répondant sur dix")),
        (Fraction(1, 5), _("un répondant sur cinq")),
        (Fraction(1, 4), _("un répondant sur quatre")),
        (Fraction(1, 3), _("un répondant sur trois")),
        (Fraction(2, 5), _("deux répondants sur cinq")),
        (Fraction(1, 2), _("un répondant sur deux")),
        (Fraction(3, 5), _("trois répondants sur cinq")),
        (Fraction(2, 3), _("deux répondants sur trois")),
        (Fraction(3, 4), _("trois répondants sur quatre")),
        (Fraction(4, 5), _("quatre répondants sur cinq")),
        (Fraction(9, 10), _("neuf répondants sur dix")),
    ]


def share_in_words(share: float) -> str:
    """« près de trois répondants sur quatre » for 0.73: the nearest simple fraction, and on which side it lies."""
    if share < 0.05:
        return _("moins d’un répondant sur vingt")
    if share > 0.975:
        return _("presque tous les répondants")
    fraction, words = min(_fractions(), key=lambda pair: abs(float(pair[0]) - share))
    gap = share - float(fraction)
    if abs(gap) <= _EXACT:
        return words
    return _("près de %(words)s") % {"words": words} if gap < 0 else _("un peu plus de %(words)s") % {"words": words}
