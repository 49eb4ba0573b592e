"""Rights over the plan: a department's lead writes in that department, the region's everywhere.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS = {
    "plan.read": {
        RoleCode.ADMINISTRATOR,
        RoleCode.PLAN_LEAD,
        RoleCode.ANALYST,
        RoleCode.EDITOR,
        RoleCode.APPROVER,
        RoleCode.READER,
    },
    # the text of the plan itself: asked on the plan's own territory, so of a regional lead
    "plan.edit_text": {RoleCode.ADMINISTRATOR, RoleCode.PLAN_LEAD},
    "plan.change_state": {RoleCode.APPROVER},
    # sheets, milestones, money, indicators, weather: asked on the action's territory
    "plan.edit_actions": {RoleCode.PLAN_LEAD},
    "plan.publish_actions": {RoleCode.PLAN_LEAD, RoleCode.APPROVER},
    "plan.consult": {RoleCode.PLAN_LEAD, RoleCode.APPROVER},
    "plan.record_opinions": {RoleCode.PLAN_LEAD, RoleCode.ADMINISTRATOR},
    # who presides a body that is consulted: the verb checks the mandate
    "plan.give_opinion": {RoleCode.BODY_MEMBER},
    "plan.review": {RoleCode.PLAN_LEAD},
    "plan.evaluate": {RoleCode.PLAN_LEAD},
    "plan.publish_reviews": {RoleCode.APPROVER},
    "plan.entrust_findings": {RoleCode.PLAN_LEAD, RoleCode.APPROVER},
    # of its own association alone: the verb checks the organisation of the role
    "plan.hand_in_findings": {RoleCode.PARTNER},
}


def declare() -> None:
    declare_rights(RIGHTS)
