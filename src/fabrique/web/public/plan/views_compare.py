"""Two departments side by side on the plan: counts, weathers, rates and money apart, each with its base.

Fed by restitution.services.plan_pages. Feeds templates/public/plan/comparer.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from fabrique.plan.enums import ActionStage
from fabrique.plan.models import Plan
from fabrique.plan.progress import Branch
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
        """Euros an inhabitant, only where every budget line is known: a partial sum would not compare."""
        if held.amount is None or held.known < held.total or not self.territory.population:
            return None
        return held.amount / self.territory.population


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
    context: dict[str, Any] = {"plan": plan, "form": form}
    if asked and form.is_valid():
        by_code = {place.code: place for place in places}
        sides = [_side(by_code[form.cleaned_data[name]], plan) for name in ("a", "b")]
        context |= {"cotes": sides, "lignes": _rows(sides)}
    return render(request, "public/plan/comparer.html", context)


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
