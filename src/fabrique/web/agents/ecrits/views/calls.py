"""Calls: the list, one call with what came, writing, opening, closing, importing.

Fed by written.models. Feeds the verbs of written.services.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.common.uploads import upload_bytes
from fabrique.web.agents.ecrits.access import READ, reach_call
from fabrique.web.agents.ecrits.forms import CallForm, ImportForm, NewCallForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal
from fabrique.written import services
from fabrique.written.enums import CallState, WrittenState
from fabrique.written.models import Call, WrittenContribution

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The calls that the agent may read, with what waits in each."""
    actor = agent(request)
    require(actor, READ)
    lines = []
    for call in Call.objects.visible_to(actor).select_related("perimeter"):
        counts = WrittenContribution.objects.of_call(call).counted_by_state()
        lines.append({"appel": call, "nombres": [counts.get(state, 0) for state in WrittenState.values]})
    context = {
        "lignes": lines,
        "etats": [WrittenState(state).label for state in WrittenState.values],
        "peut_ecrire": holds(actor, "written.prepare"),
    }
    return render(request, "agents/ecrits/liste.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    actor = agent(request)
    require(actor, "written.prepare")
    form = NewCallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            call = services.create_call(actor, **form.cleaned_data)
        except Forbidden as refusal:
            form.add_error("perimeter", str(refusal))
        else:
            return redirect("agents-ecrits:modifier", call.public_id)
    return render(request, "agents/ecrits/nouvel_appel.html", {"form": form})


@require_safe
def detail(request: HttpRequest, call_id: str) -> HttpResponse:
    """One call: what came, by state; import; opening and closing."""
    return _detail(request, reach_call(request, call_id), ImportForm())


def _detail(
    request: HttpRequest,
    call: Call,
    form: ImportForm,
    report: services.Report | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = agent(request)
    rows = WrittenContribution.objects.of_call(call)
    counts = rows.counted_by_state()
    wanted = request.GET.get("etat", "")
    shown = rows.filter(state=wanted) if wanted in WrittenState.values else rows
    context: dict[str, Any] = {
        "appel": call,
        "page": Paginator(shown.select_related("organisation"), PER_PAGE).get_page(request.GET.get("page")),
        "filtres": [("", _("toutes"), sum(counts.values()))]
        + [(state, WrittenState(state).label, counts.get(state, 0)) for state in WrittenState.values],
        "etat": wanted,
        "organismes": rows.organisations(),
        "form": form,
        "rapport": report,
        "peut_preparer": holds(actor, "written.prepare", call.perimeter) and call.state != CallState.CLOSED,
        "peut_ouvrir": holds(actor, "written.open", call.perimeter),
        "peut_recevoir": holds(actor, "written.receive", call.perimeter) and call.source_id is not None,
    }
    return render(request, "agents/ecrits/appel.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, call_id: str) -> HttpResponse:
    call = reach_call(request, call_id)
    require(agent(request), "written.prepare", call.perimeter)
    stored = {name: getattr(call, name) for name in ("title", "presentation", "opens_at", "closes_at")}
    form = CallForm(request.POST or None, initial=stored, opened=call.state == CallState.OPEN)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_call(agent(request), call=call, **form.cleaned_data)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Appel enregistré."))
            return redirect("agents-ecrits:appel", call.public_id)
    return render(request, "agents/ecrits/modifier.html", {"appel": call, "form": form})


@require_POST
def opening(request: HttpRequest, call_id: str) -> HttpResponse:
    call = reach_call(request, call_id)
    try:
        services.open_call(agent(request), call=call)
        messages.success(request, _("L’appel est ouvert. Il est visible sur le site public."))
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    return redirect("agents-ecrits:appel", call.public_id)


@require_POST
def closing(request: HttpRequest, call_id: str) -> HttpResponse:
    call = reach_call(request, call_id)
    try:
        services.close_call(agent(request), call=call)
        messages.success(request, _("L’appel est clos. Ce qui est arrivé reste à lire."))
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    return redirect("agents-ecrits:appel", call.public_id)


@require_POST
def importing(request: HttpRequest, call_id: str) -> HttpResponse:
    """Import a file: what became of each message is shown at once; the same file again adds nothing."""
    call = reach_call(request, call_id)
    require(agent(request), "written.receive", call.perimeter)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _detail(request, call, form)
    upload = form.cleaned_data["file"]
    try:
        report = services.import_file(
            agent(request),
            call=call,
            name=upload.name,
            data=upload_bytes(upload),
            organisation=form.cleaned_data["organisation"],
            acknowledged=form.cleaned_data["acknowledged"],
        )
    except Forbidden:
        raise
    except Refused as refusal:
        form.add_error("organisation" if refusal.code == "written.organisation" else "file", str(refusal))
        return _detail(request, call, form)
    if len(report.lines) == 1 and report.added == 1 and not report.lines[0].set_aside:
        messages.success(request, _("Contribution reçue. Vérifiez ses demandes, puis décidez."))
        return redirect("agents-ecrits:contribution", report.lines[0].public_id)
    messages.info(
        request,
        ngettext("%(n)d contribution ajoutée.", "%(n)d contributions ajoutées.", report.added)
        % {"n": report.added},
    )
    return _detail(request, call, ImportForm(), report)
