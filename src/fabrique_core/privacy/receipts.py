"""Receipt codes: easy to read aloud, safe against one slip, stored only as a keyed hash.
Fed with random bytes drawn by the caller and with what people type on the follow-up page.
Feeds the answering channels (a code before submission) and the look-up of a receipt.

A code is 13 Crockford base32 characters (65 random bits) and one check character of the same alphabet.
The check is one parity equation over GF(32), sum of w_i * x_i = 0, whose weights w_i = a^i are distinct and
not zero: every substitution of one character and every exchange of two characters, adjacent or not, breaks
it. Sources: D. Crockford, "Base 32"; R. Hill, "A First Course in Coding Theory" (1986), ch. 11 (ISBN code).
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from fabrique_core.errors import CoreError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BITS = 65
RANDOM_BYTES = 9
PAYLOAD_LENGTH = RANDOM_BITS // 5
CODE_LENGTH = PAYLOAD_LENGTH + 1
MINIMUM_KEY_BYTES = 32

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = {"O": "0", "I": "1", "L": "1"}
_SEPARATORS = frozenset("-‐‑‒–—−_.·/")
_GROUPS = (5, 5, 4)
_LETTERS_ALOUD = {
    "A": "Anatole", "B": "Berthe", "C": "Célestin", "D": "Désiré", "E": "Eugène", "F": "François",
    "G": "Gaston", "H": "Henri", "J": "Joseph", "K": "Kléber", "M": "Marcel", "N": "Nicolas",
    "P": "Pierre", "Q": "Quintal", "R": "Raoul", "S": "Suzanne", "T": "Thérèse", "V": "Victor",
    "W": "William", "X": "Xavier", "Y": "Yvonne", "Z": "Zoé",
}  # fmt: skip
_DIGITS_ALOUD = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")


def _gf32_multiply(left: int, right: int) -> int:
    """Product in GF(32) built on x^5 + x^2 + 1, in which x (= 2) generates the 31 non-zero elements."""
    product = 0
    for _ in range(5):
        if right & 1:
            product ^= left
        right >>= 1
        left <<= 1
        if left & 0b100000:
            left ^= 0b100101
    return product


def _powers(count: int) -> tuple[int, ...]:
    powers = [1]
    while len(powers) < count:
        powers.append(_gf32_multiply(powers[-1], 2))
    return tuple(powers)


# The check character comes last with weight 1, so that it is simply the sum of the others.
_WEIGHTS = tuple(reversed(_powers(CODE_LENGTH)))


def _parity(values: list[int]) -> int:
    total = 0
    for weight, value in zip(_WEIGHTS, values, strict=False):
        total ^= _gf32_multiply(weight, value)
    return total


def new_receipt(random_bytes: bytes) -> str:
    """A canonical code (14 characters, no separator) from at least 9 random bytes, of which 65 bits are used.

    Raises ``CoreError('receipt.entropy')`` when fewer bytes are given.
    """
    if len(random_bytes) < RANDOM_BYTES:
        raise CoreError("receipt.entropy", given=len(random_bytes), needed=RANDOM_BYTES)
    spare_bits = RANDOM_BYTES * 8 - RANDOM_BITS
    number = int.from_bytes(random_bytes[:RANDOM_BYTES], "big") >> spare_bits
    values = [(number >> shift) & 31 for shift in range(RANDOM_BITS - 5, -1, -5)]
    values.append(_parity(values))
    return "".join(ALPHABET[value] for value in values)


def normalise(code: str) -> str:
    """The canonical code typed in any usual way: lower case, spaces, dashes, O for 0, I or L for 1.

    Raises ``CoreError('receipt.invalid')`` for a wrong length or a character outside the alphabet, and
    ``CoreError('receipt.check')`` when the characters do not satisfy the check (one slip at least). Neither
    error carries the code.
    """
    characters: list[str] = []
    for typed in unicodedata.normalize("NFKC", code[: 8 * CODE_LENGTH]):
        if typed.isspace() or typed in _SEPARATORS or unicodedata.category(typed) == "Cf":
            continue
        upper = typed.upper() if typed.isascii() else typed
        character = _LOOKALIKES.get(upper, upper)
        if character not in _VALUES:
            raise CoreError("receipt.invalid", reason="character")
        characters.append(character)
    if len(characters) != CODE_LENGTH or len(code) > 8 * CODE_LENGTH:
        raise CoreError("receipt.invalid", reason="length")
    if _parity([_VALUES[character] for character in characters]) != 0:
        raise CoreError("receipt.check")
    return "".join(characters)


def format_code(code: str) -> str:
    """The code in groups for the eye, ``ABCDE-FGHJK-MNPQ``; raises what ``normalise`` raises."""
    canonical = normalise(code)
    groups: list[str] = []
    start = 0
    for size in _GROUPS:
        groups.append(canonical[start : start + size])
        start += size
    return "-".join(groups)


def spell(code: str) -> list[str]:
    """One French phrase a character, to read the code aloud: « A comme Anatole », « sept »."""
    return [
        _DIGITS_ALOUD[int(character)]
        if character.isdigit()
        else f"{character} comme {_LETTERS_ALOUD[character]}"
        for character in normalise(code)
    ]


def receipt_hash(code: str, key: bytes) -> bytes:
    """HMAC-SHA-256 (32 bytes) of the canonical code under ``key`` (32 bytes at least): all that is stored.

    Raises ``CoreError('receipt.key')`` for a short key and what ``normalise`` raises.
    """
    if len(key) < MINIMUM_KEY_BYTES:
        raise CoreError("receipt.key", given=len(key), needed=MINIMUM_KEY_BYTES)
    return hmac.new(key, normalise(code).encode("ascii"), hashlib.sha256).digest()
