"""The bodies that one reads: the list, one body, its settings, who sits there.

Fed by accounts.Body and councils. Feeds the verbs of accounts.services on bodies and mandates.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts import services as accounts
from fabrique.accounts.models import Body, Mandate, User
from fabrique.accounts.rights import holds
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.councils.models import Question, Request, Session
from fabrique.councils.querysets import bodies_answered_by, bodies_read_by, seats_of
from fabrique.web.agents.instances.access import QUESTIONS, READ, SIT, reach_body, reach_mandate
from fabrique.web.agents.instances.forms import BodyForm, CollegeForm, MemberForm
from fabrique.web.agents.instances.saving import Sheet, act_and_return, form_page
from fabrique.web.shared.actors import agent

SHOWN = 30


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
        "prochaines": list(
            sessions.to_come(now()).filter(body_id__in=[one.body_id for one in seats])[:SHOWN]
        ),
        "lignes": _lines(bodies_read_by(actor).current().by_territory(), sessions, answered),
        "questions": len(answered) > 0,
        "a_repondre": Question.objects.visible_to(actor).to_answer().count(),
        "en_retard": Question.objects.visible_to(actor).late(today()).count(),
    }
    return render(request, "agents/instances/liste.html", context)


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
        "peut_preparer": holds(actor, "councils.prepare", body.territory),
        "peut_demander": holds(actor, "councils.follow_requests", body.territory),
        "peut_modifier": holds(actor, "accounts.edit_body", body.territory),
    }
    return render(request, "agents/instances/instance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, body_id: str) -> HttpResponse:
    """Name, composition, door and delay."""
    body = reach_body(request, body_id, "accounts.edit_body")
    stored = {name: getattr(body, name) for name in BodyForm.base_fields}
    sheet = Sheet(
        _("Modifier l’instance"),
        _("Enregistrer"),
        path_of(body),
        ("agents-instances:instance", body.public_id),
        done=_("Instance enregistrée."),
    )
    form = BodyForm(request.POST or None, initial=stored)
    return form_page(
        request, sheet, form, lambda given: accounts.edit_body(agent(request), body=body, **given)
    )


@require_safe
def members(request: HttpRequest, body_id: str) -> HttpResponse:
    """Who sits there, by college; members read it too."""
    body = reach_body(request, body_id)
    actor = agent(request)
    context = {
        "instance_sante": body,
        "colleges": list(body.colleges.all()),
        "mandats": list(Mandate.objects.current().of_body(body)),
        "peut_sieger": holds(actor, "accounts.grant_mandate", body.territory),
        "peut_modifier": holds(actor, "accounts.edit_body", body.territory),
    }
    return render(request, "agents/instances/membres.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_member(request: HttpRequest, body_id: str) -> HttpResponse:
    """Seat a person who has an account."""
    body = reach_body(request, body_id, "accounts.grant_mandate")
    sheet = Sheet(
        _("Ajouter un membre"),
        _("Ajouter ce membre"),
        (*path_of(body), (_("Membres"), reverse("agents-instances:membres", args=[body.public_id]))),
        ("agents-instances:membres", body.public_id),
        lead=_("Il lira tout de suite ce qui concerne cette instance, et elle seule."),
        done=_("Membre ajouté."),
    )
    form = MemberForm(request.POST or None, body=body)

    def act(given: dict[str, Any]) -> Mandate:
        user = User.objects.filter(email__iexact=given["email"]).first()
        if user is None:
            raise Refused(
                "mandate.no_account",
                _("Aucun compte n’a cette adresse. Demandez à l’administrateur de l’ouvrir."),
            )
        return accounts.grant_mandate(
            agent(request), body=body, user=user, college=given["college"], seat=given["seat"]
        )

    return form_page(request, sheet, form, act)


@require_http_methods(["GET", "HEAD", "POST"])
def college(request: HttpRequest, body_id: str) -> HttpResponse:
    """Add a college, or correct the one of that number."""
    body = reach_body(request, body_id, "accounts.edit_body")
    sheet = Sheet(
        _("Ajouter ou corriger un collège"),
        _("Enregistrer le collège"),
        (*path_of(body), (_("Membres"), reverse("agents-instances:membres", args=[body.public_id]))),
        ("agents-instances:membres", body.public_id),
        lead=_("Le numéro désigne le collège : le même numéro corrige celui qui existe."),
        done=_("Collège enregistré."),
    )
    form = CollegeForm(request.POST or None)
    return form_page(
        request, sheet, form, lambda given: accounts.add_college(agent(request), body=body, **given)
    )


@require_POST
def end_member(request: HttpRequest, mandate_id: str) -> HttpResponse:
    mandate = reach_mandate(request, mandate_id, "accounts.end_mandate")
    return act_and_return(
        request,
        lambda: accounts.end_mandate(agent(request), mandate=mandate),
        _("Mandat terminé. Cette personne ne lit plus cette instance."),
        "agents-instances:membres",
        mandate.body.public_id,
    )


def path_of(body: Body) -> tuple[tuple[str, str], ...]:
    """The pages above a page of a body."""
    return (
        (_("Instances"), reverse("agents-instances:liste")),
        ((body.acronym and f"{body.acronym} · {body.territory.name}") or body.name, page_of(body)),
    )


def page_of(body: Body) -> str:
    return reverse("agents-instances:instance", args=[body.public_id])
