"""The validation of an answer document, kind by kind, with each refusal; and what derives from it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique.consultations.services.definition import (
    ChoiceDef,
    Condition,
    Definition,
    QuestionDef,
    SectionDef,
)
from fabrique.consultations.services.documents import check_answers, derive, validate_document
from fabrique.contributions.enums import Help
from tests.factories.territories import commune

YES_NO = (ChoiceDef("yes", "Oui"), ChoiceDef("no", "Non"))
THREE = (
    ChoiceDef("a", "A"),
    ChoiceDef("b", "B"),
    ChoiceDef("c", "C"),
    ChoiceDef("none", "Aucun", exclusive=True),
)
QUESTIONS = (
    QuestionDef("gave_up", "single", "Renoncé ?", required=True, choices=YES_NO),
    QuestionDef(
        "which",
        "short_text",
        "Lesquels ?",
        required=True,
        max_length=20,
        show_if=Condition("gave_up", ("yes",)),
    ),
    QuestionDef("several", "multiple", "Lesquelles ?", maximum=2, choices=THREE),
    QuestionDef("ranked", "ranking", "Classez", maximum=2, choices=THREE[:3]),
    QuestionDef("minutes", "number", "Minutes ?", min_value=0, max_value=180, unit="minutes"),
    QuestionDef("scale", "scale", "D’accord ?", choices=YES_NO),
    QuestionDef("story", "long_text", "Racontez"),
    QuestionDef(
        "place",
        "territory",
        "Commune ?",
        profile_role="territory",
        choices=(ChoiceDef("abroad", "Ailleurs"),),
    ),
    QuestionDef(
        "who",
        "single",
        "Qui ?",
        profile_role="help",
        choices=(ChoiceDef("self", "Moi"), ChoiceDef("relative", "Proche")),
    ),
    QuestionDef("life", "multiple", "Situation ?", profile_role="situation", choices=THREE),
)
DEFINITION = Definition("v1", 1, "standard", "", None, (SectionDef("s", "S", "", QUESTIONS),))


def errors(**answers: Any) -> list[tuple[str, str]]:
    found = check_answers(DEFINITION, {"gave_up": "no", **answers}).errors
    return [(error.question, error.code) for error in found]


def kept(**answers: Any) -> dict[str, Any]:
    checked = check_answers(DEFINITION, {"gave_up": "no", **answers})
    assert not checked.errors
    return {key: value for key, value in checked.answers.items() if key != "gave_up"}


def test_an_empty_document_lacks_what_is_required_and_asked() -> None:
    found = check_answers(DEFINITION, {})
    assert [(e.question, e.code) for e in found.errors] == [("gave_up", "required")]


def test_a_condition_met_makes_the_question_required() -> None:
    assert errors(gave_up="yes") == [("which", "required")]
    assert errors(gave_up="yes", which="des lunettes") == []


def test_an_answer_to_a_hidden_question_is_set_aside_with_its_reason() -> None:
    checked = check_answers(DEFINITION, {"gave_up": "no", "which": "des lunettes"})
    assert "which" not in checked.answers
    assert [(one.question, one.reason) for one in checked.set_aside] == [("which", "hidden")]


def test_an_answer_to_no_question_is_set_aside() -> None:
    checked = check_answers(DEFINITION, {"gave_up": "no", "elsewhere": "x"})
    assert [(one.question, one.reason) for one in checked.set_aside] == [("elsewhere", "unknown")]


@pytest.mark.parametrize(
    ("key", "answer", "code"),
    [
        ("gave_up", "perhaps", "unknown_choice"),
        ("gave_up", ["yes"], "unknown_choice"),
        ("several", ["a", "z"], "unknown_choice"),
        ("several", ["a", "b", "c"], "too_many"),
        ("several", ["a", "none"], "exclusive"),
        ("ranked", ["a", "a"], "duplicate"),
        ("ranked", ["a", "b", "c"], "too_many"),
        ("minutes", "douze", "not_a_number"),
        ("minutes", "1e3", "not_a_number"),
        ("minutes", True, "not_a_number"),
        ("minutes", "-1", "out_of_bounds"),
        ("minutes", "181", "out_of_bounds"),
        ("story", "x" * 10_001, "too_long"),
        ("story", ["x"], "wrong_shape"),
        ("place", {"commune": "46"}, "unknown_commune"),
        ("place", {"typed": "Caho"}, "unknown_commune"),
        ("place", {"special": "moon"}, "unknown_commune"),
        ("place", "46042", "wrong_shape"),
    ],
)
def test_each_wrong_answer_has_its_code(key: str, answer: Any, code: str) -> None:
    assert errors(**{key: answer}) == [(key, code)]


def test_choices_come_back_in_the_order_of_the_question_and_ranks_as_given() -> None:
    assert kept(several=["b", "a"], ranked=["c", "a"]) == {"several": ["a", "b"], "ranked": ["c", "a"]}


@pytest.mark.parametrize(
    ("typed", "canonical"), [("20", 20), ("12,5", "12.5"), (" 1 20 ", 120), ("12,0", 12), (15, 15), ("0", 0)]
)
def test_numbers_are_read_as_the_french_write_them(typed: Any, canonical: Any) -> None:
    assert kept(minutes=typed) == {"minutes": canonical}


def test_a_blank_text_is_no_answer() -> None:
    assert kept(story="  \r\n ") == {}


def test_line_ends_and_control_characters_are_made_plain() -> None:
    assert kept(story="un\r\ndeux\x00") == {"story": "un\ndeux"}


def test_a_document_of_another_version_is_refused() -> None:
    document = {"format": 1, "questionnaire": "v2", "answers": {"gave_up": "no"}}
    assert [e.code for e in validate_document(DEFINITION, document).errors] == ["document.version"]


def test_a_page_is_checked_alone() -> None:
    found = check_answers(DEFINITION, {"minutes": "x"}, only=[DEFINITION.question("minutes")])
    assert [e.question for e in found.errors] == ["minutes"]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([q.key for q in QUESTIONS]), ANYTHING))
def test_validation_never_raises_and_its_result_is_stable(answers: dict[str, Any]) -> None:
    once = check_answers(DEFINITION, answers)
    twice = check_answers(DEFINITION, once.answers)
    assert twice.answers == once.answers
    assert not twice.set_aside


@pytest.mark.django_db
@pytest.mark.usefixtures("occitanie")
def test_a_document_derives_into_texts_closed_answers_and_profile() -> None:
    answers = kept(
        several=["a", "b"],
        ranked=["c", "a"],
        minutes="12,5",
        story="Bonjour",
        place={"commune": "46042"},
        who="relative",
        life=["a", "b"],
    )
    derived = derive(DEFINITION, answers)
    assert derived.texts == {"story": "Bonjour"}
    given = [(c.question, c.choice, c.rank) for c in derived.closed]
    assert [one for one in given if one[0] in ("several", "ranked")] == [
        ("several", "a", None),
        ("several", "b", None),
        ("ranked", "c", 1),
        ("ranked", "a", 2),
    ]
    assert [str(c.value) for c in derived.closed if c.question == "minutes"] == ["12.5"]
    assert derived.profile.territory == commune("Cahors")
    assert derived.profile.help == Help.RELATIVE
    assert derived.profile.situation == "plusieurs"
    assert not [c for c in derived.closed if c.question == "place"], "a commune is no closed answer"


@pytest.mark.django_db
def test_a_special_place_is_a_note_of_the_profile_and_a_closed_answer() -> None:
    derived = derive(DEFINITION, kept(place={"special": "abroad"}))
    assert derived.profile.place_note == "abroad"
    assert [c.choice for c in derived.closed] == ["abroad"]
