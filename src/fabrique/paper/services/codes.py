"""The number of a sheet: batch, rank and two check digits, so that a mistyped number opens no other sheet.

Fed by printing and by what an operator types or scans. Feeds the booklet, its QR and the sheet field.
Check digits: ISO/IEC 7064, MOD 97-10 (as in an IBAN): every slip of one character and every exchange of two
neighbours breaks them.
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import parse_qs, urlsplit

from django.utils.translation import gettext as _

from fabrique.common.errors import Refused

#: letters that are not taken for one another or for a digit, aloud or by hand
LETTERS = "ABCDEFGHJKMNPRSTVWXYZ"
CODE_LENGTH = 4
_TYPED = re.compile(rf"^([{LETTERS}]{{{CODE_LENGTH}}})[\s-]*(\d{{1,5}})[\s-]+(\d{{2}})$")


def new_batch_code() -> str:
    """Four letters drawn at random; the caller sees to it that no other batch has them."""
    return "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))


def _as_digits(text: str) -> str:
    return "".join(str(int(character, 36)) for character in text)


def check_digits(batch_code: str, number: int) -> str:
    """The two digits that make the whole, read as a number, leave 1 when divided by 97."""
    return f"{98 - int(_as_digits(f'{batch_code}{number:03d}') + '00') % 97:02d}"


def sheet_code(batch_code: str, number: int) -> str:
    """« BCDF-012-34 »."""
    return f"{batch_code}-{number:03d}-{check_digits(batch_code, number)}"


def read_sheet_code(typed: str) -> tuple[str, int]:
    """(batch code, number) of what was typed, or of the address that a scanner read in the QR.

    Raises Refused('paper.code').
    """
    found = _TYPED.match(_inside(typed.strip()).upper())
    if found is None or check_digits(found[1], int(found[2])) != found[3]:
        raise Refused(
            "paper.code",
            _("Ce numéro de feuille n’est pas le bon. Recopiez-le en entier, par exemple BCDF-012-34."),
        )
    return found[1], int(found[2])


def _inside(text: str) -> str:
    """The `f` of the QR's address, or the text itself."""
    if "://" not in text:
        return text
    return "".join(parse_qs(urlsplit(text).query).get("f", [""])[:1])


def qr_address(site: str, *, slug: str, version: int, relay: str, code: str) -> str:
    """What the QR of a booklet says: a telephone opens the consultation, a scanner types the sheet's number.

    `q` is the version of the questionnaire, `r` the relay's public id (nothing without one), `f` the sheet.
    """
    return f"{site.rstrip('/')}/consultations/{slug}/?q={version}&r={relay}&f={code}"
