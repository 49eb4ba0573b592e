"""Rate of achievement: one formula for rising and falling indicators, never flattering, never zero for unknown.
Fed with values of the plan's indicators and with hypothesis.
Feeds nothing: a specification.
"""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.progress import Achievement, Direction, Pace, Step, Trajectory, achievement

RISE, FALL = Direction.RISE, Direction.FALL
amounts = st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
START, END = dt.date(2023, 1, 1), dt.date(2028, 1, 1)


def rate(initial, target, current, direction=RISE):
    return achievement(initial=initial, target=target, current=current, direction=direction).rate


@pytest.mark.parametrize(
    ("initial", "target", "current", "direction", "expected"),
    [
        (50, 75, 60, RISE, 40),
        (50, 75, 75, RISE, 100),
        (50, 75, 80, RISE, 120),
        (50, 75, 40, RISE, -40),
        (30, 20, 25, FALL, 50),
        (30, 20, 18, FALL, 120),
        # A known monitoring tool showed 100 % here: the indicator that should fall has risen.
        (30, 20, 45, FALL, -150),
        (0, 10, 0, RISE, 0),
    ],
)
def test_the_share_of_the_way(initial, target, current, direction, expected):
    assert rate(initial, target, current, direction) == pytest.approx(expected)


@given(amounts, amounts, amounts, amounts)
def test_mirror(initial, target, current, axis):
    """A falling indicator and its mirror image that rises have the same rate."""
    assume(target >= initial)
    rising = rate(initial, target, current, RISE)
    falling = rate(axis - initial, axis - target, axis - current, FALL)
    if target - initial > 1:
        assert falling == pytest.approx(rising, rel=1e-6, abs=1e-3)
    assert rate(-initial, -target, -current, FALL) == rising


@given(amounts, amounts, amounts, st.sampled_from(Direction))
def test_never_a_hundred_for_a_value_short_of_the_target(initial, target, current, direction):
    sign = 1 if direction is RISE else -1
    assume(sign * (target - initial) >= 0)
    found = rate(initial, target, current, direction)
    if sign * current < sign * target:
        assert found < 100
    else:
        assert found >= 100
    if sign * current < sign * initial:
        assert found <= 0


@given(amounts, amounts, amounts, amounts)
def test_a_better_value_never_lowers_the_rate(initial, target, one, other):
    assume(target >= initial)
    worse, better = sorted((one, other))
    assert rate(initial, target, worse) <= rate(initial, target, better)


@given(amounts, amounts, amounts, st.sampled_from([0.5, 3.0, 100.0]))
def test_the_unit_does_not_matter(initial, target, current, factor):
    assume(target - initial > 1)
    assert rate(factor * initial, factor * target, factor * current) == pytest.approx(
        rate(initial, target, current), rel=1e-6, abs=1e-3
    )


@pytest.mark.parametrize("missing", ["initial", "target", "current"])
def test_missing_is_not_known_and_not_zero(missing):
    values = {"initial": 10, "target": 20, "current": 15, missing: None}
    found = achievement(**values, direction=RISE)
    assert (found.rate, found.shown, found.reached, found.pace) == (None, None, None, Pace.NOT_KNOWN)


def test_a_level_to_hold_is_held_or_lost():
    assert rate(95, 95, 95) == rate(95, 95, 97) == 100
    assert rate(95, 95, 94) == 0
    assert (rate(5, 5, 5, FALL), rate(5, 5, 6, FALL)) == (100, 0)


def test_what_is_shown_stays_between_0_and_100():
    assert [Achievement(value).shown for value in (-40.0, 55.0, 130.0)] == [0, 55, 100]
    assert [Achievement(value).reached for value in (99.9, 100.0)] == [False, True]


def test_a_target_the_wrong_way_is_refused():
    for initial, target, direction in [(50, 40, RISE), (20, 30, FALL)]:
        with pytest.raises(CoreError, match=r"progress\.direction"):
            rate(initial, target, None, direction)


def test_a_number_that_is_none_is_refused():
    for value in (math.nan, math.inf):
        with pytest.raises(CoreError, match=r"progress\.number"):
            rate(0, 1, value)


class TestTrajectory:
    def test_a_straight_line(self):
        line = Trajectory.straight(START, END)
        assert line.expected(START) == line.expected(START - dt.timedelta(1)) == 0
        assert line.expected(END) == line.expected(END + dt.timedelta(1)) == 1
        assert line.expected(dt.date(2025, 7, 2)) == pytest.approx(0.5, abs=1e-3)

    def test_steps(self):
        line = Trajectory([Step(START, 0), Step(dt.date(2025, 1, 1), 0.2), Step(END, 1)])
        assert line.expected(dt.date(2025, 1, 1)) == 0.2
        assert 0.2 < line.expected(dt.date(2026, 1, 1)) < 1

    @pytest.mark.parametrize(
        ("current", "pace"), [(10, Pace.BEHIND), (48, Pace.ON_TRACK), (54, Pace.ON_TRACK), (60, Pace.AHEAD)]
    )
    def test_the_pace_compares_with_what_was_due(self, current, pace):
        found = achievement(
            initial=0, target=100, current=current, direction=RISE,
            trajectory=Trajectory.straight(START, END), on=dt.date(2025, 7, 2),
        )  # fmt: skip
        assert found.expected == pytest.approx(50, abs=0.1)
        assert found.pace is pace

    def test_what_was_due_is_known_without_a_value(self):
        found = achievement(
            initial=0,
            target=100,
            current=None,
            direction=RISE,
            trajectory=Trajectory.straight(START, END),
            on=END,
        )
        assert (found.rate, found.expected, found.pace) == (None, 100, Pace.NOT_KNOWN)

    @pytest.mark.parametrize(
        "steps",
        [
            [],
            [Step(START, 0)],
            [Step(END, 0), Step(START, 1)],
            [Step(START, 0.5), Step(END, 0.2)],
            [Step(START, 0), Step(END, 1.2)],
            [Step(START, -0.1), Step(END, 1)],
        ],
    )
    def test_a_trajectory_goes_forward(self, steps):
        with pytest.raises(CoreError, match=r"progress\.trajectory"):
            Trajectory(steps)

    def test_a_trajectory_needs_a_date(self):
        with pytest.raises(CoreError, match=r"progress\.date"):
            achievement(
                initial=0, target=1, current=1, direction=RISE, trajectory=Trajectory.straight(START, END)
            )

    @given(
        st.dates(dt.date(2020, 1, 1), dt.date(2031, 1, 1)), st.dates(dt.date(2020, 1, 1), dt.date(2031, 1, 1))
    )
    def test_what_is_due_never_falls(self, one, other):
        line = Trajectory([Step(START, 0), Step(dt.date(2024, 1, 1), 0.3), Step(END, 0.9)])
        first, last = sorted((one, other))
        assert 0 <= line.expected(first) <= line.expected(last) <= 0.9
