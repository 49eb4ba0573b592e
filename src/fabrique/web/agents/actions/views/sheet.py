"""A sheet: reading it, beginning it, writing its texts, what blocks it, publishing it, copying it.

Fed by plan's reads. Feeds the verbs of plan.services.actions.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import require
from fabrique.common.clock import today
from fabrique.common.identifiers import new_public_id
from fabrique.plan.completeness import completeness
from fabrique.plan.enums import CrossMark
from fabrique.plan.progress import progress_of
from fabrique.plan.services import actions
from fabrique.plan.services.writing import EDIT
from fabrique.plan.waiting import reasons_of
from fabrique.web.agents.actions.access import SECTIONS, frame, reach_action, url
from fabrique.web.agents.actions.forms import BlockingForm, CopyForm, NewSheetForm, SheetForm
from fabrique.web.agents.actions.values import blocking_values, sheet_values
from fabrique.web.shared.actors import agent
from fabrique.web.shared.saving import attempt, press


@require_safe
def detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """The whole sheet on one page: how it stands first, then what it states, then what it lacks."""
    action = reach_action(request, public_id)
    progress = progress_of([action], today())[action.pk]
    said = completeness(action)
    routes = {section.code: section.route for section in SECTIONS}
    context = {
        **frame(request, action),
        "progres": progress,
        "raisons": reasons_of(action, progress, today()),
        "complet": said,
        "manques": [(one.label, url(routes[one.section], action)) for one in said.missing],
        "marques": [str(CrossMark(mark).label) for mark in action.marks if mark in CrossMark.values],
        "meteos": action.weather.select_related("given_by")[:6],
        "budget": _money(action),
        "copies": action.copies.visible_to(agent(request)).select_related("territory"),
    }
    return render(request, "agents/actions/fiche.html", context)


def _money(action: Any) -> dict[str, Any]:
    """The lines, and sums of what is known, with how many lines are."""
    lines = list(action.budget.all())
    sums = []
    for name in ("planned", "committed", "spent"):
        known = [getattr(line, name) for line in lines if getattr(line, name) is not None]
        sums.append({"somme": sum(known) if known else None, "connues": len(known), "lignes": len(lines)})
    return {"lignes": lines, "sommes": sums}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A title, a place and an objective begin a draft."""
    actor = agent(request)
    require(actor, EDIT)
    if request.method == "POST":
        form = NewSheetForm(request.POST, actor=actor)
        if form.is_valid():
            typed = form.cleaned_data
            made = attempt(
                request,
                form,
                lambda: actions.create_action(
                    actor,
                    plan=typed["objective"].plan,
                    objective=typed["objective"],
                    territory=typed["territory"],
                    title=typed["title"],
                    key=_key(typed),
                ),
                done=_("La fiche est commencée. Vous seul et votre territoire la lisez pour l’instant."),
            )
            if made:
                return redirect(url("fiche", made))
    else:
        form = NewSheetForm(actor=actor, initial={"key": new_public_id().lower()})
    context = {"form": form, "titre_fil": _("Commencer une fiche")}
    return render(request, "agents/actions/nouvelle.html", context)


def _key(typed: dict[str, Any]) -> str:
    """A key made of the words and of the token of this form: the same form sent twice makes one sheet."""
    words = slugify(typed["title"].replace("’", "-"))[:50].strip("-") or "action"
    return f"{words}-{slugify(typed['key'])[:20]}".strip("-")


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    action = reach_action(request, public_id, EDIT)
    if request.method == "POST":
        form = SheetForm(request.POST, sheet=action)
        if form.is_valid():
            saved = attempt(
                request,
                form,
                lambda: actions.edit_action(
                    agent(request), action=action, revision=form.cleaned_data["revision"], **form.changes()
                ),
                lambda: sheet_values(action),
            )
            if saved:
                return redirect(url("fiche", action))
    else:
        form = SheetForm(initial=sheet_values(action), sheet=action)
    context = {**frame(request, action, "fiche"), "form": form, "titre": _("La fiche")}
    return render(request, "agents/actions/formulaire.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def blocking(request: HttpRequest, public_id: str) -> HttpResponse:
    """What stops the action, and the decision awaited; emptied, nothing stops it."""
    action = reach_action(request, public_id, EDIT)
    if request.method == "POST":
        form = BlockingForm(request.POST, action=action)
        if form.is_valid():
            saved = attempt(
                request,
                form,
                lambda: actions.edit_action(
                    agent(request), action=action, revision=form.cleaned_data["revision"], **form.said()
                ),
                lambda: blocking_values(action),
            )
            if saved:
                return redirect(url("fiche", action))
    else:
        form = BlockingForm(initial=blocking_values(action), action=action)
    context = {**frame(request, action, "blocage"), "form": form, "titre": _("Blocage et décision")}
    return render(request, "agents/actions/formulaire.html", context)


@require_POST
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, actions.publish_action, _("La fiche est publique."))


@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, actions.withdraw_action, _("La fiche n’est plus publique."))


def _act(request: HttpRequest, public_id: str, verb: Any, done: str) -> HttpResponse:
    action = reach_action(request, public_id)
    press(request, lambda: verb(agent(request), action=action), done)
    return redirect(url("fiche", action))


@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, public_id: str) -> HttpResponse:
    """A draft for another territory, from the words of this one."""
    actor = agent(request)
    action = reach_action(request, public_id)
    require(actor, EDIT)
    form = CopyForm(request.POST if request.method == "POST" else None, actor=actor, action=action)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            form,
            lambda: actions.copy_action(actor, action=action, **form.cleaned_data),
            done=_("La copie est un brouillon. Les nombres, les dates et le pilote sont à remplir."),
        )
        if made:
            return redirect(url("fiche", made))
    context = {
        **frame(request, action),
        "titre_fil": _("Copier vers un autre territoire"),
        "form": form,
        "vide": not form.places.exists(),
    }
    return render(request, "agents/actions/copier.html", context)
