"""The write verbs of consultations, by theme: editing, questionnaire, lifecycle, answering.

Fed by the agents' screens, the answering pages and the demonstration. Feeds the journal and the corpus.
"""

from fabrique.consultations.services.answering import erase_answer_document
from fabrique.consultations.services.checklist import (
    Missing,
    missing_before_opening,
    missing_in_questionnaire,
    warnings_before_opening,
)
from fabrique.consultations.services.definition import content_hash, definition_of, given_keys
from fabrique.consultations.services.editing import (
    add_document,
    create_consultation,
    remove_document,
    update_consultation,
    update_document,
    update_notice,
)
from fabrique.consultations.services.lifecycle import (
    close_consultation,
    drop_version,
    extend_consultation,
    mark_published,
    new_version,
    open_consultation,
    publish_version,
)
from fabrique.consultations.services.loading import LoadReport, load_questionnaire
from fabrique.consultations.services.questionnaire import (
    add_help_question,
    add_question,
    add_section,
    move_question,
    move_section,
    remove_question,
    remove_section,
    set_wording,
    update_question,
    update_questionnaire,
    update_section,
)
from fabrique.consultations.services.recordings import drop_recording, put_recording, recordings_of
from fabrique.consultations.services.translating import (
    offered_languages,
    progress_of,
    put_translations,
    texts_of,
)

__all__ = [
    "LoadReport",
    "Missing",
    "add_document",
    "add_help_question",
    "add_question",
    "add_section",
    "close_consultation",
    "content_hash",
    "create_consultation",
    "definition_of",
    "drop_recording",
    "drop_version",
    "erase_answer_document",
    "extend_consultation",
    "given_keys",
    "load_questionnaire",
    "mark_published",
    "missing_before_opening",
    "missing_in_questionnaire",
    "move_question",
    "move_section",
    "new_version",
    "offered_languages",
    "open_consultation",
    "progress_of",
    "publish_version",
    "put_recording",
    "put_translations",
    "recordings_of",
    "remove_document",
    "remove_question",
    "remove_section",
    "set_wording",
    "texts_of",
    "update_consultation",
    "update_document",
    "update_notice",
    "update_question",
    "update_questionnaire",
    "update_section",
    "warnings_before_opening",
]
