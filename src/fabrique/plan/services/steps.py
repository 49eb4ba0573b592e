"""Verbs on the steps that prepare a review, and the pattern of the previous plan's review, to replay.

Fed by agents' pages and by data/review_pattern.yaml. Feeds the page of the review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused
from fabrique.plan.models import Review, ReviewStep
from fabrique.plan.services.reviews import locked
from fabrique.plan.services.words import line

MOST_STEPS = 30


@dataclass(frozen=True)
class Step:
    """A step as it is written: a label, a day or a period, how many came."""

    label: str
    on: date | None = None
    until: date | None = None
    participants: int | None = None
    note: str = ""


def steps_of(review: Review) -> dict[str, list[dict[str, Any]]]:
    """What the screen of the steps holds."""
    return {"steps": list(review.steps.order_by("position").values(*(one.name for one in fields(Step))))}


def set_steps(actor: Actor, *, review: Review, steps: Sequence[Step], expected: str = "") -> Review:
    """Replace the steps of a review by these, in this order; those without a label are dropped.

    `expected`: the token of the steps_of() that the screen showed. Raises Refused: edit.conflict, review.published,
    step.dates, step.too_many.
    """
    require(actor, "plan.review", review.territory)
    kept = [step for step in steps if step.label.strip()]
    if len(kept) > MOST_STEPS:
        raise Refused("step.too_many", _("Une revue compte trente étapes au plus."))
    if any(step.until and (step.on is None or step.until < step.on) for step in kept):
        raise Refused("step.dates", _("Une étape finit après avoir commencé. Corrigez ses dates."))
    with transaction.atomic():
        review = locked(review)
        check_unchanged(expected, steps_of(review), {"steps": [asdict(step) for step in kept]})
        review.steps.all().delete()
        ReviewStep.objects.bulk_create(
            ReviewStep(
                review=review,
                position=position,
                label=line(step.label, 300),
                on=step.on,
                until=step.until,
                participants=step.participants,
                note=step.note.strip(),
            )
            for position, step in enumerate(kept, start=1)
        )
        journal.record(actor, "plan.set_review_steps", review)
    return review


def replay_pattern(actor: Actor, *, review: Review, start: date) -> Review:
    """Write the steps of the previous plan's review, dated from `start`: sheets, three meetings, seminar.

    Raises Refused: step.already (the review has steps: nothing is overwritten), review.published.
    """
    require(actor, "plan.review", review.territory)
    if review.steps.exists():
        raise Refused("step.already", _("Cette revue a déjà des étapes. Effacez-les pour rejouer le modèle."))
    return set_steps(actor, review=review, steps=[_dated(one, start) for one in pattern()["steps"]])


@cache
def pattern() -> dict[str, Any]:
    """{sheet: what a lead writes, steps: [{key, label, after_days, lasts_days, note}]}, as the file has it."""
    written = (files("fabrique.plan") / "data" / "review_pattern.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(written)
    return loaded


def _dated(step: dict[str, Any], start: date) -> Step:
    on = start + timedelta(days=step["after_days"])
    lasts = step.get("lasts_days")
    return Step(
        label=step["label"],
        on=on,
        until=on + timedelta(days=lasts) if lasts else None,
        note=step.get("note", ""),
    )
