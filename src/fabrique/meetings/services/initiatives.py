"""Verbs on initiatives: the sheet, its publication, what the agency decides about it.

Fed by the items of the tables and by agents. Feeds the public list of initiatives.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.meetings.enums import DecisionKind, InitiativeState, ItemKind
from fabrique.meetings.models import Initiative, InitiativeDecision, Item, Meeting
from fabrique.territories.models import Territory

#: the columns that an agent writes
FIELDS = (
    "title",
    "summary",
    "carrier",
    "organisation",
    "audience",
    "state",
    "evidence",
    "needs",
    "territory",
)
#: kinds of item from which a sheet may be begun: what exists, and what is proposed
FROM_ITEMS = (ItemKind.INITIATIVE, ItemKind.PROPOSAL)


def create_initiative(
    actor: Actor,
    *,
    territory: Territory,
    title: str,
    meeting: Meeting | None = None,
    item: Item | None = None,
    fictitious: bool = False,
    **fields: Any,
) -> Initiative:
    """Begin a sheet, from an item or on its own; the same item gives back its sheet.

    Raises Refused('initiative.title'), Refused('initiative.state'), Refused('initiative.kind').
    """
    require(actor, "meetings.edit_initiative", territory)
    values = _checked({**fields, "title": title, "territory": territory})
    if item is not None:
        require(actor, "meetings.edit_initiative", item.table.meeting.territory)
        if item.kind not in FROM_ITEMS:
            raise Refused(
                "initiative.kind", _("Une fiche part d’une initiative existante ou d’une proposition.")
            )
        meeting = item.table.meeting
    with transaction.atomic():
        if item is not None and (known := Initiative.objects.filter(item=item).first()) is not None:
            return known
        initiative = Initiative.objects.create(
            item=item, meeting=meeting, created_at=now(), updated_at=now(), fictitious=fictitious, **values
        )
        journal.record(actor, "meetings.create_initiative", initiative)
    return initiative


def change_initiative(actor: Actor, *, initiative: Initiative, revision: int, **fields: Any) -> Initiative:
    """Rewrite a sheet. Raises Refused('edit.conflict') where somebody wrote meanwhile."""
    require(actor, "meetings.edit_initiative", initiative.territory)
    values = _checked(fields)
    if "territory" in values:
        require(actor, "meetings.edit_initiative", values["territory"])
    with transaction.atomic():
        row = Initiative.objects.select_for_update().get(pk=initiative.pk)
        if row.revision != revision:
            raise Refused(
                "edit.conflict",
                _(
                    "Une autre personne a enregistré une modification pendant que vous écriviez. "
                    "Relisez avant d’enregistrer."
                ),
            )
        for name, value in values.items():
            setattr(row, name, value)
        row.revision, row.updated_at = row.revision + 1, now()
        row.save()
        journal.record(actor, "meetings.change_initiative", row)
    return row


def publish_initiative(actor: Actor, *, initiative: Initiative) -> Initiative:
    """Make a sheet public. Raises Refused('initiative.summary') where it says nothing of the initiative."""
    require(actor, "meetings.decide_initiative", initiative.territory)
    if not initiative.summary.strip():
        raise Refused("initiative.summary", _("Présentez l’initiative en quelques mots avant de la publier."))
    with transaction.atomic():
        row = Initiative.objects.select_for_update().get(pk=initiative.pk)
        if row.published_at is None:
            row.published_at = now()
            row.save(update_fields=["published_at"])
            row.decisions.filter(published_at=None).update(published_at=row.published_at)
            journal.record(actor, "meetings.publish_initiative", row)
    return row


def decide_initiative(
    actor: Actor,
    *,
    initiative: Initiative,
    kind: str,
    decided_on: date,
    amount: Decimal | None = None,
    funder: str = "",
    reason: str = "",
) -> InitiativeDecision:
    """Note what the agency decided; shown as soon as the sheet is public. A later decision follows, none is edited.

    Supported: an amount and its funder. Not taken up: the reason. Raises Refused('decision.kind'),
    ('decision.amount'), ('decision.reason'), ('decision.date').
    """
    require(actor, "meetings.decide_initiative", initiative.territory)
    funder, reason = " ".join(funder.split())[:200], reason.strip()
    _check_decision(kind, decided_on, amount, funder, reason)
    values = _decision_values(kind, decided_on, amount, funder, reason)
    with transaction.atomic():
        row = Initiative.objects.select_for_update().get(pk=initiative.pk)
        last = row.decisions.first()
        if last is not None and all(getattr(last, name) == value for name, value in values.items()):
            return last
        decision = InitiativeDecision.objects.create(
            initiative=row,
            **values,
            decided_by=actor.user if isinstance(actor, Agent) else None,
            recorded_at=now(),
            published_at=now() if row.published_at else None,
        )
        journal.record(actor, "meetings.decide_initiative", row, reason=kind)
    return decision


def _decision_values(
    kind: str, decided_on: date, amount: Decimal | None, funder: str, reason: str
) -> dict[str, Any]:
    """The columns of a decision: an amount and a funder belong to a support alone."""
    supported = kind == DecisionKind.SUPPORTED
    return {
        "kind": kind,
        "amount": amount if supported else None,
        "funder": funder if supported else "",
        "reason": reason,
        "decided_on": decided_on,
    }


def _check_decision(kind: str, decided_on: date, amount: Decimal | None, funder: str, reason: str) -> None:
    if kind not in DecisionKind.values:
        raise Refused("decision.kind", _("Choisissez la décision."))
    if kind == DecisionKind.SUPPORTED and (amount is None or amount <= 0 or not funder):
        raise Refused(
            "decision.amount",
            _("Une initiative soutenue l’est par un montant et un financeur : écrivez les deux."),
        )
    if kind == DecisionKind.NOT_TAKEN_UP and not reason:
        raise Refused(
            "decision.reason", _("Dites pourquoi l’initiative n’est pas retenue : ce motif est public.")
        )
    if decided_on > today():
        raise Refused("decision.date", _("La date de la décision ne peut pas être à venir."))


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """The columns to write. Raises Refused on an empty title or an unknown state."""
    values = {name: value for name, value in fields.items() if name in FIELDS}
    if "title" in values:
        values["title"] = " ".join(values["title"].split())[:200]
        if not values["title"]:
            raise Refused("initiative.title", _("Donnez un titre à l’initiative."))
    if values.get("state", InitiativeState.IDEA) not in InitiativeState.values:
        raise Refused("initiative.state", _("Choisissez l’avancement dans la liste."))
    for name in ("carrier", "audience"):
        if name in values:
            values[name] = " ".join(values[name].split())[:200]
    return values
