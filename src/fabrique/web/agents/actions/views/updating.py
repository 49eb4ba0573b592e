"""The quick update of an action, and the lists of a sheet written row by row.

Fed by quick_forms and line_forms. Feeds plan.services.quick and plan.services.lists.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fabrique.common.clock import today
from fabrique.plan.models import Action
from fabrique.plan.progress import progress_of
from fabrique.plan.services.quick import quick_update
from fabrique.plan.services.writing import EDIT
from fabrique.web.agents.actions import line_forms
from fabrique.web.agents.actions.access import frame, reach_action, url
from fabrique.web.agents.actions.fields import RoomForm
from fabrique.web.agents.actions.line_forms import Lines
from fabrique.web.agents.actions.quick_forms import QuickForm, quick_values
from fabrique.web.shared.actors import agent
from fabrique.web.shared.saving import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def quick(request: HttpRequest, public_id: str) -> HttpResponse:
    """Weather, milestones, money and values of one action, in one form that holds on a telephone."""
    action = reach_action(request, public_id, EDIT)
    progress = progress_of([action], today())[action.pk]
    if request.method == "POST":
        form = QuickForm(request.POST, action=action, progress=progress)
        if form.is_valid():
            saved = attempt(
                request,
                form,
                lambda: quick_update(
                    agent(request),
                    action=action,
                    update=form.update(),
                    revision=form.cleaned_data["revision"],
                ),
                lambda: quick_values(action),
                _("Le point est fait. Merci."),
            )
            if saved:
                return redirect(url("fiche", action))
    else:
        form = QuickForm(initial={"revision": action.revision}, action=action, progress=progress)
    context = {
        **frame(request, action),
        "titre_fil": _("Faire le point"),
        "form": form,
        "progres": progress,
    }
    return render(request, "agents/actions/point.html", context)


class _Revision(RoomForm):
    """Carries the revision of what a list showed, and the refusal of its verb."""


@require_http_methods(["GET", "HEAD", "POST"])
def lines(request: HttpRequest, public_id: str, kind: Lines) -> HttpResponse:
    """All the rows of one list of the sheet."""
    action = reach_action(request, public_id, EDIT)
    sent = request.POST if request.method == "POST" else None
    formset: Any = forms.formset_factory(kind.form, extra=kind.extra, max_num=200)(
        sent, initial=kind.rows(action), prefix="lignes", form_kwargs={"action": action}
    )
    form = _Revision(sent, initial={"revision": action.revision})
    if sent is not None and form.is_valid() and formset.is_valid():
        rows = [row.cleaned_data for row in formset if row.holds()]
        saved = attempt(
            request,
            form,
            partial(
                kind.verb, agent(request), action=action, rows=rows, revision=form.cleaned_data["revision"]
            ),
            lambda: {"revision": Action.objects.get(pk=action.pk).revision},
        )
        if saved:
            return redirect(url("fiche", action))
    context = {
        **frame(request, action, kind.section),
        "form": form,
        "lignes": formset,
        "liste": kind,
        "enregistre": kind.rows(action) if getattr(form, "conflit", None) is not None else (),
    }
    return render(request, "agents/actions/lignes.html", context)


milestones = partial(lines, kind=line_forms.MILESTONES)
budget = partial(lines, kind=line_forms.BUDGET)
people = partial(lines, kind=line_forms.REACH)
logic = partial(lines, kind=line_forms.LOGIC)
partners = partial(lines, kind=line_forms.PARTNERS)
