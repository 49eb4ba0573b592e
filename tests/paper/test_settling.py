"""Two entries that differ: what is compared, who settles, what goes to the corpus, what the rates say."""

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.services.definition import definition_of
from fabrique.contributions.models import Participation
from fabrique.paper import services
from fabrique.paper.enums import AsideReason, Cause, FormState, Mark, Outcome
from fabrique.paper.models import Comparison
from fabrique.paper.services import AGREEMENT, DAY, Decision
from fabrique_core.estimate import wilson_interval
from tests.factories.paper import a_batch, drawn, entered, operator_in, reading, sheet

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]

FIRST = Decision(Outcome.FIRST_RIGHT, Cause.KEYING)
SECOND = Decision(Outcome.SECOND_RIGHT, Cause.READING)


@pytest.fixture
def first(personas):
    return personas[RoleCode.OPERATOR]


@pytest.fixture
def second():
    return operator_in("46")


@pytest.fixture
def third(personas):
    return personas[RoleCode.ANALYST]


@pytest.fixture
def batch(first):
    """Every sheet entered once, every sheet drawn."""
    batch = a_batch(first, size=3, double_share=100)
    entered(first, batch)
    services.draw_sample(first, batch=batch)
    return batch


def refused(code, act):
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def differing(second, batch, number=1, changes=None, marks=None, **given):
    read = reading({"easy": "agree"} if changes is None else changes, marks, **given)
    return services.enter(second, form=sheet(batch, number), reading=read)


def open_questions(form):
    return set(form.comparisons.filter(outcome=Outcome.OPEN).values_list("question", flat=True))


# --- the second entry ----------------------------------------------------------------------------------


def test_whoever_made_the_first_entry_does_not_make_the_second(first, batch):
    refused("paper.same_operator", lambda: services.enter(first, form=sheet(batch, 1), reading=reading()))
    refused("paper.same_operator", lambda: services.claim(first, form=sheet(batch, 1)))
    assert list(batch.forms.to_double_by(first.user)) == []


def test_two_entries_that_say_the_same_go_to_the_corpus(second, batch):
    form = services.enter(second, form=sheet(batch, 1), reading=reading())
    assert form.state == FormState.RECORDED
    assert Participation.objects.count() == 1
    assert set(form.comparisons.values_list("outcome", flat=True)) == {Outcome.SAME}


def test_a_text_typed_with_other_capitals_accents_or_spaces_is_the_same(second, batch):
    form = differing(second, batch, changes={"needs": "un médecin  qui se deplace, une fois par semaine"})
    assert form.state == FormState.RECORDED


def test_what_differs_waits_for_a_decision_and_is_in_no_corpus(second, batch):
    form = differing(second, batch, changes={"easy": "agree", "needs": "Un médecin."})
    assert form.state == FormState.DIFFERENT
    assert open_questions(form) == {"easy", "needs"}
    assert not Participation.objects.exists()


def test_a_mark_and_an_answer_differ_and_so_do_two_marks(second, batch):
    form = differing(second, batch, changes={}, marks={"easy": Mark.ILLEGIBLE})
    assert open_questions(form) == {"easy"}


def test_a_question_put_by_one_reading_only_is_compared(second, batch):
    form = differing(second, batch, changes={"gave_up": "no", "gave_up_which": None})
    assert open_questions(form) == {"gave_up", "gave_up_which"}


def test_the_agreement_and_the_day_are_compared_too(second, batch):
    assert open_questions(differing(second, batch, 1, consents=False)) == {AGREEMENT}
    day = batch.created_at.date()
    assert open_questions(differing(second, batch, 2, changes={}, filled_on=day)) == {DAY}


# --- settling ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "kept"),
    [(FIRST, "disagree"), (SECOND, "agree"),
     (Decision(Outcome.BOTH_WRONG, Cause.READING, value="no_opinion"), "no_opinion")],
)  # fmt: skip
def test_what_is_decided_is_what_the_corpus_holds(second, third, batch, decision, kept):
    form = differing(second, batch)
    form = services.settle(third, form=form, decisions={"easy": decision})
    assert form.state == FormState.RECORDED
    assert form.participation.closed_answers.get(question__key="easy").choice == kept
    row = form.comparisons.get(question="easy")
    assert (row.outcome, row.cause, row.settled_by, row.third_person) == (
        decision.outcome,
        decision.cause,
        third.user,
        True,
    )


def test_a_sheet_that_can_be_read_in_two_ways_is_recorded_as_ambiguous(second, third, batch):
    form = differing(second, batch)
    decision = Decision(Outcome.BOTH_WRONG, Cause.SHEET, mark=Mark.AMBIGUOUS)
    form = services.settle(third, form=form, decisions={"easy": decision})
    assert not form.participation.closed_answers.filter(question__key="easy").exists()
    quality = quality_of(batch)["easy"]
    assert (quality.different, quality.sheet, quality.first_wrong) == (1, 1, 0)


def test_that_one_of_the_two_operators_settled_is_told(second, batch):
    form = services.settle(second, form=differing(second, batch), decisions={"easy": SECOND})
    assert form.comparisons.get(question="easy").third_person is False


def test_every_difference_is_decided_with_its_cause(second, third, batch):
    form = differing(second, batch, changes={"easy": "agree", "sex": "man"})
    error = refused("paper.undecided", lambda: services.settle(third, form=form, decisions={"easy": FIRST}))
    assert error.params["questions"] == ["sex"]
    nameless = Decision(Outcome.FIRST_RIGHT, "")
    refused(
        "paper.undecided",
        lambda: services.settle(third, form=form, decisions={"easy": nameless, "sex": FIRST}),
    )
    assert Comparison.objects.filter(outcome=Outcome.OPEN).count() == 2


def test_a_decision_follows_the_questionnaire(second, third, batch):
    form = differing(second, batch)
    wrong = Decision(Outcome.BOTH_WRONG, Cause.READING, value="nowhere")
    refused("paper.reading", lambda: services.settle(third, form=form, decisions={"easy": wrong}))
    assert sheet(batch, 1).state == FormState.DIFFERENT


def test_a_question_that_a_decision_makes_put_is_asked_for(first, second, third):
    batch = a_batch(first, size=1, double_share=100)
    entered(first, batch, s1=reading({"gave_up": "no", "gave_up_which": None}))
    services.draw_sample(first, batch=batch)
    form = differing(second, batch, changes={"gave_up_which": None}, marks={"gave_up": Mark.ILLEGIBLE})
    assert open_questions(form) == {"gave_up"}
    yes = Decision(Outcome.BOTH_WRONG, Cause.READING, value="yes")
    error = refused("paper.reading", lambda: services.settle(third, form=form, decisions={"gave_up": yes}))
    assert [e.question for e in error.params["errors"]] == ["gave_up_which"]
    blank = Decision(Outcome.BOTH_WRONG, Cause.READING, mark=Mark.BLANK)
    form = services.settle(third, form=form, decisions={"gave_up": yes, "gave_up_which": blank})
    assert form.participation.closed_answers.get(question__key="gave_up").choice == "yes"


def test_without_agreement_once_settled_the_sheet_is_not_recorded(second, third, batch):
    form = differing(second, batch, consents=False)
    form = services.settle(third, form=form, decisions={AGREEMENT: SECOND})
    assert (form.state, form.aside_reason) == (FormState.ASIDE, AsideReason.NO_CONSENT)
    assert not Participation.objects.exists()
    assert not any(form.entries.values_list("document", flat=True))


def test_with_agreement_once_settled_the_first_reading_stands(second, third, batch):
    form = differing(second, batch, consents=False)
    form = services.settle(third, form=form, decisions={AGREEMENT: FIRST})
    assert form.state == FormState.RECORDED
    assert form.participation.contributions.filter(question__key="needs").exists()


def test_the_day_decided_is_the_day_of_the_answer(second, third, batch):
    day = batch.created_at.date()
    form = differing(second, batch, changes={}, filled_on=day)
    form = services.settle(third, form=form, decisions={DAY: SECOND})
    assert form.participation.submitted_at.date() == day


def test_a_sheet_is_settled_once(second, third, batch):
    form = differing(second, batch)
    services.settle(third, form=form, decisions={"easy": FIRST})
    refused("paper.not_to_settle", lambda: services.settle(third, form=form, decisions={"easy": SECOND}))
    assert Participation.objects.count() == 1


@pytest.mark.parametrize("role", [RoleCode.READER, RoleCode.MODERATOR, RoleCode.RELAY, RoleCode.EDITOR])
def test_other_roles_settle_nothing(personas, second, batch, role):
    form = differing(second, batch)
    with pytest.raises(Forbidden):
        services.settle(personas[role], form=form, decisions={"easy": FIRST})


# --- the rates -----------------------------------------------------------------------------------------


def quality_of(batch):
    found = services.quality_of([batch], definition_of(batch.version))
    return {question.key: question for question in found.questions}


def test_rates_have_their_base_their_interval_and_how_each_difference_was_settled(second, third, batch):
    services.settle(third, form=differing(second, batch, 1), decisions={"easy": SECOND})
    services.settle(third, form=differing(second, batch, 2), decisions={"easy": FIRST})
    differing(second, batch, 3, changes={})
    easy = quality_of(batch)["easy"]
    assert (easy.base, easy.different, easy.first_right, easy.second_right) == (3, 2, 1, 1)
    assert easy.difference_interval == wilson_interval(2, 3)
    assert (easy.first_wrong, easy.error.share) == (1, 1 / 3)
    assert easy.error_interval == wilson_interval(1, 3)
    sex = quality_of(batch)["sex"]
    assert (sex.base, sex.different, sex.error.share) == (3, 0, 0.0)


def test_while_a_difference_waits_the_rate_is_a_least_bound(second, third, batch):
    services.settle(third, form=differing(second, batch, 1), decisions={"easy": SECOND})
    differing(second, batch, 2)
    easy = quality_of(batch)["easy"]
    assert (easy.base, easy.waiting, easy.first_wrong) == (2, 1, 1)
    assert easy.error_interval is None


def test_the_whole_tells_the_draw_the_sheets_and_who_settled(second, third, batch):
    services.settle(third, form=differing(second, batch, 1), decisions={"easy": SECOND})
    differing(second, batch, 2, changes={})
    found = services.quality_of([batch], definition_of(batch.version))
    assert (found.entered, found.population, found.drawn, found.doubled) == (3, 3, 3, 2)
    assert (found.sheets_different, found.sheets_interval) == (1, wilson_interval(1, 2))
    assert (found.causes, found.by_third, found.by_operator) == ({"lecture": 1}, 1, 0)


def test_the_base_of_a_conditional_question_is_the_sheets_where_it_was_put(first, second):
    batch = a_batch(first, size=2, double_share=100)
    unasked = reading({"gave_up": "no", "gave_up_which": None})
    entered(first, batch, s1=unasked)
    services.draw_sample(first, batch=batch)
    services.enter(second, form=sheet(batch, 1), reading=unasked)
    services.enter(second, form=sheet(batch, 2), reading=reading())
    assert quality_of(batch)["gave_up_which"].base == 1
    assert quality_of(batch)["gave_up"].base == 2


def test_marks_are_counted_by_question(first, batch):
    other = a_batch(first, consultation=batch.version.consultation, size=2)
    marks = {"easy": Mark.AMBIGUOUS, "needs": Mark.ILLEGIBLE, "minutes": Mark.BLANK}
    entered(first, other, s1=reading(marks=marks), s2=reading({"gave_up": "no"}))
    found = {row.key: row for row in services.marks_of([other], definition_of(other.version))}
    assert (found["easy"].ambiguous, found["needs"].illegible, found["minutes"].blank) == (1, 1, 1)
    assert found["gave_up_which"].hidden == 1


def test_rates_survive_a_withdrawal_without_any_answer(second, third, batch):
    from fabrique.accounts.actors import Respondent
    from fabrique.contributions.enums import ErasureReason
    from fabrique.contributions.services import erase_participation

    form = services.settle(third, form=differing(second, batch, 1), decisions={"easy": SECOND})
    erase_participation(Respondent(), participation=form.participation, reason=ErasureReason.WITHDRAWN)
    assert quality_of(batch)["easy"].different == 1
    assert not form.entries.exists()
    assert drawn(batch)
