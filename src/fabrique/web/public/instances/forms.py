"""The form of the door: what for, the words, where, age, agreement, and whether to be told. It holds no rule.

Fed by an inhabitant. Feeds councils.services.leave_message through the view.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Body
from fabrique.common.errors import Refused
from fabrique.councils.enums import QuestionKind
from fabrique.councils.services import LONGEST
from fabrique.subscriptions.services import clean_address
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.shared.ages import age_groups

#: what a person does, where the row says what it is
GESTURES = [
    (QuestionKind.QUESTION, _("Poser une question")),
    (QuestionKind.EXPLANATION, _("Demander une explication")),
    (QuestionKind.GOOD_POINT, _("Signaler un bon point")),
    (QuestionKind.BAD_POINT, _("Signaler un mauvais point")),
]


class DoorForm(forms.Form):
    """Everything but the proof, which the page asks for beside."""

    kind = forms.ChoiceField(
        label=_("Que voulez-vous faire ?"),
        choices=GESTURES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez ce que vous voulez faire.")},
    )
    text = forms.CharField(
        label=_("Votre message"),
        help_text=_(
            "Avec vos mots. N’écrivez ni nom, ni adresse, ni téléphone : la réponse vous attend avec votre code."
        ),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": _("Écrivez votre message."),
            "max_length": _("Votre message dépasse 5 000 signes. Raccourcissez-le."),
        },
    )
    territory = forms.ModelChoiceField(
        label=_("Quel département est concerné ?"),
        queryset=Territory.objects.none(),
        required=False,
        empty_label=_("Je ne précise pas"),
    )
    age = forms.ChoiceField(
        label=_("Quel âge avez-vous ?"),
        help_text=_("Nous vérifions l’âge, puis cette réponse est oubliée."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites si vous avez 15 ans ou plus.")},
    )
    parent = forms.BooleanField(
        label=_(
            "J’ai moins de 15 ans : mon père, ma mère ou la personne responsable de moi est d’accord aussi "
            "et coche cette case avec moi."
        ),
        required=False,
    )
    consent = forms.BooleanField(
        label=_(
            "J’accepte que mon message, qui peut parler de santé, soit lu par l’instance et par des agents de "
            "l’agence."
        ),
        error_messages={"required": _("Cochez cette case pour que votre message puisse être lu.")},
    )
    publish_agreed = forms.BooleanField(
        label=_("J’accepte que ma question soit publiée avec sa réponse"),
        help_text=_("Sans nom. Une personne la relit d’abord, et vous pourrez toujours la retirer."),
        required=False,
    )
    email = forms.CharField(
        label=_("Adresse électronique, pour savoir quand la réponse arrive"),
        help_text=_("Elle ne sert qu’à cela. Vous recevrez un lien à ouvrir pour confirmer."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["age"].choices = [  # type: ignore[attr-defined]
            (str(least), label) for least, label in age_groups(0)
        ]
        if body.territory.level == Level.REGION:
            inside = Territory.objects.within(body.territory).departments().order_by("name")
            self.fields["territory"].queryset = inside  # type: ignore[attr-defined]
        else:
            del self.fields["territory"]

    def clean_email(self) -> str:
        typed = self.cleaned_data["email"].strip()
        if not typed:
            return ""
        try:
            return clean_address(typed)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("age") == "0" and not given.get("parent"):
            self.add_error(
                "parent",
                _("Avant 15 ans, l’accord d’un parent ou de la personne responsable de vous est nécessaire."),
            )
        return given
