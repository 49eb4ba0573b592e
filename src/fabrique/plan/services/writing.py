"""What the verbs on an action share: the lock, the revision against lost updates, the checks of a sheet.

Fed by the other modules of this package that write actions. Feeds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.models import User
from fabrique.accounts.rights import holds, require
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.plan.enums import CrossMark, PlanState
from fabrique.plan.models import Action, Objective, Programme
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

EDIT = "plan.edit_actions"
KEY_LENGTH = 80


def locked(action: Action, revision: int | None = None) -> Action:
    """The action, locked until the end of the transaction.

    Raises Refused('edit.conflict') on another revision, ('plan.closed') where its plan is closed.
    """
    fresh: Action = (
        Action.objects.select_for_update(of=("self",)).select_related("territory", "plan").get(pk=action.pk)
    )
    check_revision(revision, fresh.revision)
    require_open(fresh.plan.state)
    return fresh


def require_open(state: str) -> None:
    """Raise Refused('plan.closed') where the plan is closed: its sheets are its memory."""
    if state == PlanState.CLOSED:
        raise Refused("plan.closed", _("Ce plan est clos : ses fiches ne changent plus."))


def check_revision(expected: int | None, present: int) -> None:
    """Raise Refused('edit.conflict') where what is stored is not what the form showed (None: unchecked)."""
    if expected is not None and expected != present:
        raise Refused(
            "edit.conflict",
            _(
                "Quelqu’un a modifié la fiche pendant que vous écriviez. "
                "Rien n’est perdu : comparez avec ce qui est enregistré, gardez ce qui convient, "
                "puis enregistrez de nouveau."
            ),
            present=present,
        )


@contextmanager
def together(action: Action, revision: int | None = None) -> Iterator[None]:
    """Several verbs on one sheet, all or none.

    Raises Refused('edit.conflict') at the end where they wrote something and somebody else had written since
    `revision`: what was sent twice is no conflict, since the second time writes nothing.
    """
    with transaction.atomic():
        before = locked(action).revision
        yield
        if locked(action).revision != before:
            check_revision(revision, before)


def touch(by: Actor, action: Action, *names: str) -> None:
    """One revision more, now and by whom, and the named fields stored."""
    action.revision += 1
    action.updated_at = now()
    action.updated_by = user_of(by)
    action.save(update_fields=[*names, "revision", "updated_at", "updated_by"])


def user_of(actor: Actor) -> User | None:
    """The person who acts, None for a job or an operator."""
    return actor.user if isinstance(actor, Agent) else None


def only_known(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise TypeError on a field that the verb does not write."""
    if unknown := set(given) - set(known):
        raise TypeError(f"unknown fields: {sorted(unknown)}")


def changed(thing: Any, values: Mapping[str, Any]) -> list[str]:
    """Put the values on the object; the names of those that differ from what it held."""
    found = []
    for name, value in values.items():
        if getattr(thing, name) != value:
            setattr(thing, name, value)
            found.append(name)
    return found


def next_position(rows: Any) -> int:
    """The rank after the last one."""
    last = rows.order_by("-position").values_list("position", flat=True).first()
    return 0 if last is None else int(last) + 1


def free_key(wanted: str, taken: Any, fallback: str) -> str:
    """A key made from the words, not taken: -2, -3… is added where needed. `taken`: key -> bool."""
    base = slugify(wanted.replace("’", "-").replace("'", "-"))[: KEY_LENGTH - 5].strip("-") or fallback
    key, number = base, 2
    while taken(key):
        key, number = f"{base}-{number}", number + 1
    return key


def check_key(key: str) -> None:
    """Raise Refused('key.form') on a key that is none."""
    if slugify(key) != key or not key or len(key) > KEY_LENGTH:
        raise Refused(
            "key.form",
            _("Une clé ne contient que des minuscules sans accent, des chiffres et des tirets, 80 au plus."),
            key=key,
        )


def check_day_past(day: date | None) -> None:
    """Raise Refused('day.future'): what is done or measured has a date that is not to come."""
    if day is not None and day > today():
        raise Refused("day.future", _("Cette date est dans l’avenir. Donnez la date d’un fait passé."))


def check_sheet(action: Action) -> None:
    """Raise Refused where the fields of the sheet do not hold together."""
    if not action.title.strip():
        raise Refused("action.title", _("Donnez un intitulé à l’action."))
    if action.starts_on and action.ends_on and action.ends_on < action.starts_on:
        raise Refused("action.dates", _("La fin de l’action vient avant son début. Corrigez une des dates."))
    if set(action.marks) - set(CrossMark.values):
        raise Refused("action.mark", _("Cette marque transversale n’est pas connue."))
    _check_objective(action)
    _check_programme(action.programme, action)
    _check_lead(action)
    if not action.blocking.strip() and (action.decision_needed or action.decision_from or action.decision_by):
        raise Refused(
            "action.decision",
            _("Une décision est attendue : dites d’abord ce qui bloque l’action."),
        )


def _check_objective(action: Action) -> None:
    objective: Objective = action.objective
    if objective.plan_id != action.plan_id:
        raise Refused("action.other_plan", _("Cet objectif est d’un autre plan."))
    if not objective.territory.contains(action.territory):
        raise Refused(
            "action.objective_elsewhere",
            _("Cet objectif est d’un autre territoire que l’action. Choisissez-en un de la région ou d’ici."),
        )
    if action.published_at is not None and objective.published_at is None:
        raise Refused(
            "action.objective_draft",
            _("Cette action est publique et cet objectif est un brouillon. Publiez d’abord l’objectif."),
        )


def _check_programme(programme: Programme | None, action: Action) -> None:
    if programme is not None and programme.plan_id != action.plan_id:
        raise Refused("action.other_plan", _("Ce programme est d’un autre plan."))


def _check_lead(action: Action) -> None:
    if action.lead is not None and not holds(Agent(action.lead), EDIT, action.territory):
        raise Refused(
            "action.lead",
            _("Cette personne n’est pas pilote du plan dans ce territoire. Choisissez-en une qui l’est."),
        )


def lies_in(place: Territory, container: Territory) -> bool:
    """Whether a place is in the territory: an EPCI belongs to no department, it is where one of its communes is."""
    if container.contains(place):
        return True
    if place.level != Level.EPCI:
        return False
    return Territory.objects.within(container).filter(epci=place).exists()


def require_edit(by: Actor, action: Action) -> None:
    """The right to write this sheet: on the action's own territory."""
    require(by, EDIT, action.territory)
