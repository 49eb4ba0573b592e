"""Reaching what the room shows: 403 without any right in it, 404 where the right is held elsewhere.

Fed by the signed-in agent. Feeds every view of the room.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.models import Consultee, FormalConsultation, OpinionPoint, WordingChange
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import KeptForm
from fabrique.web.shared.errors import tell_refusal

READ, CONSULT, RECORD, GIVE = "plan.read", "plan.consult", "plan.record_opinions", "plan.give_opinion"


def reach(request: HttpRequest, public_id: str) -> FormalConsultation:
    actor = agent(request)
    require(actor, READ)
    rows = FormalConsultation.objects.visible_to(actor).for_page()
    found: FormalConsultation = get_object_or_404(rows, public_id=public_id)
    return found


def reach_consultee(request: HttpRequest, public_id: str) -> Consultee:
    """Of a consultation that the agent reads, or of a body that the person presides."""
    actor = agent(request)
    if not holds(actor, READ):
        require(actor, GIVE)
    seen = (
        FormalConsultation.objects.visible_to(actor)
        if holds(actor, READ)
        else FormalConsultation.objects.none()
    )
    own = Consultee.objects.spoken_for_by(actor)
    rows = Consultee.objects.filter(Q(consultation__in=seen) | Q(pk__in=own.values("pk")))
    rows = rows.select_related(
        "opinion", "consultation__plan__territory", "consultation__draft", "body", "territory"
    )
    found: Consultee = get_object_or_404(rows, public_id=public_id)
    return found


def reach_point(request: HttpRequest, public_id: str) -> OpinionPoint:
    rows = OpinionPoint.objects.select_related("opinion__consultee")
    point = get_object_or_404(rows, public_id=public_id)
    point.opinion.consultee = reach_consultee(request, point.opinion.consultee.public_id)
    return point


def reach_change(request: HttpRequest, public_id: str) -> WordingChange:
    require(agent(request), READ)
    rows = WordingChange.objects.select_related("consultation__plan__territory")
    seen = FormalConsultation.objects.visible_to(agent(request))
    return get_object_or_404(rows.filter(consultation__in=seen), public_id=public_id)


def may(request: HttpRequest, consultation: FormalConsultation, verb: str) -> bool:
    return holds(agent(request), verb, consultation.plan.territory)


def act(request: HttpRequest, told: str, verb: Callable[[], object]) -> bool:
    """Do it and say it; a refusal is said instead."""
    try:
        verb()
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return False
    messages.success(request, told)
    return True


def attempt(request: HttpRequest, form: Any, told: str, verb: Callable[[], Any]) -> Any:
    """What the verb returns; None where it refused: the form then says why and keeps what was typed."""
    try:
        made = verb()
    except Forbidden:
        raise
    except Refused as refusal:
        form.add_error(None, ValidationError(str(refusal), code=refusal.code))
        if isinstance(form, KeptForm):
            form.keep_over(refusal)
        return None
    messages.success(request, told)
    return made
