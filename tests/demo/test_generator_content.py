"""The hand-written content of the demonstration: what questionnaire, consultation and texts must hold.

Fed by the YAML files of the demonstration, read as they are. Feeds nothing; no database.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from fabrique.demo.generator_content import (
    TEXT_KINDS,
    Fragment,
    Question,
    load_consultation,
    load_questionnaire,
    load_texts,
)

KINDS = {"single", "multiple", "scale", "ranking", "number", "short_text", "long_text", "territory"}
QUESTIONS = load_questionnaire().questions
FRAGMENTS = load_texts().fragments
NBSP = "\u00a0"


def strings(value: Any) -> Iterator[str]:
    """Every string under a YAML value, keys left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def displayed() -> list[str]:
    return [*strings(load_consultation()), *strings(dict(load_questionnaire().document))]


def test_all_eight_kinds_of_question_occur() -> None:
    assert {question.kind for question in QUESTIONS} == KINDS


def test_about_fifteen_questions_in_three_parts_then_a_profile() -> None:
    by_section = Counter(question.section for question in QUESTIONS)
    assert list(by_section) == ["access", "needs", "ideas", "profile"]
    assert 14 <= sum(by_section.values()) - by_section["profile"] <= 17
    assert sum(question.kind in TEXT_KINDS for question in QUESTIONS) >= 7


def test_keys_are_unique_slugs() -> None:
    keys = [question.key for question in QUESTIONS]
    assert len(set(keys)) == len(keys)
    for question in QUESTIONS:
        assert len(set(question.choice_keys)) == len(question.choice_keys), question.key
        for key in (question.key, *question.choice_keys):
            assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{1,49}", key), key


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.key)
def test_every_wording_has_its_easy_read_variant(question: Question) -> None:
    assert question.title
    assert question.title_falc
    assert question.help
    assert question.help_falc
    assert all(choice.label and choice.label_falc for choice in question.choices)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.key)
def test_easy_read_sentences_are_short(question: Question) -> None:
    for text in (question.title_falc, question.help_falc, *(c.label_falc for c in question.choices)):
        for sentence in re.split(r"[.?!:;…]", text):
            assert len(sentence.split()) <= 16, sentence


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.key)
def test_limits_fit_the_kind_of_question(question: Question) -> None:
    assert bool(question.choices) == (question.kind not in {*TEXT_KINDS, "number"})
    assert (question.max_length is not None) == (question.kind in TEXT_KINDS)
    assert (question.max is not None) == (question.kind in {"multiple", "ranking", "number"})
    assert question.none is None or question.none in question.choice_keys
    assert (question.none is not None) == (question.kind == "multiple")


def test_a_condition_refers_to_an_earlier_question_and_its_choices() -> None:
    conditional = [question for question in QUESTIONS if question.show_if]
    assert conditional
    for question in conditional:
        assert question.show_if is not None
        source, choices = question.show_if
        earlier = [q for q in QUESTIONS[: QUESTIONS.index(question)] if q.key == source]
        assert earlier
        assert choices <= set(earlier[0].choice_keys)


def test_age_and_sex_can_be_refused_and_match_the_population_margins() -> None:
    age, sex = load_questionnaire()["age_band"], load_questionnaire()["sex"]
    assert [c.insee for c in age.choices] == ["0-19", "20-39", "40-59", "60-74", "75+", None]
    assert {c.insee for c in sex.choices} == {"Femmes", "Hommes", None}
    assert "no_answer" in age.choice_keys
    assert "no_answer" in sex.choice_keys


def test_those_who_do_not_live_in_a_commune_have_a_place() -> None:
    special = set(load_questionnaire()["commune"].choice_keys)
    assert special >= {"outside_region", "seasonal", "cross_border", "no_fixed_address", "institution"}


def test_the_consultation_holds_all_that_opening_requires() -> None:
    consultation = load_consultation()
    assert consultation["fictitious"] is True
    assert "fictive" in consultation["title"]
    assert consultation["minimum_age"] == 15
    assert len(consultation["documents"]) >= 3
    assert all("fictif" in document["title"] for document in consultation["documents"])
    assert consultation["restitution"]["offset_days_after_closing"] > 0
    assert consultation["impact_assessment"]["offset_days_before_opening"] > 0
    notice = consultation["notice"]
    required = {"controller", "purposes", "recipients", "processors", "retention", "rights", "complaint"}
    assert required | {"optional", "automated", "consent_label"} <= set(notice)
    for purpose in notice["purposes"]:
        assert purpose["article_6"]
        assert purpose["article_9"]


def test_help_numbers_are_complete() -> None:
    numbers = {item["number"] for item in load_consultation()["help_notice"]["numbers"]}
    assert numbers == {"3114", "15", "17", "112", "114", "119", "3919"}


def test_displayed_words_never_promise_anonymity_nor_shout() -> None:
    for text in displayed():
        assert "anonym" not in text.lower(), text
        assert "!" not in text, text


def test_displayed_french_is_well_set() -> None:
    for text in displayed():
        assert not re.search(r" [:;?!»]|« ", text), f"non-breaking space missing: {text}"
        assert "'" not in text, text


def test_at_least_450_distinct_hand_written_texts() -> None:
    assert len({fragment.text for fragment in FRAGMENTS}) >= 450
    assert len({fragment.key for fragment in FRAGMENTS}) == len(FRAGMENTS)


def test_every_theme_is_described_and_has_enough_texts() -> None:
    themes = load_texts().themes
    assert 18 <= len(themes) <= 26
    counts = Counter(theme for fragment in FRAGMENTS for theme in set(fragment.themes))
    assert set(counts) == {theme.key for theme in themes}
    for theme in themes:
        assert theme.label
        assert theme.definition
        assert counts[theme.key] >= 10, theme.key


@pytest.mark.parametrize("kind", ["empty", "off_topic", "campaign", "distress", "accusation", "personal"])
def test_the_special_kinds_are_there(kind: str) -> None:
    assert [fragment for fragment in FRAGMENTS if fragment.kind == kind]


def test_texts_that_say_nothing_have_no_theme_and_the_others_have_one() -> None:
    for fragment in FRAGMENTS:
        assert bool(fragment.themes) == (fragment.kind not in {"empty", "off_topic"}), fragment.key


def test_every_text_answers_open_questions_that_exist() -> None:
    open_keys = set(load_questionnaire().open_keys)
    for fragment in FRAGMENTS:
        assert fragment.questions
        assert fragment.questions <= open_keys, fragment.key


def test_tags_that_reserve_a_text_are_ones_that_people_can_have() -> None:
    known = {
        *("self", "relative", "helped", "woman", "man", "other", "teen", "adult", "young", "old", "very_old"),
        *(
            "rural",
            "mountain",
            "urban",
            "long_illness",
            "disability",
            "disabled",
            "carer",
            "parent",
            "student",
        ),
        *("health_worker", "worker", "childbearing"),
    }
    for fragment in FRAGMENTS:
        assert fragment.any_of | fragment.all_of | fragment.none_of <= known, fragment.key


def test_a_text_is_refused_to_someone_who_could_not_have_written_it() -> None:
    fragment = Fragment(
        key="x", text="x", themes=("gp",), questions=frozenset({"needs"}), any_of=frozenset({"old", "ill"}),
        all_of=frozenset({"woman"}), none_of=frozenset({"urban"}),
    )  # fmt: skip
    assert fragment.suits(frozenset({"old", "woman"}))
    assert not fragment.suits(frozenset({"woman"}))
    assert not fragment.suits(frozenset({"old", "man"}))
    assert not fragment.suits(frozenset({"old", "woman", "urban"}))


def test_no_hand_written_text_carries_a_telephone_number_or_an_address() -> None:
    for fragment in FRAGMENTS:
        assert "@" not in fragment.text, fragment.key
        assert not re.search(r"(?:\d[ .]?){9,}", fragment.text), fragment.key
