"""Forms of the agents' room of relays: a reason for a decision.

Fed by the agent. Feeds the verbs of relays.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.relays.enums import EndReason

#: reasons that make sense for each decision
REASONS = {
    "refuser": (EndReason.OUTSIDE, EndReason.UNREACHABLE, EndReason.NEUTRALITY, EndReason.CONFIDENTIALITY),
    "suspendre": (EndReason.NEUTRALITY, EndReason.CONFIDENTIALITY, EndReason.OWN_REQUEST),
    "fermer": (
        EndReason.OVER,
        EndReason.OWN_REQUEST,
        EndReason.NEUTRALITY,
        EndReason.CONFIDENTIALITY,
        EndReason.UNREACHABLE,
    ),
}


class ReasonForm(forms.Form):
    """Why; the relay reads it in the message."""

    reason = forms.ChoiceField(
        label=_("Motif"),
        help_text=_("Il est écrit dans le message au relais."),
        error_messages={"required": _("Choisissez un motif.")},
    )

    def __init__(self, *args: Any, decision: str, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"{decision}-%s")
        super().__init__(*args, **kwargs)
        choices = [(reason.value, reason.label) for reason in REASONS[decision]]
        self.fields["reason"].choices = [("", _("Choisissez")), *choices]  # type: ignore[attr-defined]
