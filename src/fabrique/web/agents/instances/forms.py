"""Forms of the room: a body, a college, a member, a session, an item, a document, an opinion, minutes, a request,
the answer to a question. They hold no rule.

Fed by the secretary or a member. Feeds the verbs of councils.services and accounts.services.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import MandateSeat
from fabrique.accounts.models import Body, College
from fabrique.contributions.models import ModerationReason
from fabrique.councils.enums import ItemKind, OpinionSense
from fabrique.councils.models import AgendaItem, Session
from fabrique.web.shared.conflicts import KeptForm


class _Instant(forms.DateTimeInput):
    """The browser's own date-and-time control, in the instance's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _area(label: Any, rows: int = 4, help_text: Any = "", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


def _capitalised(choices: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """As the list of a form begins its lines."""
    return [(value, capfirst(label)) for value, label in choices]


class BodyForm(forms.Form):
    name = forms.CharField(label=_("Nom"), max_length=200)
    acronym = forms.CharField(label=_("Sigle"), max_length=20, required=False)
    composition_known = forms.BooleanField(
        label=_("La composition est arrêtée"),
        help_text=_("Sinon, la page publique dit qu’elle reste à définir."),
        required=False,
    )
    composition_note = _area(_("Ce qu’il faut savoir de la composition"), 3)
    aipd_validated_on = forms.DateField(
        label=_("Analyse d’impact (AIPD) validée le"), required=False, widget=_Day()
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


class CollegeForm(forms.Form):
    number = forms.IntegerField(label=_("Numéro"), min_value=1, max_value=99)
    label = forms.CharField(label=_("Intitulé"), max_length=200)
    seats = forms.IntegerField(
        label=_("Nombre de sièges"),
        required=False,
        min_value=1,
        max_value=999,
        help_text=_("Laissez vide si vous ne le connaissez pas."),
    )


class MemberForm(forms.Form):
    email = forms.EmailField(
        label=_("Adresse électronique du compte"),
        help_text=_("Le compte existe déjà : l’administrateur de la plateforme l’ouvre."),
    )
    college = forms.ModelChoiceField(
        label=_("Collège"), queryset=College.objects.none(), required=False, empty_label=_("Non précisé")
    )
    seat = forms.ChoiceField(
        label=_("Qualité"), choices=_capitalised(MandateSeat.choices), initial=MandateSeat.FULL
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["college"].queryset = body.colleges.all()  # type: ignore[attr-defined]


class SessionForm(forms.Form):
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Titre"), max_length=200)
    starts_at = forms.DateTimeField(label=_("Jour et heure"), widget=_Instant())
    place = forms.CharField(label=_("Lieu"), max_length=200, required=False)
    remote = forms.BooleanField(label=_("À distance, en tout ou partie"), required=False)
    joining = _area(
        _("Comment se connecter"), 2, _("Adresse et code de la salle en ligne. Seuls les membres les voient.")
    )


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Motif"), max_length=300, help_text=_("Les membres et le public le liront.")
    )


class ItemForm(forms.Form):
    title = forms.CharField(label=_("Intitulé"), max_length=300)
    kind = forms.ChoiceField(label=_("Ce qui est attendu"), choices=_capitalised(ItemKind.choices))
    presentation = _area(_("Présentation"), 3, _("Elle est publique, avec l’ordre du jour."))
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
        choices=[("", _("Sans me prononcer")), *_capitalised(OpinionSense.choices)],
        widget=forms.RadioSelect,
        required=False,
    )
    text = _area(
        _("Vos remarques"),
        6,
        _(
            "Les membres de l’instance et son secrétariat les lisent, avec votre nom. Elles ne sont pas publiques."
        ),
    )


class OpinionForm(forms.Form):
    sense = forms.ChoiceField(
        label=_("Sens de l’avis"),
        choices=_capitalised(OpinionSense.choices),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez le sens de l’avis.")},
    )
    text = _area(_("Avis, tel que l’instance l’a adopté"), 8, required=True)
    points = _area(_("Réserves et demandes"), 5, _("Une par ligne : chacune pourra recevoir sa réponse."))
    adopted_on = forms.DateField(label=_("Adopté le"), widget=_Day())
    votes_for = forms.IntegerField(label=_("Voix pour"), required=False, min_value=0, max_value=9999)
    votes_against = forms.IntegerField(label=_("Voix contre"), required=False, min_value=0, max_value=9999)
    abstentions = forms.IntegerField(label=_("Abstentions"), required=False, min_value=0, max_value=9999)

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "points": self.cleaned_data["points"].splitlines()}


class MinutesForm(KeptForm):
    text = _area(_("Compte rendu"), 16, required=True)
    approved_on = forms.DateField(
        label=_("Approuvé par l’instance le"),
        required=False,
        widget=_Day(),
        help_text=_("Sans cette date, il ne peut pas être publié."),
    )


class RequestForm(forms.Form):
    text = _area(_("Ce que l’instance demande"), 4, required=True)
    addressed_to = forms.CharField(label=_("À qui"), max_length=200)
    due_on = forms.DateField(label=_("Réponse attendue le"), required=False, widget=_Day())
    session = forms.ModelChoiceField(
        label=_("Séance"), queryset=Session.objects.none(), required=False, empty_label=_("Hors séance")
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"].queryset = body.sessions.all()  # type: ignore[attr-defined]


class RequestAnswerForm(forms.Form):
    answer = _area(_("Réponse reçue"), 5, required=True)
    follow_up = _area(_("Suite donnée"), 3)


class AnswerForm(forms.Form):
    answer = _area(
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


class PublishForm(forms.Form):
    text = _area(
        _("Question telle qu’elle sera publiée"),
        5,
        _("Vous pouvez seulement remplacer des passages par « […] »."),
        required=True,
    )
    read = forms.BooleanField(
        label=_("J’ai lu la question et la réponse : rien n’y fait reconnaître une personne"),
        error_messages={"required": _("Lisez la question et la réponse, puis cochez cette case.")},
    )
