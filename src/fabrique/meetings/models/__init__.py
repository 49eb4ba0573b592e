"""The models of meetings, one module an aggregate.

Fed by meetings.services. Feeds pages, calendars, minutes and, through services, the corpus.
"""

from fabrique.meetings.models.initiative import Initiative, InitiativeDecision
from fabrique.meetings.models.meeting import Meeting, MeetingChange, Session
from fabrique.meetings.models.minutes import Minutes, Transmission
from fabrique.meetings.models.press import PressDocument
from fabrique.meetings.models.programme import MeetingTheme, Programme
from fabrique.meetings.models.registration import Attendance, Registration
from fabrique.meetings.models.table import Item, ItemSlip, Prompt, Table

__all__ = [
    "Attendance",
    "Initiative",
    "InitiativeDecision",
    "Item",
    "ItemSlip",
    "Meeting",
    "MeetingChange",
    "MeetingTheme",
    "Minutes",
    "PressDocument",
    "Programme",
    "Prompt",
    "Registration",
    "Session",
    "Table",
    "Transmission",
]
