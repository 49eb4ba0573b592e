"""Forms of the room: a call, an import, a decision. They hold no rule.

Fed by the agent. Feeds the verbs of written.services.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import OrganisationKind
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.written.enums import RefusalReason


class _Instant(forms.DateTimeInput):
    """The browser's own date-and-time control, in the instance's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class NewCallForm(forms.Form):
    title = forms.CharField(
        label=_("Titre"), max_length=200, error_messages={"required": _("Donnez un titre à cet appel.")}
    )
    perimeter = forms.ModelChoiceField(
        label=_("Périmètre"),
        queryset=Territory.objects.none(),
        error_messages={"required": _("Choisissez le périmètre de l’appel.")},
    )
    presentation = forms.CharField(
        label=_("Présentation"),
        required=False,
        help_text=_("Ce que vous demandez, pourquoi, qui lira, et quand vous direz ce qui est retenu."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [Level.REGION, Level.DEPARTMENT]
        found = Territory.objects.filter(level__in=levels).order_by("-level", "name")
        self.fields["perimeter"].queryset = found  # type: ignore[attr-defined]


class CallForm(forms.Form):
    title = forms.CharField(label=_("Titre"), max_length=200, required=False)
    presentation = forms.CharField(
        label=_("Présentation"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    opens_at = forms.DateTimeField(label=_("Ouverture"), required=False, widget=_Instant())
    closes_at = forms.DateTimeField(
        label=_("Clôture"), required=False, widget=_Instant(), help_text=_("La dernière minute est comprise.")
    )

    def __init__(self, *args: Any, opened: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if opened:
            self.fields["title"].disabled = self.fields["opens_at"].disabled = True


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("Courriel (.eml), boîte aux lettres (.mbox), PDF, Word, LibreOffice ou texte."),
        widget=forms.FileInput(attrs={"accept": ".eml,.mbox,.pdf,.docx,.odt,.txt"}),
        error_messages={
            "required": _("Choisissez un fichier."),
            "empty": _("Ce fichier est vide. Vérifiez que c’est le bon, puis envoyez-le de nouveau."),
        },
    )
    organisation = forms.CharField(
        label=_("Organisme"),
        required=False,
        max_length=200,
        help_text=_(
            "Pour un document seul. D’un courriel, c’est le nom de l’expéditeur, que vous corrigerez."
        ),
    )
    acknowledged = forms.BooleanField(
        label=_("Envoyer un accusé de réception à l’expéditeur du courriel"), required=False
    )


class AcceptForm(forms.Form):
    name = forms.CharField(
        label=_("Nom de l’organisme"),
        max_length=200,
        error_messages={"required": _("Écrivez le nom de l’organisme.")},
    )
    kind = forms.ChoiceField(label=_("Nature"), choices=OrganisationKind.choices)
    territory = forms.ModelChoiceField(label=_("Territoire"), queryset=Territory.objects.none())
    title = forms.CharField(label=_("Titre montré"), max_length=200)

    def __init__(self, *args: Any, perimeter: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Territory.objects.within(perimeter).filter(level__in=[Level.REGION, Level.DEPARTMENT])
        self.fields["territory"].queryset = found.order_by("-level", "name")  # type: ignore[attr-defined]


class RefuseForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Motif"),
        choices=[("", _("À choisir")), *RefusalReason.choices],
        error_messages={"required": _("Choisissez le motif pour lequel cette contribution est écartée.")},
    )
