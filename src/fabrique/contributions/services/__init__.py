"""Verbs of the corpus: register a source, record a participation, find it by its code, moderate, erase.

Fed by every channel (consultations, and later meetings and imports). Feeds the analysis.
"""

from fabrique.contributions.services.erasure import erase_participation
from fabrique.contributions.services.guards import (
    count_guess,
    guesses_exhausted,
    submissions_exhausted,
    use_proof,
)
from fabrique.contributions.services.moderation import moderate
from fabrique.contributions.services.participations import (
    GivenAnswer,
    Profile,
    Submission,
    department_of,
    record_participation,
    record_participations,
)
from fabrique.contributions.services.receipts import find_by_receipt, hash_receipt, receipt_hashes
from fabrique.contributions.services.sources import register_questions, register_source

__all__ = [
    "GivenAnswer",
    "Profile",
    "Submission",
    "count_guess",
    "department_of",
    "erase_participation",
    "find_by_receipt",
    "guesses_exhausted",
    "hash_receipt",
    "moderate",
    "receipt_hashes",
    "record_participation",
    "record_participations",
    "register_questions",
    "register_source",
    "submissions_exhausted",
    "use_proof",
]
