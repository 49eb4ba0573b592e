"""Writing a questionnaire: sections, questions, choices, conditions, keys, order; loading a whole one.

Fed by factories. Feeds nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.utils.translation import override

from fabrique.common.conflicts import token_of
from fabrique.common.errors import Refused
from fabrique.common.models import Wording
from fabrique.consultations import services
from fabrique.consultations.enums import WordingKind
from fabrique.consultations.models import Consultation, QuestionnaireVersion
from fabrique.consultations.services.questionnaire import (
    question_values,
    questionnaire_values,
    section_values,
)
from tests.factories import consultations as factory
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.both_databases
DEMONSTRATION = Path(services.__file__).parents[2] / "demo" / "content" / "questionnaire.yaml"


@pytest.fixture
def complete(occitanie: object) -> Consultation:
    return factory.complete()


@pytest.fixture
def version(complete: Consultation) -> QuestionnaireVersion:
    return factory.draft_version(complete)


def refused(code: str):
    return pytest.raises(Refused, check=lambda refusal: refusal.code == code)


def keys(version: QuestionnaireVersion) -> list[str]:
    return [question.key for question in services.definition_of(version).questions]


# --- keys


def test_a_key_comes_from_the_title_and_is_unique(version: QuestionnaireVersion) -> None:
    first = services.add_section(OPERATOR, version=version, title="Prévention & santé")
    second = services.add_section(OPERATOR, version=version, title="Prévention, santé")
    assert (first.key, second.key) == ("prevention-sante", "prevention-sante-2")


def test_a_key_stays_when_the_title_changes(version: QuestionnaireVersion) -> None:
    question = version.questions.get(key="needs")
    assert services.update_question(OPERATOR, question=question, title="Autre chose ?").key == "needs"


@pytest.mark.parametrize(
    ("key", "code"), [("needs", "key.taken"), ("à b", "key.form"), ("x" * 51, "key.form")]
)
def test_a_wanted_key_is_refused(version: QuestionnaireVersion, key: str, code: str) -> None:
    with refused(code):
        services.add_question(
            OPERATOR, section=version.sections.first(), kind="long_text", title="T", key=key
        )


def test_a_choice_keeps_its_key_when_its_label_changes(version: QuestionnaireVersion) -> None:
    question = version.questions.get(key="gave_up")
    services.update_question(
        OPERATOR,
        question=question,
        choices=[{"key": "no", "label": "Jamais"}, {"key": "yes", "label": "Souvent"}],
    )
    assert list(question.choices.values_list("key", "label")) == [("no", "Jamais"), ("yes", "Souvent")]


# --- order


def test_sections_move(version: QuestionnaireVersion) -> None:
    services.move_section(OPERATOR, section=version.sections.get(key="ideas"), up=True)
    assert list(version.sections.values_list("key", flat=True)) == ["ideas", "access", "profile"]
    services.move_section(OPERATOR, section=version.sections.get(key="ideas"), up=True)
    assert list(version.sections.values_list("key", flat=True)) == ["ideas", "access", "profile"]


def test_questions_move_within_their_section(version: QuestionnaireVersion) -> None:
    services.move_question(OPERATOR, question=version.questions.get(key="easy"), up=False)
    assert keys(version)[:2] == ["gave_up", "easy"]


def test_at_the_edge_a_question_passes_into_the_next_section(version: QuestionnaireVersion) -> None:
    services.move_question(OPERATOR, question=version.questions.get(key="priorities"), up=True)
    assert version.questions.get(key="priorities").section.key == "access"
    assert keys(version)[4] == "priorities"
    services.move_question(OPERATOR, question=version.questions.get(key="priorities"), up=False)
    assert version.questions.get(key="priorities").section.key == "ideas"


def test_the_first_question_does_not_move_up(version: QuestionnaireVersion) -> None:
    before = keys(version)
    services.move_question(OPERATOR, question=version.questions.get(key="easy"), up=True)
    assert keys(version) == before


# --- removal


def test_a_question_goes_with_its_wordings(version: QuestionnaireVersion) -> None:
    services.remove_question(OPERATOR, question=version.questions.get(key="easy"))
    assert "easy" not in keys(version)
    assert not Wording.objects.filter(object_key__startswith=f"{version.public_id}/easy").exists()


def test_a_question_on_which_another_depends_stays(version: QuestionnaireVersion) -> None:
    with refused("question.needed"):
        services.remove_question(OPERATOR, question=version.questions.get(key="gave_up"))


def test_a_choice_on_which_a_question_depends_stays(version: QuestionnaireVersion) -> None:
    with refused("choice.needed"):
        services.update_question(
            OPERATOR, question=version.questions.get(key="gave_up"),
            choices=[{"key": "no", "label": "Non"}, {"label": "Peut-être"}],
        )  # fmt: skip


def test_a_section_goes_with_its_questions(version: QuestionnaireVersion) -> None:
    services.remove_section(OPERATOR, section=version.sections.get(key="access"))
    assert keys(version)[0] == "priorities"


def test_a_section_on_which_another_depends_stays(version: QuestionnaireVersion) -> None:
    question = version.questions.get(key="needs")
    services.update_question(OPERATOR, question=question, show_if={"question": "gave_up", "any_of": ["yes"]})
    with refused("question.needed"):
        services.remove_section(OPERATOR, section=version.sections.get(key="access"))


# --- what never makes sense


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("hologram", {}, "question.kind"),
        ("long_text", {"choices": [{"label": "A"}]}, "question.no_choices"),
        ("single", {"maximum": 2}, "question.maximum"),
        ("multiple", {"maximum": 3, "choices": [{"label": "A"}, {"label": "B"}]}, "question.maximum"),
        ("number", {"min_value": 5, "max_value": 1}, "question.bounds"),
        ("single", {"choices": [{"label": "A", "exclusive": True}]}, "question.exclusive"),
        ("single", {"choices": [{"label": " "}]}, "choice.empty"),
        ("single", {"choices": [{"key": "a", "label": "A"}, {"key": "a", "label": "B"}]}, "choice.twice"),
        ("long_text", {"show_if": {"question": "absent", "any_of": ["yes"]}}, "condition.question"),
        ("long_text", {"show_if": {"question": "gave_up", "any_of": []}}, "condition.question"),
        ("long_text", {"show_if": {"question": "gave_up", "any_of": ["maybe"]}}, "condition.choice"),
        ("single", {"profile_role": "sex"}, "question.profile_role"),
        ("single", {"title": " "}, "wording.missing"),
    ],
)
def test_a_question_is_refused(version: QuestionnaireVersion, kind: str, given: dict, code: str) -> None:
    with refused(code):
        services.add_question(
            OPERATOR, section=version.sections.first(), kind=kind, **({"title": "Une question"} | given)
        )
    assert "une-question" not in keys(version)


def test_a_setting_that_is_none_is_a_fault_of_the_program(version: QuestionnaireVersion) -> None:
    with pytest.raises(TypeError):
        services.update_question(OPERATOR, question=version.questions.get(key="needs"), key="autre")


def test_who_holds_the_pen_comes_as_a_model(occitanie: object) -> None:
    version = factory.draft_version(factory.draft())
    section = services.add_section(OPERATOR, version=version, title="Vous")
    services.add_help_question(OPERATOR, section=section)
    assert services.missing_in_questionnaire(version) == []
    with refused("key.taken"):
        services.add_help_question(OPERATOR, section=section)


def test_the_ready_made_question_is_in_french_whatever_the_agents_language(occitanie: object) -> None:
    version = factory.draft_version(factory.draft())
    section = services.add_section(OPERATOR, version=version, title="Vous")
    with override("en"):
        question = services.add_help_question(OPERATOR, section=section)
    labels = list(question.choices.order_by("position").values_list("label", flat=True))
    assert question.title == "Vous répondez…"
    assert labels == ["Pour moi", "À propos d’un proche", "Pour moi, avec l’aide de quelqu’un"]


# --- nobody overwrites anybody


def test_two_people_on_one_question(version: QuestionnaireVersion) -> None:
    question = version.questions.get(key="gave_up")
    token = token_of(question_values(question))
    services.update_question(
        OPERATOR, question=question, expected=token,
        choices=[{"key": "yes", "label": "Oui", "label_falc": "Oui."}, {"key": "no", "label": "Non"}],
    )  # fmt: skip
    with refused("edit.conflict"):
        services.update_question(OPERATOR, question=question, expected=token, title="Autre")


def test_two_people_on_one_section_or_on_the_opening_words(version: QuestionnaireVersion) -> None:
    section = version.sections.get(key="ideas")
    token = token_of(section_values(section))
    services.update_section(OPERATOR, section=section, title="Idées", expected=token)
    with refused("edit.conflict"):
        services.update_section(OPERATOR, section=section, title="Propositions", expected=token)
    token = token_of(questionnaire_values(version))
    services.update_questionnaire(OPERATOR, version=version, introduction="Un", expected=token)
    with refused("edit.conflict"):
        services.update_questionnaire(OPERATOR, version=version, introduction="Deux", expected=token)


# --- what is frozen


def test_nothing_of_a_frozen_questionnaire_is_written(occitanie: object) -> None:
    version = factory.opened().questionnaires.current()
    section, question = version.sections.first(), version.questions.get(key="needs")
    for verb in (
        lambda: services.update_questionnaire(OPERATOR, version=version, introduction="x"),
        lambda: services.add_section(OPERATOR, version=version, title="x"),
        lambda: services.update_section(OPERATOR, section=section, title="x"),
        lambda: services.move_section(OPERATOR, section=section, up=False),
        lambda: services.remove_section(OPERATOR, section=section),
        lambda: services.add_question(OPERATOR, section=section, kind="long_text", title="x"),
        lambda: services.update_question(OPERATOR, question=question, title="x"),
        lambda: services.move_question(OPERATOR, question=question, up=True),
        lambda: services.remove_question(OPERATOR, question=question),
        lambda: services.set_wording(
            OPERATOR, version=version, kind=WordingKind.QUESTION, key="needs", field="title", text="x"
        ),
        lambda: services.load_questionnaire(
            OPERATOR, consultation=version.consultation, content={"sections": []}
        ),
    ):
        with refused("questionnaire.frozen"):
            verb()


# --- a whole questionnaire


def test_the_demonstration_s_questionnaire_loads_and_may_open(complete: Consultation) -> None:
    content = yaml.safe_load(DEMONSTRATION.read_text(encoding="utf-8"))
    report = services.load_questionnaire(OPERATOR, consultation=complete, content=content)
    assert services.missing_before_opening(complete) == []
    definition = services.definition_of(report.version, "falc")
    asked = [question["key"] for section in content["sections"] for question in section["questions"]]
    assert [question.key for question in definition.questions] == asked
    assert definition.question("acceptable_minutes").max_value == 180
    assert definition.question("access_difficulties").exclusive_keys == ("none",)
    assert definition.question("easy_access").choices[0].label == "Oui, c’est très facile"


def test_what_has_no_place_is_set_aside_and_said(complete: Consultation) -> None:
    content = factory.content()
    content["sections"][0]["colour"] = "bleu"
    content["sections"][0]["questions"][0]["choices"] = [
        {"key": "a", "label": "A", "value": 1, "insee_band": "0-19"}, {"key": "b", "label": "B", "value": 2},
    ]  # fmt: skip
    report = services.load_questionnaire(OPERATOR, consultation=complete, content=content)
    assert report.set_aside == (("access", "colour"), ("easy/a", "insee_band"))


def test_loading_again_replaces_everything(complete: Consultation, version: QuestionnaireVersion) -> None:
    before = Wording.objects.count()
    services.load_questionnaire(OPERATOR, consultation=complete, content=factory.content())
    assert Wording.objects.count() == before
    assert len(keys(version)) == 12


def test_a_content_with_an_unknown_kind_or_a_part_missing_changes_nothing(
    complete: Consultation, version: QuestionnaireVersion
) -> None:
    unknown, lacking = factory.content(), factory.content()
    unknown["sections"][1]["questions"][0]["kind"] = "hologram"
    del lacking["sections"][1]["title"]
    for content, code in ((unknown, "question.kind"), (lacking, "content.missing"), ({}, "content.missing")):
        with refused(code):
            services.load_questionnaire(OPERATOR, consultation=complete, content=content)
    assert len(keys(version)) == 12
