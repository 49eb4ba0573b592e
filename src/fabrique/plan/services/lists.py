"""The lines of a sheet written as the screens show them: all the milestones, money, places, partners at once.

Fed by the leads' editing screens. Feeds the verbs of one line; a screen is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.common.errors import Refused
from fabrique.plan.enums import MilestoneState
from fabrique.plan.models import Action, Milestone
from fabrique.plan.services import budget, milestones
from fabrique.plan.services.writing import require_edit, together

Row = Mapping[str, Any]


def set_milestones(
    actor: Actor, *, action: Action, rows: Sequence[Row], revision: int | None = None
) -> Action:
    """Rows: public_id ("" for a new one), label, due_on, state, done_on, note. None is taken away: drop it."""
    require_edit(actor, action)
    with together(action, revision):
        held = {one.public_id: one for one in action.milestones.all()}
        for row in rows:
            _set_milestone(actor, action, held.get(row.get("public_id", "")), row)
    return _fresh(action)


def _set_milestone(actor: Actor, action: Action, held: Milestone | None, row: Row) -> None:
    note = row.get("note", "")
    if held is None:
        held = milestones.add_milestone(
            actor, action=action, label=row["label"], due_on=row.get("due_on"), note=note
        )
    else:
        held = milestones.edit_milestone(
            actor, milestone=held, label=row["label"], due_on=row.get("due_on"), note=note
        )
    state = row.get("state") or MilestoneState.DUE
    if state == MilestoneState.DONE:
        milestones.complete_milestone(actor, milestone=held, done_on=row.get("done_on"))
    elif state == MilestoneState.DROPPED:
        milestones.drop_milestone(actor, milestone=held, note=note)
    else:
        milestones.reopen_milestone(actor, milestone=held)


def set_budget(actor: Actor, *, action: Action, rows: Sequence[Row], revision: int | None = None) -> Action:
    """Rows: year, funder, funder_name, planned, committed, spent. A line that no row holds is taken away."""
    require_edit(actor, action)
    keys = [(row["year"], row["funder"], " ".join(row.get("funder_name", "").split())) for row in rows]
    if len(set(keys)) != len(keys):
        raise Refused(
            "budget.twice",
            _("Deux lignes ont la même année et le même financeur. Réunissez-les, ou nommez le financeur."),
        )
    with together(action, revision):
        for line in action.budget.all():
            if (line.year, line.funder, line.funder_name) not in keys:
                budget.remove_budget_line(actor, line=line)
        for row in rows:
            budget.set_budget_line(
                actor,
                action=action,
                year=row["year"],
                funder=row["funder"],
                funder_name=row.get("funder_name", ""),
                amounts={name: row.get(name) for name in budget.AMOUNTS},
            )
    return _fresh(action)


def set_reaches(actor: Actor, *, action: Action, rows: Sequence[Row], revision: int | None = None) -> Action:
    """Rows: territory, year, people, means. A place and year that no row holds is taken away."""
    require_edit(actor, action)
    keys = [(row["territory"].pk, row["year"]) for row in rows]
    if len(set(keys)) != len(keys):
        raise Refused("reach.twice", _("Deux lignes ont le même lieu et la même année. Réunissez-les."))
    with together(action, revision):
        for held in action.reach.all():
            if (held.territory_id, held.year) not in keys:
                budget.remove_reach(actor, row=held)
        for row in rows:
            budget.set_reach(
                actor,
                action=action,
                territory=row["territory"],
                year=row["year"],
                people=row["people"],
                means=row.get("means"),
            )
    return _fresh(action)


def set_partners(actor: Actor, *, action: Action, rows: Sequence[Row], revision: int | None = None) -> Action:
    """Rows: organisation (its name), role. A partner that no row holds is taken away."""
    require_edit(actor, action)
    with together(action, revision):
        kept = {
            milestones.add_partner(
                actor, action=action, organisation=row["organisation"], role=row["role"]
            ).pk
            for row in rows
        }
        for held in action.partners.exclude(pk__in=kept):
            milestones.remove_partner(actor, partner=held)
    return _fresh(action)


def _fresh(action: Action) -> Action:
    found: Action = Action.objects.select_related("territory", "plan").get(pk=action.pk)
    return found
