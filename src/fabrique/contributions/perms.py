"""Rights over the corpus.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {
    "contributions.read": {RoleCode.ANALYST, RoleCode.CODER, RoleCode.MODERATOR, RoleCode.DATA_PROTECTION},
    "contributions.moderate": {RoleCode.MODERATOR, RoleCode.ANALYST},
    "contributions.decide_contest": {RoleCode.MODERATOR, RoleCode.APPROVER},
    "contributions.configure_moderation": {RoleCode.ADMINISTRATOR, RoleCode.APPROVER},
    "contributions.treat_alert": {RoleCode.MODERATOR, RoleCode.ANALYST},
    "contributions.name_alert_contact": {RoleCode.ADMINISTRATOR, RoleCode.APPROVER},
    "contributions.record": {RoleCode.OPERATOR},
    "contributions.erase": {RoleCode.DATA_PROTECTION},
    "contributions.remask": set(),
}


def declare() -> None:
    declare_rights(RIGHTS)
