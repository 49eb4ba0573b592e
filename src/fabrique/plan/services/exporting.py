"""A plan of the database as the file it could have been loaded from.

Fed by plan.models. Feeds exports, frozen versions, and the comparison that a loading begins with.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import Organisation
from fabrique.accounts.rights import require
from fabrique.plan import models
from fabrique.plan.models import Plan
from fabrique.plan.services.layout.spec import LEVELS, PLAN_FIELDS, Field, Kind, LevelSpec, Node, PlanFile
from fabrique.plan.services.layout.writing import to_yaml
from fabrique.territories.models import Territory

#: plans before the plan before… that an export follows
DEPTH = 5


def export_plan(actor: Actor, *, plan: Plan) -> bytes:
    """The plan as canonical YAML: loaded into an empty instance and exported again, the same bytes.

    Drafts of every territory are in it: asked of whoever reads the whole plan.
    """
    require(actor, "plan.read", plan.territory)
    return to_yaml(document_of(plan))


def document_of(plan: Plan, depth: int = DEPTH) -> PlanFile:
    """The plan, its nodes and the plan before, in the form of a checked file. A constant number of queries."""
    previous: PlanFile | str | None = None
    if plan.previous is not None:
        previous = document_of(plan.previous, depth - 1) if depth else plan.previous.slug
    return PlanFile(
        plan={each.name: _value(plan, each) for each in PLAN_FIELDS},
        sections={level.section: nodes_of(plan, level) for level in LEVELS},
        previous=previous,
    )


def nodes_of(plan: Plan, level: LevelSpec) -> list[Node]:
    """The nodes of one level, in their order."""
    return [node_of(row, level) for row in rows_of(plan, level)]


def rows_of(plan: Plan, level: LevelSpec) -> list[Any]:
    """The rows of one level in their order, with what their nodes name."""
    one = [each.on_model for each in level.fields if each.kind in (Kind.REF, Kind.TERRITORY)]
    one += [f"{each.on_model}__territory" for each in level.fields if each.kind is Kind.ORGANISATION]
    many = [each.on_model for each in level.fields if each.kind is Kind.REFS]
    rows = getattr(models, level.model)._default_manager.filter(plan=plan)
    return list(rows.select_related(*one).prefetch_related(*many).order_by("position", "key"))


def node_of(row: Model, level: LevelSpec) -> Node:
    """One row in the form of a checked file."""
    return {each.name: _value(row, each) for each in level.fields}


def address_of(territory: Territory | None) -> str:
    """« departement:48 », or nothing."""
    return f"{territory.level}:{territory.code}" if territory else ""


def said_of(organisation: Organisation | None) -> dict[str, str] | None:
    """An organisation as a file names it."""
    if organisation is None:
        return None
    return {
        "name": organisation.name,
        "kind": str(organisation.kind),
        "territory": address_of(organisation.territory),
    }


def _value(row: Model, described: Field) -> Any:
    kind = described.kind
    if kind is Kind.REFS:
        return sorted(node.key for node in getattr(row, described.on_model).all())
    value = getattr(row, described.on_model)
    if kind is Kind.FLAG:
        return bool(value)
    if kind is Kind.REF:
        return value.key if value else ""
    if kind is Kind.TERRITORY:
        return address_of(value)
    if kind is Kind.ORGANISATION:
        return said_of(value)
    if kind is Kind.DATE:
        return value.isoformat() if value else ""
    if kind is Kind.CHOICES:
        return sorted(value)
    return value if kind in (Kind.NUMBER, Kind.FACTS) else str(value)
