"""Who has a run in hand: taking it, showing signs of life, losing it, handing it back.

Fed by the job. Feeds the progress page, and the worker that takes back what a killed one left.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from fabrique.accounts.actors import System
from fabrique.analysis.enums import RunState
from fabrique.analysis.models import Run
from fabrique.common import journal
from fabrique.common.clock import now

#: without a sign for that long, the worker is taken for dead
LEASE = timedelta(seconds=180)
#: a run that was taken that many times and never ended is not tried again
MOST_ATTEMPTS = 5
#: signs of life are written once a second at most
_EVERY = 1.0

SYSTEM = System("analysis")
#: set by the worker when it is asked to stop; the run is then handed back at the next sign of life
stop_asked = threading.Event()


class LeaseLost(Exception):
    """Cancelled, or taken by another worker: stop without writing anything more."""


class StopAsked(Exception):
    """The worker was told to stop."""


@dataclass
class Lease:
    """A run in the hands of one worker. Every write goes through `guard` or `beat`, which check that it
    still is."""

    run: Run
    attempt: int
    _last: float = field(default=0.0)

    def beat(self, step: str, done: int, total: int, *, force: bool = False) -> None:
        """Say how far the run is and keep the lease. Raises LeaseLost, StopAsked."""
        if stop_asked.is_set():
            raise StopAsked
        moment = time.monotonic()
        if not force and step == self.run.step and moment - self._last < _EVERY:
            return
        self._last = moment
        self.run.step = step
        at = now()
        self.write(step=step, done=done, total=total, heartbeat_at=at, lease_until=at + LEASE)

    def write(self, **values: object) -> None:
        """Write on the run's row while it is ours. Raises LeaseLost."""
        rows = Run.objects.filter(pk=self.run.pk, attempt=self.attempt, state=RunState.RUNNING)
        if not rows.update(**values):
            raise LeaseLost

    def guard(self) -> None:
        """Inside a transaction that writes results: hold the row until it ends. Raises LeaseLost."""
        held = Run.objects.select_for_update().filter(
            pk=self.run.pk, attempt=self.attempt, state=RunState.RUNNING
        )
        if held.values_list("pk").first() is None:
            raise LeaseLost


def take(run_id: int) -> Lease | None:
    """Take a run that waits, or that its worker abandoned; None where it is not to be taken.

    After too many attempts the run is marked as failed instead.
    """
    at = now()
    free = Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, lease_until__lt=at)
    with transaction.atomic():
        run = Run.objects.select_for_update().filter(free, pk=run_id).select_related("source").first()
        if run is None:
            return None
        if run.attempt >= MOST_ATTEMPTS:
            end_in_failure(run, "run.too_many_attempts")
            return None
        run.attempt += 1
        run.state = RunState.RUNNING
        run.heartbeat_at, run.lease_until = at, at + LEASE
        run.save(update_fields=["attempt", "state", "heartbeat_at", "lease_until"])
    return Lease(run, run.attempt)


def end_in_failure(run: Run, code: str) -> None:
    """Mark a run as failed, with the code of the reason. Called inside a transaction."""
    Run.objects.filter(pk=run.pk).update(
        state=RunState.FAILED, error_code=code[:60], finished_at=now(), lease_until=None
    )
    journal.record(SYSTEM, "analysis.fail_run", run, reason=code[:60])
