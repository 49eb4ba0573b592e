"""Rights over subscriptions and e-mail.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {
    # other verbs write through the outbox once they have checked their own right
    "subscriptions.send": {
        RoleCode.ADMINISTRATOR,
        RoleCode.MEETING_ORGANISER,
        RoleCode.APPROVER,
        RoleCode.EDITOR,
        RoleCode.MODERATOR,
    },
    "subscriptions.deliver": set(),
}


def declare() -> None:
    declare_rights(RIGHTS)
