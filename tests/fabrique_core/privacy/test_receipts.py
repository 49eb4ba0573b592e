"""Receipt codes: what they hold, how they are typed and read aloud, and the slips they betray.
Fed with random bytes from hypothesis.
Feeds nothing: a specification.
"""

from __future__ import annotations

import hashlib
import hmac
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.privacy import receipts

KEY = bytes(range(32))
random_bytes = st.binary(min_size=receipts.RANDOM_BYTES, max_size=receipts.RANDOM_BYTES)
codes = random_bytes.map(receipts.new_receipt)


def refusal(code: str) -> str:
    with pytest.raises(CoreError) as caught:
        receipts.normalise(code)
    return caught.value.code


def test_a_code_holds_at_least_sixty_random_bits_in_crockford_base32() -> None:
    assert receipts.RANDOM_BITS >= 60
    assert len(receipts.ALPHABET) == 32
    assert not set("ILOU") & set(receipts.ALPHABET)
    assert receipts.new_receipt(bytes(9)) == "0" * 14
    assert receipts.new_receipt(b"\xff" * 9).startswith("Z" * 13)


@pytest.mark.parametrize("bit", range(receipts.RANDOM_BITS))
def test_every_random_bit_changes_the_code(bit: int) -> None:
    number = 1 << (receipts.RANDOM_BYTES * 8 - 1 - bit)
    assert receipts.new_receipt(number.to_bytes(receipts.RANDOM_BYTES, "big")) != "0" * 14


def test_too_little_randomness_is_refused() -> None:
    with pytest.raises(CoreError, match=r"receipt\.entropy"):
        receipts.new_receipt(bytes(8))


def test_the_weights_of_the_check_are_distinct_and_not_zero() -> None:
    """By linearity this alone proves that every substitution and every exchange is seen."""
    weights = receipts._WEIGHTS
    assert len(weights) == receipts.CODE_LENGTH == len(set(weights))
    assert 0 not in weights
    products = {receipts._gf32_multiply(a, b) for a in range(1, 32) for b in range(1, 32)}
    assert 0 not in products, "GF(32) has no divisor of zero"


@given(codes)
def test_every_single_substitution_is_detected(code: str) -> None:
    for position, original in enumerate(code):
        for other in receipts.ALPHABET.replace(original, ""):
            assert refusal(code[:position] + other + code[position + 1 :]) == "receipt.check"


@given(codes)
def test_every_exchange_of_two_characters_is_detected(code: str) -> None:
    for left, right in combinations(range(len(code)), 2):
        if code[left] == code[right]:
            continue
        characters = list(code)
        characters[left], characters[right] = characters[right], characters[left]
        assert refusal("".join(characters)) == "receipt.check"


@given(codes)
def test_a_code_is_read_back_however_it_is_typed(code: str) -> None:
    shown = receipts.format_code(code)
    assert [len(group) for group in shown.split("-")] == [5, 5, 4]
    confused = shown.lower().replace("0", "o").replace("1", "l").replace("-", "\u00a0\u2013 ")
    for typed in (code, shown, confused, f" {code}\n", code.replace("1", "I").replace("0", "O")):
        assert receipts.normalise(typed) == code


@pytest.mark.parametrize("typed", ["", "ABC", "0" * 13, "0" * 15, "U" * 14, "é" * 14, "0" * 500, "ı" * 14])
def test_what_is_not_a_code_is_refused(typed: str) -> None:
    assert refusal(typed) == "receipt.invalid"


@given(codes)
def test_a_refusal_never_repeats_the_code(code: str) -> None:
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    with pytest.raises(CoreError) as caught:
        receipts.normalise(wrong)
    assert str(caught.value) == "receipt.check"


@given(codes)
def test_each_character_is_read_aloud_in_french(code: str) -> None:
    spoken = receipts.spell(code)
    assert len(spoken) == len(code)
    for character, words in zip(code, spoken, strict=True):
        assert words.startswith(f"{character} comme {character}"[:9]) or character.isdigit()


def test_letters_and_digits_read_aloud() -> None:
    code = receipts.new_receipt(int("01010" + "00111" + "0" * 62, 2).to_bytes(9, "big"))
    assert code[:3] == "A70"
    assert receipts.spell(code)[:3] == ["A comme Anatole", "sept", "zéro"]
    assert set(receipts._LETTERS_ALOUD) | set("0123456789") == set(receipts.ALPHABET)


def test_only_a_keyed_hash_of_the_canonical_code_is_stored() -> None:
    code = receipts.new_receipt(bytes(range(9)))
    expected = hmac.new(KEY, code.encode(), hashlib.sha256).digest()
    assert receipts.receipt_hash(code, KEY) == expected
    assert receipts.receipt_hash(receipts.format_code(code).lower(), KEY) == expected
    assert receipts.receipt_hash(code, KEY[::-1]) != expected


def test_a_short_key_is_refused() -> None:
    with pytest.raises(CoreError, match=r"receipt\.key"):
        receipts.receipt_hash(receipts.new_receipt(bytes(9)), b"short")
