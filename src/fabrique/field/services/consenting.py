"""What a form asks before the questionnaire: age, agreement, a parent's agreement under fifteen.

Fed by a consultation and its notice. Feeds the sheets of the form; the same rules are checked on arrival.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from fabrique.consultations.models import Consultation
from fabrique.consultations.services.answering import PARENTAL_AGE
from fabrique.field.services.naming import AGE, CONSENT, NOTICE, PARENT

Row = dict[str, Any]
Label = Callable[[str, str], Row]


def age_limits(consultation: Consultation) -> list[int]:
    """The least age of each group that is asked, the oldest first."""
    minimum = consultation.minimum_age or 0
    return sorted({max(minimum, PARENTAL_AGE), minimum, 0}, reverse=True)


def consent_rows(consultation: Consultation, label: Label) -> tuple[list[Row], list[Row]]:
    """(rows of the survey, rows of the choices)."""
    notice = consultation.notices.current() or consultation.notices.draft()
    minimum = consultation.minimum_age or 0
    survey: list[Row] = [
        {"type": "start", "name": "start"},
        {"type": "end", "name": "end"},
        {
            "type": "note",
            "name": NOTICE,
            **label("label", _("À lire à la personne : vos réponses sont enregistrées sans nom.")),
            **label("hint", notice.unsigned if notice else ""),
        },
        _age(minimum, label),
        {
            "type": "select_one l_oui",
            "name": CONSENT,
            "required": "yes",
            **label("label", (notice.consent_label if notice else "") or _("La personne est d’accord.")),
            **label("required_message", _("Sans l’accord de la personne, rien n’est gardé.")),
        },
    ]
    if minimum < PARENTAL_AGE:
        survey.append(_parent(label))
    return survey, _choices(consultation, label)


def _age(minimum: int, label: Label) -> Row:
    refused = _("Cette consultation est ouverte à partir de %(age)s ans.") % {"age": minimum}
    return {
        "type": "select_one l_age",
        "name": AGE,
        "required": "yes",
        **label("label", _("Quel âge avez-vous ?")),
        "constraint": f"number(.) >= {minimum}",
        **label("constraint_message", refused),
    }


def _parent(label: Label) -> Row:
    return {
        "type": "select_one l_oui",
        "name": PARENT,
        "required": "yes",
        "relevant": f"number(${{{AGE}}}) < {PARENTAL_AGE}",
        **label("label", _("Un parent, ou la personne responsable, est d’accord aussi.")),
    }


def _choices(consultation: Consultation, label: Label) -> list[Row]:
    ages: list[Row] = [
        {
            "list_name": "l_age",
            "name": str(least),
            **label("label", _("%(age)s ans ou plus") % {"age": least} if least else _("moins")),
        }
        for least in age_limits(consultation)
    ]
    return [*ages, {"list_name": "l_oui", "name": "oui", **label("label", _("Oui"))}]
