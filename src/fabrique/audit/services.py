"""Verbs of the journal: write a line, seal what is unsealed, verify the chain.

Fed by common.journal (every verb of every app) and the worker. Feeds the auditor.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.audit.models import JournalLine, JournalSeal
from fabrique.common.clock import now

GENESIS = "0" * 64
BATCH = 500


@dataclass(frozen=True)
class Verification:
    """What `verify` found: lines checked, seals broken (their ids), lines not sealed yet and their age.

    Whoever keeps `last_hash` elsewhere can also tell that seals were cut off the end of the chain.
    """

    lines: int
    seals: int
    broken: tuple[int, ...]
    unsealed: int
    unsealed_age: timedelta | None
    last_hash: str = ""

    @property
    def ok(self) -> bool:
        return not self.broken


def write_line(actor: Actor, verb: str, obj: Any, reason: str) -> None:
    """Insert one unsealed line in the caller's transaction."""
    reference = getattr(obj, "public_id", None) or getattr(obj, "pk", "") or ""
    JournalLine.objects.create(
        at=now(),
        actor_kind=actor.kind,
        actor_reference=actor.reference,
        verb=verb,
        object_kind=obj._meta.label_lower,
        object_reference=str(reference),
        reason=reason,
    )


def _digest(previous: str, lines: list[JournalLine]) -> str:
    rows = [
        [
            line.pk,
            line.at.isoformat(),
            line.actor_kind,
            line.actor_reference,
            line.verb,
            line.object_kind,
            line.object_reference,
            line.reason,
        ]
        for line in lines
    ]
    payload = json.dumps([previous, rows], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(payload.encode()).hexdigest()


def seal_batch(actor: Actor) -> JournalSeal | None:
    """Seal up to 500 lines, oldest first; None where nothing waits. One short transaction."""
    require(actor, "audit.seal")
    with transaction.atomic():
        last = JournalSeal.objects.select_for_update().order_by("-pk").first()
        lines = list(JournalLine.objects.filter(seal=None).order_by("pk")[:BATCH])
        if not lines:
            return None
        previous = last.hash if last else GENESIS
        seal = JournalSeal.objects.create(
            sealed_at=now(), lines=len(lines), previous_hash=previous, hash=_digest(previous, lines)
        )
        JournalLine.objects.filter(pk__in=[line.pk for line in lines]).update(seal=seal)
    return seal


def verify(actor: Actor) -> Verification:
    """Recompute every seal in order. Reports the age of the oldest line that is not sealed yet."""
    require(actor, "audit.read")
    previous, broken, checked = GENESIS, [], 0
    seals = list(JournalSeal.objects.order_by("pk"))
    for seal in seals:
        lines = list(seal.sealed_lines.order_by("pk"))
        checked += len(lines)
        if (
            seal.previous_hash != previous
            or len(lines) != seal.lines
            or _digest(previous, lines) != seal.hash
        ):
            broken.append(seal.pk)
        previous = seal.hash
    waiting = JournalLine.objects.filter(seal=None).order_by("pk")
    oldest = waiting.first()
    return Verification(
        lines=checked,
        seals=len(seals),
        broken=tuple(broken),
        unsealed=waiting.count(),
        unsealed_age=now() - oldest.at if oldest else None,
        last_hash=seals[-1].hash if seals else "",
    )
