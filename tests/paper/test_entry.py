"""From a printed sheet to the corpus: batches, entry, the draw, the second entry; each rule with its refusal."""

import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from fabrique.accounts.actors import Respondent, System
from fabrique.accounts.enums import OrganisationKind, RoleCode
from fabrique.accounts.services import create_organisation, grant_role
from fabrique.common.clock import now, told_at
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.models import AnswerDocument
from fabrique.contributions.enums import Channel, ErasureReason
from fabrique.contributions.models import ClosedAnswer, Contribution, Participation
from fabrique.contributions.services import erase_participation, find_by_receipt
from fabrique.paper import services
from fabrique.paper.enums import AsideReason, FormState, Mark
from fabrique.paper.models import Batch, Entry, PaperForm
from fabrique.paper.services import batches
from tests.factories import accounts, consultations
from tests.factories.paper import (
    ANSWERS,
    NEEDS,
    a_batch,
    blank_reading,
    drawn,
    entered,
    operator_in,
    reading,
    sheet,
)
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


@pytest.fixture
def first(personas):
    return personas[RoleCode.OPERATOR]


@pytest.fixture
def second():
    return operator_in("46")


@pytest.fixture
def batch(first):
    return a_batch(first)


def refused(code, act, **given):
    with pytest.raises(Refused) as caught:
        act(**given)
    assert caught.value.code == code
    return caught.value


# --- batches -------------------------------------------------------------------------------------------


def test_each_booklet_of_a_batch_has_its_number_and_its_code(batch):
    forms = list(batch.forms.order_by("number"))
    assert [form.number for form in forms] == [1, 2, 3, 4]
    assert len({form.receipt_code for form in forms}) == 4
    assert Participation.objects.count() == 0


@pytest.mark.parametrize(
    ("given", "code"),
    [({"size": 0}, "paper.size"), ({"size": 101}, "paper.size"), ({"double_share": 0}, "paper.share"),
     ({"double_share": 101}, "paper.share")],
)  # fmt: skip
def test_a_batch_of_an_impossible_size_or_share_is_refused(first, given, code):
    with pytest.raises(Refused) as caught:
        a_batch(first, **given)
    assert caught.value.code == code


def test_booklets_are_printed_for_an_open_consultation_only(first):
    closed = consultations.opened()
    closed.state = "close"
    closed.save(update_fields=["state"])
    with pytest.raises(Refused) as caught:
        a_batch(first, consultation=closed)
    assert caught.value.code == "paper.not_open"


@pytest.mark.parametrize("role", [RoleCode.EDITOR, RoleCode.READER, RoleCode.RELAY, RoleCode.ANALYST])
def test_other_roles_print_no_batch(personas, role):
    with pytest.raises(Forbidden):
        a_batch(personas[role])


def test_an_operator_of_another_department_does_nothing_here(batch):
    stranger = operator_in("30")
    form = sheet(batch, 1)
    for act in (
        lambda: a_batch(stranger),
        lambda: services.claim(stranger, form=form),
        lambda: services.enter(stranger, form=form, reading=reading()),
        lambda: services.receive(stranger, batch=batch, count=1),
        lambda: services.draw_sample(stranger, batch=batch),
        lambda: services.settle(stranger, form=form, decisions={}),
        lambda: services.reopen(stranger, form=form),
        lambda: services.add_form(stranger, batch=batch),
        lambda: services.close_batch(stranger, batch=batch),
        lambda: services.check_may_print(stranger, batch=batch),
    ):
        with pytest.raises(Forbidden):
            act()


def test_an_administrator_prints_but_enters_nothing(administrator):
    batch = a_batch(administrator)
    with pytest.raises(Forbidden):
        services.enter(administrator, form=sheet(batch, 1), reading=reading())


def test_nobody_enters_a_sheet_without_being_a_person(batch):
    for actor in (System("job"), Respondent()):
        with pytest.raises(Forbidden):
            services.enter(actor, form=sheet(batch, 1), reading=reading())


def test_a_relay_prints_its_own_batches_and_no_other(first, lot):
    own = create_organisation(
        OPERATOR, name="Espace de vie du Causse", kind=OrganisationKind.SOCIAL_CENTRE, territory=lot
    )
    user = accounts.user()
    grant_role(OPERATOR, user=user, code=RoleCode.RELAY, territory=lot, organisation=own)
    relay = type(first)(user)
    mine = a_batch(first, relay=own)
    services.check_may_print(relay, batch=mine)
    with pytest.raises(Forbidden):
        services.check_may_print(relay, batch=a_batch(first, consultation=mine.version.consultation))


def test_a_kit_asked_twice_is_one_batch_until_a_sheet_comes_back(first, lot):
    relay = create_organisation(
        OPERATOR, name="Espace de vie du Causse", kind=OrganisationKind.SOCIAL_CENTRE, territory=lot
    )
    given = {"version": consultations.opened().questionnaires.current(), "relay": relay, "size": 2}
    kit = services.batch_for_relay(System("relays"), **given)
    assert services.batch_for_relay(System("relays"), **given) == kit
    assert (kit.relay, kit.territory, kit.forms.count(), kit.created_by) == (relay, lot, 2, None)
    services.enter(first, form=sheet(kit, 1), reading=reading())
    assert services.batch_for_relay(System("relays"), **given) != kit
    with pytest.raises(Forbidden):
        services.batch_for_relay(operator_in("30"), **given)


def test_sheets_that_came_back_are_counted_up_to_what_was_printed(first, batch):
    assert services.receive(first, batch=batch, count=3).received == 3
    refused("paper.count", services.receive, actor=first, batch=batch, count=5)


# --- first entry ---------------------------------------------------------------------------------------


def test_a_first_entry_waits_for_the_draw_and_is_in_no_corpus(first, batch):
    form = services.enter(first, form=sheet(batch, 1), reading=reading())
    assert form.state == FormState.ENTERED
    assert Participation.objects.count() == 0


def test_what_operators_type_is_sealed_on_the_disk(first, batch):
    services.enter(first, form=sheet(batch, 1), reading=reading())
    with connection.cursor() as cursor:
        cursor.execute("SELECT document FROM paper_entry")
        entry = cursor.fetchone()[0]
        cursor.execute("SELECT receipt_code FROM paper_paperform")
        codes = [row[0] for row in cursor.fetchall()]
    assert entry.startswith("v1:")
    assert "médecin" not in entry
    assert all(code.startswith("v1:") for code in codes)


def test_a_question_that_was_put_is_answered_or_marked(first, batch):
    answers = {key: value for key, value in ANSWERS.items() if key not in ("needs", "gave_up_which")}
    error = refused(
        "paper.reading", services.enter, actor=first, form=sheet(batch, 1), reading=reading_of(answers)
    )
    assert [(e.question, e.code) for e in error.params["errors"]] == [
        ("gave_up_which", "skipped"),
        ("needs", "skipped"),
    ]
    assert not Entry.objects.exists()


def reading_of(answers, **given):
    return services.Reading(answers=answers, consents=True, age=15, **given)


def test_a_question_is_not_answered_and_marked_at_once(first, batch):
    both = services.Reading(answers=ANSWERS, marks={"needs": Mark.BLANK}, consents=True, age=15)
    error = refused("paper.reading", services.enter, actor=first, form=sheet(batch, 1), reading=both)
    assert [(e.question, e.code) for e in error.params["errors"]] == [("needs", "both")]


def test_more_boxes_than_allowed_are_never_kept_as_an_answer(first, batch):
    error = refused(
        "paper.reading",
        services.enter,
        actor=first,
        form=sheet(batch, 1),
        reading=reading({"difficulties": ["delay", "cost", "distance"]}),
    )
    assert [e.code for e in error.params["errors"]] == ["too_many"]


def test_marks_are_recorded_as_such_and_never_guessed(first, batch):
    marks = {"easy": Mark.AMBIGUOUS, "difficulties": Mark.ILLEGIBLE, "needs": Mark.BLANK}
    entered(first, batch, s1=reading(marks=marks))
    form = recorded_whatever_the_draw(first, batch, 1, reading(marks=marks))
    keys = set(form.participation.closed_answers.values_list("question__key", flat=True))
    assert keys.isdisjoint(marks)
    assert not form.participation.contributions.filter(question__key="needs").exists()
    document = AnswerDocument.objects.get(participation=form.participation).document
    assert '"easy":"ambigu"' in document
    assert '"difficulties":"illisible"' in document
    assert form.entries.get(rank=1).marks == {key: str(mark) for key, mark in marks.items()}


def recorded_whatever_the_draw(first, batch, number, read):
    """The sheet recorded, entered a second time where it was drawn."""
    services.draw_sample(first, batch=batch)
    form = sheet(batch, number)
    if form.state == FormState.SAMPLED:
        services.enter(operator_in("46"), form=form, reading=read)
    return sheet(batch, number)


def test_a_required_question_may_be_blank_on_paper(first, batch):
    form = services.enter(first, form=sheet(batch, 1), reading=reading(marks={"easy": Mark.BLANK}))
    assert form.state == FormState.ENTERED


def test_an_answer_to_a_question_that_was_not_put_is_left_out_and_marked(first, batch):
    services.enter(first, form=sheet(batch, 1), reading=reading({"gave_up": "no"}))
    entry = sheet(batch, 1).entries.get()
    assert entry.marks == {"gave_up_which": Mark.HIDDEN}
    assert "lunettes" not in entry.document


def test_a_sheet_without_the_agreement_ticked_is_counted_and_nothing_of_it_is_kept(first, batch):
    form = services.enter(first, form=sheet(batch, 1), reading=reading(consents=False))
    assert (form.state, form.aside_reason) == (FormState.ASIDE, AsideReason.NO_CONSENT)
    assert not Entry.objects.exists()
    assert not Participation.objects.exists()
    assert batch.forms.all().aside_by_reason() == [{"aside_reason": "sans-accord", "forms": 1}]


@pytest.mark.parametrize(
    ("given", "minimum", "reason"),
    [({"age": None}, 15, AsideReason.NO_AGE), ({"age": 0}, 15, AsideReason.TOO_YOUNG),
     ({"age": 13}, 13, AsideReason.NO_PARENT)],
)  # fmt: skip
def test_the_rules_on_minors_hold_on_paper(first, given, minimum, reason):
    batch = a_batch(first, consultation=consultations.opened(minimum_age=minimum))
    form = services.enter(first, form=sheet(batch, 1), reading=reading(**given))
    assert form.aside_reason == reason


def test_a_child_whose_parent_agreed_is_recorded_so(first):
    batch = a_batch(first, consultation=consultations.opened(minimum_age=13), size=1)
    read = reading(age=13, parent_consents=True)
    services.enter(first, form=sheet(batch, 1), reading=read)
    form = recorded_whatever_the_draw(first, batch, 1, read)
    assert '"parental_consent":true' in AnswerDocument.objects.get(participation=form.participation).document


def test_a_blank_sheet_is_counted_and_not_recorded(first, batch):
    assert services.enter(first, form=sheet(batch, 1), reading=blank_reading()).aside_reason == "vierge"


def test_a_day_after_the_closing_sets_the_sheet_aside(first, batch):
    closes = batch.version.consultation.closes_at
    with told_at(closes + timedelta(days=5)):
        late = services.enter(
            first, form=sheet(batch, 1), reading=reading(filled_on=closes.date() + timedelta(days=2))
        )
        in_time = services.enter(first, form=sheet(batch, 2), reading=reading(filled_on=closes.date()))
    assert (late.aside_reason, in_time.state) == (AsideReason.LATE, FormState.ENTERED)


@pytest.mark.parametrize(
    ("day", "code"), [(timedelta(days=2), "day.future"), (timedelta(days=-9), "day.early")]
)
def test_an_impossible_day_is_looked_at_again(first, batch, day, code):
    read = reading(filled_on=(now() + day).date())
    error = refused("paper.reading", services.enter, actor=first, form=sheet(batch, 1), reading=read)
    assert [e.code for e in error.params["errors"]] == [code]


def test_a_sheet_is_entered_once_even_on_a_double_click(first, batch):
    services.enter(first, form=sheet(batch, 1), reading=reading())
    refused("paper.entered", services.enter, actor=first, form=sheet(batch, 1), reading=reading())
    assert Entry.objects.count() == 1


def test_a_sheet_open_on_another_screen_is_refused_to_a_second_operator(first, second, batch):
    services.claim(first, form=sheet(batch, 1))
    services.claim(first, form=sheet(batch, 1))
    refused("paper.claimed", services.claim, actor=second, form=sheet(batch, 1))
    refused("paper.claimed", services.enter, actor=second, form=sheet(batch, 1), reading=reading())
    with told_at(now() + timedelta(minutes=31)):
        assert services.claim(second, form=sheet(batch, 1)).claimed_by == second.user
    services.release(second, form=sheet(batch, 1))
    assert sheet(batch, 1).claimed_by is None


def test_the_database_itself_refuses_a_second_entry_of_the_same_rank_or_operator(first, second, batch):
    services.enter(first, form=sheet(batch, 1), reading=reading())
    for rank, user in ((1, second.user), (2, first.user)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(
                form=sheet(batch, 1), rank=rank, operator=user, document="{}", entered_at=now()
            )


def test_once_results_are_published_the_corpus_takes_no_more_sheet(first, batch):
    consultation = batch.version.consultation
    consultation.state = "publiee"
    consultation.save(update_fields=["state"])
    refused("paper.published", services.enter, actor=first, form=sheet(batch, 1), reading=reading())


def test_a_sheet_set_aside_by_mistake_is_entered_again_under_the_same_code(first, batch):
    code = sheet(batch, 1).receipt_code
    services.enter(first, form=sheet(batch, 1), reading=reading(consents=False))
    services.reopen(first, form=sheet(batch, 1))
    assert services.enter(first, form=sheet(batch, 1), reading=reading()).state == FormState.ENTERED
    assert sheet(batch, 1).receipt_code == code
    refused("paper.not_aside", services.reopen, actor=first, form=sheet(batch, 1))


def test_a_sheet_without_number_gets_its_own(first, batch):
    form = services.add_form(first, batch=batch)
    assert (form.number, form.unnumbered) == (5, True)
    assert form.receipt_code


# --- the draw and the corpus ---------------------------------------------------------------------------


def test_the_draw_takes_the_share_announced_and_records_the_others(first, batch):
    codes = {form.pk: form.receipt_code for form in batch.forms.all()}
    entered(first, batch)
    draw = services.draw_sample(first, batch=batch)
    assert (draw.population, draw.sample) == (4, 2)
    kept_back = drawn(batch)
    assert len(kept_back) == 2
    recorded = batch.forms.filter(state=FormState.RECORDED)
    assert recorded.count() == 2 == Participation.objects.count()
    for form in recorded:
        assert form.receipt_code is None
        assert find_by_receipt(codes[form.pk]) == form.participation
        assert form.entries.get().document == ""


def test_the_draw_can_be_made_again_from_its_seed(first, batch):
    entered(first, batch)
    numbers = [form.number for form in batch.forms.order_by("number")]
    draw = services.draw_sample(first, batch=batch)
    assert sorted(random.Random(draw.seed).sample(numbers, draw.sample)) == [
        form.number for form in drawn(batch)
    ]


def test_a_small_share_still_draws_one_sheet(first):
    batch = a_batch(first, size=3, double_share=1)
    entered(first, batch)
    assert services.draw_sample(first, batch=batch).sample == 1


def test_without_a_sheet_entered_there_is_nothing_to_draw(first, batch):
    refused("paper.nothing_to_draw", services.draw_sample, actor=first, batch=batch)
    entered(first, batch)
    services.draw_sample(first, batch=batch)
    refused("paper.nothing_to_draw", services.draw_sample, actor=first, batch=batch)


def test_a_draw_cut_short_is_completed_by_asking_again(first, batch, monkeypatch):
    entered(first, batch)

    def cut(actor, *, form):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(batches, "record_form", cut)
        with pytest.raises(RuntimeError):
            services.draw_sample(first, batch=batch)
    before = [form.number for form in drawn(batch)]
    services.draw_sample(first, batch=batch)
    assert [form.number for form in drawn(batch)] == before
    assert Participation.objects.count() == 2
    assert batch.draws.count() == 1


def test_late_sheets_have_a_draw_of_their_own(first, batch):
    for number in (1, 2):
        services.enter(first, form=sheet(batch, number), reading=reading())
    services.draw_sample(first, batch=batch)
    services.enter(first, form=sheet(batch, 3), reading=reading())
    draw = services.draw_sample(first, batch=batch)
    assert (draw.number, draw.population, draw.sample) == (2, 1, 1)


def test_the_corpus_holds_the_paper_answer_once_with_its_provenance(first, lot):
    relay = create_organisation(
        OPERATOR, name="Espace de vie du Causse", kind=OrganisationKind.SOCIAL_CENTRE, territory=lot
    )
    batch = a_batch(first, size=1, relay=relay)
    code = sheet(batch, 1).receipt_code
    day = (now() - timedelta(days=1)).date()
    read = reading(filled_on=day)
    services.enter(first, form=sheet(batch, 1), reading=read)
    form = recorded_whatever_the_draw(first, batch, 1, read)
    one = Participation.objects.get()
    assert one == form.participation == find_by_receipt(code)
    assert (one.channel, one.unit, one.relay, one.form_version) == (Channel.PAPER, "personne", relay, 1)
    assert one.consent_at.date() == one.submitted_at.date() == day
    assert one.notice_hash == batch.version.consultation.notices.current().content_hash
    assert (one.department.code, one.age_band, one.sex) == ("46", "75-plus", "woman")
    assert [text.raw_text for text in one.contributions.order_by("question__position")] == [
        "des lunettes",
        NEEDS,
    ]
    assert ClosedAnswer.objects.filter(
        participation=one, question__key="priorities", rank=1
    ).get().choice == ("mental")


def test_withdrawing_by_the_slip_erases_what_was_typed_too(first, batch):
    codes = {form.number: form.receipt_code for form in batch.forms.all()}
    entered(first, batch)
    services.draw_sample(first, batch=batch)
    form = batch.forms.filter(state=FormState.RECORDED).first()
    found = find_by_receipt(codes[form.number])
    erase_participation(Respondent(), participation=found, reason=ErasureReason.WITHDRAWN)
    form = PaperForm.objects.get(pk=form.pk)
    assert (form.state, form.participation) == (FormState.RECORDED, None)
    assert not form.entries.exists()
    assert not Contribution.objects.filter(participation=found.pk).exists()


# --- closing -------------------------------------------------------------------------------------------


def test_closing_forgets_the_codes_of_what_never_came_back(first, batch):
    services.enter(first, form=sheet(batch, 1), reading=reading(consents=False))
    closed = services.close_batch(first, batch=batch)
    assert closed.state == "clos"
    assert closed.closed_at
    assert {form.state for form in batch.forms.exclude(number=1)} == {FormState.LOST}
    assert not batch.forms.filter(receipt_code__isnull=False).exists()
    refused("paper.closed", services.enter, actor=first, form=sheet(batch, 2), reading=reading())
    refused("paper.closed", services.receive, actor=first, batch=batch, count=1)


def test_a_batch_with_sheets_under_way_does_not_close(first, batch):
    services.enter(first, form=sheet(batch, 1), reading=reading())
    refused("paper.unfinished", services.close_batch, actor=first, batch=batch)


def test_a_batch_is_read_where_one_has_the_right(first, batch, personas):
    assert list(Batch.objects.visible_to(first)) == [batch]
    assert list(Batch.objects.visible_to(personas[RoleCode.ANALYST])) == [batch]
    assert not Batch.objects.visible_to(operator_in("30")).exists()
    assert not Batch.objects.visible_to(personas[RoleCode.READER]).exists()
    totals = Batch.objects.with_totals().get()
    assert (totals.printed, totals.entered, totals.aside) == (4, 0, 0)
