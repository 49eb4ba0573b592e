"""One indicator over all the territories: map, table, trend, file with its Table Schema.

Fed by the observatory's public values. Feeds templates/public/territoires/ and spreadsheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fabrique.observatory.enums import Unit
from fabrique.observatory.services.public import DefinitionFacts, PublicValue, Sheet, catalogue, sheet
from fabrique.restitution.services.territories import territories_of
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.public.territoires.schema import TABLES, csv_answer, number, table_schema
from fabrique.web.shared.charts import TrendPoint, choropleth, small_multiples
from fabrique.web.shared.portraits import words

LEVELS = (Level.DEPARTMENT, Level.EPCI)
#: the first day of a period, as a number of years: where a point stands in a trend
_DAYS = 365.25


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every indicator that has a value, by theme."""
    rows = [(theme, list(members)) for theme, members in groupby(catalogue(), key=lambda one: one.theme)]
    return render(request, "public/territoires/indicateurs.html", {"themes": rows})


def _facts(code: str) -> DefinitionFacts:
    found = next((one for one in catalogue() if one.code == code), None)
    if found is None:
        raise Http404
    return found


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """The indicator over the departments, or the intercommunalities where only they have it or they are asked for."""
    definition = _facts(code)
    region = Territory.objects.perimeter()
    places = {level: territories_of(region, level) for level in LEVELS}
    country = list(Territory.objects.filter(level=Level.COUNTRY))
    values = sheet([code], [*places[LEVELS[0]], *places[LEVELS[1]], region, *country])
    known = [level for level in LEVELS if any(_shown(values, code, one) for one in places[level])]
    asked = request.GET.get("niveau", "")
    level = asked if asked in known else (known[0] if known else LEVELS[0])
    rows = _rows(values, code, places[Level(level)], definition)
    around = [(one, value) for one in [region, *country] for value in [_shown(values, code, one)] if value]
    first = next((value for _place, value in rows), None) or (around[0][1] if around else None)
    context: dict[str, Any] = {
        "definition": definition,
        "niveau": level,
        "autre": next((one for one in known if one != level), ""),
        "lignes": rows,
        "reperes": around,
        "valeur": first,
        "carte": _map(rows, str(level), definition),
        "suites": _trend(values, code, places[Level(level)], definition) if level == LEVELS[0] else None,
        "phrase": sentence(rows, definition),
        "periodes": sorted({value.period for _place, value in rows}),
        "unite": unit_words(definition),
    }
    return render(request, "public/territoires/indicateur.html", context)


def unit_words(definition: DefinitionFacts) -> str:
    """The unit, for the head of a column."""
    if definition.unit == Unit.PERCENT:
        return _("valeur, en %")
    return definition.unit_words or str(Unit(definition.unit).label)


def _shown(values: Sheet, code: str, place: Territory) -> PublicValue | None:
    """The value of the whole population, or of the only part that the source gives (women for maternity)."""
    return values.latest(code, place) or next(
        (one for sex in ("femme", "homme") if (one := values.latest(code, place, sex=sex))), None
    )


def _rows(
    values: Sheet, code: str, places: Sequence[Territory], definition: DefinitionFacts
) -> list[tuple[Territory, PublicValue]]:
    found = [(one, value) for one in places for value in [_shown(values, code, one)] if value is not None]
    return sorted(found, key=lambda pair: (pair[1].value is None, -(pair[1].value or 0.0), pair[0].name))


def sentence(rows: Sequence[tuple[Territory, PublicValue]], definition: DefinitionFacts) -> str:
    """« De 12,4 % (Haute-Garonne) à 21,4 % (Aude) »: never over two years or two definitions."""
    known = [(place, value) for place, value in rows if value.value is not None]
    if len(known) < 2:
        return ""
    if len({(value.version, value.period) for _place, value in known}) > 1:
        return _(
            "Les valeurs ne sont pas toutes de la même année ou de la même définition : ne les comparez pas."
        )
    (high, most), (low, least) = known[0], known[-1]
    return _("En %(period)s, l’indicateur va de %(least)s (%(low)s) à %(most)s (%(high)s).") % {
        "period": most.period,
        "least": words.short_words(least, least.value),
        "low": low.name,
        "most": words.short_words(most, most.value),
        "high": high.name,
    }


def _map(rows: Sequence[tuple[Territory, PublicValue]], level: str, definition: DefinitionFacts) -> Any:
    if len({(value.version, value.period) for _place, value in rows if value.value is not None}) != 1:
        return None  # a map over two years would compare what does not compare
    places = [(one.code, one.name, value.value, words.short_words(value, value.value)) for one, value in rows]
    return choropleth(
        sorted(places),
        level=level,
        title=_("%(label)s : carte") % {"label": definition.label},
        unit=unit_words(definition),
        decimals=definition.decimals,
    )


def _trend(values: Sheet, code: str, places: Sequence[Territory], definition: DefinitionFacts) -> Any:
    series = []
    for place in places:
        points = [
            TrendPoint(
                one.period_start.toordinal() / _DAYS,
                one.period,
                one.value,
                one.version,
                words.short_words(one, one.value),
            )
            for one in values.series(code, place)
        ]
        if points:
            series.append((place.name, points))
    return small_multiples(
        series,
        title=_("%(label)s dans le temps") % {"label": definition.label},
        unit=unit_words(definition),
        decimals=definition.decimals,
    )


@require_safe
def values_csv(request: HttpRequest, code: str) -> HttpResponse:
    """Every public value of the region's territories, France included; masked ones say so and stay empty."""
    _facts(code)
    region = Territory.objects.perimeter()
    country = Territory.objects.filter(level=Level.COUNTRY)
    places = [*(one for level in LEVELS for one in territories_of(region, level)), region, *country]
    return csv_answer("valeurs", _lines(sheet([code], places).all()), name=code)


def _lines(values: Iterable[PublicValue]) -> Iterator[list[object]]:
    for one in values:
        yield [
            one.code,
            one.label,
            one.level,
            one.territory_code,
            one.territory_name,
            one.period,
            one.sex,
            one.age,
            one.deprivation or "",
            number(one.value),
            one.unit,
            number(one.lower),
            number(one.upper),
            "1" if one.withheld else "0",
            one.status,
            "; ".join(part for part in (one.scope, one.qualifier) if part),
            one.version,
            one.source,
            one.licence,
        ]


@require_safe
def schema(request: HttpRequest, table: str = "valeurs") -> JsonResponse:
    """The Table Schema of the files of values, or of another table of the room."""
    if table not in TABLES:
        raise Http404
    return JsonResponse(table_schema(table), json_dumps_params={"ensure_ascii": False, "indent": 2})
