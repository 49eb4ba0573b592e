"""Verbs of answering: begin, keep, resume, submit once, record in bulk, forget."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from fabrique.accounts.actors import Agent, Respondent, System
from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.services import create_organisation
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations import services
from fabrique.consultations.models import AnswerDocument, Consultation, DraftResponse
from fabrique.consultations.services import answering
from fabrique.consultations.services.answering import (
    Acknowledged,
    RecordedDocument,
    content_of,
    discard_draft,
    erase_expired_drafts,
    find_draft,
    open_form,
    record_documents,
    save_answers,
    seal_form,
    start_draft,
    submit,
)
from fabrique.consultations.services.proofs import Proof
from fabrique.contributions.enums import Channel, Help
from fabrique.contributions.models import Contribution, Participation
from fabrique.contributions.services import find_by_receipt
from tests.factories import consultations
from tests.factories.contributions import ANSWERS, TEXT, a_draft, a_proof, a_receipt, a_response
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]
ME = Respondent()


def opened_from(minimum: int) -> Consultation:
    """An open consultation of that minimum age."""
    consultation = consultations.opened()
    Consultation.objects.filter(pk=consultation.pk).update(minimum_age=minimum)
    consultation.refresh_from_db()
    return consultation


def refused(call: Any, *args: Any, **given: Any) -> str:
    with pytest.raises(Refused) as refusal:
        call(*args, **given)
    return refusal.value.code


@pytest.mark.parametrize(
    ("minimum", "given", "code"),
    [
        (15, {"age": None, "consents": True}, "age.missing"),
        (15, {"age": 0, "consents": True}, "age.too_young"),
        (15, {"age": 15, "consents": False}, "consent.missing"),
        (12, {"age": 12, "consents": True}, "age.parent"),
        (12, {"age": 0, "consents": True, "parent_consents": True}, "age.too_young"),
    ],
)
def test_beginning_wants_the_age_and_consent(minimum: int, given: dict[str, Any], code: str) -> None:
    consultation = opened_from(minimum)
    assert refused(start_draft, ME, consultation=consultation, **given) == code
    assert not DraftResponse.objects.exists()


def test_under_fifteen_a_parent_consents_too_and_the_document_says_so() -> None:
    consultation = opened_from(12)
    draft = a_draft(consultation, age=12, parent_consents=True)
    done = submit(ME, sealed=seal_form(draft), proof=a_proof())
    document = json.loads(AnswerDocument.objects.get(participation=done.participation).document)
    assert document["parental_consent"] is True


def test_a_consultation_that_is_not_open_takes_no_answer() -> None:
    later = consultations.opened(opens_at=now() + timedelta(days=1))
    assert refused(start_draft, ME, consultation=later, age=15, consents=True) == "consultation.closed"


def test_an_agent_does_not_answer_as_a_respondent(analyst: Agent) -> None:
    with pytest.raises(Forbidden):
        start_draft(analyst, consultation=consultations.opened(), age=15, consents=True)


def test_what_is_typed_is_kept_right_or_wrong_and_sealed() -> None:
    draft = a_draft(consultations.opened(), {"minutes": "douze", "needs": TEXT})
    assert content_of(draft).answers == {"minutes": "douze", "needs": TEXT}
    stored = DraftResponse.objects.extra(select={"raw": "document"}).values("raw").get()["raw"]  # noqa: S610
    assert stored.startswith("v1:")
    assert "attente" not in stored


def test_an_answer_emptied_is_forgotten() -> None:
    draft = save_answers(ME, draft=a_draft(consultations.opened()), answers={"needs": ""})
    assert "needs" not in content_of(draft).answers


def test_the_code_of_the_receipt_resumes_the_response_however_typed() -> None:
    draft = a_draft(consultations.opened())
    code = content_of(draft).code
    assert find_draft(f"{code[:5].lower()} {code[5:]}") == draft
    assert find_draft(a_receipt()) is None


def test_a_response_discarded_or_expired_is_not_resumed(time_machine) -> None:
    consultation = consultations.opened(closes_at=now() + timedelta(days=90))
    gone, old = a_draft(consultation), a_draft(consultation)
    code_gone, code_old = content_of(gone).code, content_of(old).code
    discard_draft(ME, draft=gone)
    assert find_draft(code_gone) is None
    time_machine.move_to(now() + timedelta(days=31))
    assert find_draft(code_old) is None
    assert erase_expired_drafts(System("ménage")) == 1
    assert not DraftResponse.objects.exists()


def test_only_the_platform_erases_expired_drafts() -> None:
    with pytest.raises(Forbidden):
        erase_expired_drafts(ME)


def test_a_submission_is_recorded_with_its_document_and_the_draft_goes() -> None:
    consultation = consultations.opened()
    one, code = a_response(consultation)
    assert find_by_receipt(code) == one
    assert one.consent_at is not None
    assert one.notice_hash == consultation.notices.current().content_hash
    document = json.loads(AnswerDocument.objects.get(participation=one).document)
    assert document["answers"]["minutes"] == "12.5"
    assert document["answers"]["needs"] == TEXT
    assert not DraftResponse.objects.exists()


def test_sending_again_gives_the_same_response_and_the_same_code() -> None:
    sealed = seal_form(a_draft(consultations.opened()))
    first = submit(ME, sealed=sealed, proof=a_proof())
    again = submit(ME, sealed=sealed, proof=a_proof())
    assert (again.participation, again.code, again.repeated) == (first.participation, first.code, True)
    assert Participation.objects.count() == 1


def test_two_windows_of_the_same_response_carry_the_same_code_and_key() -> None:
    draft = a_draft(consultations.opened())
    one, two = seal_form(draft), seal_form(draft)
    assert one != two
    assert open_form(one) == open_form(two)


def test_a_form_sent_again_after_the_withdrawal_creates_nothing() -> None:
    from fabrique.contributions.enums import ErasureReason
    from fabrique.contributions.services import erase_participation

    sealed = seal_form(a_draft(consultations.opened()))
    done = submit(ME, sealed=sealed, proof=a_proof())
    erase_participation(ME, participation=done.participation, reason=ErasureReason.WITHDRAWN)
    assert refused(submit, ME, sealed=sealed, proof=a_proof()) == "draft.gone"
    assert not Participation.objects.exists()


def test_an_altered_form_is_refused() -> None:
    sealed = seal_form(a_draft(consultations.opened()))
    middle = len(sealed) // 2
    altered = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    assert refused(submit, ME, sealed=altered, proof=a_proof()) == "form.invalid"


def test_an_incomplete_response_is_refused_and_kept() -> None:
    draft = a_draft(consultations.opened(), {"needs": TEXT})
    assert refused(submit, ME, sealed=seal_form(draft), proof=a_proof()) == "document.incomplete"
    assert DraftResponse.objects.filter(pk=draft.pk).exists()


def test_a_proof_already_spent_is_refused_and_the_response_kept() -> None:
    consultation, proof = consultations.opened(), a_proof()
    submit(ME, sealed=seal_form(a_draft(consultation)), proof=proof)
    draft = a_draft(consultation)
    assert refused(submit, ME, sealed=seal_form(draft), proof=proof) == "proof.spent"
    assert DraftResponse.objects.filter(pk=draft.pk).exists()
    assert Participation.objects.count() == 1


def test_too_many_at_once_are_asked_to_wait_and_nothing_is_lost(settings) -> None:
    consultation = consultations.opened()
    a_response(consultation)
    settings.FABRIQUE_SUBMISSIONS_PER_MINUTE = 1
    draft, proof = a_draft(consultation), a_proof()
    assert refused(submit, ME, sealed=seal_form(draft), proof=proof) == "submission.busy"
    settings.FABRIQUE_SUBMISSIONS_PER_MINUTE = 10
    assert not submit(ME, sealed=seal_form(draft), proof=proof).repeated, "the proof was not spent either"


def test_the_closing_time_is_the_last_instant_included(time_machine) -> None:
    closes = (now() + timedelta(days=2)).replace(microsecond=0)
    consultation = consultations.opened(closes_at=closes)
    one, two = a_draft(consultation), a_draft(consultation)
    time_machine.move_to(closes, tick=False)
    submit(ME, sealed=seal_form(one), proof=a_proof())
    time_machine.move_to(closes + timedelta(seconds=1), tick=False)
    assert refused(submit, ME, sealed=seal_form(two), proof=a_proof()) == "consultation.closed"


def test_a_draft_goes_on_with_its_version_after_a_correction() -> None:
    consultation = consultations.opened()
    draft = a_draft(consultation)
    services.new_version(OPERATOR, consultation=consultation)
    done = submit(ME, sealed=seal_form(draft), proof=a_proof())
    assert AnswerDocument.objects.get(participation=done.participation).version == draft.version


def test_a_submission_takes_few_queries(django_assert_max_num_queries) -> None:
    sealed, proof = seal_form(a_draft(consultations.opened())), a_proof()
    with django_assert_max_num_queries(30):
        submit(ME, sealed=sealed, proof=proof)


def documents(count: int) -> list[RecordedDocument]:
    return [
        RecordedDocument(
            ANSWERS, Channel.PAPER, a_receipt(), f"papier-{n}", submitted_at=now() - timedelta(days=n)
        )
        for n in range(count)
    ]


def test_documents_of_another_channel_are_recorded_in_bulk_and_once() -> None:
    version = consultations.opened().questionnaires.current()
    given = documents(40)
    record_documents(OPERATOR, version=version, documents=given[:7])
    done = record_documents(OPERATOR, version=version, documents=given)
    assert [one.submitted_at for one in done] == [one.submitted_at for one in given]
    assert Participation.objects.count() == AnswerDocument.objects.count() == 40
    assert Contribution.objects.count() == 80


def test_a_document_keeps_its_relay_its_helper_and_the_version_it_answers() -> None:
    version = consultations.opened().questionnaires.current()
    relay = create_organisation(
        OPERATOR,
        name="Centre social",
        kind=OrganisationKind.SOCIAL_CENTRE,
        territory=version.consultation.perimeter,
    )
    given = RecordedDocument(
        ANSWERS, Channel.PAPER, a_receipt(), "papier-relais", relay=relay, help=Help.HELPED
    )
    [done] = record_documents(OPERATOR, version=version, documents=[given])
    assert (done.relay, done.help, done.form_version) == (relay, Help.HELPED, version.number)


def test_one_wrong_document_stops_the_whole_before_anything_is_written() -> None:
    version = consultations.opened().questionnaires.current()
    wrong = RecordedDocument({"minutes": "x"}, Channel.PAPER, a_receipt(), "papier-faux")
    with pytest.raises(Refused) as refusal:
        record_documents(OPERATOR, version=version, documents=[*documents(2), wrong])
    assert (2, "minutes", "not_a_number") in refusal.value.params["errors"]
    assert not Participation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_by_several_threads_at_once_makes_one_response_with_one_code() -> None:
    """Each request has its own proof, as several windows would; on both databases."""
    sealed = seal_form(a_draft(consultations.opened()))
    proofs = [a_proof() for _ in range(5)]
    barrier = threading.Barrier(len(proofs))
    done: list[Acknowledged] = []

    def send(proof: Proof) -> None:
        barrier.wait()
        try:
            done.append(submit(ME, sealed=sealed, proof=proof))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[proof]) for proof in proofs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == len(proofs)
    assert len({one.code for one in done}) == 1
    assert sorted(one.repeated for one in done) == [False, True, True, True, True]
    assert Participation.objects.count() == AnswerDocument.objects.count() == 1


def test_new_responses_wait_where_a_robot_begins_too_many(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation = consultations.opened()
    settings.FABRIQUE_SUBMISSIONS_PER_MINUTE = 1
    monkeypatch.setattr(answering, "DRAFTS_FOR_ONE_SUBMISSION", 1)
    assert start_draft(ME, consultation=consultation, age=30, consents=True).pk
    assert refused(start_draft, ME, consultation=consultation, age=30, consents=True) == "draft.busy"
