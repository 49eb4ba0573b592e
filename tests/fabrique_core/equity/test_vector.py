"""Every measure against an independently computed vector, and against values worked out by hand.
Fed with five equal quintiles, 40 to 80 % from the poorest to the richest.
Feeds nothing: a specification.
"""

from __future__ import annotations

import math

import pytest

from fabrique_core.equity import Disaggregation, Kind, Method, Reason, Subgroup, summarise

QUINTILES = (40.0, 50.0, 60.0, 70.0, 80.0)
VECTOR = {
    "D": (40, 10), "R": (2, 10), "ACI": (8, 10), "RCI": (0.1333, 4), "SII": (50, 10), "RII": (2.4286, 4),
    "SII_logit": (48.20, 2), "RII_logit": (2.4100, 4), "PAR": (20, 10), "PAF": (33.33, 2), "BGV": (200, 10),
    "MDB": (20, 10), "MDM": (12, 10), "THEIL": (0.028235, 6), "MLD": (0.029191, 6),
}  # fmt: skip
ABSOLUTE = {"D", "ACI", "SII", "SII_logit", "PAR", "BGV", "BGSD", "MDB", "MDM"}


def quintiles(values=QUINTILES, *, favourable=True, ordered=True, people=1000.0, se=None, scale=100.0):
    rows = [Subgroup(f"Q{i}", value, people, i, se) for i, value in enumerate(values, 1)]
    return Disaggregation(rows, favourable=favourable, ordered=ordered, scale=scale)


@pytest.mark.parametrize("people", [1000.0, 1.0, 0.2])
def test_the_vector_holds(people):
    found = summarise(quintiles(people=people))
    assert found.mean.value == pytest.approx(60)
    assert {code: round(found.measures[code].value, digits) for code, (_, digits) in VECTOR.items()} == {
        code: value for code, (value, _) in VECTOR.items()
    }
    assert found.set_aside == {}


def test_what_follows_from_the_vector():
    """Standard deviation and coefficient of variation from BGV; disparity from MDM, the groups being equal."""
    found = summarise(quintiles()).measures
    assert found["BGSD"].value == pytest.approx(math.sqrt(200))
    assert found["COV"].value == pytest.approx(100 * math.sqrt(200) / 60)
    assert found["IDIS"].value == found["IDIS_weighted"].value == pytest.approx(20)


def test_each_measure_says_whether_it_is_absolute():
    found = summarise(quintiles()).measures
    assert {code for code, measure in found.items() if measure.kind is Kind.ABSOLUTE} == ABSOLUTE


def test_unequal_populations_weigh():
    """Two groups, 3 people in 4 at 10 and 1 in 4 at 30, worked out by hand."""
    rows = [Subgroup("poor", 10, 300, 1), Subgroup("rich", 30, 100, 2)]
    found = summarise(Disaggregation(rows, favourable=True, ordered=True))
    assert found.mean.value == pytest.approx(15)
    # Middles at 0.375 and 0.875: 0.75 × (−0.25) × 10 + 0.25 × 0.75 × 30.
    assert found.measures["ACI"].value == pytest.approx(3.75)
    # The line through both points rises by 20 over half of the population, around the mean.
    assert found.measures["SII"].value == pytest.approx(40)
    assert found.set_aside["RII"] is Reason.OUT_OF_RANGE  # 15 − 20 is below zero
    assert found.measures["BGV"].value == pytest.approx(0.75 * 25 + 0.25 * 225)
    assert found.measures["MDM"].value == pytest.approx(7.5)
    assert found.measures["MDB"].value == pytest.approx(15)
    assert found.measures["IDIS"].value == pytest.approx(100 * (5 + 15) / 2 / 15)
    assert found.measures["IDIS_weighted"].value == pytest.approx(50)
    assert found.measures["THEIL"].value == pytest.approx(0.5 * math.log(10 / 15) + 0.5 * math.log(2))


class TestFavourableOrAdverse:
    def test_an_adverse_indicator_compares_the_other_way_round(self):
        found = summarise(quintiles((80, 70, 60, 50, 40), favourable=False)).measures
        assert (found["D"].value, found["R"].value) == (40, 2)
        assert found["PAR"].value == pytest.approx(-20)
        assert found["PAF"].value == pytest.approx(-100 / 3)
        assert found["MDB"].value == pytest.approx(20)

    def test_the_sign_of_ordered_measures_says_where_the_indicator_is_concentrated(self):
        found = summarise(quintiles((80, 70, 60, 50, 40), favourable=False)).measures
        assert found["ACI"].value == pytest.approx(-8)
        assert found["SII"].value == pytest.approx(-50)
        assert found["RII"].value == pytest.approx(1 / 2.4285714285714284)

    def test_nothing_is_gained_by_joining_a_reference_that_fares_worse(self):
        worse = summarise(quintiles((80, 70, 60, 50, 40), se=2.0)).measures
        assert (worse["PAR"].value, worse["PAF"].value) == (0, 0)
        assert worse["PAR"].interval.low == 0
        better = summarise(quintiles(QUINTILES, favourable=False)).measures
        assert (better["PAR"].value, better["PAF"].value) == (0, 0)

    def test_without_order_the_best_is_the_reference_and_the_extremes_are_compared(self):
        favourable = summarise(quintiles((60, 80, 40, 50, 70), ordered=False)).measures
        assert (favourable["D"].value, favourable["R"].value) == (40, 2)
        assert favourable["PAR"].value == pytest.approx(20)
        adverse = summarise(quintiles((60, 80, 40, 50, 70), ordered=False, favourable=False)).measures
        assert adverse["PAR"].value == pytest.approx(-20)
        assert adverse["D"].value == 40


class TestWhatDoesNotApply:
    def test_ordered_measures_need_an_order(self):
        found = summarise(quintiles(ordered=False))
        assert {code for code, why in found.set_aside.items() if why is Reason.NOT_ORDERED} == {
            "ACI", "RCI", "SII", "RII", "SII_logit", "RII_logit"
        }  # fmt: skip

    def test_without_populations_only_two_groups_are_compared(self):
        found = summarise(quintiles(people=None))
        assert set(found.measures) == {"D", "R"}
        assert set(found.set_aside.values()) == {Reason.NO_POPULATION}
        assert (found.mean.value, found.mean.reason) == (None, Reason.NO_POPULATION)

    def test_the_logit_needs_a_bound(self):
        found = summarise(quintiles(scale=None))
        assert found.set_aside == {"SII_logit": Reason.NO_SCALE, "RII_logit": Reason.NO_SCALE}

    def test_the_logit_does_not_run_away(self):
        separated = summarise(quintiles((0, 0, 0, 100, 100)))
        assert separated.set_aside["SII_logit"] is Reason.NO_FIT
        assert summarise(quintiles((100,) * 5)).set_aside["RII_logit"] is Reason.NO_FIT

    def test_zeros_forbid_what_divides_by_them(self):
        found = summarise(quintiles((0, 10, 20, 30, 40), se=1.0))
        assert found.set_aside["R"] is found.set_aside["MLD"] is Reason.ZERO
        assert found.measures["THEIL"].value > 0
        nothing = summarise(quintiles((0,) * 5))
        assert {"R", "RCI", "PAF", "COV", "IDIS", "IDIS_weighted", "THEIL", "MLD"} <= set(nothing.set_aside)
        assert nothing.measures["BGV"].value == 0

    def test_a_ratio_of_zero_has_no_interval(self):
        ratio = summarise(quintiles((10, 20, 30, 40, 0), se=1.0)).measures["R"]
        assert (ratio.value, ratio.interval, ratio.reason) == (0, None, Reason.ZERO)


class TestAPairIsShown:
    def test_absolute_and_relative_together(self):
        for data in (quintiles(), quintiles(ordered=False), quintiles((0, 10, 10, 10, 10), ordered=False)):
            absolute, relative = summarise(data).pair(data.ordered)
            assert (absolute.kind, relative.kind) == (Kind.ABSOLUTE, Kind.RELATIVE)

    def test_none_is_made_up(self):
        assert summarise(quintiles((0,) * 5, ordered=False)).pair(False) is None


class TestIntervals:
    def test_no_standard_error_no_interval(self):
        found = summarise(quintiles())
        assert {one.interval for one in found.measures.values()} == {None}
        assert {one.reason for one in found.measures.values()} == {Reason.NO_STANDARD_ERROR}

    def test_one_missing_standard_error_is_enough(self):
        rows = [Subgroup(f"Q{i}", 10.0 * i, 100, i, None if i == 2 else 1.0) for i in range(1, 6)]
        found = summarise(Disaggregation(rows, favourable=True, ordered=True, scale=100))
        assert found.measures["SII"].interval is None

    def test_difference_and_ratio_by_hand(self):
        found = summarise(quintiles(se=3.0)).measures
        half = 1.959963984540054 * math.sqrt(18)
        assert (found["D"].interval.low, found["D"].interval.high) == pytest.approx((40 - half, 40 + half))
        factor = math.exp(1.959963984540054 * math.hypot(3 / 80, 3 / 40))
        assert (found["R"].interval.low, found["R"].interval.high) == pytest.approx((2 / factor, 2 * factor))
        assert (found["D"].method, found["R"].method) == (Method.NORMAL, Method.LOG)

    def test_the_slope_by_hand(self):
        # Weights of the slope: (x − 0.5) / Σ (x − 0.5)², x the middles 0.1 to 0.9 of five equal groups.
        error = 3 * math.sqrt(sum(((x - 0.5) / 0.4) ** 2 for x in (0.1, 0.3, 0.5, 0.7, 0.9)))
        interval = summarise(quintiles(se=3.0)).measures["SII"].interval
        assert interval.high - 50 == pytest.approx(1.959963984540054 * error)

    @pytest.mark.parametrize("ratio", ["RII", "RII_logit", "R"])
    @pytest.mark.parametrize("code", ["ACI", "RCI", "SII", "SII_logit", "PAR", "PAF"])
    def test_standard_errors_match_a_small_move_of_each_estimate(self, code, ratio):
        """The delta method with derivatives found by moving each estimate, in unequal groups."""
        step, se, z = 1e-4, 1.5, 1.959963984540054

        def found(values, error=None):
            people = (900, 1500, 700, 1200, 400)
            rows = [Subgroup(f"Q{i}", values[i], people[i], i, error) for i in range(5)]
            return summarise(Disaggregation(rows, favourable=True, ordered=True, scale=100)).measures

        base, moved = found(QUINTILES), []
        for place in range(5):
            moved.append(found([y + step * (place == i) for i, y in enumerate(QUINTILES)]))
        with_errors = found(QUINTILES, se)
        linear = se * math.hypot(*((one[code].value - base[code].value) / step for one in moved))
        assert with_errors[code].interval.high - base[code].value == pytest.approx(z * linear, rel=1e-3)
        logs = se * math.hypot(*(math.log(one[ratio].value / base[ratio].value) / step for one in moved))
        upper = math.log(with_errors[ratio].interval.high / base[ratio].value)
        assert upper == pytest.approx(z * logs, rel=1e-3)

    def test_a_line_that_ends_near_zero_has_no_interval_rather_than_an_endless_one(self):
        people = (334, 11, 11)
        rows = [
            Subgroup(f"g{i}", y, n, i, 0.1) for i, (y, n) in enumerate(zip((11, 1, 43), people, strict=True))
        ]
        relative = summarise(Disaggregation(rows, favourable=True, ordered=True)).measures["RII"]
        assert (relative.interval, relative.reason) == (None, Reason.TOO_WIDE)

    def test_more_confidence_is_wider(self):
        narrow = summarise(quintiles(se=2.0), confidence=0.8).measures
        wide = summarise(quintiles(se=2.0), confidence=0.99).measures
        for code, measure in narrow.items():
            assert wide[code].interval.low < measure.interval.low <= measure.value
            assert measure.value <= measure.interval.high < wide[code].interval.high

    def test_intervals_hold_the_truth_as_often_as_they_say(self):
        """Even where all are equal, where quantiles of plain draws never hold the true zero."""
        import numpy as np

        rng = np.random.default_rng(7)
        for truth in ((60,) * 5, (55, 58, 60, 62, 65)):
            true = summarise(quintiles(truth)).measures
            held = dict.fromkeys(true, 0)
            for _ in range(150):
                seen = np.array(truth) + 2 * rng.standard_normal(5)
                for code, one in summarise(quintiles(seen.tolist(), se=2.0)).measures.items():
                    held[code] += one.interval.low - 1e-9 <= true[code].value <= one.interval.high + 1e-9
            assert min(held.values()) >= 0.89 * 150
