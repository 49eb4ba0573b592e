"""Verbs on a meeting: write it, change it, give it a date, open registrations, say that it was held.

Fed by the organisers' screens, the calendar import and the minutes. Feeds the calendar and registration.
What those registered must be told (another date, another place, a cancellation) is in .announcing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import Organisation
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.meetings.enums import Audience, MeetingKind, MeetingState
from fabrique.meetings.models import Meeting, MeetingTheme, Programme, Session
from fabrique.meetings.services import followers, registration
from fabrique.meetings.services.shared import (
    changed,
    free_slug,
    locked,
    only_known,
    organisations,
    require_state,
    touch,
)
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory

#: what a person writes of a meeting, beside its date, place, themes and organisers
PLAIN_FIELDS = frozenset(
    {"kind", "title", "summary", "access", "capacity", "audience", "audience_note", "contact", "provenance"}
)
#: where it takes place: a change is announced to those registered
PLACE_FIELDS = frozenset({"city", "venue", "address"})
#: what a calendar client shows: its sequence number is raised
SHOWN_IN_CALENDARS = PLACE_FIELDS | {"title", "summary", "access", "audience", "audience_note"}
#: states in which a meeting is still ahead
AHEAD = frozenset({MeetingState.TO_SCHEDULE, MeetingState.SCHEDULED, MeetingState.POSTPONED})


def create_meeting(
    actor: Actor,
    *,
    programme: Programme,
    kind: MeetingKind,
    title: str,
    territory: Territory,
    themes: Iterable[MeetingTheme] = (),
    organisers: Iterable[Organisation | str] = (),
    import_key: str | None = None,
    as_found: dict[str, str] | None = None,
    **values: Any,
) -> Meeting:
    """Write a meeting « en cours de programmation »; schedule_meeting gives it its date.

    `import_key` is what it is known again by: the same key gives back the same meeting (double click, import).

    Raises Refused('meeting.title'), ('meeting.territory'), ('meeting.themes'), ('meeting.audience').
    """
    require(actor, "meetings.edit", territory)
    only_known(values, PLAIN_FIELDS | PLACE_FIELDS)
    meeting = _begun(programme, territory, import_key, as_found)
    changed(meeting, {"kind": kind, "title": title, **values})
    themes = list(themes)
    with transaction.atomic():
        if import_key and (twin := Meeting.objects.filter(import_key=import_key).first()):
            return twin
        _check(meeting, themes)
        meeting.slug = _address(meeting)
        meeting.save()
        meeting.themes.set(themes)
        meeting.organisers.set(organisations(actor, given=organisers, territory=meeting.territory))
        journal.record(actor, "meetings.create_meeting", meeting)
    return meeting


def _begun(
    programme: Programme, territory: Territory, import_key: str | None, as_found: dict[str, str] | None
) -> Meeting:
    instant = now()
    return Meeting(
        programme=programme,
        territory=territory,
        department=department_of(territory),
        import_key=import_key,
        as_found=as_found,
        created_at=instant,
        updated_at=instant,
    )


def _address(meeting: Meeting) -> str:
    words = meeting.title if meeting.city in meeting.title else f"{meeting.title} {meeting.city}"
    return free_slug(words, lambda slug: Meeting.objects.filter(slug=slug).exists(), 100)


def department_of(territory: Territory) -> Territory | None:
    """The department under which the calendar shows a meeting of this territory.

    An EPCI is shown under the department of its communes, where all of them are in one.
    """
    if territory.level == Level.DEPARTMENT:
        return territory
    if territory.level == Level.EPCI:
        found = set(territory.in_epci.values_list("department_id", flat=True))
        return Territory.objects.get(pk=found.pop()) if len(found) == 1 else None
    return territory.department


def change_meeting(
    actor: Actor,
    *,
    meeting: Meeting,
    revision: int | None = None,
    themes: Iterable[MeetingTheme] | None = None,
    organisers: Iterable[Organisation | str] | None = None,
    **values: Any,
) -> Meeting:
    """Write what a person typed, the place included while nobody is to be told of it.

    Raises Refused('edit.conflict'), and Refused('meeting.place_announced') where people are registered and
    the place changes: move_meeting does that, with its notice.
    """
    require(actor, "meetings.edit", meeting.territory)
    only_known(values, PLAIN_FIELDS | PLACE_FIELDS)
    with transaction.atomic():
        meeting = locked(meeting, revision)
        names = changed(meeting, values)
        if PLACE_FIELDS & set(names) and meeting.registrations.to_notify().exists():
            raise Refused(
                "meeting.place_announced",
                _(
                    "Des personnes sont inscrites : changez le lieu par « Déplacer la rencontre », qui les prévient."
                ),
            )
        chosen = list(themes) if themes is not None else list(meeting.themes.all())
        _check(meeting, chosen)
        touch(meeting, announced=bool(SHOWN_IN_CALENDARS & set(names)))
        meeting.save()
        if themes is not None:
            meeting.themes.set(chosen)
        if organisers is not None:
            meeting.organisers.set(organisations(actor, given=organisers, territory=meeting.territory))
        if "capacity" in names:
            registration.promote_waiting(actor, meeting=meeting)
        journal.record(actor, "meetings.change_meeting", meeting)
    return meeting


def _check(meeting: Meeting, themes: Iterable[MeetingTheme]) -> None:
    meeting.title = " ".join(meeting.title.split())
    if not meeting.title:
        raise Refused("meeting.title", _("Donnez un titre à la rencontre."))
    if not meeting.programme.territory.contains(meeting.territory):
        raise Refused("meeting.territory", _("Ce territoire n’est pas dans celui du programme."))
    if any(theme.programme_id != meeting.programme_id for theme in themes):
        raise Refused("meeting.themes", _("Un thème n’est pas de ce programme."))
    if meeting.audience == Audience.SPECIFIC and not meeting.audience_note.strip():
        raise Refused("meeting.audience", _("Dites à quel public s’adresse la rencontre."))
    if meeting.capacity is not None and meeting.capacity < 1:
        raise Refused("meeting.capacity", _("Le nombre de places est d’au moins une."))


def put_dates(
    meeting: Meeting, starts_at: datetime | None, ends_at: datetime | None, hours_known: bool
) -> None:
    """Put the dates on the object. Raises Refused('meeting.dates') where they do not stand together.

    Without hours the day alone is kept: its first instant in the instance's zone.
    """
    if starts_at is None:
        raise Refused("meeting.dates", _("Donnez le jour de la rencontre."))
    if not hours_known:
        day = timezone.localtime(starts_at).replace(hour=0, minute=0, second=0, microsecond=0)
        starts_at, ends_at = day, None
    if ends_at is not None and ends_at <= starts_at:
        raise Refused("meeting.dates", _("L’heure de fin vient avant l’heure de début."))
    meeting.starts_at, meeting.ends_at, meeting.hours_known = starts_at, ends_at, hours_known


def schedule_meeting(
    actor: Actor,
    *,
    meeting: Meeting,
    starts_at: datetime,
    ends_at: datetime | None = None,
    hours_known: bool = True,
    revision: int | None = None,
) -> Meeting:
    """Give its date to a meeting that has none to announce, or change it while nobody is registered.

    Raises Refused('meeting.date_announced') where people are registered: move_meeting tells them.
    """
    require(actor, "meetings.edit", meeting.territory)
    with transaction.atomic():
        meeting = locked(meeting, revision)
        require_state(meeting, AHEAD, _("La date ne change plus : cette rencontre est tenue ou annulée."))
        if meeting.registrations.to_notify().exists():
            raise Refused(
                "meeting.date_announced",
                _(
                    "Des personnes sont inscrites : changez la date par « Déplacer la rencontre », qui les prévient."
                ),
            )
        put_dates(meeting, starts_at, ends_at, hours_known)
        meeting.state = MeetingState.SCHEDULED
        touch(meeting, announced=True)
        meeting.save()
        journal.record(actor, "meetings.schedule_meeting", meeting)
        followers.tell_followers(actor, meeting=meeting, news=followers.News.DATED)
    return meeting


def set_sessions(
    actor: Actor,
    *,
    meeting: Meeting,
    sessions: Iterable[tuple[datetime, datetime | None, str]],
    revision: int | None = None,
) -> list[Session]:
    """Put the sittings of a working group: (starts_at, ends_at, note), one a date.

    A sitting that stays on its date keeps its row. Raises Refused('session.twice'), ('session.dates').
    """
    require(actor, "meetings.edit", meeting.territory)
    given = list(sessions)
    wanted = {starts: (ends, note) for starts, ends, note in given}
    if len(wanted) != len(given):
        raise Refused("session.twice", _("Deux séances commencent au même moment."))
    if any(ends is not None and ends <= starts for starts, (ends, _note) in wanted.items()):
        raise Refused("session.dates", _("Une séance finit avant de commencer."))
    with transaction.atomic():
        meeting = locked(meeting, revision)
        gone = meeting.sessions.exclude(starts_at__in=wanted)
        if gone.filter(tables__isnull=False).exists():
            raise Refused("session.used", _("Une table a travaillé à cette séance : elle ne se retire plus."))
        gone.delete()
        for starts, (ends, note) in wanted.items():
            meeting.sessions.update_or_create(starts_at=starts, defaults={"ends_at": ends, "note": note})
        touch(meeting, announced=True)
        meeting.save(update_fields=["revision", "updated_at", "sequence"])
        journal.record(actor, "meetings.set_sessions", meeting)
        return list(meeting.sessions.all())


def open_registration(actor: Actor, *, meeting: Meeting) -> Meeting:
    """Let people register, until the meeting is held. Again changes nothing."""
    require(actor, "meetings.edit", meeting.territory)
    with transaction.atomic():
        meeting = locked(meeting)
        require_state(
            meeting,
            {MeetingState.SCHEDULED},
            _("Donnez d’abord une date à la rencontre : on ne s’inscrit qu’à une rencontre programmée."),
        )
        if meeting.programme.published_at is None:
            raise Refused("programme.private", _("Rendez d’abord le programme public."))
        if not meeting.registration_open:
            meeting.registration_open = True
            touch(meeting)
            meeting.save(update_fields=["registration_open", "revision", "updated_at"])
            journal.record(actor, "meetings.open_registration", meeting)
            followers.tell_followers(actor, meeting=meeting, news=followers.News.OPEN)
    return meeting


def close_registration(actor: Actor, *, meeting: Meeting) -> Meeting:
    """Take no more registrations; those made stay. Again changes nothing."""
    require(actor, "meetings.edit", meeting.territory)
    with transaction.atomic():
        meeting = locked(meeting)
        if meeting.registration_open:
            meeting.registration_open = False
            touch(meeting)
            meeting.save(update_fields=["registration_open", "revision", "updated_at"])
            journal.record(actor, "meetings.close_registration", meeting)
    return meeting


def mark_held(actor: Actor, *, meeting: Meeting) -> Meeting:
    """Say that the meeting took place. Refused before its day."""
    require(actor, "meetings.edit", meeting.territory)
    with transaction.atomic():
        meeting = locked(meeting)
        require_state(
            meeting, {MeetingState.SCHEDULED}, _("Seule une rencontre programmée peut être notée tenue.")
        )
        if meeting.starts_at is not None and meeting.starts_at > now():
            raise Refused("meeting.not_yet", _("Cette rencontre n’a pas encore commencé."))
        return _pass(actor, meeting, MeetingState.HELD, "meetings.mark_held")


def mark_minutes_signed(actor: Actor, *, meeting: Meeting) -> Meeting:
    """Called by the verb that signs the minutes, which has checked the right."""
    with transaction.atomic():
        meeting = locked(meeting)
        require_state(
            meeting,
            {MeetingState.HELD, MeetingState.MINUTES_SIGNED, MeetingState.PUBLISHED},
            _("Le compte rendu se signe après la rencontre : notez d’abord qu’elle a été tenue."),
        )
        return _pass(actor, meeting, MeetingState.MINUTES_SIGNED, "meetings.mark_minutes_signed")


def mark_minutes_published(actor: Actor, *, meeting: Meeting) -> Meeting:
    """Called by the verb that publishes the minutes, which has checked the right."""
    with transaction.atomic():
        meeting = locked(meeting)
        require_state(
            meeting,
            {MeetingState.MINUTES_SIGNED, MeetingState.PUBLISHED},
            _("Seul un compte rendu signé se publie."),
        )
        followers.tell_followers(actor, meeting=meeting, news=followers.News.MINUTES)
        return _pass(actor, meeting, MeetingState.PUBLISHED, "meetings.mark_minutes_published")


def _pass(actor: Actor, meeting: Meeting, state: MeetingState, verb: str) -> Meeting:
    """To the next state of its life; registrations close by themselves."""
    meeting.state = state
    meeting.registration_open = False
    touch(meeting)
    meeting.save(update_fields=["state", "registration_open", "revision", "updated_at"])
    journal.record(actor, verb, meeting)
    return meeting
