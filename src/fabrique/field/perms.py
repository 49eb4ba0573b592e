"""Rights over the field without a network.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {
    "field.manage_devices": {RoleCode.ADMINISTRATOR, RoleCode.MEETING_ORGANISER},
    "field.exchange_forms": {RoleCode.ADMINISTRATOR, RoleCode.EDITOR, RoleCode.ANALYST},
}


def declare() -> None:
    declare_rights(RIGHTS)
