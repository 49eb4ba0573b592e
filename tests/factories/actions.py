"""Action sheets for the tests: a small plan, leads in the Lozère and in the Gard, sheets written by the verbs.

Fed by plan.services. Feeds the tests of actions, progress, sheets, reminders and their screens.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import today
from fabrique.plan.enums import Direction, FunderKind, IndicatorKind
from fabrique.plan.models import Action, Indicator, Objective, Plan
from fabrique.plan.services.actions import create_action
from fabrique.plan.services.budget import set_budget_line
from fabrique.plan.services.indicators import create_indicator
from fabrique.plan.services.milestones import add_milestone
from fabrique.territories.models import Territory
from tests.factories import accounts, territories
from tests.factories import plan as plan_factory

OPERATOR = territories.OPERATOR
PASSWORD = accounts.PASSWORD


def lozere() -> Territory:
    return territories.department("48")


def gard() -> Territory:
    return territories.department("30")


def lead(territory: Territory, **account: str) -> Agent:
    """A plan lead of that territory, who can sign in."""
    return accounts.agent(RoleCode.PLAN_LEAD, territory, password=PASSWORD, **account)


def a_plan(**values: Any) -> Plan:
    """A public plan with one regional objective, `objectif-1`, itself public."""
    plan = plan_factory.a_plan(**values)
    objective(plan)
    return plan


def objective(plan: Plan, territory: Territory | None = None, **values: Any) -> Objective:
    """The regional objective of `a_plan`, or a new one of a territory."""
    if territory is None:
        found = plan.objectives.filter(territory=plan.territory).first()
        return found or plan_factory.an_objective(plan, **values)
    return plan_factory.an_objective(plan, territory=territory, **values)


def an_action(
    plan: Plan, territory: Territory, title: str = "Un bus pour la prévention", **values: Any
) -> Action:
    """A draft sheet."""
    values = {"objective": objective(plan)} | values
    return create_action(OPERATOR, plan=plan, territory=territory, title=title, **values)


def an_indicator(of: Action | Objective, title: str = "Passages du bus", **values: Any) -> Indicator:
    """From 0 on 1 January 2024 to 100 at the end of 2028, a value expected every ninety days."""
    defaults: dict[str, Any] = {
        "kind": IndicatorKind.DEPLOYMENT,
        "unit": "passages",
        "direction": Direction.RISE,
        "baseline": 0.0,
        "baseline_on": date(2024, 1, 1),
        "target": 100.0,
        "target_on": date(2028, 12, 31),
        "every_days": 90,
    }
    return create_indicator(OPERATOR, of=of, title=title, **(defaults | values))


def a_full_action(plan: Plan, territory: Territory, title: str = "Un bus pour la prévention") -> Action:
    """A sheet with one milestone late, one line of money without what was spent, one indicator never measured."""
    action = an_action(plan, territory, title)
    add_milestone(OPERATOR, action=action, label="Acheter le bus", due_on=today() - timedelta(days=30))
    set_budget_line(
        OPERATOR,
        action=action,
        year=today().year,
        funder=FunderKind.FIR,
        amounts={"planned": Decimal(50_000), "committed": Decimal(20_000)},
    )
    an_indicator(action)
    action.refresh_from_db()
    return action
