"""Reads of the corpus, by name.

Fed by contributions.models. Feeds the analysis, the agents' screens and the follow-up of a receipt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.models import Role
from fabrique.accounts.rights import holds
from fabrique.common.folding import fold
from fabrique.common.registry import rights
from fabrique.contributions.enums import ContestState, ErasureReason, Moderation, Signal, SourceKind
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory


class SourceQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> SourceQuerySet:
        """The sources whose texts the actor may read, by the territory where the right is held."""
        return self.heard().filter(pk__in=_sources_where(actor, "contributions.read"))

    def heard(self) -> SourceQuerySet:
        """What people answered to: a common corpus only reads other sources."""
        return self.exclude(kind=SourceKind.COMMON)

    def common(self) -> SourceQuerySet:
        """Corpora that gather several sources."""
        return self.filter(kind=SourceKind.COMMON)


class ParticipationQuerySet(models.QuerySet[Any]):
    def of_source(self, source: Any) -> ParticipationQuerySet:
        return self.filter(source=source)

    def with_receipt(self, hashes: Iterable[bytes]) -> ParticipationQuerySet:
        """The participation that one of these receipt hashes opens (one hash a key of the ring)."""
        return self.filter(receipt_hash__in=list(hashes))

    def counted_by_unit(self) -> dict[str, int]:
        """{unit: participations}: persons, groups and organisations are never added up."""
        return dict(self.values_list("unit").annotate(n=Count("pk")).order_by("unit"))

    def counted_by(self, field: str) -> list[dict[str, Any]]:
        """[{field: value, 'unit': unit, 'participations': n}], units never summed."""
        return list(self.values(field, "unit").annotate(participations=Count("pk")).order_by(field, "unit"))

    def counted_by_channel(self) -> list[dict[str, Any]]:
        """[{'channel', 'unit', 'participations'}]."""
        return self.counted_by("channel")

    def counted_by_department(self) -> list[dict[str, Any]]:
        """[{'department__code', 'department__name', 'unit', 'participations'}]; None without one."""
        return list(
            self.values("department__code", "department__name", "unit")
            .annotate(participations=Count("pk"))
            .order_by("department__code", "unit")
        )


class ContributionQuerySet(models.QuerySet[Any]):
    def of_source(self, source: Any) -> ContributionQuerySet:
        return self.filter(participation__source=source)

    def visible_to(self, actor: Actor) -> ContributionQuerySet:
        """The texts that the actor may read: all of the territories where the right is held."""
        from fabrique.contributions.models import Source

        return self.filter(participation__source__in=Source.objects.visible_to(actor))

    def publishable(self) -> ContributionQuerySet:
        """All but the texts that somebody hid from publication. Being publishable is not being approved."""
        return self.exclude(moderation=Moderation.HIDDEN)

    def counted(self) -> ContributionQuerySet:
        """All but the texts hidden on a ground that takes them out of the counts (a robot's message)."""
        from fabrique.contributions.models import ModerationReason

        uncounted = list(ModerationReason.objects.filter(counted=False).values_list("key", flat=True))
        return self.exclude(moderation=Moderation.HIDDEN, moderation_reason__in=uncounted)

    def queue(self) -> ContributionQuerySet:
        """Texts that nobody has read, in the order that the program proposes: distress, insults, links, names."""
        from fabrique.contributions.models import TextSignal

        def seen(kind: str) -> Exists:
            return Exists(TextSignal.objects.filter(contribution=OuterRef("pk"), kind=kind))

        urgency = Case(
            When(seen(Signal.DISTRESS), then=Value(0)),
            When(seen(Signal.ABUSE), then=Value(1)),
            When(seen(Signal.ADVERTISING), then=Value(2)),
            When(~Q(masks=[]), then=Value(3)),
            default=Value(4),
            output_field=IntegerField(),
        )
        return self.filter(moderation=Moderation.UNREAD).annotate(urgency=urgency).order_by("urgency", "pk")

    def hidden_by_reason(self) -> dict[str, int]:
        """{reason: texts} of the hidden ones."""
        hidden = self.filter(moderation=Moderation.HIDDEN)
        return dict(hidden.values_list("moderation_reason").annotate(n=Count("pk")).order_by())

    def search(self, typed: str) -> ContributionQuerySet:
        """All the words typed, accents and case folded, in the masked text; alike on both databases."""
        found = self
        for word in fold(typed).split():
            found = found.filter(folded_text__contains=word)
        return found

    def with_origin(self) -> ContributionQuerySet:
        """With question, participation and department in the same query."""
        return self.select_related("question", "participation__department", "participation__source")

    def counted_by_question(self) -> list[dict[str, Any]]:
        """[{question__key, question__wording, contributions}] in the questionnaire's order."""
        return list(
            self.values("question__key", "question__wording", "question__position")
            .annotate(contributions=Count("pk"))
            .order_by("question__position")
        )

    def counted_by_channel(self) -> list[dict[str, Any]]:
        """[{'participation__channel', 'contributions'}]."""
        return list(
            self.values("participation__channel")
            .annotate(contributions=Count("pk"))
            .order_by("participation__channel")
        )

    def counted_by_department(self) -> list[dict[str, Any]]:
        """[{'participation__department__code', 'participation__department__name', 'contributions'}]."""
        return list(
            self.values("participation__department__code", "participation__department__name")
            .annotate(contributions=Count("pk"))
            .order_by("participation__department__code")
        )

    def fingerprint(self) -> str:
        """SHA-256 over the salted hashes of the items, in order of hash: says nothing of an erased text."""
        digest = hashlib.sha256()
        for item_hash in self.order_by("item_hash").values_list("item_hash", flat=True).iterator():
            digest.update(item_hash.encode())
        return digest.hexdigest()


class ClosedAnswerQuerySet(models.QuerySet[Any]):
    def of_source(self, source: Any) -> ClosedAnswerQuerySet:
        return self.filter(participation__source=source)


class TombstoneQuerySet(models.QuerySet[Any]):
    def of_source(self, source: Any) -> TombstoneQuerySet:
        return self.filter(source=source)

    def since(self, instant: datetime) -> TombstoneQuerySet:
        """Erased after that instant, corrections apart: « n retraits depuis » under a published figure."""
        return self.filter(erased_at__gt=instant).exclude(reason=ErasureReason.CORRECTED)


class ReasonQuerySet(models.QuerySet[Any]):
    def offered(self) -> ReasonQuerySet:
        """The grounds that an agent may choose today."""
        return self.filter(active=True)

    def labels(self) -> dict[str, str]:
        """{key: label}, retired grounds included."""
        return dict(self.values_list("key", "label"))


class ContestQuerySet(models.QuerySet[Any]):
    def waiting(self) -> ContestQuerySet:
        return self.filter(state=ContestState.OPEN)

    def visible_to(self, actor: Actor) -> ContestQuerySet:
        """Contests of the territories where the actor may answer them."""
        allowed = _sources_where(actor, "contributions.decide_contest")
        return self.filter(contribution__participation__source__in=allowed)


class AlertQuerySet(models.QuerySet[Any]):
    def waiting(self) -> AlertQuerySet:
        return self.filter(outcome="")

    def visible_to(self, actor: Actor) -> AlertQuerySet:
        """Alerts of the territories where the actor may treat them, and those addressed to the actor."""
        allowed = _sources_where(actor, "contributions.treat_alert")
        own = self.addressed_to(actor).values("pk")
        return self.filter(Q(participation__source__in=allowed) | Q(pk__in=own))

    def addressed_to(self, actor: Actor) -> AlertQuerySet:
        """Alerts addressed to this agent, from departments where they may treat them, of wider sources too."""
        if not isinstance(actor, Agent):
            return self.none()
        held = Role.objects.of(actor.user).filter(code__in=rights.get("contributions.treat_alert"))
        places = Territory.objects.filter(pk__in=held.values("territory"), level=Level.DEPARTMENT)
        return self.filter(assigned_to=actor.user, participation__department__in=places)


def _sources_where(actor: Actor, verb: str) -> list[int]:
    """Primary keys of the sources in whose territory the actor holds a right."""
    from fabrique.contributions.models import Source

    sources = Source.objects.select_related("perimeter")
    return [source.pk for source in sources if holds(actor, verb, source.perimeter)]
