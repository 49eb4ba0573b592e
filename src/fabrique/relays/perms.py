"""Rights over relays.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {
    "relays.read": {RoleCode.ADMINISTRATOR, RoleCode.MEETING_ORGANISER, RoleCode.DATA_PROTECTION},
    "relays.decide": {RoleCode.ADMINISTRATOR, RoleCode.MEETING_ORGANISER},
    "relays.help": {RoleCode.RELAY},
}


def declare() -> None:
    declare_rights(RIGHTS)
