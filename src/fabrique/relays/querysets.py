"""Reads of relays, by name.

Fed by relays.models. Feeds the relay's own pages, the agents' screens and the answering room.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Role
from fabrique.accounts.rights import holds
from fabrique.common.clock import now
from fabrique.common.folding import fold
from fabrique.contributions.enums import Help, Unit
from fabrique.contributions.models import Participation
from fabrique.relays.enums import ENDED, KNOWN, RelayState

_CODE = re.compile(r"[0-9A-Z]{6}\Z")


class RelayQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> RelayQuerySet:
        """The relays whose request the actor may read, by territory."""
        rows = self.select_related("territory")
        return self.filter(pk__in=[row.pk for row in rows if holds(actor, "relays.read", row.territory)])

    def of(self, actor: Actor) -> RelayQuerySet:
        """The relays in the name of which this person may act: an account's own, never another's."""
        if not isinstance(actor, Agent) or not actor.user.is_active:
            return self.none()
        roles = Role.objects.current().filter(
            user=actor.user, code=RoleCode.RELAY, organisation__isnull=False
        )
        return self.filter(organisation__in=roles.values("organisation"), state__in=KNOWN)

    def waiting(self) -> RelayQuerySet:
        return self.filter(state=RelayState.ASKED).order_by("asked_at")

    def named(self, name: str, territory: Any) -> RelayQuerySet:
        """Of that name in that territory, accents and case folded."""
        return self.filter(folded_name=fold(name)[:200], territory=territory)

    def ended_before(self, instant: datetime) -> RelayQuerySet:
        """Refused or closed before that instant, and still with somebody's name in them."""
        return self.filter(state__in=ENDED, decided_at__lt=instant)


class LinkQuerySet(models.QuerySet[Any]):
    def followed(self, typed: str) -> Any:
        """The link of a code as typed by hand (case, O for 0, I or L for 1), or None."""
        code = typed.strip().upper().translate(str.maketrans("OIL", "011"))
        if not _CODE.match(code):
            return None
        return self.filter(code=code).select_related("relay__organisation", "consultation").first()


class InvitationQuerySet(models.QuerySet[Any]):
    def usable(self) -> InvitationQuerySet:
        return self.filter(used_at__isnull=True, expires_at__gt=now())


@dataclass(frozen=True)
class Counts:
    """Responses that came by a relay, in persons; None where the number is small (FABRIQUE_SMALL_CELL)."""

    responses: int | None
    helped: int | None
    alone: int | None


def counts_of(link: Any) -> Counts:
    """How many persons answered by this link, helped or alone: a small number is never given, nor its rest."""
    source = link.consultation.source_id
    if source is None or link.relay.organisation_id is None:
        return Counts(None, None, None)
    rows = Participation.objects.filter(source_id=source, relay=link.relay.organisation_id, unit=Unit.PERSON)
    responses = rows.count()
    helped = rows.filter(help=Help.HELPED).count()
    alone = responses - helped
    least = settings.FABRIQUE_SMALL_CELL
    if responses < least:
        return Counts(None, None, None)
    shown = helped >= least and alone >= least
    return Counts(responses, helped if shown else None, alone if shown else None)
