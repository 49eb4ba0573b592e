"""What time does to registrations: reminders before the meeting, forgetting after it.

Fed by the worker, every minute. Feeds the outbox; what is forgotten feeds nothing any more.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from fabrique.accounts.actors import Actor, System
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.meetings.enums import MeetingState, RegistrationState
from fabrique.meetings.models import Registration
from fabrique.meetings.services import registration_letters as letters
from fabrique.meetings.services.registration import KEPT_WITHOUT_DATE, forget, term
from fabrique.subscriptions.enums import EndReason, SubscriptionState
from fabrique.subscriptions.services import end, renew

CHUNK = 500
#: terms are checked again that long before they fall, in case the meeting moved
AHEAD_OF_TERM = timedelta(days=2)


def remind(actor: Actor) -> int:
    """Write to those who hold a place in a meeting that begins soon, once a date; returns how many.

    Who confirmed within these last days has just been written to, and is not reminded.
    """
    require(actor, "subscriptions.deliver")
    notice = timedelta(days=settings.FABRIQUE_REMINDER_DAYS)
    soon = Registration.objects.confirmed().filter(
        meeting__state=MeetingState.SCHEDULED,
        meeting__starts_at__gt=now(),
        meeting__starts_at__lte=now() + notice,
        reminded_at__isnull=True,
        subscription__state=SubscriptionState.CONFIRMED,
    )
    reminded = 0
    for held in list(soon.select_related("meeting", "subscription")[:CHUNK]):
        with transaction.atomic():
            taken = soon.filter(pk=held.pk).update(reminded_at=now())
            starts = held.meeting.starts_at
            if taken and held.confirmed_at and starts and held.confirmed_at < starts - notice:
                letters.write(actor, held=held, wording=letters.reminder, not_after=starts)
                journal.record(actor, "meetings.remind", held)
                reminded += 1
    return reminded


def forget_past(actor: Actor) -> int:
    """Erase address, name and needs some days after each meeting; returns how many people were forgotten.

    A postponed meeting keeps them half a year after its former date; one without a date, after registering.
    """
    require(actor, "subscriptions.deliver")
    _renew_moved()
    at = now()
    over = Coalesce("meeting__ends_at", "meeting__starts_at")
    past = Q(over__lt=at - timedelta(days=settings.FABRIQUE_REGISTRATION_DAYS))
    waits_for_date = Q(meeting__state=MeetingState.POSTPONED)
    half_a_year = Q(waits_for_date, over__lt=at - KEPT_WITHOUT_DATE) | Q(
        over__isnull=True, registered_at__lt=at - KEPT_WITHOUT_DATE
    )
    due = Registration.objects.annotate(over=over).filter(
        (past & ~waits_for_date) | half_a_year, erased_at__isnull=True
    )
    forgotten = 0
    while rows := list(due.select_related("meeting", "subscription").order_by("pk")[:CHUNK]):
        for held in rows:
            with transaction.atomic():
                _forget_one(actor, held)
            forgotten += 1
    return forgotten


def _forget_one(actor: Actor, held: Registration) -> None:
    if held.subscription is not None and held.subscription.state != SubscriptionState.ENDED:
        end(actor, subscription=held.subscription, reason=EndReason.EXPIRED)
        if held.state == RegistrationState.PENDING:
            return  # never confirmed: the row went with its subscription
        held.refresh_from_db()
    forget(actor, registration=held)


def _renew_moved() -> None:
    """Put off the term of addresses whose meeting has moved further away since they were confirmed."""
    near = Registration.objects.to_notify().filter(subscription__expires_at__lt=now() + AHEAD_OF_TERM)
    for held in near.select_related("meeting", "subscription")[:CHUNK]:
        if held.subscription is not None and term(held.meeting) > held.subscription.expires_at:
            renew(System("meetings.registration"), subscription=held.subscription)
