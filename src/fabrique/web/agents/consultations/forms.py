"""Forms of the file: presentation, calendar, impact assessment, documents, notice. They hold no rule.

Fed by the agent and by the stored values. Feeds the verbs of consultations.services.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fabrique.consultations.enums import Article6, Article9
from fabrique.consultations.models import NoticeVersion
from fabrique.consultations.services.editing import NOTICE_FIELDS
from fabrique.territories.models import Territory

EASY = _("En facile à lire (FALC)")


def area(label: Any, rows: int = 4, help_text: Any = "", required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


def easy(rows: int = 4) -> forms.CharField:
    return area(EASY, rows, _("Vide : le texte de gauche est montré."))


class LocalDateTime(forms.DateTimeInput):
    """The browser's own date-and-time control, in the instance's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class Date(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FileForm(forms.Form):
    """A form that carries the token of what it showed, and lays out a field beside its easy-read variant."""

    token = forms.CharField(required=False, widget=forms.HiddenInput)
    #: title of the step's form, said before the fields
    intro: Any = ""

    def rows(self) -> list[list[forms.BoundField]]:
        """Bound fields by line: one, or the standard wording and its easy-read variant."""
        visible = {field.name: field for field in self.visible_fields()}
        return [
            [field, visible[f"{name}_falc"]] if f"{name}_falc" in visible else [field]
            for name, field in visible.items()
            if not name.endswith("_falc")
        ]

    def fields_changed(self) -> dict[str, Any]:
        """{field: value} for the verb, without the token and the easy-read variants."""
        return {n: v for n, v in self.cleaned_data.items() if n != "token" and not n.endswith("_falc")}

    def easy_read(self) -> dict[str, str]:
        """{field: easy-read text}."""
        return {n.removesuffix("_falc"): v for n, v in self.cleaned_data.items() if n.endswith("_falc")}

    def differences(self, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What somebody else stored where this form holds something else: label, stored text."""
        found = []
        for field in self.visible_fields():
            theirs = stored.get(field.name)
            if _shown(theirs) != _shown(self.cleaned_data.get(field.name)):
                found.append({"label": field.label, "texte": _shown(theirs)})
        return found


def _shown(value: Any) -> str:
    """A stored or typed value as text, times to the minute and line ends alike."""
    if value is None:
        return ""
    if isinstance(value, Territory):
        return str(value.pk)
    if hasattr(value, "hour"):
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M")
    return str(value).replace("\r\n", "\n").strip()


class PresentationForm(FileForm):
    title = forms.CharField(label=_("Titre"), max_length=200)
    perimeter = forms.ModelChoiceField(
        label=_("Périmètre"),
        queryset=Territory.objects.none(),
        help_text=_(
            "Qui est invité à répondre. Les personnes d’ailleurs peuvent répondre et sont comptées à part."
        ),
    )
    summary = area(
        _("Présentation en langage clair"), 6, _("Ce que l’on demande, pourquoi, et qui lira les réponses.")
    )
    summary_falc = easy(6)
    arrangements = area(
        _("Modalités de la procédure"),
        6,
        _("Comment répondre, jusqu’à quand, avec quelle aide. La loi veut qu’elles soient publiées avant."),
    )
    arrangements_falc = easy(6)
    minimum_age = forms.IntegerField(
        label=_("Âge minimal"),
        required=False,
        min_value=0,
        max_value=120,
        help_text=_("15 ans ou plus : avant, l’accord d’un parent est nécessaire aussi."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = ["region", "departement"]
        self.fields["perimeter"].queryset = Territory.objects.filter(level__in=levels).order_by(  # type: ignore[attr-defined]
            "-level", "name"
        )


class CalendarForm(FileForm):
    opens_at = forms.DateTimeField(label=_("Ouverture"), required=False, widget=LocalDateTime())
    closes_at = forms.DateTimeField(
        label=_("Clôture"),
        required=False,
        widget=LocalDateTime(),
        help_text=_("La dernière minute est comprise. Prévoyez au moins quinze jours."),
    )
    restitution_promise = area(
        _("Promesse de restitution"),
        4,
        _("Ce que vous publierez, et comment vous direz ce qui est retenu ou non."),
    )
    restitution_promise_falc = easy(4)
    restitution_due = forms.DateField(
        label=_("Restitution promise pour le"),
        required=False,
        widget=Date(),
        help_text=_("En cas de retard, la page publique le dira."),
    )


class ImpactForm(FileForm):
    impact_assessed_on = forms.DateField(label=_("Date de l’analyse d’impact"), required=False, widget=Date())
    impact_validator = forms.CharField(
        label=_("Validée par"),
        required=False,
        max_length=120,
        help_text=_("Le nom ou la fonction de la personne qui l’a validée."),
    )


class NewConsultationForm(PresentationForm):
    """Only what is needed to open a file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - {"title", "perimeter"}:
            del self.fields[name]


class DocumentForm(FileForm):
    title = forms.CharField(label=_("Titre"), max_length=200)
    body = area(_("Texte"), 14, _("Une ligne vide sépare deux paragraphes."), required=True)


class NoticeForm(FileForm):
    """One area for each part that the notice must hold."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NOTICE_FIELDS:
            label = getattr(NoticeVersion._meta.get_field(name), "verbose_name", name)
            self.fields[name] = area(str(label)[:1].upper() + str(label)[1:], 3)
        self.fields["consent_label_falc"] = easy(3)
        self.fields["text_falc"] = area(
            _("Toute la notice, en facile à lire et à comprendre"),
            5,
            _("Montrée en tête de la notice facile à lire."),
        )

    def rows(self) -> list[list[forms.BoundField]]:
        return [*super().rows(), [self["text_falc"]]]


class PurposeForm(forms.Form):
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    purpose = forms.CharField(label=_("Finalité"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    article_6 = forms.ChoiceField(
        label=_("Base légale (article 6)"), required=False, choices=[("", _("À choisir")), *Article6.choices]
    )
    article_9 = forms.ChoiceField(
        label=_("Exception pour les données de santé (article 9)"),
        required=False,
        choices=[("", _("À choisir")), *Article9.choices],
    )
    precision = forms.CharField(label=_("Précision"), required=False, max_length=500)


PurposeFormSet = forms.formset_factory(PurposeForm, extra=1)


def purposes_of(formset: Any) -> list[dict[str, str]]:
    """The lines that hold a purpose; a line whose text is emptied goes."""
    return [dict(form.cleaned_data) for form in formset if form.cleaned_data.get("purpose", "").strip()]
