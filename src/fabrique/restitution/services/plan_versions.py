"""The texts that a plan had: what was adopted and when, what each changed, what became of the plan before.

Fed by the frozen versions of public plans: adopted ones, and those sent for opinion once their notice is published.
Feeds the public pages of the versions; no draft is read, since a version is frozen only when it is sent or adopted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from fabrique.plan.enums import PlanState
from fabrique.plan.models import Commitment, FormalConsultation, Plan, PlanVersion
from fabrique.plan.services.texts import Compared, compared, field_name, kind_of, text_lines
from fabrique.restitution.services.plan_pages import public_plans
from fabrique_core.text.wording import Segment, word_changes

#: states in which what the tree shows may be ahead of what was adopted
BEING_WRITTEN = (PlanState.REVISION, PlanState.CONSULTATION)


@dataclass(frozen=True)
class VersionLine:
    """A frozen text that anybody may read. `before`: the adopted text that it followed, in the same plan.

    `consultations`: those, published, whose opinions moved it.
    """

    version: PlanVersion
    before: PlanVersion | None
    consultations: tuple[FormalConsultation, ...] = ()


@dataclass(frozen=True)
class PlanHistory:
    """A public plan and its adopted texts, the last first; then the text of each consultation under way or ended."""

    plan: Plan
    adopted: tuple[VersionLine, ...]
    consultations: tuple[FormalConsultation, ...]


@dataclass(frozen=True)
class Descent:
    """A commitment of the plan before and those that go on from it."""

    earlier: Commitment
    later: tuple[Commitment, ...]


@dataclass(frozen=True)
class ChangedLine:
    """A line of a text beside what it was: « intitulé », both texts, the words that moved."""

    name: str
    compared: Compared
    segments: list[Segment]


@dataclass(frozen=True)
class ChangedPart:
    """A part of the plan some lines of which changed: « Objectif opérationnel », its title, those lines."""

    kind: str
    title: str
    lines: list[ChangedLine]


def histories() -> list[PlanHistory]:
    """Every public plan of the region with its texts, the current plan first. Three queries."""
    plans = public_plans()
    adopted: dict[int, list[PlanVersion]] = {plan.pk: [] for plan in plans}
    rows = PlanVersion.objects.filter(plan__in=plans, reason=PlanState.ADOPTED).defer("content")
    for row in rows.order_by("number"):
        adopted[row.plan_id].append(row)
    asked = list(FormalConsultation.objects.public().filter(plan__in=plans).order_by("-notice_on", "-pk"))
    return [_history(plan, adopted[plan.pk], asked) for plan in plans]


def _history(plan: Plan, versions: list[PlanVersion], asked: list[FormalConsultation]) -> PlanHistory:
    lines = [
        VersionLine(
            row,
            versions[rank - 1] if rank else None,
            tuple(one for one in asked if one.adopted_id == row.pk and one.published_at is not None),
        )
        for rank, row in enumerate(versions)
    ]
    return PlanHistory(plan, tuple(reversed(lines)), tuple(one for one in asked if one.plan_id == plan.pk))


def text_in_force(plan: Plan) -> PlanVersion | None:
    """The last adopted text of a plan that is being revised; None where the tree is that text."""
    if plan.adopted_on is None or plan.state not in BEING_WRITTEN:
        return None
    found: PlanVersion | None = (
        plan.versions.filter(reason=PlanState.ADOPTED).defer("content").order_by("-number").first()
    )
    return found


def public_version(public_id: str) -> PlanVersion | None:
    """An adopted text of a public plan of the region."""
    rows = PlanVersion.objects.filter(public_id=public_id, reason=PlanState.ADOPTED, plan__in=public_plans())
    found: PlanVersion | None = rows.select_related("plan__territory").first()
    return found


def adopted_before(version: PlanVersion) -> PlanVersion | None:
    """The text that this one replaced, of the same plan."""
    rows = PlanVersion.objects.filter(
        plan=version.plan_id, reason=PlanState.ADOPTED, number__lt=version.number
    )
    found: PlanVersion | None = rows.order_by("-number").first()
    return found


def consultations_of(version: PlanVersion) -> list[FormalConsultation]:
    """Published consultations whose opinions moved that text."""
    rows = FormalConsultation.objects.public().filter(adopted=version, published_at__isnull=False)
    return list(rows.order_by("-notice_on", "-pk"))


def changed_parts(before: PlanVersion, after: PlanVersion) -> tuple[list[ChangedPart], int]:
    """(the parts whose words moved, in the order of the later text; the number of lines that stayed the same)."""
    lines = compared(text_lines(before), text_lines(after))
    parts = []
    for about, group in groupby(lines, key=lambda line: line.about):
        rows = list(group)
        moved = [one for one in rows if one.changed]
        if moved:
            parts.append(ChangedPart(kind_of(about), _title_of(about, rows), [_line(one) for one in moved]))
    return parts, sum(not one.changed for one in lines)


def _title_of(about: str, rows: Iterable[Compared]) -> str:
    told = (one.after or one.before for one in rows if one.field == "title")
    return next(told, about.partition(":")[2])


def _line(one: Compared) -> ChangedLine:
    return ChangedLine(field_name(one.about, one.field), one, word_changes(one.before, one.after))


def descents(plan: Plan) -> list[Descent]:
    """Each commitment of the public plan before, with those of this plan that say they go on from it."""
    if plan.previous is None or plan.previous.published_at is None:
        return []
    later = list(plan.commitments.all())
    return [
        Descent(row, tuple(one for one in later if one.continues_id == row.pk))
        for row in plan.previous.commitments.all()
    ]
