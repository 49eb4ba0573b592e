"""Reads of imports, by name.

Fed by imports.models. Feeds services, the worker and the agents' screens.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds
from fabrique.common.clock import now
from fabrique.imports.enums import LIVING, OPEN, ImportState, IssueKind
from fabrique.territories.models import Territory


class JobQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> JobQuerySet:
        """The imports of the territories where the actor may read imports."""
        perimeters = Territory.objects.filter(pk__in=self.values("perimeter"))
        allowed = [territory.pk for territory in perimeters if holds(actor, "imports.read", territory)]
        return self.filter(perimeter__in=allowed)

    def living(self) -> JobQuerySet:
        """Waiting for the worker, or under way."""
        return self.filter(state__in=LIVING)

    def abandoned(self) -> JobQuerySet:
        """Under way, but nobody holds a living lease: the worker that had it is gone."""
        return self.filter(state=ImportState.RUNNING, lease_until__lt=now())

    def to_confirm(self) -> JobQuerySet:
        """Checked, waiting for a person's word."""
        return self.filter(state=ImportState.CHECKED)

    def left_open_since(self, instant: datetime) -> JobQuerySet:
        """Begun and left there: their file is not kept for ever."""
        return self.filter(state__in=OPEN, asked_at__lt=instant).exclude(state__in=LIVING)

    def same_file(self, job: Any) -> JobQuerySet:
        """The finished imports of the very same file in the same territory, latest first."""
        found = self.filter(file_digest=job.file_digest, perimeter=job.perimeter, kind=job.kind)
        return found.filter(state=ImportState.DONE).exclude(pk=job.pk)


class IssueQuerySet(models.QuerySet[Any]):
    def errors(self) -> IssueQuerySet:
        return self.filter(kind=IssueKind.ERROR).order_by("line")

    def to_mend(self) -> IssueQuerySet:
        """Rows in error that no corrected report has brought in since."""
        return self.errors().filter(settled=False)

    def set_aside(self) -> IssueQuerySet:
        return self.filter(kind=IssueKind.ASIDE).order_by("line")


class RowQuerySet(models.QuerySet[Any]):
    def known(self, source: Any, keys: Iterable[str]) -> dict[str, str]:
        """{key: what the row said} of those of these keys that the source holds; none without a source."""
        if source is None:
            return {}
        return dict(self.filter(source=source, key__in=list(keys)).values_list("key", "said"))
