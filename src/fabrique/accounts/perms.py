"""Rights over accounts and roles.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS = {
    "accounts.create_user": {RoleCode.ADMINISTRATOR},
    "accounts.close_user": {RoleCode.ADMINISTRATOR},
    "accounts.reopen_user": {RoleCode.ADMINISTRATOR},
    # of an account already closed, which an administrator alone does
    "accounts.erase_user": {RoleCode.ADMINISTRATOR, RoleCode.DATA_PROTECTION},
    "accounts.grant_role": {RoleCode.ADMINISTRATOR},
    "accounts.end_role": {RoleCode.ADMINISTRATOR},
    # bodies of health democracy: their secretaries keep them up to date
    "accounts.create_body": {RoleCode.ADMINISTRATOR, RoleCode.PLAN_LEAD},
    "accounts.edit_body": {RoleCode.ADMINISTRATOR, RoleCode.PLAN_LEAD, RoleCode.MEETING_ORGANISER},
    "accounts.end_body": {RoleCode.ADMINISTRATOR},
    "accounts.grant_mandate": {RoleCode.ADMINISTRATOR, RoleCode.PLAN_LEAD, RoleCode.MEETING_ORGANISER},
    "accounts.end_mandate": {RoleCode.ADMINISTRATOR, RoleCode.PLAN_LEAD, RoleCode.MEETING_ORGANISER},
}


def declare() -> None:
    declare_rights(RIGHTS)
