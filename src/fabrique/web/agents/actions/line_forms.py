"""The lists of a sheet as rows to fill: milestones, money, people reached, reasoning, partners.

Fed by the stored lines. Feeds plan.services.lists; an emptied row is taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.common.clock import today
from fabrique.plan.enums import FunderKind, LogicStage, MilestoneState, PartnerRole
from fabrique.plan.models import Action
from fabrique.plan.services import budget, lists
from fabrique.territories.models import Territory
from fabrique.web.agents.actions.fields import Amount, Day, area
from fabrique.web.agents.actions.forms import places_in


def year_field() -> forms.IntegerField:
    return forms.IntegerField(label=_("Année"), required=False, min_value=2000, max_value=2100)


class LineForm(forms.Form):
    """One row; `filled` says by which field a row holds something."""

    filled = ""

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action

    def holds(self) -> bool:
        return bool(self.cleaned_data.get(self.filled))


class MilestoneLine(LineForm):
    filled = "label"
    public_id = forms.CharField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Jalon"), required=False, max_length=300)
    due_on = forms.DateField(label=_("Prévu le"), required=False, widget=Day())
    state = forms.ChoiceField(
        label=_("État"), required=False, choices=MilestoneState.choices, initial=MilestoneState.DUE
    )
    done_on = forms.DateField(label=_("Fait le"), required=False, widget=Day())
    note = forms.CharField(label=_("Précision, ou raison de l’abandon"), required=False, max_length=1000)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("public_id") and not cleaned.get("label") and "label" not in self.errors:
            self.add_error("label", _("Un jalon ne s’efface pas : choisissez l’état « abandonné »."))
        return cleaned


class BudgetLineForm(LineForm):
    filled = "year"
    year = year_field()
    funder = forms.ChoiceField(
        label=_("Financeur"), required=False, choices=FunderKind.choices, initial=FunderKind.FIR
    )
    funder_name = forms.CharField(label=_("Nom du financeur"), required=False, max_length=200)
    planned = Amount(label=_("Prévu (€)"))
    committed = Amount(label=_("Engagé (€)"))
    spent = Amount(label=_("Dépensé (€)"))


class ReachLine(LineForm):
    filled = "year"
    territory = forms.ModelChoiceField(
        label=_("Lieu"),
        required=False,
        queryset=Territory.objects.none(),
        empty_label=_("Choisissez"),
    )
    year = year_field()
    people = forms.IntegerField(label=_("Personnes touchées"), required=False, min_value=0)
    means = Amount(label=_("Moyens consacrés (€)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole = Territory.objects.filter(pk=self.action.territory_id)
        field: Any = self.fields["territory"]
        field.queryset = whole | Territory.objects.filter(
            pk__in=places_in(self.action.territory).order_by().values("pk")
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("year"):
            for name in ("territory", "people"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, _("À remplir pour cette année."))
        return cleaned


class LogicLine(LineForm):
    filled = "text"
    stage = forms.ChoiceField(label=_("Étage"), required=False, choices=LogicStage.choices)
    text = area(_("Contenu"), 2)
    assumption = area(_("Hypothèse de la flèche qui y mène"), 2, _("Rien pour les ressources."))


class PartnerLine(LineForm):
    filled = "organisation"
    organisation = forms.CharField(label=_("Organisme"), required=False, max_length=200)
    role = forms.ChoiceField(
        label=_("Rôle"), required=False, choices=PartnerRole.choices, initial=PartnerRole.PARTNER
    )


@dataclass(frozen=True)
class Lines:
    """One list of a sheet: its screen's words, its rows, what writes it."""

    section: str
    title: Any
    help: Any
    legend: Any
    form: type[LineForm]
    rows: Callable[[Action], list[dict[str, Any]]]
    verb: Callable[..., Any]
    extra: int = 2


def _milestones(action: Action) -> list[dict[str, Any]]:
    names = ("public_id", "label", "due_on", "state", "done_on", "note")
    return [{name: getattr(one, name) for name in names} for one in action.milestones.all()]


def _budget(action: Action) -> list[dict[str, Any]]:
    names = ("year", "funder", "funder_name", *budget.AMOUNTS)
    return [{name: getattr(one, name) for name in names} for one in action.budget.all()] or [
        {"year": today().year, "funder": FunderKind.FIR}
    ]


def _reach(action: Action) -> list[dict[str, Any]]:
    names = ("territory", "year", "people", "means")
    return [{name: getattr(one, name) for name in names} for one in action.reach.all()]


def _logic(action: Action) -> list[dict[str, Any]]:
    """The stored steps, and an empty row for each stage that has none."""
    held = [
        {"stage": one.stage, "text": one.text, "assumption": one.assumption} for one in action.logic.all()
    ]
    stages = {one["stage"] for one in held}
    missing = [{"stage": stage} for stage in LogicStage.values if stage not in stages]
    order = list(LogicStage.values)
    return sorted(held + missing, key=lambda row: order.index(row["stage"]))


def _partners(action: Action) -> list[dict[str, Any]]:
    return [{"organisation": one.organisation.name, "role": one.role} for one in action.partners.all()]


def _set_logic(actor: Any, *, action: Action, rows: Any, revision: int | None) -> Any:
    return budget.set_logic(actor, action=action, steps=rows, revision=revision) or True


MILESTONES = Lines(
    "jalons",
    _("Jalons"),
    _(
        "Une ligne par étape du calendrier. Un jalon ne s’efface pas : il est fait, ou abandonné avec la raison."
    ),
    _("Jalon"),
    MilestoneLine,
    _milestones,
    lists.set_milestones,
)
BUDGET = Lines(
    "budget",
    _("Budget"),
    _(
        "Une ligne par année et par financeur, en euros. Un montant vide est « non connu » : ce n’est pas un zéro. "
        "Vider l’année retire la ligne."
    ),
    _("Ligne"),
    BudgetLineForm,
    _budget,
    lists.set_budget,
)
REACH = Lines(
    "portee",
    _("Personnes touchées"),
    _(
        "Une ligne par lieu et par année. C’est ce qui dit si les moyens suivent le besoin. "
        "Vider l’année retire la ligne."
    ),
    _("Ligne"),
    ReachLine,
    _reach,
    lists.set_reaches,
)
LOGIC = Lines(
    "logique",
    _("Modèle logique"),
    _(
        "Des ressources à l’impact. À chaque étage, l’hypothèse dit ce qui doit être vrai pour que l’étage d’avant "
        "y mène. Vider un contenu retire la ligne."
    ),
    _("Étape"),
    LogicLine,
    _logic,
    _set_logic,
    1,
)
PARTNERS = Lines(
    "partenaires",
    _("Partenaires"),
    _("Un organisme déjà connu est repris, un autre est ajouté à la liste. Vider un nom retire la ligne."),
    _("Partenaire"),
    PartnerLine,
    _partners,
    lists.set_partners,
)
