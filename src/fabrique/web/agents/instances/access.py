"""Reaching what concerns a body: 403 without any right on such things, 404 where the right is held elsewhere.

Fed by the signed-in agent or member. Feeds every view of the room.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from fabrique.accounts.actors import Agent
from fabrique.accounts.models import Body, Mandate
from fabrique.accounts.rights import holds, require
from fabrique.councils.models import AgendaItem, Question, Request, Session, SessionDocument
from fabrique.councils.querysets import bodies_answered_by, bodies_read_by
from fabrique.web.shared.actors import agent

READ, SIT, QUESTIONS = "councils.read", "councils.sit", "councils.read_questions"


def reader(request: HttpRequest) -> Agent:
    """Whoever may read some body: a secretary, or a member. Forbidden otherwise."""
    actor = agent(request)
    if not holds(actor, SIT):
        require(actor, READ)
    return actor


def reach_body(request: HttpRequest, body_id: str, verb: str = "") -> Body:
    """A body read by the actor; `verb`: and where they hold that right (403)."""
    actor = reader(request)
    if not bodies_read_by(actor).filter(public_id=body_id).exists():
        raise Http404
    found: Body = Body.objects.select_related("territory").get(public_id=body_id)
    if verb:
        require(actor, verb, found.territory)
    return found


def reach_session(request: HttpRequest, session_id: str, verb: str = "") -> Session:
    rows = Session.objects.visible_to(reader(request)).select_related("body__territory")
    found: Session = get_object_or_404(rows, public_id=session_id)
    return _allowed(request, found, found.body, verb)


def reach_item(request: HttpRequest, item_id: str, verb: str = "") -> AgendaItem:
    rows = AgendaItem.objects.visible_to(reader(request)).select_related("session__body__territory")
    found: AgendaItem = get_object_or_404(rows, public_id=item_id)
    return _allowed(request, found, found.session.body, verb)


def reach_document(request: HttpRequest, document_id: str, verb: str = "") -> SessionDocument:
    rows = SessionDocument.objects.visible_to(reader(request)).select_related("session__body__territory")
    found: SessionDocument = get_object_or_404(rows, public_id=document_id)
    return _allowed(request, found, found.session.body, verb)


def reach_request(request: HttpRequest, request_id: str, verb: str = "") -> Request:
    rows = Request.objects.visible_to(reader(request)).select_related("body__territory", "session")
    found: Request = get_object_or_404(rows, public_id=request_id)
    return _allowed(request, found, found.body, verb)


def reach_mandate(request: HttpRequest, mandate_id: str, verb: str) -> Mandate:
    rows = Mandate.objects.filter(body__in=bodies_read_by(reader(request)))
    found: Mandate = get_object_or_404(rows.select_related("body__territory", "user"), public_id=mandate_id)
    return _allowed(request, found, found.body, verb)


def reach_question(request: HttpRequest, question_id: str) -> Question:
    """A question read by the secretary, by a moderator, or by the president of the body."""
    actor = questions_reader(request)
    rows = Question.objects.visible_to(actor).with_words()
    found: Question = get_object_or_404(
        rows.select_related(
            "body__territory", "participation__source__perimeter", "answered_by", "published_by"
        ),
        public_id=question_id,
    )
    return found


def questions_reader(request: HttpRequest) -> Agent:
    """Whoever may read the questions of some body. Forbidden otherwise."""
    actor = agent(request)
    if not bodies_answered_by(actor).exists():
        require(actor, QUESTIONS)
    return actor


def _allowed(request: HttpRequest, found: Any, body: Body, verb: str) -> Any:
    if verb:
        require(agent(request), verb, body.territory)
    return found
