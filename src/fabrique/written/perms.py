"""Rights over written contributions.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {
    "written.read": {
        RoleCode.ANALYST,
        RoleCode.OPERATOR,
        RoleCode.MODERATOR,
        RoleCode.EDITOR,
        RoleCode.APPROVER,
        RoleCode.DATA_PROTECTION,
    },
    "written.prepare": {RoleCode.ANALYST, RoleCode.EDITOR},
    "written.open": {RoleCode.APPROVER},
    "written.receive": {RoleCode.ANALYST, RoleCode.OPERATOR, RoleCode.MODERATOR},
    "written.decide": {RoleCode.ANALYST, RoleCode.MODERATOR},
    "written.forget": set(),
}


def declare() -> None:
    declare_rights(RIGHTS)
