"""Verbs on the calendar and the partners of an action: milestones added, done, dropped; who takes part, as what.

Fed by the leads' screens, the sheets sent back and the demonstration. Feeds progress, reminders and pages.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.models import Organisation
from fabrique.accounts.services import create_organisation
from fabrique.common import journal
from fabrique.common.clock import today
from fabrique.common.errors import Refused
from fabrique.common.folding import fold
from fabrique.plan.enums import MilestoneState, PartnerRole
from fabrique.plan.models import Action, ActionPartner, Milestone
from fabrique.plan.services.writing import (
    changed,
    check_day_past,
    locked,
    next_position,
    require_edit,
    touch,
)


def add_milestone(
    actor: Actor,
    *,
    action: Action,
    label: str,
    due_on: date | None = None,
    note: str = "",
    revision: int | None = None,
) -> Milestone:
    """A dated step more. The same label gives back the same milestone where its date is the same."""
    require_edit(actor, action)
    label = _label(label)
    with transaction.atomic():
        action = locked(action)
        twin = action.milestones.filter(label=label).first()
        if twin is not None:
            if twin.due_on == due_on:
                return twin
            raise _taken()
        if revision is not None:
            locked(action, revision)
        made: Milestone = action.milestones.create(
            label=label, due_on=due_on, note=note, position=next_position(action.milestones)
        )
        _written(actor, action, made, "plan.add_milestone")
    return made


def edit_milestone(
    actor: Actor, *, milestone: Milestone, label: str, due_on: date | None, note: str = ""
) -> Milestone:
    """Correct a milestone; its state has its own verbs."""
    return _write(
        actor,
        milestone,
        {"label": _label(label), "due_on": due_on, "note": note},
        "plan.edit_milestone",
    )


def complete_milestone(
    actor: Actor, *, milestone: Milestone, done_on: date | None = None, note: str | None = None
) -> Milestone:
    """The step is done, on that day (today by default)."""
    check_day_past(done_on)
    already = milestone.done_on if milestone.state == MilestoneState.DONE else None
    values: dict[str, Any] = {"state": MilestoneState.DONE, "done_on": done_on or already or today()}
    if note is not None:
        values["note"] = note
    return _write(actor, milestone, values, "plan.complete_milestone")


def drop_milestone(actor: Actor, *, milestone: Milestone, note: str) -> Milestone:
    """The step will not be done; `note` says why."""
    if not note.strip():
        raise Refused("milestone.why", _("Dites en une phrase pourquoi ce jalon est abandonné."))
    values = {"state": MilestoneState.DROPPED, "done_on": None, "note": note.strip()}
    return _write(actor, milestone, values, "plan.drop_milestone")


def reopen_milestone(actor: Actor, *, milestone: Milestone) -> Milestone:
    """Undo: the step is still to do."""
    return _write(actor, milestone, {"state": MilestoneState.DUE, "done_on": None}, "plan.reopen_milestone")


def _write(actor: Actor, milestone: Milestone, values: dict[str, Any], verb: str) -> Milestone:
    require_edit(actor, milestone.action)
    with transaction.atomic():
        action = locked(milestone.action)
        fresh: Milestone = action.milestones.select_for_update().get(pk=milestone.pk)
        names = changed(fresh, values)
        if not names:
            return fresh
        if "label" in names and action.milestones.filter(label=fresh.label).exclude(pk=fresh.pk).exists():
            raise _taken()
        fresh.save(update_fields=names)
        _written(actor, action, fresh, verb)
    return fresh


def _written(actor: Actor, action: Action, row: Any, verb: str) -> None:
    touch(actor, action)
    journal.record(actor, verb, action, reason=str(row.public_id))


def _label(label: str) -> str:
    label = " ".join(label.split())
    if not label or len(label) > 300:
        raise Refused("milestone.label", _("Donnez au jalon un intitulé de 300 caractères au plus."))
    return label


def _taken() -> Refused:
    return Refused("milestone.taken", _("Un jalon de cette action porte déjà cet intitulé."))


def add_partner(
    actor: Actor, *, action: Action, organisation: Organisation | str, role: str = PartnerRole.PARTNER
) -> ActionPartner:
    """An organisation takes part, as what. Twice the same: the same row.

    One given by its name is taken among those known, or made known in the territory of the action.
    """
    require_edit(actor, action)
    if role not in PartnerRole.values:
        raise Refused("partner.role", _("Ce rôle de partenaire n’est pas connu."))
    with transaction.atomic():
        action = locked(action)
        if isinstance(organisation, str):
            organisation = _named(actor, organisation, action)
        twin = action.partners.filter(organisation=organisation, role=role).first()
        if twin is not None:
            return twin
        made: ActionPartner = action.partners.create(
            organisation=organisation, role=role, position=next_position(action.partners)
        )
        _written(actor, action, made, "plan.add_partner")
    return made


def _named(actor: Actor, name: str, action: Action) -> Organisation:
    """The organisation of that name here or in what contains this place, else a new one here."""
    around = [action.territory_id, action.territory.department_id, action.territory.region_id]
    known = Organisation.objects.filter(folded_name=fold(" ".join(name.split()))[:200], territory__in=around)
    found: Organisation | None = known.order_by("-territory__level", "pk").first()
    return found or create_organisation(
        actor, name=name, kind=OrganisationKind.OTHER, territory=action.territory
    )


def remove_partner(actor: Actor, *, partner: ActionPartner) -> None:
    """The organisation takes part no more; already gone is fine."""
    require_edit(actor, partner.action)
    with transaction.atomic():
        action = locked(partner.action)
        if action.partners.filter(pk=partner.pk).exists():
            reference = partner.public_id
            partner.delete()
            touch(actor, action)
            journal.record(actor, "plan.remove_partner", action, reason=str(reference))
