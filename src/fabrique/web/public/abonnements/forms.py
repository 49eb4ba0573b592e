"""The form to be told about something by e-mail: an address, nothing else.

Fed by the visitor. Feeds the verbs that subscribe, which hold the rules.
"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    """An address that asks to be written to."""

    email = forms.CharField(
        label=_("Votre adresse électronique"),
        help_text=_("Elle ne sert qu’à ces messages. Chacun porte un lien pour ne plus en recevoir."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Écrivez votre adresse électronique.")},
    )
