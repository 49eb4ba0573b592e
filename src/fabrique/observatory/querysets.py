"""Reads of the observatory, by name.

Fed by observatory.models. Feeds services and the agents' room.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Count, Max, Q

from fabrique.common.folding import fold
from fabrique.observatory.enums import BatchState


class DefinitionQuerySet(models.QuerySet[Any]):
    def with_freshness(self) -> DefinitionQuerySet:
        """Each indicator with the number of its values, their latest period's end and their latest file."""
        return self.annotate(
            value_count=Count("versions__observations", distinct=True),
            latest_period=Max("versions__observations__period_end"),
            latest_file=Max("versions__observations__batch__loaded_at"),
        ).order_by("theme", "label", "code")

    def matching(self, theme: str, words: str) -> DefinitionQuerySet:
        """Of a theme, or whose label or code holds these words; empty words keep everything."""
        found = self.filter(theme=theme) if theme else self
        return found.filter(Q(label__icontains=words) | Q(code__icontains=words)) if words else found


class DefinitionVersionQuerySet(models.QuerySet[Any]):
    def of(self, code: str) -> DefinitionVersionQuerySet:
        """The versions of an indicator, the newest first."""
        return self.filter(definition__code=code).order_by("-number")

    def newest(self) -> DefinitionVersionQuerySet:
        """One version an indicator: the one with the highest number."""
        highest = (
            self.model.objects.filter(definition=models.OuterRef("definition"))
            .order_by("-number")
            .values("pk")[:1]
        )
        return self.filter(pk=models.Subquery(highest)).select_related("definition")


class ImportBatchQuerySet(models.QuerySet[Any]):
    def to_confirm(self) -> ImportBatchQuerySet:
        return self.filter(state=BatchState.CHECKED)

    def loaded(self) -> ImportBatchQuerySet:
        return self.filter(state=BatchState.DONE)


class ObservationQuerySet(models.QuerySet[Any]):
    def described(self) -> ObservationQuerySet:
        """With what a page says of a value, in one query; the report of the file, its heaviest part, stays there."""
        return self.select_related("version__definition", "territory", "batch").defer(
            "batch__issues", "batch__set_aside", "batch__content"
        )

    def of_codes(self, codes: Collection[str]) -> ObservationQuerySet:
        return self.filter(version__definition__code__in=codes)

    def in_territories(self, territories: Collection[Any]) -> ObservationQuerySet:
        return self.filter(territory__in=[one.pk for one in territories])

    def whole(self) -> ObservationQuerySet:
        """Both sexes, all ages, all quintiles together."""
        return self.filter(sex="", age="", deprivation=0)

    def filtered(self, *, level: str = "", name: str = "", period: str = "") -> ObservationQuerySet:
        """Of a level, of territories whose name begins so, of a period; what is empty filters nothing."""
        found = self.filter(territory__level=level) if level else self
        if name:
            found = found.filter(territory__folded_name__startswith=fold(name))
        return found.filter(period=period) if period else found

    def newest_first(self) -> ObservationQuerySet:
        return self.order_by(
            "-version__number",
            "-period_end",
            "territory__level",
            "territory__code",
            "sex",
            "age",
            "rank",
            "pk",
        )

    def in_order(self) -> ObservationQuerySet:
        """Oldest period first, then versions, then the ranks of a contradiction."""
        return self.order_by("period_end", "version__number", "sex", "age", "deprivation", "scope", "rank")

    def group(self, definition: int, period: str) -> ObservationQuerySet:
        """All that disclosure control must look at together: every version of one indicator for one period."""
        return self.filter(version__definition=definition, period=period).select_related("version")
