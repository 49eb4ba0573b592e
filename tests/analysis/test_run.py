"""A run from its asking to its end: what it reads, what it stores, what it sets aside, who may ask.

Fed by factories/analysis.py. Feeds confidence in services.runs and services.execution.
"""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult

from fabrique.accounts.actors import Agent, Respondent
from fabrique.analysis import services
from fabrique.analysis.enums import RunState
from fabrique.analysis.models import Assignment, Idea, Run, Theme
from fabrique.analysis.services import leases
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.models import Contribution
from tests.factories import analysis as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def source(occitanie):
    return make.corpus()


def test_asking_queues_the_run_with_its_job_and_a_line_in_the_journal(analyst: Agent, source):
    run = services.ask_run(analyst, source=source, seed=5, encoder="lexical")
    assert (run.state, run.seed, run.asked_by) == (RunState.QUEUED, 5, analyst.user)
    job = DBTaskResult.objects.get(pk=run.job_id)
    assert job.args_kwargs["args"] == [run.pk]
    assert JournalLine.objects.filter(verb="analysis.run", object_reference=run.public_id).count() == 1


def test_asking_in_a_transaction_that_fails_leaves_neither_run_nor_job(source):
    def asked_then_failed() -> None:
        with transaction.atomic():
            services.ask_run(OPERATOR, source=source)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        asked_then_failed()
    assert not Run.objects.exists()
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("who", ["reader", "moderator", "editor"])
def test_only_an_analyst_asks_for_a_run(who, request, source):
    with pytest.raises(Forbidden):
        services.ask_run(request.getfixturevalue(who), source=source)


def test_a_respondent_does_not_ask_for_a_run(source):
    with pytest.raises(Forbidden):
        services.ask_run(Respondent(), source=source)


def test_a_source_has_one_living_run(source):
    services.ask_run(OPERATOR, source=source)
    with pytest.raises(Refused) as refused:
        services.ask_run(OPERATOR, source=source)
    assert refused.value.code == "run.already_alive"


def test_the_database_itself_refuses_two_living_runs(source):
    run = services.ask_run(OPERATOR, source=source)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(source=source, asked_at=run.asked_at)


def test_a_source_without_a_text_is_not_analysed(occitanie):
    empty = make.source()
    with pytest.raises(Refused) as refused:
        services.ask_run(OPERATOR, source=empty)
    assert refused.value.code == "run.nothing_to_read"


@pytest.mark.parametrize("wrong", [{"encoder": "gpt"}, {"names": "all"}, {"seed": -1}])
def test_unknown_parameters_are_refused(source, wrong):
    with pytest.raises(Refused) as refused:
        services.ask_run(OPERATOR, source=source, **wrong)
    assert refused.value.code == "run.parameters"


def test_a_run_reads_every_text_and_says_what_it_set_aside(source):
    run = make.finished_run(source)
    read = set(Idea.objects.filter(run=run).values_list("contribution_id", flat=True))
    aside = dict(run.set_aside.values_list("contribution_id", "reason"))
    everything = set(Contribution.objects.of_source(source).values_list("pk", flat=True))
    assert read | set(aside) == everything
    assert not read & set(aside)
    assert sorted(aside.values()) == ["no_word", "non_answer", "non_answer"]
    assert run.corpus_contributions == len(everything)


def test_a_run_finds_the_four_subjects(source):
    run = make.finished_run(source)
    purity = []
    for theme in Theme.objects.filter(run=run, children=None):
        texts = [a.idea.contribution.raw_text for a in theme.assignments.select_related("idea__contribution")]
        found = [subject for subject, text in make.sentences() if text in texts]
        if found:
            purity.append(max(found.count(s) for s in make.SUBJECTS) / len(found))
    assert len(purity) >= 4
    assert sum(purity) / len(purity) > 0.8


def test_every_idea_is_an_exact_passage_with_a_word_in_it(source):
    run = make.finished_run(source)
    for idea in Idea.objects.filter(run=run).select_related("contribution"):
        passage = idea.contribution.raw_text[idea.start : idea.end]
        assert passage
        assert any(character.isalnum() for character in passage)


def test_the_masked_text_hides_what_the_run_found(source):
    make.finished_run(source)
    contribution = make.contribution_containing(source, "06 12 34 56 78")
    assert "06 12" not in contribution.masked_text
    assert "Lefort" not in contribution.masked_text
    assert "06 12 34 56 78" in contribution.raw_text


def test_a_campaign_is_one_family_and_shown(source):
    run = make.finished_run(source)
    found = services.campaigns(run)
    assert [(c.contributions, c.participations) for c in found] == [(4, 4)]
    assert found[0].example == make.CAMPAIGN


def test_the_end_of_a_run_makes_it_current_with_its_fingerprint(source):
    run = make.finished_run(source)
    assert (run.state, run.is_current) == (RunState.DONE, True)
    assert run.corpus_fingerprint == services.corpus_fingerprint(source)
    assert Run.objects.current_of(source) == run
    assert run.engine_version.startswith("1 · lexical")


def test_a_later_text_changes_the_fingerprint_of_the_source_not_that_of_the_run(source):
    run = make.finished_run(source)
    make.participations(source, [make.submission({"needs": "Encore un mot."})])
    assert services.corpus_fingerprint(source) != run.corpus_fingerprint
    assert services.corpus_fingerprint(source, run.corpus_upto) == run.corpus_fingerprint


def test_carrying_out_a_finished_run_again_changes_nothing(source):
    run = make.finished_run(source)
    before = make.summary_of(run)
    assert services.execute_run(run.pk) == "not_taken"
    assert make.summary_of(run) == before


def test_a_second_run_replaces_the_first_while_nobody_decided(source):
    first = make.finished_run(source)
    second = make.finished_run(source)
    first.refresh_from_db()
    assert (first.is_current, second.is_current) == (False, True)
    assert make.summary_of(first) == make.summary_of(second)


def test_a_second_run_waits_beside_decisions_until_somebody_makes_it_current(source, analyst):
    first = make.finished_run(source)
    make.accepted(analyst, make.some_theme(first))
    second = make.finished_run(source)
    assert Run.objects.current_of(source) == first
    assert not second.is_current
    services.make_current(analyst, run=second)
    assert Run.objects.current_of(source) == second


def test_an_unfinished_run_is_not_made_current(source, analyst):
    run = services.ask_run(analyst, source=source)
    with pytest.raises(Refused) as refused:
        services.make_current(analyst, run=run)
    assert refused.value.code == "run.not_done"


def test_texts_that_all_say_nothing_end_the_run_with_the_reason(occitanie):
    source = make.source()
    make.participations(source, [make.submission({"needs": "RAS"}), make.submission({"needs": "néant"})])
    run = services.ask_run(OPERATOR, source=source, encoder="lexical", names="rules")
    assert services.execute_run(run.pk) == "analysis.nothing_left"
    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "analysis.nothing_left")


def test_a_cancelled_run_is_not_carried_out_and_leaves_nothing(source, analyst):
    run = services.ask_run(analyst, source=source, encoder="lexical", names="rules")
    services.cancel_run(analyst, run=run)
    assert services.execute_run(run.pk) == "not_taken"
    assert not Idea.objects.filter(run=run).exists()
    with pytest.raises(Refused) as refused:
        services.cancel_run(analyst, run=run)
    assert refused.value.code == "run.ended"


def test_cancelling_under_way_stops_the_worker_and_the_draft_is_cleared(source, analyst, monkeypatch):
    run = services.ask_run(analyst, source=source, encoder="lexical", names="rules")
    beat = leases.Lease.beat

    def cancelled_in_the_middle(self, step, done, total, *, force=False):
        if step == "themes":
            services.cancel_run(analyst, run=run)
        beat(self, step, done, total, force=True)

    monkeypatch.setattr(leases.Lease, "beat", cancelled_in_the_middle)
    assert services.execute_run(run.pk) == "lost"
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert Idea.objects.filter(run=run).exists()
    assert services.clear_drafts() > 0
    assert not Idea.objects.filter(run=run).exists()
    assert not Theme.objects.filter(run=run).exists()


def test_no_transaction_of_a_run_writes_more_than_500_assignments(occitanie, monkeypatch):
    sizes = []
    bulk_create = Assignment.objects.bulk_create

    def counted(rows, **options):
        sizes.append(len(rows))
        return bulk_create(rows, **options)

    monkeypatch.setattr(Assignment.objects, "bulk_create", counted)
    run = make.finished_run(make.corpus(extra=[text for _s, text in make.sentences(44)] * 3))
    assert sum(sizes) == Assignment.objects.filter(idea__run=run).count() > 500
    assert max(sizes) <= 500
