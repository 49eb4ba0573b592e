"""What the worker does for e-mail: send what was just written, what is due again, forget what is past.

Fed by send_later (a job in the same transaction) and common.registry.periodic. Feeds services.
"""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task
from django_tasks_db.models import DBTaskResult

from fabrique.accounts.actors import System
from fabrique.common.clock import now
from fabrique.subscriptions.services import transport
from fabrique.subscriptions.services.asking import end_expired
from fabrique.subscriptions.services.outbox import forget_old_messages, send_due
from fabrique.subscriptions.services.throttle import forget_old_windows

SENDER = System("subscriptions.outbox")


@task()
def deliver() -> int:
    """Send what is due; returns how many messages left."""
    return send_due(SENDER).sent


def ask_delivery() -> None:
    """Have the worker look at the outbox at once, unless it is already asked to. In the verb's transaction."""
    waiting = DBTaskResult.objects.ready().filter(task_path=deliver.module_path)
    if transport.configured() and not waiting.exists():
        deliver.enqueue()


def send_what_is_due() -> int:
    """Every minute: messages whose time has come, and those to try again."""
    return send_due(SENDER).sent


def forget() -> int:
    """Addresses past their term, old rows, old counts, jobs done; returns how many rows went."""
    keeper = System("subscriptions.expiry")
    done = DBTaskResult.objects.filter(
        task_path=deliver.module_path, finished_at__lt=now() - timedelta(days=1)
    ).delete()[0]
    return end_expired(keeper) + forget_old_messages(keeper) + forget_old_windows() + done
