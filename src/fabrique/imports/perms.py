"""Rights over imports: what each kind of file asks is in services.jobs.RIGHT_OF.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {
    "imports.read": {
        RoleCode.ADMINISTRATOR,
        RoleCode.ANALYST,
        RoleCode.OPERATOR,
        RoleCode.EDITOR,
        RoleCode.MEETING_ORGANISER,
        RoleCode.DATA_PROTECTION,
    },
    "imports.run": {RoleCode.ANALYST, RoleCode.OPERATOR},
}


def declare() -> None:
    declare_rights(RIGHTS)
