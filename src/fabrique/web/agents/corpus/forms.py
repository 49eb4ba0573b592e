"""The filter of the corpus screen and the decision on one text.

Fed by what the corpus holds. Feeds corpus/views.py.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.contributions.enums import Channel, Moderation
from fabrique.contributions.models import Source
from fabrique.territories.models import Territory

NOWHERE = "aucun"


class CorpusFilter(forms.Form):
    """Everything optional; several criteria all hold."""

    q = forms.CharField(label=_("Mots cherchés"), required=False, max_length=200)
    question = forms.ChoiceField(label=_("Question"), required=False)
    departement = forms.ChoiceField(label=_("Département"), required=False)
    canal = forms.ChoiceField(label=_("Canal"), required=False)
    etat = forms.ChoiceField(label=_("Modération"), required=False)

    def __init__(self, *args: Any, source: Source, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = source.questions.filter(contributions__isnull=False).distinct()
        self._choices("question", [(question.key, question.wording) for question in asked])
        met = Territory.objects.filter(
            pk__in=source.participations.exclude(department=None).values("department")
        ).order_by("code")
        places = [(place.code, place.name) for place in met]
        self._choices("departement", [*places, (NOWHERE, _("non renseigné"))])
        self._choices("canal", list(Channel.choices))
        self._choices("etat", list(Moderation.choices))

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Tous")), *choices]

    def applied(self, rows: Any) -> Any:
        """The contributions that answer the filter; a value that does not exist finds nothing."""
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        if given["q"]:
            rows = rows.search(given["q"])
        if given["question"]:
            rows = rows.filter(question__key=given["question"])
        if given["departement"] == NOWHERE:
            rows = rows.filter(participation__department=None)
        elif given["departement"]:
            rows = rows.filter(participation__department__code=given["departement"])
        if given["canal"]:
            rows = rows.filter(participation__channel=given["canal"])
        return rows.filter(moderation=given["etat"]) if given["etat"] else rows


class ModerationForm(forms.Form):
    """One of the three states, with a motive where the text is hidden."""

    etat = forms.ChoiceField(choices=Moderation.choices)
    # the verb checks that the ground is one of the instance's
    motif = forms.SlugField(required=False, max_length=40)
    retour = forms.CharField(required=False, max_length=600)
