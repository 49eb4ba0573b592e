"""Forms of the facilitator's room: tables, questions, one item, minutes, signature, initiative, decision.

Fed by agents. Feeds the verbs of meetings.services; no rule stands here but what a field can hold.
"""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.models import Organisation
from fabrique.common.clock import today
from fabrique.meetings.enums import DecisionKind, InitiativeState, ItemKind
from fabrique.meetings.models import Meeting, Prompt, Table
from fabrique.meetings.services.items import MOST_CARRIER, MOST_CHARACTERS, MOST_PEOPLE, Words
from fabrique.meetings.services.tables import MOST_TABLES
from fabrique.territories.models import Territory


def kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label).capitalize()) for kind in ItemKind]


class Date(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def area(
    label: Any, rows: int, help_text: Any = "", required: bool = False, most: int = 20_000
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Écrivez ici avant de continuer.")},
    )


class TablesForm(forms.Form):
    count = forms.IntegerField(
        label=_("Nombre de tables"),
        min_value=1,
        max_value=MOST_TABLES,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Écrivez un nombre de tables.")},
    )


class TableForm(forms.Form):
    label = forms.CharField(
        label=_("Nom de la table"),
        help_text=_("Par exemple « Élus » ou « Salle du fond ». Vide : la table porte son numéro."),
        max_length=80,
        required=False,
    )


class PromptForm(forms.Form):
    wording = area(_("Question"), 2, required=True, most=500)


class ItemForm(forms.Form):
    """One item: quick to fill, the same with and without script."""

    kind = forms.ChoiceField(
        label=_("C’est"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Dites si c’est un constat, une difficulté, une initiative ou une proposition.")
        },
    )
    text = forms.CharField(
        label=_("Ce qui est dit"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MOST_CHARACTERS}),
        error_messages={"required": _("Écrivez le propos.")},
    )
    people = forms.IntegerField(
        label=_("Combien de personnes le portent"),
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Le nombre de personnes est un nombre entier, à partir de 1.")},
    )
    carrier = forms.CharField(
        label=_("Qui pourrait le mettre en œuvre"),
        help_text=_("Un organisme, pas une personne."),
        required=False,
        max_length=MOST_CARRIER,
    )
    table = forms.CharField(widget=forms.HiddenInput)
    prompt = forms.CharField(widget=forms.HiddenInput)
    client_id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]

    def words(self, *, removed: bool = False) -> Words:
        given = self.cleaned_data
        return Words(
            given["table"],
            given["prompt"],
            given["kind"],
            given["text"],
            given["people"],
            given["carrier"],
            removed,
        )

    @property
    def identifier(self) -> uuid.UUID:
        found: uuid.UUID = self.cleaned_data.get("client_id") or uuid.uuid4()
        return found


class PlacedItemForm(ItemForm):
    """The same, with table and question to choose: to correct an item, or type it from paper."""

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"] = forms.ChoiceField(
            label=_("Table"), choices=[(str(one.public_id), table_name(one)) for one in meeting.tables.all()]
        )
        self.fields["prompt"] = forms.ChoiceField(
            label=_("Question"), choices=[(str(one.public_id), one.wording) for one in meeting.prompts.all()]
        )


def table_name(table: Table) -> str:
    """« Table 3 », « Table 3 : élus »."""
    name = _("Table %(number)d") % {"number": table.number}
    return f"{name} – {table.label}" if table.label else str(name)


class SheetLineForm(forms.Form):
    """One line of a table's sheet; an empty one is left out."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    prompt = forms.ChoiceField(label=_("Question"))
    kind = forms.ChoiceField(label=_("Nature"), choices=[])
    text = forms.CharField(
        label=_("Ce qui est écrit"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    people = forms.IntegerField(
        label=_("Personnes"),
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Le nombre de personnes est un nombre entier, à partir de 1.")},
    )
    carrier = forms.CharField(label=_("Porteur possible"), required=False, max_length=MOST_CARRIER)

    def __init__(self, *args: Any, prompts: list[Prompt], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prompt"].choices = [(str(one.public_id), one.wording) for one in prompts]  # type: ignore[attr-defined]
        self.fields["kind"].choices = kinds()  # type: ignore[attr-defined]

    def words(self, table: Table) -> Words:
        given = self.cleaned_data
        return Words(
            str(table.public_id),
            given["prompt"],
            given["kind"],
            given["text"],
            given["people"],
            given["carrier"],
        )


class PreviewLineForm(SheetLineForm):
    """One item that an imported document would give: kept or not, each part to correct."""

    client_id = None  # type: ignore[assignment]
    keep = forms.BooleanField(label=_("Garder ce propos"), required=False)
    rank = forms.IntegerField(widget=forms.HiddenInput)
    table = forms.ChoiceField(label=_("Table"))
    field_order = ("keep", "rank", "text", "kind", "prompt", "table", "people", "carrier")

    def __init__(self, *args: Any, tables: list[Table], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = [(str(one.public_id), table_name(one)) for one in tables]  # type: ignore[attr-defined]

    def placed(self) -> Words:
        given = self.cleaned_data
        return Words(
            given["table"], given["prompt"], given["kind"], given["text"], given["people"], given["carrier"]
        )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code de la feuille"),
        help_text=_("Cinq lettres et chiffres, en haut à droite de la feuille de table."),
        max_length=20,
        error_messages={"required": _("Écrivez le code de la feuille.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Compte rendu à reprendre"),
        help_text=_("Un fichier DOCX, ODT ou texte. Rien n’est enregistré avant que vous ayez vu et choisi."),
        error_messages={"required": _("Choisissez un fichier."), "empty": _("Ce fichier est vide.")},
    )


class SignForm(forms.Form):
    """Who signs, in what quality, and that everything was read."""

    name = forms.CharField(
        label=_("Votre nom"),
        max_length=120,
        error_messages={"required": _("Écrivez votre nom : il est publié.")},
    )
    title = forms.CharField(
        label=_("Votre qualité"),
        help_text=_(
            "Par exemple « présidente du conseil territorial de santé ». Nom et qualité sont publics."
        ),
        max_length=120,
        error_messages={"required": _("Écrivez en quelle qualité vous signez.")},
    )
    read = forms.BooleanField(
        label=_("J’ai lu chaque propos : aucun ne permet de reconnaître une personne, et rien n’est ajouté."),
        error_messages={
            "required": _(
                "Lisez les propos, puis cochez cette case : un texte que personne n’a lu ne se publie pas."
            )
        },
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)


class TransmissionForm(forms.Form):
    recipient = forms.CharField(
        label=_("Transmis à"), max_length=200, error_messages={"required": _("Écrivez à qui.")}
    )
    sent_on = forms.DateField(
        label=_("Le"), widget=Date(), initial=today, error_messages={"required": _("Écrivez la date.")}
    )


class InitiativeForm(forms.Form):
    title = forms.CharField(
        label=_("Titre"), max_length=200, error_messages={"required": _("Donnez un titre à l’initiative.")}
    )
    summary = area(_("Présentation"), 4, _("Ce que c’est, pour qui, depuis quand. Ce texte devient public."))
    territory = forms.ModelChoiceField(
        label=_("Territoire"),
        queryset=Territory.objects.none(),
        error_messages={
            "required": _("Choisissez un territoire."),
            "invalid_choice": _("Choisissez un territoire de la liste."),
        },
    )
    carrier = forms.CharField(
        label=_("Porteur"), help_text=_("Un organisme, pas une personne."), max_length=200, required=False
    )
    organisation = forms.ModelChoiceField(
        label=_("Organisme connu de la plateforme"), queryset=Organisation.objects.none(), required=False
    )
    audience = forms.CharField(label=_("Public visé"), max_length=200, required=False)
    state = forms.ChoiceField(label=_("Avancement"), choices=InitiativeState.choices)
    evidence = area(_("Ce qui montre que cela marche"), 3, _("Chiffres, évaluation, témoignages écrits."))
    needs = area(_("Ce qu’il faudrait"), 3, _("Pour commencer, continuer ou s’étendre."))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, territories: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].queryset = territories  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class DecisionForm(forms.Form):
    """What the agency decided; the amount and funder are those of a support, the reason is public."""

    kind = forms.ChoiceField(
        label=_("Décision"),
        choices=DecisionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez la décision.")},
    )
    amount = forms.DecimalField(
        label=_("Montant, en euros"),
        help_text=_("Seulement si l’initiative est soutenue."),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
    )
    funder = forms.CharField(
        label=_("Financeur"),
        help_text=_("Seulement si l’initiative est soutenue."),
        max_length=200,
        required=False,
    )
    reason = area(_("Motif"), 3, _("Obligatoire si l’initiative n’est pas retenue. Ce texte est public."))
    decided_on = forms.DateField(
        label=_("Décidée le"),
        widget=Date(),
        initial=today,
        error_messages={"required": _("Écrivez la date.")},
    )
