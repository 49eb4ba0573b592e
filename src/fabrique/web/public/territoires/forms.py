"""Choices of the room: two territories to compare, an indicator and the order in which territories are put.

Fed by the query string (GET: an address that one can keep and send). Feeds the views of comparison and inequalities.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fabrique.restitution.services.territories import territories_of
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

Choices = list[tuple[str, Any]]


def key_of(territory: Territory) -> str:
    """« departement-48 »: how a territory stands in an address."""
    return f"{territory.level}-{territory.code}"


class PairForm(forms.Form):
    """Two different territories of the region."""

    a = forms.ChoiceField(label=gettext_lazy("Premier territoire"))
    b = forms.ChoiceField(label=gettext_lazy("Second territoire"))

    def __init__(self, *args: Any, region: Territory, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [
            (_("Départements"), territories_of(region, Level.DEPARTMENT)),
            (_("Intercommunalités"), territories_of(region, Level.EPCI)),
        ]
        self.places = {key_of(one): one for _name, members in groups for one in members}
        choices: Choices = [("", _("Choisissez un territoire"))]
        choices += [(name, [(key_of(one), one.name) for one in members]) for name, members in groups]
        for name in ("a", "b"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
            field.error_messages = {
                "required": _("Choisissez un territoire dans la liste."),
                "invalid_choice": _("Ce territoire n’est pas dans la région. Choisissez-le dans la liste."),
            }

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, Any] = super().clean() or {}
        if chosen.get("a") and chosen.get("a") == chosen.get("b"):
            self.add_error("b", _("Choisissez un second territoire, différent du premier."))
        return chosen

    def territories(self) -> tuple[Territory, Territory]:
        """The two, once the form is valid."""
        return self.places[self.cleaned_data["a"]], self.places[self.cleaned_data["b"]]


class GradientForm(forms.Form):
    """An indicator, and what puts the departments in order."""

    indicateur = forms.ChoiceField(label=gettext_lazy("Indicateur"))
    classement = forms.ChoiceField(label=gettext_lazy("Groupes faits selon"), required=False)

    def __init__(self, *args: Any, indicators: Choices, rankings: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("indicateur", indicators), ("classement", rankings)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
            field.error_messages["invalid_choice"] = _("Choisissez dans la liste.")


class MeansForm(GradientForm):
    """The need that delivery is held against, a year, and an objective or the whole plan."""

    annee = forms.ChoiceField(label=gettext_lazy("Année"), required=False)
    objectif = forms.ChoiceField(label=gettext_lazy("Objectif du plan"), required=False)

    def __init__(self, *args: Any, years: Choices, objectives: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicateur"].label = _("Besoin mesuré par")
        for name, choices in (("annee", years), ("objectif", objectives)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
            field.error_messages["invalid_choice"] = _("Choisissez dans la liste.")
