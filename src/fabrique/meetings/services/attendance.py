"""Who came: ticked from the list at the door, or counted by category. Counts of people in a room, nothing else.

Fed by the attendance screens, on a telephone. Feeds minutes; never added to respondents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.errors import Refused
from fabrique.common.folding import fold
from fabrique.meetings.enums import AttendanceEntry, Category, MeetingState, RegistrationState
from fabrique.meetings.models import Attendance, Meeting, Registration

#: more people than any room holds: a slip of the finger
LARGEST = 10_000
_LISTED = (RegistrationState.CONFIRMED, RegistrationState.WAITING)


def listed(meeting: Meeting) -> list[Registration]:
    """Those who may come to the door, by name; those without a name come last, in the order they registered."""
    rows = meeting.registrations.filter(state__in=_LISTED).order_by("position", "pk")
    return sorted(rows, key=lambda one: (not one.name, fold(one.name or "")))


def counted(meeting: Meeting) -> dict[str, int]:
    """{category: people counted}."""
    return {one.category: one.count for one in meeting.attendances.all()}


def unregistered(meeting: Meeting) -> dict[str, int]:
    """{category: people who came without being on the list}, where attendance was ticked."""
    ticked = _ticked(meeting)
    rows = meeting.attendances.filter(entry=AttendanceEntry.LIST)
    return {one.category: max(0, one.count - ticked[one.category]) for one in rows}


def _ticked(meeting: Meeting) -> Counter[str]:
    return Counter(meeting.registrations.filter(attended=True).values_list("category", flat=True))


def save_counts(actor: Actor, *, meeting: Meeting, counts: Mapping[str, int]) -> list[Attendance]:
    """Put the number of people of each category; a category left out, or at zero, has nobody.

    Raises Refused: attendance.too_early, attendance.closed, attendance.category, attendance.count.
    """
    require(actor, "meetings.record_attendance", meeting.territory)
    _check_counts(counts)
    with transaction.atomic():
        locked = _locked(meeting)
        _put(actor, locked, counts, AttendanceEntry.COUNTS)
        journal.record(actor, "meetings.save_attendance", locked, reason=AttendanceEntry.COUNTS)
    return list(meeting.attendances.all())


def save_list(
    actor: Actor,
    *,
    meeting: Meeting,
    ticked: Iterable[str],
    ticked_before: Iterable[str] = (),
    others: Mapping[str, int] | None = None,
) -> list[Attendance]:
    """Tick and untick people (public ids) and count who came without being listed, then add up by category.

    Only what changed on the screen since it was shown (`ticked_before`) is written: two people at two doors
    do not undo each other's ticks. Raises Refused as save_counts does.
    """
    require(actor, "meetings.record_attendance", meeting.territory)
    present, before = set(ticked), set(ticked_before)
    others = {} if others is None else others
    _check_counts(others)
    with transaction.atomic():
        locked = _locked(meeting)
        rows = locked.registrations.filter(state__in=_LISTED)
        rows.filter(public_id__in=present - before).update(attended=True)
        rows.filter(public_id__in=before - present).update(attended=False)
        total = _ticked(locked) + Counter(others)
        _put(actor, locked, total, AttendanceEntry.LIST)
        journal.record(actor, "meetings.save_attendance", locked, reason=AttendanceEntry.LIST)
    return list(meeting.attendances.all())


def _check_counts(counts: Mapping[str, int]) -> None:
    if not set(counts) <= set(Category.values):
        raise Refused("attendance.category", _("Cette catégorie n’existe pas. Choisissez-la dans la liste."))
    if any(not 0 <= number <= LARGEST for number in counts.values()):
        raise Refused("attendance.count", _("Écrivez un nombre de personnes entre 0 et 10 000."))


def _locked(meeting: Meeting) -> Meeting:
    """The meeting, held; attendance is taken from the day itself until the minutes are signed."""
    held: Meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    if held.state not in (MeetingState.SCHEDULED, MeetingState.HELD):
        raise Refused(
            "attendance.closed",
            _("Les présences ne changent plus : le compte rendu est signé, ou la rencontre n’a pas lieu."),
        )
    if held.starts_at is None or timezone.localtime(held.starts_at).date() > today():
        raise Refused("attendance.too_early", _("Les présences se notent à partir du jour de la rencontre."))
    return held


def _put(actor: Actor, meeting: Meeting, counts: Mapping[str, int], entry: AttendanceEntry) -> None:
    kept = {category: number for category, number in counts.items() if number}
    meeting.attendances.exclude(category__in=kept).delete()
    for category, number in kept.items():
        meeting.attendances.update_or_create(
            category=category,
            defaults={
                "count": number,
                "entry": entry,
                "entered_by": actor.user if isinstance(actor, Agent) else None,
                "entered_at": now(),
            },
        )
