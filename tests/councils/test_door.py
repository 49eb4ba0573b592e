"""The public door: one message, one code; answered, published by name with consent, erased whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fabrique.accounts.enums import MandateSeat, RoleCode
from fabrique.accounts.services import edit_body
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now, today
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Channel, ErasureReason, Moderation, SourceKind, Unit
from fabrique.contributions.models import Alert, Participation, Tombstone
from fabrique.contributions.services import erase_participation, find_by_receipt, moderate
from fabrique.councils import services
from fabrique.councils.enums import QuestionKind
from fabrique.councils.models import Question
from fabrique.subscriptions.models import Email, Subscription
from fabrique.subscriptions.services import confirm
from tests.factories import accounts
from tests.factories import councils as make
from tests.factories.territories import OPERATOR, department

pytestmark = pytest.mark.django_db


@pytest.fixture
def body(lot):
    return make.a_body(lot)


@pytest.fixture
def lead(personas):
    return personas[RoleCode.PLAN_LEAD]


def refused(code, act, *args, **values):
    with pytest.raises(Refused) as found:
        act(*args, **values)
    assert found.value.code == code


@pytest.mark.both_databases
def test_a_message_is_one_person_in_the_corpus_under_its_code(body, lot, respondent):
    message = make.a_message(territory=lot, kind=QuestionKind.EXPLANATION)
    question = services.leave_message(respondent, body=body, message=message)
    found = find_by_receipt(message.code)
    assert found == question.participation
    assert (found.unit, found.channel, found.source.kind) == (Unit.PERSON, Channel.WEB, SourceKind.DOOR)
    text = services.text_of(question)
    assert (text.raw_text, text.question.wording) == (make.WORDS, "Demande d’explication")
    assert question.due_on == today() + timedelta(days=60)
    again = services.leave_message(respondent, body=body, message=message)
    assert (again, Question.objects.count(), Participation.objects.count()) == (question, 1, 1)


def test_a_double_click_whose_proof_is_spent_gives_back_the_first(body, respondent):
    proof = services.Proof("défi", now() + timedelta(hours=1))
    message = make.a_message()
    first = services.leave_message(respondent, body=body, message=message, proof=proof)
    assert services.leave_message(respondent, body=body, message=message, proof=proof) == first
    other = make.a_message()
    refused("proof.spent", services.leave_message, respondent, body=body, message=other, proof=proof)
    assert Question.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"text": "  "}, "door.text"),
        ({"text": "a" * 5_001}, "door.long"),
        ({"kind": "plainte"}, "door.kind"),
        ({"least_age": None}, "door.age"),
        ({"least_age": 0}, "door.parent"),
        ({"consent": False}, "door.consent"),
        ({"email": "pas une adresse"}, "email.invalid"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(body, respondent, values, code):
    refused(code, services.leave_message, respondent, body=body, message=make.a_message(**values))
    assert not Participation.objects.exists()


def test_under_fifteen_a_parent_agrees_too(body):
    assert make.asked(body, least_age=0, parent=True).pk


def test_a_closed_door_a_place_elsewhere_and_a_crowd_are_refused(body, respondent, gard, settings):
    refused(
        "door.territory",
        services.leave_message,
        respondent,
        body=body,
        message=make.a_message(territory=gard),
    )
    settings.FABRIQUE_SUBMISSIONS_PER_MINUTE = 0
    refused("door.busy", services.leave_message, respondent, body=body, message=make.a_message())
    edit_body(OPERATOR, body=body, door_open=False)
    refused("door.closed", services.leave_message, respondent, body=body, message=make.a_message())


def test_words_of_distress_reach_the_named_agent_as_everywhere(body):
    make.asked(body, text="Je veux en finir, je pense au suicide.")
    assert Alert.objects.count() == 1


def test_the_journal_holds_no_word_of_it(body, lead):
    question = make.asked(body)
    services.answer_question(lead, question=question, answer="Une consultation avancée ouvre en mars.")
    for line in JournalLine.objects.all():
        assert "dentiste" not in str(line.__dict__)


@pytest.mark.both_databases
def test_who_reads_and_answers(body, lead, personas, gard):
    president = make.a_member(body, MandateSeat.PRESIDENT)
    member = make.a_member(body)
    question = make.asked(body)
    elsewhere = accounts.agent(RoleCode.PLAN_LEAD, gard)
    for actor in (member, elsewhere, personas[RoleCode.ADMINISTRATOR], personas[RoleCode.READER]):
        assert not Question.objects.visible_to(actor).exists()
        with pytest.raises(Forbidden):
            services.answer_question(actor, question=question, answer="Non.")
    for actor in (president, lead):
        assert list(Question.objects.visible_to(actor)) == [question]
        services.answer_question(actor, question=question, answer="Une consultation ouvre en mars.")
    assert Question.objects.get().answered_by == lead.user
    with pytest.raises(Forbidden):
        services.publish_question(president, question=question, text=make.WORDS)
    refused("answer.unnamed", services.answer_question, OPERATOR, question=question, answer="Réponse.")


def test_the_queue_counts_what_waits_what_is_late_and_what_is_set_aside(body, lead):
    late, recent, spam = make.asked(body, 70), make.asked(body), make.asked(body)
    services.set_question_aside(lead, question=spam, reason="publicite")
    assert list(Question.objects.to_answer()) == [late, recent]
    assert list(Question.objects.late(today())) == [late]
    assert list(Question.objects.set_aside()) == [spam]
    refused("answer.set_aside", services.answer_question, lead, question=spam, answer="Réponse.")
    services.take_question_back(lead, question=spam)
    refused("aside.not", services.take_question_back, lead, question=spam)
    services.answer_question(lead, question=spam, answer="Réponse.")
    refused("aside.answered", services.set_question_aside, lead, question=spam, reason="publicite")
    refused("moderation.reason", services.set_question_aside, lead, question=late, reason="caprice")


@pytest.mark.both_databases
def test_nothing_is_published_without_consent_answer_and_a_named_reader(body, lead, personas):
    shy = make.asked(body)
    services.answer_question(lead, question=shy, answer="Réponse.")
    refused("publish.not_agreed", services.publish_question, lead, question=shy, text=make.WORDS)
    question = make.asked(body, publish_agreed=True)
    refused("publish.not_answered", services.publish_question, lead, question=question, text=make.WORDS)
    services.answer_question(lead, question=question, answer="Une consultation ouvre en mars.")
    assert list(Question.objects.to_publish()) == [question]
    refused("publish.unnamed", services.publish_question, OPERATOR, question=question, text=make.WORDS)
    refused("publish.reworded", services.publish_question, lead, question=question, text="Et les dentistes ?")
    with pytest.raises(Forbidden):
        services.publish_question(personas[RoleCode.ANALYST], question=question, text=make.WORDS)
    services.publish_question(
        lead, question=question, text="Pourquoi faut-il six mois pour voir un dentiste […]"
    )
    assert list(Question.objects.public()) == [question]
    refused("publish.already", services.publish_question, lead, question=question, text=make.WORDS)
    refused("answer.published", services.answer_question, lead, question=question, answer="Autre.")
    moderate(OPERATOR, contribution=services.text_of(question), state=Moderation.HIDDEN, reason="injure")
    assert not Question.objects.public().exists()
    services.unpublish_question(lead, question=question)
    refused("publish.not_yet", services.unpublish_question, lead, question=question)
    refused("publish.set_aside", services.publish_question, lead, question=question, text=make.WORDS)


@pytest.mark.both_databases
def test_withdrawn_by_its_code_the_question_goes_with_its_answer_and_its_address(body, lead, respondent):
    question = make.asked(body, publish_agreed=True, email="habitante@exemple.test")
    services.answer_question(lead, question=question, answer="Réponse.")
    services.publish_question(lead, question=question, text=make.WORDS)
    erase_participation(respondent, participation=question.participation, reason=ErasureReason.WITHDRAWN)
    assert not Question.objects.exists()
    assert Tombstone.objects.count() == 1
    assert not Subscription.objects.living().exists()
    assert not Email.objects.alive().exists()


def test_who_confirmed_an_address_is_told_once_and_never_the_words(body, lead, respondent):
    question = make.asked(body, email="habitante@exemple.test")
    asking = Email.objects.get(purpose="councils.answer")
    assert "dentiste" not in asking.text
    services.answer_question(lead, question=make.asked(body, email="muette@exemple.test"), answer="Réponse.")
    assert Email.objects.count() == 2
    confirm(respondent, subscription=Subscription.objects.get(reference=question.public_id))
    services.answer_question(lead, question=question, answer="Une consultation ouvre en mars.")
    services.answer_question(lead, question=question, answer="Une consultation ouvre en avril.")
    told = Email.objects.filter(purpose="councils.answer", reference=question.public_id).order_by("pk")
    assert told.count() == 2
    assert "avril" not in told.last().text
    assert "mars" not in told.last().text
    late = Subscription.objects.exclude(reference=question.public_id).get()
    confirm(respondent, subscription=late)
    assert Email.objects.filter(reference=late.reference).count() == 2


def test_only_the_territory_of_the_body_reads_its_door(body, occitanie):
    crsa = make.a_body(occitanie, name="CRSA", acronym="CRSA")
    make.asked(crsa)
    question = make.asked(body)
    here = accounts.agent(RoleCode.MEETING_ORGANISER, department("46"))
    assert list(Question.objects.visible_to(here)) == [question]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Je cherche un dentiste à Cahors depuis mai.", True),
        ("Je  cherche un dentiste\nà Cahors depuis mai.", True),
        ("Je cherche un dentiste […]", True),
        ("[…] un dentiste […] depuis mai.", True),
        ("Je cherche […] depuis […] mai.", True),
        ("[…]", False),
        ("", False),
        ("Je cherche un dentiste.", False),
        ("Je cherche […] Cahors", False),
        ("[…] depuis mai. […] Cahors […]", False),
        ("Je cherche un médecin […]", False),
    ],
)
def test_a_published_question_is_only_cut(text, holds):
    assert services.is_cut_of(text, "Je cherche un dentiste à Cahors depuis mai.") is holds


@given(
    words=st.lists(st.sampled_from(["un", "deux", "trois", "quatre", "cinq"]), min_size=3, max_size=9),
    data=st.data(),
)
@hypothesis_settings(max_examples=40)
def test_any_run_of_words_may_be_cut_but_never_all(words, data):
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    kept = [*words[:start], services.CUT, *words[end:]]
    assert services.is_cut_of(" ".join(kept), " ".join(words)) is (len(kept) > 1)
    assert not services.is_cut_of(" ".join([*kept, "ajouté"]), " ".join(words))
