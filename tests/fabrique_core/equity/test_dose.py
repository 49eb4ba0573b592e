"""Dose against need: to whom means lean once need is taken into account.
Fed with quintiles worked out by hand.
Feeds nothing: a specification.
"""

from __future__ import annotations

import pytest

from fabrique_core.equity import Disaggregation, Lean, Subgroup, dose
from fabrique_core.errors import CoreError

NEED = (50, 40, 30, 20, 10)


def quintiles(values, *, people=1000.0, se=None, ordered=True):
    rows = [Subgroup(f"Q{i}", value, people, i, se) for i, value in enumerate(values, 1)]
    return Disaggregation(rows, favourable=False, ordered=ordered)


def test_delivery_in_proportion_to_need_has_no_gap():
    found = dose(quintiles(NEED, se=1.0), quintiles([2 * need for need in NEED], se=1.0))
    assert found.gap.value == pytest.approx(0, abs=1e-12)
    assert [row.per_need for row in found.rows] == [2] * 5
    assert found.lean is Lean.PROPORTIONATE


def test_the_same_for_all_leans_to_the_advantaged():
    found = dose(quintiles(NEED, se=1.0), quintiles([30] * 5, se=1.0))
    # Concentration index of need: 0.2 × (−0.8×50 − 0.4×40 + 0.4×20 + 0.8×10) / 30.
    assert found.need.value == pytest.approx(-8 / 30)
    assert found.gap.value == pytest.approx(8 / 30)
    assert found.lean is Lean.ADVANTAGED


def test_more_than_in_proportion_leans_to_the_disadvantaged():
    found = dose(quintiles(NEED, se=0.5), quintiles([90, 40, 20, 10, 0], se=0.5))
    assert found.gap.value < 0
    assert found.gap.interval.high < 0
    assert found.lean is Lean.DISADVANTAGED


def test_without_intervals_the_lean_is_not_known():
    assert dose(quintiles(NEED), quintiles([30] * 5)).lean is Lean.NOT_KNOWN


def test_no_need_gives_no_ratio():
    assert dose(quintiles((50, 0, 10, 10, 10)), quintiles([30] * 5)).rows[1].per_need is None


@pytest.mark.parametrize(
    "delivery",
    [quintiles([30] * 4), quintiles([30] * 5, people=900.0), quintiles([0] * 5)],
    ids=["fewer", "others", "nothing"],
)
def test_what_cannot_be_compared_is_refused(delivery):
    with pytest.raises(CoreError, match=r"equity\.dose"):
        dose(quintiles(NEED), delivery)
