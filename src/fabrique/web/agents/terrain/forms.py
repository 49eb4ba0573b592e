"""A device to add, slips to print, a form to receive.

Fed by the territories and the relays of the agent. Feeds views.py.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Organisation
from fabrique.territories.models import Territory

#: slips of one print, eight a page
MOST_SLIPS = 400


class DeviceForm(forms.Form):
    nom = forms.CharField(
        label=_("Nom de l’appareil"), help_text=_("Par exemple : tablette 2, Maison de santé."), max_length=80
    )
    territoire = forms.ModelChoiceField(
        label=_("Où il sert"),
        help_text=_("L’appareil voit les consultations ouvertes dans ce territoire."),
        queryset=Territory.objects.none(),
        empty_label=_("Choisissez un territoire"),
    )
    relais = forms.ModelChoiceField(
        label=_("Relais"),
        help_text=_("L’organisme dont les médiateurs tiennent l’appareil, s’il y en a un."),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("Aucun relais"),
    )

    def __init__(self, *args: Any, territories: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("territoire", territories), ("relais", Organisation.objects.order_by("name"))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows


class SlipsForm(forms.Form):
    nombre = forms.IntegerField(label=_("Nombre de tickets"), min_value=1, max_value=MOST_SLIPS, initial=40)


class ReceiveForm(forms.Form):
    fichier = forms.FileField(label=_("Formulaire XLSForm (fichier .xlsx)"))
    essai = forms.BooleanField(label=_("Seulement voir ce que cela donnerait"), required=False, initial=True)
