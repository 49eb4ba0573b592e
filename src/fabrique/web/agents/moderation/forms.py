"""What an agent answers in the room of moderation: a decision, a contest, an alert, a ground, a named contact.

Fed by contributions' enums and rows. Feeds views.py and views_settings.py.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import User
from fabrique.contributions.enums import AlertOutcome, Moderation
from fabrique.contributions.models import Source
from fabrique.territories.models import Territory


class SourceForm(forms.Form):
    """Which corpus is read; all of them by default."""

    source = forms.ChoiceField(label=_("Corpus"), required=False)

    def __init__(self, *args: Any, sources: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Tous")), *((str(one.public_id), one.label) for one in sources)]


class DecisionForm(forms.Form):
    """Read, or hidden with a ground; the verb checks the ground."""

    etat = forms.ChoiceField(choices=[(Moderation.READ, ""), (Moderation.HIDDEN, "")])
    motif = forms.SlugField(required=False, max_length=40)
    retour = forms.CharField(required=False, max_length=200)


class ContestForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Votre décision"),
        choices=[
            ("maintenir", _("Maintenir : le texte reste écarté de la publication")),
            ("lever", _("Lever : le texte peut de nouveau être publié")),
        ],
        widget=forms.RadioSelect,
    )
    reponse = forms.CharField(
        label=_("Votre réponse"),
        help_text=_("La personne la lira avec son code. Dites pourquoi, simplement."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AlertForm(forms.Form):
    suite = forms.ChoiceField(
        label=_("Ce qui a été fait"), choices=AlertOutcome.choices, widget=forms.RadioSelect
    )


class ReasonForm(forms.Form):
    """A ground; whether its texts stay counted is chosen once."""

    libelle = forms.CharField(label=_("Motif"), max_length=120)
    regle = forms.CharField(
        label=_("Règle que le public lira"), max_length=600, widget=forms.Textarea(attrs={"rows": 3})
    )
    compte = forms.BooleanField(
        label=_("Un texte écarté pour ce motif reste compté dans les résultats"), required=False, initial=True
    )


class ReasonEditForm(ReasonForm):
    compte = None  # type: ignore[assignment]
    actif = forms.BooleanField(label=_("Proposé aux agents"), required=False)


class ContactForm(forms.Form):
    """Who receives the alerts of a territory."""

    territoire = forms.ModelChoiceField(
        label=_("Territoire"),
        queryset=Territory.objects.none(),
        empty_label=_("Choisissez un territoire"),
    )
    personne = forms.ModelChoiceField(
        label=_("Agent désigné"),
        help_text=_("Un modérateur ou un analyste de ce territoire. Il reçoit un courriel à chaque alerte."),
        queryset=User.objects.none(),
        empty_label=_("Choisissez une personne"),
    )

    def __init__(self, *args: Any, territories: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("territoire", territories),
            ("personne", User.objects.holding(RoleCode.MODERATOR, RoleCode.ANALYST)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows


def sources_of(actor: Any) -> Any:
    """The corpora that the agent may read, the newest first."""
    return Source.objects.visible_to(actor).order_by("-pk")
