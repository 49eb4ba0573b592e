"""Reads of formal consultations and of those consulted, by name.

Fed by plan.models.consultation. Feeds services, agents' and public pages.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Case, Prefetch, Value, When

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.enums import MandateSeat
from fabrique.accounts.models import Mandate
from fabrique.accounts.rights import holds, reach
from fabrique.plan.enums import ConsultationState, ConsulteeBasis

#: who speaks for a body
SPEAKS = (MandateSeat.PRESIDENT,)


class FormalConsultationQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> FormalConsultationQuerySet:
        return self.filter(reach(actor, "plan.read", "plan__territory"))

    def public(self) -> FormalConsultationQuerySet:
        """From the publication of the notice on."""
        return self.exclude(state=ConsultationState.DRAFT)

    def for_page(self) -> FormalConsultationQuerySet:
        return self.select_related("plan__territory", "draft", "adopted")


class ConsulteeQuerySet(models.QuerySet[Any]):
    def in_order(self) -> ConsulteeQuerySet:
        """By law first, then by choice, then apart; what is consulted, with its opinion and its points."""
        # deferred: the models import this module
        from fabrique.plan.models import OpinionPoint

        rank = Case(
            When(basis=ConsulteeBasis.STATUTORY, then=Value(0)),
            When(basis=ConsulteeBasis.VOLUNTARY, then=Value(1)),
            default=Value(2),
        )
        points = Prefetch("opinion__points", OpinionPoint.objects.order_by("number"))
        found = self.annotate(basis_rank=rank).select_related("opinion", "consultation", "territory", "body")
        return found.prefetch_related(points).order_by("basis_rank", "pk")

    def spoken_for_by(self, actor: Actor) -> ConsulteeQuerySet:
        """Those whose body the person presides today, once the notice is published."""
        if not isinstance(actor, Agent) or not holds(actor, "plan.give_opinion"):
            return self.none()
        bodies = Mandate.objects.current().of(actor.user).filter(seat__in=SPEAKS, body__ended_on__isnull=True)
        waiting = self.exclude(consultation__state=ConsultationState.DRAFT)
        found: ConsulteeQuerySet = waiting.filter(body__in=bodies.values("body"))
        return found

    def without_opinion(self) -> ConsulteeQuerySet:
        return self.filter(opinion__isnull=True, collective=False)
