"""Answers by telephone: the oral agreement as a fact, once, with a code; each refusal."""

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Channel
from fabrique.contributions.models import Participation
from fabrique.contributions.services import find_by_receipt
from fabrique.paper import services
from fabrique.paper.enums import CallOutcome, Mark
from fabrique.paper.models import Call
from tests.factories import consultations
from tests.factories.paper import operator_in, reading

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


@pytest.fixture
def operator(personas):
    return personas[RoleCode.OPERATOR]


@pytest.fixture
def consultation(occitanie):
    return consultations.opened()


@pytest.fixture
def sealed(operator, consultation):
    return services.seal_call(operator, consultation=consultation)


def take(operator, sealed, read=None, consent_read=True):
    return services.record_call(operator, sealed=sealed, reading=read or reading(), consent_read=consent_read)


def refused(code, act):
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.code == code


def test_a_call_goes_to_the_corpus_with_its_oral_agreement_and_its_code(operator, sealed, consultation):
    answered = take(operator, sealed, reading(marks={"needs": Mark.BLANK}))
    one = Participation.objects.get()
    assert find_by_receipt(answered.code) == one
    assert (one.channel, one.unit, one.form_version) == (Channel.TELEPHONE, "personne", 1)
    call = Call.objects.get()
    assert (call.outcome, call.consent_read, call.consents) == (CallOutcome.RECORDED, True, True)
    assert (call.operator, call.participation, call.territory.code) == (operator.user, one, "46")
    assert one.consent_at == call.at
    assert call.notice_hash == one.notice_hash == consultation.notices.current().content_hash
    assert call.marks == {"needs": Mark.BLANK}


def test_a_second_click_shows_the_same_code_and_records_nothing_more(operator, sealed):
    once, again = take(operator, sealed), take(operator, sealed)
    assert (again.code, again.repeated) == (once.code, True)
    assert Participation.objects.count() == Call.objects.count() == 1


def test_a_person_who_does_not_agree_is_counted_and_nothing_is_kept(operator, sealed):
    answered = take(operator, sealed, reading(consents=False))
    assert (answered.code, answered.call.outcome) == ("", CallOutcome.NO_CONSENT)
    assert not Participation.objects.exists()
    assert answered.call.marks == {}


def test_a_child_too_young_is_counted_and_not_recorded(operator, sealed):
    assert take(operator, sealed, reading(age=0)).call.outcome == CallOutcome.TOO_YOUNG


def test_the_sentence_of_agreement_is_read_in_full_first(operator, sealed):
    refused("call.consent_unread", lambda: take(operator, sealed, consent_read=False))
    refused("age.missing", lambda: take(operator, sealed, reading(age=None)))
    assert not Call.objects.exists()


def test_a_question_left_without_a_word_is_looked_at_again(operator, sealed):
    refused("paper.reading", lambda: take(operator, sealed, reading({"needs": None})))


def test_an_altered_form_is_refused(operator, sealed):
    refused("form.invalid", lambda: take(operator, sealed[:-6] + "AAAAAA"))
    refused("form.invalid", lambda: take(operator, "v1:rien"))


def test_calls_are_taken_while_the_consultation_is_open(operator, sealed, consultation):
    consultation.state = "close"
    consultation.save(update_fields=["state"])
    refused("consultation.closed", lambda: take(operator, sealed))
    refused("consultation.closed", lambda: services.seal_call(operator, consultation=consultation))


@pytest.mark.parametrize("role", [RoleCode.ADMINISTRATOR, RoleCode.ANALYST, RoleCode.RELAY])
def test_other_roles_take_no_call(personas, sealed, role):
    with pytest.raises(Forbidden):
        take(personas[role], sealed)


def test_an_operator_takes_calls_only_where_the_consultation_reaches(lot, gard):
    here = consultations.opened(perimeter=lot)
    with pytest.raises(Forbidden):
        services.seal_call(operator_in("30"), consultation=here)
    assert services.seal_call(operator_in("46"), consultation=here)


def test_calls_are_read_where_one_has_the_right(operator, sealed):
    take(operator, sealed)
    assert Call.objects.visible_to(operator).counted_by_outcome()[CallOutcome.RECORDED] == 1
    assert not Call.objects.visible_to(operator_in("30")).exists()
