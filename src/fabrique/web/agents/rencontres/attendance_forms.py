"""Forms of registrations and attendance: somebody added by hand, people counted by category.

Fed by the organiser or whoever holds the door. Feeds the verbs of meetings.services; they hold the rules.
"""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from fabrique.meetings.enums import Category
from fabrique.meetings.services.attendance import LARGEST
from fabrique.meetings.services.registration import LONGEST_NAME, LONGEST_NEEDS


def categories() -> list[tuple[str, Any]]:
    """Categories as a list is read, each with a capital."""
    return [(value, capfirst(label)) for value, label in Category.choices]


def new_key() -> str:
    """What makes a double click register one person."""
    return secrets.token_hex(16)


class ByHandForm(forms.Form):
    """Somebody who called or came by."""

    name = forms.CharField(
        label=_("Nom de la personne"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Écrivez le nom de la personne.")},
    )
    category = forms.ChoiceField(label=_("À quel titre"), choices=categories)
    needs = forms.CharField(
        label=_("Besoins d’accessibilité"),
        help_text=_("À écrire seulement si la personne en est d’accord."),
        max_length=LONGEST_NEEDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, min_length=16)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": new_key()})
        super().__init__(*args, **kwargs)


class CountsForm(forms.Form):
    """One number a category; an empty box is nobody."""

    def __init__(self, *args: Any, counts: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for value, label in Category.choices:
            self.fields[value] = forms.IntegerField(
                label=capfirst(label),
                required=False,
                min_value=0,
                max_value=LARGEST,
                initial=counts.get(value) or None,
                widget=forms.NumberInput(
                    attrs={"inputmode": "numeric", "min": 0, "class": "fab-nombre-court"}
                ),
                error_messages={
                    "invalid": _("Écrivez un nombre entier."),
                    "min_value": _("Écrivez un nombre de personnes entre 0 et 10 000."),
                    "max_value": _("Écrivez un nombre de personnes entre 0 et 10 000."),
                },
            )

    def counts(self) -> dict[str, int]:
        """{category: number}, empty boxes at zero."""
        return {value: self.cleaned_data.get(value) or 0 for value in Category.values}
