"""Forms of the room of analyses: launching a run, deciding on a theme, approving a quote.

Fed by what the agent types. Feeds the verbs of analysis.services, which hold every rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.analysis.enums import DiscardReason, ThemeState
from fabrique.analysis.models import Theme
from fabrique.contributions.models import Source, SourceQuestion

GONE = (ThemeState.MERGED, ThemeState.DISCARDED)


class RunForm(forms.Form):
    """Parameters of a run: what they change is said in words."""

    encoder = forms.ChoiceField(
        label=_("Comparaison des idées"),
        choices=[
            ("auto", _("Selon le sens (conseillé)")),
            ("lexical", _("Selon les mots seulement, plus rapide")),
        ],
        initial="auto",
        help_text=_("« Selon le sens » rapproche deux phrases qui disent la même chose avec d’autres mots."),
    )
    seed = forms.IntegerField(
        label=_("Graine du tirage"),
        initial=2023,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_(
            "Avec la même graine et le même corpus, le résultat est le même. Gardez-la sauf raison précise."
        ),
    )


class GatherForm(forms.Form):
    """Sources to gather, whole programmes at once, and for each source the questions to keep (none: all)."""

    label = forms.CharField(
        label=_("Nom du corpus commun"),
        max_length=200,
        help_text=_(
            "Il titrera l’analyse et la page publique. Par exemple : « Accès aux soins, toutes les voix »."
        ),
    )
    sources = forms.MultipleChoiceField(required=False)
    programmes = forms.MultipleChoiceField(required=False)
    questions = forms.MultipleChoiceField(required=False)

    def __init__(
        self,
        *args: Any,
        sources: Sequence[Source],
        programmes: Sequence[Any],
        questions: Mapping[int, Sequence[SourceQuestion]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = questions
        _fill(self.fields["sources"], [(source.public_id, source.label) for source in sources])
        _fill(self.fields["programmes"], [(one.public_id, one.title) for one in programmes])
        keys = [f"{source.public_id}:{one.key}" for source in sources for one in questions[source.pk]]
        _fill(self.fields["questions"], [(key, key) for key in keys])

    def ticked(self, name: str) -> set[str]:
        """What is ticked now: typed, or as it was before."""
        return set(self[name].value() or [])

    def questions_of(self, source: Source) -> tuple[str, ...]:
        """The questions of a source that were ticked."""
        start = f"{source.public_id}:"
        return tuple(
            key.removeprefix(start) for key in self.cleaned_data["questions"] if key.startswith(start)
        )


class _Versioned(forms.Form):
    """Carries the version of the theme that the agent was reading."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class AcceptForm(_Versioned):
    label = forms.CharField(
        label=_("Intitulé du thème"),
        max_length=200,
        help_text=_("Des mots simples, tels qu’ils seront publiés."),
    )
    keep_label = forms.BooleanField(label=_("Garder l’intitulé du programme"), required=False)
    description = forms.CharField(
        label=_("Ce que le thème regroupe"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class DiscardForm(_Versioned):
    reason = forms.ChoiceField(
        label=_("Motif"), choices=[("", _("Choisissez un motif")), *DiscardReason.choices]
    )


class MergeForm(_Versioned):
    into = forms.ChoiceField(label=_("Fusionner dans"))

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [t for t in Theme.objects.tree_of(theme.run) if t.pk != theme.pk and t.state not in GONE]
        _fill(
            self.fields["into"],
            [("", _("Choisissez un thème")), *[(t.public_id, _indented(t)) for t in others]],
        )


class MoveForm(_Versioned):
    parent = forms.ChoiceField(label=_("Placer sous"), required=False)

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tops = Theme.objects.filter(run=theme.run, parent=None).exclude(pk=theme.pk).exclude(state__in=GONE)
        choices = [(top.public_id, top.label) for top in tops.order_by("position")]
        _fill(self.fields["parent"], [("", _("Premier niveau")), *choices])
        self.initial.setdefault("parent", theme.parent.public_id if theme.parent else "")


class UndoForm(_Versioned):
    pass


class QuoteForm(forms.Form):
    contribution = forms.CharField(max_length=12)
    start = forms.IntegerField(min_value=0)
    end = forms.IntegerField(min_value=1)


def _fill(field: forms.Field, choices: list[tuple[Any, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


def _indented(theme: Any) -> str:
    return f"{'— ' * theme.depth}{theme.label}"
