"""Verbs on runs: ask for one, cancel it, make it current, take back those that a dead worker left.

Fed by the analysts and the worker. Feeds the job queue and the review screen.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.analysis.enums import LIVING, RunState
from fabrique.analysis.models import Assignment, Idea, Run, SetAside, Theme
from fabrique.analysis.services.corpus import contributions_of
from fabrique.analysis.services.leases import LEASE, SYSTEM
from fabrique.analysis.tasks import run_analysis
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.contributions.models import Source

ENCODERS = ("auto", "use", "lexical")
NAME_FINDERS = ("auto", "rules")
CHUNK = 500


def ask_run(
    actor: Actor, *, source: Source, seed: int = 2023, encoder: str = "auto", names: str = "auto"
) -> Run:
    """Ask for a run on the corpus as it will be when the job reads it; the job waits in the same transaction.

    `encoder`: « auto », « use » or « lexical »; `names`: « auto » (the French model where it is installed) or
    « rules ». Raises Refused('run.already_alive'), Refused('run.nothing_to_read'), Refused('run.parameters').
    """
    require(actor, "analysis.run", source.perimeter)
    if encoder not in ENCODERS or names not in NAME_FINDERS or not 0 <= seed < 2**31:
        raise Refused(
            "run.parameters", _("Ces réglages d’analyse n’existent pas. Choisissez-les dans la liste.")
        )
    with transaction.atomic():
        Source.objects.select_for_update().get(pk=source.pk)
        if Run.objects.living().filter(source=source).exists():
            raise Refused(
                "run.already_alive",
                _("Une analyse de cette consultation est déjà en cours. Attendez sa fin, ou abandonnez-la."),
            )
        if not contributions_of(source).exists():
            raise Refused(
                "run.nothing_to_read",
                _("Personne n’a encore écrit de texte libre ici : il n’y a rien à analyser."),
            )
        run = Run.objects.create(
            source=source,
            seed=seed,
            parameters={"encoder": encoder, "names": names},
            asked_by=actor.user if isinstance(actor, Agent) else None,
            asked_at=now(),
        )
        enqueue(run)
        journal.record(actor, "analysis.run", run)
    return run


def enqueue(run: Run) -> None:
    """Put the run's job in the queue and remember which one it is. Called inside a transaction."""
    run.job_id = str(run_analysis.enqueue(run.pk).id)
    run.save(update_fields=["job_id"])


def execute_run(run_id: int) -> str:
    """Carry out a run, or take it up again where it was left; a code says how it ended (see
    services.execution).

    The engine is loaded here and not before: the site starts without it.
    """
    from fabrique.analysis.services.execution import carry_out

    return carry_out(run_id)


def cancel_run(actor: Actor, *, run: Run) -> Run:
    """Give up a run that waits or is under way; its worker stops at the next sign of life."""
    require(actor, "analysis.run", run.source.perimeter)
    with transaction.atomic():
        run = Run.objects.select_for_update().select_related("source").get(pk=run.pk)
        if run.state not in LIVING:
            raise Refused("run.ended", _("Cette analyse n’est plus en cours : il n’y a rien à abandonner."))
        run.state, run.finished_at, run.lease_until = RunState.CANCELLED, now(), None
        run.save(update_fields=["state", "finished_at", "lease_until"])
        journal.record(actor, "analysis.cancel_run", run)
    return run


def make_current(actor: Actor, *, run: Run) -> Run:
    """Make a finished run the one that people work on; the decisions taken on the former one stay with it."""
    require(actor, "analysis.decide", run.source.perimeter)
    with transaction.atomic():
        Source.objects.select_for_update().get(pk=run.source_id)
        run = Run.objects.select_for_update().select_related("source").get(pk=run.pk)
        if run.state != RunState.DONE:
            raise Refused(
                "run.not_done", _("Cette analyse n’est pas terminée : elle ne peut pas servir de référence.")
            )
        if not run.is_current:
            Run.objects.filter(source=run.source_id, is_current=True).update(is_current=False)
            run.is_current = True
            run.save(update_fields=["is_current"])
            journal.record(actor, "analysis.make_current", run)
    return run


def may_replace_current(run: Run) -> bool:
    """Whether the run may become current by itself: nobody decided anything on the present one."""
    current = Run.objects.current_of(run.source_id)
    return current is None or not Theme.objects.decided().filter(run=current).exists()


def take_back_abandoned() -> int:
    """Put back in the queue the runs whose worker died, or whose job got lost; how many."""
    taken = 0
    for run in [*Run.objects.abandoned(), *Run.objects.filter(state=RunState.QUEUED)]:
        with transaction.atomic():
            locked = Run.objects.select_for_update().get(pk=run.pk)
            if locked.state not in LIVING or (locked.state == RunState.RUNNING and _held(locked)):
                continue
            if locked.state == RunState.QUEUED and not _job_is_lost(locked):
                continue
            _close_job(locked)
            locked.state = RunState.QUEUED
            locked.save(update_fields=["state"])
            enqueue(locked)
            journal.record(SYSTEM, "analysis.take_back", locked)
        taken += 1
    return taken


def _held(run: Run) -> bool:
    return run.lease_until is not None and run.lease_until >= now()


def _job(run: Run) -> Any:
    return DBTaskResult.objects.filter(pk=UUID(run.job_id)).first() if run.job_id else None


def _job_is_lost(run: Run) -> bool:
    """A waiting run whose job is gone, has ended, or was claimed long ago by a worker that never took the
    run."""
    job = _job(run)
    if job is None or job.status in (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED):
        return True
    return bool(job.status == TaskResultStatus.RUNNING and job.started_at < now() - LEASE)


def _close_job(run: Run) -> None:
    """A killed worker leaves its job running for ever: it is marked as failed, another takes its place."""
    if run.job_id:
        DBTaskResult.objects.filter(pk=UUID(run.job_id), status=TaskResultStatus.RUNNING).update(
            status=TaskResultStatus.FAILED, finished_at=now(), exception_class_path="builtins.TimeoutError"
        )


def clear_drafts() -> int:
    """Remove, by chunks, what failed and cancelled runs had stored; how many rows went."""
    removed = 0
    for run in Run.objects.filter(state__in=[RunState.FAILED, RunState.CANCELLED]):
        removed += clear_results(run)
    return removed


def clear_results(run: Run) -> int:
    """Remove the themes, assignments, ideas and set-aside rows of a run that is not done, 500 at a time."""
    removed = 0
    for model, key in ((Assignment, "idea__run"), (Theme, "run"), (Idea, "run"), (SetAside, "run")):
        while pks := list(model.objects.filter(**{key: run}).values_list("pk", flat=True)[:CHUNK]):
            with transaction.atomic():
                model.objects.filter(pk__in=pks).delete()
            removed += len(pks)
    return removed
