"""One analysis over several sources: gathering, rights, the frozen manifest, figures by unit, erasure.

Fed by factories/common.py. Feeds confidence in a figure common to forty workshops and three channels.
"""

from __future__ import annotations

import json

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services
from fabrique.analysis.models import GatheredSource, Idea, Run, RunSource
from fabrique.analysis.services.figures import evaluate
from fabrique.analysis.services.reading import Reading
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Channel, ErasureReason, SourceKind, Unit
from fabrique.contributions.models import Contribution, ModerationReason, Participation, Source
from fabrique.contributions.services import erase_participation, moderate
from tests.factories import accounts
from tests.factories import analysis as corpus
from tests.factories import common as make
from tests.factories.territories import OPERATOR, department, region

pytestmark = pytest.mark.django_db


def two(label="Atelier", texts=("Il faut un bus.",), **given):
    return [make.heard(f"{label} {n}", texts=texts, **given) for n in (1, 2)]


def parts(sources):
    return [services.Part(source) for source in sources]


@pytest.fixture
def analyst(personas):
    return personas[RoleCode.ANALYST]


def refused(code, verb, *args, **given):
    with pytest.raises(Refused) as found:
        verb(*args, **given)
    assert found.value.code == code


def test_gathering_the_same_twice_gives_the_first_and_another_under_its_name_is_refused(analyst) -> None:
    sources = two()
    common = services.gather(analyst, label=" Les  ateliers ", parts=parts(sources))
    assert (common.kind, common.label, common.perimeter) == (
        SourceKind.COMMON,
        "Les ateliers",
        department("46"),
    )
    assert services.gather(analyst, label="Les ateliers", parts=parts(sources)) == common
    refused("common.label_taken", services.gather, analyst, label="Les ateliers", parts=parts(sources[::-1]))
    assert [part.source for part in services.parts_of(common)] == sources


def test_what_cannot_be_gathered(analyst) -> None:
    first, second = two()
    common = services.gather(analyst, label="Deux", parts=parts([first, second]))
    refused("common.few", services.gather, analyst, label="Un", parts=parts([first]))
    refused("common.few", services.gather, analyst, label="Deux fois", parts=parts([first, first]))
    refused("common.nested", services.gather, analyst, label="Poupée", parts=parts([first, common]))
    refused("common.label", services.gather, analyst, label="  ", parts=parts([first, second]))
    wrong = [services.Part(first, ("absent",)), services.Part(second)]
    refused("common.question", services.gather, analyst, label="Question", parts=wrong)
    assert not Source.objects.common().exclude(pk=common.pk).exists()


def test_the_perimeter_is_the_smallest_that_covers_the_sources(analyst) -> None:
    near = make.heard("Atelier du Gard", place=department("30"))
    common = services.gather(analyst, label="Deux départements", parts=parts([two()[0], near]))
    assert common.perimeter == region()


def test_only_sources_of_ones_own_territories_are_gathered(personas) -> None:
    local = accounts.agent(RoleCode.ANALYST, department("46"))
    here, there = two()
    away = make.heard("Atelier du Gard", place=department("30"))
    assert services.gather(local, label="Ici", parts=parts([here, there])).perimeter == department("46")
    with pytest.raises(Forbidden):
        services.gather(local, label="Ailleurs", parts=parts([here, away]))
    assert away not in services.gatherable(local)
    with pytest.raises(Forbidden):
        services.gather(personas[RoleCode.EDITOR], label="Sans le droit", parts=parts([here, there]))


@pytest.mark.both_databases
def test_a_run_over_several_sources_freezes_each_with_its_count_and_hash_and_is_made_again_alike(
    analyst,
) -> None:
    sentences = [text for _subject, text in corpus.sentences(8)]
    asked = corpus.source("Consultation")
    corpus.participations(
        asked, [corpus.submission({"needs": one, "worries": "Rien à voir ici."}) for one in sentences[:16]]
    )
    workshop = make.heard("Atelier", texts=sentences[16:])
    common = services.gather(
        analyst, label="Ensemble", parts=[services.Part(asked, ("needs",)), services.Part(workshop)]
    )
    first = corpus.finished_run(common, analyst)
    lines = list(RunSource.objects.filter(run=first).order_by("position"))
    assert [(line.source, line.questions, line.contributions) for line in lines] == [
        (asked, ["needs"], 16),
        (workshop, [], 16),
    ]
    assert lines[1].fingerprint == services.corpus_fingerprint(workshop)
    assert first.corpus_contributions == 32
    assert first.is_current
    assert {idea.contribution.question.key for idea in Idea.objects.filter(run=first)} <= {"needs", "said"}
    second = corpus.finished_run(common, analyst)
    one, two = (json.dumps(services.manifest(run), ensure_ascii=False) for run in (first, second))
    assert one == two
    assert [line["texts"] for line in services.manifest(first)["sources"]] == [16, 16]
    texts = {pk: rank for rank, pk in enumerate(services.texts_read(first).values_list("pk", flat=True))}

    def found(run):
        ideas = Idea.objects.filter(run=run).in_reading_order()
        return [(texts[idea.contribution_id], idea.start, idea.end, given(idea)) for idea in ideas]

    def given(idea):
        return sorted(idea.assignments.values_list("theme__position", "score"))

    assert found(first) == found(second)


def test_the_manifest_of_a_run_stays_when_the_corpus_gathers_more(analyst, personas) -> None:
    made = make.read(make.gathered(personas))
    before = services.manifest(made.run)
    more = make.heard("Atelier de Gourdon", texts=["Un bus le soir."])
    services.change_gathering(
        analyst, common=made.common, label="Toutes les voix", parts=parts([*made.sources, more])
    )
    assert services.manifest(made.run) == before
    assert more.pk not in services.scope_of_run(made.run).sources
    assert more.pk in services.scope_of(made.common).sources
    Run.objects.filter(pk=made.run.pk).update(state="en-attente", is_current=False)
    refused(
        "common.alive",
        services.change_gathering,
        analyst,
        common=made.common,
        label="X",
        parts=parts(made.sources),
    )


def test_a_theme_is_counted_by_unit_and_by_channel_and_units_are_never_summed(personas) -> None:
    made = make.read(make.gathered(personas, web=20, groups=6, organisations=3))
    found = {
        unit: services.evaluate(
            services.figure_expression(
                made.common, "theme", theme=made.themes[0].public_id, unit=unit, group="channel"
            )
        )
        for unit in Unit.values
    }
    assert {unit: one.result["rows"][0]["participations"] for unit, one in found.items()} == {
        Unit.PERSON: 20,
        Unit.GROUP: 6,
        Unit.ORGANISATION: 3,
    }
    assert [(cell["key"], cell["base"]) for cell in found[Unit.GROUP].result["groups"]] == [
        (Channel.WORKSHOP, 6)
    ]
    refused(
        "figure.question",
        services.evaluate,
        services.figure_expression(made.common, "contributions", group="question"),
    )


def test_a_text_hidden_on_a_ground_out_of_the_counts_is_not_read_and_an_erased_one_leaves(personas) -> None:
    made = make.gathered(personas)
    ground = ModerationReason.objects.filter(counted=False).first().key
    text = Contribution.objects.of_source(made.sources[1]).first()
    assert text in services.contributions_of(made.common)
    moderate(OPERATOR, contribution=text, state="ecarte", reason=ground)
    assert text not in services.contributions_of(made.common)
    made = make.read(made)
    gone = Participation.objects.of_source(made.sources[2]).first()
    moment = made.run.corpus_read_at
    ideas = Idea.objects.filter(run=made.run).count()
    erase_participation(OPERATOR, participation=gone, reason=ErasureReason.WITHDRAWN)
    assert Idea.objects.filter(run=made.run).count() == ideas - 1
    assert services.withdrawals_since(made.common, moment) == 1


def test_erasing_forgets_the_vectors_that_a_common_run_cached(personas, monkeypatch) -> None:
    from fabrique.analysis.services import vectors

    made = make.read(make.gathered(personas))
    seen = []
    monkeypatch.setattr(vectors, "forget", lambda source, _pk: seen.append(source.pk) or 0)
    services.erase_derived(Participation.objects.of_source(made.sources[1]).first().pk)
    assert seen == [made.sources[1].pk, made.common.pk]
    GatheredSource.objects.filter(common=made.common, source=made.sources[2]).delete()
    services.erase_derived(Participation.objects.of_source(made.sources[2]).first().pk)
    assert seen[2:] == [made.sources[2].pk, made.common.pk]


def test_a_common_corpus_is_not_a_source_that_people_answered_to(personas) -> None:
    made = make.gathered(personas)
    analyst = personas[RoleCode.ANALYST]
    assert made.common not in Source.objects.heard()
    assert made.common not in Source.objects.visible_to(analyst)
    assert made.sources[0] in Source.objects.visible_to(analyst)


def test_a_manifest_that_no_longer_adds_up_is_read_again(analyst, monkeypatch) -> None:
    from fabrique.analysis.services import execution

    common = services.gather(analyst, label="Ensemble", parts=parts(two(texts=["Il faut un bus le soir."])))
    run = services.ask_run(analyst, source=common, encoder="lexical", names="rules")
    genuine, seen = execution.manifest_lines, []

    def torn(of):
        lines = genuine(of)
        if not seen:
            lines[0].contributions += 1
        seen.append(len(lines))
        return lines

    monkeypatch.setattr(execution, "manifest_lines", torn)
    lease = execution.take(run.pk)
    with pytest.raises(execution.CorpusChanged):
        execution._read(lease)
    assert not RunSource.objects.filter(run=run).exists()
    lease.run.corpus_read_at = None
    execution._read(lease)
    assert seen == [2, 2]
    assert RunSource.objects.filter(run=run).count() == 2


def test_a_corpus_made_smaller_keeps_the_territory_of_what_its_runs_have_read(analyst, personas) -> None:
    """Else the analysts of one department would read, in its earlier runs, the texts of the whole region."""
    lot = two()
    wide = make.heard("Atelier régional", texts=["Un car."], place=region())
    common = services.gather(analyst, label="Ensemble", parts=parts([*lot, wide]))
    make.read(make.Gathered(personas, [*lot, wide], common))
    smaller = services.change_gathering(analyst, common=common, label="Ensemble", parts=parts(lot))
    assert smaller.perimeter == region()


def test_figures_computed_together_are_those_computed_one_by_one(
    personas, django_assert_max_num_queries
) -> None:
    """The corpus is read once for all of them: nothing of one may leak into another."""
    made = make.read(make.gathered(personas, web=6, groups=4, organisations=3))
    measures = [("participations", {}), ("contributions", {})]
    measures += [("theme", {"theme": theme.public_id}) for theme in made.themes]
    wanted = [
        (services.figure_expression(source, kind, unit=unit, filters=filters, group=group, **target), kind)
        for source in (made.common, made.sources[0])
        for kind, target in measures
        if kind != "theme" or source == made.common
        for unit in Unit.values
        for group in (None, "channel")
        for filters in ({}, {"department": ["46", ""]})
    ]
    alone = [evaluate(expression).result for expression, _title in wanted]
    assert len({str(result) for result in alone}) > 10
    few = wanted[::5]
    with django_assert_max_num_queries(40 + 6 * len(few)):
        together = services.compute_together(made.analyst, wanted=few)
    assert [figure.result for figure in together] == alone[::5]
    reading = Reading()
    assert [evaluate(expression, reading=reading).result for expression, _title in wanted] == alone
