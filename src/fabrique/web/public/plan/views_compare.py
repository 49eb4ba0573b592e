"""Two departments side by side on the plan: counts, weathers, rates and money apart, each with its base.

Fed by restitution.services.plan_pages. Feeds templates/public/plan/comparer.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fabrique.plan.enums import ActionStage, Weather
from fabrique.plan.models import Plan
from fabrique.plan.progress import Branch
from fabrique.restitution.services.open_tables import Column, DataTable, decimal_of
from fabrique.restitution.services.plan_pages import (
    ActionLine,
    Budget,
    Money,
    ObjectiveLine,
    current_plan,
    money_of,
    of_territory,
    together,
)
from fabrique.territories.models import Territory
from fabrique.web.public.plan.views import page
from fabrique.web.shared.open_data import csv_answer, schema_answer
from fabrique.web.templatetags.lecture_plan import etapes


class ComparisonForm(forms.Form):
    """Two different departments of the plan's region."""

    a = forms.ChoiceField(label=_("Premier département"))
    b = forms.ChoiceField(label=_("Second département"))

    def __init__(self, places: list[Territory], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((place.code, place.name) for place in places)]
        for name in ("a", "b"):
            field = self.fields[name]
            field.choices = choices  # type: ignore[attr-defined]
            field.error_messages = {
                "required": _("Choisissez un département."),
                "invalid_choice": _("Ce département n’est pas dans la région. Choisissez-le dans la liste."),
            }

    def clean_b(self) -> str:
        chosen: str = self.cleaned_data["b"]
        if chosen == self.cleaned_data.get("a"):
            raise forms.ValidationError(_("Choisissez un autre département que le premier."))
        return chosen


@dataclass(frozen=True)
class Side:
    """One department on the plan."""

    territory: Territory
    objectives: tuple[ObjectiveLine, ...]

    @property
    def own(self) -> int:
        """Objectives of its own, those of the region under which it acts left out."""
        return sum(line.objective.territory_id == self.territory.pk for line in self.objectives)

    @cached_property
    def actions(self) -> tuple[ActionLine, ...]:
        return tuple(line for objective in self.objectives for line in objective.actions)

    @cached_property
    def branch(self) -> Branch:
        return together(self.objectives)

    @cached_property
    def budget(self) -> Budget:
        return money_of(self.actions)

    @property
    def stages(self) -> list[int]:
        """Actions at each stage of life, in the order of ActionStage."""
        return [sum(line.action.stage == stage for line in self.actions) for stage in ActionStage]

    @property
    def milestones(self) -> tuple[int, int]:
        """(done, asked)."""
        return sum(line.done for line in self.actions), sum(line.asked for line in self.actions)

    def per_inhabitant(self, held: Money) -> Decimal | None:
        """Euros an inhabitant, only where the money of every action is known: a partial sum would not compare."""
        if (
            held.amount is None
            or held.known < held.total
            or self.budget.without
            or not self.territory.population
        ):
            return None
        return held.amount / self.territory.population


@dataclass(frozen=True)
class Measure:
    """One number of the comparison with its base: `known` among `total`, both None where all is known."""

    territory: Territory
    name: str
    value: int | float | Decimal | None
    unit: str = "nombre"
    known: int | None = None
    total: int | None = None


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """The form, and once both are chosen the table."""
    plan = current_plan()
    if plan is None:
        return render(request, "public/plan/aucun.html")
    places = list(Territory.objects.departments().within(plan.territory).order_by("name"))
    # one department may be given by a link: both are asked for before anything is called wrong
    asked = bool(request.GET.get("a")) and "b" in request.GET
    form = ComparisonForm(places, request.GET if asked else None, initial=request.GET.dict())
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        by_code = {place.code: place for place in places}
        sides = [_side(by_code[form.cleaned_data[name]], plan) for name in ("a", "b")]
        context |= {"cotes": sides, "lignes": _rows(sides)}
    return page(request, "comparer", plan, **context)


def _measures(side: Side) -> Iterator[Measure]:
    """What the page shows of one department, one number a line."""
    place = side.territory
    yield Measure(place, "objectifs-propres", side.own)
    yield Measure(place, "actions", len(side.actions))
    for stage, number in zip(ActionStage, side.stages, strict=True):
        yield Measure(place, f"actions-{stage.value}", number)
    for weather in Weather:
        yield Measure(place, f"meteo-{weather.value}", side.branch.weathers.get(weather, 0))
    yield Measure(place, "sans-meteo", side.branch.unweathered)
    rate = side.branch.rate
    yield Measure(
        place, "taux-de-realisation", rate.rate and round(rate.rate, 2), "%", rate.known, rate.total
    )
    yield Measure(place, "jalons-faits", side.milestones[0], "jalons", None, side.milestones[1])
    yield Measure(place, "actions-sans-budget", side.budget.without)
    for name, held in (
        ("prevu", side.budget.planned), ("engage", side.budget.committed), ("depense", side.budget.spent),
    ):  # fmt: skip
        yield Measure(place, f"argent-{name}", held.amount, "euros", held.known, held.total)


COMPARISON = DataTable(
    "comparaison",
    _("Deux départements sur le plan"),
    (
        Column("ligne", "string", _("Territoire et mesure"), lambda row: f"{row.territory.code}:{row.name}"),
        Column(
            "territoire",
            "string",
            _("Territoire : niveau et code officiel"),
            lambda row: f"{row.territory.level}:{row.territory.code}",
        ),
        Column("mesure", "string", _("Ce qui est mesuré"), lambda row: row.name),
        Column("valeur", "number", _("Valeur ; vide : non connue"), lambda row: decimal_of(row.value)),
        Column("unite", "string", _("Unité"), lambda row: row.unit),
        Column(
            "connu",
            "integer",
            _("Nombre d’actions (taux) ou de lignes de budget (argent) connues ; vide : sans objet"),
            lambda row: row.known,
        ),
        Column(
            "sur",
            "integer",
            _("Nombre d’actions, de lignes de budget ou de jalons en tout ; vide : sans objet"),
            lambda row: row.total,
        ),
    ),
    lambda sides: [line for side in sides for line in _measures(side)],
)


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The comparison as a table; only of two different departments of the plan's region."""
    plan = current_plan()
    if plan is None:
        raise Http404
    places = list(Territory.objects.departments().within(plan.territory).order_by("name"))
    form = ComparisonForm(places, request.GET)
    if not form.is_valid():
        raise Http404
    by_code = {place.code: place for place in places}
    codes = [form.cleaned_data[name] for name in ("a", "b")]
    sides = [_side(by_code[code], plan) for code in codes]
    return csv_answer(COMPARISON, sides, f"{plan.slug}-{'-'.join(codes)}")


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """What each column of the comparison means."""
    return schema_answer(COMPARISON)


def _side(place: Territory, plan: Plan) -> Side:
    return Side(place, tuple(of_territory(place, plan)))


def _rows(sides: list[Side]) -> list[tuple[Any, list[Any], str]]:
    """(title, one value a side, how the template writes it)."""
    rows: list[tuple[Any, list[Any], str]] = [
        (_("Objectifs propres au département"), [side.own for side in sides], "nombre"),
        (_("Actions publiques"), [len(side.actions) for side in sides], "nombre"),
    ]
    for position, stage in enumerate(ActionStage):
        rows.append((_("Dont %s") % etapes(stage), [side.stages[position] for side in sides], "nombre"))
    rows += [
        (_("Météo donnée par les pilotes"), [side.branch for side in sides], "meteo"),
        (_("Taux de réalisation moyen"), [side.branch.rate for side in sides], "taux"),
        (_("Jalons faits"), [side.milestones for side in sides], "jalons"),
        (
            _("Actions dont aucune ligne de budget n’est connue"),
            [side.budget.without for side in sides],
            "nombre",
        ),
    ]
    for words, kind in (
        (_("Argent prévu"), "planned"),
        (_("Argent engagé"), "committed"),
        (_("Argent dépensé"), "spent"),
    ):
        held = [getattr(side.budget, kind) for side in sides]
        rows.append((words, held, "argent"))
        each = [side.per_inhabitant(amount) for side, amount in zip(sides, held, strict=True)]
        if all(amount is not None for amount in each):
            rows.append((_("%s, par habitant") % words, each, "euros"))
    return rows
