"""Rights over the journal.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[RoleCode]] = {
    "audit.read": {RoleCode.ADMINISTRATOR, RoleCode.DATA_PROTECTION},
    "audit.seal": set(),
}


def declare() -> None:
    declare_rights(RIGHTS)
