"""Nodes in the form of a file, stored as rows: the one place where both the loader and the verbs write the tree.

Fed by loading and nomenclature, inside their transactions. Feeds plan.models; checks territories, not rights.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.models import Organisation
from fabrique.accounts.services import create_organisation
from fabrique.common.clock import now
from fabrique.plan import models
from fabrique.plan.enums import DocumentKind
from fabrique.plan.models import Plan
from fabrique.plan.services.layout.checking import Problem
from fabrique.plan.services.layout.spec import LEVELS, PLAN_FIELDS, Field, Kind, LevelSpec, Node, PlanFile
from fabrique.territories.models import Territory


class Places:
    """Territories by their address, each looked up once; which of them a plan may speak of."""

    def __init__(self) -> None:
        self._found: dict[str, Territory | None] = {}

    def fetch(self, addresses: Iterable[str]) -> None:
        """Look up many in one query a level."""
        wanted = {address for address in addresses if address and address not in self._found}
        self._found.update(dict.fromkeys(wanted))
        for level in {address.partition(":")[0] for address in wanted}:
            codes = [address.partition(":")[2] for address in wanted if address.startswith(f"{level}:")]
            for territory in Territory.objects.filter(level=level, code__in=codes):
                self._found[f"{territory.level}:{territory.code}"] = territory

    def get(self, address: str) -> Territory | None:
        self.fetch([address])
        return self._found.get(address)


def territory_problems(content: PlanFile, places: Places, where: str = "") -> list[Problem]:
    """Territories that this instance does not know, or that lie outside that of the plan."""
    places.fetch(_addresses(content))
    region = places.get(content.plan["territory"])
    unknown = _("Ce territoire n’existe pas dans cette instance. Vérifiez son niveau et son code.")
    found: list[Problem] = [] if region else [("plan.territory", unknown)]
    for level in LEVELS:
        for node in content.sections.get(level.section, []):
            for each in level.fields:
                place = f"{level.section} « {node['key']} ».{each.name}"
                address = _address(each, node)
                territory = places.get(address) if address else None
                if address and territory is None:
                    found.append((place, unknown))
                elif each.kind is Kind.TERRITORY and territory and region and not region.contains(territory):
                    found.append(
                        (place, _("Ce territoire n’est pas dans celui du plan. Choisissez-en un autre."))
                    )
    problems = [(f"{where}{place}", sentence) for place, sentence in found]
    if isinstance(content.previous, PlanFile):
        problems += territory_problems(content.previous, places, f"{where}previous.")
    return problems


def _address(described: Field, node: Node) -> str:
    value = node.get(described.name)
    if described.kind is Kind.TERRITORY:
        return str(value)
    return str(value["territory"]) if described.kind is Kind.ORGANISATION and value else ""


def _addresses(content: PlanFile) -> Iterable[str]:
    yield content.plan["territory"]
    for level in LEVELS:
        for node in content.sections.get(level.section, []):
            yield from (_address(each, node) for each in level.fields)


class Rows:
    """The nodes of a plan by section and key, each section read once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._read: dict[str, dict[str, Any]] = {}

    def of(self, section: str) -> dict[str, Any]:
        """{key: row}; « previous.commitments » is that of the plan before."""
        if section not in self._read:
            plan = self.plan.previous if section.startswith("previous.") else self.plan
            level = next(each for each in LEVELS if each.section == section.removeprefix("previous."))
            found = getattr(models, level.model)._default_manager.filter(plan=plan) if plan else ()
            self._read[section] = {row.key: row for row in found}
        return self._read[section]


def put_plan(plan: Plan, node: Node, places: Places) -> Plan:
    """Set the fields of the head of a plan that `node` gives, without saving."""
    for each in PLAN_FIELDS:
        if each.name in node:
            _set(plan, each, node[each.name], places)
    return plan


def put_node(
    actor: Actor,
    *,
    level: LevelSpec,
    node: Node,
    rows: Rows,
    places: Places,
    row: Any = None,
    position: int | None = None,
) -> Any:
    """Store a node: a new row, or the fields that `node` gives of the one there is. In a transaction."""
    if row is None:
        row = getattr(models, level.model)(plan=rows.plan)
    if position is not None:
        row.position = position
    for each in level.fields:
        if each.name not in node or each.kind is Kind.REFS:
            continue
        if each.kind is Kind.REF:
            setattr(row, each.on_model, rows.of(each.to).get(node[each.name]))
        elif each.kind is Kind.ORGANISATION:
            setattr(row, each.on_model, _organisation(actor, node[each.name], places))
        else:
            _set(row, each, node[each.name], places)
    if level.section == "programmes":
        row.within_plan = row.document is not None and row.document.kind == DocumentKind.PRAPS
    row.save()
    rows.of(level.section)[row.key] = row
    for each in level.fields:
        if each.kind is Kind.REFS and each.name in node:
            getattr(row, each.on_model).set([rows.of(each.to)[key] for key in node[each.name]])
    return row


def _set(row: Any, described: Field, value: Any, places: Places) -> None:
    kind = described.kind
    if kind is Kind.FLAG and described.attribute:
        # a flag of the file, a time of ours: what is already public keeps its time
        before = getattr(row, described.attribute)
        value = (before or now()) if value else None
    elif kind is Kind.DATE:
        value = date.fromisoformat(value) if value else None
    elif kind is Kind.TERRITORY:
        value = places.get(value) if value else None
    setattr(row, described.on_model, value)


def _organisation(actor: Actor, said: dict[str, str] | None, places: Places) -> Organisation | None:
    territory = places.get(said["territory"]) if said else None
    if said is None or territory is None:
        return None
    return create_organisation(
        actor, name=said["name"], kind=OrganisationKind(said["kind"]), territory=territory
    )
