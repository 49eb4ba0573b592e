"""Frames of programmes, from a small YAML file: themes, organisers, deadline, recipient.

Fed by a file written by a person (documented in the organiser's guide). Feeds programmes, through their verbs.

A fact never overwrites what a person wrote: only empty fields are filled. The keys of the file that have no
place in a programme are listed, not dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common.errors import Refused
from fabrique.common.files import inspected
from fabrique.common.folding import fold
from fabrique.meetings.models import Programme
from fabrique.meetings.services import programmes
from fabrique.meetings.services.calendar_reading import corrections
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique_core.files import Kind

#: keys that become something of a programme
TAKEN = frozenset(
    {
        "name",
        "source",
        "steps",
        "meetings",
        "period",
        "first",
        "frame",
        "aim",
        "themes",
        "participants",
        "organisers",
        "transmitted_to",
        "transmission_deadline",
    }
)


@dataclass
class FactsReport:
    """What the facts did: titles opened, titles completed, and what was left aside with its reason."""

    created: list[str] = field(default_factory=list)
    completed: list[str] = field(default_factory=list)
    set_aside: list[dict[str, str]] = field(default_factory=list)


def import_facts(actor: Actor, *, data: bytes, name: str, dry_run: bool = False) -> FactsReport:
    """Open or complete the programmes of the file. Raises Refused('facts.form') on another kind of file."""
    require(actor, "meetings.import")
    report = FactsReport()
    for entry in _entries(data, name):
        title = " ".join(str(entry["name"]).replace("'", "’").split())
        territory = _territory_named(title)
        report.set_aside += [{"programme": title, "what": key} for key in entry if key not in TAKEN]
        if territory is None or territory.level == Level.COUNTRY:
            report.set_aside.append({"programme": title, "what": _("territoire hors du site")})
            continue
        try:
            _put(actor, title, territory, entry, report, dry_run)
        except Refused as refusal:
            report.set_aside.append({"programme": title, "what": str(refusal)})
    return report


def _entries(data: bytes, name: str) -> list[Mapping[str, Any]]:
    one = inspected(data, name, allowed=frozenset({Kind.TXT}))
    try:
        loaded = yaml.safe_load(one.data.decode("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Refused(
            "facts.form", _("Ce fichier de programmes ne se lit pas : ce n’est pas du YAML.")
        ) from error
    if not isinstance(loaded, list) or not all(
        isinstance(entry, dict) and entry.get("name") for entry in loaded
    ):
        raise Refused(
            "facts.form", _("Ce fichier de programmes est une liste, chaque programme avec son « name ».")
        )
    return loaded


def _territory_named(title: str) -> Territory | None:
    """The territory whose name stands in the title, the longest name first: « …dans l’Hérault, 2024 »."""
    words = f" {fold(title)} "
    levels = (Level.COUNTRY, Level.REGION, Level.DEPARTMENT, Level.OVERSEAS_COLLECTIVITY)
    named = [t for t in Territory.objects.filter(level__in=levels) if f" {t.folded_name} " in words]
    return max(named, key=lambda t: len(t.folded_name), default=None)


def _put(
    actor: Actor,
    title: str,
    territory: Territory,
    entry: Mapping[str, Any],
    report: FactsReport,
    dry_run: bool,
) -> None:
    require(actor, "meetings.edit", territory)
    programme = Programme.objects.filter(title=title, territory=territory).first()
    values = _values(entry)
    if programme is not None:
        values = {name: value for name, value in values.items() if getattr(programme, name) in (None, "")}
    themes = _themes(entry.get("themes"))
    organisers = [str(name) for name in entry.get("organisers") or []]
    wants_themes = bool(themes) and (programme is None or not programme.themes.exists())
    wants_organisers = bool(organisers) and (programme is None or not programme.organisers.exists())
    if programme is not None and not (values or wants_themes or wants_organisers):
        return
    (report.created if programme is None else report.completed).append(title)
    if dry_run:
        return
    with transaction.atomic():
        programme = programme or programmes.create_programme(actor, title=title, territory=territory)
        programme = programmes.change_programme(
            actor, programme=programme, organisers=organisers if wants_organisers else None, **values
        )
        if wants_themes:
            programmes.set_themes(actor, programme=programme, themes=themes)


def _values(entry: Mapping[str, Any]) -> dict[str, Any]:
    period = entry.get("period") or {}
    end_text, provisional = str(period.get("end_text") or ""), str(period.get("calendar") or "")
    note = ", ".join(
        part
        for part in (
            _("jusqu’à la %(end)s") % {"end": end_text} if end_text else "",
            _("calendrier %(kind)s") % {"kind": provisional} if provisional else "",
        )
        if part
    )
    values: dict[str, Any] = {
        "announced_steps": _number(entry.get("steps") or entry.get("meetings")),
        "starts_on": _date(period.get("start") or entry.get("first")),
        "ends_on": _date(period.get("end")),
        "period_note": note,
        "frame": _text(entry.get("frame"), "frame"),
        "aim": _text(entry.get("aim"), "aim"),
        "participants": ", ".join(str(one) for one in entry.get("participants") or []),
        "recipient": _text(entry.get("transmitted_to"), "recipient"),
        "transmission_deadline": _date(entry.get("transmission_deadline")),
        "provenance": _text(entry.get("source"), "source"),
    }
    return {name: value for name, value in values.items() if value not in (None, "")}


def _text(value: Any, column: str) -> str:
    text = " ".join(str(value or "").split())
    text = corrections().get((column, text), text).replace("'", "’")
    return f"{text[0].upper()}{text[1:]}" if text else ""


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and 0 < value < 10_000 else None


def _date(value: Any) -> date | None:
    return value if isinstance(value, date) else None


def _themes(given: Any) -> list[dict[str, str]]:
    """Themes as {slug, label}, or as plain words."""
    themes = []
    for theme in given or []:
        if isinstance(theme, dict):
            themes.append({"title": str(theme.get("label", "")), "key": str(theme.get("slug", ""))})
        else:
            themes.append({"title": _text(theme, "theme"), "key": ""})
    return [
        {**theme, "title": theme["title"].replace("'", "’")} for theme in themes if theme["title"].strip()
    ]
