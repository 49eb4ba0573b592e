"""Forms of the relays' pages: asking, choosing a password, inviting a colleague, beginning to help, sheets wanted.

Fed by the reader. Feeds the verbs of relays, which hold the rules.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import OrganisationKind
from fabrique.common.enums import Register
from fabrique.consultations.models import Consultation
from fabrique.territories.models import Territory
from fabrique.web.shared.ages import age_groups, asks_a_parent


class AskForm(forms.Form):
    """An organisation asks to be a relay."""

    name = forms.CharField(
        label=_("Nom de votre organisme"),
        help_text=_("Il figure sur vos affiches, tel que vous l’écrivez ici."),
        max_length=200,
        error_messages={"required": _("Écrivez le nom de votre organisme.")},
    )
    kind = forms.ChoiceField(label=_("Nature de l’organisme"), choices=OrganisationKind.choices)
    territory = forms.ModelChoiceField(
        label=_("Département"),
        help_text=_("Celui où vous rencontrez les habitants."),
        queryset=Territory.objects.none(),
        empty_label=_("Choisissez dans la liste"),
        error_messages={"required": _("Choisissez votre département dans la liste.")},
    )
    place = forms.CharField(
        label=_("Adresse du lieu d’accueil"),
        help_text=_("Par exemple : 12 rue du Marché, Cahors. Elle figure sur le tract."),
        max_length=200,
        required=False,
    )
    contact_name = forms.CharField(
        label=_("Personne à joindre"),
        max_length=120,
        error_messages={"required": _("Écrivez le nom de la personne que nous pouvons joindre.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_email = forms.EmailField(
        label=_("Adresse électronique"),
        help_text=_("Elle sert à vous répondre, puis à vous connecter. Elle n’est pas publiée."),
        max_length=254,
        error_messages={
            "required": _("Écrivez votre adresse électronique."),
            "invalid": _("Cette adresse électronique n’est pas complète. Exemple : accueil@mairie.fr"),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    presentation = forms.CharField(
        label=_("Qui rencontrez-vous, et comment ?"),
        help_text=_("Deux ou trois phrases suffisent. N’écrivez pas de nom."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    charter = forms.BooleanField(
        label=_("Au nom de mon organisme, j’accepte la charte des relais."),
        error_messages={"required": _("Pour devenir relais, acceptez la charte en cochant la case.")},
    )
    answer = forms.CharField(
        label="",
        help_text=_("Cette petite question arrête les robots. Répondez en chiffres ou en lettres."),
        error_messages={"required": _("Répondez à la petite question.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "fab-court"}),
    )

    def __init__(self, *args: Any, question: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Territory.objects.departments().filter(region__code=settings.FABRIQUE_PERIMETER)
        self.fields["territory"].queryset = departments.order_by("code")  # type: ignore[attr-defined]
        self.fields["territory"].label_from_instance = lambda row: f"{row.code} {row.name}"  # type: ignore[attr-defined]
        self.fields["answer"].label = question


class PasswordForm(forms.Form):
    """A password chosen twice alike; whether it is strong enough, the verb says."""

    password = forms.CharField(
        label=_("Votre mot de passe"),
        help_text=_("Douze caractères au moins. Une suite de mots sans lien entre eux se retient bien."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Choisissez un mot de passe.")},
    )
    again = forms.CharField(
        label=_("Le même, une seconde fois"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Écrivez le mot de passe une seconde fois.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password"), cleaned.get("again")
        if first and second and first != second:
            self.add_error("again", _("Les deux mots de passe ne sont pas les mêmes."))
        return cleaned


class ColleagueForm(forms.Form):
    """Somebody else of the relay."""

    full_name = forms.CharField(
        label=_("Nom de votre collègue"),
        max_length=120,
        error_messages={"required": _("Écrivez le nom de votre collègue.")},
    )
    email = forms.EmailField(
        label=_("Son adresse électronique professionnelle"),
        error_messages={
            "required": _("Écrivez son adresse électronique."),
            "invalid": _("Cette adresse électronique n’est pas complète. Exemple : accueil@mairie.fr"),
        },
    )


class SheetsForm(forms.Form):
    """How many numbered questionnaires to print, in which wording."""

    size = forms.IntegerField(
        label=_("Combien de questionnaires ?"),
        help_text=_("Un par personne, 50 au plus à la fois : chacun a son numéro et son code."),
        min_value=1,
        max_value=50,
        initial=10,
        error_messages={
            "required": _("Écrivez un nombre entre 1 et 50."),
            "invalid": _("Écrivez un nombre entre 1 et 50."),
            "min_value": _("Écrivez un nombre entre 1 et 50."),
            "max_value": _("Écrivez un nombre entre 1 et 50."),
        },
    )
    register = forms.ChoiceField(
        label=_("Dans quels mots ?"),
        choices=[
            (Register.STANDARD, _("En français courant")),
            (Register.EASY_READ, _("En français facile à lire et à comprendre (FALC)")),
        ],
        initial=Register.STANDARD,
        widget=forms.RadioSelect,
    )


class HelpForm(forms.Form):
    """Before writing for somebody: their agreement to be helped, their age, their consent, the wording."""

    agrees = forms.BooleanField(
        label=_("La personne a dit oui : elle veut que je l’aide et que j’écrive pour elle."), required=False
    )
    age = forms.ChoiceField(label=_("Quel âge a la personne ?"), widget=forms.RadioSelect, required=False)
    parent = forms.BooleanField(
        label=_(
            "Elle a moins de 15 ans : un de ses parents, ou la personne responsable, est là et d’accord."
        ),
        required=False,
    )
    register = forms.ChoiceField(
        label=_("Dans quels mots lire les questions ?"),
        choices=[
            ("standard", _("En français courant")),
            ("falc", _("En français facile à lire et à comprendre (FALC)")),
        ],
        initial="standard",
        widget=forms.RadioSelect,
        required=False,
    )
    consent = forms.BooleanField(
        label=_("J’ai lu cette phrase à voix haute, et la personne a dit oui."), required=False
    )

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        minimum = consultation.minimum_age or 0
        age = self.fields["age"]
        age.choices = [(str(least), _said_of(label)) for least, label in age_groups(minimum)]  # type: ignore[attr-defined]
        age.help_text = _("Cette réponse est vérifiée, puis oubliée.")
        self.asks_a_parent = asks_a_parent(minimum)

    @property
    def least_age(self) -> int | None:
        given = self.cleaned_data.get("age", "")
        return int(given) if given else None


def _said_of(label: Any) -> str:
    """The person's own words, as the helper reads them out: « J’ai 15 ans ou plus »."""
    return f"«\u00a0{label}\u00a0»"
