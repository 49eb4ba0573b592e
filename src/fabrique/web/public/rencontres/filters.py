"""The filters of the public calendar, read from the address: department, theme, kind, period.

Fed by the query string. Feeds the calendar page; a value that names nothing is as if it were not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from fabrique.common.clock import today
from fabrique.meetings.enums import MeetingKind
from fabrique.meetings.models import Meeting, MeetingTheme
from fabrique.meetings.querysets import MeetingQuerySet
from fabrique.territories.models import Territory

AHEAD, BEHIND, ALL = "a-venir", "passees", "toutes"
PERIODS = ((AHEAD, _("À venir")), (BEHIND, _("Passées")), (ALL, _("Toutes les dates")))


class CalendarFilter:
    """What the visitor chose. `options` of each filter hold only what would show something."""

    def __init__(self, query: Mapping[str, Any]) -> None:
        self._query = query

    def _one(self, name: str, known: list[str]) -> str:
        value = str(self._query.get(name, ""))
        return value if value in known else ""

    @cached_property
    def departments(self) -> list[Territory]:
        with_one = Meeting.objects.public().values("department")
        return list(Territory.objects.filter(pk__in=with_one).order_by("code"))

    @cached_property
    def themes(self) -> list[tuple[str, str]]:
        """(key, title), once a key: programmes may share one."""
        rows = MeetingTheme.objects.filter(programme__published_at__isnull=False, meetings__isnull=False)
        return sorted(dict(rows.values_list("key", "title")).items(), key=lambda pair: pair[1])

    @cached_property
    def kinds(self) -> list[tuple[str, str]]:
        used = set(Meeting.objects.public().order_by().values_list("kind", flat=True).distinct())
        return [(value, str(label)) for value, label in MeetingKind.choices if value in used]

    periods = PERIODS

    @cached_property
    def department(self) -> str:
        return self._one("departement", [place.code for place in self.departments])

    @cached_property
    def theme(self) -> str:
        return self._one("theme", [key for key, _title in self.themes])

    @cached_property
    def kind(self) -> str:
        return self._one("nature", [key for key, _label in self.kinds])

    @cached_property
    def period(self) -> str:
        return self._one("periode", [key for key, _label in PERIODS]) or AHEAD

    @property
    def narrowed(self) -> bool:
        """Whether anything else than the period was chosen."""
        return bool(self.department or self.theme or self.kind)

    def applied(self, meetings: MeetingQuerySet) -> MeetingQuerySet:
        if self.department:
            meetings = meetings.filter(department__code=self.department)
        if self.theme:
            meetings = meetings.of_theme(self.theme)
        if self.kind:
            meetings = meetings.filter(kind=self.kind)
        if self.period == AHEAD:
            return meetings.ahead(today())
        return meetings.behind(today()) if self.period == BEHIND else meetings
