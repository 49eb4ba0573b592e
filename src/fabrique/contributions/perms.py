"""Rights over the corpus.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {
    "contributions.read": {RoleCode.ANALYST, RoleCode.CODER, RoleCode.MODERATOR, RoleCode.DATA_PROTECTION},
    "contributions.moderate": {RoleCode.MODERATOR, RoleCode.ANALYST},
    "contributions.record": {RoleCode.OPERATOR},
    "contributions.erase": {RoleCode.DATA_PROTECTION},
    "contributions.remask": set(),
}


def declare() -> None:
    declare_rights(RIGHTS)
