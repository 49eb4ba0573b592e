"""Rights over the analysis.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS = {
    "analysis.read": {RoleCode.ANALYST, RoleCode.CODER, RoleCode.APPROVER, RoleCode.DATA_PROTECTION},
    "analysis.run": {RoleCode.ANALYST},
    "analysis.decide": {RoleCode.ANALYST},
    "analysis.approve_quote": {RoleCode.ANALYST, RoleCode.MODERATOR},
    "analysis.compute_figure": {RoleCode.ANALYST, RoleCode.EDITOR},
    "analysis.validate_figure": {RoleCode.ANALYST},
}


def declare() -> None:
    declare_rights(RIGHTS)
