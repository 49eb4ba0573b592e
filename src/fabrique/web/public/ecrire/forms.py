"""The form of a written contribution: who writes, their words, their files. It holds no rule.

Fed by an organisation. Feeds written.services.receive through the view.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import OrganisationKind
from fabrique.common.errors import Refused
from fabrique.common.uploads import upload_bytes
from fabrique.subscriptions.services import clean_address
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.written.services import MOST_FILES, read_files
from fabrique.written.services.reading import ReadFile


class SeveralFiles(forms.ClearableFileInput):
    """One control, several files: it works without JavaScript."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Files as (name, bytes), read by the library: each refusal is the sentence shown under the field."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[ReadFile]:
        uploads = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(_("Cinq fichiers au plus. Réunissez-en quelques-uns."))
        read: list[ReadFile] = []
        wrong: list[forms.ValidationError] = []
        for upload in uploads:
            try:
                read += read_files([(str(upload.name), _bytes(upload))])
            except Refused as refusal:
                wrong.append(forms.ValidationError(f"{upload.name} : {refusal}"))
        if wrong:
            raise forms.ValidationError(wrong)
        return read


def _bytes(upload: UploadedFile) -> bytes:
    return upload_bytes(upload)


class DepositForm(forms.Form):
    """Everything but the proof, which the page asks for beside."""

    organisation_name = forms.CharField(
        label=_("Nom de l’organisme"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Écrivez le nom de l’organisme au nom duquel vous écrivez.")},
    )
    organisation_kind = forms.ChoiceField(
        label=_("Nature de l’organisme"),
        choices=[("", _("À choisir")), *OrganisationKind.choices],
        error_messages={"required": _("Choisissez la nature de l’organisme dans la liste.")},
    )
    territory = forms.ModelChoiceField(
        label=_("Où agit-il ?"),
        queryset=Territory.objects.none(),
        empty_label=_("À choisir"),
        error_messages={"required": _("Choisissez un département, ou la région entière.")},
    )
    title = forms.CharField(
        label=_("Titre de la contribution"),
        max_length=200,
        error_messages={"required": _("Donnez un titre à votre contribution.")},
    )
    text = forms.CharField(
        label=_("Votre contribution"),
        required=False,
        help_text=_("Écrivez ici, ou joignez un fichier plus bas. N’y mettez le nom d’aucun patient."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    documents = FilesField(
        label=_("Fichiers"),
        required=False,
        widget=SeveralFiles(attrs={"accept": ".pdf,.docx,.odt,.txt"}),
    )
    contact_name = forms.CharField(
        label=_("Personne ou service à joindre"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    contact_email = forms.CharField(
        label=_("Adresse électronique"),
        max_length=254,
        help_text=_("Pour l’accusé de réception et la suite. Par exemple : nom@exemple.fr"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Écrivez une adresse électronique, comme nom@exemple.fr.")},
    )
    on_behalf = forms.BooleanField(
        label=_("J’écris au nom de cet organisme, avec son accord"),
        error_messages={
            "required": _(
                "Cochez cette case si l’organisme est d’accord. Sinon, répondez en votre nom au questionnaire."
            )
        },
    )
    publication_agreed = forms.BooleanField(
        label=_("Notre organisme accepte de figurer dans la liste publique des contributions"),
        help_text=_("Son nom et le titre seront montrés, pas le texte."),
        required=False,
    )

    def __init__(self, *args: Any, perimeter: Territory, upload_help: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Territory.objects.within(perimeter).filter(level__in=[Level.REGION, Level.DEPARTMENT])
        self.fields["territory"].queryset = inside.order_by("-level", "name")  # type: ignore[attr-defined]
        self.fields["documents"].help_text = upload_help

    def clean_contact_email(self) -> str:
        try:
            return clean_address(self.cleaned_data["contact_email"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if (
            not given.get("text", "").strip()
            and not given.get("documents")
            and "documents" not in self.errors
        ):
            self.add_error("text", _("Écrivez votre contribution, ou joignez un fichier."))
        return given
