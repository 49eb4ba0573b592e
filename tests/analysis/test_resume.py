"""A run that is cut short: at each step, by a crash, a stop, a lost lease or a withdrawal, it ends the same.

Fed by factories/analysis.py. Feeds confidence in services.leases, services.execution and the worker.
"""

from __future__ import annotations

import os
from datetime import timedelta

import numpy as np
import pytest
from django.core.management import call_command
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from fabrique.accounts.actors import Respondent
from fabrique.analysis import services
from fabrique.analysis.enums import RunState, RunStep
from fabrique.analysis.models import Assignment, Idea, Quote, Run, SetAside, Theme
from fabrique.analysis.services import execution, leases, vectors
from fabrique.audit.models import JournalLine, JournalSeal
from fabrique.common.clock import now
from fabrique.common.registry import periodic
from fabrique.contributions.enums import ErasureReason
from fabrique.contributions.models import Contribution
from fabrique.contributions.services import erase_participation
from fabrique_core.text.embed import VectorCache
from tests.factories import analysis as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


class Killed(BaseException):
    """Like kill -9: nothing of the job runs after it."""


class StandInEncoder:
    """A sentence encoder small enough for tests: letters counted, always the same bytes."""

    name, version, dimensions = "essai", "essai-1", 26
    encoded: list[str] = []

    def encode_one(self, text: str) -> np.ndarray:
        self.encoded.append(text)
        counts = np.array([text.count(chr(97 + i)) for i in range(26)], dtype=np.float32) + 0.01
        return counts / np.linalg.norm(counts)


@pytest.fixture
def encoder(monkeypatch):
    StandInEncoder.encoded = []
    monkeypatch.setattr(execution, "load_encoder", lambda choice: (StandInEncoder(), None))
    return StandInEncoder


@pytest.fixture(autouse=True)
def private_cache(settings, tmp_path):
    settings.FABRIQUE_CACHE = tmp_path


@pytest.fixture
def source(occitanie):
    return make.corpus()


def asked(source) -> Run:
    return services.ask_run(OPERATOR, source=source, encoder="lexical", names="rules")


def kill_at(monkeypatch, step: str, *, after: int = 1) -> None:
    """The process dies at the n-th sign of life of a step."""
    beat, met = leases.Lease.beat, []

    def dying(self, name, done, total, *, force=False):
        beat(self, name, done, total, force=True)
        if name == step:
            met.append(done)
            if len(met) == after:
                raise Killed

    monkeypatch.setattr(leases.Lease, "beat", dying)


def let_the_lease_expire(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(lease_until=now() - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("step", "after"),
    [("lecture", 1), ("lecture", 2), ("preparation", 1), ("preparation", 2), ("preparation", 3),
    ("vecteurs", 1),
     ("themes", 1), ("themes", 9), ("enregistrement", 1), ("enregistrement", 2)],
)  # fmt: skip
def test_killed_at_any_step_a_run_resumes_and_finds_the_same(step, after, source, monkeypatch):
    expected = make.summary_of(make.finished_run(source))
    run = asked(source)
    with monkeypatch.context() as dying:
        kill_at(dying, step, after=after)
        with pytest.raises(Killed):
            services.execute_run(run.pk)
    assert services.execute_run(run.pk) == "not_taken"
    let_the_lease_expire(run)
    assert services.take_back_abandoned() == 1
    assert services.execute_run(run.pk) == "done"
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.DONE, 2)
    assert make.summary_of(run) == expected


def test_what_was_prepared_is_not_prepared_again(source, monkeypatch):
    run = asked(source)
    with monkeypatch.context() as dying:
        kill_at(dying, RunStep.PREPARE, after=2)
        with pytest.raises(Killed):
            services.execute_run(run.pk)
    done = Idea.objects.filter(run=run).values("contribution").distinct().count() + run.set_aside.count()
    assert done == execution.PREPARE_CHUNK
    prepared = []
    prepare_one = execution.prepare_one
    monkeypatch.setattr(execution, "prepare_one", lambda *a: prepared.append(1) or prepare_one(*a))
    let_the_lease_expire(run)
    assert services.execute_run(run.pk) == "done"
    assert len(prepared) == run.source.participations.count() - done


def test_vectors_computed_before_a_kill_are_not_computed_again(source, encoder, monkeypatch):
    run = asked(source)
    with monkeypatch.context() as dying:
        kill_at(dying, RunStep.THEMES)
        with pytest.raises(Killed):
            services.execute_run(run.pk)
    assert encoder.encoded
    encoder.encoded.clear()
    let_the_lease_expire(run)
    assert services.execute_run(run.pk) == "done"
    assert encoder.encoded == []


def test_a_worker_whose_run_was_taken_over_writes_nothing_more(source):
    run = asked(source)
    first = leases.take(run.pk)
    let_the_lease_expire(run)
    second = leases.take(run.pk)
    assert second.attempt == first.attempt + 1
    for write in (lambda: first.beat("themes", 1, 2, force=True), lambda: first.write(done=9), first.guard):
        with pytest.raises(leases.LeaseLost):
            write()
    second.beat("themes", 1, 2, force=True)


def test_a_living_lease_is_not_taken(source):
    run = asked(source)
    assert leases.take(run.pk) is not None
    assert leases.take(run.pk) is None
    assert services.take_back_abandoned() == 0


def test_a_run_that_always_dies_ends_as_failed(source):
    run = asked(source)
    for _attempt in range(leases.MOST_ATTEMPTS):
        assert leases.take(run.pk) is not None
        let_the_lease_expire(run)
    assert leases.take(run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "run.too_many_attempts")


def test_an_unexpected_fault_is_tried_again_and_its_words_never_reach_the_log(source, monkeypatch, caplog):
    run = asked(source)
    words = make.WITH_A_NAME
    with monkeypatch.context() as broken:

        def fails(*_given, **_named):
            raise ValueError(words)

        broken.setattr(execution, "conclude", fails)
        assert services.execute_run(run.pk) == "unexpected"
    assert "Lefort" not in caplog.text
    run.refresh_from_db()
    assert run.state == RunState.QUEUED
    assert services.execute_run(run.pk) == "done"


def test_asked_to_stop_a_run_is_handed_back_with_a_new_job(source):
    run = asked(source)
    leases.stop_asked.set()
    try:
        assert services.execute_run(run.pk) == "handed_back"
    finally:
        leases.stop_asked.clear()
    former, run_now = run.job_id, Run.objects.get(pk=run.pk)
    assert run_now.state == RunState.QUEUED
    assert run_now.job_id != former
    assert services.execute_run(run.pk) == "done"


def test_a_withdrawal_during_a_run_makes_it_start_again_on_what_is_left(source, encoder, monkeypatch):
    run = asked(source)
    gone = make.contribution_containing(source, "docteur").participation
    beat, done = leases.Lease.beat, []

    def withdrawn_in_the_middle(self, step, *given, **named):
        if step == RunStep.EMBED and not done:
            done.append(1)
            erase_participation(OPERATOR, participation=gone, reason=ErasureReason.RIGHTS)
        beat(self, step, *given, **named)

    monkeypatch.setattr(leases.Lease, "beat", withdrawn_in_the_middle)
    assert services.execute_run(run.pk) == "done"
    run.refresh_from_db()
    assert run.corpus_contributions == Contribution.objects.of_source(source).count()
    assert run.corpus_fingerprint == services.corpus_fingerprint(source)
    kept = vectors._stored(vectors.cache_folder(source) / "essai-1")
    copies = {text for text in encoder.encoded if "docteur de famille" in text}
    cache = VectorCache(vectors.cache_folder(source), "essai-1", vectors.cache_keys()[0])
    still = {cache.digest(text) for text in copies} & kept
    left = {c.raw_text.lower() for c in Contribution.objects.of_source(source)}
    assert len(still) == len({text for text in copies if any(text in raw for raw in left)})


def test_erasing_takes_ideas_assignments_quotes_and_vectors_away(source, encoder, analyst):
    run = make.finished_run(source)
    theme = make.some_theme(run)
    idea = make.idea_of(theme)
    services.approve_quote(
        analyst, theme=theme, contribution=idea.contribution, start=idea.start, end=idea.end
    )
    folder = vectors.cache_folder(source) / "essai-1"
    before = len(vectors._stored(folder))
    person, text = idea.contribution.participation, idea.contribution.pk
    central = [t for t in Theme.objects.filter(run=run) if idea.pk in t.central_ideas]
    erase_participation(Respondent(), participation=person, reason=ErasureReason.WITHDRAWN)
    assert not Idea.objects.filter(contribution=text).exists()
    assert not Assignment.objects.filter(idea=idea.pk).exists()
    assert not Quote.objects.exists()
    assert not SetAside.objects.filter(contribution=text).exists()
    assert len(vectors._stored(folder)) == before - 1
    for row in Theme.objects.filter(pk__in=[t.pk for t in central]):
        assert idea.pk not in row.central_ideas
    assert services.withdrawals_since(source, run.corpus_read_at) == 1


def test_a_half_written_file_of_a_killed_job_goes_with_the_next_erasure(source, encoder):
    make.finished_run(source)
    folder = vectors.cache_folder(source) / "essai-1"
    torn, at_work = folder / "torn.part", folder / "at-work.part"
    for path in (torn, at_work):
        path.write_bytes(b"vectors")
    long_ago = torn.stat().st_mtime - vectors.TORN_AFTER - 60
    os.utime(torn, (long_ago, long_ago))
    gone = source.participations.order_by("pk").first()
    erase_participation(OPERATOR, participation=gone, reason=ErasureReason.RIGHTS)
    assert not torn.exists()
    assert at_work.exists()


def test_the_names_of_cached_vectors_tell_nothing_without_the_key(source, encoder):
    make.finished_run(source)
    folder = vectors.cache_folder(source)
    guessed = VectorCache(folder, "essai-1", b"")
    assert encoder.encoded
    assert not {guessed.digest(text) for text in encoder.encoded} & vectors._stored(folder / "essai-1")


@pytest.mark.django_db(transaction=True)
def test_the_worker_drains_the_queue_seals_the_journal_and_stops(source):
    run = asked(source)
    call_command("worker", "--once", "--interval", "0.05")
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert DBTaskResult.objects.get(pk=run.job_id).status == TaskResultStatus.SUCCESSFUL
    assert JournalSeal.objects.exists()
    assert not JournalLine.objects.filter(seal=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_back_what_a_dead_one_left_and_closes_its_job(source):
    run = asked(source)
    DBTaskResult.objects.get(pk=run.job_id).claim("a worker that died")
    leases.take(run.pk)
    let_the_lease_expire(run)
    call_command("worker", "--once", "--interval", "0.05")
    assert DBTaskResult.objects.get(pk=run.job_id).status == TaskResultStatus.FAILED
    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.DONE, 2)


def test_a_job_lost_before_its_run_was_taken_is_replaced(source):
    run = asked(source)
    DBTaskResult.objects.filter(pk=run.job_id).delete()
    assert services.take_back_abandoned() == 1
    run.refresh_from_db()
    assert DBTaskResult.objects.filter(pk=run.job_id, status=TaskResultStatus.READY).exists()


@pytest.mark.django_db(transaction=True)
def test_a_periodic_task_that_fails_does_not_stop_the_worker(occitanie, monkeypatch):
    called = []

    def fails() -> int:
        raise RuntimeError

    monkeypatch.setattr(periodic, "_entries", {"one": fails, "two": lambda: called.append(1) or 0})
    call_command("worker", "--once", "--interval", "0.05")
    assert called
