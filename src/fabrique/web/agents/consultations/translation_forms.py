"""A translator's file, and the recording of a question.

Fed by the definition of the version at work. Feeds views/translations.py, whose verbs hold the rules.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fabrique.common.enums import Language
from fabrique.consultations.services.definition import Definition
from fabrique.consultations.services.recordings import MOST
from fabrique_core.files import neutralise_cell

#: bytes of a translator's file
FILE_MOST = 1_000_000


class FileForm(forms.Form):
    fichier = forms.FileField(
        label=gettext_lazy("Fichier du traducteur (CSV)"),
        help_text=gettext_lazy("Le fichier téléchargé ci-dessus, sa colonne « traduction » remplie."),
    )

    def clean_fichier(self) -> dict[str, str]:
        """{key: translation} of the file. Raises ValidationError with what to do."""
        given: UploadedFile = self.cleaned_data["fichier"]
        if (given.size or 0) > FILE_MOST:
            raise ValidationError(_("Ce fichier dépasse 1 Mo : ce n’est pas celui qui a été téléchargé ici."))
        try:
            text = given.read().decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise ValidationError(
                _("Ce fichier n’est pas un texte en UTF-8. Enregistrez-le en « CSV UTF-8 ».")
            ) from wrong
        header = text.partition("\n")[0]
        # a cell as long as the file: the verb says which translation is too long
        csv.field_size_limit(max(csv.field_size_limit(), FILE_MOST))
        try:
            rows = list(csv.DictReader(io.StringIO(text), delimiter=";" if ";" in header else ","))
            found = {row["cle"]: _unguarded(row["traduction"] or "") for row in rows}
        except (KeyError, csv.Error) as wrong:
            raise ValidationError(
                _("Il manque les colonnes « cle » et « traduction ». Repartez du fichier téléchargé ici.")
            ) from wrong
        return {key: value for key, value in found.items() if key}


def _unguarded(text: str) -> str:
    """The text without the apostrophe that our export puts before what a spreadsheet would run."""
    bare = text.removeprefix("'")
    return bare if neutralise_cell(bare) == text else text


class RecordingForm(forms.Form):
    question = forms.ChoiceField(label=gettext_lazy("Question"))
    langue = forms.ChoiceField(label=gettext_lazy("Langue"), choices=Language.choices)
    fichier = forms.FileField(
        label=gettext_lazy("Enregistrement (MP3, OGG ou M4A, 1,5 Mo au plus)"),
        help_text=gettext_lazy("La question lue lentement, avec ses réponses. 64 kbit/s suffisent."),
    )

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["question"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(question.key, question.title[:90]) for question in definition.questions]

    def clean_fichier(self) -> UploadedFile:
        given: UploadedFile = self.cleaned_data["fichier"]
        if (given.size or 0) > MOST:
            raise ValidationError(_("L’enregistrement dépasse 1,5 Mo. Réduisez sa qualité ou coupez-le."))
        return given
