"""Rights over meetings.

Fed by the design's table of roles. Feeds accounts.rights.
"""

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.rights import declare_rights

RIGHTS: dict[str, set[str]] = {
    "meetings.read": {
        RoleCode.ADMINISTRATOR,
        RoleCode.MEETING_ORGANISER,
        RoleCode.FACILITATOR,
        RoleCode.OPERATOR,
        RoleCode.ANALYST,
        RoleCode.EDITOR,
        RoleCode.APPROVER,
        RoleCode.DATA_PROTECTION,
        RoleCode.READER,
    },
    "meetings.edit": {RoleCode.ADMINISTRATOR, RoleCode.MEETING_ORGANISER},
    "meetings.import": {RoleCode.ADMINISTRATOR, RoleCode.MEETING_ORGANISER},
    "meetings.publish": {RoleCode.APPROVER, RoleCode.MEETING_ORGANISER},
    "meetings.announce": {RoleCode.MEETING_ORGANISER, RoleCode.APPROVER},
    "meetings.draft_press": {RoleCode.MEETING_ORGANISER, RoleCode.EDITOR},
    "meetings.approve_press": {RoleCode.APPROVER},
    # registration and attendance
    "meetings.read_registrations": {RoleCode.MEETING_ORGANISER, RoleCode.DATA_PROTECTION},
    "meetings.record_attendance": {RoleCode.MEETING_ORGANISER, RoleCode.FACILITATOR, RoleCode.OPERATOR},
    # facilitating, minutes, initiatives
    "meetings.facilitate": {RoleCode.MEETING_ORGANISER, RoleCode.FACILITATOR},
    "meetings.enter_items": {RoleCode.MEETING_ORGANISER, RoleCode.FACILITATOR, RoleCode.OPERATOR},
    "meetings.draft_minutes": {RoleCode.MEETING_ORGANISER, RoleCode.FACILITATOR, RoleCode.EDITOR},
    "meetings.sign_minutes": {RoleCode.MEETING_ORGANISER, RoleCode.APPROVER},
    "meetings.publish_minutes": {RoleCode.APPROVER},
    "meetings.transmit_minutes": {RoleCode.MEETING_ORGANISER, RoleCode.APPROVER},
    "meetings.edit_initiative": {RoleCode.MEETING_ORGANISER, RoleCode.FACILITATOR, RoleCode.EDITOR},
    "meetings.decide_initiative": {RoleCode.APPROVER},
}


def declare() -> None:
    declare_rights(RIGHTS)
