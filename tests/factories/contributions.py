"""Sources, submissions and whole answering journeys for the tests, through the real verbs and the real pages.

Fed by contributions.services, consultations.services.answering and Django's test client. Feeds many tests.
"""

from __future__ import annotations

import html
import re
import secrets
from typing import Any

from django.test import Client

from fabrique.accounts.actors import Respondent
from fabrique.consultations.models import Consultation, DraftResponse
from fabrique.consultations.services.answering import save_answers, seal_form, start_draft, submit
from fabrique.consultations.services.proofs import check_proof, new_question
from fabrique.contributions.enums import Channel, SourceKind
from fabrique.contributions.models import Participation, Source
from fabrique.contributions.services import (
    GivenAnswer,
    Submission,
    record_participation,
    register_questions,
    register_source,
)
from fabrique_core.privacy.receipts import new_receipt
from tests.factories.territories import OPERATOR, region

TEXT = "Le docteur Martin ne prend plus personne, appelez-moi au 06 12 34 56 78 : trois mois d’attente."
QUESTIONS = [
    {"key": "needs", "kind": "long_text", "wording": "Vos besoins ?"},
    {"key": "ideas", "kind": "long_text", "wording": "Vos idées ?"},
    {"key": "gave_up", "kind": "single", "wording": "Avez-vous renoncé ?",
     "choices": [{"key": "yes", "label": "Oui"}, {"key": "no", "label": "Non"}]},
]  # fmt: skip
#: answers of a person to the questionnaire of factories.consultations.content(), one dict a part
ACCESS = {
    "q-easy": "disagree",
    "q-gave_up": "yes",
    "q-gave_up_which": "des lunettes",
    "q-difficulties": ["delay", "cost"],
}
IDEAS = {"q-priorities-1": "mental", "q-priorities-2": "gp", "q-minutes": "12,5", "q-needs": TEXT}
PROFILE = {
    "q-respondent_for": "self",
    "q-age_band": "75-plus",
    "q-sex": "woman",
    "q-commune": "commune:46042",
    "q-situation": ["carer"],
}
PARTS = {"access": ACCESS, "ideas": IDEAS, "profile": PROFILE}
ANSWERS: dict[str, Any] = {
    "easy": "disagree",
    "gave_up": "yes",
    "gave_up_which": "des lunettes",
    "difficulties": ["delay", "cost"],
    "priorities": ["mental", "gp"],
    "minutes": "12,5",
    "needs": TEXT,
    "respondent_for": "self",
    "age_band": "75-plus",
    "sex": "woman",
    "commune": {"commune": "46042"},
    "situation": ["carer"],
}


def a_receipt() -> str:
    return new_receipt(secrets.token_bytes(9))


def a_source(label: str = "Une consultation", reference: str = "") -> Source:
    """A source with two open questions and a closed one, in Occitanie."""
    source = register_source(
        OPERATOR,
        kind=SourceKind.CONSULTATION,
        reference=reference or secrets.token_hex(6),
        label=label,
        perimeter=region(),
    )
    register_questions(OPERATOR, source=source, questions=QUESTIONS)
    return source


def a_submission(**given: Any) -> Submission:
    """What a web response brings: one text, one closed answer, unless told otherwise."""
    values: dict[str, Any] = {
        "channel": Channel.WEB,
        "receipt": a_receipt(),
        "idempotency_key": secrets.token_hex(16),
        "texts": {"needs": TEXT},
        "closed": [GivenAnswer("gave_up", "yes")],
    }
    return Submission(**{**values, **given})


def a_participation(source: Source | None = None, **given: Any) -> Participation:
    return record_participation(OPERATOR, source=source or a_source(), submission=a_submission(**given))


def a_draft(consultation: Consultation, answers: dict[str, Any] | None = None, **given: Any) -> DraftResponse:
    """A response under way, with every answer unless told otherwise."""
    draft = start_draft(Respondent(), consultation=consultation, **{"age": 15, "consents": True, **given})
    return save_answers(Respondent(), draft=draft, answers=ANSWERS if answers is None else answers)


def a_proof() -> Any:
    """A plain question rightly answered."""
    question = new_question()
    return check_proof(payload="", token=question.token, answer=answer_to(question.wording))


def answer_to(wording: str) -> str:
    """The result of « Combien font trois plus quatre ? », in figures."""
    words = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"]
    left, right = re.search(r"font (\w+) plus (\w+)", wording).groups()  # type: ignore[union-attr]
    return str(words.index(left) + words.index(right))


def a_response(
    consultation: Consultation, answers: dict[str, Any] | None = None
) -> tuple[Participation, str]:
    """(the participation, its code) of a response submitted online."""
    draft = a_draft(consultation, answers)
    done = submit(Respondent(), sealed=seal_form(draft), proof=a_proof())
    return done.participation, done.code


# --- through the pages


def begin(client: Client, consultation: Consultation, **given: Any) -> Any:
    data = {"age": "15", "consent": "on", "register": "standard", **given}
    return client.post(f"/consultations/{consultation.slug}/repondre/", data)


def fill(client: Client, consultation: Consultation, part: str, **given: Any) -> Any:
    data = {**PARTS[part], "action": "suite", **given}
    return client.post(f"/consultations/{consultation.slug}/repondre/partie/{part}/", data)


def form_to_send(page: str) -> dict[str, str]:
    """The fields of the check page's form, with the plain question answered."""
    found = {
        name: html.unescape(value)
        for name, value in re.findall(r'name="(form|question)" value="([^"]*)"', page)
    }
    return {**found, "calcul": answer_to(page)}


def answer_all(client: Client, consultation: Consultation) -> dict[str, str]:
    """From the start page to the check page; gives the form that is ready to be sent."""
    begin(client, consultation)
    for part in PARTS:
        fill(client, consultation, part)
    page = client.get(f"/consultations/{consultation.slug}/repondre/verifier/")
    return form_to_send(page.content.decode())
