"""The room's screen: note an item, correct it, take it away. Plain forms; salle.js adds the rest (offline).

Fed by ItemForm. Feeds the verbs of meetings.services.items.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import ItemEntry, ItemKind, ItemState
from fabrique.meetings.models import Item, Meeting, Prompt, Table
from fabrique.meetings.services.items import change_item, record_item, remove_item, settle_versions
from fabrique.web.agents.animation.access import file_context, reach, url
from fabrique.web.agents.animation.forms import ItemForm, PlacedItemForm, table_name
from fabrique.web.agents.animation.views.room import tell
from fabrique.web.agents.animation.words import screen_words
from fabrique.web.shared.actors import agent


@require_http_methods(["GET", "HEAD", "POST"])
def room(request: HttpRequest, public_id: str) -> HttpResponse:
    """One table, one question, quick entry, and what is noted there already.

    ?coquille=1 gives the page that a device keeps, signed out too: without a word that people said, nor a name.
    """
    meeting = reach(request, public_id, "meetings.enter_items")
    tables, prompts = list(meeting.tables.all()), list(meeting.prompts.all())
    if not tables or not prompts:
        return render(request, "agents/animation/salle_vide.html", file_context(request, meeting, "salle"))
    table = _chosen(tables, request.GET.get("table"))
    prompt = _chosen(prompts, request.GET.get("question"))
    form = ItemForm(request.POST if request.method == "POST" else None, initial=_fresh(table, prompt))
    if request.method == "POST" and form.is_valid() and _note(request, meeting, form):
        return redirect(_place(meeting, form.cleaned_data["table"], form.cleaned_data["prompt"]))
    shell = "coquille" in request.GET
    rows = (
        Item.objects.none()
        if shell
        else Item.objects.filter(table=table, prompt=prompt).order_by("-created_at", "-pk")
    )
    context = file_context(
        request,
        meeting,
        "salle",
        coquille=shell,
        form=form,
        tables=[{"id": str(one.public_id), "label": table_name(one)} for one in tables],
        prompts=prompts,
        table=table,
        table_nom=table_name(table),
        prompt=prompt,
        rang=prompts.index(prompt) + 1,
        propos=rows,
        donnees=_data(meeting, tables, prompts, table, prompt),
    )
    return render(request, "agents/animation/salle.html", context)


def _note(request: HttpRequest, meeting: Meeting, form: ItemForm) -> bool:
    try:
        record_item(
            agent(request),
            meeting=meeting,
            client_id=form.identifier,
            words=form.words(),
            entry=ItemEntry.SCREEN,
        )
    except Forbidden:
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, _("Propos noté."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, public_id: str, item_id: str) -> HttpResponse:
    """Correct an item: words, table, question, people."""
    meeting = reach(request, public_id, "meetings.enter_items")
    row = _item(meeting, item_id)
    form = PlacedItemForm(
        request.POST if request.method == "POST" else None, meeting=meeting, initial=_values(row)
    )
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"] or 0
        words = form.words(removed=row.state == ItemState.REMOVED)
        outcome: list[Any] = []
        if tell(
            request,
            lambda: outcome.append(change_item(agent(request), item=row, revision=revision, words=words)),
        ):
            if outcome[0].status == "conflict":
                messages.warning(
                    request,
                    _(
                        "Une autre personne a modifié ce propos pendant ce temps : "
                        "les deux versions sont gardées, départagez-les."
                    ),
                )
            return redirect(_back(request, meeting, row))
    context = file_context(
        request,
        meeting,
        "salle",
        form=form,
        propos=row,
        retour=_back(request, meeting, row),
        suite=_next(request),
    )
    return render(request, "agents/animation/propos.html", context)


@require_POST
def remove(request: HttpRequest, public_id: str, item_id: str) -> HttpResponse:
    """Take away or put back: no question asked, since it can be undone."""
    meeting = reach(request, public_id, "meetings.enter_items")
    row = _item(meeting, item_id)
    tell(
        request, lambda: remove_item(agent(request), item=row, removed=request.POST.get("retablir") != "oui")
    )
    return redirect(_back(request, meeting, row))


@require_POST
def settle(request: HttpRequest, public_id: str, item_id: str) -> HttpResponse:
    """Which of two versions stands."""
    meeting = reach(request, public_id, "meetings.enter_items")
    row = _item(meeting, item_id)
    keep = request.POST.get("garder", "")
    if keep in ("first", "second", "both"):
        tell(request, lambda: settle_versions(agent(request), item=row, keep=keep))
    return redirect(_back(request, meeting, row))


def _item(meeting: Meeting, item_id: str) -> Item:
    found: Item = get_object_or_404(Item.objects.of_meeting(meeting), public_id=item_id)
    return found


def _next(request: HttpRequest) -> str:
    """« compte-rendu » where the agent came from the minutes, else « »."""
    asked = request.POST.get("suite") or request.GET.get("suite") or ""
    return asked if asked == "compte-rendu" else ""


def _back(request: HttpRequest, meeting: Meeting, row: Item) -> str:
    if _next(request):
        return f"{url(meeting, 'compte-rendu')}#propos"
    return _place(meeting, str(row.table.public_id), str(row.prompt.public_id))


def _place(meeting: Meeting, table: str, prompt: str) -> str:
    return f"{url(meeting, 'salle')}?table={table}&question={prompt}"


def _chosen(rows: list[Any], asked: str | None) -> Any:
    return next((row for row in rows if str(row.public_id) == asked), rows[0])


def _fresh(table: Table, prompt: Prompt) -> dict[str, Any]:
    return {"table": table.public_id, "prompt": prompt.public_id, "client_id": uuid.uuid4(), "people": 1}


def _values(row: Item) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "text": row.text,
        "people": row.people,
        "carrier": row.carrier,
        "table": row.table.public_id,
        "prompt": row.prompt.public_id,
        "client_id": row.client_id,
        "revision": row.revision,
    }


def _data(
    meeting: Meeting, tables: list[Table], prompts: list[Prompt], table: Table, prompt: Prompt
) -> dict[str, Any]:
    """What salle.js needs, offline too: no word that people said."""
    return {
        "meeting": str(meeting.public_id),
        "table": str(table.public_id),
        "prompt": str(prompt.public_id),
        "tables": [{"id": str(one.public_id), "label": table_name(one)} for one in tables],
        "prompts": [{"id": str(one.public_id), "wording": one.wording} for one in prompts],
        "kinds": {kind.value: str(kind.label).capitalize() for kind in ItemKind},
        "urls": {
            "state": url(meeting, "etat"),
            "sync": url(meeting, "synchro"),
            "worker": reverse("agents-animation:service"),
            "scope": reverse("agents-animation:liste"),
        },
        "words": screen_words(),
    }
