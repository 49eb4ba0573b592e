"""What a person answers to the hiding of a text.

Fed by the follow-up page. Feeds suivre/views.py.
"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.contributions.services.moderation import CONTEST_MOST


class ContestForm(forms.Form):
    message = forms.CharField(
        label=_("Pourquoi n’êtes-vous pas d’accord ?"),
        help_text=_("Un agent qui n’a pas pris la décision lira ce message et vous répondra ici."),
        max_length=CONTEST_MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
