"""Reads of runs, themes, ideas, quotes and figures, by name.

Fed by analysis.models. Feeds the review screen, the job and restitution.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds
from fabrique.analysis.enums import LIVING, RunState, ThemeState
from fabrique.common.clock import now
from fabrique.contributions.enums import Moderation


class RunQuerySet(models.QuerySet[Any]):
    def visible_to(self, actor: Actor) -> RunQuerySet:
        perimeters = {run.source_id: run.source.perimeter for run in self.select_related("source__perimeter")}
        allowed = [pk for pk, perimeter in perimeters.items() if holds(actor, "analysis.read", perimeter)]
        return self.filter(source__in=allowed)

    def living(self) -> RunQuerySet:
        """Waiting or under way."""
        return self.filter(state__in=LIVING)

    def abandoned(self) -> RunQuerySet:
        """Under way, but nobody holds a living lease: the worker that had it is gone."""
        return self.filter(state=RunState.RUNNING, lease_until__lt=now())

    def current_of(self, source: Any) -> Any:
        """The run that people work on, or None."""
        return self.filter(source=source, is_current=True).first()


class GatheredSourceQuerySet(models.QuerySet[Any]):
    def of_common(self, common: Any) -> GatheredSourceQuerySet:
        """The sources of a common corpus, in their order."""
        return self.filter(common=common).select_related("source__perimeter").order_by("position")


class IdeaQuerySet(models.QuerySet[Any]):
    def in_reading_order(self) -> IdeaQuerySet:
        """Contributions in order of arrival, ideas in the order of the text: the order in which a run
        counts."""
        return self.order_by("contribution_id", "start")

    def assigned_to(self, themes: Any) -> IdeaQuerySet:
        """Ideas of any of these themes (primary keys), once each, surest first."""
        return (
            self.filter(assignments__theme__in=themes)
            .annotate(score=models.Max("assignments__score"))
            .order_by("-score", "pk")
        )


class ThemeQuerySet(models.QuerySet[Any]):
    def accepted(self) -> ThemeQuerySet:
        return self.filter(state=ThemeState.ACCEPTED)

    def decided(self) -> ThemeQuerySet:
        """Themes on which a person decided something."""
        return self.filter(decided_by__isnull=False)

    def tree_of(self, run: Any) -> list[Any]:
        """First-level themes in order, each followed by its own; `depth` is 0 or 1.

        A theme whose parent was merged or discarded shows at the first level.
        """
        rows = list(
            self.filter(run=run)
            .select_related("parent", "merged_into", "decided_by")
            .order_by("position", "pk")
        )
        gone = {row.pk for row in rows if row.state in (ThemeState.DISCARDED, ThemeState.MERGED)}
        under: dict[int | None, list[Any]] = {}
        for row in rows:
            under.setdefault(None if row.parent_id in gone else row.parent_id, []).append(row)
        tree = []
        for top in under.get(None, []):
            top.depth = 0
            tree.append(top)
            for child in under.get(top.pk, []) if top.pk not in gone else []:
                child.depth = 1
                tree.append(child)
        return tree

    def following(self, theme: Any) -> Any:
        """The next theme of the same run that nobody decided on, in order, from the start again at the
        end; or None."""
        waiting = self.filter(run=theme.run_id, state=ThemeState.PROPOSED).exclude(pk=theme.pk)
        return (
            waiting.filter(position__gt=theme.position).order_by("position").first()
            or waiting.order_by("position").first()
        )


class QuoteQuerySet(models.QuerySet[Any]):
    def publishable(self) -> QuoteQuerySet:
        """Approved, of an accepted theme (or of one merged into an accepted theme), from a text nobody
        hid."""
        accepted = Q(theme__state=ThemeState.ACCEPTED) | Q(
            theme__state=ThemeState.MERGED, theme__merged_into__state=ThemeState.ACCEPTED
        )
        return self.filter(accepted).exclude(contribution__moderation=Moderation.HIDDEN)

    def of_theme(self, theme: Any) -> QuoteQuerySet:
        """The quotes of a theme and of the themes merged into it, oldest approval first."""
        return self.filter(Q(theme=theme) | Q(theme__merged_into=theme)).order_by("approved_at", "pk")


class FigureQuerySet(models.QuerySet[Any]):
    def validated(self) -> FigureQuerySet:
        return self.filter(validated_at__isnull=False)
