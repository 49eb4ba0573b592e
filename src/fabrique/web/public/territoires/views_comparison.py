"""Two territories side by side.

Fed by restitution.services.pairs. Feeds templates/public/territoires/comparer.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from fabrique.observatory.services.public import PublicValue
from fabrique.restitution.services.comparing import Gap
from fabrique.restitution.services.pairs import Pair, Pairs, Side, pairs
from fabrique.territories.models import Territory
from fabrique.web.public.territoires.forms import PairForm, key_of
from fabrique.web.public.territoires.ground import on_loaded_ground
from fabrique.web.public.territoires.schema import csv_answer, number
from fabrique.web.shared.portraits import words
from fabrique.web.shared.portraits.blocks import TOTALS, section_titles
from fabrique.web.templatetags.francais import ABSENT, NBSP, nombre

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
    country_note: str
    first_median: str
    second_median: str


#: what the file says of a gap, in the words of the other files
_GAPS = {
    Gap.HIGHER: "plus-haut",
    Gap.LOWER: "plus-bas",
    Gap.NEAR: "proche",
    Gap.NOT_CLEAR: "pas-net",
    Gap.UNLIKE: "non-comparable",
    Gap.UNKNOWN: "non-connu",
}


@require_safe
@on_loaded_ground
def compare(request: HttpRequest, *, region: Territory) -> HttpResponse:
    """The form alone, or with its result; a wrong choice comes back with its reason.

    A link that names one territory opens the form with it: nothing was asked yet. The form itself sends both.
    """
    asked = "a" in request.GET and "b" in request.GET
    form = PairForm(request.GET if asked else None, region=region, initial=request.GET.dict())
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
            "choix": urlencode({"a": key_of(found.first), "b": key_of(found.second)}),
        }
    return render(request, "public/territoires/comparer.html", context)


@require_safe
@on_loaded_ground
def compare_csv(request: HttpRequest, *, region: Territory) -> HttpResponse:
    """The two territories, one line for each and each indicator; 404 without two territories of the region."""
    form = PairForm(request.GET, region=region)
    if not form.is_valid():
        raise Http404
    one, other = form.territories()
    lines = [_cells(side, pair) for pair in pairs(one, other).rows for side in (pair.first, pair.second)]
    return csv_answer(
        "comparaison",
        [cells for cells in lines if cells],
        name=f"comparaison-{key_of(one)}-{key_of(other)}",
    )


def _cells(side: Side, pair: Pair) -> list[object]:
    """One side of a pair as the page has it; nothing where it has no value."""
    own, equal = side.own, side.equal
    if own is None:
        return []
    return [
        own.code,
        own.label,
        own.unit,
        own.level,
        own.territory_code,
        own.territory_name,
        own.period,
        own.version,
        *(number(value) for value in (own.value, own.lower, own.upper)),
        *(number(value) for value in ((equal.rate, equal.low, equal.high) if equal else (None, None, None))),
        "1" if own.withheld else "0",
        _GAPS[pair.reading.gap],
        own.source,
        own.licence,
    ]


def sentences(found: Pairs) -> list[str]:
    """The clear gaps that matter most: judged indicators, the widest first."""
    clear = [
        pair
        for pair in found.rows
        if pair.reading.gap in (Gap.HIGHER, Gap.LOWER)
        and not pair.definition.code.startswith(words.UNJUDGED)
        and pair.judged
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
        "label": words.bound(words.label_words(own, alone=True)) + (_(", à âge égal") if equal else ""),
        "one": _with_unit(own, one),
        "first": words.in_words(found.first),
        "other": _with_unit(own, other),
        "second": words.in_words(found.second),
        "highest": words.in_words(highest),
        "period": pair.period,
    }
    sentence = _(
        "%(label)s (%(period)s) : %(one)s %(first)s, %(other)s %(second)s ; c’est plus élevé %(highest)s."
    )
    if pair.reading.rough:
        sentence += " " + _(
            "Ordre de grandeur : le taux est standardisé, le nombre de décès n’est pas connu."
        )
    return sentence % said


def _with_unit(own: PublicValue, value: float) -> str:
    """A value that says its unit, unless the label beside it does."""
    unit = own.unit_words
    short = words.short_words(own, value)
    told = not unit or not short[-1:].isdigit() or unit in words.label_words(own, alone=True)
    return short if told or own.code.startswith("mortalite_") else f"{short}{NBSP}{words.bound(unit)}"


def summary(found: Pairs) -> str:
    """How many judged figures compare, how many have a clear gap; what only describes is left out."""
    rows = [pair for pair in found.rows if pair.judged]
    clear = sum(pair.reading.gap in (Gap.HIGHER, Gap.LOWER) for pair in rows)
    apart = sum(pair.reading.gap in (Gap.UNKNOWN, Gap.UNLIKE) for pair in rows)
    said = ngettext(
        "Sur les indicateurs qui disent un mieux ou un moins bien (%(all)s), %(clear)s montre un écart : plus de cinq "
        "pour cent, ou des intervalles séparés.",
        "Sur les indicateurs qui disent un mieux ou un moins bien (%(all)s), %(clear)s montrent un écart : plus de "
        "cinq pour cent, ou des intervalles séparés.",
        _form(clear),
    ) % {"all": nombre(len(rows)), "clear": nombre(clear)}
    if apart:
        said += " " + ngettext(
            "%(apart)s ne se compare pas.", "%(apart)s ne se comparent pas.", _form(apart)
        ) % {"apart": nombre(apart)}
    return said


def _form(count: int) -> int:
    """The French plural starts at two, whatever catalogue is loaded."""
    return 2 if count >= 2 else 1


def row_of(pair: Pair) -> Row:
    """A line of the table."""
    own = pair.first.own or pair.second.own
    assert own is not None
    decimals = words.decimals_of(own)
    favour = words.favour_words(pair.definition.direction, pair.reading.gap)
    alone = pair.definition.unit in TOTALS or pair.aged or pair.ranked
    judged = not pair.definition.code.startswith((*words.UNJUDGED, "prevalence_"))
    return Row(
        label=words.label_words(own),
        period=pair.period,
        first=_own(pair.first),
        first_equal=_equal(pair.first, decimals),
        second=_own(pair.second),
        second_equal=_equal(pair.second, decimals),
        reading=_reading(pair),
        favour=favour if judged else "",
        region=_region(pair, decimals),
        country=nombre(_country(pair), decimals),
        country_note=_("médiane des départements") if _is_median(pair) else "",
        first_median=ABSENT if alone else nombre(pair.first.median, decimals),
        second_median=ABSENT if alone else nombre(pair.second.median, decimals),
    )


def _reading(pair: Pair) -> str:
    """The verdict; none for what only describes, unless the two do not compare at all."""
    if pair.ranked or (not pair.judged and pair.reading.gap not in (Gap.UNKNOWN, Gap.UNLIKE)):
        return ABSENT
    said = words.gap_words(pair.reading)
    return _("%(said)s (ordre de grandeur)") % {"said": said} if pair.reading.rough else said


def _region(pair: Pair, decimals: int) -> str:
    """The region; at equal ages beside what is compared so, never a crude share then."""
    if pair.standard is not None:
        return _("à âge égal %(rate)s") % {"rate": nombre(pair.standard.rate, decimals)}
    if pair.region is None or pair.aged or pair.ranked:
        return ABSENT
    return nombre(pair.region.value, decimals)


def _country(pair: Pair) -> float | None:
    """France as the source gives it, else from all its departments; nothing beside equal ages or ranks."""
    if pair.aged or pair.ranked:
        return None
    if pair.country is not None:
        return pair.country.value
    return pair.national.value if pair.national is not None else None


def _is_median(pair: Pair) -> bool:
    """Whether the column of France holds the median of the departments, not a figure of the whole country."""
    made = pair.country is None and pair.national is not None and not pair.national.computed
    return made and _country(pair) is not None


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
