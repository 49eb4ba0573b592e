"""Shares with their base and their interval, against published values.
Fed with R. G. Newcombe (1998), table I, and counts from hypothesis.
Feeds nothing: a specification.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.estimate import Share, share_of, wilson_interval

counts = st.integers(1, 2000).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base)))


@pytest.mark.parametrize(
    ("count", "base", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_matches_the_published_table(count: int, base: int, low: float, high: float) -> None:
    interval = wilson_interval(count, base)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(counts)
def test_the_interval_holds_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    count, base = pair
    interval, mirror = wilson_interval(count, base), wilson_interval(base - count, base)
    assert 0 <= interval.low <= count / base <= interval.high <= 1
    assert interval.low == pytest.approx(1 - mirror.high, abs=1e-12)


@given(counts)
def test_more_confidence_is_wider(pair: tuple[int, int]) -> None:
    narrow, wide = wilson_interval(*pair, confidence=0.8), wilson_interval(*pair, confidence=0.99)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


def test_missing_answers_are_counted_apart() -> None:
    assert share_of([True, False, None, True]) == Share(count=2, base=3, missing=1)
    assert Share(2, 3, 1).share == pytest.approx(2 / 3)


def test_nobody_answered_is_no_share() -> None:
    empty = share_of([None])
    assert (empty.share, empty.wilson()) == (None, None)


def test_impossible_counts_and_confidences_are_refused() -> None:
    for count, base, missing in [(3, 2, 0), (-1, 2, 0), (1, 2, -1)]:
        with pytest.raises(CoreError, match=r"share\.counts"):
            Share(count, base, missing)
    with pytest.raises(CoreError, match=r"share\.counts"):
        wilson_interval(0, 0)
    with pytest.raises(CoreError, match=r"share\.confidence"):
        wilson_interval(1, 2, confidence=1.0)
