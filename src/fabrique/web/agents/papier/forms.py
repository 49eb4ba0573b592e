"""The entry screen as a form: one short field a question, in the order of the paper; batches; what differs.

Fed by a Definition and by what operators type. Feeds the verbs of fabrique.paper, which hold the rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fabrique.accounts.models import Organisation
from fabrique.consultations.enums import QuestionKind
from fabrique.consultations.models import Consultation
from fabrique.consultations.services.definition import Definition
from fabrique.consultations.services.documents import AnswerError
from fabrique.paper.services import DAY, LARGEST, USUAL_SHARE, Reading
from fabrique.territories.models import Territory
from fabrique.web.agents.papier.notation import SIGNS, Typed, read_day, read_field
from fabrique.web.agents.papier.wording import hint, wrong_sentence
from fabrique.web.shared.ages import age_groups, asks_a_parent
from fabrique.web.shared.booklets import PrintedQuestion, PrintedSection, printed_sections
from fabrique.web.shared.questionnaire import sentence
from fabrique_core.text.numbers import whole

_SHORT = {"autocomplete": "off", "spellcheck": "false", "class": "fr-input sai-court"}


def short(label: Any, help_text: Any = "", **attributes: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={**_SHORT, **attributes}),
    )


class ReadingForm(forms.Form):
    """The questions of one sheet or call; `reading` once valid. What is typed is never lost."""

    #: errors of the verb that bear on the day, which is no question
    day_field = "jour"

    def __init__(self, *args: Any, definition: Definition, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.consultation = consultation
        self.reading = Reading()
        self.printed: list[PrintedSection] = printed_sections(definition)
        self._circumstances()
        for section in self.printed:
            for item in section.questions:
                self.fields[f"q-{item.question.key}"] = _question_field(item)

    def _circumstances(self) -> None:
        """What comes before the questions (agreement, age, day): each kind of form adds its own."""

    def sections(self) -> Iterable[dict[str, Any]]:
        """[{title, fields}] for the template."""
        for section in self.printed:
            names = [f"q-{item.question.key}" for item in section.questions]
            yield {"titre": section.title, "champs": [self[name] for name in names]}

    def circumstances(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("q-")]

    def least_age(self, typed: str) -> int | None:
        """The least age of the box typed; None where none was ticked, or several."""
        groups = age_groups(self.consultation.minimum_age or 0)
        number = whole(typed) or 0
        return groups[number - 1][0] if 1 <= number <= len(groups) else None

    def read_questions(self) -> tuple[dict[str, Any], dict[str, str]]:
        """(answers, marks); what cannot be understood becomes an error of its field."""
        answers: dict[str, Any] = {}
        marks: dict[str, str] = {}
        for question in self.definition.questions:
            name = f"q-{question.key}"
            typed = read_field(question, self.cleaned_data.get(name, ""), self.consultation.perimeter)
            if typed.wrong:
                self.add_error(name, wrong_sentence(typed))
            elif typed.mark:
                marks[question.key] = typed.mark
            elif typed.answer is not None:
                answers[question.key] = typed.answer
        return answers, marks

    def show_errors(self, errors: Iterable[AnswerError]) -> None:
        """The verb's errors, each under its field."""
        for error in errors:
            if error.question == DAY:
                self.add_error(self.day_field, wrong_sentence(Typed(wrong=error.code)))
            elif error.code in ("skipped", "both", "too_many", "exclusive"):
                self.add_error(f"q-{error.question}", wrong_sentence(Typed(wrong=error.code)))
            else:
                question = self.definition.question(error.question)
                self.add_error(f"q-{error.question}", sentence(question, error.code, error.params))


class SheetForm(ReadingForm):
    """A paper sheet: the agreement and the age as ticked, the day as written, then the questions."""

    def _circumstances(self) -> None:
        minimum = self.consultation.minimum_age or 0
        groups = " · ".join(
            f"{number} {label}" for number, (_least, label) in enumerate(age_groups(minimum), start=1)
        )
        self.fields["accord"] = short(_("Case d’accord"), _("1 cochée · - non cochée"), autofocus=True)
        self.fields["age"] = short(_("Âge"), f"{groups} · - {_('rien')} · ! {_('plusieurs cases')}")
        if asks_a_parent(minimum):
            self.fields["parent"] = short(_("Accord d’un parent"), _("1 cochée · - non cochée"))
        self.fields["jour"] = short(
            _("Date écrite sur la feuille"), _("jour, mois, année : 030226 · - rien · ? illisible")
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        agreed = self._ticked("accord")
        parent = self._ticked("parent") if "parent" in self.fields else False
        age = given.get("age", "").strip()
        day, understood = read_day(given.get("jour", ""))
        if agreed and age not in SIGNS and self.least_age(age) is None:
            self.add_error(
                "age", _("Tapez le numéro de la case cochée, - si rien n’est coché, ! si plusieurs.")
            )
        if not understood:
            self.add_error("jour", wrong_sentence(Typed(wrong="day")))
        if agreed is False:
            # nothing else is read of a sheet that was not agreed to
            self.reading = Reading()
            return given
        answers, marks = self.read_questions()
        self.reading = Reading(
            answers=answers,
            marks=marks,
            consents=bool(agreed),
            age=self.least_age(age),
            parent_consents=bool(parent),
            filled_on=day,
        )
        return given

    def _ticked(self, name: str) -> bool | None:
        """True or False as typed; None, with an error, where neither was."""
        typed = self.cleaned_data.get(name, "").strip()
        if typed == "1":
            return True
        if typed in SIGNS:
            # a box that is neither clearly ticked nor clearly empty gives no agreement
            return False
        self.add_error(name, _("Tapez 1 si la case est cochée, - si elle ne l’est pas."))
        return None


class CallForm(ReadingForm):
    """A call: what the operator read aloud, what the person said, then the questions."""

    scelle = forms.CharField(widget=forms.HiddenInput)

    def _circumstances(self) -> None:
        minimum = self.consultation.minimum_age or 0
        notice = self.consultation.notices.current()
        self.fields["lue"] = forms.BooleanField(
            label=_("J’ai lu cette phrase en entier à la personne"),
            help_text=f"« {notice.consent_label} »",
            required=False,
        )
        self.fields["accord"] = forms.ChoiceField(
            label=_("La personne est-elle d’accord ?"),
            choices=[("oui", _("Oui, elle l’a dit")), ("non", _("Non"))],
            widget=forms.RadioSelect,
            required=False,
        )
        groups = age_groups(minimum)
        self.fields["age"] = forms.ChoiceField(
            label=_("Quel est son âge ?"),
            choices=[(str(number), label) for number, (_least, label) in enumerate(groups, start=1)],
            widget=forms.RadioSelect,
            required=False,
        )
        if asks_a_parent(minimum):
            self.fields["parent"] = forms.BooleanField(
                label=_("Avant 15 ans : un parent a donné son accord au téléphone"), required=False
            )

    def circumstances(self) -> list[forms.BoundField]:
        return [bound for bound in super().circumstances() if bound.name != "scelle"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("lue"):
            self.add_error(
                "lue", _("Lisez la phrase d’accord en entier à la personne, puis cochez cette case.")
            )
        if given.get("accord") not in ("oui", "non"):
            self.add_error("accord", _("Dites si la personne est d’accord."))
        if given.get("accord") != "oui":
            self.reading = Reading()
            return given
        if not given.get("age"):
            self.add_error("age", _("Demandez son âge à la personne, puis choisissez une réponse."))
        answers, marks = self.read_questions()
        self.reading = Reading(
            answers=answers,
            marks=marks,
            consents=True,
            age=self.least_age(given.get("age", "")),
            parent_consents=bool(given.get("parent")),
        )
        return given

    @property
    def sealed(self) -> str:
        return str(self["scelle"].value() or "")


class SheetNumberForm(forms.Form):
    """The number of the next sheet, typed or scanned."""

    code = forms.CharField(
        label=gettext_lazy("Numéro de la feuille"),
        help_text=gettext_lazy("Tapez-le ou lisez le code de la première page avec une douchette."),
        max_length=400,
        error_messages={"required": gettext_lazy("Écrivez le numéro de la feuille.")},
        widget=forms.TextInput(attrs={**_SHORT, "class": "fr-input", "autofocus": True}),
    )


class BatchForm(forms.Form):
    """What a batch is made of."""

    consultation = forms.ModelChoiceField(
        Consultation.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("Consultation"),
        empty_label=None,
    )
    registre = forms.ChoiceField(
        label=gettext_lazy("Version du questionnaire"),
        choices=[
            ("standard", gettext_lazy("Français courant")),
            ("falc", gettext_lazy("Facile à lire et à comprendre (FALC)")),
        ],
        widget=forms.RadioSelect,
        initial="standard",
    )
    nombre = forms.IntegerField(
        label=gettext_lazy("Nombre de livrets"), min_value=1, max_value=LARGEST, initial=25
    )
    territoire = forms.ModelChoiceField(
        Territory.objects.none(), label=gettext_lazy("Où les feuilles sont saisies"), empty_label=None
    )
    relais = forms.ModelChoiceField(
        Organisation.objects.none(),
        to_field_name="public_id",
        label=gettext_lazy("Relais qui distribue les livrets"),
        empty_label=gettext_lazy("Aucun"),
        required=False,
    )
    part = forms.IntegerField(
        label=gettext_lazy("Part des feuilles saisies deux fois, en %"),
        help_text=gettext_lazy(
            "Tirée au hasard après la première saisie. Elle mesure les erreurs de saisie."
        ),
        min_value=1,
        max_value=100,
        initial=USUAL_SHARE,
    )

    def __init__(
        self, *args: Any, consultations: Any, territories: Any, organisations: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("consultation", consultations),
            ("territoire", territories),
            ("relais", organisations),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


class ReceivedForm(forms.Form):
    recues = forms.IntegerField(label=gettext_lazy("Feuilles revenues, comptées à la main"), min_value=0)


def _question_field(item: PrintedQuestion) -> forms.CharField:
    question = item.question
    label = f"{item.number}. {question.title}"
    if question.kind == QuestionKind.LONG_TEXT:
        return forms.CharField(
            label=label,
            help_text=hint(item),
            required=False,
            strip=False,
            widget=forms.Textarea(attrs={"rows": 3, "class": "fr-input"}),
        )
    wide = question.kind in (QuestionKind.SHORT_TEXT, QuestionKind.TERRITORY)
    attributes = {"class": "fr-input"} if wide else {}
    field = short(label, hint(item), **attributes)
    field.max_length = None
    return field
