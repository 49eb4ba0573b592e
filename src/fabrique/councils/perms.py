"""Rights over the work of the bodies of health democracy.

Fed by the design's table of roles. Feeds accounts.rights.

The secretary of a body is whoever leads the plan or organises meetings in its territory, or the administrator.
A member holds `councils.sit` there, and reads only the bodies in which a current mandate seats them. What
inhabitants write at the door may speak of health: an administrator of the platform does not read it.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

_SECRETARY: set[str] = {RoleCode.ADMINISTRATOR, RoleCode.PLAN_LEAD, RoleCode.MEETING_ORGANISER}
_READS_QUESTIONS: set[str] = {
    RoleCode.PLAN_LEAD,
    RoleCode.MEETING_ORGANISER,
    RoleCode.MODERATOR,
    RoleCode.APPROVER,
    RoleCode.DATA_PROTECTION,
}

RIGHTS: dict[str, set[str]] = {
    "councils.read": {*_SECRETARY, RoleCode.APPROVER},
    "councils.sit": {RoleCode.BODY_MEMBER},
    "councils.prepare": _SECRETARY,
    "councils.send_documents": _SECRETARY,
    "councils.record_opinion": _SECRETARY,
    "councils.write_minutes": _SECRETARY,
    "councils.publish": {*_SECRETARY, RoleCode.APPROVER},
    "councils.follow_requests": _SECRETARY,
    "councils.read_questions": _READS_QUESTIONS,
    "councils.answer_question": {RoleCode.PLAN_LEAD, RoleCode.MEETING_ORGANISER},
    "councils.set_question_aside": {
        RoleCode.PLAN_LEAD,
        RoleCode.MEETING_ORGANISER,
        RoleCode.MODERATOR,
    },
    "councils.publish_question": {
        RoleCode.PLAN_LEAD,
        RoleCode.MEETING_ORGANISER,
        RoleCode.MODERATOR,
        RoleCode.APPROVER,
    },
}


def declare() -> None:
    declare_rights(RIGHTS)
