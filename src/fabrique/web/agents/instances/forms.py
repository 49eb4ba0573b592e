"""Forms of the room: a body, a session, an item, a document, an opinion, minutes, a request,
the answer to a question. They hold no rule.

Fed by the secretary or a member. Feeds the verbs of councils.services and accounts.services.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Body
from fabrique.common.errors import Refused
from fabrique.contributions.models import ModerationReason
from fabrique.councils.enums import ItemKind, OpinionSense
from fabrique.councils.models import AgendaItem, Session
from fabrique.web.shared.conflicts import KeptForm


class Instant(forms.DateTimeInput):
    """The browser's own date-and-time control, in the instance's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def area(label: Any, rows: int = 4, help_text: Any = "", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


def capitalised(choices: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """As the list of a form begins its lines."""
    return [(value, capfirst(label)) for value, label in choices]


class SessionForm(KeptForm):
    title = forms.CharField(label=_("Titre"), max_length=200)
    starts_at = forms.DateTimeField(label=_("Jour et heure"), widget=Instant())
    place = forms.CharField(label=_("Lieu"), max_length=200, required=False)
    remote = forms.BooleanField(label=_("À distance, en tout ou partie"), required=False)
    joining = area(
        _("Comment se connecter"), 2, _("Adresse et code de la salle en ligne. Seuls les membres les voient.")
    )


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Motif"), max_length=300, help_text=_("Les membres et le public le liront.")
    )


class ItemForm(KeptForm):
    title = forms.CharField(label=_("Intitulé"), max_length=300)
    kind = forms.ChoiceField(label=_("Ce qui est attendu"), choices=capitalised(ItemKind.choices))
    presentation = area(_("Présentation"), 3, _("Elle est publique, avec l’ordre du jour."))
    reference = forms.CharField(
        label=_("Texte ou dossier examiné"),
        required=False,
        max_length=200,
        help_text=_("Par exemple la référence d’un bilan, d’un arrêté ou d’une consultation."),
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("PDF, Word, LibreOffice, tableur ou texte. Envoyé, il ne changera plus."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.odt,.txt,.xlsx,.ods,.csv"}),
        error_messages={"required": _("Choisissez un fichier.")},
    )


class DocumentForm(FileForm):
    title = forms.CharField(label=_("Titre"), max_length=200)
    item = forms.ModelChoiceField(
        label=_("Point de l’ordre du jour"),
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label=_("Toute la séance"),
    )
    field_order = ["title", "item", "file"]

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = session.items.all()  # type: ignore[attr-defined]


class MemberOpinionForm(forms.Form):
    sense = forms.ChoiceField(
        label=_("Votre avis"),
        choices=[("", _("Sans me prononcer")), *capitalised(OpinionSense.choices)],
        widget=forms.RadioSelect,
        required=False,
    )
    text = area(
        _("Vos remarques"),
        6,
        _(
            "Les membres de l’instance et son secrétariat les lisent, avec votre nom. Elles ne sont pas publiques."
        ),
    )


class OpinionForm(KeptForm):
    sense = forms.ChoiceField(
        label=_("Sens de l’avis"),
        choices=capitalised(OpinionSense.choices),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez le sens de l’avis.")},
    )
    text = area(_("Avis, tel que l’instance l’a adopté"), 8, required=True)
    points = area(_("Réserves et demandes"), 5, _("Une par ligne : chacune pourra recevoir sa réponse."))
    adopted_on = forms.DateField(label=_("Adopté le"), widget=Day())
    votes_for = forms.IntegerField(label=_("Voix pour"), required=False, min_value=0, max_value=9999)
    votes_against = forms.IntegerField(label=_("Voix contre"), required=False, min_value=0, max_value=9999)
    abstentions = forms.IntegerField(label=_("Abstentions"), required=False, min_value=0, max_value=9999)

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "points": self.cleaned_data["points"].splitlines()}

    def keep_over(self, refusal: Refused) -> None:
        super().keep_over(refusal)
        if self.conflit is None:
            return
        present: Any = refusal.params["present"]
        theirs = [one for one in present["points"] or () if one.strip()]
        label = self.fields["points"].label
        self.conflit = [one for one in self.conflit if one["label"] != label]
        if theirs != [" ".join(one.split()) for one in self.values()["points"] if one.strip()]:
            self.conflit.append({"label": label, "texte": "\n".join(theirs)})


class MinutesForm(KeptForm):
    text = area(_("Compte rendu"), 16, required=True)
    approved_on = forms.DateField(
        label=_("Approuvé par l’instance le"),
        required=False,
        widget=Day(),
        help_text=_("Sans cette date, il ne peut pas être publié."),
    )


class RequestForm(forms.Form):
    text = area(_("Ce que l’instance demande"), 4, required=True)
    addressed_to = forms.CharField(label=_("À qui"), max_length=200)
    due_on = forms.DateField(label=_("Réponse attendue le"), required=False, widget=Day())
    session = forms.ModelChoiceField(
        label=_("Séance"), queryset=Session.objects.none(), required=False, empty_label=_("Hors séance")
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = body.sessions.all()  # type: ignore[attr-defined]


class RequestAnswerForm(KeptForm):
    answer = area(_("Réponse reçue"), 5, required=True)
    follow_up = area(_("Suite donnée"), 3)


class AnswerForm(KeptForm):
    answer = area(
        _("Réponse de l’instance"),
        10,
        _("La personne la lit avec son code. N’y mettez rien qui fasse reconnaître quelqu’un."),
        required=True,
    )


class AsideForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Motif"),
        help_text=_("La personne le lit avec son code, et peut contester une fois."),
        error_messages={"required": _("Choisissez un motif.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.key, capfirst(one.label)) for one in ModerationReason.objects.offered()]
        self.fields["reason"].choices = [("", _("À choisir")), *offered]  # type: ignore[attr-defined]


class PublishForm(KeptForm):
    text = area(
        _("Question telle qu’elle sera publiée"),
        5,
        _("Vous pouvez seulement remplacer des passages par « […] »."),
        required=True,
    )
    read = forms.BooleanField(
        label=_("J’ai lu la question et la réponse : rien n’y fait reconnaître une personne"),
        error_messages={"required": _("Lisez la question et la réponse, puis cochez cette case.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # beside the form of the answer on the same page: the ids of its controls are its own
        super().__init__(*args, **{"auto_id": "publier_%s", **kwargs})

    def keep_over(self, refusal: Refused) -> None:
        super().keep_over(refusal)
        if refusal.code == "edit.conflict":
            # what changed is to be read again
            self.data.pop("read", None)  # type: ignore[attr-defined]
