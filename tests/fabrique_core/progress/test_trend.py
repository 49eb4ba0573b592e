"""Trend and freshness: which way an indicator goes, and how old its last value is.
Fed with dated values and with hypothesis.
Feeds nothing: a specification.
"""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.progress import Age, Course, Direction, Point, freshness, trend

RISE, FALL = Direction.RISE, Direction.FALL
series = st.lists(
    st.tuples(st.integers(0, 4000), st.integers(1, 1000)), min_size=2, max_size=8, unique_by=lambda p: p[0]
)


def points(*values, first=2020):
    return [Point(dt.date(first + i, 1, 1), value) for i, value in enumerate(values)]


def test_the_slope_is_in_units_a_year():
    found = trend(points(10, 12, 14, 16), direction=RISE)
    assert found.slope == pytest.approx(2, abs=0.02)
    assert (found.course, found.points) == (Course.BETTER, 4)


def test_the_direction_says_what_is_better():
    assert trend(points(16, 14, 12), direction=FALL).course is Course.BETTER
    assert trend(points(16, 14, 12), direction=RISE).course is Course.WORSE


def test_one_odd_value_does_not_turn_it():
    assert trend(points(10, 12, 14, 2, 18, 20), direction=RISE).course is Course.BETTER


def test_hardly_moving_is_stable():
    assert trend(points(100, 100.4, 100.2), direction=RISE).course is Course.STABLE
    assert trend(points(0, 0, 0), direction=RISE).course is Course.STABLE


@pytest.mark.parametrize("values", [(), (5,), (None, 5, None)])
def test_too_few_values_are_not_a_trend(values):
    found = trend(points(*values), direction=RISE)
    assert (found.course, found.slope) == (Course.NOT_KNOWN, None)


@given(series)
def test_mirror(rows):
    rising = [Point(dt.date(2015, 1, 1) + dt.timedelta(days), float(value)) for days, value in rows]
    falling = [Point(point.date, -point.value) for point in rising]
    one, other = trend(rising, direction=RISE), trend(falling, direction=FALL)
    assert (one.course, one.slope) == (other.course, -other.slope)
    assert trend(rising[::-1], direction=RISE) == one


def test_two_values_on_one_day_or_no_number_are_refused():
    day = dt.date(2024, 1, 1)
    with pytest.raises(CoreError, match=r"progress\.twice"):
        trend([Point(day, 1), Point(day, 2)], direction=RISE)
    with pytest.raises(CoreError, match=r"progress\.number"):
        trend([Point(day, math.nan)], direction=RISE)


class TestFreshness:
    @pytest.mark.parametrize(
        ("days", "age"), [(0, Age.FRESH), (90, Age.FRESH), (91, Age.LATE), (180, Age.STALE)]
    )
    def test_against_how_often_a_value_is_due(self, days, age):
        last = dt.date(2024, 1, 1)
        found = freshness([Point(last, 3.0)], on=last + dt.timedelta(days), every_days=90)
        assert (found.age, found.last, found.days) == (age, last, days)

    def test_missing_and_future_values_are_not_fresh(self):
        rows = [
            Point(dt.date(2024, 1, 1), 1),
            Point(dt.date(2024, 3, 1), None),
            Point(dt.date(2025, 1, 1), 2),
        ]
        found = freshness(rows, on=dt.date(2024, 3, 2), every_days=30)
        assert (found.age, found.last) == (Age.STALE, dt.date(2024, 1, 1))

    def test_no_value_ever(self):
        found = freshness([], on=dt.date(2024, 1, 1), every_days=30)
        assert (found.age, found.last, found.days) == (Age.NEVER, None, None)

    def test_a_period_lasts_a_day_or_more(self):
        with pytest.raises(CoreError, match=r"progress\.period"):
            freshness([], on=dt.date(2024, 1, 1), every_days=0)
