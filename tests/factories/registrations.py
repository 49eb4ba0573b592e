"""A public meeting that takes registrations, and people who register and follow their links.

Fed by the verbs of meetings and of subscriptions. Feeds the tests of registration and attendance.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fabrique.accounts.actors import Respondent, System
from fabrique.common.clock import now
from fabrique.meetings.enums import Category, MeetingKind
from fabrique.meetings.models import Meeting, Programme, Registration
from fabrique.meetings.services.meetings import create_meeting, open_registration, schedule_meeting
from fabrique.meetings.services.programmes import create_programme, publish_programme
from fabrique.meetings.services.registration import PURPOSE, register
from fabrique.subscriptions.models import Subscription
from fabrique.subscriptions.services import address_hashes, confirm, end, send_due
from tests.factories import territories

VISITOR = Respondent()


def a_meeting(
    *, starts_at: datetime | None = None, capacity: int | None = None, where: str = "46", **more: Any
) -> Meeting:
    """An open meeting of a public programme, in ten days, two hours long, in a department (or « region »)."""
    starts = starts_at or now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=10)
    territory = territories.region() if where == "region" else territories.department(where)
    programme = Programme.objects.first()
    if programme is None:
        programme = create_programme(
            territories.OPERATOR,
            title="Santé demain",
            territory=territories.region(),
            frame="Un cadre d’essai.",
        )
        publish_programme(territories.OPERATOR, programme=programme)
    values = {"title": "Les urgences du soir", "venue": "Salle des fêtes", "city": "Cahors"} | more
    meeting = create_meeting(
        territories.OPERATOR,
        programme=programme,
        kind=MeetingKind.PUBLIC_MEETING,
        territory=territory,
        capacity=capacity,
        **values,
    )
    schedule_meeting(
        territories.OPERATOR, meeting=meeting, starts_at=starts, ends_at=starts + timedelta(hours=2)
    )
    meeting = open_registration(territories.OPERATOR, meeting=meeting)
    return Meeting.objects.get(pk=meeting.pk)


def ask(meeting: Meeting, email: str, **more: Any) -> None:
    """Fill in the public form."""
    values = {"category": Category.USER, "name": ""} | more
    register(VISITOR, meeting=meeting, email=email, **values)


def subscription_of(meeting: Meeting, email: str) -> Subscription:
    """The living subscription of an address to a meeting."""
    found = Subscription.objects.about(PURPOSE, meeting.public_id).living()
    one: Subscription = found.with_address(address_hashes(email)).get()
    return one


def come(meeting: Meeting, email: str, **more: Any) -> Registration:
    """Ask, then follow the link of the message."""
    ask(meeting, email, **more)
    subscription = subscription_of(meeting, email)
    confirm(VISITOR, subscription=subscription)
    return Registration.objects.get(subscription=subscription)


def leave(meeting: Meeting, email: str) -> None:
    """Follow the link that gives the place up."""
    end(VISITOR, subscription=subscription_of(meeting, email))


def deliver(mailoutbox: list[Any]) -> list[Any]:
    """Send all that is due to Django's test mailbox; the messages that left just now."""
    before = len(mailoutbox)
    send_due(System("tests"))
    return mailoutbox[before:]
