"""Forms of a body, of its colleges and categories, of its mandates. They hold no rule.

Fed by the secretary. Feeds the verbs of accounts.services through views/bodies.py and views/composition.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import BodyKind, MandateSeat
from fabrique.accounts.models import Body, College, SeatCategory
from fabrique.common.clock import today
from fabrique.common.errors import Refused
from fabrique.territories.models import Territory
from fabrique.web.agents.instances.forms import Day, area, capitalised
from fabrique.web.shared.conflicts import KeptForm

LETTERS = [(rank, chr(ord("a") + rank - 1)) for rank in range(1, 27)]


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("Nom"), max_length=200, error_messages={"required": _("Donnez un nom à l’instance.")}
    )


def _composition_known() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("La composition est arrêtée"),
        help_text=_("Sinon, la page publique dit qu’elle reste à définir."),
        required=False,
    )


class NewBodyForm(forms.Form):
    """What a body is; its door opens later, from its own page."""

    kind = forms.ChoiceField(
        label=_("Nature"),
        choices=[("", _("À choisir")), *capitalised(BodyKind.choices)],
        error_messages={"required": _("Choisissez la nature de l’instance.")},
    )
    territory = forms.ModelChoiceField(
        label=_("Territoire"),
        queryset=Territory.objects.none(),
        empty_label=_("À choisir"),
        error_messages={"required": _("Choisissez le territoire de l’instance.")},
        help_text=_("La nature et le territoire ne changent plus ensuite."),
    )
    name = _name()
    acronym = forms.CharField(label=_("Sigle"), max_length=20, required=False)
    composition_known = _composition_known()
    composition_note = area(_("Ce qu’il faut savoir de la composition"), 3)

    def __init__(self, *args: Any, places: list[Territory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = Territory.objects.filter(pk__in=[place.pk for place in places]).order_by("-level", "code")
        self.fields["territory"].queryset = wanted  # type: ignore[attr-defined]


class BodyForm(KeptForm):
    name = _name()
    acronym = forms.CharField(label=_("Sigle"), max_length=20, required=False)
    composition_known = _composition_known()
    composition_note = area(_("Ce qu’il faut savoir de la composition"), 3)
    members_complete = forms.BooleanField(
        label=_("Tous les mandats en cours sont enregistrés ici"),
        help_text=_(
            "La page publique dit alors combien de sièges sont pourvus et combien sont vacants. "
            "Sans cette case, elle ne donne que le nombre de sièges."
        ),
        required=False,
    )
    aipd_validated_on = forms.DateField(
        label=_("Analyse d’impact (AIPD) validée le"), required=False, widget=Day()
    )
    aipd_validated_by = forms.CharField(
        label=_("Analyse d’impact validée par"), max_length=200, required=False
    )
    legal_basis_6 = forms.CharField(
        label=_("Base légale du traitement (article 6 du règlement européen)"),
        max_length=200,
        required=False,
        help_text=_("Par exemple : 6.1.e, mission d’intérêt public."),
    )
    legal_basis_9 = forms.CharField(
        label=_("Base légale pour les données de santé (article 9.2)"),
        max_length=200,
        required=False,
        help_text=_("Par exemple : 9.2.a, accord de la personne. La page où l’on écrit cite ces deux bases."),
    )
    door_open = forms.BooleanField(
        label=_("Les habitants peuvent lui écrire"),
        help_text=_(
            "N’ouvrez cette porte que si quelqu’un répond dans le délai annoncé, "
            "et après l’analyse d’impact : ces messages parlent de santé."
        ),
        required=False,
    )
    answer_days = forms.IntegerField(label=_("Délai de réponse annoncé, en jours"), min_value=1)


class CollegeForm(KeptForm):
    number = forms.IntegerField(label=_("Numéro"), min_value=1, max_value=99)
    label = forms.CharField(
        label=_("Intitulé"),
        max_length=200,
        help_text=_("Ceux que ce collège réunit. Par exemple : usagers et associations d’usagers."),
    )
    seats = forms.IntegerField(
        label=_("Nombre de sièges"),
        required=False,
        min_value=1,
        max_value=999,
        help_text=_("Sans les suppléants. Laissez vide si vous ne le connaissez pas."),
    )


class CategoryForm(KeptForm):
    rank = forms.TypedChoiceField(label=_("Lettre"), choices=LETTERS, coerce=int)
    label = forms.CharField(
        label=_("Intitulé"),
        max_length=300,
        help_text=_("Par exemple : représentants des établissements de santé."),
    )
    seats = forms.IntegerField(
        label=_("Nombre de sièges"),
        required=False,
        min_value=1,
        max_value=999,
        help_text=_("Sans les suppléants. Laissez vide si vous ne le connaissez pas."),
    )


class MandateForm(KeptForm):
    """A mandate; college and category are one choice, « 12 » or « 12-34 », so that they always agree."""

    place = forms.ChoiceField(label=_("Collège et catégorie"), required=False)
    seat = forms.ChoiceField(
        label=_("Qualité"),
        choices=capitalised(MandateSeat.choices),
        help_text=_("Une personne suppléante lit et donne son avis ; elle n’occupe pas de siège."),
    )
    organisation = forms.CharField(
        label=_("Organisme représenté"), max_length=200, required=False, help_text=_("S’il y en a un.")
    )
    starts_on = forms.DateField(
        label=_("Du"),
        widget=Day(),
        error_messages={"required": _("Donnez le premier jour du mandat.")},
    )
    ends_on = forms.DateField(
        label=_("Au"),
        widget=Day(),
        required=False,
        help_text=_("Dernier jour compris. Laissez vide si le terme n’est pas fixé."),
    )
    name_public = forms.BooleanField(
        label=_("Montrer le nom de cette personne au public"),
        help_text=_(
            "Sinon, la page publique compte son siège sans la nommer. Cochez si sa nomination est déjà publique "
            "(un arrêté publié), ou si elle l’accepte."
        ),
        required=False,
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places_of(body)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the verb takes: the college and the category apart."""
        given = dict(self.cleaned_data)
        college, _dash, category = given.pop("place").partition("-")
        return {
            **given,
            "college": College.objects.filter(pk=college).first() if college else None,
            "category": SeatCategory.objects.filter(pk=category).first() if category else None,
        }

    def keep_over(self, refusal: Refused) -> None:
        super().keep_over(refusal)
        if self.conflit is None:
            return
        present: Any = refusal.params["present"]
        theirs = place_value(present)
        if theirs != self.cleaned_data.get("place"):
            labels = dict(self.fields["place"].choices)  # type: ignore[attr-defined]
            self.conflit.insert(0, {"label": self.fields["place"].label, "texte": labels.get(theirs, "")})


class NewMandateForm(MandateForm):
    """The same, for a person known by the address of their account."""

    email = forms.EmailField(
        label=_("Adresse électronique du compte"),
        help_text=_("Le compte existe déjà : l’administrateur de la plateforme l’ouvre."),
        error_messages={"required": _("Écrivez l’adresse électronique du compte de cette personne.")},
    )
    field_order = ["email"]

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        first = {"seat": MandateSeat.FULL, "starts_on": today(), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, body=body, initial=first, **kwargs)


class EndForm(forms.Form):
    ends_on = forms.DateField(
        label=_("Dernier jour du mandat"),
        widget=Day(),
        help_text=_("Aujourd’hui, ou un jour passé : la lecture s’arrête tout de suite."),
        error_messages={"required": _("Donnez le dernier jour du mandat.")},
    )


def places_of(body: Body) -> list[tuple[str, Any]]:
    """Each college, then its categories, as one list of choices."""
    found: list[tuple[str, Any]] = [("", _("Non précisé"))]
    for college in body.colleges.prefetch_related("categories"):
        found.append((str(college.pk), f"{college.number}. {college.label}"))
        found += [
            (f"{college.pk}-{one.pk}", f"{college.number}. {one.letter}) {one.label}")
            for one in college.categories.all()
        ]
    return found


def place_value(said: Mapping[str, Any]) -> str:
    """The choice of places_of() that stands for a college and a category."""
    if said["college"] is None:
        return ""
    return str(said["college"]) if said["category"] is None else f"{said['college']}-{said['category']}"


def initial_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """The initial values of a MandateForm, from mandate_said()."""
    return {**said, "place": place_value(said)}
