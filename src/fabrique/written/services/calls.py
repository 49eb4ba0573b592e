"""Verbs on calls for written contributions: write, correct, open, extend, close.

Fed by the agents' screens. Feeds the public page, and the corpus, where each call is one source.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.contributions import services as corpus
from fabrique.contributions.enums import SourceKind
from fabrique.territories.models import Territory
from fabrique.written.enums import CallState
from fabrique.written.models import Call

#: the one question of a call: each demand is a text under it
DEMANDS = "demandes"
EDITABLE = ("title", "presentation", "perimeter", "opens_at", "closes_at")


def create_call(actor: Actor, *, title: str, presentation: str, perimeter: Territory) -> Call:
    """Write a call, unseen by the public until it opens. Raises Refused('call.title')."""
    require(actor, "written.prepare", perimeter)
    title = " ".join(title.split())[:200]
    if not title:
        raise Refused("call.title", _("Donnez un titre à cet appel."))
    with transaction.atomic():
        call: Call = Call.objects.create(
            slug=_free_slug(title),
            title=title,
            presentation=presentation.strip(),
            perimeter=perimeter,
            created_at=now(),
        )
        journal.record(actor, "written.create_call", call)
    return call


def edit_call(
    actor: Actor,
    *,
    call: Call,
    title: str,
    presentation: str,
    opens_at: datetime | None,
    closes_at: datetime | None,
) -> Call:
    """Correct a call. Once open, its title and opening stay; its end can only be put off.

    Raises Refused: call.title, call.closed, call.dates, call.shortened.
    """
    require(actor, "written.prepare", call.perimeter)
    with transaction.atomic():
        call = _locked(call)
        if call.state == CallState.CLOSED:
            raise Refused("call.closed", _("Cet appel est clos : il ne se modifie plus."))
        if opens_at and closes_at and closes_at <= opens_at:
            raise Refused(
                "call.dates", _("La clôture doit venir après l’ouverture. Corrigez l’une des deux dates.")
            )
        if call.state == CallState.OPEN:
            if closes_at is None or (call.closes_at and closes_at < call.closes_at):
                raise Refused(
                    "call.shortened", _("L’appel est ouvert : sa clôture peut être repoussée, non avancée.")
                )
        else:
            call.title = " ".join(title.split())[:200]
            call.opens_at = opens_at
        if not call.title:
            raise Refused("call.title", _("Donnez un titre à cet appel."))
        call.presentation = presentation.strip()
        call.closes_at = closes_at
        call.save(update_fields=["title", "presentation", "opens_at", "closes_at"])
        journal.record(actor, "written.edit_call", call)
    return call


def open_call(actor: Actor, *, call: Call) -> Call:
    """Make a call public and known to the corpus. Raises Refused: call.not_draft, call.incomplete."""
    require(actor, "written.open", call.perimeter)
    with transaction.atomic():
        call = _locked(call)
        if call.state != CallState.DRAFT:
            raise Refused("call.not_draft", _("Cet appel a déjà été ouvert."))
        if not call.presentation or not call.opens_at or not call.closes_at or call.closes_at <= now():
            raise Refused(
                "call.incomplete",
                _(
                    "Avant d’ouvrir, écrivez la présentation, la date d’ouverture et une date de clôture à venir."
                ),
            )
        call.source = corpus.register_source(
            actor,
            kind=SourceKind.WRITTEN,
            reference=str(call.public_id),
            label=call.title,
            perimeter=call.perimeter,
        )
        call.state = CallState.OPEN
        call.save(update_fields=["source", "state"])
        corpus.register_questions(
            actor,
            source=call.source,
            questions=[{"key": DEMANDS, "kind": "long_text", "wording": _("Demandes des organismes")}],
        )
        journal.record(actor, "written.open_call", call)
    return call


def close_call(actor: Actor, *, call: Call) -> Call:
    """Close a call now, or confirm that its time is over; what came stays to be read. Raises call.not_open."""
    require(actor, "written.open", call.perimeter)
    with transaction.atomic():
        call = _locked(call)
        if call.state != CallState.OPEN:
            raise Refused("call.not_open", _("Cet appel n’est pas ouvert."))
        instant = now()
        if call.opens_at and call.closes_at and call.opens_at < instant < call.closes_at:
            call.closes_at = instant
        call.state = CallState.CLOSED
        call.save(update_fields=["state", "closes_at"])
        journal.record(actor, "written.close_call", call)
    return call


def _locked(call: Call) -> Call:
    found: Call = Call.objects.select_for_update(of=("self",)).select_related("perimeter").get(pk=call.pk)
    return found


def _free_slug(title: str) -> str:
    base = slugify(title)[:70].strip("-") or "appel"
    slug, number = base, 1
    while Call.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
