"""Verbs of the corpus: register a source, record a participation, find it by its code, moderate, erase.

Fed by every channel (consultations, and later meetings and imports). Feeds the analysis.
"""

from fabrique.contributions.services.alerts import (
    close_alert,
    has_alert_contact,
    name_alert_contact,
    notify_alerts,
    reveal_alert,
)
from fabrique.contributions.services.erasure import erase_participation
from fabrique.contributions.services.guards import (
    count_guess,
    guesses_exhausted,
    submissions_exhausted,
    use_proof,
)
from fabrique.contributions.services.moderation import (
    add_reason,
    contest,
    decide_contest,
    edit_reason,
    moderate,
)
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
    "add_reason",
    "close_alert",
    "contest",
    "count_guess",
    "decide_contest",
    "department_of",
    "edit_reason",
    "erase_participation",
    "find_by_receipt",
    "guesses_exhausted",
    "has_alert_contact",
    "hash_receipt",
    "moderate",
    "name_alert_contact",
    "notify_alerts",
    "receipt_hashes",
    "record_participation",
    "record_participations",
    "register_questions",
    "register_source",
    "reveal_alert",
    "submissions_exhausted",
    "use_proof",
]
