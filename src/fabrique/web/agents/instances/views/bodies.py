"""The bodies that one reads: the list, one body, its settings; a new one.

Fed by accounts.Body and councils. Feeds the verbs of accounts.services on bodies.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.accounts import services as accounts
from fabrique.accounts.actors import Agent
from fabrique.accounts.models import Body
from fabrique.accounts.rights import holds, require
from fabrique.common.clock import now, today
from fabrique.councils.models import AgendaItem, Question, Request, Session
from fabrique.councils.querysets import bodies_answered_by, bodies_read_by, seats_of
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.agents.instances.access import QUESTIONS, READ, SIT, reach_body
from fabrique.web.agents.instances.forms_bodies import BodyForm, NewBodyForm
from fabrique.web.agents.instances.saving import Sheet, form_page
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown

SHOWN = 30
CREATE = "accounts.create_body"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """A member's next sessions first; then the bodies that the agent reads, with what waits."""
    actor = agent(request)
    if not any(holds(actor, verb) for verb in (READ, SIT, QUESTIONS)):
        # the sentence and the journal of a refusal are those of any verb
        reach_body(request, "")
    sessions = Session.objects.visible_to(actor).select_related("body")
    seats = seats_of(actor)
    answered = set(bodies_answered_by(actor).values_list("pk", flat=True))
    context = {
        "sieges": seats,
        "prochaines": _with_what_waits(
            actor, sessions.to_come(now()).filter(body_id__in=[one.body_id for one in seats])[:SHOWN]
        ),
        "lignes": _lines(bodies_read_by(actor).current().by_territory(), sessions, answered),
        "questions": len(answered) > 0,
        "a_repondre": Question.objects.visible_to(actor).to_answer().count(),
        "en_retard": Question.objects.visible_to(actor).late(today()).count(),
        "peut_creer": holds(actor, CREATE),
    }
    return render(request, "agents/instances/liste.html", context)


def _with_what_waits(actor: Agent, sessions: Any) -> list[Session]:
    """The sessions, each with the number of its items that wait for the member's opinion."""
    waiting = Counter(AgendaItem.objects.awaiting(actor, now()).values_list("session", flat=True))
    found = list(sessions)
    for session in found:
        session.points_a_donner = waiting[session.pk]
    return found


def _lines(bodies: Any, sessions: Any, answered: set[int]) -> list[dict[str, Any]]:
    """Each body with its next session and the questions that wait, None where the agent does not read them."""
    ahead: dict[int, Session] = {}
    for session in sessions.to_come(now()):
        ahead.setdefault(session.body_id, session)
    waiting = Question.objects.filter(body__in=answered).waiting_by_body()
    return [
        {
            "instance": body,
            "prochaine": ahead.get(body.pk),
            "questions": waiting.get(body.pk, 0) if body.pk in answered else None,
        }
        for body in bodies
    ]


@require_safe
def detail(request: HttpRequest, body_id: str) -> HttpResponse:
    """One body: its sessions, its requests, what may be done there."""
    body = reach_body(request, body_id)
    actor = agent(request)
    sessions = Session.objects.visible_to(actor).of_body(body)
    context = {
        "instance_sante": body,
        "a_venir": list(sessions.to_come(now())),
        "passees": list(sessions.behind(now())[:SHOWN]),
        "demandes": list(Request.objects.filter(body=body).select_related("session")[:SHOWN]),
        "aujourdhui": today(),
        "questions": bodies_answered_by(actor).filter(pk=body.pk).exists(),
        "a_repondre": Question.objects.filter(body=body).to_answer().count(),
        "en_retard": Question.objects.filter(body=body).late(today()).count(),
        "peut_preparer": body.ended_on is None and holds(actor, "councils.prepare", body.territory),
        "peut_demander": holds(actor, "councils.follow_requests", body.territory),
        "peut_modifier": body.ended_on is None and holds(actor, "accounts.edit_body", body.territory),
        "peut_supprimer": body.ended_on is None and holds(actor, "accounts.end_body", body.territory),
    }
    return render(request, "agents/instances/instance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a body known, where the right is held; its colleges come next."""
    actor = agent(request)
    require(actor, CREATE)
    inside = Territory.objects.in_perimeter().filter(level__in=[Level.REGION, Level.DEPARTMENT])
    sheet = Sheet(
        _("Créer une instance"),
        _("Créer l’instance"),
        ((_("Instances"), reverse("agents-instances:liste")),),
        lambda body: ("agents-instances:membres", body.public_id),
        lead=_("Elle paraît aussitôt sur la page publique des instances. Vous écrivez ensuite ses collèges."),
        done=_("Instance créée. Écrivez ses collèges, puis ajoutez ses membres."),
    )
    form = NewBodyForm(
        request.POST or None,
        initial={"composition_known": True},
        places=[place for place in inside if holds(actor, CREATE, place)],
    )
    return form_page(request, sheet, form, lambda given: accounts.create_body(actor, **given))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, body_id: str) -> HttpResponse:
    """Name, composition, door and delay."""
    body = reach_body(request, body_id, "accounts.edit_body")
    sheet = Sheet(
        _("Modifier l’instance"),
        _("Enregistrer"),
        path_of(body),
        ("agents-instances:instance", body.public_id),
        done=_("Instance enregistrée."),
    )
    form = BodyForm(request.POST or None, initial=shown(accounts.body_said(body)))
    return form_page(
        request, sheet, form, lambda given: accounts.edit_body(agent(request), body=body, **given)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, body_id: str) -> HttpResponse:
    """Say that a body no longer exists: asked once more, since nothing undoes it."""
    body = reach_body(request, body_id, "accounts.end_body")
    sheet = Sheet(
        _("Supprimer l’instance"),
        _("Supprimer cette instance"),
        path_of(body),
        ("agents-instances:liste",),
        lead=_(
            "Elle quitte les pages publiques et sa porte se ferme. Ses séances, ses avis et ses mandats restent "
            "dans cet espace. Cela ne se défait pas ici."
        ),
        context=body.name,
        done=_("Instance supprimée."),
    )
    form = forms.Form(request.POST if request.method == "POST" else None)
    return form_page(request, sheet, form, lambda _given: accounts.end_body(agent(request), body=body))


def path_of(body: Body) -> tuple[tuple[str, str], ...]:
    """The pages above a page of a body."""
    return (
        (_("Instances"), reverse("agents-instances:liste")),
        ((body.acronym and f"{body.acronym} · {body.territory.name}") or body.name, page_of(body)),
    )


def page_of(body: Body) -> str:
    return reverse("agents-instances:instance", args=[body.public_id])
