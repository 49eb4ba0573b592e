"""Whole numbers typed: what Python calls a digit and int() refuses is no number."""

from __future__ import annotations

import pytest

from fabrique_core.text.numbers import whole


@pytest.mark.parametrize(
    ("typed", "number"), [("0", 0), ("12", 12), ("000000007", 7), ("9" * 9, 999_999_999)]
)
def test_plain_digits_are_a_number(typed: str, number: int) -> None:
    assert whole(typed) == number


@pytest.mark.parametrize("typed", ["", "²", "①", "٣", "-1", "+1", "1.0", " 1", "1_0", "9" * 10, "1" * 5_000])
def test_anything_else_is_none(typed: str) -> None:
    assert whole(typed) is None


def test_a_code_has_its_own_length() -> None:
    assert (whole("123", 3), whole("1234", 3)) == (123, None)
