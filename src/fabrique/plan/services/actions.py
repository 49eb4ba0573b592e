"""Verbs on an action sheet: write it, change it, make it public, say where it stands, what blocks it, copy it.

Fed by the leads' screens, the sheets sent back and the demonstration. Feeds progress, reviews, public pages.
The lines of a sheet (milestones, money, reasoning, indicators) have their own modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import User
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.plan.enums import ActionStage, CrossMark
from fabrique.plan.models import Action, Objective, Plan, TargetPublic
from fabrique.plan.services.writing import (
    EDIT,
    changed,
    check_key,
    check_sheet,
    free_key,
    lies_in,
    locked,
    next_position,
    only_known,
    require_edit,
    require_open,
    touch,
    user_of,
)
from fabrique.territories.models import Territory

#: what a lead writes of a sheet, beside its lists
SHEET_FIELDS = frozenset(
    {
        "title",
        "description",
        "objective",
        "programme",
        "stage",
        "lead",
        "implementation",
        "reproducibility",
        "universalism",
        "graduation",
        "marks",
        "starts_on",
        "ends_on",
        "blocking",
        "decision_needed",
        "decision_from",
        "decision_by",
        "source_note",
    }
)


def create_action(
    actor: Actor,
    *,
    plan: Plan,
    objective: Objective,
    territory: Territory,
    title: str,
    key: str = "",
    places: Iterable[Territory] = (),
    instruments: Iterable[Any] = (),
    publics: Iterable[Any] = (),
    **values: Any,
) -> Action:
    """Begin a sheet: a draft that only those who work in its territory read.

    The same `key` in the same territory with the same title gives back the same action (double click).
    Raises Refused: 'key.taken', 'key.form', 'action.*', 'plan.closed'.
    """
    require(actor, EDIT, territory)
    only_known(values, SHEET_FIELDS)
    require_open(plan.state)
    of_plan = Action.objects.filter(plan=plan)
    with transaction.atomic():
        if key:
            check_key(key)
            if (twin := of_plan.filter(key=key).first()) is not None:
                return _same(twin, title, territory)
        key = key or free_key(title, lambda one: of_plan.filter(key=one).exists(), "action")
        action = Action(plan=plan, objective=objective, territory=territory, key=key, **values)
        action.title = title.strip()
        action.position = next_position(of_plan.filter(territory=territory))
        action.updated_at, action.updated_by = now(), user_of(actor)
        check_sheet(action)
        action.save()
        _set_lists(action, {"places": places, "instruments": instruments, "publics": publics})
        journal.record(actor, "plan.create_action", action)
    return action


def _same(twin: Action, title: str, territory: Territory) -> Action:
    if twin.title != title.strip() or twin.territory_id != territory.pk:
        raise Refused("key.taken", _("La clé « %(key)s » est déjà prise.") % {"key": twin.key}, key=twin.key)
    return twin


def edit_action(
    actor: Actor,
    *,
    action: Action,
    revision: int | None = None,
    places: Iterable[Territory] | None = None,
    instruments: Iterable[Any] | None = None,
    publics: Iterable[Any] | None = None,
    **values: Any,
) -> Action:
    """Write fields and lists of a sheet (None leaves a list as it is). Nothing different: nothing written.

    Raises Refused('edit.conflict') where somebody wrote since `revision`, and 'action.*' as create_action.
    """
    require_edit(actor, action)
    only_known(values, SHEET_FIELDS)
    lists = {"places": places, "instruments": instruments, "publics": publics}
    with transaction.atomic():
        action = locked(action)
        names = changed(action, values)
        joined = _differing(action, lists)
        if not names and not joined:
            return action
        if revision is not None and revision != action.revision:
            locked(action, revision)  # says that somebody wrote meanwhile
        check_sheet(action)
        _set_lists(action, joined)
        touch(actor, action, *names)
        journal.record(actor, "plan.edit_action", action)
    return action


def _differing(action: Action, lists: dict[str, Any]) -> dict[str, list[Any]]:
    """The lists given that hold something else than what is stored."""
    found = {}
    for name, given in lists.items():
        if given is None:
            continue
        wanted = list(given)
        if {one.pk for one in wanted} != set(getattr(action, name).values_list("pk", flat=True)):
            found[name] = wanted
    return found


def _set_lists(action: Action, lists: dict[str, Any]) -> None:
    for name, given in lists.items():
        rows = list(given)
        if name == "places":
            outside = [one for one in rows if not lies_in(one, action.territory)]
            if outside:
                raise Refused(
                    "action.place",
                    _("Ce lieu n’est pas dans le territoire de l’action : %(name)s.")
                    % {"name": outside[0].name},
                )
        elif any(one.plan_id != action.plan_id for one in rows):
            raise Refused("action.other_plan", _("Cet instrument ou ce public est d’un autre plan."))
        getattr(action, name).set(rows)


def publish_action(actor: Actor, *, action: Action) -> Action:
    """Make the sheet public. Raises Refused('action.objective_draft') while its objective is not."""
    require(actor, "plan.publish_actions", action.territory)
    with transaction.atomic():
        action = locked(action)
        if action.published_at is not None:
            return action
        if action.objective.published_at is None:
            raise Refused(
                "action.objective_draft",
                _("L’objectif de cette action n’est pas public : rendez-le public d’abord."),
            )
        action.published_at = now()
        touch(actor, action, "published_at")
        journal.record(actor, "plan.publish_action", action)
    return action


def withdraw_action(actor: Actor, *, action: Action) -> Action:
    """Take the sheet back from the public pages: a draft again."""
    require(actor, "plan.publish_actions", action.territory)
    with transaction.atomic():
        action = locked(action)
        if action.published_at is not None:
            action.published_at = None
            touch(actor, action, "published_at")
            journal.record(actor, "plan.withdraw_action", action)
    return action


def state_blocking(
    actor: Actor,
    *,
    action: Action,
    blocking: str,
    decision_needed: str = "",
    decision_from: str = "",
    decision_by: date | None = None,
    revision: int | None = None,
) -> Action:
    """Say what stops the action, and the decision it needs: which, from whom, by when."""
    if not blocking.strip():
        raise Refused("action.blocking", _("Dites en une phrase ce qui bloque l’action."))
    return edit_action(
        actor,
        action=action,
        revision=revision,
        blocking=blocking.strip(),
        decision_needed=decision_needed,
        decision_from=decision_from,
        decision_by=decision_by,
    )


#: words of a sheet that are as true in another territory
COPIED = (
    "title",
    "description",
    "programme",
    "implementation",
    "reproducibility",
    "universalism",
    "graduation",
    "marks",
)


def copy_action(
    actor: Actor, *, action: Action, territory: Territory, objective: Objective | None = None
) -> Action:
    """A draft for another territory: the words, the reasoning and the indicators, without any number or date.

    Milestones keep their label without date; indicators keep neither baseline, target nor value; money, partners,
    lead, places and local instruments are left out. `objective`: one that holds there; else the same one, or the
    regional one that it declines. A draft already copied there and untouched since is given back (double click).

    Raises Refused: action.same_place, action.objective_there, and those of create_action.
    """
    if not Action.objects.visible_to(actor).filter(pk=action.pk).exists():
        require(actor, "plan.read", action.territory)
    require(actor, EDIT, territory)
    if territory.pk == action.territory_id:
        raise Refused("action.same_place", _("L’action est déjà dans ce territoire."))
    with transaction.atomic():
        twin = Action.objects.filter(copied_from=action, territory=territory, revision=1).first()
        if twin is not None:
            return twin
        copy = create_action(
            actor,
            plan=action.plan,
            objective=objective or _objective_there(action, territory),
            territory=territory,
            key=_copy_key(action, territory),
            publics=action.publics.all(),
            **{name: getattr(action, name) for name in COPIED},
        )
        copy.copied_from = action
        copy.save(update_fields=["copied_from"])
        _copy_parts(action, copy)
        journal.record(actor, "plan.copy_action", copy, reason=str(action.public_id))
    return copy


def _objective_there(action: Action, territory: Territory) -> Objective:
    """The objective of the copy where none is named: an objective of one department does not hold in another."""
    own: Objective = action.objective
    for one in (own, own.declines):
        if one is not None and one.territory.contains(territory):
            return one
    raise Refused(
        "action.objective_there",
        _("L’objectif de cette action ne vaut que dans son territoire. Choisissez celui de la copie."),
    )


def _copy_key(action: Action, territory: Territory) -> str:
    of_plan = Action.objects.filter(plan=action.plan)
    return free_key(
        f"{action.key[:66]}-{territory.code}", lambda one: of_plan.filter(key=one).exists(), "action"
    )


def _copy_parts(action: Action, copy: Action) -> None:
    for step in action.logic.all():
        copy.logic.create(
            position=step.position, stage=step.stage, text=step.text, assumption=step.assumption
        )
    for milestone in action.milestones.all():
        copy.milestones.create(position=milestone.position, label=milestone.label)
    of_plan = copy.plan.indicators
    for one in action.indicators.all():
        copy.indicators.create(
            plan=copy.plan,
            key=free_key(
                f"{one.key[:60]}-{copy.territory.code}",
                lambda key: of_plan.filter(key=key).exists(),
                "indicateur",
            ),
            position=one.position,
            title=one.title,
            description=one.description,
            kind=one.kind,
            unit=one.unit,
            counts_people=one.counts_people,
            method=one.method,
            direction=one.direction,
            every_days=one.every_days,
            series_code=one.series_code,
        )


@dataclass
class Edited:
    """What a write on several sheets did: those written, those refused with the reason."""

    done: list[Action] = field(default_factory=list)
    refused: list[tuple[Action, Refused]] = field(default_factory=list)


#: sheets written at once at most: each is one short transaction
MOST_AT_ONCE = 200


def edit_many(
    actor: Actor,
    *,
    actions: Sequence[Action],
    stage: str = "",
    lead: User | None = None,
    mark: str = "",
    public: TargetPublic | None = None,
    publish: bool = False,
) -> Edited:
    """The same change on several sheets: `mark` and `public` are added to what they hold.

    A sheet that refuses (another territory, another plan…) is left as it is and told with its reason.
    """
    if len(actions) > MOST_AT_ONCE:
        raise Refused(
            "action.too_many",
            _("Choisissez %(most)d fiches au plus à la fois.") % {"most": MOST_AT_ONCE},
        )
    if mark and mark not in CrossMark.values:
        raise Refused("action.mark", _("Cette marque transversale n’est pas connue."))
    if stage and stage not in ActionStage.values:
        raise Refused("action.stage", _("Cette étape de vie n’est pas connue."))
    if not (stage or lead or mark or public or publish):
        raise Refused("action.no_change", _("Choisissez au moins un changement à faire."))
    told = Edited()
    for action in actions:
        try:
            with transaction.atomic():
                told.done.append(_edit_one(actor, action, stage, lead, mark, public, publish))
        except Refused as refusal:
            told.refused.append((action, refusal))
    return told


def _edit_one(
    actor: Actor,
    action: Action,
    stage: str,
    lead: User | None,
    mark: str,
    public: TargetPublic | None,
    publish: bool,
) -> Action:
    values: dict[str, Any] = {}
    if stage:
        values["stage"] = stage
    if lead is not None:
        values["lead"] = lead
    if mark and mark not in action.marks:
        values["marks"] = [*action.marks, mark]
    publics = None if public is None else [*action.publics.all(), public]
    if values or publics:
        action = edit_action(actor, action=action, publics=publics, **values)
    return publish_action(actor, action=action) if publish else action
