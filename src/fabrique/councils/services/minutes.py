"""Verbs on the minutes of a session: write, approve, publish; corrected by a later version.

Fed by the secretary's screens. Feeds the public page of the body.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused
from fabrique.councils.enums import SessionState
from fabrique.councils.models import Session, SessionMinutes
from fabrique.councils.services.shared import HELD, fingerprint, locked, plain


def minutes_of(last: SessionMinutes | None) -> dict[str, Any]:
    """What the form of the minutes holds, and whether it begins a later version of what is published."""
    if last is None:
        return {"text": "", "approved_on": None, "frozen": False}
    return {"text": last.text, "approved_on": last.approved_on, "frozen": last.frozen_at is not None}


def save_minutes(
    actor: Actor, *, session: Session, text: str, approved_on: date | None = None, expected: str = ""
) -> SessionMinutes:
    """Write the minutes, or correct their draft; after a publication, a later version begins.

    `approved_on`: the day on which the body approved them; `expected`: the token of the minutes_of() that the form
    showed. Raises Refused: edit.conflict, minutes.not_held, minutes.text, minutes.date.
    """
    require(actor, "councils.write_minutes", session.body.territory)
    if not text.strip():
        raise Refused("minutes.text", _("Écrivez le compte rendu."))
    if approved_on is not None and approved_on > today():
        raise Refused("minutes.date", _("La date d’approbation est à venir. Corrigez-la."))
    with transaction.atomic():
        session = locked(session)
        if session.state not in HELD:
            raise Refused("minutes.not_held", _("Le compte rendu s’écrit quand la séance a eu lieu."))
        last = SessionMinutes.objects.filter(session=session).order_by("-number").first()
        wanted = {"text": plain(text), "approved_on": approved_on, "frozen": False}
        check_unchanged(expected, minutes_of(last), wanted)
        minutes = last
        if last is None or last.frozen_at is not None:
            minutes = SessionMinutes(session=session, supersedes=last, number=last.number + 1 if last else 1)
        assert minutes is not None
        minutes.text, minutes.approved_on = plain(text), approved_on
        minutes.save()
        journal.record(actor, "councils.save_minutes", minutes)
    return minutes


def publish_minutes(actor: Actor, *, minutes: SessionMinutes) -> SessionMinutes:
    """Make approved minutes public, in the name of who does it; they never change afterwards.

    Raises Refused: publish.unnamed, publish.already, minutes.not_approved.
    """
    require(actor, "councils.publish", minutes.session.body.territory)
    if not isinstance(actor, Agent):
        raise Refused("publish.unnamed", _("Une publication porte le nom d’une personne : connectez-vous."))
    with transaction.atomic():
        session = locked(minutes.session)
        minutes = SessionMinutes.objects.select_for_update(of=("self",)).get(pk=minutes.pk)
        if minutes.frozen_at is not None:
            raise Refused("publish.already", _("Ce compte rendu est déjà publié."))
        if minutes.approved_on is None:
            raise Refused(
                "minutes.not_approved", _("L’instance approuve le compte rendu avant qu’il soit publié.")
            )
        said = {"session": session.public_id, "number": minutes.number, "text": minutes.text}
        minutes.content_hash = fingerprint({**said, "approved_on": minutes.approved_on})
        minutes.frozen_at, minutes.published_by = now(), actor.user
        minutes.save()
        session.state = SessionState.MINUTES_PUBLISHED
        session.save(update_fields=["state"])
        journal.record(actor, "councils.publish_minutes", minutes)
    return minutes
