"""The questionnaire on paper: the sheet to think one's answer over, and numbered booklets with their slips.

Fed by a Definition and, for booklets, by a batch (fabrique.paper). Feeds the public page of a consultation, the
operators' room and the relays' kit: all draw the same questions, in the same order, under the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.common.enums import Register
from fabrique.consultations.enums import QuestionKind, WordingKind
from fabrique.consultations.models import Consultation, NoticeVersion
from fabrique.consultations.services.definition import Definition, QuestionDef, definition_of
from fabrique.paper.models import Batch, PaperForm
from fabrique.paper.services import qr_address, sheet_code
from fabrique.web.context import describe
from fabrique.web.shared.ages import age_groups, asks_a_parent
from fabrique.web.shared.printing import html_to_pdf, qr_data
from fabrique.web.shared.questionnaire.reading import slots
from fabrique.web.shared.questionnaire.showing import condition_in_words
from fabrique.web.shared.wordings import easy_read_wordings
from fabrique_core.privacy.receipts import format_code

__all__ = ["PrintedQuestion", "booklets_pdf", "instruction", "preparation_pdf", "printed_sections"]

#: ruled lines left for an answer
LINES = {QuestionKind.SHORT_TEXT: 2, QuestionKind.LONG_TEXT: 9}
PREPARATION_LINES = {QuestionKind.SHORT_TEXT: 1, QuestionKind.LONG_TEXT: 5}


@dataclass(frozen=True)
class PrintedQuestion:
    """One question on paper: its number, what to do, and what it depends on, in words."""

    number: int
    question: QuestionDef
    instruction: str
    condition: str
    lines: tuple[int, ...]
    slots: tuple[int, ...]


@dataclass(frozen=True)
class PrintedSection:
    title: str
    introduction: str
    questions: tuple[PrintedQuestion, ...]


@dataclass(frozen=True)
class PrintedSheet:
    """What makes one booklet different from the others of its batch."""

    code: str
    qr: str
    receipt: str
    receipt_qr: str


def booklets_pdf(
    batch: Batch, *, site: str, forms: Sequence[PaperForm] | None = None, codes: bool = True
) -> bytes:
    """The batch's booklets as one tagged PDF, each beginning on a right-hand page; `forms`: only those.

    `site` is the address of the site, with its scheme: the QR codes carry it. Without `codes` the sheet to keep
    carries none: whoever prints it (a relay) would hold what opens and withdraws the answers (ADR 0014).
    A sheet whose code has gone (recorded, or its batch closed) is left out. Raises
    Refused('printing.libraries').
    """
    with translation.override("fr"):
        wanted = forms if forms is not None else list(batch.forms.order_by("number"))
        version = batch.version
        consultation = version.consultation
        notice = _printed_notice(batch)
        context = {
            **_common(consultation, definition_of(version, batch.register), notice, LINES),
            "batch": batch,
            "codes": codes,
            "sheets": [_sheet(batch, form, site) for form in wanted if form.receipt_code],
            "site": site.rstrip("/"),
            "answer": site.rstrip("/") + reverse("consultations:detail", args=[consultation.slug]),
            "follow": site.rstrip("/") + reverse("suivre:code"),
        }
        return html_to_pdf(render_to_string("shared/booklets/livret.html", context))


def preparation_pdf(consultation: Consultation, *, site: str, register: str = Register.STANDARD) -> bytes:
    """The sheet to think one's answer over before giving it on the site: no number, no slip, no agreement.

    Raises Refused('printing.libraries').
    """
    with translation.override("fr"):
        address = site.rstrip("/") + reverse("consultations:detail", args=[consultation.slug])
        definition = definition_of(consultation.questionnaires.current(), register)
        context = {
            **_common(consultation, definition, consultation.notices.current(), PREPARATION_LINES),
            "address": address,
            "qr": qr_data(address),
        }
        return html_to_pdf(render_to_string("shared/booklets/preparation.html", context), public=True)


def printed_sections(definition: Definition, lines: dict[Any, int] | None = None) -> list[PrintedSection]:
    """The questionnaire numbered from one end to the other, as it stands on paper and on the entry screen."""
    numbers = {question.key: number for number, question in enumerate(definition.questions, start=1)}
    return [
        PrintedSection(
            section.title,
            section.introduction,
            tuple(_printed(definition, question, numbers, lines or LINES) for question in section.questions),
        )
        for section in definition.sections
    ]


def instruction(question: QuestionDef) -> str:
    """What the person does with a pen."""
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.SCALE:
            return _("Cochez une seule case.")
        case QuestionKind.MULTIPLE:
            if question.maximum is None:
                return _("Vous pouvez cocher plusieurs cases.")
            return ngettext(
                "Cochez une seule case.", "Cochez %(maximum)s cases au plus.", question.maximum
            ) % {"maximum": question.maximum}
        case QuestionKind.RANKING:
            return _("Écrivez dans chaque case le numéro d’un sujet, le plus important d’abord.")
        case QuestionKind.NUMBER:
            return _("Écrivez un nombre en chiffres.")
        case QuestionKind.TERRITORY:
            return _("Écrivez le code postal et la commune, ou cochez une case.")
    return _("Écrivez avec vos mots.")


def _printed(
    definition: Definition, question: QuestionDef, numbers: dict[str, int], lines: dict[Any, int]
) -> PrintedQuestion:
    condition = condition_in_words(definition, question)
    if condition and question.show_if:
        condition = (
            _("Question %(number)s.") % {"number": numbers[question.show_if.question]} + " " + condition
        )
    return PrintedQuestion(
        number=numbers[question.key],
        question=question,
        instruction=instruction(question),
        condition=condition,
        lines=tuple(range(lines.get(QuestionKind(question.kind), 0))),
        slots=tuple(range(1, slots(question) + 1)) if question.kind == QuestionKind.RANKING else (),
    )


def _common(
    consultation: Consultation, definition: Definition, notice: NoticeVersion, lines: dict[Any, int]
) -> dict[str, Any]:
    easy = definition.register == Register.EASY_READ
    said = easy_read_wordings(WordingKind.CONSULTATION, str(consultation.public_id)) if easy else {}
    agreed = (
        easy_read_wordings(WordingKind.NOTICE, f"{consultation.public_id}/{notice.number}") if easy else {}
    )
    minimum = consultation.minimum_age or 0
    return {
        "instance": describe(None),
        "consultation": consultation,
        "definition": definition,
        "easy": easy,
        "summary": said.get("summary") or consultation.summary,
        "promise": said.get("restitution_promise") or consultation.restitution_promise,
        "sections": printed_sections(definition, lines),
        "notice": notice,
        "notice_easy": agreed.get("text", ""),
        "consent_label": agreed.get("consent_label") or notice.consent_label,
        "ages": [label for _least, label in age_groups(minimum)],
        "asks_a_parent": asks_a_parent(minimum),
    }


def _printed_notice(batch: Batch) -> NoticeVersion:
    notices = NoticeVersion.objects.filter(consultation=batch.version.consultation)
    printed: NoticeVersion = (
        notices.filter(frozen_at__lte=batch.created_at).order_by("-number").first() or notices.current()
    )
    return printed


def _sheet(batch: Batch, form: PaperForm, site: str) -> PrintedSheet:
    code = sheet_code(batch.code, form.number)
    address = qr_address(
        site,
        slug=batch.version.consultation.slug,
        version=batch.version.number,
        relay=str(batch.relay.public_id) if batch.relay else "",
        code=code,
    )
    receipt = str(form.receipt_code)
    link = site.rstrip("/") + reverse("suivre:lien", args=[receipt])
    return PrintedSheet(code, qr_data(address), format_code(receipt), qr_data(link))
