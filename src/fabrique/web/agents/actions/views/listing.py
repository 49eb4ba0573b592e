"""The list of actions: what waits for me first, the filters, one change for several sheets.

Fed by plan's reads, progress and what waits. Feeds plan.services.actions.edit_many and the digest's switch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds, require
from fabrique.common.clock import today
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.completeness import Completeness, completeness
from fabrique.plan.models import Action
from fabrique.plan.progress import ActionProgress, progress_of
from fabrique.plan.services.actions import edit_many
from fabrique.plan.services.reminders import digest_wanted, want_digest
from fabrique.plan.services.writing import EDIT
from fabrique.plan.waiting import Reason, waiting_of
from fabrique.web.agents.actions.forms import BulkForm, FilterForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal

A_PAGE = 30


@dataclass(frozen=True)
class Line:
    """One action in the list."""

    action: Action
    progress: ActionProgress
    reasons: tuple[Reason, ...]
    completeness: Completeness
    editable: bool


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The actions that the agent leads, those that wait for something first."""
    actor = agent(request)
    require(actor, "plan.read")
    visible = Action.objects.visible_to(actor)
    form = FilterForm(request.GET, actions=visible)
    form.is_valid()
    wanted = form.cleaned_data
    leads = visible.led_by(actor.user).exists()
    rows = _filtered(visible, actor, wanted, leads)
    lines = _lines(actor, rows, wanted.get("attente", ""))
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "total": len(lines),
        "attendent": sum(bool(line.reasons) for line in lines),
        "filtres": form,
        "filtre": any(wanted.get(name) for name in wanted if name != "qui"),
        "miennes": leads and not wanted.get("qui"),
        "lot": BulkForm(actions=visible),
        "peut_creer": holds(actor, EDIT),
        "recapitulatif": digest_wanted(actor.user),
        "ici": request.get_full_path(),
    }
    return render(request, "agents/actions/liste.html", context)


def _filtered(visible: Any, actor: Agent, wanted: dict[str, Any], leads: bool) -> Any:
    """The rows of the filters; without a choice, mine if I lead any, else those that I may write, else all."""
    who = wanted.get("qui", "")
    rows = visible
    if who == "territoire":
        rows = rows.editable_by(actor)
    elif not who and leads:
        rows = rows.led_by(actor.user)
    elif not who and holds(actor, EDIT):
        rows = rows.editable_by(actor)
    paths = {"territoire": "territory", "objectif": "objective", "etape": "stage", "public": "publics"}
    rows = rows.filter(**{path: wanted[name] for name, path in paths.items() if wanted.get(name)})
    if wanted.get("financeur"):
        rows = rows.filter(budget__funder=wanted["financeur"]).distinct()
    if wanted.get("meteo"):
        rows = rows.of_weather(wanted["meteo"])
    return rows.searched(wanted.get("mots", "")).with_lines()


def _lines(actor: Agent, rows: Any, waiting: str) -> list[Line]:
    actions = list(rows)
    on = today()
    progress = progress_of(actions, on)
    reasons = waiting_of(actions, progress, on)
    editable = set(Action.objects.editable_by(actor).values_list("pk", flat=True))
    lines = [
        Line(one, progress[one.pk], reasons[one.pk], completeness(one), one.pk in editable) for one in actions
    ]
    if waiting:
        lines = [line for line in lines if _waits(line, waiting)]
    return sorted(lines, key=lambda line: -len(line.reasons))


def _waits(line: Line, code: str) -> bool:
    return bool(line.reasons) if code == "oui" else any(reason.code == code for reason in line.reasons)


@require_POST
def together(request: HttpRequest) -> HttpResponse:
    """The same change on the sheets that are ticked."""
    actor = agent(request)
    require(actor, EDIT)
    visible = Action.objects.visible_to(actor)
    chosen = list(
        visible.filter(public_id__in=request.POST.getlist("fiche")).select_related("plan", "territory")
    )
    form = BulkForm(request.POST, actions=visible)
    if not chosen:
        messages.error(request, _("Cochez au moins une fiche dans la liste."))
    elif not form.is_valid():
        messages.error(request, _("Ce changement n’est pas connu. Choisissez-en un dans la liste."))
    else:
        _change(request, actor, chosen, form.cleaned_data)
    return redirect(_back(request))


def _change(request: HttpRequest, actor: Agent, chosen: list[Action], wanted: dict[str, Any]) -> None:
    try:
        told = edit_many(actor, actions=chosen, **wanted)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return
    if told.done:
        done = len(told.done)
        messages.success(
            request, ngettext("%(n)d fiche modifiée.", "%(n)d fiches modifiées.", done) % {"n": done}
        )
    for action, why in told.refused:
        messages.error(request, _("%(title)s : %(why)s") % {"title": action.title, "why": why})


def _back(request: HttpRequest) -> str:
    """The list as it was filtered, if the address is one of ours."""
    wanted = request.POST.get("retour", "")
    ours = url_has_allowed_host_and_scheme(wanted, None)
    return (
        wanted
        if ours and wanted.startswith(reverse("agents-actions:liste"))
        else reverse("agents-actions:liste")
    )


@require_POST
def digest(request: HttpRequest) -> HttpResponse:
    """Receive the monthly digest, or not."""
    actor = agent(request)
    wanted = request.POST.get("recevoir") == "oui"
    want_digest(actor, wanted=wanted)
    messages.success(
        request,
        _("Vous recevrez le récapitulatif chaque mois.")
        if wanted
        else _("Vous ne recevrez plus le récapitulatif. Vous pouvez le reprendre ici."),
    )
    return redirect(reverse("agents-actions:liste"))
