"""Forms of the room, drawn from the table of the file's fields: what a form says is what a file would say.

Fed by what the agent types. Feeds the verbs of nomenclature, life and loading, which hold every rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import OrganisationKind
from fabrique.plan.models import Challenge, Plan
from fabrique.plan.services.exporting import address_of, rows_of
from fabrique.plan.services.layout.spec import BY_SECTION, Field, Kind, LevelSpec, Node
from fabrique.plan.services.nomenclature import OF_A_TERRITORY
from fabrique.territories.models import Territory
from fabrique.web.agents.plan.access import territories_of
from fabrique.web.templatetags.francais import date_longue

#: fields written by their own gestures or by a file alone
_ELSEWHERE = frozenset({"facts", "published"})
_HELP = {
    "key": _(
        "Laissez vide : elle est faite d’après l’intitulé. Elle ne change plus ensuite, les fichiers la citent."
    ),
    "basis": _("« Déduit » : le titre n’est pas écrit tel quel dans le plan."),
    "title": "",
    "source_note": _("D’où vient ce texte : document, page."),
    "variant": _("Le même intitulé, comme une autre page du plan l’écrit."),
    "graduation": _("Qui reçoit davantage, et selon quel besoin."),
    "marks": "",
    "declines": _("Pour un objectif de département : l’objectif régional du même défi qu’il met en œuvre."),
    "attached_on": _("Un programme peut être rattaché des années après l’adoption."),
    "years": "",
    "linked": _("Porté par d’autres, cité par le plan."),
}
_ROWS = {"title": 2, "variant": 2, "source_note": 2, "description": 5, "graduation": 3}


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class NodeForm(forms.Form):
    """One node of any level: its fields are those of the layout, its values those of the file."""

    token = forms.CharField(required=False, widget=forms.HiddenInput)
    conflict: list[dict[str, Any]] | None = None

    def __init__(
        self, data: Any = None, *, actor: Agent, plan: Plan, level: LevelSpec, node: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.level = level
        for described in level.fields:
            if described.name in _ELSEWHERE or (described.kind is Kind.KEY and node is not None):
                continue
            for name, field in _fields(described, actor, plan, level, node):
                field.label = capfirst(field.label)
                self.fields[name] = field
        self.order_fields(["title"])

    def values(self) -> Node:
        """What was typed, in the form of the file."""
        cleaned = self.cleaned_data
        found: Node = {}
        for described in self.level.fields:
            name = described.name
            if name not in self.fields:
                continue
            value = cleaned.get(name)
            if described.kind is Kind.ORGANISATION:
                value = _organisation(cleaned, name)
            elif described.kind is Kind.DATE:
                value = value.isoformat() if value else ""
            found[name] = value
        return found

    def as_read(self) -> list[tuple[Any, str]]:
        """(label, words) of what the node says, for whoever reads it without writing."""
        said = []
        for field in self.visible_fields():
            words = _in_words(field.field, field.value())
            if words and not (field.name.endswith(("_kind", "_territory")) and not self._holds(field.name)):
                said.append((field.label, words))
        return said

    def _holds(self, name: str) -> bool:
        """Whether the organisation that this field speaks of is named at all."""
        return bool(self[name.rpartition("_")[0]].value())

    def keep_over(self, token: str, stored: Node) -> None:
        """Somebody wrote meanwhile: show what they stored; saving again, with this token, is then a decision."""
        data: Any = self.data
        data = data.copy()
        data["token"] = token
        self.data = data
        typed = self.values()
        self.conflict = [
            {"label": self.fields[name].label, "texte": _in_words(self.fields[name], stored[name])}
            for name in typed
            if name in self.fields and (stored[name] or "") != (typed[name] or "")
        ]

    def put_problems(self, problems: Iterable[tuple[str, str]]) -> None:
        """Faults of the layout, each beside its field."""
        for place, sentence in problems:
            name = place.rpartition(".")[2]
            self.add_error(name if name in self.fields else None, sentence)


def _in_words(field: forms.Field, value: Any) -> str:
    """A value as a person reads it: the words of a choice, a French date, the name of an organisation."""
    choices = dict(getattr(field, "choices", ()))
    if isinstance(value, dict):
        return str(value.get("name", ""))
    if isinstance(value, list):
        return ", ".join(str(choices.get(one, one)) for one in value)
    if isinstance(value, bool):
        return _gettext("oui") if value else ""
    if isinstance(value, str) and len(value) == 10 and isinstance(field, forms.DateField):
        return date_longue(date.fromisoformat(value))
    return str(choices.get(value, value) or "") if value not in (None, "") else ""


def initial_of(node: Node) -> dict[str, Any]:
    """A node in the form of the file, as the fields of its form."""
    found = dict(node)
    for name in ("organisation", "holder"):
        said = node.get(name) or {}
        found[name] = said.get("name", "")
        found[f"{name}_kind"] = said.get("kind", OrganisationKind.OTHER)
        found[f"{name}_territory"] = said.get("territory", "")
    return found


def _fields(
    described: Field, actor: Agent, plan: Plan, level: LevelSpec, node: Any
) -> Iterable[tuple[str, forms.Field]]:
    common: dict[str, Any] = {
        "label": described.label,
        "required": described.required and described.kind is not Kind.KEY,
        "help_text": _HELP.get(described.name, ""),
    }
    kind = described.kind
    if kind is Kind.TEXT:
        rows = _ROWS.get(described.name, 3)
        yield described.name, forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **common)
    elif kind is Kind.FLAG:
        yield described.name, forms.BooleanField(**{**common, "required": False})
    elif kind is Kind.NUMBER:
        yield described.name, forms.IntegerField(min_value=0, max_value=32_767, **common)
    elif kind is Kind.DATE:
        yield described.name, forms.DateField(widget=Day(), **common)
    elif kind is Kind.CHOICE:
        choices = _worded(described)
        empty = [] if described.required or described.default else [("", _("À déterminer"))]
        yield described.name, forms.ChoiceField(choices=[*empty, *choices], **common)
    elif kind is Kind.CHOICES:
        yield described.name, _several(_worded(described), common)
    elif kind is Kind.REF:
        yield described.name, forms.ChoiceField(choices=_nodes(described, plan, node), **common)
    elif kind is Kind.REFS:
        yield described.name, _several(_named(plan, described.to), common)
    elif kind is Kind.TERRITORY:
        yield (
            described.name,
            forms.ChoiceField(choices=_territories(actor, plan, level, described, node), **common),
        )
    elif kind is Kind.ORGANISATION:
        yield from _organisation_fields(described, plan)
    else:
        length = described.length or None
        yield described.name, forms.CharField(max_length=length, **common)


def _worded(described: Field) -> list[tuple[str, Any]]:
    choices = described.choices.choices if described.choices else []
    return [(code, capfirst(label)) for code, label in choices]


def _several(choices: Iterable[tuple[str, Any]], common: Mapping[str, Any]) -> forms.Field:
    return forms.MultipleChoiceField(choices=list(choices), widget=forms.CheckboxSelectMultiple, **common)


def _named(plan: Plan, section: str) -> list[tuple[str, str]]:
    return [(row.key, _short(row)) for row in rows_of(plan, BY_SECTION[section])]


def _short(row: Any) -> str:
    """What names a node in a list of choices."""
    text = row.title or _gettext("Défi sans titre connu (%(key)s)") % {"key": row.key}
    if isinstance(row, Challenge) and row.commitment is not None:
        text = f"{row.commitment.number}. {text}"
    return text if len(text) <= 110 else f"{text[:107]}…"


def _nodes(described: Field, plan: Plan, node: Any) -> list[tuple[str, Any]]:
    """The nodes that a reference may name; objectives that may be declined are those of the region."""
    of = plan.previous if described.to.startswith("previous.") else plan
    if of is None:
        return [("", _("Aucun"))]
    rows = rows_of(of, BY_SECTION[described.to.removeprefix("previous.")])
    if described.name == "declines":
        rows = [row for row in rows if row.territory_id == plan.territory_id]
    rows = [row for row in rows if node is None or row.pk != node.pk or type(row) is not type(node)]
    empty = _("À choisir") if described.required else _("Aucun")
    return [("", empty), *((row.key, _short(row)) for row in rows)]


def _territories(
    actor: Agent, plan: Plan, level: LevelSpec, described: Field, node: Any
) -> list[tuple[str, Any]]:
    """Where the agent may put a node; that of the node itself too, so that whoever only reads it has its name."""
    if level.section in OF_A_TERRITORY:
        offered = territories_of(actor, plan, level)
    else:
        offered = [*Territory.objects.within(plan.territory).departments().order_by("code")]
    own = getattr(node, "territory", None)
    if own is not None and own not in offered:
        offered = [own, *offered]
    empty = [] if described.required else [("", _("Toute la région"))]
    return [*empty, *((address_of(one), one.name) for one in offered)]


def _organisation_fields(described: Field, plan: Plan) -> Iterable[tuple[str, forms.Field]]:
    yield described.name, forms.CharField(label=described.label, max_length=200, required=False)
    yield (
        f"{described.name}_kind",
        forms.ChoiceField(
            label=_("Nature de cet organisme"),
            choices=OrganisationKind.choices,
            required=False,
            initial=OrganisationKind.OTHER,
        ),
    )
    departments = Territory.objects.within(plan.territory).departments().order_by("code")
    yield (
        f"{described.name}_territory",
        forms.ChoiceField(
            label=_("Territoire de cet organisme"),
            choices=[(address_of(one), one.name) for one in [plan.territory, *departments]],
            required=False,
        ),
    )


def _organisation(cleaned: Mapping[str, Any], name: str) -> dict[str, str] | None:
    if not cleaned.get(name):
        return None
    return {
        "name": cleaned[name],
        "kind": cleaned.get(f"{name}_kind") or OrganisationKind.OTHER.value,
        "territory": cleaned.get(f"{name}_territory") or "",
    }


class NewPlanForm(forms.Form):
    title = forms.CharField(label=_("Intitulé"), max_length=200)
    starts_on = forms.DateField(label=_("Commence le"), required=False, widget=Day())
    ends_on = forms.DateField(label=_("Se termine le"), required=False, widget=Day())
    source_note = forms.CharField(
        label=_("Source"),
        required=False,
        help_text=_("D’où vient ce texte."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class TitleForm(forms.Form):
    title = forms.CharField(label=_("Titre du défi"), widget=forms.Textarea(attrs={"rows": 2}))
    commitment = forms.ChoiceField(label=_("Engagement"), required=False)
    source_note = forms.CharField(
        label=_("Où ce titre se lit"),
        help_text=_("Le document et la page. Sans source, un titre ne s’écrit pas."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [(row.key, f"{row.number}. {row.title}") for row in plan.commitments.order_by("number")]
        self.fields["commitment"].choices = [("", _("Pas encore connu")), *rows]  # type: ignore[attr-defined]


class AdoptForm(forms.Form):
    on = forms.DateField(label=_("Date de l’arrêté"), widget=Day())
    act = forms.CharField(
        label=_("Arrêté d’adoption"),
        max_length=300,
        help_text=_("Son numéro et sa date, tels qu’ils sont publiés."),
    )
    act_url = forms.URLField(
        label=_("Adresse du recueil des actes administratifs"),
        max_length=500,
        required=False,
        assume_scheme="https",
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier du plan"),
        help_text=_(
            "YAML, ou archive zip de tables CSV. Rien n’est écrit avant que vous ayez vu ce qui change."
        ),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.zip"}),
        error_messages={"required": _("Choisissez un fichier.")},
    )
