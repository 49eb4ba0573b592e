"""Numbers of sheets: one slip of the hand opens no other sheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique.common.errors import Refused
from fabrique.paper.services.codes import LETTERS, qr_address, read_sheet_code, sheet_code

batches = st.text(LETTERS, min_size=4, max_size=4)
numbers = st.integers(1, 999)


@given(batches, numbers)
def test_what_is_printed_is_what_is_read(batch, number):
    code = sheet_code(batch, number)
    for typed in (code, code.lower(), code.replace("-", " "), f"  {code} "):
        assert read_sheet_code(typed) == (batch, number)


@given(batches, numbers, st.sampled_from(["", "https://fabrique.test/", "https://exemple.test:8443"]))
def test_a_scanner_reads_the_same_sheet_in_the_qr(batch, number, site):
    address = qr_address(
        site or "http://x.test", slug="sante", version=2, relay="abc", code=sheet_code(batch, number)
    )
    assert read_sheet_code(address) == (batch, number)
    assert "q=2" in address
    assert "r=abc" in address


@given(batches, numbers, st.integers(0, 6), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_refused(batch, number, place, digit):
    code = sheet_code(batch, number)
    digits = code[5:].replace("-", "")
    wrong = digits[: place % 5] + digit + digits[place % 5 + 1 :]
    typed = f"{batch}-{wrong[:3]}-{wrong[3:]}"
    if typed != code:
        with pytest.raises(Refused):
            read_sheet_code(typed)


@pytest.mark.parametrize("typed", ["", "BCDF", "BCDF-012", "https://autre.test/?f=", "BCDF-012-3", "0" * 300])
def test_what_is_no_number_is_refused_in_a_sentence(typed):
    with pytest.raises(Refused) as caught:
        read_sheet_code(typed)
    assert "BCDF-012-34" in str(caught.value)
