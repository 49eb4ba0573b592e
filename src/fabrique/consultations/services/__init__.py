"""The write verbs of consultations, by theme: editing, lifecycle, answering; and the plain definition they share.

Fed by the agents' screens, the answering pages and the demonstration. Feeds the database, the journal and the corpus.
"""

from fabrique.consultations.services.answering import erase_answer_document
from fabrique.consultations.services.definition import content_hash, definition_of, given_keys

__all__ = ["content_hash", "definition_of", "erase_answer_document", "given_keys"]
