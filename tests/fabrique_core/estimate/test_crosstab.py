"""Chi-square and corrections for many tests, against published values.
Fed with A. Agresti (2007), table 2.5, and Y. Benjamini and Y. Hochberg (1995), section 3.
Feeds nothing: a specification.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.estimate import benjamini_hochberg, chi_square, holm

PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
    0.7590, 1.0000,
]  # fmt: skip
p_values = st.lists(st.floats(0, 1), max_size=30)


def test_gender_and_party_of_agresti() -> None:
    result = chi_square([[762, 327, 468], [484, 239, 477]])
    assert result.statistic == pytest.approx(30.07, abs=0.005)
    assert (result.degrees, result.trustworthy) == (2, True)
    assert 0 < result.p_value < 0.0001


def test_the_95th_percentile_of_one_degree() -> None:
    result = chi_square([[60, 40], [46, 54]])
    assert result.p_value == pytest.approx(0.0476, abs=1e-3)


def test_independence_is_zero_and_full_dependence_is_one() -> None:
    assert chi_square([[10, 20], [30, 60]]).statistic == pytest.approx(0)
    assert chi_square([[10, 0], [0, 10]]).cramers_v == pytest.approx(1)


def test_small_expected_counts_are_said() -> None:
    assert not chi_square([[1, 9], [2, 8]]).trustworthy


def test_empty_rows_and_columns_count_for_nothing() -> None:
    assert chi_square([[10, 0, 20], [0, 0, 0], [30, 0, 10]]) == chi_square([[10, 20], [30, 10]])


@pytest.mark.parametrize("table", [[], [[1, 2]], [[1], [2]], [[1, 2], [3]], [[0, 0], [1, 2]]])
def test_a_table_without_two_sides_is_refused(table: list[list[int]]) -> None:
    with pytest.raises(CoreError, match=r"crosstab\.shape"):
        chi_square(table)


def test_negative_counts_and_impossible_p_values_are_refused() -> None:
    with pytest.raises(CoreError, match=r"crosstab\.counts"):
        chi_square([[1, -1], [1, 1]])
    for correct in (holm, benjamini_hochberg):
        with pytest.raises(CoreError, match=r"crosstab\.p_value"):
            correct([0.5, 1.5])


def test_the_example_of_benjamini_and_hochberg() -> None:
    assert sum(value <= 0.05 for value in benjamini_hochberg(PUBLISHED)) == 4
    assert sum(value <= 0.05 for value in holm(PUBLISHED)) == 3


def test_adjusted_values_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.04, 0.04))


@given(p_values)
def test_corrections_only_raise_keep_the_order_and_holm_is_stricter(values: list[float]) -> None:
    strict, loose = holm(values), benjamini_hochberg(values)
    for value, high, low in zip(values, strict, loose, strict=True):
        assert value <= low * (1 + 1e-9) + 1e-300
        assert low <= high * (1 + 1e-9) + 1e-300
        assert high <= 1
    by_value = [pair[1] for pair in sorted(zip(values, strict, strict=True))]
    assert by_value == sorted(by_value)
