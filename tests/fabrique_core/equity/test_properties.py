"""What any measure of inequality must do: scale, permutation, mirror, equality, replication.
Fed with subgroups from hypothesis.
Feeds nothing: a specification.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabrique_core.equity import Disaggregation, Reason, Subgroup, summarise

RELATIVE = ("R", "RCI", "RII", "PAF", "COV", "IDIS", "IDIS_weighted", "THEIL", "MLD")
LINEAR = ("D", "ACI", "SII", "PAR", "BGSD", "MDB", "MDM")
# Values far enough from zero and from each other that rounding says nothing.
values = st.integers(1, 99).map(float)
people = st.integers(11, 100_000).map(float)


@st.composite
def groups(draw, fewest=2, most=8):
    count = draw(st.integers(fewest, most))
    return [
        Subgroup(f"g{i}", draw(values), draw(people), float(i), draw(st.integers(1, 50)) / 10)
        for i in range(count)
    ]


def measured(rows, *, favourable=True, ordered=True, scale=100.0):
    return summarise(Disaggregation(rows, favourable=favourable, ordered=ordered, scale=scale))


def same(first, second, factor=1.0):
    assert first.value == pytest.approx(factor * second.value, rel=1e-7, abs=1e-7)


@settings(max_examples=80, deadline=None)
@given(groups(), st.booleans(), st.booleans(), st.sampled_from([0.25, 3.0, 1000.0]))
def test_scale(rows, favourable, ordered, factor):
    """In another unit, relative measures stay, absolute ones follow, and variance follows the square."""
    other = [replace(row, estimate=factor * row.estimate, se=factor * row.se) for row in rows]
    before = measured(rows, favourable=favourable, ordered=ordered)
    after = measured(other, favourable=favourable, ordered=ordered, scale=100 * factor)
    assert before.set_aside == after.set_aside
    for code, measure in before.measures.items():
        power = 0 if code in (*RELATIVE, "RII_logit") else 2 if code == "BGV" else 1
        assert (code in LINEAR or code == "SII_logit") == (power == 1)
        same(after.measures[code], measure, factor**power)
        if measure.interval is not None:
            high = factor**power * measure.interval.high
            assert after.measures[code].interval.high == pytest.approx(high, rel=1e-6, abs=1e-6)


@settings(max_examples=80, deadline=None)
@given(groups(), st.booleans(), st.booleans(), st.randoms())
def test_permutation(rows, favourable, ordered, random):
    """The order of the lines of a file changes nothing, intervals included."""
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert measured(shuffled, favourable=favourable, ordered=ordered) == measured(
        rows, favourable=favourable, ordered=ordered
    )


@settings(max_examples=80, deadline=None)
@given(groups(), st.booleans())
def test_mirror_of_the_order(rows, favourable):
    """Advantage read the other way: ordered measures change sign or invert, the others do not move."""
    turned = [replace(row, order=-row.order) for row in rows]
    before, after = measured(rows, favourable=favourable), measured(turned, favourable=favourable)
    for code in ("D", "ACI", "RCI", "SII", "SII_logit"):
        same(after.measures[code], before.measures[code], -1.0)
    for code in ("R", "RII", "RII_logit"):
        if code in before.measures:
            assert after.measures[code].value == pytest.approx(1 / before.measures[code].value)
    for code in ("BGV", "BGSD", "COV", "MDB", "MDM", "IDIS", "IDIS_weighted", "THEIL", "MLD"):
        same(after.measures[code], before.measures[code])


@settings(max_examples=80, deadline=None)
@given(groups(), st.booleans())
def test_mirror_of_the_indicator(rows, ordered):
    """Coverage and lack of coverage: the same absolute inequality, the same gain, of the other sign."""
    lack = [replace(row, estimate=100 - row.estimate) for row in rows]
    before = measured(rows, favourable=True, ordered=ordered).measures
    after = measured(lack, favourable=False, ordered=ordered).measures
    for code in ("D", "BGV", "BGSD", "MDB", "MDM"):
        same(after[code], before[code])
    for code in ("ACI", "SII", "SII_logit", "PAR"):
        if code in before:
            same(after[code], before[code], -1.0)


@settings(max_examples=40, deadline=None)
@given(groups(), values)
def test_equality_is_no_inequality(rows, level):
    found = measured([replace(row, estimate=level) for row in rows]).measures
    for code, measure in found.items():
        expected = 1 if code in ("R", "RII", "RII_logit") else 0
        assert measure.value == pytest.approx(expected, abs=1e-7)
        if measure.interval is None:
            # Standard errors as large as the estimates: a mean or a logarithm of zero is drawn too often.
            assert measure.reason in (Reason.ZERO, Reason.TOO_WIDE)
            assert code in (*RELATIVE, "RII_logit")
        else:
            assert measure.interval.low <= expected + 1e-7
            assert measure.interval.high >= expected - 1e-7


@settings(max_examples=40, deadline=None)
@given(groups(), st.integers(2, 50))
def test_a_larger_population_alike_in_its_shares_changes_nothing(rows, times):
    more = [replace(row, population=times * row.population) for row in rows]
    before, after = measured(rows).measures, measured(more).measures
    for code, measure in before.items():
        same(after[code], measure)


@settings(max_examples=40, deadline=None)
@given(groups(fewest=3))
def test_the_value_lies_in_its_interval_and_indices_within_their_bounds(rows):
    found = measured(rows).measures
    for measure in found.values():
        if measure.interval is not None:
            assert measure.interval.low <= measure.value <= measure.interval.high
    assert -1 <= found["RCI"].value <= 1
    assert abs(found["SII_logit"].value) <= 100
    assert found["THEIL"].value >= 0 <= found["MLD"].value
