"""One level in a list, and one node: add, rewrite, put up or down, make public, give a title, take away.

Fed by NodeForm. Feeds the verbs of plan.services.nomenclature.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import TitleBasis
from fabrique.plan.models import Plan
from fabrique.plan.services import nomenclature
from fabrique.plan.services.exporting import node_of, rows_of
from fabrique.plan.services.layout.spec import LevelSpec
from fabrique.web.agents.plan.access import (
    LISTED,
    level_named,
    may_add,
    may_write,
    plan_context,
    reach_node,
    reach_plan,
    rows_visible,
    section_named,
    url,
)
from fabrique.web.agents.plan.forms import NodeForm, TitleForm, initial_of
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal


@require_safe
def section(request: HttpRequest, slug: str, section: str) -> HttpResponse:
    """The nodes of one level, in their order."""
    plan = reach_plan(request, slug)
    level = section_named(section)
    actor = agent(request)
    rows = rows_visible(actor, plan, level)
    if level.section in ("documents", "programmes", "instruments"):
        rows = rows.select_related("territory")
    writes: dict[Any, bool] = {}
    lines = []
    for row in rows:
        territory = getattr(row, "territory", None)
        if territory not in writes:
            writes[territory] = may_write(actor, plan, level, territory)
        lines.append({"node": row, "ecrit": writes[territory]})
    context = plan_context(
        request, plan, section, niveau=level, lignes=lines, peut_ajouter=may_add(actor, plan, level)
    )
    return render(request, "agents/plan/section.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str, one: str) -> HttpResponse:
    """A new node; the address may already say under which challenge or in which territory."""
    plan = reach_plan(request, slug)
    level = level_named(one)
    actor = agent(request)
    if not may_add(actor, plan, level):
        nomenclature.require_writing(actor, plan=plan, level=level, territory=None)
    form = NodeForm(
        request.POST if request.method == "POST" else None,
        actor=actor,
        plan=plan,
        level=level,
        initial={field.name: request.GET[field.name] for field in level.fields if field.name in request.GET},
    )
    if request.method == "POST" and form.is_valid():
        node = _tried(form, lambda: nomenclature.add_node(actor, plan=plan, level=one, values=form.values()))
        if node is not None:
            messages.success(request, _("C’est ajouté."))
            return redirect(f"{_above(plan, level)}#{node.key}")
    context = plan_context(request, plan, _tab(level), niveau=level, form=form, retour=_above(plan, level))
    return render(request, "agents/plan/element.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, one: str, node_id: str) -> HttpResponse:
    """One node: read by whoever reads the plan, rewritten by whoever may."""
    plan = reach_plan(request, slug)
    node = reach_node(request, plan, one, node_id)
    level = level_named(one)
    actor = agent(request)
    territory = getattr(node, "territory", None)
    writes = may_write(actor, plan, level, territory)
    if request.method == "POST":
        form = NodeForm(request.POST, actor=actor, plan=plan, level=level, node=node)
        saved = form.is_valid() and _tried(
            form,
            lambda: nomenclature.edit_node(
                actor, node=node, values=form.values(), expected=form.cleaned_data["token"] or None
            ),
        )
        if saved:
            messages.success(request, _("C’est enregistré."))
            return redirect(f"{_above(plan, level)}#{node.key}")
        if form.has_error(NON_FIELD_ERRORS, "conflit"):
            node.refresh_from_db()
            form.keep_over(nomenclature.token_of(node), node_of(node, level))
    else:
        said = initial_of(node_of(node, level)) | {"token": nomenclature.token_of(node)}
        form = NodeForm(initial=said, actor=actor, plan=plan, level=level, node=node)
    read = None if writes else form.as_read()
    context = plan_context(
        request, plan, _tab(level), niveau=level, form=form, node=node, ecrit=writes, se_lit=read
    )
    context |= _gestures(request, plan, level, node)
    return render(request, "agents/plan/element.html", context | {"retour": _above(plan, level)})


@require_POST
def move(request: HttpRequest, slug: str, one: str, node_id: str) -> HttpResponse:
    """One rank up or down in its level."""
    plan = reach_plan(request, slug)
    node = reach_node(request, plan, one, node_id)
    step = -1 if request.POST.get("sens") == "haut" else 1
    rows = [row.pk for row in rows_of(plan, level_named(one))]
    to = rows.index(node.pk) + step
    return _done(
        request,
        lambda: nomenclature.move_node(agent(request), node=node, to=to),
        "",
        f"{_above(plan, level_named(one))}#{node.key}",
    )


@require_POST
def show(request: HttpRequest, slug: str, one: str, node_id: str) -> HttpResponse:
    """Put an objective or a programme on the public pages, or take it off."""
    plan = reach_plan(request, slug)
    node = reach_node(request, plan, one, node_id)
    shown = request.POST.get("public") == "oui"
    verb = nomenclature.publish_node if shown else nomenclature.unpublish_node
    told = _("C’est public.") if shown else _("Ce n’est plus public.")
    return _done(request, lambda: verb(agent(request), node=node), told, url(plan, "element", one, node_id))


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, slug: str, one: str, node_id: str) -> HttpResponse:
    """Asked once more, because what is taken away does not come back."""
    plan = reach_plan(request, slug)
    node = reach_node(request, plan, one, node_id)
    level = level_named(one)
    nomenclature.require_writing(
        agent(request), plan=plan, level=level, territory=getattr(node, "territory", None)
    )
    if request.method == "POST":
        return _done(
            request,
            lambda: nomenclature.remove_node(agent(request), node=node),
            _("C’est retiré."),
            _above(plan, level),
        )
    context = plan_context(
        request,
        plan,
        _tab(level),
        node=node,
        sert=nomenclature.used_by(node),
        retour=url(plan, "element", one, node_id),
    )
    return render(request, "agents/plan/retirer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def title(request: HttpRequest, slug: str, node_id: str) -> HttpResponse:
    """Give its title to a challenge whose title was not known, or confirm one that was inferred."""
    plan = reach_plan(request, slug, "plan.edit_text")
    challenge = reach_node(request, plan, "challenge", node_id)
    start = {
        "title": challenge.title,
        "commitment": challenge.commitment.key if challenge.commitment else "",
    }
    form = TitleForm(request.POST if request.method == "POST" else None, plan=plan, initial=start)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        commitment = plan.commitments.filter(key=said["commitment"]).first()
        saved = _tried(
            form,
            lambda: nomenclature.title_challenge(
                agent(request),
                challenge=challenge,
                title=said["title"],
                source_note=said["source_note"],
                commitment=commitment,
            ),
        )
        if saved:
            messages.success(request, _("Le titre est enregistré, avec sa source."))
            return redirect(f"{url(plan, 'arbre')}#{challenge.key}")
    context = plan_context(request, plan, "arbre", form=form, node=challenge, retour=url(plan, "arbre"))
    return render(request, "agents/plan/titre.html", context)


def _tried(form: Any, verb: Callable[[], Any]) -> Any:
    """The verb's answer, or None with its refusal in the form; a missing right is left to the 403 page."""
    try:
        return verb()
    except Forbidden:
        raise
    except Refused as refusal:
        problems = refusal.params.get("problems")
        if isinstance(problems, list) and isinstance(form, NodeForm):
            form.put_problems(problems)
        else:
            form.add_error(None, _error(refusal))
        return None


def _error(refusal: Refused) -> ValidationError:
    return ValidationError(str(refusal), code="conflit" if refusal.code == "node.conflict" else refusal.code)


def _done(request: HttpRequest, verb: Callable[[], Any], told: str, back: str) -> HttpResponse:
    try:
        verb()
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        if told:
            messages.success(request, told)
    return redirect(back)


def _tab(level: LevelSpec) -> str:
    return level.section if level.section in LISTED else "arbre"


def _above(plan: Plan, level: LevelSpec) -> str:
    return url(plan, "section", level.section) if level.section in LISTED else url(plan, "arbre")


def _gestures(request: HttpRequest, plan: Plan, level: LevelSpec, node: Any) -> dict[str, Any]:
    """What can be done to a node beside rewriting it, and what to know before."""
    actor = agent(request)
    shown = level.section in nomenclature.PUBLISHED
    return {
        "publiable": shown and holds(actor, "plan.publish_actions", node.territory),
        "titrable": level.one == "challenge"
        and node.basis != TitleBasis.EXPLICIT
        and holds(actor, "plan.edit_text", plan.territory),
        "avertissement": nomenclature.warning_of(node),
        "faits": node.facts,
    }
