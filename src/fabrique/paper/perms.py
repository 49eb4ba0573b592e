"""Rights over paper and telephone entry.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {
    "paper.read": {RoleCode.OPERATOR, RoleCode.ADMINISTRATOR, RoleCode.ANALYST},
    "paper.print": {RoleCode.OPERATOR, RoleCode.ADMINISTRATOR},
    "paper.enter": {RoleCode.OPERATOR},
    "paper.settle": {RoleCode.OPERATOR, RoleCode.ADMINISTRATOR, RoleCode.ANALYST},
}


def declare() -> None:
    declare_rights(RIGHTS)
