"""Reads of batches, sheets, comparisons and calls, by name.

Fed by paper.models. Feeds the operators' screens and the error rates.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Count, Q

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds
from fabrique.paper.enums import CallOutcome, FormState, Outcome
from fabrique.territories.models import Territory


def within_reach(actor: Actor, verb: str, territories: Any) -> list[int]:
    """Primary keys of the territories (a queryset's values) where the actor holds the verb."""
    rows = Territory.objects.filter(pk__in=territories)
    return [row.pk for row in rows if holds(actor, verb, row)]


class BatchQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> BatchQuerySet:
        """The batches of the territories where the actor may read paper work."""
        reached = within_reach(actor, "paper.read", self.values("territory"))
        return self.filter(territory__in=reached)

    def of_consultation(self, consultation: Any) -> BatchQuerySet:
        return self.filter(version__consultation=consultation)

    def with_totals(self) -> BatchQuerySet:
        """Adds printed, entered, aside, to_double, to_settle and recorded: counts of sheets."""
        states = {
            "entered": [FormState.ENTERED, FormState.SAMPLED, FormState.DIFFERENT, FormState.RECORDED],
            "aside": [FormState.ASIDE],
            "waiting_draw": [FormState.ENTERED],
            "to_double": [FormState.SAMPLED],
            "to_settle": [FormState.DIFFERENT],
            "recorded": [FormState.RECORDED],
        }
        counts = {name: Count("forms", filter=Q(forms__state__in=wanted)) for name, wanted in states.items()}
        return self.annotate(printed=Count("forms"), **counts)


class FormQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> FormQuerySet:
        reached = within_reach(actor, "paper.read", self.values("batch__territory"))
        return self.filter(batch__territory__in=reached)

    def to_enter(self) -> FormQuerySet:
        """Printed and not entered yet."""
        return self.filter(state=FormState.PRINTED)

    def to_double_by(self, user: Any) -> FormQuerySet:
        """Drawn for the second entry, the first one being somebody else's."""
        return self.filter(state=FormState.SAMPLED).exclude(entries__operator=user)

    def to_settle(self) -> FormQuerySet:
        return self.filter(state=FormState.DIFFERENT)

    def doubled(self) -> FormQuerySet:
        """Entered twice, whatever came of it."""
        return self.filter(comparisons__isnull=False).distinct()

    def aside_by_reason(self) -> list[dict[str, Any]]:
        """[{'aside_reason', 'forms'}] of the sheets counted without being recorded."""
        return list(
            self.filter(state=FormState.ASIDE)
            .values("aside_reason")
            .annotate(forms=Count("pk"))
            .order_by("aside_reason")
        )


class ComparisonQuerySet(models.QuerySet[Any]):
    def counted(self) -> list[dict[str, Any]]:
        """[{'question', 'outcome', 'n'}]."""
        return list(
            self.values("question", "outcome").annotate(n=Count("pk")).order_by("question", "outcome")
        )

    def settled(self) -> ComparisonQuerySet:
        return self.exclude(outcome__in=[Outcome.SAME, Outcome.OPEN])

    def counted_by_cause(self) -> list[dict[str, Any]]:
        """[{'cause', 'n'}] of what was settled."""
        return list(self.settled().values("cause").annotate(n=Count("pk")).order_by("cause"))


class CallQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> CallQuerySet:
        reached = within_reach(actor, "paper.read", self.values("territory"))
        return self.filter(territory__in=reached)

    def counted_by_outcome(self) -> dict[str, int]:
        """{outcome: calls}, every outcome present."""
        found = dict(self.values_list("outcome").annotate(n=Count("pk")).order_by())
        return {str(outcome): found.get(outcome, 0) for outcome in CallOutcome.values}
