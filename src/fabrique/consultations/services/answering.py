"""Verbs of answering: what becomes of an answer document.

Fed by the answering pages. Feeds the corpus.
"""

from __future__ import annotations

from fabrique.consultations.models import AnswerDocument


def erase_answer_document(participation_id: int) -> int:
    """Erase the answer document of a participation; returns how many rows went."""
    count, _rows = AnswerDocument.objects.filter(participation_id=participation_id).delete()
    return count
