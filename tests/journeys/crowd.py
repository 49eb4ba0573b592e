"""A crowd that answers a consultation: some eighty people of three departments, on four subjects.

Fed by the sentences of factories/analysis.py. Feeds the whole way, over HTTP and in Chromium.
"""

from __future__ import annotations

import secrets
from typing import Any

from fabrique.common.clock import now
from fabrique.consultations.models import Consultation
from fabrique.consultations.services.answering import RecordedDocument, record_documents
from fabrique.contributions.enums import Channel
from fabrique.contributions.models import Participation
from fabrique.territories.models import Territory
from tests.factories.analysis import sentences
from tests.factories.contributions import ANSWERS, a_receipt
from tests.factories.territories import OPERATOR

#: what the inhabitant of the story writes: on the first subject, in words that nobody else uses
MINE = "Il faut attendre neuf mois pour voir un ophtalmologue."
LABEL = "Attendre trop longtemps un spécialiste"
DEPARTMENTS = ("46", "46", "30", "31")


def answer_as_a_crowd(consultation: Consultation, per_subject: int = 20) -> list[Participation]:
    """Record `4 × per_subject` responses that came online, through the verb of bulk recording."""
    version, notice = consultation.questionnaires.current(), consultation.notices.current()
    communes = [
        Territory.objects.communes().filter(department__code=code).order_by("code")[0].code
        for code in DEPARTMENTS
    ]
    documents = [
        RecordedDocument(
            answers=_answers(rank, sentence, communes[rank % len(communes)]),
            channel=Channel.WEB,
            receipt=a_receipt(),
            idempotency_key=secrets.token_hex(16),
            consent_at=now(),
            notice_hash=notice.content_hash,
            submitted_at=now(),
        )
        for rank, (_subject, sentence) in enumerate(sentences(per_subject))
    ]
    return record_documents(OPERATOR, version=version, documents=documents)


def _answers(rank: int, sentence: str, commune: str) -> dict[str, Any]:
    given = ANSWERS | {"needs": sentence, "commune": {"commune": commune}, "sex": ("woman", "man")[rank % 2]}
    if rank % 3:
        given["gave_up"] = "no"
        del given["gave_up_which"]
    return given
