"""A questionnaire as plain objects: registers, conditions, hash, few queries.

Fed by factories. Feeds nothing.
"""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique.consultations.enums import QuestionKind, WordingKind
from fabrique.consultations.models import Consultation
from fabrique.consultations.services import content_hash, definition_of, given_keys, set_wording
from fabrique.consultations.services.definition import Condition, Definition, QuestionDef, SectionDef
from tests.factories import consultations as factory
from tests.factories.territories import OPERATOR


@pytest.fixture
def complete(occitanie: object) -> Consultation:
    return factory.complete()


def test_all_eight_kinds_are_read(complete: Consultation) -> None:
    definition = definition_of(factory.draft_version(complete))
    assert {question.kind for question in definition.questions} == set(QuestionKind.values)


def test_sections_questions_and_choices_keep_their_order(complete: Consultation) -> None:
    definition = definition_of(factory.draft_version(complete))
    assert [section.key for section in definition.sections] == ["access", "ideas", "profile"]
    assert definition.section("ideas").questions[0].choice_keys == ("gp", "mental", "age")


def test_an_unknown_key_is_an_error(complete: Consultation) -> None:
    definition = definition_of(factory.draft_version(complete))
    with pytest.raises(KeyError):
        definition.section("absent")
    with pytest.raises(KeyError):
        definition.question("absent")


def test_easy_read_falls_back_on_the_standard_wording(complete: Consultation) -> None:
    definition = definition_of(factory.draft_version(complete), "falc")
    assert definition.question("easy").title == "Se soigner, c’est facile ?"
    assert definition.question("needs").title == "Vos besoins ?"
    assert [choice.label for choice in definition.question("easy").choices] == ["Oui", "Non", "Sans avis"]
    assert definition.introduction == "Des questions sur la santé."


@pytest.mark.parametrize("register", ["standard", "falc"])
def test_at_most_five_queries(complete: Consultation, register: str, django_assert_max_num_queries) -> None:
    version = factory.draft_version(complete)
    with django_assert_max_num_queries(5):
        definition_of(version, register)


def test_a_frozen_version_is_read_once(occitanie: object, django_assert_num_queries) -> None:
    version = factory.opened().questionnaires.current()
    first = definition_of(version)
    with django_assert_num_queries(0):
        assert definition_of(version) is first


def test_a_definition_cannot_be_changed(complete: Consultation) -> None:
    definition = definition_of(factory.draft_version(complete))
    with pytest.raises(dataclasses.FrozenInstanceError):
        definition.number = 2


def test_the_hash_changes_with_an_easy_read_wording(complete: Consultation) -> None:
    version = factory.draft_version(complete)
    before = content_hash(version)
    set_wording(
        OPERATOR, version=version, kind=WordingKind.QUESTION, key="needs", field="title", text="Besoin ?"
    )
    assert content_hash(version) != before


def test_the_same_content_gives_the_same_hash(complete: Consultation) -> None:
    other = factory.complete("Une autre")
    assert content_hash(factory.draft_version(complete)) == content_hash(factory.draft_version(other))


def test_to_dict_is_plain_json(complete: Consultation) -> None:
    content = definition_of(factory.draft_version(complete)).to_dict()
    assert json.loads(json.dumps(content)) == content
    assert content["sections"][0]["questions"][2]["show_if"] == {"question": "gave_up", "any_of": ["yes"]}


@pytest.mark.parametrize(
    ("answers", "shown"),
    [({"gave_up": "yes"}, True), ({"gave_up": "no"}, False), ({}, False), ({"gave_up": ["yes"]}, True)],
)
def test_a_condition_shows_a_question(complete: Consultation, answers: dict, shown: bool) -> None:
    definition = definition_of(factory.draft_version(complete))
    assert definition.visible(definition.question("gave_up_which"), answers) is shown
    assert (definition.question("gave_up_which") in definition.visible_questions(answers)) is shown


def chain() -> Definition:
    """a, then b if a is yes, then c if b is yes."""

    def asked(key: str, after: str = "") -> QuestionDef:
        return QuestionDef(
            key=key, kind="single", title=key, show_if=Condition(after, ("yes",)) if after else None
        )

    section = SectionDef("s", "s", "", (asked("a"), asked("b", "a"), asked("c", "b"), asked("d", "lost")))
    return Definition("x" * 12, 1, "standard", "", None, (section,))


def test_an_answer_to_a_hidden_question_shows_nothing() -> None:
    definition = chain()
    assert not definition.visible(definition.question("c"), {"a": "no", "b": "yes"})
    assert definition.visible(definition.question("c"), {"a": "yes", "b": "yes"})


def test_a_condition_on_an_absent_question_hides() -> None:
    definition = chain()
    assert not definition.visible(definition.question("d"), {"lost": "yes"})


@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["yes", "no", ["yes"], 3, None])))
def test_what_follows_a_hidden_question_is_hidden(answers: dict) -> None:
    definition = chain()
    shown = [question.key for question in definition.visible_questions(answers)]
    assert "a" in shown
    assert "c" not in shown or "b" in shown


@pytest.mark.parametrize(
    ("answer", "keys"),
    [
        ("yes", ("yes",)),
        (["b", "a"], ("b", "a")),
        ({"special": "outside_region"}, ("outside_region",)),
        ({"commune": "46042"}, ()),
        (12, ()),
        (None, ()),
    ],
)
def test_keys_given_whatever_the_shape_of_the_answer(answer: object, keys: tuple) -> None:
    assert given_keys(answer) == keys
