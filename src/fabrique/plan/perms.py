"""Rights over the health plan.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {}


def declare() -> None:
    declare_rights(RIGHTS)
