"""The job: check every row, then record them by chunks; a killed worker's import resumes without doubles.

Fed by the queue (tasks.py) and the command line. Feeds the corpus, the report and the rows to mend.
"""

from __future__ import annotations

import logging
import traceback

from django.db import transaction

from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.imports.enums import ROW_KINDS, ImportState, ImportStep
from fabrique.imports.services import checking, objects, recording, storage
from fabrique.imports.services.jobs import take_back_one
from fabrique.imports.services.leases import (
    MOST_ATTEMPTS,
    SYSTEM,
    Lease,
    LeaseLost,
    StopAsked,
    end_in_failure,
    take,
)
from fabrique.imports.services.refusals import refused
from fabrique_core.errors import CoreError

log = logging.getLogger("fabrique.imports")

#: what a change of the mapping mends: the import goes back to its columns
MENDED_BY_MAPPING = frozenset({"table.choices", "table.choice_long", "table.personal", "table.questions"})


def carry_out(import_id: int) -> str:
    """Carry out the step that an import waits for. Returns how it ended: « checked », « done », « lost »…

    Idempotent: an import that is over, given up or held by a living worker is left alone (« not_taken »).
    """
    lease = take(import_id)
    if lease is None:
        return "not_taken"
    try:
        return _step(lease)
    except LeaseLost:
        return "lost"
    except StopAsked:
        _hand_back(lease)
        return "handed_back"
    except CoreError as error:
        return _refuse(lease, refused(error))
    except Refused as refusal:
        return _refuse(lease, refusal)
    except Exception as fault:
        # the frames only: a message may hold a person's words
        log.error("import %s: %s\n%s", lease.job.public_id, type(fault).__name__, _frames(fault))
        if lease.attempt < MOST_ATTEMPTS:
            _hand_back(lease)
        else:
            _refuse(lease, refused(CoreError("import.unexpected")))
        return "unexpected"


def _step(lease: Lease) -> str:
    rows = lease.job.kind in ROW_KINDS
    if lease.job.step == ImportStep.CHECK:
        report = checking.check(lease) if rows else objects.check(lease)
        with transaction.atomic():
            lease.guard()
            lease.write(state=ImportState.CHECKED, report=report, lease_until=None)
            journal.record(SYSTEM, "imports.check", lease.job)
        return "checked"
    report = recording.record(lease) if rows else objects.record(lease)
    with transaction.atomic():
        lease.guard()
        lease.write(state=ImportState.DONE, report=report, finished_at=now(), lease_until=None)
        journal.record(SYSTEM, "imports.finish", lease.job)
    storage.forget(lease.job)
    return "done"


def _refuse(lease: Lease, refusal: Refused) -> str:
    """End in failure; where another mapping would do, go back to the columns instead."""
    back = refusal.code in MENDED_BY_MAPPING
    with transaction.atomic():
        try:
            lease.guard()
        except LeaseLost:
            return "lost"
        if back:
            lease.write(
                state=ImportState.DRAFT,
                error_code=refusal.code[:60],
                error_message=str(refusal),
                lease_until=None,
            )
        else:
            end_in_failure(lease.job, refusal.code, str(refusal))
    if not back:
        storage.forget(lease.job)
    return refusal.code


def _hand_back(lease: Lease) -> None:
    """Give the import back to the queue, where another worker takes it up."""
    with transaction.atomic():
        try:
            lease.guard()
        except LeaseLost:
            return
        take_back_one(lease.job)


def _frames(fault: Exception) -> str:
    return "".join(traceback.format_tb(fault.__traceback__))
