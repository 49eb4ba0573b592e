"""The fictitious consultations: written, opened, answered and closed through the same verbs as real ones.

Fed by content/*.yaml and by the generator. Feeds the corpus; keeps the known truth beside it for the tests.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any

import yaml
from django.utils import timezone

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import RoleCode
from fabrique.common.clock import told_at
from fabrique.consultations import services
from fabrique.consultations.models import Consultation, NoticeVersion, QuestionnaireVersion
from fabrique.consultations.services.answering import RecordedDocument, record_documents
from fabrique.contributions.enums import Channel
from fabrique.contributions.models import Participation
from fabrique.demo.generator import CommuneRef, SimulatedResponse, generate
from fabrique.demo.generator_content import load_consultation
from fabrique.demo.translations import load_translations
from fabrique.territories.models import Territory
from fabrique_core.privacy.receipts import new_receipt

RECORDED_AT_ONCE = 250


@dataclass(frozen=True)
class Wave:
    """One consultation of the story: its key, its title, when it opens (days from today), French alone or not."""

    key: str
    title: str
    opens: int
    seed: int
    translated: bool = False


FIRST = Wave("vague-1", "La santé en Occitanie : qu’en pensez-vous ? (consultation fictive)", -80, 2023)
SECOND = Wave(
    "vague-2", "La santé en Occitanie : six mois après (consultation fictive)", -9, 2024, translated=True
)


@dataclass(frozen=True)
class Recorded:
    """A participation with what is true of it, and its code."""

    participation: Participation
    response: SimulatedResponse
    code: str


def day(offset: int, hour: int = 9) -> datetime:
    """So many days from today, at that hour of the instance's zone."""
    moment = timezone.localtime() + timedelta(days=offset)
    return moment.replace(hour=hour, minute=0, second=0, microsecond=0)


def _add_documents(editor: Agent, consultation: Consultation, documents: list[dict[str, str]]) -> None:
    for document in documents:
        services.add_document(
            editor, consultation=consultation, title=document["title"], body=document["body"].strip()
        )


def open_wave(
    agents: Mapping[str, Agent],
    wave: Wave,
    perimeter: Territory,
    say: Callable[[str], None] = lambda _text: None,
) -> Consultation:
    """Write a consultation and open it, at its own date."""
    text = load_consultation()
    editor, approver = agents[RoleCode.EDITOR], agents[RoleCode.APPROVER]
    opening = day(wave.opens)
    closing = day(wave.opens + int(text["duration_days"]), 23).replace(minute=59, second=59)
    due = closing.date() + timedelta(days=int(text["restitution"]["offset_days_after_closing"]))
    with told_at(opening - timedelta(days=7)):
        consultation = services.create_consultation(
            editor, title=wave.title, perimeter=perimeter, fictitious=True
        )
        services.update_consultation(
            editor,
            consultation=consultation,
            easy_read=_easy_read(text),
            summary=text["summary"].strip(),
            arrangements=text["arrangements"].strip(),
            opens_at=opening,
            closes_at=closing,
            restitution_promise=text["restitution"]["promise"].strip(),
            restitution_due=due,
            minimum_age=text["minimum_age"],
            impact_assessed_on=_assessed(text, opening),
            impact_validator=text["impact_assessment"]["validated_by"],
        )
        _add_documents(editor, consultation, text["documents"])
        _write_notice(editor, consultation, text["notice"])
        services.load_questionnaire(editor, consultation=consultation, content=_questionnaire())
        if wave.translated:
            load_translations(editor, consultation.questionnaires.latest_version(), say)
    with told_at(opening):
        consultation.refresh_from_db()
        return services.open_consultation(approver, consultation=consultation)


def _questionnaire() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        (files("fabrique.demo") / "content" / "questionnaire.yaml").read_text("utf-8")
    )
    return content


def _easy_read(text: Mapping[str, Any]) -> dict[str, str]:
    return {
        "summary": text["summary_falc"].strip(),
        "arrangements": text["arrangements_falc"].strip(),
        "restitution_promise": text["restitution"]["promise_falc"].strip(),
    }


def _assessed(text: Mapping[str, Any], opening: datetime) -> date:
    return opening.date() - timedelta(days=int(text["impact_assessment"]["offset_days_before_opening"]))


def _write_notice(editor: Agent, consultation: Consultation, notice: Mapping[str, Any]) -> None:
    services.update_notice(
        editor,
        consultation=consultation,
        purposes=[{name: str(value) for name, value in purpose.items()} for purpose in notice["purposes"]],
        easy_read={"text": notice["falc"].strip(), "consent_label": notice["consent_label_falc"].strip()},
        controller=notice["controller"].strip(),
        contact=notice["data_protection_officer"].strip(),
        recipients=notice["recipients"].strip(),
        processors=notice["processors"].strip(),
        retention=notice["retention"].strip(),
        rights=notice["rights"].strip(),
        complaint=notice["complaint"].strip(),
        optional=notice["optional"].strip(),
        analysis=notice["automated"].strip(),
        unsigned=notice["unsigned"].strip(),
        consent_label=notice["consent_label"].strip(),
    )


def communes_of(perimeter: Territory) -> list[CommuneRef]:
    """The communes that the generator draws from."""
    rows = Territory.objects.communes().within(perimeter).select_related("department").order_by("code")
    return [CommuneRef(row.code, row.name, row.department.code, row.population) for row in rows]


def answer_wave(
    operator: Operator, consultation: Consultation, wave: Wave, size: int, days: int
) -> Iterator[list[Recorded]]:
    """Record `size` simulated responses over the first `days` of the wave, chunk by chunk."""
    start = day(wave.opens).date()
    simulated = generate(
        seed=wave.seed,
        responses=size,
        communes=communes_of(consultation.perimeter),
        start=start,
        end=start + timedelta(days=days),
    )
    responses = sorted(simulated, key=lambda response: (response.submitted_at, response.index))
    for first in range(0, len(responses), RECORDED_AT_ONCE):
        yield _record(operator, consultation, wave, responses[first : first + RECORDED_AT_ONCE])


def _record(
    operator: Operator, consultation: Consultation, wave: Wave, responses: Sequence[SimulatedResponse]
) -> list[Recorded]:
    version = QuestionnaireVersion.objects.filter(consultation=consultation).current()
    notice = NoticeVersion.objects.filter(consultation=consultation).current()
    codes = [new_receipt(secrets.token_bytes(16)) for _ in responses]
    special = {choice.key for choice in version.questions.get(key="commune").choices.all()}
    documents = [
        RecordedDocument(
            answers=_document(response, special),
            channel=Channel.WEB,
            receipt=code,
            idempotency_key=f"demo-{wave.key}-{response.index}",
            consent_at=timezone.make_aware(response.submitted_at),
            notice_hash=notice.content_hash,
            submitted_at=timezone.make_aware(response.submitted_at),
        )
        for response, code in zip(responses, codes, strict=True)
    ]
    participations = record_documents(operator, version=version, documents=documents)
    return [Recorded(*row) for row in zip(participations, responses, codes, strict=True)]


def _document(response: SimulatedResponse, special: set[str]) -> dict[str, Any]:
    """The generator's answers in the shape of an answer document."""
    answers: dict[str, Any] = {
        key: list(value) if isinstance(value, tuple) else value for key, value in response.answers.items()
    }
    if "commune" in answers:
        place = answers["commune"]
        answers["commune"] = {"special": place} if place in special else {"commune": place}
    return answers
