"""Writing the file: presentation, documents, notice; who may, what is refused, nobody overwrites anybody.

Fed by factories and personas. Feeds nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from fabrique.accounts.actors import Respondent
from fabrique.audit.models import JournalLine
from fabrique.common.clock import now
from fabrique.common.conflicts import token_of
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations import services
from fabrique.consultations.models import Consultation, NoticeVersion, QuestionnaireVersion
from fabrique.consultations.querysets import last_change
from fabrique.consultations.services.editing import consultation_token, document_values, notice_values
from tests.factories import consultations as factory
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.both_databases


@pytest.fixture
def draft(occitanie: object) -> Consultation:
    return factory.draft()


@pytest.fixture
def opened(occitanie: object) -> Consultation:
    return factory.opened()


def refused(code: str):
    return pytest.raises(Refused, check=lambda refusal: refusal.code == code)


def test_a_new_file_has_an_empty_notice_and_an_empty_questionnaire(draft: Consultation) -> None:
    assert draft.notices.draft().number == 1
    assert draft.questionnaires.draft().number == 1
    assert draft.slug == "parlons-sante"


def test_two_files_of_the_same_title_have_two_addresses(draft: Consultation) -> None:
    assert factory.draft().slug == "parlons-sante-2"


def test_a_file_has_a_title(draft: Consultation, occitanie) -> None:
    with refused("title.missing"):
        services.create_consultation(OPERATOR, title="  ", perimeter=occitanie)
    with refused("title.missing"):
        services.update_consultation(OPERATOR, consultation=draft, title="")


@pytest.mark.parametrize(
    ("role", "may"),
    [("redacteur", True), ("analyste", True), ("administrateur", True), ("directeur-publication", False),
     ("lecteur", False), ("dpd", False), ("moderateur", False)],
)  # fmt: skip
def test_who_writes(draft: Consultation, personas, role: str, may: bool) -> None:
    actor = personas[role]
    if may:
        assert services.update_consultation(actor, consultation=draft, summary="Oui.").summary == "Oui."
    else:
        for verb in (
            lambda: services.update_consultation(actor, consultation=draft, summary="Non."),
            lambda: services.create_consultation(actor, title="Non", perimeter=draft.perimeter),
            lambda: services.add_document(actor, consultation=draft, title="Non", body="Non"),
            lambda: services.update_notice(actor, consultation=draft, rights="Non"),
            lambda: services.load_questionnaire(actor, consultation=draft, content={"sections": []}),
            lambda: services.add_section(actor, version=factory.draft_version(draft), title="Non"),
        ):
            with pytest.raises(Forbidden):
                verb()


def test_a_respondent_writes_nothing(draft: Consultation) -> None:
    with pytest.raises(Forbidden):
        services.update_consultation(Respondent(), consultation=draft, summary="Non.")


def test_a_file_does_not_move_to_a_territory_where_one_has_no_right(lot, occitanie) -> None:
    from tests.factories import accounts

    local = accounts.agent("redacteur", lot)
    consultation = services.create_consultation(local, title="Dans le Lot", perimeter=lot)
    with pytest.raises(Forbidden):
        services.update_consultation(local, consultation=consultation, perimeter=occitanie)


def test_an_unknown_field_is_a_fault_of_the_program(draft: Consultation) -> None:
    with pytest.raises(TypeError):
        services.update_consultation(OPERATOR, consultation=draft, state="ouverte")
    with pytest.raises(TypeError):
        services.update_notice(OPERATOR, consultation=draft, content_hash="x")


def test_the_close_comes_after_the_opening(draft: Consultation) -> None:
    with refused("closing.before_opening"):
        services.update_consultation(
            OPERATOR, consultation=draft, opens_at=now(), closes_at=now() - timedelta(days=1)
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.filter(pk=draft.pk).update(opens_at=now(), closes_at=now() - timedelta(days=1))


def test_the_last_minute_announced_is_included(draft: Consultation) -> None:
    closes_at = datetime(2999, 3, 1, 22, 59, tzinfo=UTC)
    saved = services.update_consultation(OPERATOR, consultation=draft, closes_at=closes_at)
    assert saved.closes_at == closes_at.replace(second=59, microsecond=999_999)


def test_an_easy_read_variant_is_written_and_taken_away(draft: Consultation) -> None:
    def variant() -> str:
        from fabrique.consultations.services.editing import consultation_values

        return consultation_values(draft, [], ["summary"])["summary_falc"]

    services.update_consultation(OPERATOR, consultation=draft, easy_read={"summary": "Dites."})
    assert variant() == "Dites."
    services.update_consultation(OPERATOR, consultation=draft, easy_read={"summary": " "})
    assert variant() == ""


# --- nobody overwrites anybody


def test_two_people_on_one_form(draft: Consultation, editor, analyst) -> None:
    token = consultation_token(draft, ["summary"])
    services.update_consultation(editor, consultation=draft, summary="La première.", expected=token)
    with refused("edit.conflict"):
        services.update_consultation(analyst, consultation=draft, summary="La seconde.", expected=token)
    draft.refresh_from_db()
    assert draft.summary == "La première."


def test_two_people_on_two_forms_do_not_hinder_each_other(draft: Consultation, editor, analyst) -> None:
    token = consultation_token(draft, ["impact_validator"])
    services.update_consultation(editor, consultation=draft, summary="La première.")
    services.update_consultation(analyst, consultation=draft, impact_validator="La déléguée", expected=token)
    draft.refresh_from_db()
    assert (draft.summary, draft.impact_validator) == ("La première.", "La déléguée")


def test_an_easy_read_text_written_meanwhile_is_a_conflict_too(draft: Consultation) -> None:
    token = consultation_token(draft, ["summary"], ["summary"])
    services.update_consultation(OPERATOR, consultation=draft, easy_read={"summary": "Dites."})
    with refused("edit.conflict"):
        services.update_consultation(
            OPERATOR, consultation=draft, summary="Autre", easy_read={"summary": ""}, expected=token
        )


def test_a_document_written_meanwhile(draft: Consultation) -> None:
    document = services.add_document(OPERATOR, consultation=draft, title="Un", body="Un")
    token = token_of(document_values(document))
    services.update_document(OPERATOR, document=document, title="Deux", body="Deux", expected=token)
    with refused("edit.conflict"):
        services.update_document(OPERATOR, document=document, title="Trois", body="Trois", expected=token)


def test_a_notice_written_meanwhile(draft: Consultation) -> None:
    token = token_of(notice_values(draft.notices.draft()))
    services.update_notice(OPERATOR, consultation=draft, purposes=factory.PURPOSES, expected=token)
    with refused("edit.conflict"):
        services.update_notice(OPERATOR, consultation=draft, rights="Autre", expected=token)


# --- documents


def test_documents_keep_their_order(draft: Consultation) -> None:
    for title in ("Un", "Deux", "Trois"):
        services.add_document(OPERATOR, consultation=draft, title=title, body="…")
    services.remove_document(OPERATOR, document=draft.documents.get(title="Deux"))
    services.add_document(OPERATOR, consultation=draft, title="Quatre", body="…")
    assert [document.title for document in draft.documents.all()] == ["Un", "Trois", "Quatre"]


@pytest.mark.parametrize(("title", "body"), [("", "Texte"), ("Titre", " ")])
def test_a_document_is_not_empty(draft: Consultation, title: str, body: str) -> None:
    with refused("document.empty"):
        services.add_document(OPERATOR, consultation=draft, title=title, body=body)


def test_after_the_opening_a_document_is_added_but_none_changes_or_goes(opened: Consultation) -> None:
    assert services.add_document(OPERATOR, consultation=opened, title="De plus", body="…").position == 1
    document = opened.documents.first()
    with refused("consultation.frozen"):
        services.update_document(OPERATOR, document=document, title="Autre", body="…")
    with refused("consultation.frozen"):
        services.remove_document(OPERATOR, document=document)


# --- notice


def test_two_bases_are_kept_for_each_purpose(draft: Consultation) -> None:
    notice = services.update_notice(OPERATOR, consultation=draft, purposes=factory.PURPOSES)
    assert [(p.key, p.article_6, p.article_9) for p in notice.purposes.all()] == [
        ("listen", "6.1.e", "9.2.a"), ("protect", "6.1.d", "9.2.c"),
    ]  # fmt: skip


def test_purposes_are_replaced_together(draft: Consultation) -> None:
    services.update_notice(OPERATOR, consultation=draft, purposes=factory.PURPOSES)
    notice = services.update_notice(
        OPERATOR, consultation=draft, purposes=[{"purpose": "Écouter", "article_6": "", "article_9": ""}]
    )
    assert [purpose.key for purpose in notice.purposes.all()] == ["ecouter"]


def test_an_unknown_basis_is_refused(draft: Consultation) -> None:
    with refused("purpose.basis"):
        services.update_notice(
            OPERATOR, consultation=draft, purposes=[{"purpose": "x", "article_6": "6.1.z", "article_9": ""}]
        )


def test_an_open_consultation_no_longer_changes(opened: Consultation) -> None:
    with refused("consultation.frozen"):
        services.update_consultation(OPERATOR, consultation=opened, arrangements="Autres")
    with refused("notice.frozen"):
        services.update_notice(OPERATOR, consultation=opened, rights="Autres")


def test_one_draft_at_a_time_in_the_database(draft: Consultation) -> None:
    for model in (NoticeVersion, QuestionnaireVersion):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(consultation=draft, number=2)


# --- journal


def test_the_screen_can_say_who_wrote_last_and_when(draft: Consultation, editor) -> None:
    assert last_change(draft).who == ""
    services.update_consultation(editor, consultation=draft, summary="Oui.")
    change = last_change(draft)
    assert change.who == editor.user.full_name
    assert now() - change.at < timedelta(minutes=1)


def test_a_change_of_the_questionnaire_counts_as_a_change_of_the_file(draft: Consultation, analyst) -> None:
    services.add_section(analyst, version=factory.draft_version(draft), title="Vos besoins")
    assert last_change(draft).who == analyst.user.full_name


def test_an_object_never_written_has_no_last_change(draft: Consultation) -> None:
    assert last_change(Consultation(public_id="absent", title="x")) is None


def test_the_journal_holds_no_text(draft: Consultation) -> None:
    services.update_consultation(OPERATOR, consultation=draft, summary="Texte secret")
    services.add_document(OPERATOR, consultation=draft, title="Titre secret", body="Corps secret")
    lines = JournalLine.objects.filter(object_reference=draft.public_id)
    assert lines.count() == 3
    assert not any("secret" in str(vars(line)) for line in lines)
