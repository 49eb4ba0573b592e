"""Krippendorff's alpha, against the examples he published, and what may be published.
Fed with K. Krippendorff (2011).
Feeds nothing: a specification.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.estimate import Agreement, krippendorff_alpha

OBSERVERS = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]


def units(rows: list[str]) -> list[list[str | None]]:
    return [[None if code == "." else code for code in column] for column in zip(*rows, strict=True)]


def alpha(rows: list[str]) -> float:
    value = krippendorff_alpha(units(rows)).alpha
    assert value is not None
    return value


def test_two_observers_two_values() -> None:
    assert alpha(["0100000010", "1110010000"]) == pytest.approx(0.095, abs=5e-4)


def test_two_observers_many_values() -> None:
    assert alpha(["aabbdcccedda", "babbbccceddd"]) == pytest.approx(0.692, abs=5e-4)


def test_four_observers_with_missing_codes() -> None:
    result = krippendorff_alpha(units(OBSERVERS))
    assert result.alpha == pytest.approx(0.743, abs=5e-4)
    assert (result.units, result.values, result.set_aside) == (11, 40, (11,))


def test_perfect_agreement_is_one() -> None:
    assert alpha(["abc", "abc"]) == 1.0


def test_without_variation_or_pairs_alpha_is_undefined() -> None:
    assert krippendorff_alpha(units(["aaa", "aaa"])).alpha is None
    assert krippendorff_alpha([["a", None], [None, "b"]]).set_aside == (0, 1)
    assert krippendorff_alpha([]).verdict == "not_measurable"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (0.80, "reliable"),
        (0.7999, "caution"),
        (0.67, "caution"),
        (0.6699, "not_measurable"),
        (None, "not_measurable"),
    ],
)
def test_the_verdict_follows_the_thresholds(value: float | None, verdict: str) -> None:
    assert Agreement(value, 10, 20, ()).verdict == verdict


coded = st.lists(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=3, max_size=3), max_size=20)


@given(coded, st.randoms(use_true_random=False))
def test_neither_the_order_of_coders_nor_the_names_of_labels_matter(
    rows: list[list[str | None]], shuffler: random.Random
) -> None:
    shuffled = [shuffler.sample(row, len(row)) for row in rows]
    renamed = [[{"a": 2, "b": 0, "c": 1}.get(label or "") for label in row] for row in shuffled]
    expected = krippendorff_alpha(rows).alpha
    assert krippendorff_alpha(renamed).alpha == (expected if expected is None else pytest.approx(expected))
