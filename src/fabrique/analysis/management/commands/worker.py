"""`fabrique worker`: carries out the jobs, takes back those of a dead worker, seals the journal, tidies up.

Fed by the queue (django-tasks-db) and common.registry.periodic. Feeds every long job of the instance.
"""

from __future__ import annotations

import logging
import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils.crypto import get_random_string
from django_tasks.base import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from fabrique.accounts.actors import System
from fabrique.analysis.models import Run
from fabrique.analysis.services.leases import stop_asked
from fabrique.audit.services import seal_batch
from fabrique.common.registry import periodic

log = logging.getLogger("fabrique.worker")
#: the journal and the periodic tasks are seen to at most that often, in seconds
TIDY_EVERY = 60.0


class Command(BaseCommand):
    help = "Exécute les tâches en attente (analyses) et reprend celles qu’un arrêt brutal a laissées."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once",
            action="store_true",
            help="vide la file, y compris ce qu’un autre a laissé, puis s’arrête",
        )
        parser.add_argument(
            "--interval",
            type=float,
            default=1.0,
            help="secondes entre deux regards sur la file (1 par défaut)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop_asked.clear()
        former = {sign: signal.signal(sign, _stop) for sign in (signal.SIGTERM, signal.SIGINT)}
        try:
            self._loop(options["once"], max(0.05, options["interval"]))
        finally:
            for sign, handler in former.items():
                signal.signal(sign, handler)
            stop_asked.clear()

    def _loop(self, once: bool, interval: float) -> None:
        tidied = float("-inf")
        while not stop_asked.is_set():
            close_old_connections()
            if time.monotonic() - tidied >= TIDY_EVERY or once:
                tidy()
                tidied = time.monotonic()
            run_waiting_jobs()
            if once and not _something_left():
                tidy()
                return
            stop_asked.wait(interval)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """The job under way hands its run back at its next sign of life; then the loop ends."""
    stop_asked.set()


def run_waiting_jobs() -> None:
    """Carry out what waits in the queue, one job after the other, until it is empty or one is asked to
    stop."""
    while not stop_asked.is_set() and DBTaskResult.objects.ready().exists():
        Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        ).run()


def tidy() -> None:
    """Seal the journal and call what registered itself as periodic; one that fails does not stop the
    others."""
    for name, task in [("audit.seal", _seal), *periodic.items()]:
        try:
            task()
        except Exception as fault:  # the next one must still run
            log.error("periodic task %s: %s", name, type(fault).__name__)


def _seal() -> int:
    """Seal the journal, batch by batch, until nothing waits."""
    batches = 0
    while not stop_asked.is_set() and seal_batch(System("worker")) is not None:
        batches += 1
    return batches


def _something_left() -> bool:
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY).exists()
    return waiting or Run.objects.living().exists()
