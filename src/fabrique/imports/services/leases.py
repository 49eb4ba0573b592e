"""Who has an import in hand: taking it, showing signs of life, losing it, ending it in failure.

Fed by the job. Feeds the progress page, and the worker that takes back what a killed one left.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from fabrique.accounts.actors import System
from fabrique.analysis.services.leases import LEASE, MOST_ATTEMPTS, LeaseLost, StopAsked, stop_asked
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.imports.enums import ImportState
from fabrique.imports.models import ImportJob

__all__ = ["LEASE", "MOST_ATTEMPTS", "SYSTEM", "Lease", "LeaseLost", "StopAsked", "end_in_failure", "take"]

SYSTEM = System("imports")
#: signs of life outside a transaction that writes rows: once a second at most
_EVERY = 1.0


@dataclass
class Lease:
    """An import in the hands of one worker. Every write goes through `write` or `guard`, which check it."""

    job: ImportJob
    attempt: int
    _last: float = field(default=0.0)

    def beat(self, done: int, total: int = 0) -> None:
        """Say how far it is and keep the lease. Raises LeaseLost, StopAsked."""
        if stop_asked.is_set():
            raise StopAsked
        moment = time.monotonic()
        if moment - self._last >= _EVERY:
            self._last = moment
            self.write(done=done, **({"total": total} if total else {}))

    def write(self, **values: object) -> None:
        """Write on the row while it is ours, and prolong the lease. Raises LeaseLost."""
        at = now()
        mine = ImportJob.objects.filter(pk=self.job.pk, attempt=self.attempt, state=ImportState.RUNNING)
        if not mine.update(**{"heartbeat_at": at, "lease_until": at + LEASE, **values}):
            raise LeaseLost

    def guard(self) -> None:
        """Inside a transaction that writes results: hold the row until it ends. Raises LeaseLost."""
        held = ImportJob.objects.select_for_update().filter(
            pk=self.job.pk, attempt=self.attempt, state=ImportState.RUNNING
        )
        if held.values_list("pk").first() is None:
            raise LeaseLost


def take(import_id: int) -> Lease | None:
    """Take an import that waits, or that its worker abandoned; None where it is not to be taken.

    After too many attempts at one step it is marked as failed instead.
    """
    at = now()
    free = Q(state=ImportState.QUEUED) | Q(state=ImportState.RUNNING, lease_until__lt=at)
    with transaction.atomic():
        job = ImportJob.objects.select_for_update().filter(free, pk=import_id).first()
        if job is None:
            return None
        if job.attempt >= MOST_ATTEMPTS:
            end_in_failure(job, "import.too_many_attempts")
            return None
        job.attempt += 1
        job.state = ImportState.RUNNING
        job.heartbeat_at, job.lease_until = at, at + LEASE
        job.save(update_fields=["attempt", "state", "heartbeat_at", "lease_until"])
    return Lease(
        ImportJob.objects.select_related("source", "perimeter", "asked_by").get(pk=job.pk), job.attempt
    )


def end_in_failure(job: ImportJob, code: str, message: str = "") -> None:
    """Mark an import as refused, with the code and the sentence of the reason. Called inside a transaction."""
    ImportJob.objects.filter(pk=job.pk).update(
        state=ImportState.FAILED,
        error_code=code[:60],
        error_message=message,
        finished_at=now(),
        lease_until=None,
    )
    journal.record(SYSTEM, "imports.fail", job, reason=code[:60])
