"""Whether a gap is clear: intervals that overlap, other years, other definitions, deaths without an interval.

Fed by made-up values. Feeds nothing.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabrique.restitution.services.comparing import (
    NEAR,
    Estimate,
    Gap,
    Reading,
    Unlike,
    against,
    estimate,
    near,
    read_gap,
)
from fabrique.restitution.services.inequalities import fifths_of

MIRROR = {Gap.HIGHER: Gap.LOWER, Gap.LOWER: Gap.HIGHER}
positive = st.floats(min_value=0.01, max_value=1e5)


def value(one: float | None, low: float | None = None, high: float | None = None, **more: Any) -> Estimate:
    return Estimate(one, low, high, more.get("version", 1), more.get("period", "2023"))


@pytest.mark.parametrize(
    ("one", "other", "gap"),
    [
        (value(5, 4, 6), value(5.9, 5.8, 6.2), Gap.NOT_CLEAR),
        (value(5, 4, 5.7), value(5.9, 5.8, 6.2), Gap.LOWER),
        (value(7, 6.5, 7.5), value(5.9, 5.8, 6.2), Gap.HIGHER),
        (value(10), value(10.4), Gap.NEAR),
        (value(10), value(10.6), Gap.LOWER),
        (value(10, 9, 11), value(10.6), Gap.LOWER),  # one interval alone does not tell
        (value(None), value(1), Gap.UNKNOWN),
        (None, value(1), Gap.UNKNOWN),
    ],
)
def test_a_gap_is_clear_only_where_the_intervals_part(one: Any, other: Any, gap: Gap) -> None:
    assert read_gap(one, other).gap == gap


def test_two_definitions_or_two_years_never_compare() -> None:
    other_version = read_gap(value(1), value(9, version=2))
    other_year = read_gap(value(1), value(9, period="2019"))
    assert (other_version.gap, other_version.unlike) == (Gap.UNLIKE, Unlike.VERSION)
    assert (other_year.gap, other_year.unlike) == (Gap.UNLIKE, Unlike.PERIOD)


@settings(max_examples=60, deadline=None)
@given(positive, positive, st.floats(min_value=0, max_value=100), st.floats(min_value=0, max_value=100))
def test_the_second_stands_against_the_first_as_the_first_against_the_second(
    one: float, other: float, half: float, other_half: float
) -> None:
    left, right = value(one, one - half, one + half), value(other, other - other_half, other + other_half)
    gap = read_gap(left, right).gap
    assert read_gap(right, left).gap == MIRROR.get(gap, gap)
    plain = near(one, other)
    assert near(other, one) == MIRROR.get(plain, plain)


def test_the_convention_of_what_is_near_holds_at_its_edge() -> None:
    assert near(100, 100 * (1 + NEAR)) == Gap.NEAR
    assert near(100, 100 * (1 + NEAR) + 0.1) == Gap.LOWER
    assert near(0, 0) == Gap.NEAR


def deaths(rate: float, code: str = "mortalite_02_tumeurs") -> Any:
    return SimpleNamespace(
        code=code, unit="per_100000", value=rate, lower=None, upper=None, version=1, period="2023"
    )


def test_a_death_rate_has_no_interval_made_up_and_is_read_as_an_order_of_size() -> None:
    own = estimate(deaths(51.1))
    assert (own.lower, own.upper, own.rough) == (None, None, True)
    assert read_gap(own, estimate(deaths(40.0))) == Reading(Gap.HIGHER, rough=True)
    assert against(own, 50.0) == Reading(Gap.NEAR, rough=True)


def test_what_is_counted_in_full_has_no_interval_made_up() -> None:
    doctors = estimate(deaths(141.0, "generalistes_pour_100000"))
    assert (doctors.lower, doctors.upper, doctors.rough) == (None, None, False)


def place(code: str, population: int) -> Any:
    return SimpleNamespace(code=code, population=population, name=code)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 100)), min_size=1, max_size=20),
    st.booleans(),
)
def test_every_territory_is_in_one_group_and_the_order_holds(
    rows: list[tuple[int, float]], advantage: bool
) -> None:
    scored = [(place(f"{n:02d}", people), score) for n, (people, score) in enumerate(rows)]
    groups = fifths_of(scored, advantage=advantage)
    flat = [one.code for group in groups for one in group]
    assert sorted(flat) == [one.code for one, _score in scored]
    assert 1 <= len(groups) <= 5
    scores = {one.code: score for one, score in scored}
    ordered = [scores[code] for code in flat]
    assert ordered == sorted(ordered, reverse=not advantage)
    assert groups == fifths_of(list(reversed(scored)), advantage=advantage)


def test_fifths_hold_about_a_fifth_of_the_inhabitants() -> None:
    scored = [(place(f"{n:02d}", 100), float(n)) for n in range(10)]
    groups = fifths_of(scored, advantage=True)
    assert [[one.code for one in group] for group in groups] == [
        ["00", "01"], ["02", "03"], ["04", "05"], ["06", "07"], ["08", "09"],
    ]  # fmt: skip
