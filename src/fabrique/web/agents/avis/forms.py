"""Forms of the room of opinions: the notice, those consulted, an opinion, a point, a reply, the cause of a change.

Fed by the agent and by the stored values. Feeds the verbs of plan.services; they hold no rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Body
from fabrique.plan.enums import ConsulteeBasis, OpinionTone, ReplyKind, RevisionKind, SilenceRule
from fabrique.plan.models import OpinionPoint, Plan
from fabrique.plan.services.consultees import Proposed
from fabrique.plan.services.texts import Part
from fabrique.web.shared.conflicts import KeptForm

#: the capital is put when the page is drawn, in its language
lazy_capital = lazy(capfirst, str)


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def area(label: Any, rows: int, **given: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **given)


def sentence_case(choices: Iterable[Any]) -> list[tuple[str, Any]]:
    """The labels of an enumeration with their capital, as choices stand in a form."""
    return [(value, lazy_capital(label)) for value, label in choices]


class NewForm(forms.Form):
    plan: forms.ModelChoiceField[Plan] = forms.ModelChoiceField(
        label=_("Plan"),
        queryset=Plan.objects.none(),
        empty_label=_("Choisissez"),
        error_messages={"required": _("Choisissez le plan soumis pour avis.")},
    )
    revision = forms.ChoiceField(
        label=_("Objet"),
        choices=sentence_case(RevisionKind.choices),
        widget=forms.RadioSelect,
        initial=RevisionKind.WHOLE,
        help_text=_("L’objet décide de la liste et du délai prévus par la loi."),
    )
    title = forms.CharField(
        label=_("Intitulé"),
        max_length=200,
        help_text=_("Par exemple : Avis sur le projet régional de santé 2028-2033."),
        error_messages={"required": _("Donnez un intitulé à la consultation.")},
    )

    def __init__(self, *args: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]


class NoticeForm(KeptForm):
    title = forms.CharField(
        label=_("Intitulé"),
        max_length=200,
        error_messages={"required": _("Donnez un intitulé à la consultation.")},
    )
    notice = area(
        _("Texte de l’avis de consultation"),
        10,
        required=False,
        help_text=_("Ce qui est soumis, à qui, jusqu’à quand, et où lire le texte. Il sera public."),
    )
    notice_url = forms.URLField(
        label=_("Adresse de la publication"),
        required=False,
        assume_scheme="https",
        help_text=_("La page du recueil des actes administratifs, si vous la connaissez déjà."),
    )
    months = forms.IntegerField(
        label=_("Délai pour répondre, en mois"),
        min_value=1,
        max_value=12,
        error_messages={"required": _("Donnez le délai en mois.")},
    )
    voluntary_silence = forms.ChoiceField(
        label=_("Silence de ceux que l’agence consulte par choix, à la fin du délai"),
        choices=sentence_case(SilenceRule.choices),
        widget=forms.RadioSelect,
        help_text=_(
            "La loi ne nomme pas ces autorités : l’agence dit sa règle avant de publier, "
            "et la page publique la montre. "
            "À voir avec le service juridique."
        ),
        error_messages={"required": _("Choisissez ce que vaut ce silence.")},
    )


class PublishForm(forms.Form):
    on = forms.DateField(
        label=_("Jour de la publication"),
        widget=Day(),
        help_text=_("Le délai court à compter de ce jour."),
        error_messages={"required": _("Donnez le jour où l’avis a été publié.")},
    )
    reference = forms.CharField(
        label=_("Où l’avis est publié"),
        max_length=300,
        help_text=_("Par exemple : recueil des actes administratifs de la préfecture de région, nº 12."),
        error_messages={"required": _("Dites où l’avis est publié.")},
    )
    checked = forms.BooleanField(
        label=_("Le service juridique a vérifié la liste, les délais et ce que vaut le silence"),
        error_messages={"required": _("Cochez cette case une fois la vérification faite.")},
    )


class ProposedForm(forms.Form):
    """The lines of the data file that are not in the list, rule by rule."""

    keys = forms.MultipleChoiceField(
        label=_("Ajouter d’un coup"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Cochez au moins une ligne.")},
    )

    def __init__(self, *args: Any, left: dict[str, list[Proposed]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = []
        for key, rows in left.items():
            first = rows[0]
            words = first.name if len(rows) == 1 else f"{first.category} ({len(rows)})"
            choices.append((key, f"{words}, {ConsulteeBasis(first.basis).label}"))
        self.fields["keys"].choices = choices  # type: ignore[attr-defined]


class ConsulteeForm(forms.Form):
    name = forms.CharField(
        label=_("Nom de l’autorité ou de l’instance"),
        max_length=200,
        error_messages={"required": _("Donnez le nom de l’autorité ou de l’instance consultée.")},
    )
    category = forms.CharField(label=_("Catégorie"), max_length=120, required=False)
    basis = forms.ChoiceField(label=_("Fondement"), choices=sentence_case(ConsulteeBasis.choices))
    body: forms.ModelChoiceField[Body] = forms.ModelChoiceField(
        label=_("Instance connue de la plateforme"),
        queryset=Body.objects.current(),
        required=False,
        empty_label=_("Aucune"),
        help_text=_("Sa présidence pourra alors rendre l’avis ici."),
    )
    due_on = forms.DateField(
        label=_("Dernier jour pour répondre"),
        widget=Day(),
        required=False,
        help_text=_("Vide : le délai de tous. Un avis prévu par la loi n’en a pas d’autre."),
    )

    def __init__(self, *args: Any, opened: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if opened:
            self.fields["due_on"].help_text = _("Obligatoire : l’avis de consultation est déjà publié.")
            self.fields["basis"].choices = [  # type: ignore[attr-defined]
                *sentence_case([(ConsulteeBasis.VOLUNTARY.value, ConsulteeBasis.VOLUNTARY.label)]),
            ]


class GroupForm(forms.Form):
    name = forms.CharField(
        label=_("Autorité qui répond"),
        max_length=200,
        help_text=_("Par exemple : Commune de Cahors. Elle aura sa propre ligne."),
        error_messages={"required": _("Donnez le nom de l’autorité qui répond.")},
    )


class OpinionForm(forms.Form):
    tone = forms.ChoiceField(
        label=_("Sens de l’avis"),
        choices=sentence_case(OpinionTone.choices),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez le sens de l’avis.")},
    )
    received_on = forms.DateField(
        label=_("Reçu le"),
        widget=Day(),
        error_messages={"required": _("Donnez le jour où l’avis est arrivé.")},
    )
    text = area(
        _("Texte de l’avis"),
        8,
        required=False,
        help_text=_(
            "Recopiez-le en entier : il sera public. Vous relèverez ensuite ses points un par un. "
            "Seul un avis favorable peut rester sans texte."
        ),
    )


class Tokened(forms.Form):
    """A form that tells what it was drawn from, so that the second of two writers does not erase the first."""

    token = forms.CharField(required=False, widget=forms.HiddenInput())

    def take(self) -> dict[str, Any]:
        """What the verb takes: the fields, and `expected`."""
        values = dict(self.cleaned_data)
        token = values.pop("token")
        return {**values, "expected": token or None}

    def keep_over(self, token: str) -> None:
        """Somebody wrote meanwhile: saving again, with this token, is then a decision."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("token")] = token
        self.data = data


class CorrectionForm(Tokened, OpinionForm):
    """An opinion already recorded, copied wrongly."""


class OwnOpinionForm(OpinionForm):
    """From the hand of who presides the body: received the day it is sent."""

    received_on = None  # type: ignore[assignment]


class PointForm(KeptForm):
    text = area(_("Point soulevé"), 3, error_messages={"required": _("Écrivez le point soulevé.")})
    about = forms.ChoiceField(label=_("Partie du plan"), required=False)

    def __init__(self, *args: Any, parts: Iterable[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grouped = [
            (kind, [(part.about, part.title[:90]) for part in rows])
            for kind, rows in groupby(parts, key=lambda part: part.kind)
        ]
        self.fields["about"].choices = [("", _("Le plan entier")), *grouped]  # type: ignore[attr-defined]


class ReplyForm(Tokened):
    kind = forms.ChoiceField(
        label=_("Suite donnée"),
        choices=[("", _("Choisissez")), *sentence_case(ReplyKind.choices)],
        error_messages={"required": _("Choisissez la nature de la réponse.")},
    )
    words = area(
        _("Réponse de l’agence"),
        3,
        help_text=_("Elle sera publiée à la fin de la consultation."),
        error_messages={"required": _("Écrivez la réponse de l’agence.")},
    )


class CauseForm(KeptForm):
    points = forms.MultipleChoiceField(
        label=_("Points retenus qui ont changé cette ligne"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = area(
        _("Autre raison"),
        2,
        required=False,
        help_text=_("Quand aucun avis n’en est la cause, ou en plus : elle sera publiée."),
    )

    def __init__(self, *args: Any, points: Iterable[OpinionPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"].choices = [  # type: ignore[attr-defined]
            (one.public_id, f"{one.opinion.consultee.name}, {one.number} : {one.text[:140]}")
            for one in points
        ]
