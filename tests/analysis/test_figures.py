"""Figures: what the one interpreter counts, checked by brute force; what it refuses; who validates.

Fed by factories/analysis.py and random corpora. Feeds confidence in services.figures and
services.expressions.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fabrique.accounts.enums import RoleCode
from fabrique.analysis import services
from fabrique.analysis.enums import DiscardReason
from fabrique.analysis.models import Assignment, Figure, Idea, Theme
from fabrique.analysis.services import expressions, figures
from fabrique.analysis.services.expressions import first_fault, schema
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Channel, ErasureReason, Unit
from fabrique.contributions.models import Contribution
from fabrique.contributions.services import GivenAnswer, erase_participation
from tests.factories import analysis as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

PLACES = (None, "46", "30")
CHANNELS = (Channel.WEB, Channel.PAPER)
GROUPS = ("department", "channel", "age_band", "sex")
EXAMPLES = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

#: one act of taking part: who and what, as plain values, counted again below without the interpreter
acts = st.fixed_dictionaries(
    {
        "department": st.sampled_from(PLACES),
        "channel": st.sampled_from(CHANNELS),
        "age_band": st.sampled_from(["", "40-59", "75-plus"]),
        "sex": st.sampled_from(["", "femme", "homme"]),
        "unit": st.sampled_from([Unit.PERSON, Unit.PERSON, Unit.GROUP]),
        "gave_up": st.sampled_from([None, "yes", "no"]),
        "which": st.sets(st.sampled_from(["teeth", "eyes"])),
        "priorities": st.permutations(["gp", "age", "mental"]).map(lambda order: order[:2]) | st.just([]),
        "minutes": st.none() | st.integers(0, 180),
        "texts": st.sets(st.sampled_from(["needs", "worries"])),
    }
)


def recorded(rows):
    """A source with these acts."""
    source = make.source()
    submissions = []
    for row in rows:
        closed = [GivenAnswer("priorities", c, rank) for rank, c in enumerate(row["priorities"], start=1)]
        if row["gave_up"]:
            closed.append(GivenAnswer("gave_up", row["gave_up"]))
        if row["gave_up"] == "yes":
            closed.extend(GivenAnswer("which", choice) for choice in sorted(row["which"]))
        if row["minutes"] is not None:
            closed.append(GivenAnswer("minutes", value=Decimal(row["minutes"])))
        submissions.append(
            make.submission(
                dict.fromkeys(sorted(row["texts"]), "Un mot."),
                closed,
                place=row["department"],
                channel=row["channel"],
                unit=row["unit"],
                age_band=row["age_band"],
                sex=row["sex"],
            )
        )
    make.participations(source, submissions)
    return source


def evaluate(source, kind, **given):
    return services.evaluate(services.figure_expression(source, kind, **given)).result


def row_of(cell, key):
    return next(row for row in cell["rows"] if row["key"] == key)


def by_group(rows, name):
    groups: dict[str, list] = {}
    for row in rows:
        groups.setdefault(str(row[name] or ""), []).append(row)
    return groups


def check_cells(result, rows, group, check):
    """The same check on the whole and on each group, which share the acts out."""
    check(result, rows)
    expected = by_group(rows, group)
    assert {cell["key"] for cell in result["groups"]} == set(expected)
    for cell in result["groups"]:
        check(cell, expected[cell["key"]])


@EXAMPLES
@given(
    rows=st.lists(acts, max_size=12),
    group=st.sampled_from(GROUPS),
    unit=st.sampled_from([Unit.PERSON, Unit.GROUP]),
)
def test_participations_are_counted_one_unit_at_a_time(rows, group, unit, occitanie):
    source = recorded(rows)
    rows = [row for row in rows if row["unit"] == unit]

    def check(cell, inside):
        assert row_of(cell, "participations")["count"] == cell["base"] == len(inside)
        assert cell["missing"] == 0

    check_cells(evaluate(source, "participations", unit=unit, group=group), rows, group, check)


@EXAMPLES
@given(rows=st.lists(acts, max_size=12), group=st.sampled_from(GROUPS))
def test_contributions_and_who_wrote_them_are_counted_apart(rows, group, occitanie):
    source = recorded(rows)
    rows = [row for row in rows if row["unit"] == Unit.PERSON]

    def check(cell, inside):
        found = row_of(cell, "contributions")
        assert found["count"] == sum(len(row["texts"]) for row in inside)
        assert found["participations"] == sum(1 for row in inside if row["texts"])

    check_cells(evaluate(source, "contributions", group=group), rows, group, check)


@EXAMPLES
@given(rows=st.lists(acts, max_size=12), group=st.sampled_from(GROUPS))
def test_single_choices_have_all_who_were_asked_as_their_base(rows, group, occitanie):
    source = recorded(rows)
    rows = [row for row in rows if row["unit"] == Unit.PERSON]

    def check(cell, inside):
        given = Counter(row["gave_up"] for row in inside)
        assert (cell["base"], cell["missing"]) == (len(inside), given[None])
        assert [(r["key"], r["count"]) for r in cell["rows"]] == [("yes", given["yes"]), ("no", given["no"])]

    check_cells(evaluate(source, "closed_answer", question="gave_up", group=group), rows, group, check)


@EXAMPLES
@given(rows=st.lists(acts, max_size=12), group=st.sampled_from(GROUPS))
def test_a_question_shown_to_some_has_those_as_its_base(rows, group, occitanie):
    source = recorded(rows)
    rows = [row for row in rows if row["unit"] == Unit.PERSON]

    def check(cell, inside):
        shown = [row for row in inside if row["gave_up"] == "yes"]
        answered = [row for row in shown if row["which"]]
        assert (cell["base"], cell["answered"]) == (len(shown), len(answered))
        for choice in ("teeth", "eyes"):
            assert row_of(cell, choice)["count"] == sum(1 for row in answered if choice in row["which"])

    check_cells(evaluate(source, "closed_answer", question="which", group=group), rows, group, check)


@EXAMPLES
@given(rows=st.lists(acts, max_size=12), group=st.sampled_from(GROUPS))
def test_rankings_give_first_ranks_and_any_rank(rows, group, occitanie):
    source = recorded(rows)
    rows = [row for row in rows if row["unit"] == Unit.PERSON]

    def check(cell, inside):
        assert cell["answered"] == sum(1 for row in inside if row["priorities"])
        for choice in ("gp", "age", "mental"):
            found = row_of(cell, choice)
            assert found["count"] == sum(1 for row in inside if choice in row["priorities"])
            assert found["first"] == sum(1 for row in inside if row["priorities"][:1] == [choice])
            assert sum(found["ranks"].values()) == found["count"]

    check_cells(evaluate(source, "closed_answer", question="priorities", group=group), rows, group, check)


@EXAMPLES
@given(rows=st.lists(acts, max_size=12), group=st.sampled_from(GROUPS))
def test_numbers_give_their_mean_median_and_quartiles(rows, group, occitanie):
    source = recorded(rows)
    rows = [row for row in rows if row["unit"] == Unit.PERSON]

    def check(cell, inside):
        values = [row["minutes"] for row in inside if row["minutes"] is not None]
        found = row_of(cell, "value")
        assert found["count"] == cell["answered"] == len(values)
        if not values:
            assert [found[name] for name in ("mean", "q1", "median", "q3")] == [None] * 4
            return
        assert found["mean"] == pytest.approx(statistics.fmean(values), abs=1e-3)
        assert found["median"] == statistics.median(values)
        if len(values) > 1:
            quartiles = statistics.quantiles(values, n=4, method="inclusive")
            assert [found["q1"], found["median"], found["q3"]] == pytest.approx(quartiles)

    check_cells(evaluate(source, "closed_answer", question="minutes", group=group), rows, group, check)


@EXAMPLES
@given(
    rows=st.lists(acts, max_size=12),
    places=st.sets(st.sampled_from(["", "46", "30"]), min_size=1),
    channels=st.sets(st.sampled_from(CHANNELS), min_size=1),
)
def test_values_of_a_filter_are_alternatives_and_filters_all_hold(rows, places, channels, occitanie):
    source = recorded(rows)
    filters = {"department": sorted(places), "channel": sorted(str(channel) for channel in channels)}
    found = evaluate(source, "participations", filters=filters)
    expected = [
        row
        for row in rows
        if row["unit"] == Unit.PERSON and (row["department"] or "") in places and row["channel"] in channels
    ]
    assert found["base"] == len(expected)


@pytest.fixture
def run(occitanie):
    source = make.corpus(
        extra=["Il faut attendre six mois. Je ne trouve pas de médecin traitant dans ma commune."]
    )
    return make.finished_run(source)


@pytest.fixture
def theme(run, analyst):
    return make.accepted(analyst, make.some_theme(run))


def texts_in(themes):
    """{contribution: (participation, campaign or itself)} over the assignments of these themes."""
    found = {}
    for one in Assignment.objects.filter(theme__in=themes).select_related("idea__contribution"):
        idea = one.idea
        family = idea.family if idea.family.startswith("campagne") else str(idea.contribution_id)
        found[idea.contribution_id] = (idea.contribution.participation_id, family)
    return found


def theme_row(source, theme, **given):
    return evaluate(source, "theme", theme=theme.public_id, **given)


def test_a_theme_counts_distinct_texts_with_and_without_campaigns(run, analyst):
    campaign = Idea.objects.filter(run=run, family__startswith="campagne", assignments__isnull=False)[0]
    theme = make.accepted(analyst, Theme.objects.get(assignments__idea=campaign), "Maternité")
    texts = texts_in([theme.pk])
    row = theme_row(run.source, theme)["rows"][0]
    assert row["count"] == len(texts)
    assert row["count_without_copies"] == len({family for _p, family in texts.values()}) == len(texts) - 3
    assert row["participations"] == len({p for p, _family in texts.values()})


def test_a_theme_s_base_is_the_frozen_corpus_and_its_missing_what_was_set_aside(run, theme):
    make.participations(run.source, [make.submission({"needs": "Arrivé après."})])
    result = theme_row(run.source, theme)
    assert result["base"] == run.corpus_contributions
    assert result["missing"] == run.set_aside.count() == 3


def test_a_theme_counts_what_was_merged_into_it_and_its_children_that_remain(run, analyst):
    parent = Theme.objects.filter(run=run, children__isnull=False).distinct().order_by("position")[0]
    children = list(parent.children.order_by("position"))
    other = Theme.objects.filter(run=run, children=None).exclude(parent=parent).order_by("position")[0]
    make.accepted(analyst, parent, "Le thème entier")
    services.discard_theme(analyst, theme=children[0], reason=DiscardReason.OFF_TOPIC)
    services.merge_themes(analyst, theme=other, into=parent)
    expected = texts_in([other.pk, parent.pk, *(child.pk for child in children[1:])])
    assert theme_row(run.source, parent)["rows"][0]["count"] == len(expected)


def test_groups_of_a_theme_share_its_texts_out(run, theme):
    for group in ("department", "question", "channel"):
        result = theme_row(run.source, theme, group=group)
        assert sum(cell["rows"][0]["count"] for cell in result["groups"]) == result["rows"][0]["count"]
        assert sum(cell["base"] for cell in result["groups"]) == result["base"]


def test_questions_group_and_filter_texts(occitanie):
    rows = [{"needs": "Un.", "worries": "Deux."}, {"needs": "Trois."}]
    source = make.source()
    make.participations(source, [make.submission(texts) for texts in rows])
    found = evaluate(source, "contributions", group="question")
    assert [(g["key"], g["rows"][0]["count"]) for g in found["groups"]] == [("needs", 2), ("worries", 1)]
    only = evaluate(source, "contributions", filters={"question": ["worries"]})
    assert (only["base"], only["rows"][0]["participations"]) == (1, 1)


def test_a_theme_that_nobody_accepted_is_no_figure(run):
    proposed = make.some_theme(run)
    with pytest.raises(Refused) as refused:
        theme_row(run.source, proposed)
    assert refused.value.code == "figure.theme"


def test_a_theme_of_another_source_is_no_figure(run, theme, occitanie):
    with pytest.raises(Refused) as refused:
        theme_row(make.source(), theme)
    assert refused.value.code == "figure.theme"


@pytest.mark.parametrize("key", ["nothing", "needs"])
def test_a_closed_answer_wants_a_question_to_tick_or_a_number(key, occitanie):
    with pytest.raises(Refused) as refused:
        evaluate(make.source(), "closed_answer", question=key)
    assert refused.value.code == "figure.question"


@pytest.fixture
def expression(occitanie):
    return services.figure_expression(make.source(), "participations", group="department")


@pytest.mark.parametrize("version", [0, 2, "1", 1.0, True, None])
def test_an_unknown_version_is_refused(version, expression):
    with pytest.raises(Refused) as refused:
        services.evaluate(expression | {"version": version})
    assert refused.value.code == "figure.version"


@pytest.mark.parametrize(
    "wrong",
    [
        {"sql": "SELECT 1"},
        {"weight": "raking"},
        {"method": "ppi"},
        {"group": "situation"},
        {"group": "question"},
        {"filters": {"commune": ["46042"]}},
        {"filters": {"department": []}},
        {"filters": {"department": [46]}},
        {"filters": {"question": ["needs"]}},
        {"filters": None},
        {"measure": {"kind": "participations", "question": "needs"}},
        {"measure": {"kind": "closed_answer"}},
        {"measure": {"kind": "theme", "question": "needs"}},
        {"measure": {"kind": "sum"}},
        {"population": {"source": "x", "unit": "toutes"}},
        {"population": {"unit": "personne"}},
    ],
)
def test_anything_that_the_schema_or_the_measure_does_not_allow_is_refused(wrong, expression):
    with pytest.raises(Refused) as refused:
        services.evaluate(expression | wrong)
    assert refused.value.code == "figure.expression"


@pytest.mark.parametrize("missing", ["population", "measure", "filters", "group", "weight", "method"])
def test_every_part_of_an_expression_is_wanted(missing, expression):
    del expression[missing]
    with pytest.raises(Refused) as refused:
        services.evaluate(expression)
    assert refused.value.code == "figure.expression"


@pytest.mark.parametrize("expression", [None, [], "version", 1])
def test_what_is_no_expression_at_all_is_refused(expression):
    with pytest.raises(Refused) as refused:
        services.evaluate(expression)
    assert refused.value.code == "figure.version"


def test_an_unknown_source_is_refused(expression):
    with pytest.raises(Refused) as refused:
        services.evaluate(expression | {"population": {"source": "absent", "unit": "personne"}})
    assert refused.value.code == "figure.source"


def test_the_checker_knows_every_key_word_that_the_published_schema_uses():
    told = {"$schema", "title", "description"}
    checked = {"type", "additionalProperties", "required", "properties", "const", "enum", "minLength"}
    known = told | checked | {"minItems", "items"}

    def words(rule):
        yield from rule
        for inside in rule.get("properties", {}).values():
            yield from words(inside)
        if "items" in rule:
            yield from words(rule["items"])

    assert set(words(schema())) <= known


def test_the_schema_lists_the_units_channels_and_measures_of_the_corpus():
    inside = schema()["properties"]
    assert inside["population"]["properties"]["unit"]["enum"] == Unit.values
    assert set(inside["measure"]["properties"]["kind"]["enum"]) == set(expressions.Measure.values)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=3),
        lambda inside: st.lists(inside) | st.dictionaries(st.text(max_size=3), inside),
    )
)
def test_the_checker_says_where_and_never_fails(value):
    assert first_fault(schema(), value).startswith("$")


def test_an_expression_is_plain_json(run, theme):
    made = services.figure_expression(run.source, "theme", theme=theme.public_id, group="department")
    assert json.loads(json.dumps(made)) == made


def test_an_expression_reads_in_french_words(run, theme):
    words = services.describe_expression(
        services.figure_expression(
            run.source, "theme", theme=theme.public_id, filters={"department": ["46"]}, group="channel"
        )
    )
    assert words == (
        "Nombre de contributions rattachées au thème « Attendre un rendez-vous », parmi les "
        "participations de "
        "personnes à « Consultation d’essai », limité à : Lot, selon : le canal."
    )


def compute(actor, source, **given):
    made = services.figure_expression(source, "closed_answer", question="gave_up", **given)
    return services.compute_figure(actor, expression=made, title="Renoncement aux soins")


@pytest.fixture
def answered(occitanie):
    source = make.source()
    given = [[GivenAnswer("gave_up", "yes")], [GivenAnswer("gave_up", "no")], []]
    make.participations(source, [make.submission({"needs": "Un mot."}, closed) for closed in given])
    return source


def test_a_stored_figure_keeps_its_base_missing_and_corpus(answered, analyst):
    figure = compute(analyst, answered)
    assert (figure.base, figure.missing) == (3, 1)
    assert figure.corpus_fingerprint == services.corpus_fingerprint(answered)
    assert (figure.validated_by, figure.question.key) == (None, "gave_up")
    assert JournalLine.objects.filter(verb="analysis.compute_figure").count() == 1


def test_computing_again_mends_the_draft_and_keeps_what_was_validated(answered, analyst):
    figure = compute(analyst, answered)
    assert compute(analyst, answered).pk == figure.pk
    services.validate_figure(analyst, figure=figure)
    assert compute(analyst, answered).pk == figure.pk
    make.participations(answered, [make.submission({}, [GivenAnswer("gave_up", "yes")])])
    later = compute(analyst, answered)
    assert later.pk != figure.pk
    assert later.validated_at is None
    figure.refresh_from_db()
    assert figure.base == 3


def test_validating_is_done_by_a_named_analyst(answered, analyst, personas):
    figure = compute(analyst, answered)
    for code in (RoleCode.EDITOR, RoleCode.APPROVER, RoleCode.CODER):
        with pytest.raises(Forbidden):
            services.validate_figure(personas[code], figure=figure)
    with pytest.raises(Refused) as refused:
        services.validate_figure(OPERATOR, figure=figure)
    assert refused.value.code == "decision.nameless"
    assert services.validate_figure(analyst, figure=figure).validated_by == analyst.user


def test_a_figure_that_no_longer_holds_is_not_validated(answered, analyst):
    figure = compute(analyst, answered)
    gone = answered.participations.first()
    erase_participation(OPERATOR, participation=gone, reason=ErasureReason.RIGHTS)
    with pytest.raises(Refused) as refused:
        services.validate_figure(analyst, figure=figure)
    assert refused.value.code == "figure.stale"


def test_a_figure_is_computed_again_outside_the_transaction_that_validates_it(answered, analyst, monkeypatch):
    """On SQLite a transaction keeps every other writer waiting: only the write may stand in it."""
    figure = compute(analyst, answered)
    here, depths = len(connection.atomic_blocks), []

    def watched(expression, evaluate=figures.evaluate, **given):
        depths.append(len(connection.atomic_blocks))
        return evaluate(expression, **given)

    monkeypatch.setattr(figures, "evaluate", watched)
    assert services.validate_figure(analyst, figure=figure).validated_at is not None
    assert depths == [here]


def test_a_reader_computes_nothing(answered, reader):
    with pytest.raises(Forbidden):
        compute(reader, answered)
    assert not Figure.objects.exists()


def test_a_theme_figure_names_its_run_and_its_frozen_corpus(run, theme, analyst):
    made = services.figure_expression(run.source, "theme", theme=theme.public_id)
    figure = services.compute_figure(analyst, expression=made, title="Attendre")
    assert (figure.run, figure.theme) == (run, theme)
    assert figure.corpus_fingerprint == run.corpus_fingerprint
    assert Contribution.objects.of_source(run.source).count() == figure.base
