"""The check: every row read once, nothing recorded; what would be added, what is known, set aside, to mend.

Fed by the sealed file and the mapping. Feeds the preview, the report of errors and the questions of the source.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django.db import transaction

from fabrique.contributions.enums import SourceKind
from fabrique.contributions.models import Source
from fabrique.imports.enums import AsideReason, ImportKind, IssueKind
from fabrique.imports.models import ImportedRow, ImportIssue, ImportJob
from fabrique.imports.services import storage
from fabrique.imports.services.keys import keyed_hash
from fabrique.imports.services.leases import Lease
from fabrique.imports.services.rows import (
    LONGEST_ANSWER,
    Aside,
    Outcome,
    Ready,
    RowReader,
    Wrong,
    questions_of,
)
from fabrique.imports.services.tables import Layout, rows_of
from fabrique_core.errors import CoreError

CHUNK = 200
MOST_CHOICES, MOST_QUESTIONS = 60, 400
#: rows set aside whose line is kept: beyond, they are counted
MOST_ASIDE = 5_000
_MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$")


def reference_of(job: ImportJob) -> str:
    """What makes two imports feed one source: the same title in the same territory."""
    words = " ".join(job.label.casefold().split())
    return keyed_hash("source", str(job.perimeter.pk), words)[:40]


def source_of(job: ImportJob) -> Source | None:
    """The source that the import feeds; None while it does not exist."""
    if job.source is not None and job.source.label == job.label:
        return job.source
    found: Source | None = Source.objects.filter(kind=SourceKind.IMPORT, reference=reference_of(job)).first()
    return found


def reader_of(job: ImportJob) -> RowReader:
    return RowReader(job.mapping, job.layout["columns"], job.unit)


def check(lease: Lease) -> dict[str, Any]:
    """Read the whole file; the report: {'rows', 'ready', 'known', 'errors', 'aside': {reason: rows}, …}.

    Begun again from the start after a kill: it records nothing but the rows to mend. Raises CoreError.
    """
    job = lease.job
    _forget_issues(job)
    tally = _Tally(job, source_of(job))
    reader = reader_of(job)
    with storage.opened(job) as stream:
        for row in rows_of(stream, Layout.of_json(job.layout)):
            tally.add(reader.read(row))
            if tally.rows % CHUNK == 0:
                _store(lease, tally)
    _store(lease, tally)
    lease.write(done=tally.rows, total=tally.rows, questions=tally.questions())
    return tally.report()


def _forget_issues(job: ImportJob) -> None:
    while pks := list(job.issues.values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic():
            ImportIssue.objects.filter(pk__in=pks).delete()


def _store(lease: Lease, tally: _Tally) -> None:
    issues = tally.flush()
    with transaction.atomic():
        lease.guard()
        ImportIssue.objects.bulk_create(issues)
    lease.beat(tally.rows)


class _Tally:
    """What the check counts and gathers."""

    def __init__(self, job: ImportJob, source: Source | None) -> None:
        self.job, self.source = job, source
        self.rows = self.ready = self.known = self.errors = 0
        self.aside: Counter[str] = Counter()
        self._issues: list[ImportIssue] = []
        self._keys: dict[str, tuple[int, str]] = {}
        self._choices: dict[str, dict[str, str]] = {}
        self._declared: dict[str, str] = {}
        self._titles = {q["key"]: q["wording"] for q in questions_of(job.mapping)}

    def add(self, outcome: Outcome) -> None:
        self.rows += 1
        if isinstance(outcome, Ready):
            self._ready(outcome)
        elif isinstance(outcome, Wrong):
            self._wrong(outcome)
        elif isinstance(outcome, Aside):
            self._aside(outcome)

    def _ready(self, row: Ready) -> None:
        self.ready += 1
        self._keys[row.key] = (row.line, row.said)
        for question, choice, label in row.choices:
            self._choice(question, choice, label)
        for key, wording in row.declared:
            self._declared.setdefault(key, wording)
        if len(self._declared) > MOST_QUESTIONS:
            raise CoreError("table.questions", limit=MOST_QUESTIONS)

    def _choice(self, question: str, choice: str, label: str) -> None:
        known = self._choices.setdefault(question, {})
        if choice in known:
            return
        title = self._titles.get(question, question)[:80]
        if _MAIL.match(label):
            raise CoreError("table.personal", column=title)
        known[choice] = label
        if len(known) > MOST_CHOICES:
            raise CoreError("table.choices", column=title, limit=MOST_CHOICES)

    def _wrong(self, row: Wrong) -> None:
        import json

        # the whole column is refused: beside its long answers, the short ones are people's words too
        for problem in row.problems:
            if problem["code"] == "choice_long" and problem["limit"] == LONGEST_ANSWER:
                raise CoreError("table.choice_long", column=problem["column"][:80], limit=problem["limit"])
        self.errors += 1
        cells = json.dumps(dict(row.cells), ensure_ascii=False)
        self._issues.append(
            ImportIssue(
                job=self.job, line=row.line, kind=IssueKind.ERROR, problems=list(row.problems), cells=cells
            )
        )

    def _aside(self, row: Aside) -> None:
        if row.reason == AsideReason.EMPTY and self.job.layout["format"] != "csv":
            self.rows -= 1  # blank rows of a sheet are no rows
            return
        self.aside[row.reason] += 1
        if sum(self.aside.values()) <= MOST_ASIDE:
            self._issues.append(
                ImportIssue(job=self.job, line=row.line, kind=IssueKind.ASIDE, reason=row.reason)
            )

    def flush(self) -> list[ImportIssue]:
        """The rows to store since last time; the known ones are counted on the way."""
        for key, said in ImportedRow.objects.known(self.source, self._keys).items():
            line, now_said = self._keys[key]
            if said == now_said:
                self.known += 1
            else:
                self.ready -= 1
                self._aside(Aside(line, AsideReason.CHANGED))
        issues, self._issues, self._keys = self._issues, [], {}
        return issues

    def questions(self) -> list[dict[str, Any]]:
        """The questions that the source will have, with the choices found, in the order of the file."""
        declared = [
            {"key": key, "kind": "long_text", "wording": wording, "choices": []}
            for key, wording in self._declared.items()
        ]
        found = [
            {
                **question,
                "choices": [
                    {"key": key, "label": label}
                    for key, label in self._choices.get(question["key"], {}).items()
                ],
            }
            for question in questions_of(self.job.mapping)
            if not self.job.mapping.get("declares")
        ]
        return [*found, *declared]

    def report(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "ready": self.ready,
            "known": self.known,
            "errors": self.errors,
            "aside": dict(self.aside),
            "questions": len(self.questions()),
            "declares": bool(self.job.mapping.get("declares")),
            "added": 0,
            "encoding": str(self.job.layout.get("encoding", "")),
            "kind": str(ImportKind(self.job.kind)),
        }
