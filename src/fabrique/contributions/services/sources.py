"""Verbs on sources: make a channel's object and its questions known to the corpus.

Fed by the opening of a consultation (later of meetings, imports). Feeds recording and analysis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from fabrique.accounts.actors import Actor
from fabrique.common import journal
from fabrique.contributions.enums import SourceKind
from fabrique.contributions.models import Source, SourceQuestion
from fabrique.territories.models import Territory


def register_source(
    actor: Actor, *, kind: SourceKind, reference: str, label: str, perimeter: Territory
) -> Source:
    """Make a channel's object known to the corpus, or its label anew. The caller checks the right."""
    with transaction.atomic():
        source, _created = Source.objects.update_or_create(
            kind=kind, reference=reference, defaults={"label": label, "perimeter": perimeter}
        )
        journal.record(actor, "contributions.register_source", source)
    return source


def register_questions(actor: Actor, *, source: Source, questions: Sequence[Mapping[str, Any]]) -> None:
    """Put the questions as they were asked; keys are stable, so a new version updates the wording of a key.

    Each mapping: key, kind, wording, choices ([{key, label}]), show_if, versions (numbers; none: all).
    """
    with transaction.atomic():
        for position, question in enumerate(questions):
            SourceQuestion.objects.update_or_create(
                source=source,
                key=question["key"],
                defaults={
                    "position": position,
                    "kind": question["kind"],
                    "wording": question["wording"],
                    "choices": list(question.get("choices", [])),
                    "show_if": question.get("show_if"),
                    "versions": list(question.get("versions", [])),
                },
            )
        journal.record(actor, "contributions.register_questions", source)
