"""Rights over consultations.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS = {
    "consultations.read": {
        RoleCode.ADMINISTRATOR,
        RoleCode.EDITOR,
        RoleCode.ANALYST,
        RoleCode.APPROVER,
        RoleCode.DATA_PROTECTION,
        RoleCode.READER,
    },
    "consultations.edit": {RoleCode.ADMINISTRATOR, RoleCode.EDITOR, RoleCode.ANALYST},
    "consultations.open": {RoleCode.APPROVER},
    "consultations.close": {RoleCode.APPROVER},
    "consultations.publish": {RoleCode.APPROVER},
}


def declare() -> None:
    declare_rights(RIGHTS)
