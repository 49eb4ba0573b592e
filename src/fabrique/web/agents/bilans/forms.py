"""Forms of reviews and snapshots. They hold no rule.

Fed by the agent. Feeds the verbs of plan.services.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Body
from fabrique.plan.enums import DecisionKind, FollowUpState, ReviewKind
from fabrique.plan.models import Plan, Review, Snapshot
from fabrique.territories.models import Territory
from fabrique.web.shared.conflicts import KeptForm

REQUIRED_DATE = {"required": _("Donnez une date."), "invalid": _("Écrivez la date ainsi : 31/12/2026.")}


def day(label: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    """A date in the browser's own control."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=REQUIRED_DATE,
    )


def area(
    label: Any, *, rows: int = 4, required: bool = False, help_text: Any = "", missing: Any = ""
) -> forms.CharField:
    errors = {"required": missing} if missing else {}
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=errors,
    )


class NewReviewForm(forms.Form):
    kind = forms.ChoiceField(label=_("Nature de la revue"), choices=ReviewKind.choices)
    territory = forms.ModelChoiceField(
        label=_("Territoire"),
        queryset=Territory.objects.none(),
        error_messages={"required": _("Choisissez le territoire.")},
        empty_label=_("Choisissez"),
    )
    title = forms.CharField(
        label=_("Titre"), max_length=200, error_messages={"required": _("Donnez un titre à cette revue.")}
    )
    scope = area(_("Ce que la revue examine"), rows=3)
    body = forms.ModelChoiceField(
        label=_("Instance qui examine"),
        queryset=Body.objects.none(),
        required=False,
        empty_label=_("aucune"),
    )

    def __init__(self, *args: Any, plan: Plan, places: list[Territory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = Territory.objects.filter(pk__in=[place.pk for place in places]).order_by("-level", "code")
        self.fields["territory"].queryset = wanted  # type: ignore[attr-defined]
        self.fields["body"].queryset = bodies_of(plan)  # type: ignore[attr-defined]


def bodies_of(plan: Plan) -> Any:
    """The bodies of the plan's territory and of its departments."""
    return Body.objects.current().filter(territory__in=Territory.objects.within(plan.territory))


class ReviewForm(KeptForm):
    title = forms.CharField(label=_("Titre"), max_length=200)
    scope = area(_("Ce que la revue examine"), rows=3)
    body = forms.ModelChoiceField(
        label=_("Instance qui examine"),
        queryset=Body.objects.none(),
        required=False,
        empty_label=_("aucune"),
    )
    summary = area(_("Ce qu’il faut retenir"), rows=6, help_text=_("Ce texte ouvre la page publique."))
    keys_to_success = area(_("Clés de réussite repérées"), rows=3)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies_of(review.plan)  # type: ignore[attr-defined]


class StepForm(forms.Form):
    label = forms.CharField(label=_("Étape"), max_length=300, required=False)
    on = day(_("Du"))
    until = day(_("Au"))
    participants = forms.IntegerField(label=_("Participants"), min_value=0, required=False)
    note = forms.CharField(label=_("Précision"), max_length=500, required=False)


class StepsForm(KeptForm):
    """Beside the rows of the steps: the token of those that the screen showed."""


StepFormSet = forms.formset_factory(StepForm, extra=2, max_num=30)


class PatternForm(forms.Form):
    start = day(_("Premier jour"), required=True)


class SnapshotForm(forms.Form):
    territory = forms.ModelChoiceField(
        label=_("Territoire"), queryset=Territory.objects.none(), empty_label=_("Choisissez")
    )
    label = forms.CharField(
        label=_("Nom de l’instantané"),
        max_length=200,
        help_text=_("Par exemple : « Avant la revue de mars 2027 »."),
        error_messages={"required": _("Donnez un nom à cet instantané.")},
    )

    def __init__(self, *args: Any, places: list[Territory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = Territory.objects.filter(pk__in=[place.pk for place in places]).order_by("-level", "code")
        self.fields["territory"].queryset = wanted  # type: ignore[attr-defined]


class NameForm(forms.Form):
    label = forms.CharField(
        label=_("Nom de l’instantané"),
        max_length=200,
        error_messages={"required": _("Donnez un nom à cet instantané.")},
    )


class ChooseForm(forms.Form):
    snapshot: Any = forms.ModelChoiceField(
        label=_("Instantané"),
        queryset=Snapshot.objects.none(),
        error_messages={"required": _("Choisissez un instantané.")},
        empty_label=_("Choisissez"),
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Snapshot.objects.light().filter(plan=review.plan, territory=review.territory)
        self.fields["snapshot"].queryset = found.order_by("-number")  # type: ignore[attr-defined]


class HoldForm(forms.Form):
    on = day(_("Jour où la revue s’est tenue"), required=True)


class DecisionForm(KeptForm):
    """One row of the screen of decisions; an empty decision leaves the action undecided."""

    kind = forms.ChoiceField(
        label=_("Décision"), choices=[("", _("à décider")), *DecisionKind.choices], required=False
    )
    reason = area(_("Raison"), rows=2)
    to_do = area(_("Ce qu’il faut faire"), rows=2)
    owner = forms.CharField(
        label=_("Qui s’en charge"),
        max_length=200,
        required=False,
        help_text=_("Une fonction ou un service, pas un nom : c’est publié."),
    )
    due_on = day(_("Pour le"))


class FollowUpForm(KeptForm):
    state = forms.ChoiceField(label=_("Suite donnée"), choices=FollowUpState.choices)
    note = area(
        _("Précision"),
        rows=3,
        help_text=_("Elle sera publiée. Une suite abandonnée dit toujours pourquoi."),
    )
