"""Forms of the front room: signing in, choice of display.

Fed by the reader. Feeds session.py and views.py.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from fabrique.web.public.accueil.throttle import blocked, failed, forget


class SignInForm(AuthenticationForm):
    """E-mail address and password; the account rests a few minutes after repeated failures."""

    error_messages = {
        "invalid_login": _(
            "Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez les majuscules, puis essayez de nouveau."
        ),
        "inactive": _("Ce compte est fermé. Adressez-vous à l’administrateur de la plateforme."),
        "blocked": _(
            "Trop d’essais pour ce compte. Attendez cinq minutes, puis essayez de nouveau. Le compte reste ouvert."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Adresse électronique professionnelle")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "maxlength": 254}
        )
        self.fields["password"].label = _("Mot de passe")

    def clean(self) -> dict[str, Any]:
        account = str(self.cleaned_data.get("username", ""))
        if account and blocked(account):
            raise forms.ValidationError(self.error_messages["blocked"], code="blocked")
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            failed(account)
            raise
        forget(account)
        return cleaned


class DisplayForm(forms.Form):
    display = forms.ChoiceField(
        label=_("Affichage du site"),
        help_text=_(
            "Votre choix est gardé un an sur cet appareil, dans un témoin (cookie) qui ne contient rien d’autre."
        ),
        choices=[
            ("systeme", _("Comme mon appareil")),
            ("clair", _("Clair")),
            ("sombre", _("Sombre")),
        ],
        widget=forms.RadioSelect,
    )
