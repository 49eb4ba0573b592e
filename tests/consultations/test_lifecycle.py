"""The life of a consultation: the opening and what it refuses, corrections, extension, close, publication.

Fed by factories. Feeds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.common.models import Wording
from fabrique.consultations import services
from fabrique.consultations.enums import State, WordingKind
from fabrique.consultations.models import Choice, Consultation, Question, QuestionnaireVersion, Section
from fabrique.consultations.services.editing import NOTICE_FIELDS
from fabrique.contributions.models import Source
from fabrique.contributions.services import name_alert_contact
from tests.factories import consultations as factory
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.both_databases


@pytest.fixture
def complete(occitanie: object) -> Consultation:
    return factory.complete()


@pytest.fixture
def opened(occitanie: object) -> Consultation:
    return factory.opened()


def codes(consultation: Consultation) -> list[str]:
    return [item.code for item in services.missing_before_opening(consultation)]


# --- what must be there


def test_a_complete_file_misses_nothing(complete: Consultation) -> None:
    assert services.missing_before_opening(complete) == []


def test_a_new_file_says_all_that_it_misses(occitanie: object) -> None:
    missing = services.missing_before_opening(factory.draft())
    assert {item.step for item in missing} == {
        "presentation",
        "calendrier",
        "documents",
        "donnees",
        "analyse-impact",
        "questionnaire",
    }
    assert all(item.sentence.endswith((".", "»")) for item in missing)


def without(**fields: object) -> Callable[[Consultation], None]:
    def spoil(consultation: Consultation) -> None:
        Consultation.objects.filter(pk=consultation.pk).update(**fields)

    return spoil


def without_notice(field: str) -> Callable[[Consultation], None]:
    return lambda consultation: consultation.notices.update(**{field: ""}) and None


def without_basis(field: str) -> Callable[[Consultation], None]:
    return lambda consultation: (
        consultation.notices.draft().purposes.filter(key="listen").update(**{field: ""}) and None
    )


def question_with(key: str, **fields: object) -> Callable[[Consultation], None]:
    return lambda consultation: (
        consultation.questionnaires.draft().questions.filter(key=key).update(**fields) and None
    )


def one_choice(key: str) -> Callable[[Consultation], None]:
    def spoil(consultation: Consultation) -> None:
        first, *others = factory.question(consultation, key).choices.all()
        Choice.objects.filter(pk__in=[choice.pk for choice in others]).delete()

    return spoil


SPOILED = {
    "title": without(title=""),
    "summary": without(summary=""),
    "arrangements": without(arrangements=" "),
    "minimum_age": without(minimum_age=None),
    "opens_at": without(opens_at=None),
    "closes_at": without(closes_at=None),
    "closes_at.past": without(opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(days=1)),
    "restitution_promise": without(restitution_promise=""),
    "restitution_due": without(restitution_due=None),
    "restitution_due.early": without(restitution_due=date(2020, 1, 1)),
    "documents": lambda consultation: consultation.documents.all().delete() and None,
    "impact_assessed_on": without(impact_assessed_on=None),
    "impact_assessed_on.future": without(impact_assessed_on=date(2999, 1, 1)),
    "impact_validator": without(impact_validator=""),
    "notice.purposes": lambda consultation: consultation.notices.draft().purposes.all().delete() and None,
    "notice.purpose.purpose": without_basis("purpose"),
    "notice.purpose.article_6": without_basis("article_6"),
    "notice.purpose.article_9": without_basis("article_9"),
    **{f"notice.{name}": without_notice(name) for name in NOTICE_FIELDS},
    "questions": lambda consultation: consultation.questionnaires.draft().questions.all().delete() and None,
    "section.empty": lambda c: (
        Section.objects.create(version=c.questionnaires.draft(), key="empty", position=9, title="Vide")
        and None
    ),
    "choices": one_choice("gave_up"),
    "territory.elsewhere": lambda c: factory.question(c, "commune").choices.all().delete() and None,
    "maximum": question_with("priorities", maximum=9),
    "scale.values": lambda c: factory.question(c, "easy").choices.update(value=None) and None,
    "condition.unknown": question_with("gave_up_which", show_if={"question": "absent", "any_of": ["yes"]}),
    "condition.later": question_with("easy", show_if={"question": "gave_up", "any_of": ["yes"]}),
    "condition.choice": question_with("gave_up_which", show_if={"question": "gave_up", "any_of": ["maybe"]}),
    "profile.kind": question_with("needs", profile_role="situation"),
    "profile.help": question_with("respondent_for", profile_role=""),
    "profile.help_choices": lambda c: (
        factory.question(c, "respondent_for").choices.filter(key="self").update(key="me") and None
    ),
}


@pytest.mark.parametrize("code", SPOILED)
def test_it_does_not_open_while_one_thing_is_missing_and_says_which(
    complete: Consultation, code: str
) -> None:
    if code == "profile.kind":
        question_with("situation", profile_role="")(complete)
    SPOILED[code](complete)
    complete.refresh_from_db()
    assert code in codes(complete)
    with pytest.raises(Refused) as refusal:
        services.open_consultation(OPERATOR, consultation=complete)
    assert refusal.value.code == "consultation.incomplete"
    assert code in refusal.value.params["missing"]
    complete.refresh_from_db()
    assert complete.state == State.DRAFT
    assert complete.questionnaires.current() is None


def test_a_missing_notice_is_said(complete: Consultation) -> None:
    complete.notices.all().delete()
    assert "notice" in codes(complete)


def warned(consultation: Consultation) -> list[str]:
    """The warnings before opening, that of the alerts apart: nobody is named in this small world."""
    found = [item.code for item in services.warnings_before_opening(consultation)]
    return [code for code in found if code != "alerts.nobody"]


def test_a_short_delay_is_only_warned_about(occitanie: object) -> None:
    short = factory.complete(closes_at=now() + timedelta(days=5))
    assert warned(short) == ["calendar.short"]
    assert services.open_consultation(OPERATOR, consultation=short).state == State.OPEN


def test_a_reasonable_delay_is_not_warned_about(complete: Consultation) -> None:
    assert warned(complete) == []


def test_nobody_to_receive_the_alerts_is_warned_about(complete: Consultation, personas: Any) -> None:
    def told() -> bool:
        return "alerts.nobody" in {item.code for item in services.warnings_before_opening(complete)}

    assert told()
    moderator = personas[RoleCode.MODERATOR].user
    name_alert_contact(OPERATOR, territory=complete.perimeter, user=moderator)
    assert not told()


def test_under_fifteen_opens_with_a_warning_since_the_first_page_asks_for_a_parent(occitanie: object) -> None:
    young = factory.complete(minimum_age=14)
    assert services.missing_before_opening(young) == []
    assert warned(young) == ["minimum_age.minors"]


# --- the opening


def test_opening_freezes_the_notice_and_the_questionnaire(opened: Consultation) -> None:
    notice, questionnaire = opened.notices.current(), opened.questionnaires.current()
    assert opened.state == State.OPEN
    assert len(notice.content_hash) == len(questionnaire.content_hash) == 64
    assert questionnaire.content_hash == services.content_hash(questionnaire)


def test_opening_makes_the_source_and_its_questions_known_to_the_corpus(opened: Consultation) -> None:
    source = Source.objects.get(reference=opened.public_id)
    assert opened.source == source
    rows = {row.key: row for row in source.questions.all()}
    assert list(rows)[:3] == ["easy", "gave_up", "gave_up_which"]
    assert rows["gave_up_which"].show_if == {"question": "gave_up", "any_of": ["yes"]}
    assert rows["gave_up"].choices == [{"key": "yes", "label": "Oui"}, {"key": "no", "label": "Non"}]


def test_opening_is_journalled(opened: Consultation) -> None:
    assert (
        JournalLine.objects.filter(verb="consultations.open", object_reference=opened.public_id).count() == 1
    )


def test_opening_takes_the_approver(complete: Consultation, editor, approver) -> None:
    with pytest.raises(Forbidden):
        services.open_consultation(editor, consultation=complete)
    assert services.open_consultation(approver, consultation=complete).state == State.OPEN


def test_it_opens_once(opened: Consultation) -> None:
    with pytest.raises(Refused) as refusal:
        services.open_consultation(OPERATOR, consultation=opened)
    assert refusal.value.code == "consultation.not_draft"


def test_the_database_refuses_an_open_consultation_without_its_arrangements(opened: Consultation) -> None:
    for field, empty in (
        ("arrangements", ""),
        ("restitution_promise", ""),
        ("closes_at", None),
        ("source", None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Consultation.objects.filter(pk=opened.pk).update(**{field: empty})


# --- what is frozen


def frozen_rows(consultation: Consultation) -> dict[str, Callable[[], object]]:
    version = consultation.questionnaires.current()
    notice = consultation.notices.current()
    question = version.questions.get(key="gave_up")
    key = f"{version.public_id}/easy"
    return {
        "section changed": lambda: version.sections.update(title="Autre"),
        "section added": lambda: Section.objects.create(version=version, key="n", position=9, title="N"),
        "section removed": lambda: version.sections.all().delete(),
        "question changed": lambda: version.questions.update(title="Autre"),
        "question added": lambda: Question.objects.create(
            version=version, section=version.sections.first(), key="n", position=9, kind="single", title="N"
        ),
        "choice changed": lambda: question.choices.update(label="Autre"),
        "choice added": lambda: Choice.objects.create(question=question, key="n", position=9, label="N"),
        "choice removed": lambda: question.choices.all().delete(),
        "version changed": lambda: QuestionnaireVersion.objects.filter(pk=version.pk).update(
            introduction="Autre"
        ),
        "version thawed": lambda: QuestionnaireVersion.objects.filter(pk=version.pk).update(frozen_at=None),
        "wording changed": lambda: Wording.objects.filter(object_key=key).update(text="Autre"),
        "wording added": lambda: Wording.objects.create(
            object_kind=WordingKind.QUESTION, object_key=f"{version.public_id}/needs", field="title", text="N"
        ),
        "wording removed": lambda: Wording.objects.filter(object_key=key).delete(),
        "notice changed": lambda: type(notice).objects.filter(pk=notice.pk).update(rights="Autre"),
        "purpose changed": lambda: notice.purposes.update(article_9="9.2.i"),
        "purpose removed": lambda: notice.purposes.all().delete(),
    }


@pytest.mark.parametrize(
    "change",
    [
        "section changed",
        "section added",
        "section removed",
        "question changed",
        "question added",
        "choice changed",
        "choice added",
        "choice removed",
        "version changed",
        "version thawed",
        "wording changed",
        "wording added",
        "wording removed",
        "notice changed",
        "purpose changed",
        "purpose removed",
    ],
)
def test_the_database_refuses_to_change_what_is_frozen(opened: Consultation, change: str) -> None:
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        frozen_rows(opened)[change]()


def test_a_draft_is_not_guarded(complete: Consultation) -> None:
    version = factory.draft_version(complete)
    assert version.sections.update(title="Autre") == 3
    assert Wording.objects.filter(object_key=f"{version.public_id}/easy").update(text="Autre") == 1


# --- corrections


def test_a_correction_copies_the_version_in_force(opened: Consultation) -> None:
    current = opened.questionnaires.current()
    corrected = services.new_version(OPERATOR, consultation=opened)
    assert (corrected.number, corrected.supersedes) == (2, current)
    assert services.content_hash(corrected) == current.content_hash
    assert opened.questionnaires.current() == current


def test_publishing_a_correction_puts_it_in_force(opened: Consultation) -> None:
    first = opened.questionnaires.current()
    services.new_version(OPERATOR, consultation=opened)
    services.update_question(
        OPERATOR, question=factory.question(opened, "needs"), title="Vos besoins de santé ?"
    )
    published = services.publish_version(OPERATOR, version=factory.draft_version(opened))
    assert opened.questionnaires.current() == published
    assert published.content_hash != first.content_hash
    assert opened.source.questions.get(key="needs").wording == "Vos besoins de santé ?"


def test_each_question_knows_the_versions_in_which_it_stands(opened: Consultation) -> None:
    services.new_version(OPERATOR, consultation=opened)
    services.remove_question(OPERATOR, question=factory.question(opened, "needs"))
    services.add_question(
        OPERATOR,
        section=factory.question(opened, "minutes").section,
        kind="long_text",
        title="Et encore ?",
        key="more",
    )
    services.publish_version(OPERATOR, version=factory.draft_version(opened))
    standing = dict(opened.source.questions.values_list("key", "versions"))
    assert (standing["needs"], standing["minutes"], standing["more"]) == ([1], [1, 2], [2])


def test_a_key_never_changes_its_kind(opened: Consultation) -> None:
    services.new_version(OPERATOR, consultation=opened)
    with pytest.raises(Refused) as refusal:
        services.update_question(OPERATOR, question=factory.question(opened, "needs"), kind="short_text")
    assert refusal.value.code == "question.kind_changed"


def test_a_removed_key_does_not_come_back_with_another_kind(opened: Consultation) -> None:
    services.new_version(OPERATOR, consultation=opened)
    question = factory.question(opened, "needs")
    section = question.section
    services.remove_question(OPERATOR, question=question)
    with pytest.raises(Refused) as refusal:
        services.add_question(OPERATOR, section=section, kind="number", title="Combien ?", key="needs")
    assert refusal.value.code == "question.kind_changed"


def test_an_incomplete_correction_is_not_published(opened: Consultation) -> None:
    version = services.new_version(OPERATOR, consultation=opened)
    services.add_section(OPERATOR, version=version, title="Vide")
    with pytest.raises(Refused) as refusal:
        services.publish_version(OPERATOR, version=version)
    assert refusal.value.code == "questionnaire.incomplete"


def test_one_correction_at_a_time(opened: Consultation) -> None:
    services.new_version(OPERATOR, consultation=opened)
    with pytest.raises(Refused) as refusal:
        services.new_version(OPERATOR, consultation=opened)
    assert refusal.value.code == "questionnaire.draft_exists"


def test_a_draft_consultation_has_nothing_to_correct(complete: Consultation) -> None:
    with pytest.raises(Refused) as refusal:
        services.new_version(OPERATOR, consultation=complete)
    assert refusal.value.code == "consultation.not_open"


def test_a_correction_can_be_given_up(opened: Consultation) -> None:
    current = opened.questionnaires.current()
    services.drop_version(OPERATOR, version=services.new_version(OPERATOR, consultation=opened))
    assert opened.questionnaires.latest_version() == current


def test_the_version_in_force_is_not_given_up(opened: Consultation, complete: Consultation) -> None:
    for version in (opened.questionnaires.current(), factory.draft_version(complete)):
        with pytest.raises(Refused) as refusal:
            services.drop_version(OPERATOR, version=version)
        assert refusal.value.code == "questionnaire.not_a_correction"


def test_publishing_a_correction_takes_the_approver(opened: Consultation, editor, approver) -> None:
    version = services.new_version(editor, consultation=opened)
    with pytest.raises(Forbidden):
        services.publish_version(editor, version=version)
    assert services.publish_version(approver, version=version).is_frozen


# --- the end


def test_it_is_answerable_up_to_the_last_instant_included(opened: Consultation, monkeypatch) -> None:
    monkeypatch.setattr("fabrique.consultations.querysets.now", lambda: opened.closes_at)
    assert opened in Consultation.objects.answerable()
    monkeypatch.setattr(
        "fabrique.consultations.querysets.now", lambda: opened.closes_at + timedelta(microseconds=1)
    )
    assert opened not in Consultation.objects.answerable()


def test_it_is_not_answerable_before_its_time(occitanie: object) -> None:
    announced = factory.opened(opens_at=now() + timedelta(days=2))
    assert announced not in Consultation.objects.answerable()
    assert announced in Consultation.objects.visible_to_public()


def test_a_draft_is_not_public(complete: Consultation) -> None:
    assert complete not in Consultation.objects.visible_to_public()


def test_the_closing_time_may_only_be_put_later(opened: Consultation) -> None:
    later = opened.closes_at + timedelta(days=7)
    assert services.extend_consultation(OPERATOR, consultation=opened, closes_at=later).closes_at == later
    with pytest.raises(Refused) as refusal:
        services.extend_consultation(OPERATOR, consultation=opened, closes_at=later)
    assert refusal.value.code == "closing.not_later"


def test_an_extension_does_not_pass_the_promised_restitution(opened: Consultation) -> None:
    with pytest.raises(Refused) as refusal:
        services.extend_consultation(OPERATOR, consultation=opened, closes_at=now() + timedelta(days=900))
    assert refusal.value.code == "restitution.before_closing"


def test_closing_early_wants_a_reason(opened: Consultation) -> None:
    with pytest.raises(Refused) as refusal:
        services.close_consultation(OPERATOR, consultation=opened)
    assert refusal.value.code == "closing.early"
    assert services.close_consultation(OPERATOR, consultation=opened, reason="incident").state == State.CLOSED


def test_closing_after_the_announced_time_wants_none(opened: Consultation, monkeypatch) -> None:
    after = opened.closes_at + timedelta(seconds=1)
    monkeypatch.setattr("fabrique.consultations.services.lifecycle.now", lambda: after)
    assert services.close_consultation(OPERATOR, consultation=opened).state == State.CLOSED


def test_only_an_open_consultation_closes_or_is_extended(complete: Consultation) -> None:
    for refused in (
        lambda: services.close_consultation(OPERATOR, consultation=complete, reason="incident"),
        lambda: services.extend_consultation(OPERATOR, consultation=complete, closes_at=now()),
    ):
        with pytest.raises(Refused) as refusal:
            refused()
        assert refusal.value.code == "consultation.not_open"


def test_closing_takes_the_approver(opened: Consultation, analyst, approver) -> None:
    with pytest.raises(Forbidden):
        services.close_consultation(analyst, consultation=opened, reason="incident")
    assert services.close_consultation(approver, consultation=opened, reason="incident").state == State.CLOSED


def test_results_are_published_after_the_close(opened: Consultation, approver, analyst) -> None:
    with pytest.raises(Refused) as refusal:
        services.mark_published(approver, consultation=opened)
    assert refusal.value.code == "consultation.not_closed"
    services.close_consultation(approver, consultation=opened, reason="incident")
    with pytest.raises(Forbidden):
        services.mark_published(analyst, consultation=opened)
    assert services.mark_published(approver, consultation=opened).state == State.PUBLISHED
