"""Verbs on sessions and their agenda: prepare, call, hold, cancel; add, correct, move and remove items.

Fed by the secretary's screens and the demonstration. Feeds members (convocation by e-mail) and the public page.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import Body
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused
from fabrique.councils.enums import ItemKind, SessionState
from fabrique.councils.models import AgendaItem, Session
from fabrique.councils.services.documents import freeze_prepared
from fabrique.councils.services.letters import SessionNews, write_to_members
from fabrique.councils.services.shared import OVER, locked, one_line, plain


def session_said(session: Session) -> dict[str, Any]:
    """What the form of a session holds."""
    return {
        "title": session.title,
        "starts_at": session.starts_at,
        "place": session.place,
        "remote": session.remote,
        "joining": session.joining,
    }


def item_said(item: AgendaItem) -> dict[str, Any]:
    """What the form of an item holds."""
    return {
        "title": item.title,
        "kind": item.kind,
        "presentation": item.presentation,
        "reference": item.reference,
    }


def create_session(
    actor: Actor,
    *,
    body: Body,
    title: str,
    starts_at: datetime,
    place: str = "",
    remote: bool = False,
    joining: str = "",
) -> Session:
    """Prepare a session, unseen by members and by the public until it is called.

    Raises Refused: session.ended_body, session.title, session.place, session.twice.
    """
    require(actor, "councils.prepare", body.territory)
    if body.ended_on is not None:
        raise Refused("session.ended_body", _("Cette instance a été supprimée : elle ne se réunit plus."))
    session = Session(
        body=body,
        title=one_line(title)[:200],
        starts_at=starts_at,
        place=one_line(place)[:200],
        remote=remote,
        joining=plain(joining),
    )
    _check(session)
    with transaction.atomic():
        _save(session)
        journal.record(actor, "councils.create_session", session)
    return session


def edit_session(
    actor: Actor,
    *,
    session: Session,
    title: str,
    starts_at: datetime,
    place: str,
    remote: bool,
    joining: str = "",
    expected: str = "",
) -> Session:
    """Correct a session; once called, members are told of another date or place.

    `expected`: the token of the session_said() that the form showed. Raises Refused: session.over, edit.conflict,
    session.title, session.place, session.past (called, then moved to a day that is over), session.twice.
    """
    require(actor, "councils.prepare", session.body.territory)
    with transaction.atomic():
        session = locked(session)
        _still_open(session)
        before = session_said(session)
        session.title, session.starts_at = one_line(title)[:200], starts_at
        session.place, session.remote = one_line(place)[:200], remote
        session.joining = plain(joining)
        after = session_said(session)
        check_unchanged(expected, before, after)
        session.revision += 1
        _check(session)
        if session.state == SessionState.CALLED and starts_at != before["starts_at"] and starts_at <= now():
            raise Refused("session.past", _("La date de cette séance est passée. Corrigez-la d’abord."))
        _save(session)
        moved = {**before, "title": ""} != {**after, "title": ""}
        if session.state == SessionState.CALLED and moved:
            write_to_members(session, SessionNews.CHANGED)
        journal.record(actor, "councils.edit_session", session, reason="moved" if moved else "words")
    return session


def call_session(actor: Actor, *, session: Session) -> Session:
    """Call the members: agenda and prepared documents are sent, frozen; the public page announces the session.

    Raises Refused: session.not_planned, session.no_agenda, session.past.
    """
    require(actor, "councils.send_documents", session.body.territory)
    with transaction.atomic():
        session = locked(session)
        if session.state != SessionState.PLANNED:
            raise Refused("session.not_planned", _("Cette séance a déjà été convoquée ou annulée."))
        if not session.items.exists():
            raise Refused("session.no_agenda", _("Écrivez l’ordre du jour avant de convoquer."))
        if session.starts_at <= now():
            raise Refused("session.past", _("La date de cette séance est passée. Corrigez-la d’abord."))
        session.state, session.called_at = SessionState.CALLED, now()
        session.revision += 1
        session.save(update_fields=["state", "called_at", "revision"])
        freeze_prepared(session)
        write_to_members(session, SessionNews.CALLED)
        journal.record(actor, "councils.call_session", session)
    return session


def hold_session(actor: Actor, *, session: Session) -> Session:
    """Say that the session took place: members no longer change their opinions, the body's may be written.

    Raises Refused: session.not_called, session.not_yet.
    """
    require(actor, "councils.prepare", session.body.territory)
    with transaction.atomic():
        session = locked(session)
        if session.state != SessionState.CALLED:
            raise Refused("session.not_called", _("Seule une séance convoquée peut avoir eu lieu."))
        if session.starts_at > now() + timedelta(hours=1):
            raise Refused("session.not_yet", _("Cette séance n’a pas encore commencé."))
        session.state = SessionState.HELD
        session.revision += 1
        session.save(update_fields=["state", "revision"])
        journal.record(actor, "councils.hold_session", session)
    return session


def cancel_session(actor: Actor, *, session: Session, reason: str) -> Session:
    """Give up a session, with a reason that members and the public read.

    Raises Refused: session.over, session.reason.
    """
    require(actor, "councils.prepare", session.body.territory)
    reason = one_line(reason)[:300]
    if not reason:
        raise Refused("session.reason", _("Dites pourquoi la séance est annulée : les membres le liront."))
    with transaction.atomic():
        session = locked(session)
        _still_open(session)
        called = session.state == SessionState.CALLED
        session.state, session.cancelled_reason = SessionState.CANCELLED, reason
        session.revision += 1
        session.save(update_fields=["state", "cancelled_reason", "revision"])
        if called:
            write_to_members(session, SessionNews.CANCELLED)
        journal.record(actor, "councils.cancel_session", session)
    return session


def add_item(
    actor: Actor,
    *,
    session: Session,
    title: str,
    kind: str = ItemKind.INFORMATION,
    presentation: str = "",
    reference: str = "",
) -> AgendaItem:
    """Add an item at the end of the agenda. Raises Refused: session.over, item.title, item.kind, item.twice."""
    require(actor, "councils.prepare", session.body.territory)
    with transaction.atomic():
        session = locked(session)
        _still_open(session)
        last = session.items.aggregate(last=Max("position"))["last"]
        item = AgendaItem(session=session, position=0 if last is None else last + 1)
        _fill(item, title, kind, presentation, reference)
        if session.items.filter(title=item.title).exists():
            raise Refused("item.twice", _("Ce point est déjà à l’ordre du jour."))
        item.save()
        journal.record(actor, "councils.add_item", item)
    return item


def edit_item(
    actor: Actor,
    *,
    item: AgendaItem,
    title: str,
    kind: str,
    presentation: str = "",
    reference: str = "",
    expected: str = "",
) -> AgendaItem:
    """Correct an item; `expected`: the token of the item_said() that the form showed.

    Raises Refused: session.over, edit.conflict, item.title, item.kind.
    """
    require(actor, "councils.prepare", item.session.body.territory)
    with transaction.atomic():
        _still_open(locked(item.session))
        item = AgendaItem.objects.select_related("session__body__territory").get(pk=item.pk)
        present = item_said(item)
        _fill(item, title, kind, presentation, reference)
        check_unchanged(expected, present, item_said(item))
        item.save()
        journal.record(actor, "councils.edit_item", item)
    return item


def move_item(actor: Actor, *, item: AgendaItem, up: bool) -> AgendaItem:
    """One rank up or down; at the end of the list nothing changes. Raises Refused('session.over')."""
    require(actor, "councils.prepare", item.session.body.territory)
    with transaction.atomic():
        session = locked(item.session)
        _still_open(session)
        order = list(session.items.order_by("position"))
        rank = next(n for n, one in enumerate(order) if one.pk == item.pk)
        other = rank - 1 if up else rank + 1
        if 0 <= other < len(order):
            order[rank], order[other] = order[other], order[rank]
            _renumber(order)
            journal.record(actor, "councils.move_item", item)
    item.refresh_from_db()
    return item


def remove_item(actor: Actor, *, item: AgendaItem) -> None:
    """Take an item away. Raises Refused: session.over, item.used where documents or opinions hang on it."""
    require(actor, "councils.prepare", item.session.body.territory)
    with transaction.atomic():
        session = locked(item.session)
        _still_open(session)
        if item.documents.exists() or item.opinions.exists() or item.member_opinions.exists():
            raise Refused(
                "item.used", _("Ce point porte des documents ou des avis : il ne peut plus être retiré.")
            )
        journal.record(actor, "councils.remove_item", item)
        item.delete()
        _renumber(list(session.items.order_by("position")))


def _renumber(order: list[AgendaItem]) -> None:
    """Ranks from 0: first out of the way, so that two items never hold the same rank at once."""
    beyond = max((one.position for one in order), default=0) + 1
    for first in (beyond, 0):
        for rank, one in enumerate(order):
            one.position = first + rank
            one.save(update_fields=["position"])


def _fill(item: AgendaItem, title: str, kind: str, presentation: str, reference: str) -> None:
    item.title = one_line(title)[:300]
    if not item.title:
        raise Refused("item.title", _("Donnez un intitulé à ce point."))
    if kind not in ItemKind.values:
        raise Refused("item.kind", _("Dites si ce point est pour information, pour avis ou pour décision."))
    item.kind, item.presentation = kind, plain(presentation)
    item.reference = one_line(reference)[:200]


def _check(session: Session) -> None:
    if not session.title:
        raise Refused("session.title", _("Donnez un titre à la séance."))
    if not session.place and not session.remote:
        raise Refused("session.place", _("Écrivez le lieu, ou cochez « à distance »."))


def _still_open(session: Session) -> None:
    if session.state in OVER:
        raise Refused("session.over", _("Cette séance a eu lieu ou a été annulée : elle ne change plus."))


def _save(session: Session) -> None:
    try:
        with transaction.atomic():
            session.save()
    except IntegrityError as twice:
        raise Refused(
            "session.twice", _("Une séance de cette instance a déjà lieu à cette heure.")
        ) from twice
