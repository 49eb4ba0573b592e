"""Forms of the observatory's room: a file to send, a definition to write, what to show of a list.

Fed by what the agent types. Feeds the verbs of observatory.services, which hold every rule.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from fabrique.observatory.enums import Direction, Unit
from fabrique.observatory.models import DefinitionVersion
from fabrique.observatory.services import Definition
from fabrique.observatory.services.definitions import OF_INDICATOR, OF_VERSION
from fabrique.territories.enums import Level

_LEVELS = (Level.COUNTRY, Level.REGION, Level.DEPARTMENT, Level.EPCI, Level.COMMUNE)


class UploadForm(forms.Form):
    """A file of values, or an official file."""

    file = forms.FileField(label=_("Fichier CSV"), max_length=200)
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _gettext("CSV, %(limit)s Mo au plus.") % {
            "limit": settings.FABRIQUE_UPLOAD_MB
        }
        self.initial.setdefault("token", get_random_string(32))


class DefinitionsFileForm(forms.Form):
    """A file of definitions."""

    file = forms.FileField(label=_("Fichier de définitions"), max_length=200, help_text=_("CSV ou YAML."))


class ListFilter(forms.Form):
    """Which indicators to list."""

    theme = forms.ChoiceField(label=_("Thème"), required=False)
    mots = forms.CharField(label=_("Mot du libellé"), required=False, max_length=80)

    def __init__(self, *args: Any, themes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("tous les thèmes")), *((one, one) for one in themes if one)]
        self.fields["theme"].choices = choices  # type: ignore[attr-defined]


class ValuesFilter(forms.Form):
    """Which values of an indicator to show."""

    niveau = forms.ChoiceField(
        label=_("Niveau"),
        required=False,
        choices=[("", _("tous les niveaux")), *((one.value, one.label) for one in _LEVELS)],
    )
    territoire = forms.CharField(label=_("Territoire (début du nom)"), required=False, max_length=60)
    periode = forms.ChoiceField(label=_("Période"), required=False)

    def __init__(self, *args: Any, periods: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("toutes les périodes")), *((one, one) for one in periods)]
        self.fields["periode"].choices = choices  # type: ignore[attr-defined]


class VersionForm(forms.Form):
    """How an indicator is measured from now on."""

    source_name = forms.CharField(
        label=_("Source"), max_length=250, help_text=_("Telle qu’elle sera citée sous chaque chiffre.")
    )
    producer = forms.CharField(label=_("Producteur"), max_length=150, required=False)
    source_url = forms.URLField(
        label=_("Adresse de la source"), max_length=300, required=False, assume_scheme="https"
    )
    licence = forms.CharField(label=_("Licence"), max_length=120, required=False)
    method = forms.CharField(label=_("Méthode"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    formula = forms.CharField(
        label=_("Formule en toutes lettres"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    numerator_words = forms.CharField(label=_("Numérateur"), max_length=250, required=False)
    denominator_words = forms.CharField(label=_("Dénominateur"), max_length=250, required=False)
    valid_from = forms.DateField(
        label=_("Valable à partir du"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Laissez vide si la méthode n’a pas de date de début."),
    )

    def definition(self, version: DefinitionVersion) -> Definition:
        """The definition that this makes of an existing indicator."""
        kept = {name: getattr(version.definition, name) for name in OF_INDICATOR}
        said = {name: self.cleaned_data[name] for name in OF_VERSION}
        return Definition(code=version.definition.code, **kept, **said)


class IndicatorForm(VersionForm):
    """A new indicator, with the first version of its definition."""

    code = forms.SlugField(
        label=_("Code"),
        max_length=80,
        help_text=_(
            "Lettres sans accent, chiffres, « _ » et « - ». Il ne change plus : les fichiers l’emploient."
        ),
    )
    label = forms.CharField(label=_("Libellé"), max_length=250)
    theme = forms.CharField(label=_("Thème"), max_length=80, required=False)
    unit = forms.ChoiceField(
        label=_("Unité"), choices=Unit, help_text=_("Elle ne change plus : deux unités ne se comparent pas.")
    )
    unit_words = forms.CharField(
        label=_("Unité en toutes lettres"),
        max_length=80,
        required=False,
        help_text=_("Par exemple « enfants par femme »."),
    )
    direction = forms.ChoiceField(label=_("Sens souhaité"), choices=Direction, initial=Direction.NONE)
    counts_persons = forms.BooleanField(
        label=_("Cet indicateur compte des personnes : sous onze, la valeur est masquée"),
        required=False,
        initial=True,
    )
    decimals = forms.IntegerField(label=_("Décimales affichées"), min_value=0, max_value=4, initial=1)
    description = forms.CharField(
        label=_("Ce que l’indicateur dit, en une phrase"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = (
        "code", "label", "theme", "description", "unit", "unit_words", "direction", "counts_persons", "decimals",
    )  # fmt: skip

    def new_definition(self) -> Definition:
        """The definition typed."""
        return Definition(**{name: self.cleaned_data[name] for name in ("code", *OF_INDICATOR, *OF_VERSION)})
