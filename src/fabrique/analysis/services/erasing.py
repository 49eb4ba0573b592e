"""The eraser of the analysis: all that derives from a participation goes with it.

Fed by contributions.services.erase_participation, through common.registry. Feeds nothing: it leaves no trace.
"""

from __future__ import annotations

from django.db import transaction

from fabrique.analysis.models import Assignment, Idea, Quote, SetAside, Theme
from fabrique.analysis.services.corpus import commons_of
from fabrique.contributions.models import Participation


def erase_derived(participation_pk: int) -> int:
    """Erase ideas, assignments, quotes, set-aside rows and cached vectors of a participation; how many
    went."""
    # numpy is only needed where vectors were ever cached: the site starts without it
    from fabrique.analysis.services import vectors

    participation = Participation.objects.select_related("source").get(pk=participation_pk)
    readers = [participation.source, *commons_of(participation.source)]
    removed = sum(vectors.forget(source, participation_pk) for source in readers)
    with transaction.atomic():
        ideas = set(
            Idea.objects.filter(contribution__participation=participation_pk).values_list("pk", flat=True)
        )
        _forget_central(ideas)
        for rows in (
            Quote.objects.filter(contribution__participation=participation_pk),
            Assignment.objects.filter(idea__contribution__participation=participation_pk),
            Idea.objects.filter(contribution__participation=participation_pk),
            SetAside.objects.filter(contribution__participation=participation_pk),
        ):
            removed += rows.delete()[0]
    return removed


def _forget_central(ideas: set[int]) -> None:
    """Themes list their central ideas by primary key: those that go are taken off the lists."""
    themes = Theme.objects.filter(assignments__idea__in=ideas).distinct() if ideas else Theme.objects.none()
    parents = Theme.objects.filter(pk__in=[theme.parent_id for theme in themes if theme.parent_id])
    for theme in {*themes, *parents}:
        kept = [pk for pk in theme.central_ideas if pk not in ideas]
        if kept != theme.central_ideas:
            Theme.objects.filter(pk=theme.pk).update(central_ideas=kept)
