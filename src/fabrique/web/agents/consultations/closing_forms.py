"""Forms of the approver: put the closing time later, close.

Fed by the approver. Feeds extend_consultation and close_consultation.
"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.web.agents.consultations.forms import FileForm, LocalDateTime

REASONS = [
    ("", _("L’heure annoncée est passée")),
    ("incident", _("Incident technique")),
    ("erreur", _("Erreur dans la consultation")),
    ("decision", _("Décision de justice ou réserve électorale")),
    ("demonstration", _("Démonstration")),
]


class ExtendForm(FileForm):
    closes_at = forms.DateTimeField(
        label=_("Nouvelle clôture"), widget=LocalDateTime(), help_text=_("La dernière minute est comprise.")
    )


class CloseForm(FileForm):
    reason = forms.ChoiceField(
        label=_("Motif"),
        required=False,
        choices=REASONS,
        help_text=_("Un motif est demandé pour clore avant l’heure."),
    )
