"""The fields and forms that this room shares: French numbers, days, a form that knows what it showed.

Fed by what leads type. Feeds forms.py, quick_forms.py and line_forms.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from fabrique.plan.models import Action
from fabrique.plan.services.sheets.columns import Unreadable, decimal_of
from fabrique.plan.services.sheets.files import french_number


def area(label: Any, rows: int = 3, help_text: Any = "", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Amount(forms.CharField):
    """A number as the French write it (« 1 250,50 »); empty is not known, never zero."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return french_number(value) if isinstance(value, int | float | Decimal) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return decimal_of(text)
        except Unreadable as error:
            raise ValidationError(str(error)) from error


class Measure(Amount):
    """The same, as a float: what indicators hold."""

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else float(number)


class RoomForm(forms.Form):
    """A form that carries the revision of what it showed, so that a lost update is seen."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """{field: value} for the verb, without the revision."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}

    def differences(self, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What somebody else stored where this form holds something else: label, stored text."""
        found = []
        for field in self.visible_fields():
            theirs = shown(field.field, stored.get(field.name))
            if theirs != shown(field.field, self.cleaned_data.get(field.name)):
                found.append({"label": field.label, "texte": theirs})
        return found


#: what stops an action, and the decision that it waits for
BLOCKING = ("blocking", "decision_needed", "decision_from", "decision_by")


class BlockingFields(forms.Form):
    """What stops an action and the decision awaited; one tick takes it all away once nothing stops it."""

    lifted = forms.BooleanField(
        label=_("L’action n’est plus bloquée"),
        required=False,
        help_text=_("Efface ce qui la bloquait et la décision attendue."),
    )
    blocking = area(_("Ce qui bloque l’action"), 3, _("Vide : rien ne la bloque."))
    decision_needed = area(_("Décision attendue"), 2)
    decision_from = forms.CharField(
        label=_("De qui"), required=False, max_length=200, help_text=_("Une fonction ou un service.")
    )
    decision_by = forms.DateField(label=_("Pour le"), required=False, widget=Day())

    def only_blocked(self, action: Action) -> None:
        """Nothing to lift on an action that nothing blocks."""
        if not action.blocking:
            del self.fields["lifted"]

    def said(self) -> dict[str, Any]:
        """The four fields for the verb, empty once lifted."""
        if self.cleaned_data.get("lifted"):
            return {**dict.fromkeys(BLOCKING, ""), "decision_by": None}
        return {name: self.cleaned_data[name] for name in BLOCKING}


def blocking_of(action: Action) -> dict[str, Any]:
    """What the sheet holds of it."""
    return {name: getattr(action, name) for name in BLOCKING}


def shown(field: forms.Field, value: Any) -> str:
    """A stored value as a person reads it: the words of a choice, a date, several names."""
    if value is None:
        return ""
    if isinstance(value, str | list) and not hasattr(field, "queryset"):
        words = dict(getattr(field, "choices", ()))
        if isinstance(value, list):
            return ", ".join(sorted(str(words.get(one, one)) for one in value))
        value = str(words.get(value, value))
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return french_number(value)
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        return ", ".join(sorted(str(one) for one in value))
    return str(value).replace("\r\n", "\n").strip()
