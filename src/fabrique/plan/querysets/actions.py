"""Reads of actions, milestones and indicators, by name.

Fed by plan.models.action and .indicator. Feeds services, agents' and public pages.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds, reach
from fabrique.common.folding import fold
from fabrique.plan.enums import ActionStage, MilestoneState, PlanState

#: stages in which a sheet asks something of its lead
ALIVE = (ActionStage.PLANNED, ActionStage.RUNNING)


class ActionQuerySet(models.QuerySet[Any]):
    def public(self) -> ActionQuerySet:
        return self.filter(published_at__isnull=False, plan__published_at__isnull=False)

    def visible_to(self, actor: Actor) -> ActionQuerySet:
        """Those made public, and the drafts of the territories that the actor reads: never those of a neighbour."""
        if not holds(actor, "plan.read"):
            return self.none()
        own = reach(actor, "plan.read", "territory")
        if not own:  # an empty condition is everything, and would vanish in an « or »
            return self
        return self.filter(own | Q(published_at__isnull=False, plan__published_at__isnull=False))

    def editable_by(self, actor: Actor) -> ActionQuerySet:
        """Those that the actor may write, in plans that are not closed."""
        own = reach(actor, "plan.edit_actions", "territory")
        return self.filter(own).exclude(plan__state=PlanState.CLOSED)

    def for_list(self) -> ActionQuerySet:
        """With what one line of a list shows."""
        return self.select_related("plan", "territory", "lead", "objective__challenge__commitment")

    def with_lines(self) -> ActionQuerySet:
        """With all the lines of the sheets, in one query a kind."""
        return self.for_list().prefetch_related(
            "partners__organisation",
            "publics",
            "places",
            "instruments",
            "milestones",
            "budget",
            "logic",
            "reach__territory",
            "indicators",
        )

    def led_by(self, user: Any) -> ActionQuerySet:
        return self.filter(lead=user)

    def alive(self) -> ActionQuerySet:
        """To come or under way, in a plan that is not closed: what a lead still answers for."""
        return self.filter(stage__in=ALIVE).exclude(plan__state=PlanState.CLOSED)

    def searched(self, typed: str) -> ActionQuerySet:
        """All the words typed, in the title, without regard to case or accents."""
        words = fold(typed).split()
        if not words:
            return self
        rows = self.values_list("pk", "title")
        return self.filter(pk__in=[pk for pk, title in rows if all(word in fold(title) for word in words)])

    def of_weather(self, weather: str) -> ActionQuerySet:
        """By the last weather given; "sans" for those that never had one."""
        last = (
            self.model._meta.get_field("weather")
            .related_model.objects.filter(action=OuterRef("pk"))
            .order_by("-given_at", "-pk")
            .values("weather")[:1]
        )
        said = self.annotate(last_weather=Subquery(last))
        return (
            said.filter(last_weather__isnull=True) if weather == "sans" else said.filter(last_weather=weather)
        )


class MilestoneQuerySet(models.QuerySet[Any]):
    def due(self) -> MilestoneQuerySet:
        """Still to do, the first due first; those without a date last."""
        return self.filter(state=MilestoneState.DUE).order_by(
            F("due_on").asc(nulls_last=True), "position", "pk"
        )
