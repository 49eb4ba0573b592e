"""The small form before the questionnaire.

Fed by the reader. Feeds start_draft, which holds the rules.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.consultations.models import Consultation
from fabrique.consultations.services.answering import PARENTAL_AGE


def age_groups(minimum: int) -> list[tuple[str, Any]]:
    """(least age of the group, label), from the oldest: what the rules on minors need, and no more."""
    if minimum >= PARENTAL_AGE:
        return [
            (str(minimum), _("J’ai %(age)s ans ou plus") % {"age": minimum}),
            ("0", _("J’ai moins de %(age)s ans") % {"age": minimum}),
        ]
    groups = [(str(PARENTAL_AGE), _("J’ai %(age)s ans ou plus") % {"age": PARENTAL_AGE})]
    if minimum > 0:
        between = _("J’ai entre %(low)s et %(high)s ans") % {"low": minimum, "high": PARENTAL_AGE - 1}
        groups += [(str(minimum), between), ("0", _("J’ai moins de %(age)s ans") % {"age": minimum})]
    else:
        groups.append(("0", _("J’ai moins de %(age)s ans") % {"age": PARENTAL_AGE}))
    return groups


class StartForm(forms.Form):
    """Age group, consent, register. What is missing is said by the verb, not here."""

    age = forms.ChoiceField(label=_("Quel âge avez-vous ?"), widget=forms.RadioSelect, required=False)
    parent = forms.BooleanField(required=False)
    consent = forms.BooleanField(required=False)
    register = forms.ChoiceField(
        label=_("Comment voulez-vous lire les questions ?"),
        choices=[
            ("standard", _("En français courant")),
            ("falc", _("En français facile à lire et à comprendre (FALC)")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, consultation: Consultation, consent_label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        minimum = consultation.minimum_age or 0
        age = self.fields["age"]
        age.choices = age_groups(minimum)  # type: ignore[attr-defined]
        age.help_text = _("Nous vérifions l’âge, puis cette réponse est oubliée.")
        self.asks_a_parent = minimum < PARENTAL_AGE
        self.fields["parent"].label = _(
            "J’ai moins de 15 ans : mon père, ma mère ou la personne responsable de moi est d’accord aussi"
            " et coche cette case avec moi."
        )
        self.fields["consent"].label = consent_label

    @property
    def least_age(self) -> int | None:
        """The least age of the group declared, None where nothing valid was ticked."""
        given = self.cleaned_data.get("age", "")
        return int(given) if given else None
