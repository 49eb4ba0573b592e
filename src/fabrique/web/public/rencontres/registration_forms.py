"""The form to register for a meeting: an address, a category, and what the person chooses to say.

Fed by the visitor. Feeds meetings.services.registration, which holds the rules.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from fabrique.meetings.enums import Category
from fabrique.meetings.services.registration import LONGEST_NAME, LONGEST_NEEDS


def _categories() -> list[tuple[str, Any]]:
    named = [(value, capfirst(label)) for value, label in Category.choices]
    return [("", _("Choisissez dans la liste")), *named]


class RegistrationForm(forms.Form):
    """What is asked to hold a place."""

    email = forms.CharField(
        label=_("Votre adresse électronique"),
        help_text=_("Elle sert à confirmer, à vous rappeler la date et à vous prévenir d’un changement."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Écrivez votre adresse électronique.")},
    )
    category = forms.ChoiceField(
        label=_("À quel titre venez-vous ?"),
        help_text=_("Les organisateurs veulent entendre des personnes différentes."),
        choices=_categories,
        error_messages={"required": _("Choisissez à quel titre vous venez.")},
    )
    name = forms.CharField(
        label=_("Votre nom"),
        help_text=_("Pour la feuille de présence et le badge. Vous pouvez venir sans le donner."),
        max_length=LONGEST_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    needs = forms.CharField(
        label=_("Vos besoins d’accessibilité"),
        help_text=_(
            "Par exemple : une place pour un fauteuil, une boucle magnétique, un interprète en langue des signes."
        ),
        max_length=LONGEST_NEEDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    needs_agreed = forms.BooleanField(
        label=_("J’accepte que les organisateurs lisent ces besoins pour m’accueillir."),
        help_text=_("À cocher seulement si vous avez écrit un besoin."),
        required=False,
    )

    def refuse(self, code: str, sentence: str) -> None:
        """Put a verb's refusal beside the field that it is about."""
        field = {
            "email.invalid": "email",
            "registration.category": "category",
            "registration.consent": "needs_agreed",
        }.get(code)
        self.add_error(field, sentence)
