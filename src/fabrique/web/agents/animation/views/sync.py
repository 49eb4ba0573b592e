"""The addresses that salle.js and the service worker call: state, synchronisation, worker, page without network.

Fed by the script's JSON. Feeds sync_items; an answer never holds more than the agent may read on the page.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fabrique.meetings.enums import ItemEntry, ItemState
from fabrique.meetings.models import Item
from fabrique.meetings.services.items import Change, Outcome, Words, sync_items, words_of
from fabrique.web.agents.animation.access import reach
from fabrique.web.shared.actors import agent

#: versions of its own words that a device may send with one item
MOST_EARLIER = 10


@require_safe
def state(request: HttpRequest, public_id: str) -> HttpResponse:
    """A fresh token for the next sending, and what the server holds for this meeting."""
    meeting = reach(request, public_id, "meetings.enter_items")
    rows = Item.objects.of_meeting(meeting)
    return JsonResponse({"csrf": get_token(request), "items": _shown(list(rows))})


@require_POST
def sync(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the changes of a device. 400 on what no device of ours would send."""
    meeting = reach(request, public_id, "meetings.enter_items")
    try:
        changes = [_change(one) for one in json.loads(request.body)["changes"]]
    except (ValueError, TypeError, KeyError, AttributeError):
        return JsonResponse({"error": "format"}, status=400)
    outcomes = sync_items(agent(request), meeting=meeting, changes=changes)
    return JsonResponse({"outcomes": [_answer(outcome) for outcome in outcomes]})


@require_safe
def service(request: HttpRequest) -> HttpResponse:
    """The service worker, at an address of the room so that it watches over the room alone."""
    known = {
        "offline": reverse("agents-animation:hors-ligne"),
        "files": settings.STATIC_URL,
        "screen": reverse("agents-animation:salle", args=["0"]).replace("/0/", "/[0-9a-z]{12}/") + "$",
    }
    worker = json.dumps(static("fabrique/animation/service.js"))
    script = f"self.FABRIQUE = {json.dumps(known)};\nimportScripts({worker});\n"
    return HttpResponse(script, content_type="text/javascript")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that a device shows for a page that it does not keep."""
    return render(request, "agents/animation/hors_ligne.html")


def _change(given: dict[str, Any]) -> Change:
    """One change as JSON. Raises ValueError, TypeError or KeyError on anything else."""
    earlier = given.get("earlier", [])
    if len(earlier) > MOST_EARLIER:
        raise ValueError("earlier")
    return Change(
        client_id=uuid.UUID(given["client_id"]),
        base=int(given["base"]),
        words=_words(given["words"]),
        earlier=tuple(_words(one) for one in earlier),
        entry=str(given.get("entry") or ItemEntry.SCREEN),
    )


def _words(given: dict[str, Any]) -> Words:
    people = given["people"]
    texts = [given[name] for name in ("table", "prompt", "kind", "text", "carrier")]
    if not all(isinstance(text, str) for text in texts) or not isinstance(given["removed"], bool):
        raise TypeError("words")
    if people is not None and (isinstance(people, bool) or not isinstance(people, int)):
        raise TypeError("people")
    table, prompt, kind, text, carrier = texts
    return Words(table, prompt, kind, text, people, carrier, given["removed"])


def _answer(outcome: Outcome) -> dict[str, Any]:
    rows = [row for row in (outcome.item, outcome.other) if row is not None]
    return {
        "client_id": str(outcome.client_id),
        "status": outcome.status,
        "items": _shown(rows),
        "sentence": outcome.sentence,
    }


def _shown(rows: list[Item]) -> list[dict[str, Any]]:
    """Items as the script holds them; `conflict` marks both versions of one item."""
    standing = {row.pk for row in rows if row.state == ItemState.ACTIVE}
    pairs = [row for row in rows if row.pk in standing and row.conflict_of_id in standing]
    doubled = {row.pk for row in pairs} | {row.conflict_of_id for row in pairs}
    found = []
    for row in rows:
        words = words_of(row)
        found.append(
            {
                "client_id": str(row.client_id),
                "base": row.revision,
                "words": {name: getattr(words, name) for name in words.__dataclass_fields__},
                "at": row.created_at.isoformat(),
                "conflict": row.pk in doubled,
            }
        )
    return found
