"""What figures computed together read in common, each part read once: acts, texts, assignments, fingerprints.

Fed by participations, contributions and the assignments of a run. Feeds the interpreter of figures.
A page holds hundreds of figures over one corpus: read again for each, the corpus was nearly all the time they took.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from fabrique.analysis.models import Assignment, Idea, Run, Theme
from fabrique.analysis.services.corpus import Scope, fingerprint_of
from fabrique.analysis.services.sizes import Row, closure_of

Kept = TypeVar("Kept")


class Reading:
    """Made for one request or one job and thrown away with it: what it holds is never read again."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, object] = {}

    def once(self, key: Hashable, read: Callable[[], Kept]) -> Kept:
        """What `read` gives the first time that `key` is asked for."""
        if key not in self._kept:
            self._kept[key] = read()
        return cast(Kept, self._kept[key])

    def texts(self, scope: Scope, upto: int | None = None) -> list[tuple[int, int, str]]:
        """[(text, participation, key of its question)] in order of arrival, those out of the counts left out."""
        rows = scope.contributions(upto).values_list("pk", "participation_id", "question__key")
        return self.once(("texts", scope, upto), lambda: list(rows))

    def fingerprint(self, scope: Scope, upto: int | None = None) -> str:
        """SHA-256 (hex) of these texts."""
        return self.once(("fingerprint", scope, upto), lambda: fingerprint_of(scope.contributions(upto)))

    def analysed(self, run: Run) -> set[int]:
        """The texts in which a run found an idea."""
        ideas = Idea.objects.filter(run=run).values_list("contribution_id", flat=True)
        return self.once(("analysed", run.pk), lambda: set(ideas))

    def assignments(self, theme: Theme) -> list[tuple[Row, str]]:
        """[(assignment, key of the question)] of all that a theme counts: its own, merged into it, inside it."""
        run = theme.run
        members = self.once(("closure", run.pk), lambda: closure_of(Theme.objects.filter(run=run)))
        rows = self.once(("assignments", run.pk), lambda: self._by_theme(run))
        return [row for member in sorted(members[theme.pk]) for row in rows.get(member, [])]

    @staticmethod
    def _by_theme(run: Run) -> dict[int, list[tuple[Row, str]]]:
        stored = Assignment.objects.filter(idea__run=run).values_list(
            "theme_id",
            "idea_id",
            "idea__contribution_id",
            "idea__contribution__participation_id",
            "idea__family",
            "idea__contribution__question__key",
        )
        found: dict[int, list[tuple[Row, str]]] = defaultdict(list)
        for row in stored.iterator(chunk_size=5_000):
            found[row[0]].append((row[:5], row[5]))
        return found
