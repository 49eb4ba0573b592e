"""Forms of the organisers: a programme, its themes, a meeting, its date, its sittings, a notice, a press text.

Fed by the agent and by the stored values. Feeds the verbs of meetings.services; they hold no rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from fabrique.meetings.enums import Audience, MeetingKind
from fabrique.meetings.models import MeetingTheme, Programme
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory


def area(label: Any, rows: int = 3, help_text: Any = "", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Hour(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


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
            theirs, mine = _shown(stored.get(field.name)), _shown(self.cleaned_data.get(field.name))
            if theirs != mine:
                found.append({"label": field.label, "texte": theirs})
        return found


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if not isinstance(value, str) and hasattr(value, "__iter__"):
        return ", ".join(sorted(str(one) for one in value))
    return str(value).replace("\r\n", "\n").strip()


ORGANISERS_HELP = _("Un par ligne. Un organisme déjà connu est repris, un autre est ajouté à la liste.")


class ProgrammeForm(RoomForm):
    title = forms.CharField(label=_("Titre"), max_length=200)
    frame = area(_("Cadre"), 4, _("À quoi servent ces rencontres, et qui les a voulues."))
    aim = area(_("Ce que l’on en attend"), 3)
    organisers = area(_("Organisateurs"), 3, ORGANISERS_HELP)
    participants = area(_("Participants attendus"), 2)
    announced_steps = forms.IntegerField(
        label=_("Nombre de rencontres annoncées"), required=False, min_value=1, max_value=9999
    )
    starts_on = forms.DateField(label=_("Début"), required=False, widget=Day())
    ends_on = forms.DateField(label=_("Fin"), required=False, widget=Day())
    period_note = forms.CharField(
        label=_("Précision sur la période"),
        required=False,
        max_length=120,
        help_text=_("Par exemple : jusqu’à la mi-décembre, calendrier prévisionnel."),
    )
    recipient = forms.CharField(
        label=_("À qui les comptes rendus sont transmis"), required=False, max_length=200
    )
    transmission_deadline = forms.DateField(
        label=_("Transmission au plus tard le"), required=False, widget=Day()
    )
    contact = area(_("Contact"), 2, _("Montré au public et à la presse : une adresse de service."))


class NewProgrammeForm(ProgrammeForm):
    territory = forms.ModelChoiceField(label=_("Territoire"), queryset=Territory.objects.none())
    field_order = ["title", "territory"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [Level.REGION, Level.DEPARTMENT]
        places = Territory.objects.in_perimeter().filter(level__in=levels)
        self.fields["territory"].queryset = places.order_by("-level", "name")  # type: ignore[attr-defined]


class ThemeForm(forms.Form):
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Thème"), required=False, max_length=200)
    question = forms.CharField(
        label=_("Question posée"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


ThemeFormSet = forms.formset_factory(ThemeForm, extra=2, max_num=30)


class MeetingForm(RoomForm):
    kind = forms.ChoiceField(label=_("Nature"), choices=MeetingKind.choices)
    title = forms.CharField(label=_("Titre"), max_length=200)
    summary = area(_("Présentation"), 3)
    themes = forms.ModelMultipleChoiceField(
        label=_("Thèmes"),
        required=False,
        queryset=MeetingTheme.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    city = forms.CharField(label=_("Ville"), required=False, max_length=120)
    venue = forms.CharField(label=_("Lieu (salle, bâtiment)"), required=False, max_length=200)
    address = area(_("Adresse postale"), 2)
    access = area(
        _("Accès et accessibilité"),
        3,
        _("Transports, stationnement, entrée de plain-pied, boucle magnétique."),
    )
    capacity = forms.IntegerField(label=_("Nombre de places"), required=False, min_value=1, max_value=100_000)
    audience = forms.ChoiceField(label=_("Ouverture"), choices=Audience.choices)
    audience_note = forms.CharField(
        label=_("Précision sur le public"),
        required=False,
        max_length=200,
        help_text=_("Obligatoire pour un public particulier."),
    )
    organisers = area(_("Organisateurs"), 2, ORGANISERS_HELP)
    contact = area(_("Contact"), 2)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["themes"].queryset = programme.themes.all()  # type: ignore[attr-defined]


class NewMeetingForm(MeetingForm):
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    territory = forms.ModelChoiceField(
        label=_("Territoire"),
        queryset=Territory.objects.none(),
        help_text=_("Le département, ou l’intercommunalité où la rencontre a lieu."),
    )
    field_order = ["kind", "title", "territory"]

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, programme=programme, **kwargs)
        inside = Territory.objects.within(programme.territory)
        places = inside.filter(level__in=[Level.REGION, Level.DEPARTMENT, Level.OVERSEAS_COLLECTIVITY])
        # an EPCI belongs to no department: it is inside where one of its communes is
        intercommunal = Territory.objects.filter(level=Level.EPCI, in_epci__in=inside)
        wanted = Territory.objects.filter(pk__in=places.values("pk")) | Territory.objects.filter(
            pk__in=intercommunal.values("pk")
        )
        self.fields["territory"].queryset = wanted.order_by("level", "name")  # type: ignore[attr-defined]


class DateForm(RoomForm):
    day = forms.DateField(label=_("Jour"), widget=Day())
    start = forms.TimeField(
        label=_("Heure de début"), required=False, widget=Hour(), help_text=_("Vide : horaires à préciser.")
    )
    end = forms.TimeField(label=_("Heure de fin"), required=False, widget=Hour())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("end") and not cleaned.get("start"):
            self.add_error("start", _now("Donnez aussi l’heure de début."))
        return cleaned

    def dates(self) -> dict[str, Any]:
        """{starts_at, ends_at, hours_known} in the instance's zone."""
        day, start, end = (self.cleaned_data[name] for name in ("day", "start", "end"))
        zone = timezone.get_default_timezone()
        return {
            "starts_at": datetime.combine(day, start or time(), zone),
            "ends_at": datetime.combine(day, end, zone) if end else None,
            "hours_known": start is not None,
        }


class NoticeForm(RoomForm):
    notice = area(
        _("Message aux inscrits"),
        4,
        _("Il part par courriel à chaque personne inscrite, et paraît sur la page de la rencontre."),
        required=True,
    )


class MoveForm(DateForm):
    city = forms.CharField(label=_("Ville"), required=False, max_length=120)
    venue = forms.CharField(label=_("Lieu (salle, bâtiment)"), required=False, max_length=200)
    address = area(_("Adresse postale"), 2)
    notice = area(
        _("Message aux inscrits"),
        4,
        _("Il part par courriel à chaque personne inscrite, et paraît sur la page de la rencontre."),
        required=True,
    )


class SessionForm(forms.Form):
    day = forms.DateField(label=_("Jour"), required=False, widget=Day())
    start = forms.TimeField(label=_("Début"), required=False, widget=Hour())
    end = forms.TimeField(label=_("Fin"), required=False, widget=Hour())
    note = forms.CharField(label=_("Objet"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if any(cleaned.values()) and not (cleaned.get("day") and cleaned.get("start")):
            self.add_error("day", _now("Donnez le jour et l’heure de début, ou videz la ligne."))
        return cleaned


SessionFormSet = forms.formset_factory(SessionForm, extra=2, max_num=60)


class PressForm(RoomForm):
    dated_on = forms.DateField(label=_("Daté du"), widget=Day())
    title = forms.CharField(label=_("Titre"), max_length=300)
    body = area(
        _("Texte"),
        22,
        _(
            "Une ligne vide sépare les paragraphes. « # » en début de ligne fait un intertitre, « - » une liste."
        ),
        required=True,
    )
    press_point = area(_("Point presse"), 3, _("Quand et où la presse peut poser ses questions."))
    contact = area(_("Contact presse"), 2)
