"""What every screen of a consultation's file shares: reaching it, its menu of steps, who saved last.

Fed by consultations' reads. Feeds views and the layout templates/agents/consultations/dossier.html.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds, require
from fabrique.consultations.enums import State
from fabrique.consultations.models import Consultation
from fabrique.consultations.querysets import last_change
from fabrique.consultations.services import missing_before_opening, missing_in_questionnaire
from fabrique.web.shared.actors import agent

#: (step, label): the codes of Missing.step, in the order of the work
STEPS = (
    ("presentation", gettext_lazy("Présentation")),
    ("calendrier", gettext_lazy("Calendrier")),
    ("documents", gettext_lazy("Documents")),
    ("donnees", gettext_lazy("Données personnelles")),
    ("analyse-impact", gettext_lazy("Analyse d’impact")),
    ("questionnaire", gettext_lazy("Questionnaire")),
    ("langues", gettext_lazy("Langues et voix")),
    ("apercu", gettext_lazy("Aperçu")),
    ("ouverture", gettext_lazy("Ouverture")),
)
_BADGES = {State.DRAFT: "", State.OPEN: "success", State.CLOSED: "info", State.PUBLISHED: "new"}


def reach(request: HttpRequest, public_id: str, verb: str = "consultations.read") -> Consultation:
    """The consultation, if the agent may read it (404 otherwise) and holds the verb there (403 otherwise)."""
    actor = agent(request)
    require(actor, "consultations.read")
    visible = Consultation.objects.visible_to(actor).select_related("perimeter")
    consultation: Consultation = get_object_or_404(visible, public_id=public_id)
    require(actor, verb, consultation.perimeter)
    return consultation


def url(consultation: Consultation, name: str, *args: Any) -> str:
    """Address of a screen of the file."""
    return reverse(f"agents-consultations:{name}", args=[consultation.public_id, *args])


def state_badge(consultation: Consultation) -> dict[str, str]:
    return {"sorte": _BADGES[State(consultation.state)], "texte": consultation.get_state_display()}


def to_mend(consultation: Consultation) -> list[Any]:
    """What is missing, before the opening or in a correction under way."""
    if consultation.state == State.DRAFT:
        return list(missing_before_opening(consultation))
    draft = consultation.questionnaires.draft() if consultation.state == State.OPEN else None
    return list(missing_in_questionnaire(draft)) if draft else []


def file_context(request: HttpRequest, consultation: Consultation, step: str, **extra: Any) -> dict[str, Any]:
    """What the layout of the file needs: title, state, steps with what each misses, last save, rights."""
    actor: Agent = agent(request)
    missing = to_mend(consultation)
    steps = [
        {
            "label": label,
            "url": url(consultation, code),
            "current": code == step,
            "missing": sum(1 for item in missing if item.step == code),
        }
        for code, label in STEPS
    ]
    return {
        "consultation": consultation,
        "etat": state_badge(consultation),
        "etapes": steps,
        "etape": step,
        "etape_titre": dict(STEPS).get(step, ""),
        "dernier": last_change(consultation),
        "manques": missing,
        "peut_ecrire": holds(actor, "consultations.edit", consultation.perimeter),
        "peut_ouvrir": holds(actor, "consultations.open", consultation.perimeter),
        "brouillon": consultation.state == State.DRAFT,
        **extra,
    }


def saved() -> str:
    return _("C’est enregistré.")
