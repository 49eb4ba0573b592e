"""Two territories side by side.

Fed by restitution.services.pairs. Feeds templates/public/territoires/comparer.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fabrique.observatory.enums import Direction
from fabrique.restitution.services.comparing import Gap
from fabrique.restitution.services.pairs import Pair, Pairs, Side, pairs
from fabrique.territories.models import Territory
from fabrique.web.public.territoires.forms import PairForm
from fabrique.web.public.territoires.ground import on_loaded_ground
from fabrique.web.shared.portraits import words
from fabrique.web.shared.portraits.blocks import TOTALS, section_titles
from fabrique.web.templatetags.francais import ABSENT, nombre

#: gaps named before the table
MOST = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table, every cell in words."""

    label: str
    period: str
    first: str
    first_equal: str
    second: str
    second_equal: str
    reading: str
    favour: str
    region: str
    country: str
    first_median: str
    second_median: str


@require_safe
@on_loaded_ground
def compare(request: HttpRequest, *, region: Territory) -> HttpResponse:
    """The form alone, or with its result; a wrong choice comes back with its reason."""
    asked = "a" in request.GET or "b" in request.GET
    form = PairForm(request.GET if asked else None, region=region)
    context: dict[str, Any] = {"form": form, "region": region}
    if asked and form.is_valid():
        found = pairs(*form.territories())
        context |= {
            "trouve": found,
            "un": found.first,
            "deux": found.second,
            "saillants": sentences(found),
            "sections": [
                (section_titles()[key], [row_of(pair) for pair in rows]) for key, rows in found.sections
            ],
            "niveaux_differents": found.first.level != found.second.level,
            "bilan": summary(found),
            "sources": [words.source_words(source) for source in found.sources],
        }
    return render(request, "public/territoires/comparer.html", context)


def sentences(found: Pairs) -> list[str]:
    """The clear gaps that matter most: judged indicators, the widest first."""
    clear = [
        pair
        for pair in found.rows
        if pair.reading.gap in (Gap.HIGHER, Gap.LOWER)
        and not pair.definition.code.startswith(words.UNJUDGED)
        and pair.definition.direction != Direction.NONE
    ]
    clear.sort(key=lambda pair: -_relative(pair))
    return [_sentence(pair, found) for pair in clear[:MOST]]


def _values(pair: Pair) -> tuple[float, float]:
    values = []
    for side in (pair.first, pair.second):
        own = side.own.value if side.own is not None else None
        values.append(side.equal.rate if side.equal is not None else own or 0.0)
    return values[0], values[1]


def _relative(pair: Pair) -> float:
    one, other = _values(pair)
    return abs(one - other) / (min(abs(one), abs(other)) or 1.0)


def _sentence(pair: Pair, found: Pairs) -> str:
    own = pair.first.own
    assert own is not None
    one, other = _values(pair)
    highest = found.first if pair.reading.gap == Gap.HIGHER else found.second
    equal = pair.first.equal is not None
    said = {
        "label": words.label_words(own, alone=True) + (_(", à âge égal") if equal else ""),
        "one": words.short_words(own, one),
        "first": words.in_words(found.first),
        "other": words.short_words(own, other),
        "second": words.in_words(found.second),
        "highest": words.in_words(highest),
        "period": pair.period,
    }
    return (
        _("%(label)s (%(period)s) : %(one)s %(first)s, %(other)s %(second)s ; c’est plus élevé %(highest)s.")
        % said
    )


def summary(found: Pairs) -> str:
    """How many figures compare, how many have a clear gap."""
    rows = found.rows
    clear = sum(pair.reading.gap in (Gap.HIGHER, Gap.LOWER) for pair in rows)
    apart = sum(pair.reading.gap in (Gap.UNKNOWN, Gap.UNLIKE) for pair in rows)
    said = _(
        "Sur %(all)s indicateurs, %(clear)s montrent un écart : plus de cinq pour cent, ou des intervalles séparés."
    ) % {
        "all": nombre(len(rows)),
        "clear": nombre(clear),
    }
    if apart:
        said += " " + _("%(apart)s ne se comparent pas.") % {"apart": nombre(apart)}
    return said


def row_of(pair: Pair) -> Row:
    """A line of the table."""
    own = pair.first.own or pair.second.own
    assert own is not None
    decimals = pair.definition.decimals
    favour = words.favour_words(pair.definition.direction, pair.reading.gap)
    total = pair.definition.unit in TOTALS
    judged = not pair.definition.code.startswith((*words.UNJUDGED, "prevalence_"))
    return Row(
        label=words.label_words(own),
        period=pair.period,
        first=_own(pair.first),
        first_equal=_equal(pair.first, decimals),
        second=_own(pair.second),
        second_equal=_equal(pair.second, decimals),
        reading=words.gap_words(pair.reading),
        favour=favour if judged else "",
        region=nombre(pair.region.value, decimals) if pair.region else ABSENT,
        country=nombre(_country(pair), decimals),
        first_median=ABSENT if total else nombre(pair.first.median, decimals),
        second_median=ABSENT if total else nombre(pair.second.median, decimals),
    )


def _country(pair: Pair) -> float | None:
    """France as the source gives it, else from all its departments."""
    if pair.country is not None:
        return pair.country.value
    return pair.national.value if pair.national is not None else None


def _own(side: Side) -> str:
    return words.short_words(side.own, side.own.value) if side.own is not None else ABSENT


def _equal(side: Side, decimals: int) -> str:
    """« à âge égal 7,88 (de 7,64 à 8,12) »."""
    if side.equal is None:
        return ""
    return _("à âge égal %(rate)s (%(interval)s)") % {
        "rate": nombre(side.equal.rate, decimals),
        "interval": words.interval_words(side.equal.low, side.equal.high, decimals),
    }
