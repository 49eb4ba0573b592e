"""Forms of evaluations and of users' findings. They hold no rule.

Fed by the agent, or by an association of users. Feeds the verbs of plan.services.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.models import Organisation
from fabrique.plan.enums import (
    AnswerKind,
    Criterion,
    EvaluationKind,
    EvaluationLevel,
    EvidenceKind,
    FindingTone,
)
from fabrique.plan.models import Action, Evaluation, EvaluationFinding, Snapshot
from fabrique.web.agents.bilans.forms import area, day
from fabrique.web.shared.conflicts import KeptForm


class NewEvaluationForm(forms.Form):
    kind = forms.ChoiceField(label=_("Nature"), choices=EvaluationKind.choices)
    title = forms.CharField(
        label=_("Titre"),
        max_length=200,
        error_messages={"required": _("Donnez un titre à cette évaluation.")},
    )


class ProtocolForm(KeptForm):
    title = forms.CharField(label=_("Titre"), max_length=200)
    evaluators = forms.CharField(
        label=_("Qui évalue"),
        max_length=300,
        required=False,
        help_text=_("Un service, un bureau d’études, une équipe de recherche."),
    )
    protocol = area(_("Méthode et démarche"), rows=8)
    users_part = area(_("Comment les usagers y prennent part"))


class QuestionForm(KeptForm):
    criterion = forms.ChoiceField(label=_("Critère"), choices=Criterion.choices)
    level = forms.ChoiceField(label=_("Niveau"), choices=EvaluationLevel.choices)
    text = area(_("Question"), rows=2, required=True, missing=_("Écrivez la question."))
    method = area(_("Comment y répondre"), rows=2)


class ReportForm(KeptForm):
    summary = area(_("Ce qu’il faut retenir"), rows=6, help_text=_("Ce texte ouvre la page publique."))
    inequalities = area(_("Évolution des inégalités de santé"))
    prevention = area(_("Effets d’une prévention mieux ciblée"))
    primary_care = area(_("Effets d’une meilleure intégration des soins primaires"))
    snapshot: Any = forms.ModelChoiceField(
        label=_("Instantané du plan sur lequel elle s’appuie"),
        queryset=Snapshot.objects.none(),
        required=False,
        empty_label=_("aucun"),
    )

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = evaluation.plan
        found = Snapshot.objects.light().filter(plan=plan, territory=plan.territory)
        self.fields["snapshot"].queryset = found.order_by("-number")  # type: ignore[attr-defined]


class ResultForm(KeptForm):
    text = area(_("Constat"), rows=4, required=True, missing=_("Écrivez le constat."))
    limits = area(_("Limites de ce constat"), rows=2)


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(label=_("Nature de la preuve"), choices=EvidenceKind.choices)
    text = area(_("Ce qu’elle montre"), rows=2, required=True, missing=_("Écrivez ce que la preuve montre."))
    reference = forms.CharField(
        label=_("Référence"),
        max_length=300,
        required=False,
        help_text=_("Clé de l’indicateur, adresse ou titre du document."),
    )


class RecommendationForm(KeptForm):
    text = area(_("Recommandation"), rows=3, required=True, missing=_("Écrivez la recommandation."))
    findings = forms.ModelMultipleChoiceField(
        label=_("Constats dont elle vient"),
        queryset=EvaluationFinding.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = EvaluationFinding.objects.filter(question__evaluation=evaluation)
        self.fields["findings"].queryset = found  # type: ignore[attr-defined]


class AnswerForm(KeptForm):
    answer = forms.ChoiceField(
        label=_("Réponse"),
        choices=[choice for choice in AnswerKind.choices if choice[0] != AnswerKind.WAITING],
    )
    text = area(_("Réponse de l’agence"), rows=3, required=True, missing=_("Écrivez la réponse de l’agence."))
    owner = forms.CharField(label=_("Qui s’en charge"), max_length=200, required=False)
    due_on = day(_("Pour le"))


class EntrustForm(forms.Form):
    action: Any = forms.ModelChoiceField(
        label=_("Action"),
        queryset=Action.objects.none(),
        error_messages={"required": _("Choisissez l’action.")},
        empty_label=_("Choisissez"),
    )
    organisation = forms.ModelChoiceField(
        label=_("Association d’usagers"),
        queryset=Organisation.objects.none(),
        error_messages={"required": _("Choisissez l’association.")},
        empty_label=_("Choisissez"),
    )
    mandate = area(
        _("Ce que vous demandez"), rows=4, required=True, missing=_("Écrivez ce que vous demandez.")
    )
    due_on = day(_("Attendu pour le"))

    def __init__(self, *args: Any, actions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        users = Organisation.objects.filter(kind=OrganisationKind.USERS_ASSOCIATION).order_by("name")
        self.fields["action"].queryset = actions  # type: ignore[attr-defined]
        self.fields["organisation"].queryset = users  # type: ignore[attr-defined]


class ViewForm(KeptForm):
    text = area(
        _("Point de vue de l’agence"),
        rows=5,
        required=True,
        help_text=_("Il paraît à côté du constat, qui reste tel quel."),
        missing=_("Écrivez le point de vue de l’agence."),
    )


class HandInForm(forms.Form):
    tone = forms.ChoiceField(
        label=_("Pour les usagers, cette action"),
        choices=FindingTone.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites ce que l’action change pour les usagers.")},
    )
    text = area(_("Votre constat"), rows=8, required=True, missing=_("Écrivez votre constat."))
    method = area(
        _("Comment vous l’avez fait"),
        rows=4,
        required=True,
        help_text=_("Combien de personnes, où, quand. Ne donnez aucun nom."),
        missing=_("Dites comment vous avez fait ce constat."),
    )
    certain = forms.BooleanField(
        label=_("J’ai relu : ce texte sera publié tel quel et ne pourra plus être modifié"),
        error_messages={"required": _("Cochez cette case quand vous avez relu votre texte.")},
    )
