"""Initiatives: the sheet, begun from an item or on its own; its publication; what the agency decided.

Fed by InitiativeForm and DecisionForm. Feeds the verbs of meetings.services.initiatives.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.models import Organisation
from fabrique.accounts.rights import holds, require
from fabrique.meetings.models import Initiative, Item
from fabrique.meetings.services import initiatives as verbs
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.agents.animation.access import reach
from fabrique.web.agents.animation.forms import DecisionForm, InitiativeForm
from fabrique.web.agents.animation.views.room import done, tell
from fabrique.web.shared.actors import agent

PER_PAGE = 30
#: characters of an item that make the first title of its sheet
TITLE = 90


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    actor = agent(request)
    require(actor, "meetings.read")
    rows = (
        Initiative.objects.visible_to(actor)
        .select_related("territory", "meeting")
        .prefetch_related("decisions")
    )
    context = {
        "page": Paginator(rows.order_by("title", "pk"), PER_PAGE).get_page(request.GET.get("page")),
        "peut_ecrire": holds(actor, "meetings.edit_initiative"),
    }
    return render(request, "agents/animation/initiatives.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    require(agent(request), "meetings.edit_initiative")
    form = _form(request, None)
    if request.method == "POST" and form.is_valid():
        made: list[Initiative] = []
        if done(request, form, lambda: made.append(verbs.create_initiative(agent(request), **form.values()))):
            return redirect("agents-animation:initiative", made[0].public_id)
    return render(request, "agents/animation/initiative.html", {"form": form, "peut_ecrire": True})


@require_POST
def from_item(request: HttpRequest, public_id: str, item_id: str) -> HttpResponse:
    """Begin the sheet of an item; again opens the same one."""
    meeting = reach(request, public_id, "meetings.edit_initiative")
    item = get_object_or_404(Item.objects.of_meeting(meeting), public_id=item_id)
    title = item.text if len(item.text) <= TITLE else item.text[:TITLE].rsplit(" ", 1)[0] + "…"
    sheet = verbs.create_initiative(
        agent(request),
        territory=meeting.territory,
        title=title,
        item=item,
        summary=item.text,
        carrier=item.carrier,
    )
    return redirect("agents-animation:initiative", sheet.public_id)


def _initiative(request: HttpRequest, initiative_id: str) -> Initiative:
    rows = Initiative.objects.visible_to(agent(request)).select_related("territory", "meeting")
    found: Initiative = get_object_or_404(rows, public_id=initiative_id)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, initiative_id: str) -> HttpResponse:
    sheet = _initiative(request, initiative_id)
    if request.method == "POST":
        require(agent(request), "meetings.edit_initiative", sheet.territory)
    form = _form(request, sheet)
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        if done(
            request,
            form,
            lambda: verbs.change_initiative(
                agent(request), initiative=sheet, revision=revision, **form.values()
            ),
        ):
            messages.success(request, _("Fiche enregistrée."))
            return redirect("agents-animation:initiative", sheet.public_id)
    return _page(request, sheet, form=form)


@require_POST
def publish(request: HttpRequest, initiative_id: str) -> HttpResponse:
    sheet = _initiative(request, initiative_id)
    if tell(request, lambda: verbs.publish_initiative(agent(request), initiative=sheet)):
        messages.success(request, _("Fiche publiée."))
    return redirect("agents-animation:initiative", sheet.public_id)


@require_POST
def decide(request: HttpRequest, initiative_id: str) -> HttpResponse:
    sheet = _initiative(request, initiative_id)
    require(agent(request), "meetings.decide_initiative", sheet.territory)
    form = DecisionForm(request.POST)
    if form.is_valid() and done(
        request, form, lambda: verbs.decide_initiative(agent(request), initiative=sheet, **form.cleaned_data)
    ):
        messages.success(request, _("Décision notée."))
        return redirect("agents-animation:initiative", sheet.public_id)
    return _page(request, sheet, decision=form)


def _form(request: HttpRequest, sheet: Initiative | None) -> InitiativeForm:
    """Territories that can be chosen: the region, departments and intercommunalities within reach."""
    actor = agent(request)
    # a sheet stays where it is even for who could not have put it there
    levels = [Level.REGION, Level.DEPARTMENT, Level.EPCI]
    rows = Territory.objects.filter(level__in=levels).order_by("level", "name")
    reached = [
        row.pk for row in rows.filter(level__in=levels[:2]) if holds(actor, "meetings.edit_initiative", row)
    ]
    inside = rows.filter(pk__in=reached) | rows.filter(level=Level.EPCI, department_id__in=reached)
    if sheet is not None:
        inside = inside | rows.model.objects.filter(pk=sheet.territory_id).order_by("level", "name")
    initial = {name: getattr(sheet, name) for name in (*verbs.FIELDS, "revision")} if sheet else {}
    return InitiativeForm(
        request.POST if request.method == "POST" and "title" in request.POST else None,
        initial=initial,
        territories=inside.distinct(),
        organisations=Organisation.objects.order_by("name"),
    )


def _page(request: HttpRequest, sheet: Initiative, **extra: Any) -> HttpResponse:
    actor = agent(request)
    context = {
        "form": _form(request, sheet),
        "decision": DecisionForm(),
        "initiative": sheet,
        "decisions": list(sheet.decisions.all()),
        "peut_ecrire": holds(actor, "meetings.edit_initiative", sheet.territory),
        "peut_decider": holds(actor, "meetings.decide_initiative", sheet.territory),
        **extra,
    }
    return render(request, "agents/animation/initiative.html", context)
