"""The first text of a press release or of a press invitation, written from the programme; a person edits it.

Fed by programmes and meetings. Feeds services.press. Always in French, whatever the language of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from fabrique.meetings.enums import MeetingState
from fabrique.meetings.models import Meeting, MeetingTheme, Programme
from fabrique.meetings.services.icalendar import place_of

NBSP = "\u00a0"


@dataclass(frozen=True)
class Draft:
    """What the machine proposes: nothing of it is approved."""

    title: str
    body: str
    press_point: str
    contact: str


def release_of(programme: Programme) -> Draft:
    """A press release: the frame, the themes, who is invited, the calendar by department, what comes after."""
    with override("fr"):
        meetings = list(programme.meetings.for_page().by_department())
        announced = max(programme.announced_steps or 0, len(meetings))
        parts = [programme.frame, programme.aim, *_themes(list(programme.themes.all()))]
        parts += _who(programme)
        parts.append("# " + _("Le calendrier"))
        parts.append("\n".join(f"- {line}" for line in calendar_lines(programme)) or _announced(announced))
        parts.append(_after(programme))
        title = ngettext(
            "%(count)d rencontre : %(programme)s", "%(count)d rencontres : %(programme)s", announced
        ) % {"count": announced, "programme": programme.title}
        return Draft(
            title=title if announced else programme.title,
            body="\n\n".join(part.strip() for part in parts if part.strip()),
            press_point=_(
                "Une invitation sera adressée à la presse pour chaque rencontre. "
                "Un temps d’échange avec la presse y sera organisé sur place."
            ),
            contact=programme.contact,
        )


def invitation_of(meeting: Meeting) -> Draft:
    """An invitation to one meeting: when, where, about what, by whom, and the press point."""
    with override("fr"):
        programme = meeting.programme
        parts = [
            _("La presse est invitée à la rencontre « %(title)s ».") % {"title": meeting.title},
            "\n".join(f"- {line}" for line in _facts(meeting)),
            meeting.summary or programme.frame,
            *_themes(list(meeting.themes.all())),
            *_who(programme),
        ]
        return Draft(
            title=_("Invitation de la presse : %(title)s") % {"title": meeting.title},
            body="\n\n".join(part.strip() for part in parts if part.strip()),
            press_point=_("Un temps d’échange avec la presse est organisé sur place (micro tendu)."),
            contact=meeting.contact or programme.contact,
        )


def calendar_lines(programme: Programme) -> list[str]:
    """« Aude : vendredi 9 décembre 2022, Carcassonne », one a meeting, as press releases list them."""
    with override("fr"):
        return [
            _("%(where)s : %(when)s") % {"where": _where(meeting), "when": _when_and_city(meeting)}
            for meeting in programme.meetings.for_page().by_department()
        ]


def _where(meeting: Meeting) -> str:
    place = meeting.department or meeting.territory
    return str(place.name)


def _when_and_city(meeting: Meeting) -> str:
    said = [when_of(meeting), place_of(meeting)]
    return ", ".join(part for part in said if part)


def when_of(meeting: Meeting) -> str:
    """The day and hours in French words, or what is said instead of a date."""
    if meeting.state == MeetingState.CANCELLED:
        return _("annulée")
    if meeting.state == MeetingState.POSTPONED:
        return _("reportée, nouvelle date à venir")
    if meeting.starts_at is None:
        return _("en cours de programmation")
    starts = timezone.localtime(meeting.starts_at)
    day = f"{date_format(starts, 'l')} {_day(starts)}"
    if not meeting.hours_known:
        return day
    if meeting.ends_at is None:
        return _("%(day)s à %(time)s") % {"day": day, "time": _hour(starts)}
    ends = timezone.localtime(meeting.ends_at)
    if ends.date() != starts.date():
        return _("du %(start)s au %(end)s") % {"start": _day(starts), "end": _day(ends)}
    return _("%(day)s, de %(start)s à %(end)s") % {"day": day, "start": _hour(starts), "end": _hour(ends)}


def _day(moment: object) -> str:
    first = "1er" if moment.day == 1 else str(moment.day)  # type: ignore[attr-defined]
    return f"{first}{NBSP}{date_format(moment, 'F')}{NBSP}{moment.year}"  # type: ignore[arg-type,attr-defined]


def _hour(moment: object) -> str:
    minutes = f"{NBSP}{moment.minute:02d}" if moment.minute else ""  # type: ignore[attr-defined]
    return f"{moment.hour}{NBSP}h{minutes}"  # type: ignore[attr-defined]


def _facts(meeting: Meeting) -> list[str]:
    organisers = [str(one) for one in meeting.organisers.all()] or [
        str(one) for one in meeting.programme.organisers.all()
    ]
    facts = [(_("Quand"), when_of(meeting)), (_("Où"), place_of(meeting)), (_("Accès"), meeting.access)]
    facts.append((_("Organisateurs"), ", ".join(organisers)))
    return [f"{name}{NBSP}: {' '.join(value.split(' '))}" for name, value in facts if value.strip()]


def _themes(themes: list[MeetingTheme]) -> list[str]:
    if not themes:
        return []
    lines = [f"- {t.title}{NBSP}: {t.question}" if t.question else f"- {t.title}" for t in themes]
    return ["# " + _("Les thèmes"), "\n".join(lines)]


def _who(programme: Programme) -> list[str]:
    if not programme.participants:
        return []
    return [_("Sont invités : %(who)s.") % {"who": programme.participants.rstrip(".")}]


def _announced(count: int) -> str:
    if not count:
        return _("Les dates sont en cours de programmation.")
    sentence = ngettext(
        "%(count)d rencontre est annoncée. Sa date est en cours de programmation.",
        "%(count)d rencontres sont annoncées. Leurs dates sont en cours de programmation.",
        count,
    )
    return sentence % {"count": count}


def _after(programme: Programme) -> str:
    if not programme.recipient:
        return ""
    if programme.transmission_deadline is None:
        sentence = _("À l’issue de ces rencontres, les comptes rendus sont transmis à : %(who)s.")
        return sentence % {"who": programme.recipient}
    return _(
        "À l’issue de ces rencontres, les comptes rendus sont transmis à : %(who)s, au plus tard le %(date)s."
    ) % {"who": programme.recipient, "date": _day(programme.transmission_deadline)}
