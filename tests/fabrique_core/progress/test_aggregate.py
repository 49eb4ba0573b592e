"""Aggregation up the tree: means of what is known, and how many are known.
Fed with achievements worked out by hand and with hypothesis.
Feeds nothing: a specification.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.progress import Achievement, Aggregate, Branch, aggregate, aggregate_branch

leaves = st.lists(st.one_of(st.none(), st.floats(-300, 300)).map(Achievement), max_size=12)


def of(*rates):
    return [Achievement(rate) for rate in rates]


def test_the_unknown_are_counted_apart_and_never_as_zero():
    found = aggregate(of(50.0, None, 100.0, None))
    assert found == Aggregate(rate=75, known=2, total=4, reached=1)
    assert found.unknown == 2


def test_nothing_known_is_not_known():
    assert aggregate(of(None, None)) == Aggregate(rate=None, known=0, total=2, reached=0)
    assert aggregate([]).rate is None


def test_one_success_does_not_hide_a_failure():
    assert aggregate(of(300.0, -200.0)).rate == 50


def test_weights():
    assert aggregate(of(0.0, 100.0, None), [3, 1, 10]).rate == 25
    assert aggregate(of(10.0), [0]).rate is None
    for weights in ([1], [1, -1], [1, float("nan")]):
        with pytest.raises(CoreError, match=r"progress\.weights"):
            aggregate(of(1.0, 2.0), weights)


def test_a_branch_counts_every_leaf_under_it_once():
    tree = Branch(
        leaves=of(0.0), branches=[Branch(leaves=of(100.0, 50.0)), Branch(branches=[Branch(of(None))])]
    )
    assert aggregate_branch(tree) == Aggregate(rate=50, known=3, total=4, reached=1)


@given(leaves, leaves)
def test_splitting_a_branch_changes_nothing(first, second):
    whole = aggregate([*first, *second])
    split = aggregate_branch(Branch(branches=[Branch(first), Branch(second)]))
    assert (split.known, split.total, split.reached) == (whole.known, whole.total, whole.reached)
    assert split.rate == (None if whole.rate is None else pytest.approx(whole.rate))
    assert whole.rate is None or 0 <= whole.rate <= 100 + 1e-9
