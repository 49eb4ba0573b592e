"""A LimeSurvey questionnaire made into a draft consultation, to be completed, read again and opened by people.

Fed by services.lss_reading. Feeds consultations, whose own verbs check the right and every rule.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common.registry import ObjectReport
from fabrique.consultations.services import create_consultation, load_questionnaire
from fabrique.imports.services.lss_reading import Survey, read_survey
from fabrique.territories.models import Territory


def import_questionnaire(
    actor: Actor, *, data: bytes, name: str, perimeter: Territory, dry_run: bool
) -> ObjectReport:
    """Make the draft consultation of a .lss file; with `dry_run`, only say what it would leave out.

    Raises CoreError(lss.*), Forbidden.
    """
    require(actor, "consultations.edit", perimeter)
    survey = read_survey(data)
    aside = tuple(survey.set_aside)
    if dry_run:
        return ObjectReport(added=1, set_aside=aside, label=survey.title)
    return _made(actor, survey, perimeter)


def _made(actor: Actor, survey: Survey, perimeter: Territory) -> ObjectReport:
    with transaction.atomic():
        consultation = create_consultation(
            actor, title=survey.title, perimeter=perimeter, summary=survey.summary
        )
        loaded = load_questionnaire(actor, consultation=consultation, content=survey.content)
    lost = tuple(
        (where, _("« %(what)s » n’a pas de place ici.") % {"what": what}) for where, what in loaded.set_aside
    )
    return ObjectReport(
        added=1,
        set_aside=(*survey.set_aside, *lost),
        label=survey.title,
        result=str(consultation.public_id),
    )
