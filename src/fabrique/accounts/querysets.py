"""Reads of accounts and roles, by name.

Fed by accounts.models. Feeds services, agents' screens and the command line.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Case, Q, Value, When

from fabrique.accounts.enums import MandateSeat
from fabrique.common.clock import today
from fabrique.common.folding import fold
from fabrique.territories.enums import Level


class UserQuerySet(models.QuerySet[Any]):
    def open(self) -> UserQuerySet:
        return self.filter(is_active=True).order_by("full_name")

    def closed_before(self, at: datetime) -> UserQuerySet:
        """Accounts closed before then that still hold a name and an address, the longest closed first."""
        closed = self.filter(is_active=False, erased_at__isnull=True, closed_at__lt=at)
        return closed.order_by("closed_at", "pk")

    def holding(self, *codes: str) -> UserQuerySet:
        """Open accounts that hold one of these roles today, wherever."""
        held = Q(roles__code__in=codes, roles__ended_at__isnull=True)
        return self.open().filter(held).distinct()


class OrganisationQuerySet(models.QuerySet[Any]):
    def search(self, typed: str) -> OrganisationQuerySet:
        """All the words typed, accents and case folded, in the name."""
        found = self
        for word in fold(typed).split():
            found = found.filter(folded_name__contains=word)
        return found


class RoleQuerySet(models.QuerySet[Any]):
    def current(self) -> RoleQuerySet:
        return self.filter(ended_at__isnull=True)

    def of(self, user: Any) -> RoleQuerySet:
        """The roles that a person holds today, with their territories."""
        held = self.current().filter(user=user)
        return held.select_related("territory").order_by("code", "territory__code")

    def reaching(self, territory: Any) -> RoleQuerySet:
        """Roles held today in this territory, or in one that contains it."""
        containers = [territory.pk, territory.region_id, territory.department_id, territory.epci_id]
        everywhere = Q(territory__level=Level.COUNTRY)
        return self.current().filter(everywhere | Q(territory_id__in=[pk for pk in containers if pk]))


class BodyQuerySet(models.QuerySet[Any]):
    def current(self) -> BodyQuerySet:
        """Bodies that still exist."""
        return self.filter(ended_on__isnull=True)

    def with_open_door(self) -> BodyQuerySet:
        """Bodies to which any inhabitant may write."""
        return self.current().filter(door_open=True)

    def by_territory(self) -> BodyQuerySet:
        """The region's bodies first, then department by department, with their territory."""
        region_first = Case(When(territory__level=Level.REGION, then=Value(0)), default=Value(1))
        found: BodyQuerySet = self.select_related("territory").annotate(wider_first=region_first)
        return found.order_by("wider_first", "territory__code", "kind", "name")


class MandateQuerySet(models.QuerySet[Any]):
    def current(self) -> MandateQuerySet:
        """Mandates that hold today."""
        on = today()
        return self.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def of(self, user: Any) -> MandateQuerySet:
        return self.filter(user=user)

    def lasting_beyond(self, day: date) -> MandateQuerySet:
        """Without an end, or ending after that day; begun or not."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))

    def overlapping(self, first: date, last: date | None) -> MandateQuerySet:
        """Those that hold on some day between these two, both included; without `last`, for ever."""
        found = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first))
        return found if last is None else found.filter(starts_on__lte=last)

    def over(self) -> MandateQuerySet:
        """Ended before today, the last ended first."""
        return self.filter(ends_on__lt=today()).order_by("-ends_on", "pk")

    def to_begin(self) -> MandateQuerySet:
        """Not begun yet, the next one first."""
        return self.filter(starts_on__gt=today()).order_by("starts_on", "pk")

    def full(self) -> MandateQuerySet:
        """Those that fill a seat: everybody but the substitutes."""
        return self.exclude(seat=MandateSeat.SUBSTITUTE)

    def of_body(self, body: Any) -> MandateQuerySet:
        """With the person, the college, the category and the organisation: the presidency, then seat by seat."""
        found = self.filter(body=body).select_related("user", "college", "category", "organisation")
        ranks = [When(seat=seat, then=Value(rank)) for rank, seat in enumerate(MandateSeat.values)]
        found = found.annotate(seat_rank=Case(*ranks, default=Value(9)))
        return found.order_by("college__number", "category__rank", "seat_rank", "user__full_name", "pk")
