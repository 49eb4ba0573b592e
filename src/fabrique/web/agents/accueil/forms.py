"""A form with one field of each kind, for the catalogue of components.

Fed by the reader of /agents/composants/. Feeds nothing: it is never stored.
"""

from django import forms
from django.utils.translation import gettext_lazy as _


class ShowcaseForm(forms.Form):
    court = forms.CharField(label=_("Texte court"), help_text=_("Une ligne suffit."))
    long = forms.CharField(label=_("Texte long"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    courriel = forms.EmailField(
        label=_("Adresse électronique"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    entier = forms.IntegerField(label=_("Nombre"), min_value=0, max_value=120)
    menu = forms.ChoiceField(label=_("Liste"), choices=[("", _("Choisir")), ("a", "Ariège"), ("b", "Lot")])
    unique = forms.ChoiceField(
        label=_("Un seul choix"), choices=[("oui", _("Oui")), ("non", _("Non"))], widget=forms.RadioSelect
    )
    plusieurs = forms.MultipleChoiceField(
        label=_("Plusieurs choix"),
        help_text=_("Trois au plus."),
        choices=[("delais", _("Les délais")), ("distance", _("La distance")), ("prix", _("Le prix"))],
        widget=forms.CheckboxSelectMultiple,
    )
    accord = forms.BooleanField(
        label=_("J’ai lu la notice"), help_text=_("La case n’est jamais cochée d’avance.")
    )
