"""Verbs on the money and the reasoning of an action: budget lines, reach, logic model.

Fed by the leads' screens, the sheets sent back and the demonstration. Feeds progress, dossiers and pages.
An empty amount is not known: it is never a zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.plan.enums import FunderKind, LogicStage
from fabrique.plan.models import Action, BudgetLine, LogicStep, Reach
from fabrique.plan.services.writing import changed, lies_in, locked, next_position, require_edit, touch
from fabrique.territories.models import Territory

AMOUNTS = ("planned", "committed", "spent")
YEARS = range(2000, 2101)
MOST = Decimal("999999999999.99")


def set_budget_line(
    actor: Actor,
    *,
    action: Action,
    year: int,
    funder: str,
    funder_name: str = "",
    amounts: Mapping[str, Decimal | None],
    revision: int | None = None,
) -> BudgetLine:
    """Write the line of a funder for a year, made where there is none. Amounts not given stay as they are.

    `amounts`: planned, committed, spent, in euros; None is not known. The same amounts write nothing.
    """
    require_edit(actor, action)
    name = " ".join(funder_name.split())
    _check_line(year, funder, name)
    given = _amounts(amounts)
    with transaction.atomic():
        action = locked(action)
        where = {"year": year, "funder": funder, "funder_name": name}
        line = action.budget.select_for_update().filter(**where).first()
        made = line is None
        if line is None:
            line = BudgetLine(action=action, position=next_position(action.budget), **where)
        if not changed(line, given) and not made:
            return line
        if revision is not None:
            locked(action, revision)
        line.updated_at = now()
        line.save()
        touch(actor, action)
        journal.record(actor, "plan.set_budget_line", action, reason=str(line.public_id))
    return line


def remove_budget_line(actor: Actor, *, line: BudgetLine) -> None:
    """Take a line away; already gone is fine."""
    require_edit(actor, line.action)
    with transaction.atomic():
        action = locked(line.action)
        if action.budget.filter(pk=line.pk).exists():
            reference = line.public_id
            line.delete()
            touch(actor, action)
            journal.record(actor, "plan.remove_budget_line", action, reason=str(reference))


def _check_line(year: int, funder: str, name: str) -> None:
    if year not in YEARS:
        raise Refused("budget.year", _("Donnez une année entre 2000 et 2100."))
    if funder not in FunderKind.values:
        raise Refused("budget.funder", _("Ce financeur n’est pas connu."))
    if len(name) > 200:
        raise Refused("budget.funder_name", _("Le nom du financeur a 200 caractères au plus."))


def _amounts(given: Mapping[str, Decimal | None]) -> dict[str, Decimal | None]:
    if unknown := set(given) - set(AMOUNTS):
        raise TypeError(f"unknown amounts: {sorted(unknown)}")
    found: dict[str, Decimal | None] = {}
    for name, value in given.items():
        if value is None:
            found[name] = None
            continue
        amount = Decimal(value)
        if not amount.is_finite() or amount < 0 or amount > MOST:
            raise Refused(
                "budget.amount",
                _("Un montant est un nombre d’euros, jamais négatif. Laissez vide s’il est inconnu."),
                amount=name,
            )
        found[name] = amount.quantize(Decimal("0.01"))
    return found


def set_reach(
    actor: Actor,
    *,
    action: Action,
    territory: Territory,
    year: int,
    people: int,
    means: Decimal | None = None,
) -> Reach:
    """How many people the action reached in a place and a year, with which means; written over what was said."""
    require_edit(actor, action)
    if year not in YEARS:
        raise Refused("budget.year", _("Donnez une année entre 2000 et 2100."))
    if people < 0:
        raise Refused("reach.people", _("Un nombre de personnes n’est jamais négatif."))
    if not lies_in(territory, action.territory):
        raise Refused("action.place", _("Ce lieu n’est pas dans le territoire de l’action."))
    values = {"people": people, "means": _amounts({"planned": means})["planned"]}
    with transaction.atomic():
        action = locked(action)
        row = action.reach.filter(territory=territory, year=year).first()
        made = row is None
        if row is None:
            row = Reach(action=action, territory=territory, year=year, position=next_position(action.reach))
        if not changed(row, values) and not made:
            return row
        row.save()
        touch(actor, action)
        journal.record(actor, "plan.set_reach", action, reason=str(row.public_id))
    return row


def remove_reach(actor: Actor, *, row: Reach) -> None:
    """Take a place and year away; already gone is fine."""
    require_edit(actor, row.action)
    with transaction.atomic():
        action = locked(row.action)
        if action.reach.filter(pk=row.pk).exists():
            reference = row.public_id
            row.delete()
            touch(actor, action)
            journal.record(actor, "plan.remove_reach", action, reason=str(reference))


def set_logic(
    actor: Actor, *, action: Action, steps: Sequence[Mapping[str, Any]], revision: int | None = None
) -> list[LogicStep]:
    """Replace the logic model. Each step: stage, text, assumption (of the arrow that comes to it).

    Steps are stored in the order of the stages. Raises Refused('logic.stage'), ('logic.text'), and
    ('logic.assumption_first'): no arrow comes to the resources.
    """
    require_edit(actor, action)
    order = list(LogicStage.values)
    wanted = sorted((_step(one) for one in steps), key=lambda step: order.index(step[0]))
    with transaction.atomic():
        action = locked(action)
        held = [(row.stage, row.text, row.assumption) for row in action.logic.all()]
        if held == wanted:
            return list(action.logic.all())
        if revision is not None:
            locked(action, revision)
        action.logic.all().delete()
        for position, (stage, text, assumption) in enumerate(wanted):
            action.logic.create(position=position, stage=stage, text=text, assumption=assumption)
        touch(actor, action)
        journal.record(actor, "plan.set_logic", action)
    return list(action.logic.all())


def _step(given: Mapping[str, Any]) -> tuple[str, str, str]:
    stage = str(given.get("stage", ""))
    text, assumption = str(given.get("text", "")).strip(), str(given.get("assumption", "")).strip()
    if stage not in LogicStage.values:
        raise Refused("logic.stage", _("Cet étage du modèle logique n’est pas connu."))
    if not text:
        raise Refused("logic.text", _("Chaque étape du modèle logique dit ce qu’elle contient."))
    if assumption and stage == LogicStage.RESOURCES:
        raise Refused(
            "logic.assumption_first",
            _("Aucune flèche n’arrive aux ressources : écrivez l’hypothèse à l’étage suivant."),
        )
    return stage, text, assumption
