"""A form that does not erase what somebody else wrote meanwhile: it carries the hash of what it showed.

Fed by common.conflicts and the refusals of the verbs. Feeds the rooms of reviews and of bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.common.conflicts import token_of
from fabrique.common.errors import Refused


class KeptForm(forms.Form):
    """`expected` goes back to the verb; after a conflict, `conflit` lists what stands: [{label, texte}]."""

    expected = forms.CharField(required=False, widget=forms.HiddenInput)
    conflit: list[dict[str, Any]] | None = None

    def keep_over(self, refusal: Refused) -> None:
        """Show what stands beside what was typed, and take its hash: saving again is then a decision."""
        if refusal.code != "edit.conflict":
            return
        present: Any = refusal.params["present"]
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("expected")] = token_of(present)
        self.data = data
        self.conflit = [
            {"label": field.label, "texte": _said(field.field, present[field.name])}
            for field in self.visible_fields()
            if field.name in present and _said(field.field, present[field.name]) != self._typed(field)
        ]

    def _typed(self, field: Any) -> str:
        return _said(field.field, self.cleaned_data.get(field.name))


def shown(values: Mapping[str, Any]) -> dict[str, Any]:
    """The initial values of a KeptForm: those stored, with their hash."""
    return {**values, "expected": token_of(values)}


def _said(field: forms.Field, value: Any) -> str:
    """A stored or typed value as one reads it: the label of a choice, a French date, line ends alike."""
    if isinstance(field, forms.BooleanField):
        return _("oui") if value else _("non")
    if value in (None, "", []):
        return ""
    if isinstance(field, forms.ModelMultipleChoiceField):
        rows: Any = field.queryset
        return " ; ".join(str(one) for one in rows.filter(pk__in=[getattr(one, "pk", one) for one in value]))
    if isinstance(field, forms.ModelChoiceField):
        found = field.queryset.filter(pk=getattr(value, "pk", value)).first() if field.queryset else None
        return str(found or "")
    if isinstance(field, forms.ChoiceField):
        labels = dict(_choices(field.choices))
        several = value if isinstance(value, list) else [value]
        return " ; ".join(str(labels.get(one, one)) for one in several)
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M")
    if hasattr(value, "strftime"):
        return str(value.strftime("%d/%m/%Y"))
    return str(value).replace("\r\n", "\n").strip()


def _choices(choices: Any) -> Iterator[tuple[Any, Any]]:
    """The choices of a list, those of its groups included."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label
