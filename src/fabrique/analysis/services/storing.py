"""Writing what the engine found under a draft run: themes at once, assignments by chunks of 500.

Fed by the job. Feeds the review screen, once the run is done.
"""

from __future__ import annotations

from django.db import transaction

from fabrique.analysis.enums import RunStep
from fabrique.analysis.models import Assignment, Theme
from fabrique.analysis.services.corpus import chunks
from fabrique.analysis.services.leases import Lease
from fabrique.analysis.services.runs import CHUNK
from fabrique_core.text.model import Analysis


def store(lease: Lease, analysis: Analysis, ideas: list[int]) -> None:
    """Store themes and assignments; `ideas` are the primary keys of the ideas in the engine's order.

    The engine gives the same result for the same corpus: what a killed run stored is kept, the rest follows.
    """
    theme_of = _themes(lease, analysis, ideas)
    done = Assignment.objects.filter(idea__run=lease.run).count()
    total = len(analysis.assignments)
    lease.beat(RunStep.STORE, done, total, force=True)
    for chunk in chunks(analysis.assignments[done:], CHUNK):
        rows = [
            Assignment(idea_id=ideas[given.idea], theme_id=theme_of[given.theme], score=given.score)
            for given in chunk
        ]
        with transaction.atomic():
            lease.guard()
            Assignment.objects.bulk_create(rows)
        done += len(rows)
        lease.beat(RunStep.STORE, done, total)


def _themes(lease: Lease, analysis: Analysis, ideas: list[int]) -> dict[str, int]:
    """{the engine's identifier: primary key}, parents before children; stored once."""
    stored = list(Theme.objects.filter(run=lease.run).order_by("position").values_list("pk", flat=True))
    if not stored:
        with transaction.atomic():
            lease.guard()
            stored = _create_themes(lease, analysis, ideas)
    return {theme.id: pk for theme, pk in zip(analysis.themes, stored, strict=True)}


def _create_themes(lease: Lease, analysis: Analysis, ideas: list[int]) -> list[int]:
    created: dict[str, Theme] = {}
    for position, theme in enumerate(analysis.themes):
        label = theme.label[:200]
        created[theme.id] = Theme.objects.create(
            run=lease.run,
            parent=created[theme.parent] if theme.parent is not None else None,
            position=position,
            proposed_label=label,
            label=label,
            terms=list(theme.terms),
            central_ideas=[ideas[i] for i in theme.quotes],
            stability=theme.stability,
        )
    return [theme.pk for theme in created.values()]
