"""Forms of a sheet: its texts, what blocks it, its copy, an indicator, a value; the list's filters and bulk change.

Fed by the agent and by the stored values. Feeds the verbs of plan.services; they hold no rule.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import RoleCode
from fabrique.accounts.models import Role, User
from fabrique.common.clock import today
from fabrique.common.registry import rights
from fabrique.plan.enums import (
    ActionStage,
    CrossMark,
    Direction,
    FunderKind,
    IndicatorKind,
    Universalism,
    Weather,
)
from fabrique.plan.models import Action, Objective, Plan, TargetPublic
from fabrique.plan.services.actions import SHEET_FIELDS
from fabrique.plan.services.indicators import INDICATOR_FIELDS
from fabrique.plan.services.writing import EDIT
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.agents.actions.fields import BLOCKING, BlockingFields, Day, Measure, RoomForm, area
from fabrique.web.agents.actions.trajectories import read_trajectory
from fabrique.web.templatetags.francais import typo


def leads_of(territory: Territory) -> QuerySet[Any]:
    """Those who may be the lead of an action there."""
    around = [pk for pk in (territory.pk, territory.department_id, territory.region_id) if pk]
    where = Q(roles__territory__in=around) | Q(roles__territory__level=Level.COUNTRY)
    return User.objects.holding(RoleCode.PLAN_LEAD).filter(
        where, roles__code=RoleCode.PLAN_LEAD, roles__ended_at__isnull=True
    )


def objectives_for(plan: Plan, territory: Territory) -> QuerySet[Any]:
    """The objectives that an action of this territory may serve: its own and those of what contains it."""
    around = [pk for pk in (territory.pk, territory.department_id, territory.region_id) if pk]
    found: QuerySet[Any] = plan.objectives.filter(territory__in=around)
    return found


def territories_for(actor: Agent) -> QuerySet[Any]:
    """Where the agent may write a sheet: the region and its departments, as far as their roles go."""
    held = Role.objects.of(actor.user).filter(code__in=rights.get(EDIT))
    reached = Q(pk__in=[])
    for role in held:
        reached |= Q(pk__in=Territory.objects.within(role.territory).values("pk"))
    levels = [Level.REGION, Level.DEPARTMENT, Level.OVERSEAS_COLLECTIVITY]
    return Territory.objects.in_perimeter().filter(reached, level__in=levels).order_by("-level", "code")


class SheetForm(RoomForm):
    """The texts and choices of a sheet. `sheet`: the action as stored."""

    title = area(_("Intitulé"), 2, required=True)
    objective = forms.ModelChoiceField(
        label=_("Objectif opérationnel"), queryset=Objective.objects.none(), empty_label=_("Choisissez")
    )
    programme = forms.ModelChoiceField(
        label=_("Programme"), queryset=Objective.objects.none(), required=False, empty_label=_("aucun")
    )
    stage = forms.ChoiceField(label=_("Étape de vie"), choices=ActionStage.choices)
    lead = forms.ModelChoiceField(
        label=_("Pilote"), queryset=User.objects.none(), required=False, empty_label=_("aucun")
    )
    description = area(_("Ce que fait l’action"), 4, _("Pour un habitant qui ne connaît pas le sujet."))
    implementation = area(_("Modalités de mise en œuvre"), 5, _("Qui fait quoi, avec quels moyens, où."))
    publics = forms.ModelMultipleChoiceField(
        label=_("Publics visés"),
        required=False,
        queryset=TargetPublic.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    universalism = forms.ChoiceField(label=_("Universalisme"), choices=Universalism.choices)
    graduation = area(
        _("Comment les moyens suivent le besoin"),
        3,
        _("Là où le besoin est plus grand, qu’y a-t-il de plus ?"),
    )
    marks = forms.MultipleChoiceField(
        label=_("Marques transversales"),
        required=False,
        choices=CrossMark.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    starts_on = forms.DateField(label=_("Commence le"), required=False, widget=Day())
    ends_on = forms.DateField(label=_("Se termine le"), required=False, widget=Day())
    instruments = forms.ModelMultipleChoiceField(
        label=_("Instruments locaux"),
        required=False,
        queryset=TargetPublic.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    places = forms.ModelMultipleChoiceField(
        label=_("Lieux concernés"),
        required=False,
        queryset=Territory.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Rien de coché : tout le territoire."),
    )
    reproducibility = area(
        _("Critères de reproductibilité"), 3, _("À quelles conditions un autre territoire peut la refaire.")
    )
    source_note = area(_("Source"), 2)

    def __init__(self, *args: Any, sheet: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan, territory = sheet.plan, sheet.territory
        held = Q(pk__in=sheet.places.values("pk"))
        self._choose("objective", objectives_for(plan, territory))
        self._choose("programme", plan.programmes.all())
        self._choose("lead", leads_of(territory))
        self._choose("publics", plan.publics.all())
        around = [pk for pk in (territory.pk, territory.department_id, territory.region_id) if pk]
        self._choose("instruments", plan.instruments.filter(territory__in=around))
        self._choose("places", places_in(territory, held))

    def _choose(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        if not rows.exists():
            del self.fields[name]

    def changes(self) -> dict[str, Any]:
        """What the verb takes."""
        known = (SHEET_FIELDS - set(BLOCKING)) | {"publics", "instruments", "places"}
        values = {name: value for name, value in self.values().items() if name in known}
        return values | {"marks": list(values.get("marks", []))}


def places_in(territory: Territory, held: Q | None = None) -> QuerySet[Any]:
    """Inside a region, its departments; inside a department, its EPCI; and what is already chosen."""
    if territory.level == Level.REGION:
        inside = Q(level=Level.DEPARTMENT, region=territory)
    else:
        communes = Territory.objects.within(territory).communes()
        inside = Q(level=Level.EPCI, pk__in=communes.values("epci"))
    found: QuerySet[Any] = Territory.objects.filter(inside | held if held is not None else inside)
    return found.order_by("level", "name")


class NewSheetForm(RoomForm):
    """A title, a place and an objective begin a sheet."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=80)
    title = area(_("Intitulé"), 2, required=True)
    objective = forms.ModelChoiceField(
        label=_("Objectif opérationnel"),
        queryset=Objective.objects.none(),
        help_text=_("Un objectif de la région, ou du territoire de l’action."),
        empty_label=_("Choisissez"),
    )
    territory = forms.ModelChoiceField(
        label=_("Territoire"), queryset=Territory.objects.none(), empty_label=_("Choisissez")
    )

    def __init__(self, *args: Any, actor: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        territories: Any = self.fields["territory"]
        objectives: Any = self.fields["objective"]
        territories.queryset = territories_for(actor)
        seen = Objective.objects.visible_to(actor).exclude(plan__state="clos")
        objectives.queryset = seen.select_related("plan", "territory").order_by("territory__code", "position")
        objectives.label_from_instance = lambda one: f"{one} · {one.territory.name}"


class BlockingForm(BlockingFields, RoomForm):
    """The same, alone on its page."""

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only_blocked(action)


class CopyForm(forms.Form):
    territory = forms.ModelChoiceField(
        label=_("Vers le territoire"), queryset=Territory.objects.none(), empty_label=_("Choisissez")
    )
    objective = forms.ModelChoiceField(
        label=_("Objectif de la copie"),
        queryset=Objective.objects.none(),
        required=False,
        empty_label=_("le même, ou l’objectif régional qu’il décline"),
        help_text=_("À choisir quand l’objectif ne vaut que dans le territoire de départ."),
    )

    def __init__(self, *args: Any, actor: Agent, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["territory"]
        self.places = territories_for(actor).exclude(pk=action.territory_id)
        field.queryset = self.places
        there: Any = self.fields["objective"]
        seen = Objective.objects.visible_to(actor).filter(plan=action.plan)
        there.queryset = (
            seen.filter(Q(territory=action.plan.territory) | Q(territory__in=self.places))
            .select_related("plan", "territory")
            .order_by("territory__code", "position")
        )
        there.label_from_instance = lambda one: f"{one} · {one.territory.name}"


class IndicatorForm(RoomForm):
    title = area(_("Intitulé"), 2, required=True)
    kind = forms.ChoiceField(label=_("Nature"), choices=IndicatorKind.choices)
    unit = forms.CharField(label=_("Unité"), max_length=60, help_text=_("Par exemple : %, jours, personnes."))
    counts_people = forms.BooleanField(
        label=_("Compte des personnes"),
        required=False,
        help_text=_(
            "De 1 à 10 personnes, la valeur n’est jamais publique. "
            "Se coche seul quand l’unité devient personnes, patients, usagers, habitants ou bénéficiaires."
        ),
    )
    direction = forms.ChoiceField(label=_("Sens"), choices=Direction.choices)
    baseline = Measure(label=_("Valeur de départ"), help_text=_("Vide : non connue."))
    baseline_on = forms.DateField(label=_("Valeur de départ au"), required=False, widget=Day())
    target = Measure(label=_("Cible"), help_text=_("Vide : non fixée."))
    target_on = forms.DateField(label=_("Cible pour le"), required=False, widget=Day())
    every_days = forms.IntegerField(
        label=_("Une valeur attendue tous les (jours)"), min_value=1, max_value=3650, initial=365
    )
    method = area(_("Mode de calcul"), 3)
    trajectory = area(
        _("Trajectoire"),
        3,
        _(
            "Facultative. Une ligne par étape, la date et la part du chemin : 31/12/2026 40 %. "
            "Vide : une ligne droite du départ à la cible."
        ),
    )
    series_code = forms.ChoiceField(
        label=_("Série de l’observatoire"),
        required=False,
        help_text=_("Ses valeurs entrent d’elles-mêmes quand l’observatoire les reçoit."),
    )

    def __init__(self, *args: Any, series: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = (kwargs.get("initial") or {}).get("series_code", "")
        known = [("", _("Aucune")), *((code, typo(label)) for code, label in series)]
        field: Any = self.fields["series_code"]
        field.choices = known if held in dict(known) else [*known, (held, held)]

    def clean_trajectory(self) -> list[dict[str, Any]]:
        return read_trajectory(self.cleaned_data["trajectory"])

    def changes(self) -> dict[str, Any]:
        """What the verb takes; an empty box beside a new unit leaves the unit to say whether it counts persons."""
        found = {name: value for name, value in self.values().items() if name in INDICATOR_FIELDS}
        if not found["counts_people"] and "unit" in self.changed_data:
            del found["counts_people"]
        return found


class ValueForm(forms.Form):
    on = forms.DateField(label=_("Au"), widget=Day(), initial=today)
    value = Measure(label=_("Valeur"), help_text=_("Vide : cherchée, et non connue."))
    source = forms.CharField(label=_("Source"), required=False, max_length=300)
    note = area(_("Précision"), 2)
    provisional = forms.BooleanField(label=_("Provisoire"), required=False)


class CorrectionForm(forms.Form):
    value = Measure(label=_("Valeur"), help_text=_("Vide : cherchée, et non connue."))
    note = area(_("Pourquoi cette correction"), 2)
    source = forms.CharField(label=_("Source"), required=False, max_length=300)
    provisional = forms.BooleanField(label=_("Provisoire"), required=False)


class FilterForm(forms.Form):
    """The filters of the list, in the address."""

    qui = forms.ChoiceField(
        label=_("Lesquelles"),
        required=False,
        choices=[
            ("", _("celles que je pilote")),
            ("territoire", _("celles que je peux modifier")),
            ("toutes", _("toutes celles que je lis")),
        ],
    )
    mots = forms.CharField(label=_("Mots de l’intitulé"), required=False, max_length=100)
    attente = forms.ChoiceField(
        label=_("Ce qui attend"),
        required=False,
        choices=[
            ("", _("tout")),
            ("oui", _("quelque chose attend")),
            ("valeurs", _("valeur en retard")),
            ("jalons", _("jalon en retard")),
            ("decision", _("décision attendue")),
            ("meteo", _("météo à donner")),
        ],
    )
    territoire = forms.ModelChoiceField(
        label=_("Territoire"),
        required=False,
        queryset=Territory.objects.none(),
        to_field_name="code",
        empty_label=_("tous"),
    )
    objectif = forms.ModelChoiceField(
        label=_("Objectif"),
        required=False,
        queryset=Objective.objects.none(),
        to_field_name="public_id",
        empty_label=_("tous"),
    )
    public = forms.ModelChoiceField(
        label=_("Public"),
        required=False,
        queryset=TargetPublic.objects.none(),
        to_field_name="public_id",
        empty_label=_("tous"),
    )
    etape = forms.ChoiceField(
        label=_("Étape"), required=False, choices=[("", _("toutes")), *ActionStage.choices]
    )
    meteo = forms.ChoiceField(
        label=_("Météo"),
        required=False,
        choices=[("", _("toutes")), *Weather.choices, ("sans", _("jamais donnée"))],
    )
    financeur = forms.ChoiceField(
        label=_("Financeur"), required=False, choices=[("", _("tous")), *FunderKind.choices]
    )

    def __init__(self, *args: Any, actions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = {
            "territoire": Territory.objects.filter(pk__in=actions.order_by().values("territory")),
            "objectif": Objective.objects.filter(pk__in=actions.order_by().values("objective")),
            "public": TargetPublic.objects.filter(actions__in=actions.order_by()).distinct(),
        }
        for name, rows in chosen.items():
            field: Any = self.fields[name]
            field.queryset = rows
            field.empty_label = _("tous")


class BulkForm(forms.Form):
    """One change for the sheets that are ticked."""

    stage = forms.ChoiceField(
        label=_("Étape de vie"), required=False, choices=[("", _("ne pas changer")), *ActionStage.choices]
    )
    lead = forms.ModelChoiceField(
        label=_("Pilote"), required=False, queryset=User.objects.none(), empty_label=_("ne pas changer")
    )
    mark = forms.ChoiceField(
        label=_("Ajouter une marque"), required=False, choices=[("", _("aucune")), *CrossMark.choices]
    )
    public = forms.ModelChoiceField(
        label=_("Ajouter un public"),
        required=False,
        queryset=TargetPublic.objects.none(),
        empty_label=_("aucun"),
    )
    publish = forms.BooleanField(label=_("Rendre publiques"), required=False)

    def __init__(self, *args: Any, actions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead: Any = self.fields["lead"]
        public: Any = self.fields["public"]
        lead.queryset = User.objects.holding(RoleCode.PLAN_LEAD)
        public.queryset = TargetPublic.objects.filter(plan__in=actions.order_by().values("plan"))


class FileForm(forms.Form):
    plan = forms.ModelChoiceField(
        label=_("Plan"), queryset=Plan.objects.none(), to_field_name="public_id", empty_label=_("Choisissez")
    )
    fichier = forms.FileField(
        label=_("Fichier"), help_text=_("Le classeur exporté, ou une de ses feuilles en CSV.")
    )

    def __init__(self, *args: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["plan"]
        field.queryset = plans
        if plans.count() == 1:
            field.initial = plans.first()
            field.empty_label = None
