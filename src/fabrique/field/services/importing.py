"""Import an XLSForm as the draft questionnaire of a consultation.

Fed by the agents' screen and by the command of imports. Feeds the draft, and the report of what has no place.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.errors import Refused
from fabrique.consultations.models import Consultation
from fabrique.consultations.services import load_questionnaire, put_translations, texts_of
from fabrique.field.services.reading import content_in
from fabrique.field.services.workbook import sheets_in


@dataclass(frozen=True)
class FormReport:
    """What was read: parts, questions, languages with their number of texts, and [(row, why)] set aside."""

    sections: int
    questions: int
    languages: dict[str, int]
    set_aside: tuple[tuple[str, str], ...]
    stored: bool


def import_xlsform(
    actor: Actor, *, consultation: Consultation, data: bytes, name: str, dry_run: bool = False
) -> FormReport:
    """Replace the draft questionnaire of the consultation by the form's; with `dry_run`, only say what would be.

    Raises Refused: files.* on a hostile file, form.* on what is no form, questionnaire.frozen.
    """
    require(actor, "field.exchange_forms", consultation.perimeter)
    found = content_in(sheets_in(data, name))
    sections = found.content["sections"]
    if not sections:
        raise Refused(
            "form.empty", _("Ce formulaire ne contient aucune question que la plateforme sache poser.")
        )
    aside = list(found.set_aside)
    languages: dict[str, int] = {}
    with transaction.atomic():
        report = load_questionnaire(actor, consultation=consultation, content=found.content)
        aside += report.set_aside
        for language, texts in found.translations.items():
            known = {text.key for text in texts_of(report.version, language)}
            kept = {key: text for key, text in texts.items() if key in known}
            languages[language] = put_translations(
                actor, version=report.version, language=language, texts=kept
            )
        journal.record(actor, "field.import_form", consultation)
        if dry_run:
            transaction.set_rollback(True)
    return FormReport(
        len(sections),
        sum(len(section["questions"]) for section in sections),
        languages,
        tuple(aside),
        stored=not dry_run,
    )
