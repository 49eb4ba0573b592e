"""Reads of programmes, meetings, registrations, items and initiatives, by name.

Fed by meetings.models. Feeds services, pages and calendars.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Length
from django.utils import timezone

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds, reach
from fabrique.contributions.enums import Moderation
from fabrique.meetings.enums import ItemState, MeetingState, RegistrationState
from fabrique.subscriptions.enums import SubscriptionState


class ProgrammeQuerySet(models.QuerySet[Any]):
    def public(self) -> ProgrammeQuerySet:
        return self.filter(published_at__isnull=False)

    def visible_to(self, actor: Actor) -> ProgrammeQuerySet:
        """Those whose territory the actor reads, those that hold a meeting there, and those made public."""
        if not holds(actor, "meetings.read"):
            return self.none()
        own = reach(actor, "meetings.read", "territory")
        through = reach(actor, "meetings.read", "meetings__territory")
        return self.filter(own | through | Q(published_at__isnull=False)).distinct()


class MeetingQuerySet(models.QuerySet[Any]):
    def public(self) -> MeetingQuerySet:
        """What anybody may read: the meetings of the programmes made public."""
        return self.filter(programme__published_at__isnull=False)

    def visible_to(self, actor: Actor) -> MeetingQuerySet:
        return self.filter(reach(actor, "meetings.read", "territory"))

    def for_page(self) -> MeetingQuerySet:
        return self.select_related("programme", "territory", "department").prefetch_related(
            "themes", "organisers", "sessions"
        )

    def by_date(self) -> MeetingQuerySet:
        """Dated ones first, then those still to be scheduled, by title."""
        return self.order_by(models.F("starts_at").asc(nulls_last=True), "title", "pk")

    def by_department(self) -> MeetingQuerySet:
        """As the press releases list them: by department in the order of codes, then by date."""
        code = Coalesce("department__code", models.Value("zz"))
        return self.order_by(code, models.F("starts_at").asc(nulls_last=True), "title", "pk")

    def ahead(self, day: date) -> MeetingQuerySet:
        """What a visitor may still come to: from that day on, or without a date in a programme not over."""
        first = timezone.make_aware(datetime.combine(day, time()))
        over = Q(programme__ends_on__lt=day) | Q(
            programme__ends_on__isnull=True, programme__transmission_deadline__lt=day
        )
        waiting = Q(state__in=[MeetingState.TO_SCHEDULE, MeetingState.POSTPONED]) & ~over
        dated = Q(state__in=[MeetingState.SCHEDULED, MeetingState.CANCELLED], starts_at__gte=first)
        running = Q(state=MeetingState.SCHEDULED, ends_at__gte=first)
        return self.filter(dated | running | waiting)

    def behind(self, day: date) -> MeetingQuerySet:
        """All the others."""
        return self.exclude(pk__in=self.model.objects.ahead(day).values("pk"))

    def of_theme(self, key: str) -> MeetingQuerySet:
        return self.filter(themes__key=key).distinct()

    def with_dates(self) -> MeetingQuerySet:
        """Those that a calendar client can show, sittings included."""
        return self.filter(Q(starts_at__isnull=False) | Q(sessions__isnull=False)).distinct()


class RegistrationQuerySet(models.QuerySet[Any]):
    def live(self) -> RegistrationQuerySet:
        return self.exclude(state=RegistrationState.CANCELLED)

    def confirmed(self) -> RegistrationQuerySet:
        return self.filter(state=RegistrationState.CONFIRMED)

    def waiting(self) -> RegistrationQuerySet:
        return self.filter(state=RegistrationState.WAITING).order_by("position", "pk")

    def to_notify(self) -> RegistrationQuerySet:
        """Those who confirmed their address (a place or the waiting list) and whose address is still kept."""
        placed = self.filter(state__in=[RegistrationState.CONFIRMED, RegistrationState.WAITING])
        kept = placed.filter(subscription__state=SubscriptionState.CONFIRMED)
        return kept.select_related("subscription")


class ItemQuerySet(models.QuerySet[Any]):
    def active(self) -> ItemQuerySet:
        return self.filter(state=ItemState.ACTIVE)

    def of_meeting(self, meeting: Any) -> ItemQuerySet:
        return self.filter(table__meeting=meeting).select_related("table", "prompt")

    def erased(self) -> ItemQuerySet:
        """Those emptied with their participation: signed minutes never put them back into the corpus."""
        return self.annotate(length=Length("text")).filter(length=0)

    def unsettled(self) -> ItemQuerySet:
        """Second versions of an item whose first still stands: a person has to say which one is kept."""
        return self.active().filter(conflict_of__state=ItemState.ACTIVE).select_related("conflict_of")


class InitiativeQuerySet(models.QuerySet[Any]):
    def public(self) -> InitiativeQuerySet:
        """The published sheets, but those born of a statement that moderation hides."""
        shown = self.filter(published_at__isnull=False)
        return shown.exclude(item__contribution__moderation=Moderation.HIDDEN)

    def visible_to(self, actor: Actor) -> InitiativeQuerySet:
        return self.filter(reach(actor, "meetings.read", "territory"))
