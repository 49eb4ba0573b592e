"""Batches, sheets and readings for the tests, through the verbs of paper.

Fed by factories of consultations and accounts. Feeds tests of paper, of its room and of its journey.
"""

from __future__ import annotations

from typing import Any

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import RoleCode
from fabrique.consultations.models import Consultation
from fabrique.paper import services
from fabrique.paper.enums import Mark
from fabrique.paper.models import Batch, PaperForm
from fabrique.paper.services import Reading
from tests.factories import accounts, consultations, territories

NEEDS = "Un médecin qui se déplace, une fois par semaine."
#: a whole sheet, to the questionnaire of factories.consultations.content()
ANSWERS: dict[str, Any] = {
    "easy": "disagree",
    "gave_up": "yes",
    "gave_up_which": "des lunettes",
    "difficulties": ["delay", "cost"],
    "priorities": ["mental", "gp"],
    "minutes": 12,
    "needs": NEEDS,
    "respondent_for": "self",
    "age_band": "75-plus",
    "sex": "woman",
    "commune": {"commune": "46042"},
    "situation": ["carer"],
}


def operator_in(department: str = "46", **account: str) -> Agent:
    """A data-entry operator of one department."""
    return accounts.agent(RoleCode.OPERATOR, territories.department(department), **account)


def a_batch(actor: Agent, *, consultation: Consultation | None = None, size: int = 4, **given: Any) -> Batch:
    """Printed booklets of an open consultation, entered in the Lot, half of them twice."""
    consultation = consultation or consultations.opened()
    given.setdefault("double_share", 50)
    given.setdefault("territory", territories.department("46"))
    return services.create_batch(actor, version=consultation.questionnaires.current(), size=size, **given)


def sheet(batch: Batch, number: int) -> PaperForm:
    found: PaperForm = batch.forms.get(number=number)
    return found


def reading(
    changes: dict[str, Any] | None = None, marks: dict[str, str] | None = None, **given: Any
) -> Reading:
    """A whole sheet, agreed to by an adult; a marked question has no answer."""
    marks = marks or {}
    answers = {key: value for key, value in {**ANSWERS, **(changes or {})}.items() if key not in marks}
    return Reading(**{"answers": answers, "marks": marks, "consents": True, "age": 15, **given})


def blank_reading() -> Reading:
    """A sheet that agrees, and on which nothing else is written."""
    put = [key for key in ANSWERS if key != "gave_up_which"]
    return Reading(marks=dict.fromkeys(put, Mark.BLANK), consents=True, age=15)


def entered(actor: Agent, batch: Batch, **readings: Reading) -> None:
    """First entries of every sheet of the batch; `s2=reading(...)` says what sheet 2 holds."""
    for form in batch.forms.order_by("number"):
        services.enter(actor, form=form, reading=readings.get(f"s{form.number}") or reading())


def drawn(batch: Batch) -> list[PaperForm]:
    """The sheets that wait for their second entry."""
    return list(batch.forms.filter(state="tiree").order_by("number"))
