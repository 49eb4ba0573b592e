"""Raking to margins: what it reaches, what it costs, whom it cannot weight.
Fed with small profiles.
Feeds nothing: a specification.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.estimate import design_effect, effective_size, rake, weighted_share

SEX = {"F": 52.0, "H": 48.0}
AGE = {"15-64": 70.0, "65+": 30.0}


def people(**groups: int) -> list[Mapping[str, str | None]]:
    names = {"fj": ("F", "15-64"), "fa": ("F", "65+"), "hj": ("H", "15-64"), "ha": ("H", "65+")}
    return [
        {"sex": names[group][0], "age": names[group][1]}
        for group, size in groups.items()
        for _ in range(size)
    ]


def refusal(
    rows: list[Mapping[str, str | None]], margins: Mapping[str, Mapping[str, float]], **options: float
) -> str:
    with pytest.raises(CoreError) as caught:
        rake(rows, margins, **options)  # type: ignore[arg-type]
    return caught.value.code


@given(*(st.integers(1, 40) for _ in range(4)))
def test_weighted_margins_match_the_population(fj: int, fa: int, hj: int, ha: int) -> None:
    rows = people(fj=fj, fa=fa, hj=hj, ha=ha)
    result = rake(rows, {"sex": SEX, "age": AGE}, cap=None)
    women = weighted_share(result.weights, [row["sex"] == "F" for row in rows])
    old = weighted_share(result.weights, [row["age"] == "65+" for row in rows])
    assert women == pytest.approx(0.52, abs=1e-5)
    assert old == pytest.approx(0.30, abs=1e-5)
    assert sum(weight or 0 for weight in result.weights) == pytest.approx(len(rows), rel=1e-4)


@given(*(st.integers(15, 40) for _ in range(4)))
def test_no_weight_passes_the_cap_and_the_margins_still_match(fj: int, fa: int, hj: int, ha: int) -> None:
    result = rake(people(fj=fj, fa=fa, hj=hj, ha=ha), {"sex": SEX, "age": AGE}, cap=2.5)
    assert max(weight or 0 for weight in result.weights) <= 2.5 + 1e-9
    assert result.deviation <= 1e-6


def test_a_cap_that_binds_is_counted_and_moves_weight_to_others() -> None:
    rows = people(fj=60, fa=20, hj=15, ha=5)
    free, bound = (rake(rows, {"sex": SEX, "age": AGE}, cap=cap) for cap in (None, 2.4))
    assert max(weight or 0 for weight in free.weights) > 2.4
    assert max(weight or 0 for weight in bound.weights) <= 2.4 + 1e-9
    assert bound.capped == 5
    assert bound.deviation <= 1e-6


def test_one_margin_is_the_ratio_of_population_to_respondents() -> None:
    result = rake(people(fj=75, hj=25), {"sex": {"F": 1.0, "H": 1.0}})
    assert result.weights[0] == pytest.approx(50 / 75)
    assert result.weights[-1] == pytest.approx(2.0)
    assert result.effective_size == pytest.approx(75.0)
    assert result.design_effect == pytest.approx(4 / 3)


def test_two_margins_at_once_as_deming_and_stephan_do() -> None:
    """With independent margins, a full cross of equal groups is weighted by the product of the ratios."""
    result = rake(people(fj=25, fa=25, hj=25, ha=25), {"sex": SEX, "age": AGE})
    assert result.weights[0] == pytest.approx(4 * 0.52 * 0.70, rel=1e-5)
    assert result.weights[-1] == pytest.approx(4 * 0.48 * 0.30, rel=1e-5)


def test_those_who_did_not_say_or_said_otherwise_are_counted_with_the_reason() -> None:
    rows = [*people(fj=5, hj=5), {"sex": None}, {"sex": "autre"}, {}]
    result = rake(rows, {"sex": SEX})
    assert result.weights[-3:] == (None, None, None)
    assert [(item.row, item.reason) for item in result.unweightable] == [
        (10, "missing"),
        (11, "unknown"),
        (12, "missing"),
    ]


def test_what_cannot_be_weighted_is_refused() -> None:
    assert refusal(people(fj=5), {"sex": SEX}) == "weighting.category"
    assert refusal([], {"sex": SEX}) == "weighting.empty"
    assert refusal(people(fj=5), {}) == "weighting.margin"
    assert refusal(people(fj=5), {"sex": {"F": 0.0}}) == "weighting.margin"
    assert refusal(people(fj=5, hj=5), {"sex": SEX}, cap=0.5) == "weighting.cap"
    assert refusal(people(fj=99, hj=1), {"sex": SEX}, cap=5.0) == "weighting.convergence"
    # Women all young, men all old: the two margins contradict each other.
    assert refusal(people(fj=50, ha=50), {"sex": SEX, "age": AGE}) == "weighting.convergence"


weights = st.lists(st.floats(0.01, 100), min_size=1, max_size=50)


@given(weights)
def test_weights_never_add_respondents(values: list[float]) -> None:
    assert effective_size(values) <= len(values) * (1 + 1e-9)
    assert design_effect(values) >= 1 - 1e-9


@given(weights, st.floats(0.1, 10))
def test_the_effective_size_ignores_the_scale(values: list[float], scale: float) -> None:
    assume(all(value * scale > 1e-6 for value in values))
    assert effective_size([value * scale for value in values]) == pytest.approx(effective_size(values))


def test_kish_by_hand_and_refusals() -> None:
    assert effective_size([1, 1, 2]) == pytest.approx(16 / 6)
    assert effective_size([]) == 0
    with pytest.raises(CoreError, match=r"weighting\.weight"):
        effective_size([1, -1])
    with pytest.raises(CoreError, match=r"weighting\.empty"):
        design_effect([])


def test_a_share_needs_a_weight_and_a_value() -> None:
    assert weighted_share([1.0, None, 3.0, 2.0], [True, True, False, None]) == pytest.approx(0.25)
    assert weighted_share([None], [True]) is None
