"""People reached and money of the plan against need, by fifths of the region's inhabitants: the page and its file.

Fed by restitution.services.doses and .money_doses. Feeds templates/public/territoires/moyens.html and spreadsheets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fabrique.observatory.enums import Direction
from fabrique.plan.models import Objective
from fabrique.restitution.services.doses import Doses, doses, need_of, years_known
from fabrique.restitution.services.inequalities import Gradient
from fabrique.restitution.services.money_doses import (
    KINDS,
    MoneyDoses,
    money_doses,
    money_years,
    objectives_told,
)
from fabrique.territories.models import Territory
from fabrique.web.public.territoires import inequality_words as said
from fabrique.web.public.territoires import money_words
from fabrique.web.public.territoires.forms import MeansForm
from fabrique.web.public.territoires.ground import on_loaded_ground
from fabrique.web.public.territoires.schema import csv_answer, number
from fabrique.web.public.territoires.views_inequalities import (
    bars,
    first_gradient,
    group_cells,
    indicators,
    ranking_choices,
)
from fabrique.web.shared.charts import Given, QuintileBars, quintile_bars
from fabrique.web.shared.portraits import words
from fabrique.web.templatetags.francais import liste, nombre


@dataclass(frozen=True, slots=True)
class Found:
    """What the page shows: a need, and against it people, money, or both."""

    need: Gradient
    year: int
    objective: Objective | None
    people: Doses | None
    money: MoneyDoses | None


@require_safe
@on_loaded_ground
def means(request: HttpRequest, *, region: Territory) -> HttpResponse:
    """What public actions bring to each fifth, held against a need; a first one until one is chosen."""
    asked = bool(request.GET.get("indicateur"))
    first = None if asked else first_gradient(region, Direction.FALL, made=need_of)
    form, years = _form(request if asked else None, region, first)
    context: dict[str, Any] = {"form": form, "region": region, "annees": years}
    found = None
    if years and not form.errors:
        found = _found(form, region, years) if asked else _first(first, region, years)
        context["cherche"] = asked or first is not None
    if found is not None:
        context |= _shown(found)
    return render(request, "public/territoires/moyens.html", context)


@require_safe
@on_loaded_ground
def means_csv(request: HttpRequest, *, region: Territory) -> HttpResponse:
    """The groups of the page, one line each; 404 where the page has none."""
    form, years = _form(request, region, None)
    found = _found(form, region, years) if years and form.is_valid() else None
    if found is None:
        raise Http404
    return csv_answer("moyens", _lines(found), name=f"moyens-{found.need.code}-{found.year}")


def _form(
    request: HttpRequest | None, region: Territory, first: Gradient | None
) -> tuple[MeansForm, tuple[int, ...]]:
    """The form and the years that have anything, the one proposed first: the latest that is not only planned."""
    reached, paid = years_known(region), money_years(region)
    years = tuple(sorted({*reached, *paid}, reverse=True))
    best = next(iter(reached or years), None)
    form = MeansForm(
        request.GET if request is not None else None,
        indicators=indicators(Direction.FALL),
        rankings=ranking_choices(region),
        years=[(str(year), str(year)) for year in years],
        objectives=[
            ("", _("Tout le plan")),
            *((one.public_id, one.title or one.key) for one in objectives_told(region)),
        ],
        initial={"annee": str(best or ""), "indicateur": first.code if first is not None else None},
    )
    return form, years


def _first(need: Gradient | None, region: Territory, years: tuple[int, ...]) -> Found | None:
    reached = years_known(region)
    return _against(need, region, (reached or years)[0], None) if need is not None else None


def _found(form: MeansForm, region: Territory, years: tuple[int, ...]) -> Found | None:
    if not form.is_valid():
        return None
    chosen = form.cleaned_data
    objective = Objective.objects.public().filter(public_id=chosen["objectif"]).first()
    year = int(chosen["annee"] or form.get_initial_for_field(form.fields["annee"], "annee"))
    need = need_of(chosen["indicateur"], region, ranking=chosen["classement"])
    return _against(need, region, year, objective) if need is not None else None


def _against(need: Gradient, region: Territory, year: int, objective: Objective | None) -> Found | None:
    people = doses(need, region, year=year, objective=objective)
    money = money_doses(need, region, year=year, objective=objective)
    return Found(need, year, objective, people, money) if people or money else None


def _shown(found: Found) -> dict[str, Any]:
    need = found.need
    return {
        "trouve": found,
        "unite": said.unit(need.unit, need.unit_words),
        "phrases": said.dose_sentences(found.people) if found.people else [],
        "phrases_argent": money_words.sentences(found.money) if found.money else [],
        "lignes": _people_rows(found.people) if found.people else [],
        "lignes_argent": _money_rows(found.money) if found.money else [],
        "classement": said.ranking(need),
        "barres_besoin": bars(need),
        "barres_portee": _reach_bars(found.people) if found.people else None,
        "barres_argent": _money_bars(found.money) if found.money else None,
        "titre_argent": _("%(kind)s, en euros par habitant")
        % {"kind": money_words.kinds()[_drawn(found.money)]}
        if found.money and _drawn(found.money)
        else "",
        "choix": urlencode(
            {
                "indicateur": need.code,
                "classement": need.ranking.code if need.ranking else "",
                "annee": found.year,
                "objectif": found.objective.public_id if found.objective else "",
            }
        ),
    }


def _people_rows(found: Doses) -> list[dict[str, Any]]:
    return [
        {
            "numero": row.number,
            "nom": liste(row.territories),
            "besoin": nombre(row.need, found.need.decimals),
            "personnes": nombre(row.people, 1),
            "euros": nombre(row.means, 2),
        }
        for row in found.rows
    ]


def _money_rows(found: MoneyDoses) -> list[dict[str, Any]]:
    return [
        {
            "numero": row.number,
            "nom": liste(row.territories),
            "besoin": nombre(row.need, found.need.decimals),
            "habitants": nombre(row.population),
            "actions": nombre(row.actions),
            "euros": [
                (nombre(row.euros[kind], 2), money_words.base(row.told[kind], row.actions)) for kind in KINDS
            ],
        }
        for row in found.rows
    ]


def _reach_bars(found: Doses) -> QuintileBars | None:
    return quintile_bars(
        [Given(liste(row.territories), row.people, None, None, nombre(row.people, 1)) for row in found.rows],
        line=None,
        title=words.bound(
            _("Personnes touchées pour 1 000 habitants, du groupe le plus défavorisé au plus favorisé")
        ),
        unit=words.bound(_("personnes touchées pour 1 000 habitants")),
        name_words=_("groupe de départements"),
    )


def _drawn(found: MoneyDoses) -> str:
    """The kind nearest to the fact that every group knows; empty where none is."""
    return next((one for one in reversed(KINDS) if found.against[one] is not None), "")


def _money_bars(found: MoneyDoses) -> QuintileBars | None:
    kind = _drawn(found)
    if not kind:
        return None
    return quintile_bars(
        [
            Given(liste(row.territories), row.euros[kind] or 0.0, None, None, nombre(row.euros[kind], 2))
            for row in found.rows
        ],
        line=None,
        title=_("%(kind)s par habitant, du groupe le plus défavorisé au plus favorisé")
        % {"kind": money_words.kinds()[kind]},
        unit=_("euros par habitant"),
        decimals=2,
        name_words=_("groupe de départements"),
    )


def _lines(found: Found) -> list[list[object]]:
    people = {row.number: row for row in found.people.rows} if found.people else {}
    money = {row.number: row for row in found.money.rows} if found.money else {}
    objective = found.objective.public_id if found.objective else ""
    lines = []
    for group, cells in zip(found.need.groups, group_cells(found.need), strict=True):
        reach, paid = people.get(group.number), money.get(group.number)
        lines.append(
            [
                *cells,
                found.year,
                objective,
                number(reach.people if reach else None),
                paid.actions if paid else "",
                *(
                    cell
                    for kind in KINDS
                    for cell in (
                        number(paid.euros[kind] if paid else None),
                        paid.told[kind] if paid else "",
                    )
                ),
            ]
        )
    return lines
