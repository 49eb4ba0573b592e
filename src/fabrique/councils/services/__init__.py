"""Verbs of the bodies' work: sessions, documents, opinions, minutes, requests, and questions at the door.

Fed by the members', secretaries' and public pages, and by the demonstration. Feeds what the bodies publish.
"""

from fabrique.councils.services.answering import (
    CUT,
    answer_question,
    is_cut_of,
    may_answer,
    publish_question,
    reply_said,
    set_question_aside,
    take_question_back,
    text_of,
    unpublish_question,
)
from fabrique.councils.services.documents import (
    ALLOWED,
    add_document,
    bytes_of,
    remove_document,
    replace_document,
    send_documents,
)
from fabrique.councils.services.door import LONGEST, Message, Proof, erase_door, leave_message, source_of
from fabrique.councils.services.letters import called_to
from fabrique.councils.services.minutes import minutes_of, publish_minutes, save_minutes
from fabrique.councils.services.opinions import (
    opinion_of,
    publish_opinion,
    save_opinion,
    seat_in,
    write_member_opinion,
)
from fabrique.councils.services.requests import answer_said, ask_agency, close_request, note_answer
from fabrique.councils.services.sessions import (
    add_item,
    call_session,
    cancel_session,
    create_session,
    edit_item,
    edit_session,
    hold_session,
    item_said,
    move_item,
    remove_item,
    session_said,
)

__all__ = [
    "ALLOWED",
    "CUT",
    "LONGEST",
    "Message",
    "Proof",
    "add_document",
    "add_item",
    "answer_question",
    "answer_said",
    "ask_agency",
    "bytes_of",
    "call_session",
    "called_to",
    "cancel_session",
    "close_request",
    "create_session",
    "edit_item",
    "edit_session",
    "erase_door",
    "hold_session",
    "is_cut_of",
    "item_said",
    "leave_message",
    "may_answer",
    "minutes_of",
    "move_item",
    "note_answer",
    "opinion_of",
    "publish_minutes",
    "publish_opinion",
    "publish_question",
    "remove_document",
    "remove_item",
    "replace_document",
    "reply_said",
    "save_minutes",
    "save_opinion",
    "seat_in",
    "send_documents",
    "session_said",
    "set_question_aside",
    "source_of",
    "take_question_back",
    "text_of",
    "unpublish_question",
    "write_member_opinion",
]
