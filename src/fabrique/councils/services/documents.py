"""Verbs on the documents of a session: put one, replace it, take a draft away, send; read the bytes as sent.

Fed by the secretary's screens. Feeds members. What was sent never changes: a later version replaces it.
"""

from __future__ import annotations

import hashlib

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.common.files import inspected
from fabrique.councils.enums import SessionState
from fabrique.councils.models import AgendaItem, Session, SessionDocument
from fabrique.councils.services.letters import SessionNews, write_to_members
from fabrique.councils.services.shared import locked, one_line
from fabrique_core.files import Kind

#: what a secretary sends to members: texts and tables
ALLOWED = frozenset({Kind.PDF, Kind.DOCX, Kind.ODT, Kind.TXT, Kind.XLSX, Kind.ODS, Kind.CSV})


def add_document(
    actor: Actor, *, session: Session, title: str, name: str, data: bytes, item: AgendaItem | None = None
) -> SessionDocument:
    """Put a document on the table, unseen by members until it is sent; the same twice is there once.

    Raises Refused: document.cancelled, document.title, document.item, and what common.files refuses.
    """
    require(actor, "councils.prepare", session.body.territory)
    if item is not None and item.session_id != session.pk:
        raise Refused("document.item", _("Ce point est celui d’une autre séance."))
    document = _made(session, title, name, data)
    document.item = item
    with transaction.atomic():
        _open_to_documents(locked(session))
        same = {"title": document.title, "content_hash": document.content_hash, "item": item}
        known = SessionDocument.objects.filter(session=session, **same).first()
        if known is not None:
            return known
        document.save()
        journal.record(actor, "councils.add_document", document)
    return document


def replace_document(actor: Actor, *, document: SessionDocument, name: str, data: bytes) -> SessionDocument:
    """A later version of a document that was sent; sent in its turn, members see it first, and the former below.

    Raises Refused: document.not_sent, document.replaced, document.cancelled, and what common.files refuses.
    """
    session = document.session
    require(actor, "councils.prepare", session.body.territory)
    if document.frozen_at is None:
        raise Refused(
            "document.not_sent", _("Ce document n’est pas envoyé : retirez-le, puis mettez le bon.")
        )
    later = _made(session, document.title, name, data)
    later.item_id, later.number, later.supersedes = document.item_id, document.number + 1, document
    try:
        with transaction.atomic():
            _open_to_documents(locked(session))
            later.save()
            journal.record(actor, "councils.replace_document", later)
    except IntegrityError as twice:
        raise Refused(
            "document.replaced", _("Une version plus récente remplace déjà ce document.")
        ) from twice
    return later


def remove_document(actor: Actor, *, document: SessionDocument) -> None:
    """Take away a document that was not sent. Raises Refused('document.sent')."""
    require(actor, "councils.prepare", document.session.body.territory)
    with transaction.atomic():
        locked(document.session)
        if SessionDocument.objects.sent().filter(pk=document.pk).exists():
            raise Refused(
                "document.sent",
                _("Ce document a été envoyé : il reste. Remplacez-le par une version corrigée."),
            )
        journal.record(actor, "councils.remove_document", document)
        document.delete()


def send_documents(actor: Actor, *, session: Session) -> int:
    """Send what is prepared to the members of a session already called, and freeze it. Returns how many.

    Raises Refused: session.not_called, document.none.
    """
    require(actor, "councils.send_documents", session.body.territory)
    with transaction.atomic():
        session = locked(session)
        if session.state in (SessionState.PLANNED, SessionState.CANCELLED):
            raise Refused("session.not_called", _("Convoquez la séance : les documents partiront avec."))
        sent = freeze_prepared(session)
        if not sent:
            raise Refused("document.none", _("Aucun document n’attend d’être envoyé."))
        session.revision += 1
        session.save(update_fields=["revision"])
        write_to_members(session, SessionNews.DOCUMENTS)
        journal.record(actor, "councils.send_documents", session)
    return sent


def freeze_prepared(session: Session) -> int:
    """Freeze the documents not sent yet, in the caller's transaction; returns how many."""
    waiting = SessionDocument.objects.filter(session=session, frozen_at__isnull=True)
    return waiting.update(frozen_at=now())


def bytes_of(document: SessionDocument) -> bytes:
    """The bytes as they came. Raises Refused('document.altered') where they no longer match their hash."""
    data = bytes(document.content)
    if hashlib.sha256(data).hexdigest() != document.content_hash:
        raise Refused(
            "document.altered",
            _("Ce fichier ne correspond plus à son empreinte : il n’est pas donné. Prévenez l’exploitant."),
        )
    return data


def _made(session: Session, title: str, name: str, data: bytes) -> SessionDocument:
    title = one_line(title)[:200]
    if not title:
        raise Refused("document.title", _("Donnez un titre au document."))
    found = inspected(data, name, allowed=ALLOWED)
    return SessionDocument(
        session=session,
        title=title,
        name=found.safe_name,
        kind=found.kind.value,
        size=found.size,
        content=found.data,
        content_hash=found.sha256,
    )


def _open_to_documents(session: Session) -> None:
    if session.state == SessionState.CANCELLED:
        raise Refused("document.cancelled", _("Cette séance est annulée : elle ne reçoit plus de documents."))
