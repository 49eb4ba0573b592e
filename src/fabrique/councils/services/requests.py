"""Verbs on what a body asks the agency: ask, note the answer, note what followed, close.

Fed by the secretary's screens. Feeds members, who follow what became of each request.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import Body
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import today
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused
from fabrique.councils.enums import RequestState
from fabrique.councils.models import Request, Session
from fabrique.councils.services.shared import one_line, plain


def ask_agency(
    actor: Actor,
    *,
    body: Body,
    text: str,
    addressed_to: str,
    session: Session | None = None,
    due_on: date | None = None,
) -> Request:
    """Note what the body asks, of whom and until when; the same words again on the same day are one request.

    Raises Refused: request.text, request.to, request.due, request.session.
    """
    require(actor, "councils.follow_requests", body.territory)
    request = Request(
        body=body,
        session=session,
        text=plain(text),
        addressed_to=one_line(addressed_to)[:200],
        asked_on=today(),
        due_on=due_on,
    )
    if not request.text:
        raise Refused("request.text", _("Écrivez la demande."))
    if not request.addressed_to:
        raise Refused("request.to", _("Dites à qui la demande est adressée."))
    if due_on is not None and due_on < request.asked_on:
        raise Refused("request.due", _("La date attendue est passée. Corrigez-la."))
    if session is not None and session.body_id != body.pk:
        raise Refused("request.session", _("Cette séance est celle d’une autre instance."))
    with transaction.atomic():
        Body.objects.select_for_update().get(pk=body.pk)
        known = Request.objects.filter(body=body, text=request.text, asked_on=request.asked_on).first()
        if known is not None:
            return known
        request.save()
        journal.record(actor, "councils.ask_agency", request)
    return request


def answer_said(request: Request) -> dict[str, str]:
    """What the form of the answer holds."""
    return {"answer": request.answer, "follow_up": request.follow_up}


def note_answer(
    actor: Actor, *, request: Request, answer: str, follow_up: str = "", expected: str = ""
) -> Request:
    """Note the answer received, or correct it, and what followed.

    `expected`: the token of the answer_said() that the form showed. Raises Refused: request.closed, request.answer,
    edit.conflict.
    """
    require(actor, "councils.follow_requests", request.body.territory)
    if not answer.strip():
        raise Refused("request.answer", _("Écrivez la réponse reçue."))
    with transaction.atomic():
        request = _open(request)
        wanted = {"answer": plain(answer), "follow_up": plain(follow_up)}
        check_unchanged(expected, answer_said(request), wanted)
        request.answer, request.follow_up = wanted["answer"], wanted["follow_up"]
        request.state = RequestState.ANSWERED
        request.answered_on = request.answered_on or today()
        request.save()
        journal.record(actor, "councils.note_answer", request)
    return request


def close_request(actor: Actor, *, request: Request, follow_up: str = "") -> Request:
    """Say that nothing more is expected, answered or not, and what followed. Raises Refused('request.closed')."""
    require(actor, "councils.follow_requests", request.body.territory)
    with transaction.atomic():
        request = _open(request)
        request.follow_up = plain(follow_up) or request.follow_up
        answered = request.state == RequestState.ANSWERED
        request.state, request.closed_on = RequestState.CLOSED, today()
        request.save()
        journal.record(
            actor, "councils.close_request", request, reason="answered" if answered else "unanswered"
        )
    return request


def _open(request: Request) -> Request:
    found: Request = Request.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if found.state == RequestState.CLOSED:
        raise Refused("request.closed", _("Cette demande est close."))
    return found
