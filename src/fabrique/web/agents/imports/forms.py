"""Forms of the room of imports: a file to send, then what each of its columns is for.

Fed by what the agent types. Feeds the verbs of imports.services, which hold every rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from fabrique.accounts.actors import Agent
from fabrique.contributions.enums import Channel, Unit
from fabrique.imports.enums import ANSWERING, ColumnRole
from fabrique.imports.models import ImportJob
from fabrique.imports.services.guessing import OURS, personal
from fabrique.imports.services.mapping import CHANNELS
from fabrique.territories.models import Territory
from fabrique.web.agents.imports.access import kinds_for, territories_for

#: examples of a column shown beside it, and their length
EXAMPLES, SHOWN = 3, 70
#: a column of another platform may be what these roles say only if its preset says how
_WITH_DETAILS = {ColumnRole.TICK: "choice", ColumnRole.RANK: "rank"}


class UploadForm(forms.Form):
    """A file, what it is, and the territory that it is about."""

    file = forms.FileField(label=_("Fichier"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Format"),
        required=False,
        help_text=_("Dans le doute, laissez « Reconnaître le format » : les titres des colonnes le disent."),
    )
    perimeter = forms.ModelChoiceField(
        label=_("Territoire"),
        queryset=Territory.objects.none(),
        empty_label=None,
        help_text=_(
            "Celui sur lequel portait la participation. Il décide de qui peut lire ces contributions."
        ),
    )
    sheet = forms.CharField(
        label=_("Feuille du classeur"), required=False, help_text=_("La première, si vous n’écrivez rien.")
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, actor: Agent, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self.fields["kind"], [("", _("Reconnaître le format")), *kinds_for(actor)])
        self.fields["perimeter"].queryset = territories_for(actor)  # type: ignore[attr-defined]
        self.fields["file"].help_text = _gettext(
            "CSV, XLSX, ODS ou .lss, %(limit)s Mo au plus. Le fichier est gardé chiffré le temps de l’import, "
            "puis effacé."
        ) % {"limit": settings.FABRIQUE_UPLOAD_MB}
        self.initial.setdefault("token", get_random_string(32))


class ColumnsForm(forms.Form):
    """Title, unit, channel, then two fields a column: its use and, where it answers, the question's wording."""

    label = forms.CharField(
        label=_("Intitulé"),
        max_length=200,
        help_text=_("Le même intitulé, dans le même territoire, complète les contributions déjà importées."),
    )
    unit = forms.ChoiceField(
        label=_("Qui parle dans ce fichier ?"),
        choices=[
            (Unit.PERSON, _("Des personnes, une par ligne")),
            (Unit.ORGANISATION, _("Des organisations, une par ligne")),
            (Unit.GROUP, _("Des groupes : chaque ligne est le propos de plusieurs personnes")),
        ],
        widget=forms.RadioSelect,
        help_text=_(
            "Un fichier n’a qu’une réponse : personnes, groupes et organisations ne s’additionnent jamais."
        ),
    )
    channel = forms.ChoiceField(
        label=_("Comment ces contributions ont-elles été recueillies ?"),
        choices=[
            (channel, _("sur une autre plateforme") if channel == Channel.IMPORT else channel.label)
            for channel in CHANNELS
        ],
        initial=Channel.IMPORT,
    )

    def __init__(self, *args: Any, job: ImportJob, sample: Sequence[Sequence[str]], **kwargs: Any) -> None:
        mapping = job.mapping
        kwargs.setdefault(
            "initial",
            {"label": job.label, "unit": job.unit, "channel": mapping.get("channel", Channel.IMPORT)},
        )
        super().__init__(*args, **kwargs)
        self._job = job
        self._known = {column["name"]: column for column in mapping.get("columns", ())}
        self._shown: list[dict[str, Any]] = []
        for place, name in enumerate(job.layout["columns"]):
            if name and name not in OURS:
                self._add(place, name, [row[place] for row in sample if place < len(row) and row[place]])

    def _add(self, place: int, name: str, values: Sequence[str]) -> None:
        known = self._known.get(name, {"role": str(ColumnRole.IGNORE)})
        secret = personal(name, values)
        role = forms.ChoiceField(
            label=_gettext("Usage de « %(name)s »") % {"name": name[:120]},
            choices=_roles(known, secret),
            initial=known["role"],
        )
        wording = forms.CharField(
            label=_gettext("Énoncé de la question pour « %(name)s »") % {"name": name[:120]},
            required=False,
            max_length=2_000,
            initial=known.get("wording", "") if known["role"] in ANSWERING else "",
        )
        self.fields[f"role_{place}"] = role
        if not secret:
            self.fields[f"wording_{place}"] = wording
        examples = [] if secret else list(dict.fromkeys(values))[:EXAMPLES]
        self._shown.append({"place": place, "name": name, "secret": secret, "examples": examples})

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns to show: name, examples, and their bound fields."""
        return [
            {
                **one,
                "examples": [text if len(text) <= SHOWN else f"{text[:SHOWN]}…" for text in one["examples"]],
                "role": self[f"role_{one['place']}"],
                "answers": self[f"role_{one['place']}"].value() in ANSWERING,
                "wording": None if one["secret"] else self[f"wording_{one['place']}"],
            }
            for one in self._shown
        ]

    def mapping(self) -> dict[str, Any]:
        """What was chosen, with what the platform's preset knows of each column."""
        found = {**self._job.mapping, "channel": self.cleaned_data["channel"], "columns": []}
        found.pop("from", None)
        for one in self._shown:
            known = dict(self._known.get(one["name"], {}))
            role = self.cleaned_data[f"role_{one['place']}"]
            if known.get("role") != role:
                # another use: what the preset knew of the former one no longer holds
                known = {name: known[name] for name in ("choice", "rank") if name in known}
            wording = self.cleaned_data.get(f"wording_{one['place']}", "").strip()
            found["columns"].append(
                {
                    **known,
                    "name": one["name"],
                    "role": role,
                    "wording": wording or known.get("wording") or one["name"],
                }
            )
        return found


def _roles(known: dict[str, Any], secret: bool) -> list[tuple[str, Any]]:
    if secret:
        return [(str(role), role.label) for role in (ColumnRole.IGNORE, ColumnRole.IDENTITY)]
    return [
        (str(role), role.label)
        for role in ColumnRole
        if role not in _WITH_DETAILS or _WITH_DETAILS[role] in known
    ]


def _choices(field: forms.Field, choices: list[tuple[Any, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
