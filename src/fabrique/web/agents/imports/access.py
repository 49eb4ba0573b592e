"""What the screens of an import share: reaching it, where the agent may send files, what is shown of it.

Fed by imports' reads and rights. Feeds the views of this room.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds, require
from fabrique.imports.enums import ImportKind, ImportState
from fabrique.imports.models import ImportJob
from fabrique.imports.services import RIGHT_OF
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.shared.actors import agent

_BADGES = {
    ImportState.DRAFT: "",
    ImportState.QUEUED: "info",
    ImportState.RUNNING: "info",
    ImportState.CHECKED: "new",
    ImportState.DONE: "success",
    ImportState.FAILED: "error",
    ImportState.CANCELLED: "",
}


def reach(request: HttpRequest, import_id: str) -> ImportJob:
    """The import; 403 without any right on imports, 404 where the right is held elsewhere only."""
    actor = agent(request)
    require(actor, "imports.read")
    visible = ImportJob.objects.visible_to(actor).select_related(
        "perimeter", "source", "asked_by", "corrects"
    )
    job: ImportJob = get_object_or_404(visible, public_id=import_id)
    return job


def may_run(actor: Agent, job: ImportJob) -> bool:
    """Whether the agent may go on with this import."""
    return holds(actor, RIGHT_OF[ImportKind(job.kind)], job.perimeter)


def kinds_for(actor: Agent) -> list[tuple[str, Any]]:
    """The kinds of file that the agent may send, somewhere."""
    return [(str(kind), kind.label) for kind in ImportKind if holds(actor, RIGHT_OF[kind])]


def territories_for(actor: Agent) -> Any:
    """The region and departments where the agent may send one kind of file at least."""
    verbs = sorted(set(RIGHT_OF.values()))
    inside = Territory.objects.in_perimeter().filter(level__in=[Level.REGION, Level.DEPARTMENT])
    allowed = [one.pk for one in inside if any(holds(actor, verb, one) for verb in verbs)]
    return Territory.objects.filter(pk__in=allowed).order_by("-level", "name")


def badge_of(job: ImportJob) -> dict[str, str]:
    return {"sorte": _BADGES[ImportState(job.state)], "texte": job.get_state_display()}
