"""Reaching a call or a contribution: 403 without any right on them, 404 where the right is held elsewhere.

Fed by the signed-in agent. Feeds every view of the room.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from fabrique.accounts.rights import holds, require
from fabrique.web.shared.actors import agent
from fabrique.written.models import Call, WrittenContribution, WrittenFile

READ = "written.read"


def reach_call(request: HttpRequest, public_id: str) -> Call:
    actor = agent(request)
    require(actor, READ)
    found: Call = get_object_or_404(Call.objects.select_related("perimeter", "source"), public_id=public_id)
    if not holds(actor, READ, found.perimeter):
        raise Http404
    return found


def reach_written(request: HttpRequest, public_id: str) -> WrittenContribution:
    actor = agent(request)
    require(actor, READ)
    rows = WrittenContribution.objects.select_related(
        "call__perimeter", "call__source", "organisation", "territory", "decided_by"
    )
    found: WrittenContribution = get_object_or_404(rows, public_id=public_id)
    if not holds(actor, READ, found.call.perimeter):
        raise Http404
    return found


def reach_file(request: HttpRequest, public_id: str) -> WrittenFile:
    actor = agent(request)
    require(actor, READ)
    rows = WrittenFile.objects.select_related("written__call__perimeter")
    found: WrittenFile = get_object_or_404(rows, public_id=public_id)
    if not holds(actor, READ, found.written.call.perimeter):
        raise Http404
    return found
