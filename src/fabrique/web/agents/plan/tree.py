"""The plan at a glance: commitments, challenges, objectives, programmes and how many actions, in a handful of queries.

Fed by plan's reads and the filters of the address. Feeds templates/agents/plan/arbre.html.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from fabrique.accounts.actors import Agent
from fabrique.plan.enums import CrossMark
from fabrique.plan.models import Action, Objective, Plan
from fabrique.plan.querysets.tree import programmes_visible
from fabrique.territories.models import Territory


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to: code of a territory (« region » for the region), key of a public, a mark."""

    territory: str = ""
    public: str = ""
    mark: str = ""

    def __bool__(self) -> bool:
        return bool(self.territory or self.public or self.mark)

    @classmethod
    def of(cls, query: QueryDict) -> Filters:
        return cls(query.get("territoire", ""), query.get("public", ""), query.get("marque", ""))


@dataclass
class Branch:
    """A commitment with its challenges, or a challenge with its objectives; `known` is False without a commitment."""

    node: Any
    below: list[Any] = field(default_factory=list)
    actions: int = 0
    objectives: int = 0


def tree_of(actor: Agent, plan: Plan, filters: Filters) -> tuple[list[Branch], list[Branch]]:
    """(commitments with their challenges, challenges whose commitment is not known), as the agent may read them."""
    objectives = _objectives(actor, plan, filters)
    counts = Counter(
        Action.objects.visible_to(actor).filter(plan=plan).values_list("objective", flat=True).order_by()
    )
    programmes: dict[int, list[Any]] = defaultdict(list)
    for programme in programmes_visible(plan, actor).prefetch_related("objectives"):
        for objective in programme.objectives.all():
            programmes[objective.pk].append(programme)
    challenges = {one.pk: Branch(one) for one in plan.challenges.order_by("position", "key")}
    for objective in objectives:
        branch = challenges[objective.challenge_id]
        branch.below.append(
            {"node": objective, "actions": counts[objective.pk], "programmes": programmes[objective.pk]}
        )
        branch.actions += counts[objective.pk]
        branch.objectives += 1
    kept = [branch for branch in challenges.values() if branch.below or not filters]
    commitments = {one.pk: Branch(one) for one in plan.commitments.select_related("continues")}
    unknown = []
    for branch in kept:
        above = commitments.get(branch.node.commitment_id)
        if above is None:
            unknown.append(branch)
            continue
        above.below.append(branch)
        above.actions += branch.actions
        above.objectives += branch.objectives
    return [branch for branch in commitments.values() if branch.below or not filters], unknown


def _objectives(actor: Agent, plan: Plan, filters: Filters) -> list[Objective]:
    rows = Objective.objects.visible_to(actor).filter(plan=plan)
    if filters.territory == "region":
        rows = rows.filter(territory=plan.territory)
    elif filters.territory:
        rows = rows.filter(territory__code=filters.territory, territory__level="departement")
    if filters.public:
        rows = rows.filter(publics__key=filters.public)
    found = list(
        rows.select_related("territory", "declines").prefetch_related("publics").order_by("position", "key")
    )
    # marks are a list in one column, which the two databases do not search alike
    found = [one for one in found if not filters.mark or filters.mark in one.marks]
    labels = dict(CrossMark.choices)
    for one in found:
        one.mark_labels = [labels[mark] for mark in one.marks if mark in labels]
    return sorted(
        found, key=lambda one: (one.territory_id != plan.territory_id, one.territory.code, one.position)
    )


def choices_of(plan: Plan) -> dict[str, list[tuple[str, Any]]]:
    """What each filter offers."""
    departments = Territory.objects.within(plan.territory).departments().order_by("code")
    return {
        "territoires": [("region", plan.territory.name), *((one.code, one.name) for one in departments)],
        "publics": list(plan.publics.order_by("position", "key").values_list("key", "title")),
        "marques": list(CrossMark.choices),
    }
