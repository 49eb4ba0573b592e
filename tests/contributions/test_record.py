"""Recording one act of taking part: once, sealed, masked, hashed; and in bulk."""

import threading
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fabrique.accounts.actors import Agent, Respondent
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Unit
from fabrique.contributions.models import ClosedAnswer, Contribution, Participation
from fabrique.contributions.services import (
    GivenAnswer,
    Profile,
    find_by_receipt,
    record_participation,
    record_participations,
)
from fabrique.territories.models import Territory
from tests.factories.contributions import TEXT, a_participation, a_receipt, a_source, a_submission
from tests.factories.territories import OPERATOR, commune

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


def test_texts_and_closed_answers_hang_on_their_questions() -> None:
    source = a_source()
    one = a_participation(
        source,
        texts={"needs": TEXT, "ideas": "  "},
        closed=[GivenAnswer("gave_up", "yes", rank=1)],
        profile=Profile(territory=commune("Cahors"), age_band="75-plus"),
    )
    assert [c.question.key for c in one.contributions.all()] == ["needs"]
    assert [(a.question.key, a.choice, a.rank) for a in one.closed_answers.all()] == [("gave_up", "yes", 1)]
    assert one.department.code == "46"


def test_a_number_is_kept_exactly() -> None:
    one = a_participation(texts={}, closed=[GivenAnswer("gave_up", value=Decimal("12.5"))])
    assert one.closed_answers.get().value == Decimal("12.50")


def test_the_raw_text_is_sealed_and_the_masked_text_hides_names_and_telephones() -> None:
    text = a_participation().contributions.get()
    assert text.raw_text == TEXT
    assert "Martin" not in text.masked_text
    assert "06 12" not in text.masked_text
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw_text FROM contributions_contribution")
        assert TEXT not in cursor.fetchone()[0]


def test_the_same_key_gives_back_the_same_row() -> None:
    source, submission = a_source(), a_submission()
    first = record_participation(Respondent(), source=source, submission=submission)
    again = record_participation(Respondent(), source=source, submission=submission)
    assert first == again
    assert Contribution.objects.count() == 1


def test_a_key_already_used_with_another_code_is_refused() -> None:
    source, submission = a_source(), a_submission()
    record_participation(Respondent(), source=source, submission=submission)
    other = a_submission(idempotency_key=submission.idempotency_key)
    with pytest.raises(Refused) as refusal:
        record_participation(Respondent(), source=source, submission=other)
    assert refusal.value.code == "submission.key_reused"


def test_an_answer_to_an_unknown_question_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(Refused) as refusal:
        a_participation(texts={"elsewhere": "Bonjour"})
    assert refusal.value.code == "submission.unknown_question"
    assert not Participation.objects.exists()


def test_an_agent_without_the_right_cannot_record(reader: Agent) -> None:
    with pytest.raises(Forbidden):
        record_participation(reader, source=a_source(), submission=a_submission())


def test_the_journal_holds_no_word_and_no_code() -> None:
    submission = a_submission()
    record_participation(Respondent(), source=a_source(), submission=submission)
    lines = [str(vars(line)) for line in JournalLine.objects.all()]
    assert any("contributions.record" in line for line in lines)
    for word in ("Martin", "attente", submission.receipt, submission.idempotency_key):
        assert not any(word in line for line in lines)


def test_bulk_recording_started_again_records_nothing_twice() -> None:
    source = a_source()
    submissions = [a_submission() for _ in range(30)]
    record_participations(OPERATOR, source=source, submissions=submissions[:10])
    done = record_participations(OPERATOR, source=source, submissions=submissions)
    assert [p.idempotency_key for p in done] == [s.idempotency_key for s in submissions]
    assert Participation.objects.count() == 30
    assert Contribution.objects.count() == ClosedAnswer.objects.count() == 30


def test_a_code_is_found_however_it_is_typed_and_another_is_not() -> None:
    code = a_receipt()
    one = a_participation(receipt=code)
    assert find_by_receipt(f" {code[:5].lower()}-{code[5:10]} {code[10:].lower()}") == one
    assert find_by_receipt(a_receipt()) is None


def test_a_code_hashed_under_an_older_key_is_still_found(settings) -> None:
    code = a_receipt()
    one = a_participation(receipt=code)
    old = settings.FABRIQUE_RECEIPT_KEYRING
    settings.FABRIQUE_RECEIPT_KEYRING = {"new": "QUFB" * 11 + "QQ==", **old}
    assert find_by_receipt(code) == one
    assert a_participation().receipt_key_id == "new"


def test_the_database_refuses_to_give_an_item_another_hash() -> None:
    text = a_participation().contributions.get()
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Contribution.objects.filter(pk=text.pk).update(item_hash="0" * 64)


def test_a_group_s_words_are_counted_apart_from_persons() -> None:
    source = a_source()
    a_participation(source)
    a_participation(source, unit=Unit.GROUP)
    assert Participation.objects.of_source(source).counted_by_unit() == {"groupe": 1, "personne": 1}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=200).filter(lambda text: text.strip() and "\x00" not in text))
def test_any_text_comes_back_as_it_was_written(occitanie: Territory, text: str) -> None:
    """Surrogates excepted: no database stores them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    one = a_participation(a_source(), texts={"needs": text})
    assert one.contributions.get().raw_text == text


@pytest.mark.django_db(transaction=True)
def test_threads_with_the_same_key_make_one_row() -> None:
    source, submission = a_source(), a_submission()
    found: list[int] = []
    barrier = threading.Barrier(6)

    def send() -> None:
        barrier.wait()
        try:
            found.append(record_participation(Respondent(), source=source, submission=submission).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert set(found) == {Participation.objects.get().pk}
    assert Contribution.objects.count() == 1


def test_one_code_opens_one_response_only() -> None:
    source, code = a_source(), a_receipt()
    record_participation(OPERATOR, source=source, submission=a_submission(receipt=code))
    with pytest.raises(Refused) as refused:
        record_participation(OPERATOR, source=source, submission=a_submission(receipt=code))
    assert refused.value.code == "submission.code_taken"
    assert Participation.objects.count() == 1
