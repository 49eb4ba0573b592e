"""The work of the bodies of health democracy: sessions, opinions, requests, and the questions of inhabitants.

Fed by councils.services. Feeds the members' pages, the public pages of the bodies and the follow-up of a code.
"""

from fabrique.councils.models.door import Question
from fabrique.councils.models.session import AgendaItem, Session, SessionDocument
from fabrique.councils.models.work import MemberOpinion, Opinion, Request, SessionMinutes

__all__ = [
    "AgendaItem",
    "MemberOpinion",
    "Opinion",
    "Question",
    "Request",
    "Session",
    "SessionDocument",
    "SessionMinutes",
]
