"""Rights over accounts and roles.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS = {
    "accounts.create_user": {RoleCode.ADMINISTRATOR},
    "accounts.close_user": {RoleCode.ADMINISTRATOR},
    "accounts.reopen_user": {RoleCode.ADMINISTRATOR},
    "accounts.grant_role": {RoleCode.ADMINISTRATOR},
    "accounts.end_role": {RoleCode.ADMINISTRATOR},
}


def declare() -> None:
    declare_rights(RIGHTS)
