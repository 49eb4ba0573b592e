"""An import that is cut short, or done by two at once: nothing is lost, nothing doubled, counts are exact.

Fed by factories/imports.py. Feeds confidence in services.leases, services.recording and the worker.
"""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from fabrique.common.clock import now
from fabrique.common.registry import periodic
from fabrique.contributions.models import Contribution, Participation, Source
from fabrique.imports import services
from fabrique.imports.enums import ImportState
from fabrique.imports.models import ImportedRow, ImportJob
from fabrique.imports.services import leases, recording
from fabrique.imports.services.execution import carry_out
from tests.factories import imports as make
from tests.factories import territories
from tests.factories.territories import OPERATOR

ROWS = 90
SECRET = "un mot secret"


class Killed(BaseException):
    """Like kill -9: nothing of the job runs after it."""


def data(rows: int = ROWS) -> bytes:
    """Rows without a number, a third of which say the same thing."""
    body = [[f"Il faut un médecin, remarque {n // 3}" if n % 3 else "RAS"] for n in range(rows)]
    return make.csv_of([["Vos remarques sur la santé"], *body])


def told() -> list[str]:
    return sorted(text.raw_text for text in Contribution.objects.all())


def let_the_lease_expire(job: ImportJob) -> None:
    ImportJob.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))


def waiting() -> ImportJob:
    job = make.sent(data(), "remarques.csv")
    job.mapping["columns"][0]["role"] = "texte"
    make.checked(job, label="Remarques")
    services.confirm(OPERATOR, job=job, start=False)
    return job


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("chunks", [0, 1, 2, 3])
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_chunk_an_import_resumes_without_a_double(chunks, moment, occitanie, monkeypatch):
    job = waiting()
    write, done = recording._write, []

    def dying(*given):
        if moment == "after":
            write(*given)
        if len(done) == chunks:
            raise Killed
        done.append(1)
        if moment == "before":
            write(*given)

    with monkeypatch.context() as patched:
        patched.setattr(recording, "_write", dying)
        with pytest.raises(Killed):
            carry_out(job.pk)
    before = Participation.objects.count()
    assert before == min(ROWS, (chunks + (moment == "after")) * recording.CHUNK)
    assert carry_out(job.pk) == "not_taken"
    let_the_lease_expire(job)
    assert services.take_back_abandoned() == 1
    assert carry_out(job.pk) == "done"
    job.refresh_from_db()
    assert (Participation.objects.count(), job.report["added"], job.attempt) == (ROWS, ROWS, 2)
    assert ImportedRow.objects.count() == ROWS
    assert told().count("RAS") == ROWS // 3


@pytest.mark.django_db
@pytest.mark.both_databases
def test_killed_inside_a_chunk_nothing_of_it_is_kept(occitanie, monkeypatch):
    job = waiting()
    with monkeypatch.context() as patched:
        patched.setattr(ImportedRow.objects.__class__, "bulk_create", _die)
        with pytest.raises(Killed):
            carry_out(job.pk)
    assert not Participation.objects.exists()
    let_the_lease_expire(job)
    assert carry_out(job.pk) == "done"
    assert Participation.objects.count() == ROWS


def _die(*_given, **_named):
    raise Killed


@pytest.mark.django_db
@pytest.mark.both_databases
def test_killed_during_the_check_it_begins_again(occitanie, monkeypatch):
    job = make.sent(make.csv_of(make.TABLE), "tableau.csv")
    make.configured(job, label="Tableau")
    from fabrique.imports.services import checking

    with monkeypatch.context() as patched:
        patched.setattr(checking._Tally, "report", _die)
        with pytest.raises(Killed):
            carry_out(job.pk)
    let_the_lease_expire(job)
    assert carry_out(job.pk) == "checked"
    job.refresh_from_db()
    assert (job.report["errors"], job.issues.count()) == (2, 3)


@pytest.mark.django_db
def test_a_worker_whose_import_was_taken_over_writes_nothing_more(occitanie):
    job = waiting()
    first = leases.take(job.pk)
    let_the_lease_expire(job)
    second = leases.take(job.pk)
    assert second.attempt == first.attempt + 1
    for write in (lambda: first.write(done=9), first.guard):
        with pytest.raises(leases.LeaseLost):
            write()
    second.write(done=1)


@pytest.mark.django_db
def test_an_import_that_never_ends_is_refused_after_five_attempts(occitanie):
    job = waiting()
    for _ in range(leases.MOST_ATTEMPTS):
        assert leases.take(job.pk) is not None
        let_the_lease_expire(job)
    assert leases.take(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.error_code) == (ImportState.FAILED, "import.too_many_attempts")


@pytest.mark.django_db
def test_given_up_while_it_runs_an_import_stops_at_its_next_chunk(occitanie, monkeypatch):
    job = waiting()
    write = recording._write

    def interrupted(*given):
        write(*given)
        if Participation.objects.count() == recording.CHUNK:
            services.cancel(OPERATOR, job=job)

    monkeypatch.setattr(recording, "_write", interrupted)
    assert carry_out(job.pk) == "lost"
    job.refresh_from_db()
    assert job.state == ImportState.CANCELLED
    assert Participation.objects.count() == recording.CHUNK


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_back_a_lost_job_and_ends_it():
    territories.load_small()
    job = make.sent(data(), "remarques.csv")
    job.mapping["columns"][0]["role"] = "texte"
    services.configure(OPERATOR, job=job, mapping=job.mapping, unit="personne", label="Remarques")
    # claimed by a worker that died before it took the import
    DBTaskResult.objects.update(
        status=TaskResultStatus.RUNNING, started_at=now() - leases.LEASE - timedelta(seconds=5)
    )
    assert dict(periodic.items())["imports.take_back"]() == 1
    call_command("worker", "--once", "--interval", "0.1")
    job.refresh_from_db()
    assert job.state == ImportState.CHECKED
    services.confirm(OPERATOR, job=job)
    call_command("worker", "--once", "--interval", "0.1")
    job.refresh_from_db()
    assert (job.state, Participation.objects.count()) == (ImportState.DONE, ROWS)


@pytest.mark.django_db
def test_a_fault_hands_the_import_back_and_no_word_of_it_is_logged(occitanie, monkeypatch, caplog):
    job = waiting()
    monkeypatch.setattr(recording, "_write", _fail)
    assert carry_out(job.pk) == "unexpected"
    job.refresh_from_db()
    assert job.state == ImportState.QUEUED
    assert SECRET not in caplog.text


def _fail(*_given):
    raise ValueError(SECRET)


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_two_people_who_import_the_same_file_at_once_add_each_row_once_and_count_it_once():
    territories.load_small()
    jobs = [waiting(), waiting()]
    results: list[str] = []

    def work(job: ImportJob) -> None:
        try:
            results.append(carry_out(job.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["done", "done"]
    added = [ImportJob.objects.get(pk=job.pk).report["added"] for job in jobs]
    assert sum(added) == ROWS == Participation.objects.count()
    assert Source.objects.count() == 1
    known = [ImportJob.objects.get(pk=job.pk).report["known"] for job in jobs]
    assert sum(known) == ROWS
