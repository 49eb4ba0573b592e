"""Answers to one closed question: who was shown it, who answered, how many for each choice, rank or number.

Fed by closed answers as the corpus holds them. Feeds the interpreter of figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from fabrique.common.errors import Refused
from fabrique.contributions.models import ClosedAnswer, Participation, SourceQuestion

#: kinds as channels name them
RANKING, NUMBER = "ranking", "number"
CLOSED_KINDS = frozenset({"single", "multiple", "scale", RANKING, NUMBER})


class Asked:
    """A question with all its answers, and the acts that its condition showed it to."""

    def __init__(self, question: SourceQuestion) -> None:
        """Raises Refused('figure.question') for a question that has no closed answers (a text, a place)."""
        if question.kind not in CLOSED_KINDS:
            raise Refused("figure.question", _("Cette question n’a pas de réponses à cocher ni de nombre."))
        self.question = question
        self.answers: dict[int, list[tuple[str, int | None, Decimal | None]]] = defaultdict(list)
        stored = ClosedAnswer.objects.filter(question=question)
        for participation, choice, rank, value in stored.values_list(
            "participation_id", "choice", "rank", "value"
        ):
            self.answers[participation].append((choice, rank, value))
        self.restricted, self.shown_to = shown_to(question)

    def base(self, members: set[int]) -> set[int]:
        """Those who were shown the question: its condition held, or they answered it all the same."""
        if self.shown_to is None:
            return members
        return {pk for pk in members if pk in self.shown_to or pk in self.answers}


def shown_to(question: SourceQuestion) -> tuple[bool, set[int] | None]:
    """(whether some answered a version without the question, the acts that were shown it or None for all).

    An act whose version is not known (an import, a workshop) counts as asked.
    """
    asked, held = _asked_in_their_version(question), _condition_held(question)
    if asked is None or held is None:
        return asked is not None, held if asked is None else asked
    return True, asked & held


def _asked_in_their_version(question: SourceQuestion) -> set[int] | None:
    """Acts whose version of the questionnaire holds the question; None where all of them do."""
    if not question.versions:
        return None
    acts = Participation.objects.filter(source=question.source_id)
    known = Q(form_version__isnull=True) | Q(form_version__in=question.versions)
    if not acts.exclude(known).exists():
        return None
    return set(acts.filter(known).values_list("pk", flat=True))


def _condition_held(question: SourceQuestion) -> set[int] | None:
    """Acts for which every condition holds ({question, any_of: [choices]}, or a list of these); None
    without one."""
    if not question.show_if:
        return None
    conditions = question.show_if if isinstance(question.show_if, list) else [question.show_if]
    shown: set[int] | None = None
    for condition in conditions:
        holding = set(
            ClosedAnswer.objects.filter(
                question__source=question.source_id,
                question__key=condition["question"],
                choice__in=condition["any_of"],
            ).values_list("participation_id", flat=True)
        )
        shown = holding if shown is None else shown & holding
    return shown


def closed_cell(asked: Asked, members: set[int]) -> tuple[int, int, list[dict[str, Any]]]:
    """(base, answered, rows) among these acts."""
    base = asked.base(members)
    given = [asked.answers[pk] for pk in base if pk in asked.answers]
    rows = _number(given) if asked.question.kind == NUMBER else _choices(asked.question, given)
    return len(base), len(given), rows


def _choices(
    question: SourceQuestion, given: list[list[tuple[str, int | None, Decimal | None]]]
) -> list[dict[str, Any]]:
    """One row a choice, in the question's order; a choice of an earlier version comes last under its key."""
    counts: Counter[str] = Counter()
    ranks: dict[str, Counter[int]] = defaultdict(Counter)
    for answers in given:
        for choice, rank, _value in answers:
            counts[choice] += 1
            if rank is not None:
                ranks[choice][rank] += 1
    labels = {choice["key"]: choice["label"] for choice in question.choices}
    rows: list[dict[str, Any]] = []
    for key in [*labels, *sorted(set(counts) - set(labels))]:
        row: dict[str, Any] = {"key": key, "label": labels.get(key, key), "count": counts[key]}
        if question.kind == RANKING:
            row["first"] = ranks[key][1]
            row["ranks"] = {str(rank): n for rank, n in sorted(ranks[key].items())}
        rows.append(row)
    return rows


def _number(given: list[list[tuple[str, int | None, Decimal | None]]]) -> list[dict[str, Any]]:
    values = sorted(value for answers in given for _choice, _rank, value in answers if value is not None)
    row: dict[str, Any] = {"key": "value", "label": _("Valeur"), "count": len(values)}
    row["mean"] = round(float(sum(values, Decimal(0)) / len(values)), 4) if values else None
    for name, share in (("q1", Decimal("0.25")), ("median", Decimal("0.5")), ("q3", Decimal("0.75"))):
        row[name] = float(_quantile(values, share)) if values else None
    return [row]


def _quantile(values: list[Decimal], share: Decimal) -> Decimal:
    """Linear interpolation between the two nearest ranks (type 7 of Hyndman and Fan, 1996)."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)
