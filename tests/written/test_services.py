"""Verbs of written contributions: refusals, erasure, retention, secrecy at rest."""

from datetime import timedelta

import pytest
from django.db import connection

from fabrique.accounts.actors import Respondent
from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import ErasureReason
from fabrique.contributions.models import Participation
from fabrique.contributions.services import erase_participation
from fabrique.subscriptions.enums import EmailState
from fabrique.subscriptions.models import Email
from fabrique.written.models import Demand, WrittenContribution
from fabrique.written.services import (
    Proof,
    Typed,
    accept,
    close_call,
    create_call,
    edit_call,
    forget_old,
    open_call,
    receive,
    refuse,
    save_demands,
)
from tests.factories import written as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def call(occitanie):
    return make.a_call(occitanie)


def code_of(act):
    with pytest.raises(Refused) as refusal:
        act()
    assert str(refusal.value).endswith(".")
    return refusal.value.code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"organisation_name": " "}, "written.organisation"),
        ({"files": (), "text": "  "}, "written.empty"),
        ({"files": (), "text": "a" * 100_001}, "written.too_long"),
        ({"contact_email": "pas une adresse"}, "email.invalid"),
        ({"contact_email": "a@b.test\nBcc: c@d.test"}, "email.invalid"),
    ],
)
def test_a_deposit_that_cannot_be_is_refused_and_nothing_is_stored(call, given, code):
    assert code_of(lambda: make.received(call, **given)) == code
    assert not WrittenContribution.objects.exists()


def test_files_too_heavy_together_are_refused(call, settings):
    deposit = make.a_deposit()
    settings.FABRIQUE_UPLOAD_MB = 0
    assert code_of(lambda: receive(Respondent(), call=call, deposit=deposit)) == "written.too_heavy"


def test_a_proof_serves_once_and_a_refused_deposit_leaves_nothing_half_stored(call):
    proof = Proof("nonce", now() + timedelta(hours=1))
    receive(Respondent(), call=call, deposit=make.a_deposit(), proof=proof)
    other = make.a_deposit(organisation_name="Commune de Val")
    assert code_of(lambda: receive(Respondent(), call=call, deposit=other, proof=proof)) == "proof.spent"
    assert WrittenContribution.objects.count() == 1


def test_the_public_writes_only_while_the_call_is_open(call, time_machine):
    time_machine.move_to(call.closes_at + timedelta(seconds=1))
    assert code_of(lambda: make.received(call)) == "call.not_open"
    assert receive(OPERATOR, call=call, deposit=make.a_deposit()).created  # a letter that came late


def test_words_names_addresses_and_files_are_sealed_in_the_database(call):
    make.received(call, text="Un secret bien gardé.", contact_name="Camille Exemple")
    with connection.cursor() as cursor:
        for table in ("written_writtencontribution", "written_writtenfile", "written_demand"):
            cursor.execute(f"SELECT * FROM {table}")
            stored = str(cursor.fetchall())
            for secret in (
                "secret bien",
                "Camille",
                "les-sources.test",
                "Les Sources",
                "consultations avancées",
            ):
                assert secret not in stored


def test_the_journal_holds_identifiers_only(call):
    written = make.received(call)
    accept(OPERATOR, written=written)
    lines = str(list(JournalLine.objects.values_list("verb", "object_reference", "reason")))
    assert "written.receive" in lines
    assert "written.accept" in lines
    assert "Sources" not in lines


@pytest.mark.parametrize("code", [RoleCode.READER, RoleCode.OPERATOR, RoleCode.EDITOR, RoleCode.FACILITATOR])
def test_others_do_not_decide(call, personas, code):
    written = make.received(call)
    with pytest.raises(Forbidden):
        accept(personas[code], written=written)
    with pytest.raises(Forbidden):
        refuse(personas[code], written=written, reason="hors-sujet")


def test_the_public_neither_splits_nor_decides(call):
    written = make.received(call)
    with pytest.raises(Forbidden):
        save_demands(Respondent(), written=written, typed=[], revision=1)
    with pytest.raises(Forbidden):
        accept(Respondent(), written=written)


def test_without_a_demand_nothing_is_accepted(call):
    written = save_demands(OPERATOR, written=make.received(call), typed=[], revision=1)
    assert code_of(lambda: accept(OPERATOR, written=written)) == "written.no_demand"
    assert not Participation.objects.exists()


def test_a_decided_contribution_is_not_split_again(call):
    written = accept(OPERATOR, written=make.received(call))
    typed = [Typed(text="Autre chose.")]
    act = lambda: save_demands(OPERATOR, written=written, typed=typed, revision=written.revision)  # noqa: E731
    assert code_of(act) == "written.decided"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ([Typed(text="x" * 10_001)], "demand.too_long"),
        ([Typed(text="Une demande.")] * 251, "demand.too_many"),
        ([Typed(text="Une demande.", page=0)], "demand.page"),
    ],
)
def test_demands_out_of_bounds_are_refused(call, typed, code):
    written = make.received(call)
    assert code_of(lambda: save_demands(OPERATOR, written=written, typed=typed, revision=1)) == code
    assert written.demands.count() == 3


def test_dates_and_states_of_a_call(call, occitanie):
    later = call.closes_at + timedelta(days=5)
    values = {"title": "Autre", "presentation": "x", "opens_at": call.opens_at}
    assert edit_call(OPERATOR, call=call, closes_at=later, **values).closes_at == later
    call.refresh_from_db()
    assert call.title != "Autre"  # open: its title stays
    sooner = call.closes_at - timedelta(days=1)
    assert code_of(lambda: edit_call(OPERATOR, call=call, closes_at=sooner, **values)) == "call.shortened"
    assert code_of(lambda: open_call(OPERATOR, call=call)) == "call.not_draft"
    close_call(OPERATOR, call=call)
    assert code_of(lambda: close_call(OPERATOR, call=call)) == "call.not_open"
    assert code_of(lambda: edit_call(OPERATOR, call=call, closes_at=later, **values)) == "call.closed"
    assert (
        code_of(lambda: create_call(OPERATOR, title=" ", presentation="", perimeter=occitanie))
        == "call.title"
    )


def test_contact_and_files_go_at_their_term_and_demands_stay(call, time_machine, settings):
    written = accept(OPERATOR, written=make.received(call))
    waiting = make.received(call, organisation_name="Commune de Val")
    time_machine.move_to(call.closes_at + timedelta(days=settings.FABRIQUE_WRITTEN_DAYS - 1))
    assert forget_old(OPERATOR) == 0
    time_machine.move_to(call.closes_at + timedelta(days=settings.FABRIQUE_WRITTEN_DAYS + 1))
    assert forget_old(OPERATOR) == 2
    assert forget_old(OPERATOR) == 0
    for one in (written, waiting):
        one.refresh_from_db()
        assert (one.contact_email, one.text, one.receipt_code) == ("", "", "")
        assert one.files.get().data == b""
    assert written.demands.count() == 3
    assert not waiting.demands.exists()


def test_only_the_worker_forgets(personas):
    with pytest.raises(Forbidden):
        forget_old(personas[RoleCode.ADMINISTRATOR])


def test_erasing_the_participation_erases_what_was_sent(call):
    written = accept(OPERATOR, written=make.received(call, publication_agreed=True))
    found = WrittenContribution.objects.of_call(call)
    assert (list(found.listed()), found.organisations()) == ([written], 1)
    erase_participation(OPERATOR, participation=written.participation, reason=ErasureReason.RIGHTS)
    assert (list(found.listed()), found.organisations()) == ([], 0)
    written = WrittenContribution.objects.get()
    assert (written.title, written.organisation_name) == ("", "")
    assert written.participation is None
    assert not Demand.objects.exists()
    assert (written.contact_email, written.text, written.files.get().data) == ("", "", b"")


def test_erasing_the_participation_calls_back_the_letters_that_wait_about_it_alone(call):
    other = make.received(call, organisation_name="Commune de Val", contact_email="mairie@val.test")
    written = accept(OPERATOR, written=make.received(call))
    about = Email.objects.filter(reference=str(written.public_id))
    assert set(about.values_list("purpose", "state")) == {
        ("written.receipt", EmailState.WAITING),
        ("written.accepted", EmailState.WAITING),
    }
    erase_participation(OPERATOR, participation=written.participation, reason=ErasureReason.RIGHTS)
    assert {(one.state, one.recipient) for one in about.all()} == {(EmailState.CANCELLED, None)}
    assert Email.objects.get(reference=str(other.public_id)).state == EmailState.WAITING
