"""Names of an XLSForm and keys of a questionnaire, one for the other.

Fed by a definition or by the sheets of a form. Feeds sheets, reading and submissions.
"""

from __future__ import annotations

import re

QUESTION, SECTION = "q_", "s_"
#: what is asked before the questionnaire, and the code of the slip
AGE, PARENT, CONSENT, CODE, NOTICE = "age", "parent", "accord", "code_recu", "notice"
#: a commune, or a special answer instead
SPECIAL = "__special"
_RANK = re.compile(r"^(?P<name>.+)__(?P<rank>\d{1,2})$")
_NOT_NAME = re.compile(r"[^a-z0-9_-]+")


def question_name(key: str) -> str:
    return f"{QUESTION}{key}"


def slot_name(key: str, rank: int) -> str:
    """One place of a ranking."""
    return f"{QUESTION}{key}__{rank}"


def special_name(key: str) -> str:
    return f"{QUESTION}{key}{SPECIAL}"


def section_name(key: str) -> str:
    return f"{SECTION}{key}"


def ranked(name: str) -> tuple[str, int] | None:
    """('q_priorities', 2) of 'q_priorities__2'; None for another name."""
    found = _RANK.match(name)
    return (found["name"], int(found["rank"])) if found else None


def key_of(name: str, taken: set[str]) -> str:
    """A key for a name of a form made elsewhere: ours without its prefix, unique among `taken`."""
    bare = name
    for prefix in (QUESTION, SECTION):
        bare = bare.removeprefix(prefix)
    base = _NOT_NAME.sub("-", bare.lower()).strip("-")[:44] or "item"
    key, number = base, 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    taken.add(key)
    return key
