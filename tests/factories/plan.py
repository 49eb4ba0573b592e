"""Plans for the tests, built by the real verbs: a small tree, objectives and actions where they are wanted.

Fed by plan.services. Feeds the tests of the plan, of its pages, of its reviews and of its opinions.
"""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import RoleCode
from fabrique.plan.enums import PlanState
from fabrique.plan.models import (
    Action,
    Challenge,
    Commitment,
    Instrument,
    Objective,
    Plan,
    Programme,
    TargetPublic,
)
from fabrique.plan.services import actions, life, nomenclature
from fabrique.territories.models import Territory
from tests.factories import accounts
from tests.factories.territories import OPERATOR, department, region

ADOPTED_ON, ACT = date(2023, 10, 31), "Arrêté n° 2023-0001 du 31 octobre 2023"
_numbers = count(1)


def address(territory: Territory) -> str:
    """« departement:48 », as the verbs of nomenclature take a territory."""
    return f"{territory.level}:{territory.code}"


def a_plan(title: str = "", *, state: str = PlanState.DRAFT, published: bool = True, **values: Any) -> Plan:
    """A plan of the region: two commitments (e1, e2), three challenges (e1-d1, e2-d1, and d-inconnu without a
    title), two publics (enfants, aines), documents srs, praps, sts-48 and sts-30. Public unless told otherwise.

    `state`: DRAFT, CONSULTATION or ADOPTED, reached by the verbs of its life.
    """
    plan = life.create_plan(
        OPERATOR,
        title=title or f"Projet régional de santé fictif {next(_numbers)}",
        territory=region(),
        **{"starts_on": date(2023, 11, 1), "ends_on": date(2028, 10, 31), **values},
    )
    for level, nodes in _TREE.items():
        for node in nodes:
            nomenclature.add_node(OPERATOR, plan=plan, level=level, values=node)
    if published:
        plan = life.publish_plan(OPERATOR, plan=plan)
    return in_state(plan, state)


def in_state(plan: Plan, state: str) -> Plan:
    """The same plan, sent for opinion or adopted: as an operator records a plan consulted on elsewhere."""
    if state != PlanState.DRAFT:
        life.send_to_consultation(OPERATOR, plan=plan)
    if state == PlanState.ADOPTED:
        life.adopt(OPERATOR, plan=plan, on=ADOPTED_ON, act=ACT, consulted_elsewhere=True)
    plan.refresh_from_db()
    return plan


def an_objective(
    plan: Plan,
    *,
    territory: Territory | None = None,
    challenge: str = "e1-d1",
    declines: Objective | None = None,
    published: bool = True,
    **values: Any,
) -> Objective:
    """An objective of the region, or of the territory given. On an adopted plan only a territory's can be added."""
    number = next(_numbers)
    node: Objective = nomenclature.add_node(
        OPERATOR,
        plan=plan,
        level="objective",
        values={
            "key": f"objectif-{number}",
            "title": f"Objectif fictif {number}",
            "challenge": challenge,
            "territory": address(territory or plan.territory),
            "declines": declines.key if declines else "",
            "published": published,
            **values,
        },
    )
    return node


def an_action(
    plan: Plan,
    *,
    objective: Objective | None = None,
    territory: Territory | None = None,
    published: bool = True,
    **values: Any,
) -> Action:
    """An action of a department (the Lozère unless told otherwise), under an objective made for it if none is given."""
    territory = territory or department("48")
    number = next(_numbers)
    action = actions.create_action(
        OPERATOR,
        plan=plan,
        objective=objective or an_objective(plan, territory=territory),
        territory=territory,
        **{"title": f"Action fictive {number}", "key": f"action-{number}", **values},
    )
    return actions.publish_action(OPERATOR, action=action) if published else action


def an_instrument(plan: Plan, *, territory: Territory | None = None, **values: Any) -> Instrument:
    """A local health contract of a department."""
    number = next(_numbers)
    given = {
        "key": f"cls-{number}",
        "title": f"Contrat local fictif {number}",
        "kind": "CLS",
        "territory": address(territory or department("48")),
    }
    node: Instrument = nomenclature.add_node(
        OPERATOR, plan=plan, level="instrument", values={**given, **values}
    )
    return node


def a_programme(
    plan: Plan, *, document: str = "", territory: Territory | None = None, **values: Any
) -> Programme:
    """A programme of actions; with document="praps", of the plan in the strict sense."""
    number = next(_numbers)
    given = {
        "key": f"programme-{number}",
        "title": f"Programme fictif {number}",
        "document": document,
        "territory": address(territory or plan.territory),
        "published": True,
    }
    node: Programme = nomenclature.add_node(
        OPERATOR, plan=plan, level="programme", values={**given, **values}
    )
    return node


def commitment(plan: Plan, key: str = "e1") -> Commitment:
    return Commitment.objects.get(plan=plan, key=key)


def challenge(plan: Plan, key: str = "e1-d1") -> Challenge:
    return Challenge.objects.get(plan=plan, key=key)


def public(plan: Plan, key: str = "enfants") -> TargetPublic:
    return TargetPublic.objects.get(plan=plan, key=key)


def lead(code: str = "", **account: str) -> Agent:
    """A plan lead of that department (« 48 »), or of the region; signs in with accounts.PASSWORD."""
    territory = department(code) if code else region()
    given = {
        "full_name": f"Pilote fictif {code or 'régional'}",
        "email": f"pilote{code}-{next(_numbers)}@exemple.test",
        "password": accounts.PASSWORD,
    }
    return accounts.agent(RoleCode.PLAN_LEAD, territory, **{**given, **account})


_TREE: dict[str, list[dict[str, Any]]] = {
    "document": [
        {"key": "srs", "kind": "SRS", "code": "SRS", "title": "Schéma régional de santé", "years": 5},
        {"key": "praps", "kind": "PRAPS", "code": "PRAPS", "title": "Accès à la prévention et aux soins", "years": 5},
        {"key": "sts-48", "kind": "STS", "code": "STS", "title": "Schéma de Lozère", "territory": "departement:48"},
        {"key": "sts-30", "kind": "STS", "code": "STS", "title": "Schéma du Gard", "territory": "departement:30"},
    ],
    "public": [
        {"key": "enfants", "title": "Enfants et jeunes"},
        {"key": "aines", "title": "Personnes âgées"},
    ],
    "commitment": [
        {"key": "e1", "number": 1, "title": "Prévenir tôt"},
        {"key": "e2", "number": 2, "title": "Soigner partout"},
    ],
    "challenge": [
        {"key": "e1-d1", "commitment": "e1", "title": "Bouger et bien manger"},
        {"key": "e2-d1", "commitment": "e2", "title": "Trouver un médecin", "basis": "deduit"},
        {"key": "d-inconnu"},
    ],
}  # fmt: skip
