"""The small form before the questionnaire.

Fed by the reader. Feeds start_draft, which holds the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from fabrique.consultations.models import Consultation
from fabrique.web.shared.ages import age_groups, asks_a_parent
from fabrique.web.templatetags.langues import attr_langue, nom_langue

READINGS = [
    ("standard", _("En français courant")),
    ("falc", _("En français facile à lire et à comprendre (FALC)")),
]


class StartForm(forms.Form):
    """Age group, consent, register. What is missing is said by the verb, not here."""

    age = forms.ChoiceField(label=_("Quel âge avez-vous ?"), widget=forms.RadioSelect, required=False)
    parent = forms.BooleanField(required=False)
    consent = forms.BooleanField(required=False)
    register = forms.ChoiceField(
        label=_("Comment voulez-vous lire les questions ?"),
        choices=READINGS,
        widget=forms.RadioSelect,
        required=False,
    )

    without_relay = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        consultation: Consultation,
        consent_label: str,
        relay: str = "",
        languages: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        register = self.fields["register"]
        assert isinstance(register, forms.ChoiceField)
        register.choices = [
            *READINGS,
            *(
                (f"langue-{code}", format_html("<span {}>{}</span>", attr_langue(code), nom_langue(code)))
                for code in languages
            ),
        ]
        if relay:
            self.fields["without_relay"].label = _("Ne pas dire que je viens par ce relais.")
        else:
            del self.fields["without_relay"]
        minimum = consultation.minimum_age or 0
        age = self.fields["age"]
        age.choices = [(str(least), label) for least, label in age_groups(minimum)]  # type: ignore[attr-defined]
        age.help_text = _("Nous vérifions l’âge, puis cette réponse est oubliée.")
        self.asks_a_parent = asks_a_parent(minimum)
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
