"""Forms of the questionnaire editor: opening words, section, question by kind, choices as lines, condition.

Fed by the agent and by question_values. Feeds the verbs of consultations.services.questionnaire.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.consultations.enums import CHOICE_KINDS, ProfileRole, QuestionKind
from fabrique.consultations.models import Question, QuestionnaireVersion
from fabrique.web.agents.consultations.forms import FileForm, area, easy

#: settings asked of each kind, beside the wording, the help and « obligatoire »
SETTINGS: dict[str, tuple[str, ...]] = {
    QuestionKind.SINGLE: ("profile_role",),
    QuestionKind.MULTIPLE: ("maximum", "profile_role"),
    QuestionKind.SCALE: (),
    QuestionKind.RANKING: ("maximum",),
    QuestionKind.NUMBER: ("min_value", "max_value", "unit"),
    QuestionKind.SHORT_TEXT: ("max_length",),
    QuestionKind.LONG_TEXT: ("max_length",),
    QuestionKind.TERRITORY: ("profile_role",),
}
ROLES = {
    QuestionKind.SINGLE: (ProfileRole.AGE_BAND, ProfileRole.SEX, ProfileRole.SITUATION),
    QuestionKind.MULTIPLE: (ProfileRole.SITUATION,),
    QuestionKind.TERRITORY: (ProfileRole.TERRITORY,),
}
ASKABLE = CHOICE_KINDS - {QuestionKind.RANKING}


class QuestionnaireForm(FileForm):
    introduction = area(
        _("Mot d’accueil"), 4, _("Dites à quoi servent les réponses et combien de temps il faut.")
    )
    introduction_falc = easy(4)
    minutes = forms.IntegerField(
        label=_("Durée annoncée, en minutes"), required=False, min_value=1, max_value=120
    )


class SectionForm(FileForm):
    title = forms.CharField(label=_("Titre de la partie"), max_length=200)
    title_falc = forms.CharField(label=_("Titre en facile à lire (FALC)"), required=False, max_length=200)
    introduction = area(_("Introduction"), 3)
    introduction_falc = easy(3)


class QuestionForm(FileForm):
    """The wording and the settings that suit the kind of the question."""

    title = area(_("Énoncé"), 3, required=True)
    title_falc = easy(3)
    help = area(_("Aide"), 3, _("Pourquoi la question est posée, qui lira la réponse."))
    help_falc = easy(3)
    required = forms.BooleanField(label=_("Réponse obligatoire"), required=False)
    maximum = forms.IntegerField(
        label=_("Nombre de réponses au plus"), required=False, min_value=1, max_value=50
    )
    max_length = forms.IntegerField(
        label=_("Longueur au plus, en caractères"), required=False, min_value=20, max_value=10_000
    )
    min_value = forms.IntegerField(label=_("Valeur minimale"), required=False)
    max_value = forms.IntegerField(label=_("Valeur maximale"), required=False)
    unit = forms.CharField(
        label=_("Unité"), required=False, max_length=30, help_text=_("Par exemple : minutes.")
    )
    profile_role = forms.ChoiceField(
        label=_("Rôle dans le profil"),
        required=False,
        help_text=_(
            "Ce que la réponse dit de la personne, pour savoir qui a répondu et qui n’a pas répondu."
        ),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = {"token", "title", "title_falc", "help", "help_falc", "required", *SETTINGS[kind]}
        for name in set(self.fields) - kept:
            del self.fields[name]
        if "profile_role" in self.fields:
            roles = [(role.value, role.label) for role in ROLES[QuestionKind(kind)]]
            if self["profile_role"].value() == ProfileRole.HELP:  # comes with its model only, and stays
                roles = [(ProfileRole.HELP.value, ProfileRole.HELP.label)]
            self.fields["profile_role"].choices = [("", _("Aucun")), *roles]  # type: ignore[attr-defined]


class ConditionForm(forms.Form):
    """Two steps without JavaScript: choose an earlier question, show its answers, tick those that matter."""

    question = forms.ChoiceField(
        label=_("Afficher seulement selon la réponse à"),
        required=False,
        help_text=_("Puis « Montrer ses réponses » pour cocher celles qui font apparaître la question."),
    )
    any_of = forms.MultipleChoiceField(
        label=_("Si la réponse est"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, earlier: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["question"].choices = [  # type: ignore[attr-defined]
            ("", _("Toujours afficher")),
            *((question.key, _cut(question.title)) for question in earlier),
        ]
        wanted = self["question"].value() or ""
        asked = next((question for question in earlier if question.key == wanted), None)
        if asked is None:
            del self.fields["any_of"]
        else:
            offered = [(choice.key, choice.label) for choice in asked.choices.all()]
            self.fields["any_of"].choices = offered  # type: ignore[attr-defined]

    def condition(self) -> dict[str, Any] | None:
        """What show_if holds; None to show always. Without a ticked answer the verb refuses and says so."""
        asked = self.cleaned_data.get("question")
        return {"question": asked, "any_of": self.cleaned_data.get("any_of", [])} if asked else None


def earlier_questions(
    version: QuestionnaireVersion, question: Question | None, section: Any
) -> list[Question]:
    """The questions with choices that come before this one (or before the section's end if it is new)."""
    ordered = list(
        version.questions.select_related("section")
        .prefetch_related("choices")
        .order_by("section__position", "position", "pk")
    )
    if question is None:
        before = [other for other in ordered if other.section.position <= section.position]
    else:
        before = ordered[: [other.pk for other in ordered].index(question.pk)]
    return [other for other in before if other.kind in ASKABLE]


class ChoiceForm(forms.Form):
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Réponse proposée"), required=False, max_length=300)
    label_falc = forms.CharField(label=_("En FALC"), required=False, max_length=300)
    value = forms.IntegerField(label=_("Degré"), required=False)
    exclusive = forms.BooleanField(label=_("Exclut les autres"), required=False)
    rank = forms.IntegerField(label=_("Rang"), required=False, min_value=1, max_value=99)


class BaseChoiceFormSet(forms.BaseFormSet):
    """Lines of choices: a line whose label is emptied goes; the rank, where typed, decides the order."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if self.kind != QuestionKind.SCALE:
            del form.fields["value"]
        if self.kind != QuestionKind.MULTIPLE:
            del form.fields["exclusive"]

    def choices(self) -> list[dict[str, Any]]:
        """{key, label, label_falc, value?, exclusive?} in the order wanted."""
        lines = [form.cleaned_data for form in self if form.cleaned_data.get("label", "").strip()]
        ordered = sorted(enumerate(lines), key=lambda pair: (pair[1].get("rank") or pair[0] + 1, pair[0]))
        return [{name: value for name, value in line.items() if name != "rank"} for _index, line in ordered]


ChoiceFormSet: Any = forms.formset_factory(ChoiceForm, formset=BaseChoiceFormSet, extra=2, max_num=60)


def ranked(choices: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored or typed choices as lines, with the rank they have."""
    return [choice | {"rank": rank} for rank, choice in enumerate(choices, start=1)]


def _cut(title: str, length: int = 90) -> str:
    return title if len(title) <= length else f"{title[:length].rstrip()}…"
