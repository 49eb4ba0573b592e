"""What an action sheet must state, and what it still lacks: the elements that the plan asks of each action.

Fed by a sheet with its lines. Feeds the leads' screens, the dossier of the year and the digest.

Source: Projet régional de santé Occitanie 2023-2028, « Mise en œuvre, suivi et évaluation »: implementation
arrangements, financial resources, calendar; monitoring indicators (deployment, effectiveness) and evaluation
indicators (process, impact, service rendered); criteria of reproducibility; lead, partners, publics, reasoning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from fabrique.plan.enums import IndicatorKind, LogicStage, Universalism
from fabrique.plan.models import Action


@dataclass(frozen=True)
class Element:
    """Something that a sheet states. `section`: the part of the editing screen where it is written."""

    code: str
    label: Any
    section: str


ELEMENTS: tuple[Element, ...] = (
    Element("description", _("ce que fait l’action"), "fiche"),
    Element("implementation", _("les modalités de mise en œuvre"), "fiche"),
    Element("lead", _("le pilote"), "fiche"),
    Element("partners", _("les partenaires"), "partenaires"),
    Element("publics", _("les publics visés"), "fiche"),
    Element("universalism", _("comment les moyens suivent le besoin"), "fiche"),
    Element("dates", _("le début et la fin"), "fiche"),
    Element("milestones", _("un calendrier avec des jalons datés"), "jalons"),
    Element("budget", _("le budget prévu, par financeur"), "budget"),
    Element("deployment", _("un indicateur de suivi : déploiement"), "indicateurs"),
    Element("effectiveness", _("un indicateur de suivi : effectivité"), "indicateurs"),
    Element("process", _("un indicateur d’évaluation : processus"), "indicateurs"),
    Element("impact", _("un indicateur d’évaluation : impact"), "indicateurs"),
    Element("service", _("un indicateur d’évaluation : service rendu"), "indicateurs"),
    Element("targets", _("un départ et une cible pour chaque indicateur"), "indicateurs"),
    Element("logic", _("le modèle logique, chaque flèche avec son hypothèse"), "logique"),
    Element("reproducibility", _("les critères de reproductibilité"), "fiche"),
)


@dataclass(frozen=True)
class Completeness:
    """`present` of `total` elements are stated; `missing` in the order of the sheet."""

    present: int
    total: int
    missing: tuple[Element, ...]

    @property
    def percent(self) -> int:
        """Share of the elements stated, in whole percent, 100 only where nothing is missing."""
        return 100 * self.present // self.total


def completeness(action: Action) -> Completeness:
    """What the sheet states and lacks. No query where its lines are prefetched (ActionQuerySet.with_lines)."""
    stated = _stated(action)
    missing = tuple(element for element in ELEMENTS if not stated[element.code])
    return Completeness(len(ELEMENTS) - len(missing), len(ELEMENTS), missing)


def _stated(action: Action) -> dict[str, bool]:
    indicators = list(action.indicators.all())
    kinds = {one.kind for one in indicators}
    return {
        "description": bool(action.description.strip()),
        "implementation": bool(action.implementation.strip()),
        "lead": action.lead_id is not None,
        "partners": bool(action.partners.all()),
        "publics": bool(action.publics.all()),
        "universalism": _universalism(action),
        "dates": action.starts_on is not None and action.ends_on is not None,
        "milestones": any(one.due_on for one in action.milestones.all()),
        "budget": any(line.planned is not None for line in action.budget.all()),
        "deployment": IndicatorKind.DEPLOYMENT in kinds,
        "effectiveness": IndicatorKind.EFFECTIVENESS in kinds,
        "process": IndicatorKind.PROCESS in kinds,
        "impact": IndicatorKind.IMPACT in kinds,
        "service": IndicatorKind.SERVICE in kinds,
        "targets": bool(indicators)
        and all(one.baseline is not None and one.target is not None for one in indicators),
        "logic": _reasoned(action.logic.all()),
        "reproducibility": bool(action.reproducibility.strip()),
    }


def _universalism(action: Action) -> bool:
    """Stated, and explained where the means are to follow the need."""
    if action.universalism == Universalism.PROPORTIONATE:
        return bool(action.graduation.strip())
    return action.universalism != Universalism.NOT_STATED


def _reasoned(steps: Iterable[Any]) -> bool:
    """Every stage is written, and every stage after the resources rests on a written assumption."""
    rows = list(steps)
    written = {step.stage for step in rows}
    assumed = {step.stage for step in rows if step.assumption.strip()}
    return written == set(LogicStage.values) and assumed == written - {LogicStage.RESOURCES.value}
