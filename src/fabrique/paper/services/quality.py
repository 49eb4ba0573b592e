"""How often entries differ, and how often the first one was wrong: per question, with base and interval.

Fed by comparisons. Feeds the pages of quality of a batch and of a consultation.

The base is the sheets entered twice on which the question was put. The interval is Wilson's, as if those
sheets were a random draw among many; a draw among few sheets is more precise than it says. What both
operators read wrongly in the same way cannot be seen: the rates are of the errors that double entry shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fabrique.consultations.services.definition import Definition
from fabrique.paper.enums import Cause, FormState, Mark, Outcome
from fabrique.paper.models import Batch, Comparison, Draw, Entry, PaperForm
from fabrique.paper.services.readings import AGREEMENT, DAY
from fabrique_core.estimate import Interval, Share


@dataclass(frozen=True)
class QuestionQuality:
    """One question: sheets compared, differing, and what each difference came to."""

    key: str
    number: int | None
    title: str
    base: int
    different: int
    waiting: int
    first_right: int
    second_right: int
    both_wrong: int
    sheet: int

    @property
    def difference(self) -> Share:
        """Sheets on which the two entries differ, among those compared."""
        return Share(count=self.different, base=self.base)

    @property
    def difference_interval(self) -> Interval | None:
        return self.difference.wilson()

    @property
    def first_wrong(self) -> int:
        """First entries found wrong so far, the sheets that can be read in two ways left out."""
        return self.second_right + self.both_wrong - self.sheet

    @property
    def error(self) -> Share:
        """First entries found wrong, among the sheets compared; a least bound while differences wait."""
        return Share(count=self.first_wrong, base=self.base)

    @property
    def error_interval(self) -> Interval | None:
        """None while a difference waits for a decision: the rate is not known yet."""
        return None if self.waiting else self.error.wilson()


@dataclass(frozen=True)
class Quality:
    """All that double entry shows of a set of batches."""

    questions: tuple[QuestionQuality, ...]
    entered: int
    drawn: int
    population: int
    doubled: int
    sheets_different: int
    waiting: int
    causes: dict[str, int]
    by_third: int
    by_operator: int

    @property
    def sheets(self) -> Share:
        """Sheets with one difference at least, among those entered twice."""
        return Share(count=self.sheets_different, base=self.doubled)

    @property
    def sheets_interval(self) -> Interval | None:
        return self.sheets.wilson()


@dataclass(frozen=True)
class QuestionMarks:
    """How many sheets carry each mark at one question, as the first operator read them."""

    key: str
    number: int
    title: str
    blank: int
    illegible: int
    ambiguous: int
    hidden: int


def quality_of(batches: Iterable[Batch], definition: Definition) -> Quality:
    """The quality of batches of the same version; `definition` gives titles and order. About six queries."""
    wanted = list(batches)
    rows = Comparison.objects.filter(form__batch__in=wanted)
    cells: dict[str, Counter[str]] = {}
    for row in rows.counted():
        cells.setdefault(row["question"], Counter())[row["outcome"]] = row["n"]
    sheets = Counter(
        rows.filter(cause=Cause.SHEET, outcome__in=[Outcome.SECOND_RIGHT, Outcome.BOTH_WRONG]).values_list(
            "question", flat=True
        )
    )
    forms = PaperForm.objects.filter(batch__in=wanted)
    differing = forms.filter(pk__in=rows.exclude(outcome=Outcome.SAME).values("form"))
    draws = Draw.objects.filter(batch__in=wanted)
    return Quality(
        questions=tuple(
            _question(key, number, title, cells[key], sheets[key])
            for key, number, title in _titles(definition)
            if key in cells
        ),
        entered=forms.exclude(state__in=[FormState.PRINTED, FormState.LOST, FormState.ASIDE]).count(),
        drawn=sum(draw.sample for draw in draws),
        population=sum(draw.population for draw in draws),
        doubled=forms.doubled().count(),
        sheets_different=differing.count(),
        waiting=forms.to_settle().count(),
        causes={row["cause"]: row["n"] for row in rows.counted_by_cause()},
        by_third=rows.settled().filter(third_person=True).count(),
        by_operator=rows.settled().filter(third_person=False).count(),
    )


def marks_of(batches: Iterable[Batch], definition: Definition) -> list[QuestionMarks]:
    """What could not be read as an answer, question by question, on the sheets recorded or under way."""
    counts: dict[str, Counter[str]] = {}
    kept = Entry.objects.filter(form__batch__in=list(batches), rank=1).exclude(form__state=FormState.ASIDE)
    for marks in kept.values_list("marks", flat=True):
        for key, mark in marks.items():
            counts.setdefault(key, Counter())[mark] += 1
    return [
        QuestionMarks(
            question.key,
            number,
            question.title,
            blank=counts[question.key][Mark.BLANK],
            illegible=counts[question.key][Mark.ILLEGIBLE],
            ambiguous=counts[question.key][Mark.AMBIGUOUS],
            hidden=counts[question.key][Mark.HIDDEN],
        )
        for number, question in enumerate(definition.questions, start=1)
        if question.key in counts
    ]


def _titles(definition: Definition) -> list[tuple[str, int | None, str]]:
    """(key, number, title) in the order of the sheet; the two headings have neither number nor title."""
    heads: list[tuple[str, int | None, str]] = [(AGREEMENT, None, ""), (DAY, None, "")]
    return heads + [
        (question.key, number, question.title)
        for number, question in enumerate(definition.questions, start=1)
    ]


def _question(key: str, number: int | None, title: str, cells: Counter[Any], sheet: int) -> QuestionQuality:
    total = sum(cells.values())
    return QuestionQuality(
        key=key,
        number=number,
        title=title,
        base=total,
        different=total - cells[Outcome.SAME],
        waiting=cells[Outcome.OPEN],
        first_right=cells[Outcome.FIRST_RIGHT],
        second_right=cells[Outcome.SECOND_RIGHT],
        both_wrong=cells[Outcome.BOTH_WRONG],
        sheet=sheet,
    )
