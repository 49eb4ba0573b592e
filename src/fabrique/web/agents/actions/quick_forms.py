"""The quick update of an action: one form for a telephone, made of what waits on that action.

Fed by the sheet and its progress. Feeds plan.services.quick; what is left as it was is not written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from fabrique.common.clock import today
from fabrique.plan.enums import MilestoneState, Weather
from fabrique.plan.models import Action, BudgetLine, Indicator, Milestone
from fabrique.plan.progress import ActionProgress, IndicatorProgress
from fabrique.plan.services.budget import AMOUNTS
from fabrique.plan.services.quick import NewValue, Quick
from fabrique.web.agents.actions.fields import (
    BLOCKING,
    Amount,
    BlockingFields,
    Day,
    Measure,
    RoomForm,
    area,
    blocking_of,
    shown,
)
from fabrique.web.templatetags.francais import date_longue
from fabrique.web.templatetags.progres import derniere

#: milestones offered at once: the next ones due
NEXT = 3
_AMOUNT_WORDS = {"planned": _("Prévu"), "committed": _("Engagé"), "spent": _("Dépensé")}


@dataclass(frozen=True)
class Part:
    """One thing of the screen: its title, a line under it, its fields, and those that a click unfolds."""

    title: str
    note: str
    fields: list[Any]
    more: list[Any] = field(default_factory=list)
    more_title: str = ""

    @property
    def unfolded(self) -> bool:
        """Whether what is folded holds an error, which nobody should have to look for."""
        return any(one.errors for one in self.more)


class QuickForm(BlockingFields, RoomForm):
    """Weather and sentence, what blocks, next milestones, amounts of the year, a value for each indicator."""

    weather = forms.ChoiceField(
        label=_("Météo aujourd’hui"),
        required=False,
        choices=Weather.choices,
        widget=forms.RadioSelect,
        help_text=_("Ne rien choisir garde la météo d’avant."),
    )
    sentence = area(_("En une phrase, pourquoi"), 2)

    def __init__(self, *args: Any, action: Action, progress: ActionProgress, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        self.only_blocked(action)
        for name, value in blocking_of(action).items():
            self.fields[name].initial = value
        due = [one for one in action.milestones.all() if one.state == MilestoneState.DUE]
        self.milestones: list[Milestone] = sorted(due, key=lambda one: (one.due_on is None, one.due_on))[
            :NEXT
        ]
        self.lines: list[BudgetLine] = lines_of_the_year(action)
        self.measured = sorted(progress.indicators, key=lambda one: not one.late)
        for milestone in self.milestones:
            self._milestone(milestone)
        for line in self.lines:
            self._line(line)
        for one in self.measured:
            self._value(one.indicator)

    def _milestone(self, milestone: Milestone) -> None:
        key = f"jalon-{milestone.public_id}"
        self.fields[key] = forms.BooleanField(label=_("C’est fait"), required=False)
        self.fields[f"{key}-le"] = forms.DateField(
            label=_("Fait le"), required=False, widget=Day(), initial=today
        )

    def _line(self, line: BudgetLine) -> None:
        for name in AMOUNTS:
            self.fields[f"budget-{line.public_id}-{name}"] = Amount(
                label=_AMOUNT_WORDS[name], initial=getattr(line, name)
            )

    def _value(self, indicator: Indicator) -> None:
        key = f"valeur-{indicator.public_id}"
        self.fields[key] = Measure(label=_("Nouvelle valeur"))
        self.fields[f"{key}-au"] = forms.DateField(label=_("Au"), required=False, widget=Day(), initial=today)
        self.fields[f"{key}-source"] = forms.CharField(label=_("Source"), required=False, max_length=300)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("sentence") and not cleaned.get("weather"):
            self.add_error("weather", _now("Choisissez la météo que cette phrase explique."))
        if cleaned.get("weather") and not cleaned.get("sentence"):
            self.add_error("sentence", _now("Dites en une phrase ce qui explique cette météo."))
        for one in self.measured:
            key = f"valeur-{one.indicator.public_id}"
            if cleaned.get(key) is not None and not cleaned.get(f"{key}-au"):
                self.add_error(f"{key}-au", _now("Dites de quel jour est cette valeur."))
        return cleaned

    def update(self) -> Quick:
        """What the verb takes: only what was typed."""
        typed = self.cleaned_data
        return Quick(
            weather=typed["weather"],
            sentence=typed["sentence"],
            done=[
                (one, typed[f"jalon-{one.public_id}-le"])
                for one in self.milestones
                if typed[f"jalon-{one.public_id}"]
            ],
            money=[
                (line, {name: typed[f"budget-{line.public_id}-{name}"] for name in AMOUNTS})
                for line in self.lines
            ],
            values=list(self._new_values()),
            blocking=self.said() if self._blocking_touched() else None,
        )

    def _blocking_touched(self) -> bool:
        """Whether somebody wrote there; a form sent without those fields says nothing of them."""
        return "blocking" in self.data and bool({"lifted", *BLOCKING} & set(self.changed_data))

    def _new_values(self) -> Iterator[NewValue]:
        typed = self.cleaned_data
        for one in self.measured:
            key = f"valeur-{one.indicator.public_id}"
            if typed[key] is not None:
                yield NewValue(one.indicator, typed[f"{key}-au"], typed[key], typed[f"{key}-source"])

    def blocking_part(self) -> Part:
        """Folded as long as nothing blocks: most updates have nothing to say of it."""
        note = _now("L’action est bloquée") if self.action.blocking else ""
        first = [self["lifted"]] if "lifted" in self.fields else []
        return Part("", note, first, [self[name] for name in BLOCKING], self._blocking_title())

    def _blocking_title(self) -> str:
        if self.action.blocking:
            return _now("Ce qui bloque, et la décision attendue")
        return _now("Quelque chose bloque l’action, ou attend une décision")

    def milestone_parts(self) -> list[Part]:
        return [
            Part(
                one.label,
                _now("prévu le %(day)s") % {"day": date_longue(one.due_on)}
                if one.due_on
                else _now("sans date"),
                [self[f"jalon-{one.public_id}"]],
                [self[f"jalon-{one.public_id}-le"]],
                _now("Un autre jour qu’aujourd’hui"),
            )
            for one in self.milestones
        ]

    def money_parts(self) -> list[Part]:
        return [
            Part(
                f"{line.year} · {line.funder_name or line.get_funder_display()}",
                "",
                [self[f"budget-{line.public_id}-{name}"] for name in AMOUNTS],
            )
            for line in self.lines
        ]

    def value_parts(self) -> list[Part]:
        return [
            Part(
                one.indicator.title,
                _last_words(one),
                [self[f"valeur-{one.indicator.public_id}"]],
                [
                    self[f"valeur-{one.indicator.public_id}-au"],
                    self[f"valeur-{one.indicator.public_id}-source"],
                ],
                _now("Un autre jour qu’aujourd’hui, une source"),
            )
            for one in self.measured
        ]

    def differences(self, stored: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What somebody else stored: the weather, and the amounts that differ from those typed."""
        found = [{"label": str(_("Météo")), "texte": stored["weather"]}] if stored["weather"] else []
        for name in BLOCKING:
            theirs = shown(self.fields[name], stored["blocking"][name])
            if theirs != shown(self.fields[name], self.cleaned_data.get(name)):
                found.append({"label": str(self.fields[name].label), "texte": theirs})
        for line in self.lines:
            for name in AMOUNTS:
                key = f"budget-{line.public_id}-{name}"
                theirs = shown(self.fields[key], stored["lines"].get(line.public_id, {}).get(name))
                if theirs != shown(self.fields[key], self.cleaned_data.get(key)):
                    label = f"{line.year} · {line.get_funder_display()} · {self.fields[key].label}"
                    found.append({"label": label, "texte": theirs})
        return found


def _last_words(one: IndicatorProgress) -> str:
    if one.last is None:
        return _now("Aucune valeur encore, en %(unit)s.") % {"unit": one.indicator.unit}
    words = {"value": derniere(one), "day": date_longue(one.last.on)}
    return _now("Dernière valeur : %(value)s, au %(day)s.") % words


def lines_of_the_year(action: Action) -> list[BudgetLine]:
    """The money of this year; where there is none, that of the last year written."""
    lines = list(action.budget.all())
    this_year = [line for line in lines if line.year == today().year]
    if this_year or not lines:
        return this_year
    last = max(line.year for line in lines)
    return [line for line in lines if line.year == last]


def quick_values(action: Action) -> dict[str, Any]:
    """What is stored now, to compare after a conflict."""
    action = Action.objects.get(pk=action.pk)
    weather = action.weather.order_by("-given_at", "-pk").first()
    words = f"{weather.get_weather_display()} · {weather.sentence}" if weather else ""
    lines = {line.public_id: {name: getattr(line, name) for name in AMOUNTS} for line in action.budget.all()}
    return {
        "revision": action.revision,
        "weather": words,
        "lines": lines,
        "blocking": blocking_of(action),
    }
