"""The rows of every table: what the sheets hold now, as values of their columns.

Fed by actions with their lines. Feeds the files that leave, and the comparison with those that come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone

from fabrique.plan.enums import Direction
from fabrique.plan.models import (
    Action,
    ActionPartner,
    BudgetLine,
    Indicator,
    IndicatorValue,
    LogicStep,
    Milestone,
    Reach,
)
from fabrique.plan.services.sheets.columns import TABLES, clean
from fabrique.territories.models import Territory

Row = dict[str, Any]
#: {table: its rows}
Tables = dict[str, list[Row]]


def place(territory: Territory) -> str:
    """« departement:48 »: a territory as a cell names it."""
    return f"{territory.level}:{territory.code}"


def tables_of(actions: Iterable[Action]) -> Tables:
    """All the tables of these actions (fetch them by with_lines), every text cleaned as it will be compared."""
    found: Tables = {name: [] for name in TABLES}
    for action in actions:
        for name, row in _rows_of(action):
            found[name].append({title: _plain(value) for title, value in row.items()})
    return found


def _plain(value: Any) -> Any:
    return clean(value) if isinstance(value, str) and not isinstance(value, Direction) else value


def _rows_of(action: Action) -> Iterator[tuple[str, Row]]:
    of = {"action": action.key, "revision": action.revision}
    yield "actions", action_row(action)
    for partner in action.partners.all():
        yield "partenaires", of | partner_row(partner)
    for milestone in action.milestones.all():
        yield "jalons", of | milestone_row(milestone)
    for line in action.budget.all():
        yield "budget", of | budget_row(line)
    for reach in action.reach.all():
        yield "portee", of | reach_row(reach)
    for rank, step in enumerate(action.logic.all(), start=1):
        yield "logique", of | logic_row(rank, step)
    for indicator in action.indicators.all():
        yield "indicateurs", of | indicator_row(indicator)
        for value in indicator.values.all():
            yield "valeurs", of | value_row(indicator, value)


def action_row(action: Action) -> Row:
    weather = action.weather.order_by("-given_at", "-pk").first()
    return {
        "cle": action.key,
        "revision": action.revision,
        "territoire": place(action.territory),
        "objectif": action.objective.key,
        "programme": action.programme.key if action.programme else "",
        "intitule": action.title,
        "description": action.description,
        "etape": action.stage,
        "pilote": action.lead.email if action.lead else "",
        "mise_en_oeuvre": action.implementation,
        "reproductibilite": action.reproducibility,
        "universalisme": action.universalism,
        "graduation": action.graduation,
        "marques": list(action.marks),
        "publics": [one.key for one in action.publics.all()],
        "instruments": [one.key for one in action.instruments.all()],
        "lieux": [place(one) for one in action.places.all()],
        "debut": action.starts_on,
        "fin": action.ends_on,
        "blocage": action.blocking,
        "decision": action.decision_needed,
        "decision_de": action.decision_from,
        "decision_pour_le": action.decision_by,
        "meteo": weather.weather if weather else "",
        "meteo_phrase": weather.sentence if weather else "",
        "meteo_du": timezone.localdate(weather.given_at) if weather else None,
        "source": action.source_note,
        "publique": action.published_at is not None,
    }


def partner_row(partner: ActionPartner) -> Row:
    return {"organisme": partner.organisation.name, "role": partner.role}


def milestone_row(milestone: Milestone) -> Row:
    return {
        "repere": milestone.public_id,
        "intitule": milestone.label,
        "prevu_le": milestone.due_on,
        "etat": milestone.state,
        "fait_le": milestone.done_on,
        "precision": milestone.note,
    }


def budget_row(line: BudgetLine) -> Row:
    return {
        "annee": line.year,
        "financeur": line.funder,
        "financeur_nom": line.funder_name,
        "prevu": line.planned,
        "engage": line.committed,
        "depense": line.spent,
    }


def reach_row(reach: Reach) -> Row:
    return {
        "territoire": place(reach.territory),
        "annee": reach.year,
        "personnes": reach.people,
        "moyens": reach.means,
    }


def logic_row(rank: int, step: LogicStep) -> Row:
    return {"rang": rank, "etage": step.stage, "contenu": step.text, "hypothese": step.assumption}


def indicator_row(indicator: Indicator) -> Row:
    return {
        "cle": indicator.key,
        "intitule": indicator.title,
        "nature": indicator.kind,
        "unite": indicator.unit,
        "compte_des_personnes": indicator.counts_people,
        "mode_de_calcul": indicator.method,
        "sens": Direction(indicator.direction),
        "depart": indicator.baseline,
        "depart_au": indicator.baseline_on,
        "cible": indicator.target,
        "cible_pour_le": indicator.target_on,
        "trajectoire": [f"{step['date']}={step['share']}" for step in indicator.trajectory],
        "tous_les_jours": indicator.every_days,
        "serie": indicator.series_code,
    }


def value_row(indicator: Indicator, value: IndicatorValue) -> Row:
    return {
        "indicateur": indicator.key,
        "au": value.on,
        "valeur": value.value,
        "source": value.source,
        "precision": value.note,
        "provisoire": value.provisional,
    }
