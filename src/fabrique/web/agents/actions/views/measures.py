"""The indicators of a sheet: their list, one of them with its values, a value recorded or corrected.

Fed by plan's reads and by the series of the observatory. Feeds plan.services.indicators.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.common.clock import today
from fabrique.plan.progress import indicator_progress
from fabrique.plan.services import indicators
from fabrique.plan.services.writing import EDIT
from fabrique.restitution.services.series import series_choices
from fabrique.web.agents.actions.access import frame, reach_action, reach_indicator, reach_value, url
from fabrique.web.agents.actions.forms import CorrectionForm, IndicatorForm, ValueForm
from fabrique.web.agents.actions.values import indicator_values
from fabrique.web.shared.actors import agent
from fabrique.web.shared.saving import attempt, press


@require_safe
def listing(request: HttpRequest, public_id: str) -> HttpResponse:
    action = reach_action(request, public_id, EDIT)
    rows = indicator_progress(action.indicators.all(), today())
    context = {**frame(request, action, "indicateurs"), "indicateurs": rows}
    return render(request, "agents/actions/indicateurs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, public_id: str) -> HttpResponse:
    action = reach_action(request, public_id, EDIT)
    form = IndicatorForm(request.POST if request.method == "POST" else None, series=series_choices())
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request, form, lambda: indicators.create_indicator(agent(request), of=action, **form.changes())
        )
        if made:
            return redirect(url("indicateur", action, made.public_id))
    context = {
        **frame(request, action, "indicateurs"),
        "form": form,
        "titre": _("Un nouvel indicateur"),
        "retour": url("indicateurs", action),
    }
    return render(request, "agents/actions/formulaire.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, public_id: str, indicator_id: str) -> HttpResponse:
    """Its values, and the form that records one more."""
    action, indicator = reach_indicator(request, public_id, indicator_id)
    form = ValueForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        saved = attempt(
            request,
            form,
            lambda: indicators.record_value(agent(request), indicator=indicator, **form.cleaned_data),
            done=_("La valeur est enregistrée."),
        )
        if saved:
            return redirect(url("indicateur", action, indicator.public_id))
    (progress,) = indicator_progress([indicator], today())
    context = {
        **frame(request, action, "indicateurs"),
        "form": form,
        "progres": progress,
        "valeurs": indicator.values.select_related("recorded_by").order_by("-on"),
    }
    return render(request, "agents/actions/indicateur.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str, indicator_id: str) -> HttpResponse:
    action, indicator = reach_indicator(request, public_id, indicator_id)
    initial = indicator_values(indicator)
    sent = request.POST if request.method == "POST" else None
    form = IndicatorForm(sent, initial=initial, series=series_choices())
    if sent is not None and form.is_valid():
        saved = attempt(
            request,
            form,
            lambda: indicators.edit_indicator(
                agent(request),
                indicator=indicator,
                revision=form.cleaned_data["revision"],
                **form.changes(),
            ),
            lambda: indicator_values(indicator),
        )
        if saved:
            return redirect(url("indicateur", action, indicator.public_id))
    context = {
        **frame(request, action, "indicateurs"),
        "form": form,
        "titre": _("Modifier l’indicateur"),
        "retour": url("indicateur", action, indicator.public_id),
    }
    return render(request, "agents/actions/formulaire.html", context)


@require_POST
def remove(request: HttpRequest, public_id: str, indicator_id: str) -> HttpResponse:
    """Only one that was never measured."""
    action, indicator = reach_indicator(request, public_id, indicator_id)
    removed = press(
        request,
        lambda: indicators.remove_indicator(agent(request), indicator=indicator),
        _("L’indicateur est retiré."),
    )
    return redirect(url("indicateurs", action) if removed else url("indicateur", action, indicator_id))


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, public_id: str, value_id: str) -> HttpResponse:
    """Replace a value, saying why."""
    action, held = reach_value(request, public_id, value_id)
    initial: dict[str, Any] = {"value": held.value, "source": held.source, "provisional": held.provisional}
    form = CorrectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = attempt(
            request,
            form,
            lambda: indicators.correct_value(agent(request), held=held, **form.cleaned_data),
            done=_("La valeur est corrigée."),
        )
        if saved:
            return redirect(url("indicateur", action, held.indicator.public_id))
    context = {
        **frame(request, action, "indicateurs"),
        "form": form,
        "valeur_tenue": held,
        "titre": _("Corriger une valeur"),
        "retour": url("indicateur", action, held.indicator.public_id),
    }
    return render(request, "agents/actions/formulaire.html", context)
