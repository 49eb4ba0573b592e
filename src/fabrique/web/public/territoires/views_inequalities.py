"""Inequalities between fifths of the population: the page and its file.

Fed by restitution.services.inequalities. Feeds templates/public/territoires/inegalites.html, spreadsheets, views_means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fabrique.observatory.enums import Direction
from fabrique.observatory.services.public import catalogue, sheet
from fabrique.restitution.services.inequalities import (
    CRUDE,
    RANKINGS,
    SOURCE,
    Gradient,
    Group,
    fifths_held_back,
    gradient,
    rankings,
)
from fabrique.restitution.services.territories import territories_of
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.public.territoires import inequality_words as said
from fabrique.web.public.territoires.forms import Choices, GradientForm
from fabrique.web.public.territoires.ground import on_loaded_ground
from fabrique.web.public.territoires.schema import csv_answer, number
from fabrique.web.shared.charts import Given, QuintileBars, quintile_bars
from fabrique.web.shared.portraits import words
from fabrique.web.templatetags.francais import liste, nombre

#: totals and codes of a yes or no have no gradient
_UNITS = ("percent", "per_1000", "per_10000", "per_100000", "per_100", "euro", "km", "ratio")
_NOT = ("population_", "metier_", "diag_", CRUDE)
#: the first page that a visitor sees: deaths of all causes, which are standardised, else the next that can be shown
_FIRST = "mortalite_toutes_causes"
_TRIED = 8


def indicators(*directions: str) -> Choices:
    """The rates and means that departments have, by theme; those wished to go a way, where it is said."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in catalogue():
        if directions and one.direction not in directions:
            continue
        if one.unit in _UNITS and not one.code.startswith(_NOT):
            groups.setdefault(one.theme, []).append((one.code, one.label))
    return list(groups.items())


def automatic() -> Choices:
    """No order chosen: the source's own groups of persons where it has them, else the first of the others."""
    return [("", _("Le plus précis qui existe")), (SOURCE, _("Groupes de personnes donnés par la source"))]


def ranking_choices(region: Territory) -> Choices:
    """The scores that put departments in order, under their own names."""
    places = territories_of(region, Level.DEPARTMENT)
    return [(one.code, f"{one.label} ({one.period})") for one in rankings(sheet(RANKINGS, places), places)]


@require_safe
@on_loaded_ground
def index(request: HttpRequest, *, region: Territory) -> HttpResponse:
    """An indicator, a first one until one is chosen: its bars, its slope, its two measures, in words first."""
    asked = bool(request.GET.get("indicateur"))
    found = None if asked else first_gradient(region)
    form = _form(request if asked else None, region, found)
    context: dict[str, Any] = {"form": form, "region": region}
    if asked and form.is_valid():
        code = form.cleaned_data["indicateur"]
        found = gradient(code, region, ranking=form.cleaned_data["classement"])
        if found is None or found.ranking is not None:
            context["retenus"] = fifths_held_back(code, region)
    if found is not None:
        context |= {"trouve": found} | shown(found)
        context["choix"] = urlencode(
            {"indicateur": found.code, "classement": form.cleaned_data["classement"] if asked else ""}
        )
    return render(request, "public/territoires/inegalites.html", context)


def _form(request: HttpRequest | None, region: Territory, first: Gradient | None) -> GradientForm:
    return GradientForm(
        request.GET if request is not None else None,
        indicators=indicators(),
        rankings=[*automatic(), *ranking_choices(region)],
        initial={"indicateur": first.code} if first is not None else None,
    )


@require_safe
@on_loaded_ground
def index_csv(request: HttpRequest, *, region: Territory) -> HttpResponse:
    """The groups of the page, one line each; 404 where the page has none."""
    form = _form(request, region, None)
    found = None
    if form.is_valid():
        chosen = form.cleaned_data
        found = gradient(chosen["indicateur"], region, ranking=chosen["classement"])
    if found is None:
        raise Http404
    lines = [[*cells, found.source] for cells in group_cells(found)]
    return csv_answer("inegalites", lines, name=f"inegalites-{found.code}")


def group_cells(found: Gradient) -> list[list[object]]:
    """What the files say of each group of a gradient."""
    ranked = found.ranking.code if found.ranking is not None else ""
    return [
        [
            found.code,
            found.label,
            found.period,
            found.version,
            found.unit,
            ranked,
            group.number,
            "; ".join(group.territories),
            round(group.population) if group.territories else "" if group.base is None else round(group.base),
            *(number(value) for value in (group.value, group.low, group.high)),
        ]
        for group in found.groups
    ]


def first_gradient(
    region: Territory, *directions: str, made: Callable[[str, Territory], Gradient | None] = gradient
) -> Gradient | None:
    """Deaths of all causes, else the first of the list that says which way is better and can be shown by groups."""
    wished = directions or (Direction.FALL, Direction.RISE)
    judged = [code for _theme, group in indicators(*wished) for code, _label in group]
    places = [region, *territories_of(region, Level.DEPARTMENT)]
    known = {one.code for one in sheet(judged, places, latest_only=True).all() if one.value is not None}
    tried = sorted(known - set(RANKINGS), key=lambda code: (code != _FIRST, judged.index(code)))[:_TRIED]
    return next((found for code in tried if (found := made(code, region)) is not None), None)


def shown(found: Gradient) -> dict[str, Any]:
    """What the template needs of a gradient."""
    pair = found.summary.pair(ordered=True)
    return {
        "barres": bars(found),
        "phrases": said.sentences(found),
        "mesures": [said.measure(one, found) for one in pair] if pair else [],
        "autres": [
            said.measure(found.summary.measures[code], found)
            for code in ("D", "R", "ACI", "RCI", "SII_logit", "RII_logit", "PAR", "PAF")
            if code in found.summary.measures
        ],
        "classement": said.ranking(found),
        "sans": liste(found.without),
        "unite": said.unit(found.unit, found.unit_words),
    }


def bars(found: Gradient) -> QuintileBars:
    """Five bars, from the most to the least disadvantaged."""
    return quintile_bars(
        [
            Given(
                said.group(found, group.number, group.territories),
                group.value,
                group.low,
                group.high,
                _with_interval(group.value, group.low, group.high, found.decimals),
                _base(group),
            )
            for group in found.groups
        ],
        line=found.line,
        title=_("%(label)s, du groupe le plus défavorisé au plus favorisé")
        % {"label": words.bound(found.label)},
        unit=said.unit(found.unit, found.unit_words),
        decimals=found.decimals,
        name_words=_("groupe"),
        base_words=_base_words(found),
    )


def _base(group: Group) -> str:
    """The inhabitants of the departments, or the persons counted in a fifth."""
    if group.territories:
        return nombre(group.population)
    return nombre(group.base) if group.base is not None else ""


def _base_words(found: Gradient) -> str:
    if found.ranking is not None:
        return _("habitants")
    return _("personnes comptées") if all(group.base is not None for group in found.groups) else ""


def _with_interval(value: float, low: float | None, high: float | None, decimals: int) -> str:
    interval = words.interval_words(low, high, decimals)
    shown_value = nombre(value, decimals)
    return f"{shown_value} ({interval})" if interval else shown_value
