"""What a run reads: the frozen list of contributions of one source or of several, its fingerprint, what was withdrawn.

Fed by contributions (alone) and by the common corpora. Feeds the job, figures and proof pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from fabrique.analysis.models import GatheredSource, Run, RunSource
from fabrique.contributions.enums import SourceKind
from fabrique.contributions.models import Contribution, Participation, Source, Tombstone
from fabrique_core.text.corpus import fingerprint


@dataclass(frozen=True)
class Scope:
    """What is read: (primary key of a source, keys of the questions kept; none: all of them), in order."""

    parts: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def sources(self) -> list[int]:
        """Primary keys of the sources, in order."""
        return [pk for pk, _keys in self.parts]

    def contributions(self, upto: int | None = None) -> Any:
        """The texts in order of arrival, up to a primary key where one froze the list.

        A text hidden on a ground that takes it out of the counts (a robot's message) is not one of them.
        """
        found = self.received().counted().order_by("pk")
        return found if upto is None else found.filter(pk__lte=upto)

    def received(self) -> Any:
        """Every text, those that moderation took out of the counts too."""
        return Contribution.objects.filter(self._texts())

    def _texts(self) -> Q:
        whole = [pk for pk, keys in self.parts if not keys]
        wanted = Q(participation__source=whole[0]) if len(whole) == 1 else Q(participation__source__in=whole)
        for pk, keys in self.parts:
            if keys:
                wanted |= Q(participation__source=pk, question__key__in=keys)
        return wanted

    def participations(self) -> Any:
        """Every act of taking part in these sources, whether it holds a text or not."""
        return Participation.objects.filter(source__in=self.sources)

    def withdrawals_since(self, when: datetime) -> int:
        """Participations withdrawn after an instant: what « n retraits depuis » counts."""
        return Tombstone.objects.filter(source__in=self.sources).since(when).count()


def is_common(source: Source) -> bool:
    """Whether a source gathers others."""
    return source.kind == SourceKind.COMMON


def scope_of(source: Source) -> Scope:
    """What a source holds today: itself, or the sources that a common corpus gathers."""
    if not is_common(source):
        return Scope(((source.pk, ()),))
    rows = GatheredSource.objects.of_common(source).values_list("source_id", "questions")
    return Scope(tuple((pk, tuple(keys)) for pk, keys in rows))


def scope_of_run(run: Run) -> Scope:
    """What a run read: its frozen manifest, whatever the common corpus gathers since."""
    if not is_common(run.source):
        return scope_of(run.source)
    rows = RunSource.objects.filter(run=run).order_by("position").values_list("source_id", "questions")
    return Scope(tuple((pk, tuple(keys)) for pk, keys in rows)) if rows else scope_of(run.source)


def contributions_of(source: Source, upto: int | None = None) -> Any:
    """The texts of a source, or of the sources that it gathers, in order of arrival."""
    return scope_of(source).contributions(upto)


def texts_read(run: Run) -> Any:
    """The contributions of a run's frozen list, in order."""
    return scope_of_run(run).contributions(run.corpus_upto)


def fingerprint_of(contributions: Any) -> str:
    """SHA-256 (hex) over the sorted salted hashes of these texts."""
    return fingerprint(contributions.values_list("item_hash", flat=True))


def corpus_fingerprint(source: Source, upto: int | None = None) -> str:
    """SHA-256 (hex) over the sorted salted hashes of the texts; it proves a corpus without keeping what it
    said."""
    return fingerprint_of(contributions_of(source, upto))


def manifest_lines(run: Run) -> list[RunSource]:
    """Unsaved lines of the manifest of a run over a common corpus: each source, its count and its hash.

    Empty for a run over one source, whose own row says both.
    """
    if not is_common(run.source):
        return []
    lines = []
    for position, (pk, keys) in enumerate(scope_of(run.source).parts):
        texts = Scope(((pk, keys),)).contributions(run.corpus_upto)
        lines.append(
            RunSource(
                run=run,
                source_id=pk,
                position=position,
                questions=list(keys),
                contributions=texts.count(),
                fingerprint=fingerprint_of(texts),
            )
        )
    return lines


def manifest(run: Run) -> dict[str, Any]:
    """What a run read and how, as plain JSON without date, path nor host: enough to make the run again.

    {"engine", "seed", "parameters", "corpus": {"texts", "fingerprint"}, "sources": [{"source", "kind", "label",
    "questions", "texts", "fingerprint"}]}; a run over one source names that one.
    """
    rows = RunSource.objects.filter(run=run).select_related("source").order_by("position")
    sources = [_line(row.source, row.questions, row.contributions, row.fingerprint) for row in rows]
    if not is_common(run.source):
        sources = [_line(run.source, [], run.corpus_contributions, run.corpus_fingerprint)]
    return {
        "engine": run.engine_version,
        "seed": run.seed,
        "parameters": run.parameters,
        "corpus": {"texts": run.corpus_contributions, "fingerprint": run.corpus_fingerprint},
        "sources": sources,
    }


def _line(source: Source, questions: list[str], texts: int, digest: str) -> dict[str, Any]:
    return {
        "source": source.public_id,
        "kind": source.kind,
        "label": source.label,
        "questions": questions,
        "texts": texts,
        "fingerprint": digest,
    }


def withdrawals_since(source: Source, when: datetime) -> int:
    """Participations withdrawn after an instant from a source, or from those that it gathers."""
    return scope_of(source).withdrawals_since(when)


def commons_of(source: Source) -> list[Source]:
    """The common corpora that read a source, today or in an earlier run."""
    reading = Q(gathered__source=source) | Q(runs__manifest__source=source)
    return list(Source.objects.common().filter(reading).distinct().order_by("pk"))


def texts_of(run: Run) -> tuple[list[int], list[str]]:
    """Primary keys and raw texts of a run's frozen list, in order."""
    rows = list(texts_read(run).values_list("pk", "raw_text"))
    return [pk for pk, _ in rows], [text for _, text in rows]


def chunks(rows: Any, size: int) -> Iterator[list[Any]]:
    """A sequence in lists of at most `size`."""
    for start in range(0, len(rows), size):
        yield list(rows[start : start + size])
