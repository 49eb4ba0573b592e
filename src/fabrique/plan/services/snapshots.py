"""Snapshots: the plan of a territory on a day, frozen as canonical bytes with their fingerprint.

Fed by plan.services.frozen. Feeds reviews, evaluations, the dossier and the account; reading never touches live rows.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.plan.disclosure import public_measures
from fabrique.plan.models import Plan, Snapshot
from fabrique.plan.services.frozen import FORMAT, VERSION, content_on, marks_of
from fabrique.plan.services.words import line, needed
from fabrique.territories.models import Territory

#: a reading during which somebody wrote is begun again, so many times
READINGS = 3


def take_snapshot(actor: Actor, *, plan: Plan, territory: Territory, label: str) -> Snapshot:
    """Freeze what a committee reads of the territory today (for the plan's own territory: of every territory).

    The reading is done before the transaction, which only inserts. Raises Refused: snapshot.label,
    snapshot.already (that name is taken here), snapshot.territory, snapshot.busy (sheets kept changing meanwhile).
    """
    require(actor, "plan.review", territory)
    label = needed(line(label), "snapshot.label", _("Donnez un nom à cet instantané."))
    if not Territory.objects.within(plan.territory).filter(pk=territory.pk).exists():
        raise Refused("snapshot.territory", _("Ce territoire n’est pas dans celui du plan."))
    for _reading in range(READINGS):
        before = marks_of(plan, territory)
        content = content_on(plan, territory, today())
        with transaction.atomic():
            Plan.objects.select_for_update().get(pk=plan.pk)
            if marks_of(plan, territory) == before:
                return _store(actor, plan, territory, label, content)
    raise Refused("snapshot.busy", _("Des fiches changent en ce moment même. Recommencez dans un instant."))


def _store(actor: Actor, plan: Plan, territory: Territory, label: str, content: dict[str, Any]) -> Snapshot:
    taken = Snapshot.objects.filter(plan=plan, territory=territory)
    if taken.filter(label=label).exists():
        raise Refused(
            "snapshot.already", _("Un instantané de ce nom existe déjà ici. Choisissez-en un autre.")
        )
    last = taken.order_by("-number").first()
    number = last.number + 1 if last else 1
    data = canonical({**content, "number": number, "label": label})
    snapshot: Snapshot = Snapshot.objects.create(
        plan=plan,
        territory=territory,
        number=number,
        supersedes=last,
        label=label,
        content=data,
        content_hash=fingerprint(data),
        frozen_at=now(),
        taken_by=actor.user if isinstance(actor, Agent) else None,
    )
    journal.record(actor, "plan.take_snapshot", snapshot)
    return snapshot


def canonical(content: dict[str, Any]) -> bytes:
    """The same data, always the same bytes: sorted keys, UTF-8, no space, no NaN."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return written.encode()


def fingerprint(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def data_of(snapshot: Snapshot) -> bytes:
    """The frozen bytes, checked. Raises Refused('snapshot.altered') where they are not those that were frozen."""
    data = bytes(snapshot.content)
    if fingerprint(data) != snapshot.content_hash:
        raise Refused(
            "snapshot.altered", _("Cet instantané ne correspond plus à son empreinte : il ne sert plus.")
        )
    return data


def content_of(snapshot: Snapshot) -> dict[str, Any]:
    """What the snapshot says, from its bytes alone. Raises Refused: snapshot.altered, snapshot.version."""
    content: dict[str, Any] = json.loads(data_of(snapshot))
    if content.get("format") != FORMAT or content.get("version") != VERSION:
        raise Refused("snapshot.version", _("Cet instantané a été écrit par une autre version du logiciel."))
    return content


def public_part(content: dict[str, Any]) -> dict[str, Any]:
    """The same without what was not public that day: drafts, leads' names, decisions of unpublished reviews.

    Nor who carries a decision: a free field, where a person may have been named.
    A regional or departmental committee reads drafts; the public never does.
    """
    return {
        **content,
        "objectives": [public_measures(one) for one in content["objectives"] if one["published"]],
        "programmes": [one for one in content["programmes"] if one["published"]],
        "actions": [
            {
                **public_measures(one),
                "lead": None,
                "decisions": [{**each, "owner": ""} for each in one["decisions"] if each["published"]],
            }
            for one in content["actions"]
            if one["published"]
        ],
    }
