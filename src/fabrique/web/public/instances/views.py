"""The bodies of health democracy for everybody: the list, one body, one of its sessions.

Fed by accounts.Body and councils. Feeds templates/public/instances/; only what is announced or published.
"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fabrique.accounts.models import Body
from fabrique.common.clock import now, today
from fabrique.councils.models import Opinion, Question, Session, SessionMinutes
from fabrique.web.public.instances.words import (
    composition_sentence,
    seats_sentence,
    waiting_sentence,
    what_it_is,
)
from fabrique.web.shared.composition import composition_of

#: sessions over and opinions shown on the page of a body; the others stand behind one link
SHOWN = 12
PER_PAGE = 10


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Bodies to which anybody may write, then the others."""
    bodies = Body.objects.current().by_territory()
    context = {
        "ouvertes": list(bodies.filter(door_open=True)),
        "autres": list(bodies.filter(door_open=False)),
    }
    return render(request, "public/instances/liste.html", context)


@require_safe
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """What the body is, who sits there, its sessions, opinions, and the questions that it answered."""
    found = reach(slug)
    sessions = Session.objects.of_body(found).announced()
    opinions = Opinion.objects.in_force().filter(item__session__body=found)
    whole = composition_of(found)
    colleges = sum(line.college is not None and line.category is None for line in whole.lines)
    questions = Question.objects.public().filter(body=found)
    most = None if request.GET.get("tout") else SHOWN
    context = {
        "instance_sante": found,
        "presentation": what_it_is(found),
        "colleges": colleges,
        "composition": composition_sentence(found, colleges),
        "sieges": seats_sentence(whole, today()),
        "a_venir": list(sessions.to_come(now())),
        "passees": list(sessions.behind(now())[:most]),
        "avis": list(opinions.with_session().order_by("-adopted_on", "-pk")[:most]),
        "tout": most is None,
        "davantage": most is not None and (sessions.behind(now()).count() > most or opinions.count() > most),
        "questions": Paginator(questions, PER_PAGE).get_page(request.GET.get("page")),
        "retard": waiting_sentence(
            Question.objects.filter(body=found).late(today()).count(), found.answer_days
        ),
    }
    return render(request, "public/instances/instance.html", context)


@require_safe
def composition(request: HttpRequest, slug: str) -> HttpResponse:
    """Seats by college and category; filled and vacant once all the mandates are recorded; names by choice only."""
    found = reach(slug)
    whole = composition_of(found)
    context = {
        "instance_sante": found,
        "composition": whole,
        "note": composition_sentence(found, sum(line.college is not None for line in whole.lines)),
        "phrase": seats_sentence(whole, today()),
    }
    return render(request, "public/instances/composition.html", context)


@require_safe
def session(request: HttpRequest, slug: str, session_id: str) -> HttpResponse:
    """The agenda of a session, the opinions adopted, the minutes: what is published of each."""
    found = reach(slug)
    held = get_object_or_404(Session.objects.of_body(found).announced(), public_id=session_id)
    opinions = Opinion.objects.in_force().filter(item__session=held).select_related("supersedes")
    by_item = {one.item_id: one for one in opinions}
    context = {
        "instance_sante": found,
        "seance": held,
        "points": [_line(item, by_item.get(item.pk)) for item in held.items.all()],
        "compte_rendu": SessionMinutes.objects.in_force().filter(session=held).first(),
    }
    return render(request, "public/instances/seance.html", context)


def reach(slug: str) -> Body:
    """A body that still exists, or 404."""
    bodies = Body.objects.current().select_related("territory")
    found: Body = get_object_or_404(bodies, slug=slug)
    return found


def _line(item: Any, opinion: Opinion | None) -> dict[str, Any]:
    voted = opinion is not None and opinion.votes_for is not None
    return {"point": item, "avis": opinion, "vote": voted}
