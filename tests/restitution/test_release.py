"""What may be shown: no count of one to ten persons, nor what would give one away, whatever the tables."""

import json

import pytest

from fabrique.accounts.actors import Respondent
from fabrique.contributions.enums import ErasureReason
from fabrique.contributions.services import GivenAnswer, erase_participation
from fabrique.restitution import services
from fabrique.restitution.enums import Block
from tests.factories import restitution as make

pytestmark = pytest.mark.django_db
SUMMARIES = ("mean", "median", "q1", "q3")


def counts_in(value):
    """Every whole number of a released value, shares apart."""
    if isinstance(value, dict):
        return [n for key, one in value.items() if key not in ("share", *SUMMARIES) for n in counts_in(one)]
    if isinstance(value, list):
        return [n for one in value for n in counts_in(one)]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else []


def released(publication, block, question="", title=""):
    return make.figure_of(publication, block, question, title).released


def shown(values, key):
    return next(row["count"] for row in values["rows"] if row["key"] == key)


@pytest.mark.parametrize("size", [12, 20, 40, 82, 120])
@pytest.mark.parametrize("small", [0, 1, 3, 10, 11])
def test_no_count_from_one_to_ten_is_ever_released(personas, size, small):
    made, publication = make.a_published_world(personas, size, small=small)
    found = {row.title: counts_in(row.released) for row in publication.figures.all()}
    assert {title: n for title, n in found.items() if any(0 < one < 11 for one in n)} == {}


def test_a_handful_of_answers_publishes_no_number_at_all(personas):
    made, publication = make.a_published_world(personas, 9)
    assert [n for row in publication.figures.all() for n in counts_in(row.released) if n] == []


def test_a_lonely_department_is_held_back_and_so_is_the_one_that_would_tell_it(personas):
    _made, publication = make.a_published_world(personas, 60)
    values = released(publication, Block.DEPARTMENTS)
    hidden = [row["key"] for row in values["rows"] if row["count"] is None]
    assert values["total"] == 60
    assert "46" in hidden
    assert len(hidden) >= 2
    assert sum(row["count"] or 0 for row in values["rows"]) <= 60 - 11


def test_an_empty_department_is_shown_as_empty(personas):
    _made, publication = make.a_published_world(personas, 60)
    assert shown(released(publication, Block.DEPARTMENTS), "48") == 0


def test_departments_outside_the_perimeter_are_not_named(personas, with_big_cities):
    _made, publication = make.a_published_world(personas, 60, lonely=None, places=("31", None))
    keys = [row["key"] for row in released(publication, Block.DEPARTMENTS)["rows"]]
    assert len(keys) == 14
    assert keys[-1] == ""


def test_the_others_are_held_back_when_two_choices_share_the_answers(personas):
    _made, publication = make.a_published_world(personas, 60, small=3)
    values = released(publication, Block.CLOSED, "gave_up")
    assert (shown(values, "yes"), shown(values, "no"), values["answered"]) == (None, None, 60)


def test_large_groups_are_shown_with_their_share(personas):
    _made, publication = make.a_published_world(personas, 60, small=20)
    values = released(publication, Block.CLOSED, "gave_up")
    assert [(row["key"], row["count"], round(row["share"], 3)) for row in values["rows"]] == [
        ("yes", 20, 0.333),
        ("no", 40, 0.667),
    ]


def test_a_conditional_question_does_not_tell_the_hidden_answer_that_brought_it_up(personas):
    """51 of 60 gave up care: 9 did not, so 51 is held back, and so are the texts that only they could write."""
    _made, publication = make.a_published_world(personas, 60, small=51)
    assert shown(released(publication, Block.CLOSED, "gave_up"), "yes") is None
    texts = released(publication, Block.CONTRIBUTIONS, "gave_up_which")
    assert (texts["base"], texts["rows"][0]["count"]) == (None, None)


def test_who_was_shown_a_question_and_wrote_nothing_is_not_told_by_subtraction(personas, monkeypatch):
    """20 gave up care and 17 said which: « 20 » and « 17 » together would tell of the 3."""
    closed = make.answers

    def three_more(rank, *, small):
        return [GivenAnswer("gave_up", "yes") if a.question == "gave_up" and rank < 20 else a
                for a in closed(rank, small=small)]  # fmt: skip

    monkeypatch.setattr(make, "answers", three_more)
    _made, publication = make.a_published_world(personas, 60, small=17)
    assert shown(released(publication, Block.CLOSED, "gave_up"), "yes") == 20
    assert released(publication, Block.CONTRIBUTIONS, "gave_up_which")["rows"][0]["count"] is None


def test_the_total_of_texts_is_held_back_with_any_part_of_it(personas):
    """63 texts less 60 would tell that 3 people answered the other question."""
    _made, publication = make.a_published_world(personas, 60, small=3)
    theme = released(publication, Block.THEMES, title=make.THEMES[0])
    assert (theme["base"], theme["missing"]) == (None, None)


def test_the_total_of_texts_is_shown_when_every_part_is(personas):
    _made, publication = make.a_published_world(personas, 60, small=20)
    assert released(publication, Block.THEMES, title=make.THEMES[0])["base"] == 80


def test_a_theme_of_two_persons_is_named_without_its_number(personas):
    _made, publication = make.a_published_world(personas, 60)
    row = released(publication, Block.THEMES, title=make.THEMES[2])["rows"][0]
    assert {name: row[name] for name in row if name not in ("key", "label")} == dict.fromkeys(
        ("count", "participations", "count_without_copies", "participations_without_copies")
    )


@pytest.mark.parametrize(("size", "told"), [(70, 58), (30, None)])
def test_a_theme_is_held_back_where_those_outside_it_are_few(personas, size, told):
    """12 of 70 wrote outside the first theme and its part: shown. 6 of 30: held back."""
    _made, publication = make.a_published_world(personas, size)
    assert shown_theme(publication, 0) == told


def shown_theme(publication, rank):
    return released(publication, Block.THEMES, title=make.THEMES[rank])["rows"][0]["count"]


def test_a_sub_theme_almost_as_large_as_its_theme_is_held_back(personas):
    """29 in the theme and 24 in its part: 5 would be told by subtraction."""
    _made, publication = make.a_published_world(personas, 41)
    assert (shown_theme(publication, 0), shown_theme(publication, 1)) == (29, None)


def test_a_sub_theme_well_inside_its_theme_is_shown(personas):
    _made, publication = make.a_published_world(personas, 70)
    assert shown_theme(publication, 1) == 24


@pytest.mark.parametrize(
    ("size", "kept"),
    [(10, set()), (11, {"mean"}), (21, {"mean"}), (22, {"mean", "median"}), (43, {"mean", "median"}),
     (44, {"mean", "median", "q1", "q3"})],
)  # fmt: skip
def test_a_number_question_is_summed_up_only_when_enough_answered(personas, size, kept):
    _made, publication = make.a_published_world(personas, size, lonely=None, small=0)
    row = released(publication, Block.CLOSED, "minutes")["rows"][0]
    assert {name for name in SUMMARIES if row[name] is not None} == kept


def test_first_places_are_shown_all_or_none(personas):
    _made, publication = make.a_published_world(personas, 60)
    rows = released(publication, Block.CLOSED, "priorities")["rows"]
    assert {row["key"]: row["first"] for row in rows} == {"gp": 30, "mental": 30, "age": 0}
    _made, publication = make.a_published_world(personas, 20)
    rows = released(publication, Block.CLOSED, "priorities")["rows"]
    assert {row["first"] for row in rows} == {None}


def test_an_unanswered_question_says_so(personas):
    _made, publication = make.a_published_world(personas, 60)
    values = released(publication, Block.CLOSED, "situation")
    assert (values["answered"], values["missing"]) == (0, 60)
    assert {row["share"] for row in values["rows"]} == {None}


def test_one_withdrawal_leaves_every_figure_as_it_was_published(personas):
    """Two publications compared would tell what the one person who left had answered."""
    made, first = make.a_published_world(personas, 60, small=20)
    erase_participation(
        Respondent(), participation=make.participation_of(made, 59), reason=ErasureReason.WITHDRAWN
    )
    second = make.published(made)
    before = {json.dumps(row.figure.expression): row.released for row in first.figures.all()}
    after = {json.dumps(row.figure.expression): row.released for row in second.figures.all()}
    assert after == before
    turnout = make.figure_of(second, Block.TURNOUT)
    assert (turnout.kept_from, turnout.figure) == (1, make.figure_of(first, Block.TURNOUT).figure)


def test_a_kept_figure_stays_kept_from_its_first_publication(personas):
    made, _first = make.a_published_world(personas, 60, small=20)
    for rank in (59, 58):
        erase_participation(
            Respondent(), participation=make.participation_of(made, rank), reason=ErasureReason.WITHDRAWN
        )
        last = make.published(made)
    assert make.figure_of(last, Block.TURNOUT).kept_from == 1


def test_enough_withdrawals_publish_the_count_anew(personas):
    made, _first = make.a_published_world(personas, 82, small=40, lonely=None)
    for rank in range(48, 62):
        erase_participation(
            Respondent(), participation=make.participation_of(made, rank), reason=ErasureReason.WITHDRAWN
        )
    second = make.published(made)
    turnout = make.figure_of(second, Block.TURNOUT)
    assert (turnout.released["base"], turnout.kept_from) == (68, None)


def test_the_preview_shows_what_will_come_out(personas):
    made = make.world(personas, 60)
    make.accept(made)
    publication = make.prepared(made)
    foreseen = {pk: shown.released for pk, shown in services.shown_figures(publication).items()}
    services.publish(made.approver, publication=publication)
    assert {row.pk: row.released for row in publication.figures.all()} == foreseen
