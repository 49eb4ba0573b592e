"""What a committee reads of the plan on a day, as plain data: the layout of a snapshot, version 1.

Fed by the live rows of the plan and by plan.progress. Feeds plan.services.snapshots, which freezes it as bytes.
Keys, codes, words and numbers only: amounts are texts (no rounding), dates are ISO, what is not known is null.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from fabrique.accounts.enums import RoleCode
from fabrique.plan.enums import ReviewState
from fabrique.plan.models import (
    Action,
    ActionPartner,
    BudgetLine,
    Decision,
    Indicator,
    IndicatorValue,
    Milestone,
    Objective,
    Plan,
    UsersFinding,
)
from fabrique.plan.progress import ActionProgress, IndicatorProgress, indicator_progress, progress_of
from fabrique.territories.models import Territory

FORMAT = "fabrique.plan.snapshot"
VERSION = 1


def content_on(plan: Plan, territory: Territory, on: date) -> dict[str, Any]:
    """Everything, without what names the snapshot itself (number, label, instant)."""
    actions = list(_actions(plan, territory))
    objectives = list(_objectives(plan, territory, {action.objective_id for action in actions}))
    progress = progress_of(actions, on)
    ours = Indicator.objects.filter(objective__in=[one.pk for one in objectives])
    measured = indicator_progress(ours.select_related("objective").order_by("position", "key"), on)
    values = _values([one.indicator.pk for one in measured], actions, on)
    of_objective: dict[int | None, list[IndicatorProgress]] = defaultdict(list)
    for one in measured:
        of_objective[one.indicator.objective_id].append(one)
    return {
        "format": FORMAT,
        "version": VERSION,
        "on": on.isoformat(),
        "plan": _plan(plan),
        "scope": {**place(territory), "of": territory.of_form, "in": territory.in_form},
        **_upper_levels(plan),
        "objectives": [_objective(one, of_objective[one.pk], values) for one in objectives],
        "programmes": _programmes(plan, territory),
        "actions": [_action(one, progress[one.pk], values) for one in actions],
    }


def _upper_levels(plan: Plan) -> dict[str, Any]:
    return {
        "commitments": [
            {"key": one.key, "number": one.number, "title": one.title} for one in plan.commitments.all()
        ],
        "challenges": [
            {
                "key": one.key,
                "title": one.title,
                "basis": one.basis,
                "commitment": one.commitment.key if one.commitment else None,
            }
            for one in plan.challenges.select_related("commitment")
        ],
    }


def _programmes(plan: Plan, territory: Territory) -> list[dict[str, Any]]:
    within = Territory.objects.within(territory)
    return [
        {
            "key": one.key,
            "title": one.title,
            "within_plan": one.within_plan,
            "attached_on": iso(one.attached_on),
            "territory": place(one.territory),
            "published": one.published_at is not None,
        }
        for one in plan.programmes.filter(territory__in=within).select_related("territory")
    ]


def place(territory: Territory) -> dict[str, str]:
    return {"level": territory.level, "code": territory.code, "name": territory.name}


def iso(moment: date | datetime | None) -> str | None:
    """The day, in the instance's time zone."""
    if moment is None:
        return None
    return (timezone.localdate(moment) if isinstance(moment, datetime) else moment).isoformat()


def marks_of(plan: Plan, territory: Territory) -> tuple[int, int]:
    """(number of sheets, sum of their revisions): the same before and after a reading, nothing moved meanwhile."""
    revisions = list(_within(plan, territory).values_list("revision", flat=True))
    return len(revisions), sum(revisions)


def _within(plan: Plan, territory: Territory) -> Any:
    return Action.objects.filter(plan=plan, territory__in=Territory.objects.within(territory))


def _actions(plan: Plan, territory: Territory) -> Any:
    reviewed = Decision.objects.filter(review__state__in=[ReviewState.HELD, ReviewState.PUBLISHED])
    found = UsersFinding.objects.filter(published_at__isnull=False)
    return (
        _within(plan, territory)
        .select_related("objective", "programme", "territory", "lead")
        .prefetch_related(
            "publics",
            "instruments",
            "places",
            "lead__roles__territory",
            Prefetch("partners", ActionPartner.objects.select_related("organisation")),
            Prefetch("milestones", Milestone.objects.order_by("due_on", "position", "pk")),
            Prefetch("budget", BudgetLine.objects.order_by("year", "funder", "funder_name", "pk")),
            Prefetch("decisions", reviewed.select_related("review").order_by("review__held_on", "pk")),
            Prefetch("users_findings", found.select_related("organisation").order_by("published_at", "pk")),
        )
        .order_by("territory__code", "position", "key")
    )


def _objectives(plan: Plan, territory: Territory, served: set[int]) -> Iterable[Objective]:
    """Those of the territory, and the regional ones that its actions serve."""
    own = Objective.objects.filter(plan=plan, territory__in=Territory.objects.within(territory))
    wider = Objective.objects.filter(pk__in=served)
    found: Iterable[Objective] = (
        (own | wider)
        .select_related("challenge", "territory", "declines")
        .order_by("position", "key")
        .distinct()
    )
    return found


def _values(objective_ids: list[int], actions: list[Action], on: date) -> Mapping[int, list[IndicatorValue]]:
    rows: dict[int, list[IndicatorValue]] = defaultdict(list)
    known = IndicatorValue.objects.filter(on__lte=on).order_by("on")
    keys = [action.pk for action in actions]
    for value in known.filter(indicator__action__in=keys) | known.filter(indicator__in=objective_ids):
        rows[value.indicator_id].append(value)
    return rows


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "id": plan.public_id,
        "slug": plan.slug,
        "title": plan.title,
        "territory": place(plan.territory),
        "state": plan.state,
        "starts_on": iso(plan.starts_on),
        "ends_on": iso(plan.ends_on),
        "adopted_on": iso(plan.adopted_on),
        "act": plan.act,
        "published": plan.published_at is not None,
        "fictitious": plan.fictitious,
    }


def _objective(
    one: Objective, measured: list[IndicatorProgress], values: Mapping[int, list[IndicatorValue]]
) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title,
        "description": one.description,
        "challenge": one.challenge.key,
        "territory": place(one.territory),
        "declines": one.declines.key if one.declines else None,
        "universalism": one.universalism,
        "marks": sorted(one.marks),
        "published": one.published_at is not None,
        "indicators": [_indicator(each, values) for each in measured],
    }


def _action(
    one: Action, progress: ActionProgress, values: Mapping[int, list[IndicatorValue]]
) -> dict[str, Any]:
    return {
        "key": one.key,
        "id": one.public_id,
        **_sheet(one),
        "blocking": _blocking(one),
        "partners": [{"name": each.organisation.name, "role": each.role} for each in one.partners.all()],
        "weather": _weather(progress),
        "progress": _progress(progress),
        "milestones": [
            {
                "label": each.label,
                "due_on": iso(each.due_on),
                "state": each.state,
                "done_on": iso(each.done_on),
                "note": each.note,
            }
            for each in one.milestones.all()
        ],
        "budget": [_line(each) for each in one.budget.all()],
        "indicators": [_indicator(each, values) for each in progress.indicators],
        "decisions": [_decision(each) for each in one.decisions.all()],
        "findings": [_finding(each) for each in one.users_findings.all()],
    }


def _sheet(one: Action) -> dict[str, Any]:
    """What the lead writes of the action, beside its lines."""
    return {
        "title": one.title,
        "description": one.description,
        "objective": one.objective.key,
        "programme": one.programme.key if one.programme else None,
        "territory": place(one.territory),
        "places": [place(each) for each in sorted(one.places.all(), key=lambda each: each.code)],
        "stage": one.stage,
        "published": one.published_at is not None,
        "updated_on": iso(one.updated_at),
        "lead": _lead(one),
        "implementation": one.implementation,
        "reproducibility": one.reproducibility,
        "universalism": one.universalism,
        "graduation": one.graduation,
        "marks": sorted(one.marks),
        "publics": [each.title for each in one.publics.all()],
        "instruments": [{"kind": each.kind, "title": each.title} for each in one.instruments.all()],
        "starts_on": iso(one.starts_on),
        "ends_on": iso(one.ends_on),
    }


def _lead(action: Action) -> dict[str, Any] | None:
    """In which function somebody leads the action, and where; never a name, since a snapshot is kept for good.

    Snapshots frozen before held the name as a text.
    """
    lead = action.lead
    if lead is None:
        return None
    held = [
        one.territory for one in lead.roles.all() if one.code == RoleCode.PLAN_LEAD and one.ended_at is None
    ]
    near = [one for one in held if one.contains(action.territory)]
    return {
        "id": lead.public_id,
        "role": str(RoleCode.PLAN_LEAD),
        "territory": place(min(near, key=_breadth, default=action.territory)),
    }


def _breadth(territory: Territory) -> tuple[int, str]:
    """The narrowest first."""
    return territory.population, territory.code


def _blocking(action: Action) -> dict[str, Any] | None:
    if not action.blocking:
        return None
    return {
        "text": action.blocking,
        "decision": action.decision_needed,
        "from": action.decision_from,
        "by": iso(action.decision_by),
    }


def _weather(progress: ActionProgress) -> dict[str, Any] | None:
    given = progress.weather
    if given is None:
        return None
    return {"value": given.weather, "sentence": given.sentence, "given_on": iso(given.given_at)}


def _progress(progress: ActionProgress) -> dict[str, Any]:
    return {
        "rate": progress.rate.rate,
        "known": progress.rate.known,
        "total": progress.rate.total,
        "reached": progress.rate.reached,
        "pace": str(progress.pace),
        "course": str(progress.course),
        "mixed": progress.mixed,
        "age": None if progress.age is None else str(progress.age),
        "late": progress.late,
    }


def _indicator(one: IndicatorProgress, values: Mapping[int, list[IndicatorValue]]) -> dict[str, Any]:
    indicator = one.indicator
    return {
        "key": indicator.key,
        "title": indicator.title,
        "kind": indicator.kind,
        "unit": indicator.unit,
        "counts_people": indicator.counts_people,
        "direction": indicator.direction,
        "baseline": indicator.baseline,
        "baseline_on": iso(indicator.baseline_on),
        "target": indicator.target,
        "target_on": iso(indicator.target_on),
        "series_code": indicator.series_code,
        "rate": one.achievement.rate,
        "shown": one.achievement.shown,
        "expected": one.achievement.expected,
        "pace": str(one.achievement.pace),
        "course": str(one.trend.course),
        "slope": one.trend.slope,
        "age": str(one.freshness.age),
        "last_on": iso(one.freshness.last),
        "values": [
            {
                "on": iso(each.on),
                "value": each.value,
                "provisional": each.provisional,
                "source": each.source,
            }
            for each in values.get(indicator.pk, [])
        ],
    }


def _line(line: BudgetLine) -> dict[str, Any]:
    return {
        "year": line.year,
        "funder": line.funder,
        "funder_name": line.funder_name,
        "planned": _amount(line.planned),
        "committed": _amount(line.committed),
        "spent": _amount(line.spent),
    }


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _decision(decision: Decision) -> dict[str, Any]:
    review = decision.review
    return {
        "id": decision.public_id,
        "review": review.title,
        "review_id": review.public_id,
        "held_on": iso(review.held_on),
        "published": review.state == ReviewState.PUBLISHED,
        "kind": decision.kind,
        "reason": decision.reason,
        "to_do": decision.to_do,
        "owner": decision.owner,
        "due_on": iso(decision.due_on),
        "follow_up": decision.follow_up,
        "follow_up_note": decision.follow_up_note,
        "follow_up_on": iso(decision.follow_up_at),
    }


def _finding(finding: UsersFinding) -> dict[str, Any]:
    return {
        "id": finding.public_id,
        "organisation": finding.organisation.name,
        "tone": finding.tone,
        "text": finding.text,
        "method": finding.method,
        "hash": finding.content_hash,
        "handed_in_on": iso(finding.handed_in_at),
        "agency_view": finding.agency_view,
    }
