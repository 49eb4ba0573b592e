"""Minutes: drafted from the items, signed by a named person, published, transmitted, corrected; and the corpus."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now, today, told_at
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import Channel, ErasureReason, Unit
from fabrique.contributions.models import Contribution, Participation, Tombstone
from fabrique.contributions.services import erase_participation, find_by_receipt
from fabrique.meetings.enums import ItemKind, MeetingKind, MeetingState, MinutesState
from fabrique.meetings.models import Initiative, Item, ItemSlip, Minutes
from fabrique.meetings.services import deposit
from fabrique.meetings.services.deposit import deposit_items, deposit_waiting, is_deposited
from fabrique.meetings.services.initiatives import create_initiative, publish_initiative
from fabrique.meetings.services.items import change_item, put_item, remove_item
from fabrique.meetings.services.minutes import (
    contents,
    discard_minutes,
    draft_minutes,
    fingerprint_of,
    missing_before_signing,
    publish_minutes,
    record_transmission,
    sign_minutes,
    write_minutes,
)
from fabrique.meetings.services.slips import erase_expired_slips, print_slips
from tests.factories.territories import OPERATOR
from tests.factories.workshops import (
    TEXT,
    a_change,
    a_workshop,
    an_item,
    prompt,
    published,
    sign,
    signed,
    table,
    words,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(personas: Any) -> Any:
    return a_workshop()


@pytest.fixture
def organiser(personas: Any) -> Any:
    return personas[RoleCode.MEETING_ORGANISER]


def correct(item: Item, text: str, signatory: Any) -> None:
    item.refresh_from_db()
    change_item(signatory, item=item, revision=item.revision, words=words(item.table.meeting, text))


# --- drafting


def test_a_draft_holds_the_items_of_now_by_question_and_kind(workshop, organiser):
    an_item(workshop, "Une piste", kind=ItemKind.PROPOSAL)
    an_item(workshop, "Un constat", kind=ItemKind.OBSERVATION)
    an_item(workshop, "Une idée", prompt=str(prompt(workshop, 2).public_id))
    remove_item(OPERATOR, item=an_item(workshop, "Retiré"))
    draft = draft_minutes(organiser, meeting=workshop)
    assert [[one["text"] for one in section["items"]] for section in contents(draft)] == [
        ["Un constat", "Une piste"],
        ["Une idée"],
    ]
    assert draft_minutes(organiser, meeting=workshop).pk == draft.pk


def test_words_are_written_around_the_items_and_a_lost_update_is_refused(workshop, organiser):
    draft = draft_minutes(organiser, meeting=workshop)
    key = prompt(workshop).key
    written = write_minutes(
        organiser,
        minutes=draft,
        revision=1,
        introduction=" Le cadre. ",
        bodies={key: "Un mot.", "autre": " "},
    )
    assert (written.introduction, written.revision) == ("Le cadre.", 2)
    assert [section["body"] for section in contents(written)] == ["Un mot.", ""]
    with pytest.raises(Refused) as refused:
        write_minutes(organiser, minutes=draft, revision=1, introduction="Trop tard", bodies={})
    assert refused.value.code == "edit.conflict"
    discard_minutes(organiser, minutes=draft)
    assert not Minutes.objects.exists()


@pytest.mark.parametrize("role", [RoleCode.READER, RoleCode.OPERATOR, RoleCode.ANALYST])
def test_drafting_is_refused_to_other_roles(personas, workshop, role):
    with pytest.raises(Forbidden):
        draft_minutes(personas[role], meeting=workshop)


# --- signing


@pytest.mark.both_databases
def test_a_signature_freezes_the_version_under_a_name(workshop, organiser):
    an_item(workshop)
    minutes = signed(workshop, organiser)
    assert minutes.state == MinutesState.SIGNED
    assert (minutes.signatory, minutes.signatory_name) == (organiser.user, organiser.user.full_name)
    assert minutes.signatory_title == "Présidente de séance"
    assert len(minutes.content_hash) == 64
    assert minutes.frozen_at == minutes.signed_at
    workshop.refresh_from_db()
    assert workshop.state == MeetingState.MINUTES_SIGNED
    for again in (
        lambda: sign(minutes, organiser),
        lambda: write_minutes(organiser, minutes=minutes, revision=1, introduction="x", bodies={}),
        lambda: discard_minutes(organiser, minutes=minutes),
    ):
        with pytest.raises(Refused) as refused:
            again()
        assert refused.value.code == "minutes.frozen"
    with pytest.raises(DatabaseError), transaction.atomic():
        Minutes.objects.filter(pk=minutes.pk).update(introduction="Réécrite")


def test_what_is_signed_is_what_was_read(workshop, organiser):
    an_item(workshop)
    draft = draft_minutes(organiser, meeting=workshop)
    read = fingerprint_of(draft)
    an_item(workshop, "Arrivé pendant la lecture")
    given = {"name": "Une présidente", "title": "Présidente", "revision": draft.revision}
    with pytest.raises(Refused) as refused:
        sign_minutes(organiser, minutes=draft, fingerprint=read, **given)
    assert refused.value.code == "minutes.moved"


def test_a_job_or_a_nameless_person_does_not_sign(workshop, organiser):
    an_item(workshop)
    draft = draft_minutes(organiser, meeting=workshop)
    given = {"minutes": draft, "revision": 1, "fingerprint": fingerprint_of(draft)}
    for actor, name, title in (
        (OPERATOR, "Quelqu’un", "Présidente"),
        (organiser, "  ", "Présidente"),
        (organiser, "Quelqu’un", ""),
    ):
        with pytest.raises(Refused) as refused:
            sign_minutes(actor, name=name, title=title, **given)
        assert refused.value.code == "minutes.nobody"


@pytest.mark.parametrize("role", [RoleCode.FACILITATOR, RoleCode.EDITOR, RoleCode.OPERATOR])
def test_signing_is_refused_to_other_roles(personas, workshop, role):
    an_item(workshop)
    draft = draft_minutes(OPERATOR, meeting=workshop)
    with pytest.raises(Forbidden):
        sign(draft, personas[role])


def test_what_holds_a_signature_back_is_listed(personas, organiser):
    workshop = a_workshop(held=False)
    draft = draft_minutes(organiser, meeting=workshop)
    assert [code for code, _sentence in missing_before_signing(draft)] == [
        "minutes.not_held",
        "minutes.empty",
    ]
    item = an_item(workshop)
    for text in ("A", "B"):
        put_item(
            OPERATOR, meeting=workshop, change=a_change(workshop, text, client_id=item.client_id, base=1)
        )
    assert [code for code, _sentence in missing_before_signing(draft)] == [
        "minutes.not_held",
        "minutes.versions",
    ]
    with pytest.raises(Refused) as refused:
        sign(draft, organiser)
    assert refused.value.code == "minutes.not_held"


# --- publishing


@pytest.mark.both_databases
def test_unsigned_minutes_cannot_be_published_by_the_verb_nor_in_the_database(workshop, organiser):
    an_item(workshop)
    draft = draft_minutes(organiser, meeting=workshop)
    with pytest.raises(Refused, match="signé") as refused:
        publish_minutes(OPERATOR, minutes=draft)
    assert refused.value.code == "minutes.unsigned"
    for state in (MinutesState.SIGNED, MinutesState.PUBLISHED):
        with pytest.raises(IntegrityError), transaction.atomic():
            Minutes.objects.filter(pk=draft.pk).update(state=state, published_at=now())
    assert not Participation.objects.exists()


def test_publication_is_the_approver_s(personas, workshop, organiser):
    an_item(workshop)
    minutes = signed(workshop, organiser)
    with pytest.raises(Forbidden):
        publish_minutes(organiser, minutes=minutes)
    done = publish_minutes(personas[RoleCode.APPROVER], minutes=minutes)
    assert (done.state, done.published_at is not None) == (MinutesState.PUBLISHED, True)
    again = publish_minutes(personas[RoleCode.APPROVER], minutes=minutes)
    assert again.published_at == done.published_at
    workshop.refresh_from_db()
    assert workshop.state == MeetingState.PUBLISHED


def test_a_transmission_is_noted_once_with_its_date(personas, workshop, organiser):
    an_item(workshop)
    draft = draft_minutes(organiser, meeting=workshop)
    given = {"recipient": " Le  ministère ", "sent_on": today()}
    with pytest.raises(Refused) as refused:
        record_transmission(organiser, minutes=draft, **given)
    assert refused.value.code == "minutes.unsigned"
    minutes = sign(draft, organiser)
    line = record_transmission(organiser, minutes=minutes, **given)
    assert record_transmission(organiser, minutes=minutes, **given).pk == line.pk
    assert (line.recipient, line.recorded_by) == ("Le ministère", organiser.user)
    for recipient, day, code in (
        ("", today(), "transmission.recipient"),
        ("X", today() + timedelta(days=1), "transmission.date"),
        ("X", today() - timedelta(days=3), "transmission.date"),
    ):
        with pytest.raises(Refused) as refused:
            record_transmission(organiser, minutes=minutes, recipient=recipient, sent_on=day)
        assert refused.value.code == code
    with pytest.raises(Forbidden):
        record_transmission(personas[RoleCode.FACILITATOR], minutes=minutes, **given)


# --- the corpus


@pytest.mark.both_databases
def test_each_signed_item_is_a_statement_of_a_group_in_the_corpus(workshop, organiser):
    item = an_item(workshop, people=14)
    an_item(workshop, "Sans nombre", people=None, kind=ItemKind.PROPOSAL)
    assert not Participation.objects.exists(), "nothing before the signature"
    minutes = signed(workshop, organiser)
    rows = Participation.objects.order_by("pk")
    assert {(row.unit, row.channel) for row in rows} == {(Unit.GROUP, Channel.WORKSHOP)}
    assert sorted(row.people or 0 for row in rows) == [0, 14]
    assert {row.department.code for row in rows} == {"46"}
    item.refresh_from_db()
    assert item.contribution.raw_text == TEXT
    assert item.contribution.question.key == f"{prompt(workshop).key}-{ItemKind.DIFFICULTY}"
    workshop.refresh_from_db()
    assert item.contribution.participation.source_id == workshop.source_id
    assert deposit_items(organiser, minutes=minutes) == 0
    assert rows.count() == 2


def test_what_is_said_in_a_public_meeting_says_so(personas, organiser):
    meeting = a_workshop(kind=MeetingKind.PUBLIC_MEETING)
    an_item(meeting)
    signed(meeting, organiser)
    assert Participation.objects.get().channel == Channel.MEETING


def test_a_deposit_cut_short_goes_on_with_the_worker(workshop, organiser, monkeypatch):
    for number in range(4):
        an_item(workshop, f"Propos {number}")
    whole, calls = deposit._deposit, []

    def cut(*given: Any) -> bool:
        calls.append(given)
        if len(calls) == 3:
            raise RuntimeError("cut")
        return whole(*given)

    monkeypatch.setattr(deposit, "_deposit", cut)
    with pytest.raises(RuntimeError):
        signed(workshop, organiser)
    monkeypatch.undo()
    minutes = Minutes.objects.get()
    assert minutes.state == MinutesState.SIGNED
    assert not is_deposited(minutes)
    assert Participation.objects.count() == 2
    assert deposit_waiting() == 2
    assert is_deposited(minutes)
    assert deposit_waiting() == 0
    assert Participation.objects.count() == 4


@pytest.mark.both_databases
def test_a_correction_makes_a_new_signed_version_and_the_corpus_follows(workshop, organiser):
    item, kept, gone = an_item(workshop), an_item(workshop, "Inchangé"), an_item(workshop, "De trop")
    codes = {row.pk: code for row, code in print_slips(OPERATOR, meeting=workshop)}
    first = published(workshop, organiser)
    unchanged = Participation.objects.get(contributions__item_hash=_hash(kept))
    correct(item, "Le soir, le médecin de garde est à une heure de route.", organiser)
    remove_item(organiser, item=Item.objects.get(pk=gone.pk))
    assert find_by_receipt(codes[item.pk]).contributions.get().raw_text == TEXT, "not before it is signed"
    draft = draft_minutes(organiser, meeting=workshop)
    with pytest.raises(Refused) as refused:
        sign(draft, organiser)
    assert refused.value.code == "minutes.why"
    write_minutes(
        organiser,
        minutes=draft,
        revision=1,
        introduction="",
        bodies={},
        correction_note="Une durée précisée.",
    )
    second = sign(draft, organiser)
    assert (second.number, second.supersedes_id) == (2, first.pk)
    assert find_by_receipt(codes[item.pk]).contributions.get().raw_text.endswith("une heure de route.")
    assert Participation.objects.filter(pk=unchanged.pk).exists()
    assert find_by_receipt(codes[gone.pk]) is None
    assert Contribution.objects.count() == 2
    first.refresh_from_db()
    assert first.state == MinutesState.PUBLISHED, "the version in force stays public until the new one is"
    assert TEXT in str(first.sections)
    publish_minutes(OPERATOR, minutes=second)
    first.refresh_from_db()
    assert first.state == MinutesState.REPLACED
    with pytest.raises(Refused) as refused:
        publish_minutes(OPERATOR, minutes=first)
    assert refused.value.code == "minutes.replaced"


def _hash(item: Item) -> str:
    item.refresh_from_db()
    return str(item.contribution.item_hash)


def test_a_correction_after_the_codes_were_erased_still_opens_with_the_paper_slip(workshop, organiser):
    item = an_item(workshop)
    [(_item, code)] = print_slips(OPERATOR, meeting=workshop)
    signed(workshop, organiser)
    with told_at(now() + timedelta(days=91)):
        assert erase_expired_slips() == 1
        correct(item, "Corrigé bien plus tard", organiser)
        draft = draft_minutes(organiser, meeting=workshop)
        write_minutes(
            organiser, minutes=draft, revision=1, introduction="", bodies={}, correction_note="Oui."
        )
        sign(draft, organiser)
        with pytest.raises(Refused) as refused:
            print_slips(OPERATOR, meeting=workshop)
    assert refused.value.code == "slips.none"
    assert find_by_receipt(code).contributions.get().raw_text == "Corrigé bien plus tard"


# --- slips


@pytest.mark.both_databases
def test_a_slip_only_views_and_its_code_is_never_stored_in_clear(workshop, organiser, respondent):
    an_item(workshop)
    [(item, code)] = print_slips(OPERATOR, meeting=workshop)
    assert print_slips(OPERATOR, meeting=workshop) == [(item, code)], "printed again, the same code"
    stored = ItemSlip.objects.extra(select={"sealed": "code"}).values_list("sealed", flat=True)  # noqa: S610
    assert code not in stored[0]
    assert find_by_receipt(code) is None, "it opens once the minutes are signed"
    signed(workshop, organiser)
    found = find_by_receipt(code)
    assert found.unit == Unit.GROUP
    with pytest.raises(Refused) as refused:
        erase_participation(respondent, participation=found, reason=ErasureReason.WITHDRAWN)
    assert refused.value.code == "erasure.not_yours"
    assert not Tombstone.objects.exists()


def test_slips_are_printed_by_table_and_for_facilitators(personas, workshop):
    an_item(workshop)
    second = an_item(workshop, "À l’autre table", table=str(table(workshop, 2).public_id))
    rows = print_slips(personas[RoleCode.FACILITATOR], meeting=workshop, table=table(workshop, 2))
    assert [item.pk for item, _code in rows] == [second.pk]
    with pytest.raises(Forbidden):
        print_slips(personas[RoleCode.READER], meeting=workshop)


def test_codes_are_erased_ninety_days_after_the_signature(workshop, organiser):
    an_item(workshop)
    print_slips(OPERATOR, meeting=workshop)
    with told_at(now() + timedelta(days=100)):
        assert erase_expired_slips() == 0, "not signed: the sheet may be printed again"
        signed(workshop, organiser)
    with told_at(now() + timedelta(days=189)):
        assert erase_expired_slips() == 0
    with told_at(now() + timedelta(days=191)):
        assert erase_expired_slips() == 1


def test_an_erased_statement_is_not_put_back_by_the_worker_and_its_item_is_emptied(workshop, organiser):
    item, other = an_item(workshop), an_item(workshop, "Une autre difficulté")
    minutes = published(workshop, organiser)
    item.refresh_from_db()
    erase_participation(OPERATOR, participation=item.contribution.participation, reason=ErasureReason.RIGHTS)
    assert is_deposited(minutes)
    assert (deposit_waiting(), deposit_items(OPERATOR, minutes=minutes)) == (0, 0)
    assert [one.raw_text for one in Contribution.objects.all()] == ["Une autre difficulté"]
    item.refresh_from_db()
    assert (item.text, item.carrier, item.contribution_id) == ("", "", None)
    with pytest.raises(Refused):
        remove_item(organiser, item=item, removed=False)
    draft = draft_minutes(organiser, meeting=workshop)
    said = [entry["id"] for section in contents(draft) for entry in section["items"]]
    assert said == [str(other.public_id)]


@pytest.mark.both_databases
def test_the_sheet_of_an_erased_statement_leaves_the_public_pages(workshop, organiser):
    given = {"territory": workshop.territory, "summary": "Il passe le mardi."}
    sheets = []
    for title in ("Le bus", "La maison"):
        item = an_item(workshop, title, kind=ItemKind.INITIATIVE)
        sheet = create_initiative(OPERATOR, title=title, item=item, **given)
        sheets.append(publish_initiative(OPERATOR, initiative=sheet))
    signed(workshop, organiser)
    erased, kept = sheets
    erased.item.refresh_from_db()
    told = erased.item.contribution.participation
    erase_participation(OPERATOR, participation=told, reason=ErasureReason.RIGHTS)
    assert list(Initiative.objects.public()) == [kept]
    erased.refresh_from_db()
    assert erased.published_at is None
    line = JournalLine.objects.get(verb="meetings.unpublish_initiative")
    assert (line.object_reference, line.reason) == (str(erased.public_id), "erased")
