"""Verbs that must be told to those registered: another date or place, a postponement, a cancellation.

Fed by the organisers' screens. Feeds MeetingChange, the outbox (through registration) and the calendars.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.meetings.enums import ChangeKind, MeetingState
from fabrique.meetings.models import Meeting, MeetingChange
from fabrique.meetings.services import followers, registration
from fabrique.meetings.services.meetings import AHEAD, PLACE_FIELDS, put_dates
from fabrique.meetings.services.shared import changed, locked, only_known, require_state, touch


def cancel_meeting(
    actor: Actor, *, meeting: Meeting, notice: str, revision: int | None = None
) -> MeetingChange:
    """The meeting will not take place: say so on its page, in calendars and to those registered."""
    require(actor, "meetings.announce", meeting.territory)
    with transaction.atomic():
        meeting = locked(meeting, revision)
        require_state(meeting, AHEAD, _("Seule une rencontre à venir s’annule."))
        former = meeting.starts_at
        meeting.state = MeetingState.CANCELLED
        return _announce(actor, meeting, ChangeKind.CANCELLED, notice, former)


def postpone_meeting(
    actor: Actor, *, meeting: Meeting, notice: str, revision: int | None = None
) -> MeetingChange:
    """The meeting will take place later, on a day not known yet; the former date stays written."""
    require(actor, "meetings.announce", meeting.territory)
    with transaction.atomic():
        meeting = locked(meeting, revision)
        require_state(
            meeting, {MeetingState.SCHEDULED}, _("Seule une rencontre programmée peut être reportée.")
        )
        former = meeting.starts_at
        meeting.state = MeetingState.POSTPONED
        return _announce(actor, meeting, ChangeKind.POSTPONED, notice, former)


def move_meeting(
    actor: Actor,
    *,
    meeting: Meeting,
    notice: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    hours_known: bool = True,
    revision: int | None = None,
    **place: Any,
) -> MeetingChange:
    """Another date or place (city, venue, address), told to those registered.

    Raises Refused('meeting.not_moved') where neither the date nor the place changes.
    """
    require(actor, "meetings.announce", meeting.territory)
    only_known(place, PLACE_FIELDS)
    with transaction.atomic():
        meeting = locked(meeting, revision)
        require_state(
            meeting,
            AHEAD,
            _("Seule une rencontre à venir se déplace."),
        )
        former, before = meeting.starts_at, (meeting.starts_at, meeting.ends_at, meeting.state)
        put_dates(meeting, starts_at, ends_at, hours_known)
        meeting.state = MeetingState.SCHEDULED
        moved = changed(meeting, place)
        if not moved and before == (meeting.starts_at, meeting.ends_at, meeting.state):
            raise Refused(
                "meeting.not_moved", _("Ni la date ni le lieu ne changent : il n’y a rien à annoncer.")
            )
        return _announce(actor, meeting, ChangeKind.MOVED, notice, former, keep_open=True)


def _announce(
    actor: Actor,
    meeting: Meeting,
    kind: ChangeKind,
    notice: str,
    former: datetime | None,
    *,
    keep_open: bool = False,
) -> MeetingChange:
    if not notice.strip():
        raise Refused(
            "meeting.notice", _("Écrivez le message qui sera envoyé aux inscrits et montré sur la page.")
        )
    if not keep_open:
        meeting.registration_open = False
    touch(meeting, announced=True)
    meeting.save()
    change = MeetingChange.objects.create(
        meeting=meeting,
        kind=kind,
        notice=notice.strip(),
        former_starts_at=former,
        announced_at=now(),
        announced_by=actor.user if isinstance(actor, Agent) else None,
    )
    change.notified = registration.notify_registered(actor, change=change)
    followers.tell_followers_of_change(actor, change=change)
    change.save(update_fields=["notified"])
    journal.record(actor, "meetings.announce", meeting, reason=str(kind))
    return change
