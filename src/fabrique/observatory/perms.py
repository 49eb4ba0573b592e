"""Rights over the observatory: reading before publication, loading values, writing definitions.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {
    "observatory.read": {
        RoleCode.ADMINISTRATOR,
        RoleCode.ANALYST,
        RoleCode.PLAN_LEAD,
        RoleCode.EDITOR,
        RoleCode.APPROVER,
        RoleCode.DATA_PROTECTION,
        RoleCode.READER,
    },
    "observatory.import": {RoleCode.ADMINISTRATOR, RoleCode.ANALYST},
    "observatory.define": {RoleCode.ADMINISTRATOR, RoleCode.ANALYST},
}


def declare() -> None:
    declare_rights(RIGHTS)
