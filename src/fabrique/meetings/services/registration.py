"""Registering for a meeting without an account: a place or the waiting list, given up by link, then forgotten.

Fed by the public form, the links of messages and the organisers' screens. Feeds the outbox (through
registration_letters), the sign-in sheet and attendance. The address is the subscription's, never copied here.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent, System
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.meetings.enums import TAKEN_PLACE, Category, MeetingState, RegistrationState
from fabrique.meetings.models import Meeting, MeetingChange, Registration
from fabrique.meetings.services import registration_letters as letters
from fabrique.subscriptions.enums import EndReason
from fabrique.subscriptions.models import Subscription
from fabrique.subscriptions.services import end, subscribe

PURPOSE = "meetings.registration"
#: writes messages once the verb has checked who acts
WRITER = System("meetings.registration")
LONGEST_NAME = 120
LONGEST_NEEDS = 1000
#: a meeting whose new date is not known keeps its registered people that long after the former one
KEPT_WITHOUT_DATE = timedelta(days=180)
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def can_register(meeting: Meeting) -> bool:
    """Whether the public form is open: the organiser opened it, and the meeting has not begun."""
    ahead = meeting.starts_at is None or meeting.starts_at > now()
    return bool(meeting.registration_open and ahead)


def places_left(meeting: Meeting) -> int | None:
    """Places that nobody holds; None where they are not counted. Only confirmed addresses hold one."""
    if meeting.capacity is None:
        return None
    return max(0, meeting.capacity - meeting.registrations.confirmed().count())


def register(
    actor: Actor,
    *,
    meeting: Meeting,
    email: str,
    category: str,
    name: str = "",
    needs: str = "",
    needs_agreed: bool = False,
) -> None:
    """Ask for a place; a message with a link goes to the address, and nothing else tells what is there.

    An address already registered receives another message. Returns nothing on purpose: the page is the same.
    Needs are health data: they are kept only where the person agreed to it (`needs_agreed`). Raises Refused:
    registration.closed, registration.category, registration.too_long, registration.consent, email.invalid,
    email.busy.
    """
    if not can_register(meeting):
        raise Refused("registration.closed", _("Les inscriptions à cette rencontre sont fermées."))
    values = _checked(category, name, needs)
    _require_agreement(values, needs_agreed)
    with transaction.atomic():
        asked = subscribe(actor, purpose=PURPOSE, reference=meeting.public_id, email=email)
        held = Registration.objects.filter(subscription=asked.subscription).first()
        if held is None:
            held = Registration.objects.create(
                meeting=meeting,
                subscription=asked.subscription,
                registered_at=now(),
                idempotency_key=f"{meeting.public_id}:{asked.subscription.public_id}",
                **values,
            )
            journal.record(actor, "meetings.register", held)
        elif held.state == RegistrationState.PENDING:
            _rewrite(held, values)
        if asked.writable:
            letters.write(
                WRITER, held=held, wording=letters.to_confirm if _pending(held) else letters.known_already
            )


def _require_agreement(values: dict[str, str | None], agreed: bool) -> None:
    if values["needs"] and not agreed:
        raise Refused(
            "registration.consent",
            _("Cochez la case sous vos besoins pour que les organisateurs les lisent, ou effacez ce texte."),
        )


def _pending(registration: Registration) -> bool:
    return registration.state == RegistrationState.PENDING


def _rewrite(held: Registration, values: dict[str, str | None]) -> None:
    """What was typed last counts, as long as the holder of the address has confirmed nothing."""
    for name, value in values.items():
        setattr(held, name, value)
    held.save(update_fields=list(values))


def _checked(category: str, name: str, needs: str) -> dict[str, str | None]:
    if category not in Category.values:
        raise Refused("registration.category", _("Choisissez à quel titre la personne vient, dans la liste."))
    name, needs = _SPACES.sub(" ", name).strip(), needs.replace("\x00", "").strip()
    if len(name) > LONGEST_NAME or len(needs) > LONGEST_NEEDS:
        raise Refused(
            "registration.too_long",
            _("Ce texte est trop long : 120 signes pour le nom, 1 000 pour les besoins."),
        )
    return {"category": category, "name": name or None, "needs": needs or None}


def add_by_hand(
    actor: Actor, *, meeting: Meeting, category: str, name: str, needs: str = "", key: str
) -> Registration:
    """Register somebody who called or came by, without an address. `key` makes a double click harmless.

    Raises Refused: registration.category, registration.too_long, registration.over, registration.name.
    """
    require(actor, "meetings.read_registrations", meeting.territory)
    values = _checked(category, name, needs)
    if not values["name"]:
        raise Refused(
            "registration.name", _("Écrivez le nom de la personne : sans adresse, c’est lui qui la désigne.")
        )
    with transaction.atomic():
        held = Registration.objects.filter(idempotency_key=key).first()
        if held is not None:
            return held
        locked = _lock(meeting)
        _require_ahead(locked, at_the_door=True)
        held = Registration(
            meeting=locked, registered_at=now(), confirmed_at=now(), idempotency_key=key, **values
        )
        _place(held, locked)
        held.save()
        journal.record(actor, "meetings.register", held, reason="by_hand")
    return held


def confirm_registration(actor: Actor, *, subscription: Subscription) -> Registration:
    """The holder of the address confirmed: a place if one is free and nobody waits, else the waiting list.

    Called by the subscription, in its transaction. Raises Refused('registration.over').
    """
    held: Registration = Registration.objects.select_related("meeting").get(subscription=subscription)
    meeting = _lock(held.meeting)
    _require_ahead(meeting)
    if held.state != RegistrationState.PENDING:
        return held
    held.confirmed_at = now()
    _place(held, meeting)
    held.save(update_fields=["state", "position", "confirmed_at"])
    given = held.state == RegistrationState.CONFIRMED
    letters.write(
        WRITER, held=held, wording=letters.place_given if given else letters.on_waiting_list, calendar=given
    )
    journal.record(actor, "meetings.confirm_registration", held, reason=held.state)
    return held


def _lock(meeting: Meeting) -> Meeting:
    """The meeting's row, held: places are given one person at a time."""
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)


def _require_ahead(meeting: Meeting, *, at_the_door: bool = False) -> None:
    """A link confirms until the meeting begins; somebody at the door is written down while it takes place."""
    off = meeting.state in TAKEN_PLACE or meeting.state in (MeetingState.CANCELLED, MeetingState.POSTPONED)
    if off or (_past(meeting) and not at_the_door):
        raise Refused(
            "registration.over",
            _("Cette rencontre ne prend plus d’inscription : elle est passée, annulée ou reportée."),
        )


def _place(held: Registration, meeting: Meeting) -> None:
    """Give a place or a rank; the meeting is locked by the caller."""
    others = Registration.objects.filter(meeting=meeting)
    left = places_left(meeting)
    free = left is None or (left > 0 and not others.waiting().exists())
    held.state = RegistrationState.CONFIRMED if free else RegistrationState.WAITING
    held.position = (others.aggregate(last=Max("position"))["last"] or 0) + 1


def rank(registration: Registration) -> int:
    """The rank on the waiting list, from 1."""
    waiting = Registration.objects.filter(meeting=registration.meeting_id).waiting()
    return waiting.filter(position__lt=registration.position).count() + 1


def cancel_registration(actor: Actor, *, registration: Registration) -> Registration:
    """An organiser takes somebody off the list, at their request; the address, name and needs are erased."""
    require(actor, "meetings.read_registrations", registration.meeting.territory)
    with transaction.atomic():
        if registration.subscription is not None:
            end(WRITER, subscription=registration.subscription)
        else:
            _give_up(registration)
        registration.refresh_from_db()
        journal.record(actor, "meetings.cancel_registration", registration)
    return registration


def end_registration(actor: Actor, *, subscription: Subscription, reason: EndReason) -> None:
    """What follows the end of the subscription, in its transaction: give up the place, or only forget.

    Never confirmed: the row goes. At the term, or after the meeting: name and needs go, attendance stays.
    """
    held = Registration.objects.select_related("meeting").filter(subscription=subscription).first()
    if held is None:
        return
    if held.state == RegistrationState.PENDING:
        held.delete()
        return
    if reason == EndReason.ASKED and not _begun(held.meeting) and held.state != RegistrationState.CANCELLED:
        letters.write(WRITER, held=held, wording=letters.place_given_up, last=True)
        _give_up(held)
        journal.record(actor, "meetings.give_up_place", held)
        return
    forget(actor, registration=held)


def _begun(meeting: Meeting) -> bool:
    return meeting.state in TAKEN_PLACE or (_past(meeting) and meeting.state == MeetingState.SCHEDULED)


def _give_up(held: Registration) -> None:
    """The place is free again, and the first who waits has it."""
    held.state, held.cancelled_at = RegistrationState.CANCELLED, now()
    held.name, held.needs, held.erased_at = None, None, now()
    held.save(update_fields=["state", "cancelled_at", "name", "needs", "erased_at"])
    promote_waiting(WRITER, meeting=held.meeting)


def forget(actor: Actor, *, registration: Registration) -> Registration:
    """Erase name and needs; category, state and attendance stay for the counts. Again changes nothing."""
    if isinstance(actor, Agent):
        require(actor, "meetings.read_registrations", registration.meeting.territory)
    if registration.erased_at is None:
        registration.name, registration.needs, registration.erased_at = None, None, now()
        registration.save(update_fields=["name", "needs", "erased_at"])
        journal.record(actor, "meetings.forget_registration", registration)
    return registration


def promote_waiting(actor: Actor, *, meeting: Meeting) -> int:
    """Give the free places to the first who wait, and tell them; returns how many were given.

    Called inside the transaction of what freed them (a place given up, a larger room).
    """
    if isinstance(actor, Agent):
        require(actor, "meetings.edit", meeting.territory)
    promoted = 0
    with transaction.atomic():
        locked = _lock(meeting)
        if locked.state not in (MeetingState.SCHEDULED, MeetingState.TO_SCHEDULE) or _past(locked):
            return 0
        left = places_left(locked)
        waiting = Registration.objects.filter(meeting=locked).waiting().select_related("subscription")
        for held in waiting if left is None else waiting[:left]:
            held.state = RegistrationState.CONFIRMED
            held.save(update_fields=["state"])
            letters.write(WRITER, held=held, wording=letters.place_freed, calendar=True)
            journal.record(actor, "meetings.promote", held)
            promoted += 1
    return promoted


def _past(meeting: Meeting) -> bool:
    return meeting.starts_at is not None and meeting.starts_at <= now()


def notify_registered(actor: Actor, *, change: MeetingChange) -> int:
    """One message to each person whose address is confirmed, in the caller's transaction; returns how many.

    The caller (announcing) has checked the right. A new date or place calls for a new reminder.
    """
    told = 0
    for held in change.meeting.registrations.to_notify():
        letters.write_change(WRITER, held=held, change=change)
        told += 1
    change.meeting.registrations.filter(reminded_at__isnull=False).update(reminded_at=None)
    return told


def keep_until(subscription: Subscription) -> datetime:
    """Until when the address is kept: some days after the meeting; without a date, half a year."""
    meeting = Meeting.objects.filter(public_id=subscription.reference).first()
    if meeting is None:
        return now()
    return term(meeting)


def term(meeting: Meeting) -> datetime:
    """When what is known of the people registered is erased."""
    over = meeting.ends_at or meeting.starts_at
    if over is None:
        return now() + KEPT_WITHOUT_DATE
    if meeting.state == MeetingState.POSTPONED:
        return over + KEPT_WITHOUT_DATE
    return over + timedelta(days=settings.FABRIQUE_REGISTRATION_DAYS)
