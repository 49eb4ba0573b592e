"""Easy-read variants of one object, for a page.

Fed by common.Wording. Feeds public pages, which fall back on the standard text.
"""

from __future__ import annotations

from fabrique.common.enums import Language, Register
from fabrique.common.models import Wording


def easy_read_wordings(kind: str, key: str) -> dict[str, str]:
    """{field: easy-read text} of one object; one query."""
    rows = Wording.objects.filter(
        object_kind=str(kind), object_key=key, register=Register.EASY_READ, language=Language.FRENCH
    )
    return {row.field: row.text for row in rows if row.text}
