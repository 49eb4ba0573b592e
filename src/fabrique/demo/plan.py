"""The plan of the demonstration: the published titles, and a set of objectives and programmes plainly invented.

Fed by content/plan_occitanie.yaml and content/plan_fictif.yaml. Feeds the plan's pages and the demonstrations that
stand on it (actions, opinions, reviews), through the real loader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.common.clock import told_at
from fabrique.plan.enums import PlanState
from fabrique.plan.models import Plan
from fabrique.plan.services.layout.checking import checked
from fabrique.plan.services.layout.reading import read_yaml
from fabrique.plan.services.life import freeze_version
from fabrique.plan.services.loading import load_content
from fabrique.territories.models import Territory

#: what the title and the source of every invented element say
MENTION, SOURCE = "(fictif)", "Contenu inventé pour la démonstration."
PUBLISHED = ("objectives", "programmes")


def load_plan(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> Plan:
    """The plan, public and adopted, with its frozen text; loaded again, it changes nothing."""
    content = checked({**_read("plan_occitanie"), **_invented()})
    with told_at(timezone.make_aware(datetime(2023, 11, 6, 9))):
        report = load_content(operator, content=content)
        plan = report.plan
        assert plan is not None
        freeze_version(operator, plan=plan, reason=PlanState.ADOPTED, label=_("Texte adopté (démonstration)"))
    say(_("plan de démonstration chargé : titres publiés, objectifs fictifs"))
    return plan


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(files("fabrique.demo").joinpath(f"content/{name}.yaml").read_bytes())
    return content


def _invented() -> dict[str, Any]:
    """The invented sections; every element says that it is."""
    return {
        section: [_marked(section, node) for node in nodes] for section, nodes in _read("plan_fictif").items()
    }


def _marked(section: str, node: dict[str, Any]) -> dict[str, Any]:
    marked = {**node, "title": f"{node['title']} {MENTION}", "source_note": SOURCE}
    return {**marked, "published": True} if section in PUBLISHED else marked
