"""Rights over publications.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS = {
    "restitution.read": {
        RoleCode.ANALYST,
        RoleCode.EDITOR,
        RoleCode.APPROVER,
        RoleCode.DATA_PROTECTION,
    },
    "restitution.prepare": {RoleCode.ANALYST, RoleCode.EDITOR},
    "restitution.publish": {RoleCode.APPROVER},
}


def declare() -> None:
    declare_rights(RIGHTS)
