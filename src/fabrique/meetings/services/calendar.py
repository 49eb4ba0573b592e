"""The import of a calendar of meetings: the same file twice changes nothing.

Fed by services.calendar_reading. Feeds programmes and meetings, through their own verbs.

A row is known again by its reference, or else by programme, department, kind and city (and its rank among
the rows that share them). What a person corrected on the screen stays: only the cells that changed in the
file since the last import are written. A date or a place is never changed behind people who registered.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds, require
from fabrique.common import journal
from fabrique.common.errors import Refused
from fabrique.common.folding import fold
from fabrique.meetings.enums import TAKEN_PLACE, MeetingState
from fabrique.meetings.models import Meeting, Programme
from fabrique.meetings.services import announcing, meetings, programmes
from fabrique.meetings.services.calendar_reading import Aside, CalendarRow, read_calendar
from fabrique.meetings.services.shared import changed, touch
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

#: columns written as they are read: {column: field}
WRITTEN = {
    "city": "city",
    "venue": "venue",
    "address": "address",
    "access": "access",
    "audience_note": "audience_note",
    "contact": "contact",
    "source": "provenance",
}
#: columns whose change those registered must be told
ANNOUNCED = {"date", "start", "end", "status", "city", "venue", "address"}


@dataclass
class CalendarReport:
    """What an import did, or would do. Lines are those of the file; nothing is left out without a reason."""

    dry_run: bool
    rows: int = 0
    programmes_created: list[str] = field(default_factory=list)
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    set_aside: list[Aside] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    corrections: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "dry_run": self.dry_run,
            "rows": self.rows,
            "programmes_created": self.programmes_created,
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "set_aside": [
                {"line": aside.line, "code": aside.code, "reason": aside.sentence} for aside in self.set_aside
            ],
            "ignored_columns": self.ignored_columns,
            "corrections": self.corrections,
        }


def import_calendar(actor: Actor, *, data: bytes, name: str, dry_run: bool = False) -> CalendarReport:
    """Load a calendar file (CSV or XLSX), row by row, each row whole or not at all.

    With `dry_run`, says what would be done and writes nothing. Raises Refused on a file that is no calendar,
    Forbidden where the actor may import nowhere; a row that cannot be taken is set aside with its reason.
    """
    require(actor, "meetings.import")
    reading = read_calendar(data, name)
    report = CalendarReport(dry_run=dry_run, ignored_columns=reading.ignored_columns)
    report.rows = len(reading.rows) + len(reading.set_aside)
    report.set_aside += reading.set_aside
    for key, row in _keyed(reading.rows):
        report.corrections += [
            {"line": row.line, "column": column, "found": row.found[column], "shown": shown}
            for column, shown in row.corrected.items()
        ]
        try:
            _take(actor, row, key, report)
        except Refused as refusal:
            report.set_aside.append(Aside(row.line, refusal.code, str(refusal)))
    report.set_aside.sort(key=lambda aside: aside.line)
    return report


def _keyed(rows: Iterable[CalendarRow]) -> Iterable[tuple[str, CalendarRow]]:
    """Each row with the key by which it is known again."""
    seen: Counter[str] = Counter()
    for row in rows:
        words = [
            row.found.get(name, "") for name in ("programme", "region_code", "department_code", "epci_code")
        ]
        if reference := row.found.get("reference"):
            identity = "|".join(["reference", fold(words[0]), reference])
        else:
            identity = "|".join(
                [*(fold(word) for word in words), row.kind.value, fold(row.found.get("city", ""))]
            )
        seen[identity] += 1
        yield hashlib.sha256(f"{identity}|{seen[identity]}".encode()).hexdigest(), row


def _take(actor: Actor, row: CalendarRow, key: str, report: CalendarReport) -> None:
    territory = _territory(row)
    if not holds(actor, "meetings.import", territory):
        raise Refused("row.forbidden", _("Votre rôle ne couvre pas ce territoire."))
    known = Meeting.objects.filter(import_key=key).select_related("programme", "territory").first()
    if known is not None:
        _take_again(actor, row, known, report)
        return
    programme, region = _programme(row, territory)
    title = _programme_title(row, region)
    if programme is None:
        if not holds(actor, "meetings.edit", region):
            raise Refused("row.programme_forbidden", _("Votre rôle ne permet pas d’ouvrir ce programme."))
        if title not in report.programmes_created:
            report.programmes_created.append(title)
    if not report.dry_run:
        with transaction.atomic():
            programme = programme or programmes.create_programme(actor, title=title, territory=region)
            _create(actor, row, programme, territory, key)
    report.created += 1


def _territory(row: CalendarRow) -> Territory:
    """Where the row takes place. Raises Refused on a code that is not loaded, or a name that is another's."""
    if code := row.found.get("epci_code"):
        found = Territory.objects.filter(level=Level.EPCI, code=code).first()
    else:
        code = row.found["department_code"]
        code = code.zfill(2) if code.isdecimal() else code.upper()
        levels = (Level.DEPARTMENT, Level.OVERSEAS_COLLECTIVITY)
        found = Territory.objects.filter(level__in=levels, code=code).first()
    if found is None:
        raise Refused(
            "row.territory", _("Le territoire « %(code)s » n’est pas connu ici.") % {"code": code[:20]}
        )
    named = row.found.get("department", "")
    if named and not row.found.get("epci_code") and fold(named) != fold(found.name):
        raise Refused(
            "row.territory_name",
            _("Le code %(code)s est celui de : %(name)s. La ligne dit : « %(named)s ».")
            % {"code": found.code, "name": found.name, "named": named[:60]},
        )
    return found


def _programme(row: CalendarRow, territory: Territory) -> tuple[Programme | None, Territory]:
    """The programme of the row, if it is known, and the region it would be opened in."""
    code = row.found.get("region_code")
    region = Territory.objects.filter(level=Level.REGION, code=code).first() if code else territory.region
    region = region or territory
    if not region.contains(territory):
        raise Refused(
            "row.region", _("Ce département n’est pas dans la région de code %(code)s.") % {"code": code}
        )
    titles = {row.found["programme"], _programme_title(row, region)}
    for programme in Programme.objects.filter(title__in=titles).select_related("territory").order_by("pk"):
        if programme.territory.contains(territory):
            return programme, region
    return None, region


def _programme_title(row: CalendarRow, region: Territory) -> str:
    """« CNR santé 2022, Occitanie »: the same name in two regions is two programmes."""
    name = " ".join(row.found["programme"].split())
    return name if fold(region.name) in fold(name) else f"{name}, {region.name}"


def _create(actor: Actor, row: CalendarRow, programme: Programme, territory: Territory, key: str) -> Meeting:
    texts: dict[str, Any] = {field: row.shown(column) for column, field in WRITTEN.items()}
    meeting = meetings.create_meeting(
        actor,
        programme=programme,
        kind=row.kind,
        title=_title(row, territory),
        territory=territory,
        themes=_themes(row, programme),
        import_key=key,
        as_found=row.found,
        capacity=row.capacity,
        audience=row.audience,
        summary=_sentence(row.kind_note),
        **texts,
    )
    return _live(actor, row, meeting)


def _title(row: CalendarRow, territory: Territory) -> str:
    if given := row.shown("title"):
        return given
    place = territory.in_form or f"({territory.name})"
    return f"{_sentence(row.kind_words).rstrip('.')} {place}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}." if text else ""


def _themes(row: CalendarRow, programme: Programme) -> list[Any]:
    """The themes named by the row; else, for a meeting still to come, all those of its programme."""
    known = list(programme.themes.all())
    if row.themes:
        wanted = {fold(title) for title in row.themes}
        found = [theme for theme in known if fold(theme.title) in wanted or fold(theme.key) in wanted]
        if len(found) != len(wanted):
            raise Refused("row.theme", _("Un thème de cette ligne n’est pas de son programme."))
        return found
    return [] if row.state in TAKEN_PLACE else known


def _instants(row: CalendarRow) -> tuple[datetime, datetime | None]:
    assert row.day is not None
    zone = timezone.get_default_timezone()
    starts = datetime.combine(row.day, row.start or time(), zone)
    return starts, datetime.combine(row.day, row.end, zone) if row.end else None


def _live(actor: Actor, row: CalendarRow, meeting: Meeting) -> Meeting:
    """Bring the meeting to the date and the state of the row, by the verbs of its life."""
    if row.day is not None:
        starts, ends = _instants(row)
        put = (starts, ends, row.start is not None)
        if put != (meeting.starts_at, meeting.ends_at, meeting.hours_known):
            meeting = meetings.schedule_meeting(
                actor, meeting=meeting, starts_at=starts, ends_at=ends, hours_known=put[2]
            )
    notice = _("Annoncé par le calendrier reçu.")
    if row.state == meeting.state:
        return meeting
    if row.state == MeetingState.HELD:
        return meetings.mark_held(actor, meeting=meeting)
    if row.state == MeetingState.CANCELLED:
        return announcing.cancel_meeting(actor, meeting=meeting, notice=notice).meeting
    if row.state == MeetingState.POSTPONED:
        return announcing.postpone_meeting(actor, meeting=meeting, notice=notice).meeting
    return meeting


def _take_again(actor: Actor, row: CalendarRow, meeting: Meeting, report: CalendarReport) -> None:
    """A row seen before: only the cells that changed in the file are written."""
    before = meeting.as_found or {}
    differing = {name for name in {*before, *row.found} if before.get(name, "") != row.found.get(name, "")}
    if not differing:
        report.unchanged += 1
        return
    if differing & ANNOUNCED and meeting.registrations.to_notify().exists():
        raise Refused(
            "row.registered",
            _(
                "Des personnes sont inscrites : changez la date ou le lieu à l’écran, pour qu’elles soient prévenues."
            ),
        )
    if meeting.state in TAKEN_PLACE and differing & {"date", "start", "end", "status"}:
        raise Refused("row.held", _("Cette rencontre a eu lieu : sa date et son état ne changent plus."))
    if row.day is None and meeting.starts_at is not None and row.state == MeetingState.TO_SCHEDULE:
        raise Refused(
            "row.date_gone",
            _("Cette rencontre avait une date, qui a disparu du fichier : reportez-la à l’écran."),
        )
    if not report.dry_run:
        with transaction.atomic():
            _write_again(actor, row, meeting, differing)
    report.changed += 1


def _write_again(actor: Actor, row: CalendarRow, meeting: Meeting, differing: set[str]) -> None:
    values: dict[str, Any] = {WRITTEN[name]: row.shown(name) for name in differing & set(WRITTEN)}
    if "title" in differing and row.shown("title"):
        values["title"] = row.shown("title")
    if "capacity" in differing:
        values["capacity"] = row.capacity
    if differing & {"audience", "audience_note"}:
        values |= {"audience": row.audience, "audience_note": row.shown("audience_note")}
    if "kind" in differing:
        values["kind"] = row.kind
    themes = _themes(row, meeting.programme) if "themes" in differing else None
    meeting = meetings.change_meeting(actor, meeting=meeting, themes=themes, **values)
    if differing & {"date", "start", "end", "status"}:
        meeting = _live(actor, row, meeting)
    changed(meeting, {"as_found": row.found})
    touch(meeting)
    meeting.save(update_fields=["as_found", "revision", "updated_at"])
    journal.record(actor, "meetings.import_row", meeting)
