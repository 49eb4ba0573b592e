"""How many share a profile before it leaves the server.
Fed with small tables.
Feeds nothing: a specification.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.privacy import k_anonymity

ROWS = [{"age": "65+", "dep": "09"}] * 11 + [{"age": "15-24", "dep": "48"}] * 2


def test_the_smallest_group_and_the_rows_under_k() -> None:
    result = k_anonymity(ROWS, ["age", "dep"])
    assert (result.smallest, result.groups, result.under, result.holds) == (2, 2, (11, 12), False)


def test_a_coarser_profile_holds() -> None:
    assert k_anonymity(ROWS, []).holds
    assert k_anonymity(ROWS, ["age"], k=2).holds


def test_no_row_is_no_danger() -> None:
    result = k_anonymity([], ["age"])
    assert (result.smallest, result.holds) == (0, True)


def test_a_missing_value_is_a_group_of_its_own() -> None:
    assert k_anonymity([{"age": None}, {"age": "65+"}], ["age"], k=2).under == (0, 1)


def test_an_unknown_column_or_a_k_of_zero_is_refused() -> None:
    with pytest.raises(CoreError, match=r"kanonymity\.column"):
        k_anonymity(ROWS, ["commune"])
    with pytest.raises(CoreError, match=r"kanonymity\.k"):
        k_anonymity(ROWS, ["age"], k=0)


@given(st.lists(st.fixed_dictionaries({"a": st.integers(0, 2), "b": st.integers(0, 2)})), st.integers(1, 5))
def test_fewer_columns_never_make_smaller_groups(rows: list[dict[str, int]], k: int) -> None:
    fine, coarse = k_anonymity(rows, ["a", "b"], k=k), k_anonymity(rows, ["a"], k=k)
    assert coarse.smallest >= fine.smallest
    assert set(coarse.under) <= set(fine.under)
