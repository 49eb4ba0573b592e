"""The generator of simulated responses: size, determinism, validity against the questionnaire, truth.

Fed by invented communes in thirteen departments; no database. Feeds nothing.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from fabrique.demo import generator_content
from fabrique.demo.generator import CHANNEL, FULL_SIZE, CommuneRef, SimulatedResponse, generate
from fabrique.demo.generator_content import TEXT_KINDS, Question, load_questionnaire, load_texts
from fabrique.demo.generator_noise import strip_accents

START, END = date(2026, 2, 13), date(2026, 3, 31)
POPULATIONS = {
    "09": 155_000, "11": 379_000, "12": 279_000, "30": 770_000, "31": 1_460_000, "32": 193_000,
    "34": 1_220_000, "46": 175_000, "48": 77_000, "65": 231_000, "66": 491_000, "81": 398_000, "82": 267_000,
}  # fmt: skip
COMMUNES = [
    CommuneRef(f"{department}{rank:03d}", f"{name}-{department}", department, int(population * share))
    for department, population in POPULATIONS.items()
    for rank, (name, share) in enumerate(
        [("Grandville", 0.4), ("Le Moyen", 0.2), ("Albas", 0.15), ("Petibourg", 0.01), ("Hameau", 0.001)], 1
    )
]
QUESTIONNAIRE = load_questionnaire()
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "occitanie" / "communes.csv"


def make(
    seed: int = 2023, responses: int = 82, communes: list[CommuneRef] | None = None
) -> list[SimulatedResponse]:
    chosen = COMMUNES if communes is None else communes
    return list(generate(seed=seed, responses=responses, communes=chosen, start=START, end=END))


@pytest.fixture(scope="module")
def full() -> list[SimulatedResponse]:
    return make(responses=FULL_SIZE)


def texts(responses: list[SimulatedResponse]) -> list[str]:
    return [str(response.answers[key]) for response in responses for key in response.truth]


def test_full_size_is_8238_responses_and_more_than_22000_contributions(full: list[SimulatedResponse]) -> None:
    assert len(full) == 8_238
    assert sum(bool(text.strip()) for text in texts(full)) > 22_000


@pytest.mark.parametrize("size", [0, 1, 82])
def test_the_size_can_be_reduced(size: int) -> None:
    assert len(make(responses=size)) == size


def test_the_same_seed_gives_the_same_responses() -> None:
    assert make(seed=5) == make(seed=5)


def test_another_seed_gives_other_responses() -> None:
    assert make(seed=5) != make(seed=6)


def test_a_small_demonstration_is_the_beginning_of_a_large_one(full: list[SimulatedResponse]) -> None:
    assert make(responses=82) == full[:82]


def test_the_order_of_the_communes_does_not_matter() -> None:
    assert make(communes=COMMUNES[::-1]) == make()


@pytest.mark.parametrize(
    "arguments",
    [
        {"responses": -1, "communes": COMMUNES, "start": START, "end": END},
        {"responses": 1, "communes": [], "start": START, "end": END},
        {"responses": 1, "communes": [CommuneRef("09001", "Vide", "09", 0)], "start": START, "end": END},
        {"responses": 1, "communes": COMMUNES, "start": END, "end": START},
    ],
    ids=["negative size", "no commune", "no inhabitant", "dates reversed"],
)
def test_impossible_requests_are_refused_at_once(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        generate(seed=1, **arguments)  # type: ignore[arg-type]


def test_the_generator_depends_on_nothing_of_django() -> None:
    folder = Path(generator_content.__file__).parent
    modules = sorted(folder.glob("generator*.py"))
    assert len(modules) >= 6
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                top = name.split(".")[0]
                assert top in {*sys.stdlib_module_names, "yaml"} or name.startswith(
                    "fabrique.demo.generator"
                ), name


# --- Uneven participation


def test_participation_is_uneven_by_department(full: list[SimulatedResponse]) -> None:
    counts = Counter(response.profile.department for response in full)
    rates = {department: counts[department] / population for department, population in POPULATIONS.items()}
    assert max(rates.values()) > 2 * min(rates.values())
    assert min(counts[department] for department in POPULATIONS) >= 50


def test_women_and_the_middle_aged_answer_more(full: list[SimulatedResponse]) -> None:
    sexes = Counter(response.answers["sex"] for response in full)
    ages = Counter(response.answers["age_band"] for response in full)
    assert 0.6 < sexes["woman"] / len(full) < 0.7
    assert ages["15-19"] < ages["75-plus"] < ages["20-39"] < ages["60-74"] < ages["40-59"]


def test_every_place_and_every_refusal_occurs(full: list[SimulatedResponse]) -> None:
    for key in ("commune", "age_band", "sex", "respondent_for", "situation"):
        given = {value for r in full for value in as_tuple(r.answers.get(key, ()))}
        assert set(QUESTIONNAIRE[key].choice_keys) <= given, key


def test_access_is_felt_as_harder_in_the_most_rural_department(full: list[SimulatedResponse]) -> None:
    def easy(department: str) -> float:
        answers = [r.answers["easy_access"] for r in full if r.profile.department == department]
        return sum(answer in {"agree", "strongly_agree"} for answer in answers) / len(answers)

    assert easy("48") < easy("31") - 0.1


def test_some_people_are_helped_and_the_channel_is_named(full: list[SimulatedResponse]) -> None:
    assert {response.channel for response in full} == {CHANNEL}
    helped = sum(response.helped for response in full)
    assert 0.01 < helped / len(full) < 0.15
    assert all(r.helped == (r.answers["respondent_for"] == "helped") for r in full)


def test_submissions_fall_within_the_dates_and_on_a_whole_minute(full: list[SimulatedResponse]) -> None:
    assert {START, END} <= {response.submitted_at.date() for response in full}
    for response in full:
        assert START <= response.submitted_at.date() <= END
        assert response.submitted_at.second == response.submitted_at.microsecond == 0
        assert response.submitted_at.tzinfo is None


# --- Validity against the questionnaire


def as_tuple(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def problem(question: Question, value: object) -> str | None:
    """What is wrong with an answer, by the rules of its question; None when nothing is."""
    if question.kind in TEXT_KINDS:
        length = len(value) if isinstance(value, str) else 0
        return None if 0 < length <= (question.max_length or 0) else f"length {length}"
    if question.kind == "number":
        fits = isinstance(value, int) and (question.min or 0) <= value <= (question.max or 0)
        return None if fits else "out of bounds"
    if question.kind == "territory":
        known = {commune.code for commune in COMMUNES} | set(question.choice_keys)
        return None if value in known else "unknown place"
    if question.kind in {"multiple", "ranking"} and not isinstance(value, tuple):
        return "not several"
    keys = as_tuple(value)
    if not keys or len(keys) != len(set(keys)) or not set(keys) <= set(question.choice_keys):
        return "unknown or repeated choice"
    if question.max is not None and len(keys) > question.max:
        return "too many"
    return "none is exclusive" if question.none in keys and len(keys) > 1 else None


def test_every_answer_is_valid(full: list[SimulatedResponse]) -> None:
    for response in full:
        for key, value in response.answers.items():
            assert problem(QUESTIONNAIRE[key], value) is None, (response.index, key, value)


def test_required_questions_are_answered(full: list[SimulatedResponse]) -> None:
    required = {question.key for question in QUESTIONNAIRE.questions if question.required}
    assert all(required <= set(response.answers) for response in full)


def test_optional_questions_are_sometimes_left_out(full: list[SimulatedResponse]) -> None:
    for question in QUESTIONNAIRE.questions:
        answered = sum(question.key in response.answers for response in full)
        assert answered > 0
        assert (answered == len(full)) == question.required, question.key


def test_hidden_questions_are_not_answered(full: list[SimulatedResponse]) -> None:
    question = QUESTIONNAIRE["gave_up_which"]
    assert question.show_if is not None
    source, choices = question.show_if
    assert all(r.answers[source] in choices for r in full if question.key in r.answers)


def test_answers_follow_the_order_of_the_questionnaire(full: list[SimulatedResponse]) -> None:
    order = [question.key for question in QUESTIONNAIRE.questions]
    assert all(list(r.answers) == sorted(r.answers, key=order.index) for r in full[:500])


# --- Texts and truth


def test_the_truth_covers_the_texts_and_nothing_else(full: list[SimulatedResponse]) -> None:
    for response in full:
        assert set(response.truth) == set(response.answers) & set(QUESTIONNAIRE.open_keys)


def test_the_spans_of_the_truth_are_ordered_inside_the_text(full: list[SimulatedResponse]) -> None:
    for response in full:
        for key, truth in response.truth.items():
            text = str(response.answers[key])
            assert truth.spans
            edges = [edge for span in truth.spans for edge in (span.start, span.end)]
            assert edges == sorted(edges)
            assert edges[-1] <= len(text)
            assert all(text[span.start : span.end].strip() for span in truth.spans)


def test_a_clean_phrase_is_found_whole_at_its_offsets(full: list[SimulatedResponse]) -> None:
    plain = {f.key: f.text for f in load_texts().fragments if not re.search(r"[\[{]", f.text)}
    found = 0
    for response in full:
        for key, truth in response.truth.items():
            for span in truth.spans:
                found += str(response.answers[key])[span.start : span.end] == plain.get(span.fragment)
    assert found > 1_000


def test_every_theme_and_nearly_every_fragment_is_used(full: list[SimulatedResponse]) -> None:
    truths = [truth for response in full for truth in response.truth.values()]
    assert set().union(*(t.themes for t in truths)) == {theme.key for theme in load_texts().themes}
    used = {span.fragment for truth in truths for span in truth.spans}
    assert len(used) > 0.95 * len(load_texts().fragments)


def test_no_text_keeps_a_mark_of_its_template(full: list[SimulatedResponse]) -> None:
    assert not [text for text in texts(full) if re.search(r"[{}\[\]|]", text)]


def test_texts_have_no_stray_space(full: list[SimulatedResponse]) -> None:
    assert not [
        text
        for text in texts(full)
        if text != text.strip() or re.search(r" [,.]|[^\n]  ", text.replace("...", ""))
    ]


def test_texts_are_diverse_yet_repeat_as_real_ones_do(full: list[SimulatedResponse]) -> None:
    every = texts(full)
    longer = [text for text in every if len(text) > 60]
    assert len(set(longer)) > 0.7 * len(longer)
    assert len(set(every)) < 0.9 * len(every)


@pytest.mark.parametrize(
    "kind", ["themed", "empty", "off_topic", "campaign", "distress", "accusation", "personal"]
)
def test_every_kind_of_text_occurs(full: list[SimulatedResponse], kind: str) -> None:
    assert any(truth.kind == kind for response in full for truth in response.truth.values())


def test_other_languages_occur_where_they_are_spoken(full: list[SimulatedResponse]) -> None:
    places: dict[str, set[str | None]] = {"oc": set(), "ca": set(), "es": set(), "fr": set()}
    for response in full:
        for truth in response.truth.values():
            places[truth.language].add(response.profile.department)
    assert places["ca"] == {"66"}
    assert len(places["oc"]) >= 5
    assert places["es"]


def test_two_copied_texts_come_with_small_changes(full: list[SimulatedResponse]) -> None:
    copies: dict[str, list[str]] = {}
    for response in full:
        for key, truth in response.truth.items():
            if truth.campaign:
                copies.setdefault(truth.campaign, []).append(str(response.answers[key]))
    assert len(copies) == 2
    for family in copies.values():
        assert len(family) >= 50
        assert 3 <= len(set(family)) < len(family)


def test_capitals_missing_accents_and_lines_occur(full: list[SimulatedResponse]) -> None:
    every = [text for text in texts(full) if len(text) > 40]
    assert sum(text.isupper() for text in every) > 100
    assert sum(text == strip_accents(text) for text in every) > 1_000
    assert sum("\n" in text for text in every) > 100


def test_the_word_anonymous_never_occurs(full: list[SimulatedResponse]) -> None:
    assert not [text for text in texts(full) if "anonym" in text.lower()]


def test_telephone_numbers_are_of_the_ranges_kept_for_fiction(full: list[SimulatedResponse]) -> None:
    numbers = [n for text in texts(full) for n in re.findall(r"(?:\d[ .]?){9,}", text)]
    assert numbers
    for number in numbers:
        digits = re.sub(r"\D", "", number)
        assert len(digits) == 10
        assert digits.startswith(("019900", "063998")), number


def test_addresses_end_in_example_org(full: list[SimulatedResponse]) -> None:
    addresses = [a for text in texts(full) for a in re.findall(r"\S*@\S*", text)]
    assert addresses
    assert all(re.fullmatch(r"[a-z.]+@example\.org[,.]?", address) for address in addresses), addresses


def test_personal_data_are_located_exactly(full: list[SimulatedResponse]) -> None:
    surnames = {strip_accents(name).lower() for name in load_texts().glue["surnames"]}
    kinds: set[str] = set()
    for response in full:
        for key, truth in response.truth.items():
            for item in truth.personal:
                piece = str(response.answers[key])[item.start : item.end]
                kinds.add(item.kind)
                if item.kind == "name":
                    assert strip_accents(piece).lower().split()[-1] in surnames
                elif item.kind == "phone":
                    assert len(re.sub(r"\D", "", piece)) == 10
                else:
                    assert piece.endswith("@example.org")
    assert kinds == {"name", "phone", "email"}


def test_places_named_take_the_right_elision(full: list[SimulatedResponse]) -> None:
    assert not [text for text in texts(full) if re.search(r"\b(?:de|que) Albas|à Le ", text)]


@pytest.mark.real_data
def test_the_generator_runs_on_the_real_communes() -> None:
    if not SHARED.exists():
        pytest.skip("../shared/data/occitanie/communes.csv is absent")
    with SHARED.open(encoding="utf-8") as file:
        communes = [
            CommuneRef(row["code_insee"], row["nom"], row["departement"], int(float(row["population"] or 0)))
            for row in csv.DictReader(file)
        ]
    drawn = {response.profile.department for response in make(responses=400, communes=communes)}
    assert drawn >= set(POPULATIONS) - {"48"}
