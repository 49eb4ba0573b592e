"""Personal data in free text, receipt codes and k-anonymity.
Fed with raw texts, random bytes and tables of coarse profiles.
Feeds redaction before any reading or embedding, the follow-up of receipts and the checks before export.
"""

from fabrique_core.privacy.detect import KIND_MARKS, Mask, Redaction, detect, quote, redact
from fabrique_core.privacy.kanonymity import KAnonymity, k_anonymity
from fabrique_core.privacy.names_spacy import load_spacy_finder
from fabrique_core.privacy.receipts import format_code, new_receipt, normalise, receipt_hash, spell
from fabrique_core.privacy.spans import NameFinder, PersonalData

__all__ = [
    "KIND_MARKS",
    "KAnonymity",
    "Mask",
    "NameFinder",
    "PersonalData",
    "Redaction",
    "detect",
    "format_code",
    "k_anonymity",
    "load_spacy_finder",
    "new_receipt",
    "normalise",
    "quote",
    "receipt_hash",
    "redact",
    "spell",
]
