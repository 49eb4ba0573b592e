"""What differs between two entries: the sheets that wait, and one sheet settled by a person, paper in hand.

Fed by fabrique.paper. Feeds templates/agents/papier/.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.common.errors import Forbidden, Refused
from fabrique.paper import services
from fabrique.paper.enums import Cause, FormState, Outcome
from fabrique.paper.models import PaperForm
from fabrique.paper.services import AGREEMENT, DAY, Decision, Reading
from fabrique.web.agents.papier.access import code_of, reach, reach_form, url
from fabrique.web.agents.papier.forms import short
from fabrique.web.agents.papier.notation import Typed, read_day, read_field
from fabrique.web.agents.papier.wording import hint, read_in_words, wrong_sentence
from fabrique.web.shared.actors import agent
from fabrique.web.shared.ages import age_groups
from fabrique.web.shared.booklets import printed_sections
from fabrique.web.shared.questionnaire import names_of, sentence
from fabrique.web.templatetags.francais import date_longue
from fabrique_core.text.numbers import whole


@require_safe
def differences(request: HttpRequest, batch_id: str) -> HttpResponse:
    """The sheets of the batch whose two entries differ."""
    batch = reach(request, batch_id, "paper.settle")
    rows = [
        {
            "form": form,
            "code": services.sheet_code(batch.code, form.number),
            "ecarts": form.comparisons.filter(outcome=Outcome.OPEN).count(),
            "operateurs": [entry.operator.full_name for entry in form.entries.select_related("operator")],
        }
        for form in batch.forms.to_settle().order_by("number")
    ]
    return render(request, "agents/papier/ecarts.html", {"lot": batch, "feuilles": rows})


class SettlingForm(forms.Form):
    """Three fields a difference: who is right, what else the sheet says, where the difference comes from."""

    def __init__(self, *args: Any, sheet: PaperForm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        self.consultation = sheet.batch.version.consultation
        self.definition = services.definition_for(sheet)
        self.first, self.second = services.readings_of(sheet)
        self.items = {
            item.question.key: item
            for section in printed_sections(self.definition)
            for item in section.questions
        }
        waiting = sheet.comparisons.filter(outcome=Outcome.OPEN).values_list("question", flat=True)
        more = [key for key in self.items if self.data.get(f"d-{key}") or self.data.get(f"plus-{key}")]
        self.keys = list(dict.fromkeys([*waiting, *more]))
        self.communes = names_of([*self.first.answers.values(), *self.second.answers.values()])
        for key in self.keys:
            self._fields(key)

    def _fields(self, key: str) -> None:
        self.fields[f"d-{key}"] = forms.ChoiceField(
            label=_("Que dit la feuille ?"),
            choices=[
                (Outcome.FIRST_RIGHT, _("La première saisie est juste")),
                (Outcome.SECOND_RIGHT, _("La seconde saisie est juste")),
                (Outcome.BOTH_WRONG, _("Aucune des deux : je tape ce que dit la feuille")),
            ],
            widget=forms.RadioSelect,
            required=False,
        )
        self.fields[f"v-{key}"] = self._value_field(key)
        self.fields[f"c-{key}"] = forms.ChoiceField(
            label=_("D’où vient l’écart ?"),
            choices=[("", _("Choisir")), *Cause.choices],
            required=False,
        )

    def _value_field(self, key: str) -> forms.CharField:
        if key == AGREEMENT:
            return short(_("Ce que dit la feuille"), _("accord, âge, parent : par exemple 1 1 -"))
        if key == DAY:
            return short(_("Ce que dit la feuille"), _("jour, mois, année : 030226 · - rien"))
        question = self.items[key].question
        if question.is_text:
            return forms.CharField(
                label=_("Ce que dit la feuille"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "class": "fr-input"}),
            )
        return short(_("Ce que dit la feuille"), hint(self.items[key]), **{"class": "fr-input"})

    def rows(self) -> list[dict[str, Any]]:
        """What the template shows of each difference."""
        return [
            {
                "cle": key,
                "titre": self._title(key),
                "premiere": self._words(self.first, key, self.second),
                "seconde": self._words(self.second, key, self.first),
                "choix": self[f"d-{key}"],
                "valeur": self[f"v-{key}"],
                "cause": self[f"c-{key}"],
            }
            for key in self.keys
        ]

    def _title(self, key: str) -> str:
        heads = {AGREEMENT: _("Accord et âge"), DAY: _("Date écrite sur la feuille")}
        if key in heads:
            return heads[key]
        return f"{self.items[key].number}. {self.items[key].question.title}"

    def _words(self, reading: Reading, key: str, other: Reading) -> SafeString:
        """One reading in words; in a text, the words that the other does not have stand out."""
        if key == AGREEMENT:
            return format_html("{}", self._agreement(reading))
        if key == DAY:
            return format_html("{}", date_longue(reading.filled_on) if reading.filled_on else _("aucune"))
        question = self.items[key].question
        left, right = reading.answers.get(key), other.answers.get(key)
        if question.is_text and left and right:
            return highlighted(left, right)
        lines = read_in_words(question, left, reading.marks.get(key, ""), self.communes)
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))

    def _agreement(self, reading: Reading) -> str:
        agreed = _("accord coché") if reading.consents else _("accord non coché")
        labels = dict(age_groups(self.consultation.minimum_age or 0))
        age = str(labels[reading.age]) if reading.age is not None else _("âge non coché")
        parent = [_("accord d’un parent coché")] if reading.parent_consents else []
        return ", ".join([agreed, age, *parent])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        self.decisions: dict[str, Decision] = {}
        for key in self.keys:
            outcome, cause = given.get(f"d-{key}"), given.get(f"c-{key}")
            if not outcome:
                self.add_error(f"d-{key}", _("Choisissez ce que dit la feuille."))
            if not cause:
                self.add_error(f"c-{key}", _("Dites d’où vient l’écart."))
            if not outcome or not cause:
                continue
            value, mark = None, ""
            if outcome == Outcome.BOTH_WRONG:
                value, mark = self._typed(key, given.get(f"v-{key}", ""))
            self.decisions[key] = Decision(Outcome(outcome), Cause(cause), value, mark)
        return given

    def _typed(self, key: str, text: str) -> tuple[Any, str]:
        """(value, mark) typed for what neither entry had right; errors go to the field."""
        name = f"v-{key}"
        if not text.strip():
            self.add_error(name, _("Tapez ce que dit la feuille, ou - si rien n’est écrit."))
            return None, ""
        if key == DAY:
            day, understood = read_day(text)
            if not understood:
                self.add_error(name, wrong_sentence(Typed(wrong="day")))
            return day, ""
        if key == AGREEMENT:
            return self._typed_agreement(name, text), ""
        typed = read_field(self.items[key].question, text, self.consultation.perimeter)
        if typed.wrong:
            self.add_error(name, wrong_sentence(typed))
        return typed.answer, typed.mark

    def _typed_agreement(self, name: str, text: str) -> tuple[bool, int | None, bool]:
        signs = [*text.replace(" ", ""), "-", "-", "-"][:3]
        groups = age_groups(self.consultation.minimum_age or 0)
        number = whole(signs[1]) or 0
        if signs[0] not in "1-!?" or number > len(groups):
            self.add_error(name, _("Tapez trois signes : accord, âge, parent ; par exemple 1 1 -."))
        age = groups[number - 1][0] if 1 <= number <= len(groups) else None
        return signs[0] == "1", age, signs[2] == "1"

    def show(self, refusal: Refused) -> None:
        """The verb's refusal, under the fields that it bears on; a question now put gets its own row."""
        if refusal.code != "paper.reading":
            self.add_error(None, str(refusal))
            return
        for error in refusal.params["errors"]:  # type: ignore[attr-defined]
            if error.question not in self.keys:
                self.keys.append(error.question)
                self._fields(error.question)
            name = f"v-{error.question}"
            if error.question == DAY or error.code in ("skipped", "both", "too_many", "exclusive"):
                self.add_error(name, wrong_sentence(Typed(wrong=error.code)))
            else:
                question = self.items[error.question].question
                self.add_error(name, sentence(question, error.code, error.params))


def highlighted(text: str, other: str) -> SafeString:
    """The text, the words that the other one does not have in <mark>."""
    words = text.split()
    matcher = difflib.SequenceMatcher(a=other.split(), b=words, autojunk=False)
    parts = []
    for tag, _i1, _i2, start, end in matcher.get_opcodes():
        said = " ".join(words[start:end])
        if said:
            parts.append(format_html("{}" if tag == "equal" else "<mark>{}</mark>", said))
    return format_html_join(" ", "{}", ((part,) for part in parts))


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, batch_id: str, number: int) -> HttpResponse:
    """One sheet: both readings side by side, the sheet's own word asked for."""
    sheet = reach_form(request, batch_id, number, "paper.settle")
    if sheet.state != FormState.DIFFERENT:
        messages.info(request, _("Il n’y a plus rien à trancher sur cette feuille."))
        return redirect(url(sheet.batch, "ecarts"))
    form = SettlingForm(request.POST if request.method == "POST" else None, sheet=sheet, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            settled = services.settle(agent(request), form=sheet, decisions=form.decisions)
        except Forbidden:
            raise
        except Refused as refusal:
            form.show(refusal)
        else:
            _tell(request, settled, code_of(sheet))
            return redirect(url(sheet.batch, "ecarts"))
    entries: Mapping[int, Any] = {
        entry.rank: entry for entry in sheet.entries.select_related("operator").order_by("rank")
    }
    context = {
        "form": form,
        "lignes": form.rows(),
        "feuille": sheet,
        "code": code_of(sheet),
        "lot": sheet.batch,
        "premier": entries[1],
        "second": entries[2],
    }
    return render(request, "agents/papier/trancher.html", context)


def _tell(request: HttpRequest, sheet: PaperForm, code: str) -> None:
    if sheet.state == FormState.ASIDE:
        messages.success(
            request,
            _("Feuille %(code)s comptée, pas enregistrée : %(reason)s.")
            % {"code": code, "reason": sheet.get_aside_reason_display()},
        )
    else:
        messages.success(request, _("Feuille %(code)s tranchée : elle est dans le corpus.") % {"code": code})
