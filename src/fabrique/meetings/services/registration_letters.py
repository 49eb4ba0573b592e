"""What those who register receive: each message in the language in which they asked.

Fed by the verbs of registration and the reminders. Feeds the outbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.meetings.enums import ChangeKind, RegistrationState
from fabrique.meetings.models import Meeting, MeetingChange, Registration
from fabrique.meetings.services.icalendar import calendar_of_meeting
from fabrique.subscriptions.enums import SubscriptionState
from fabrique.subscriptions.models import Subscription
from fabrique.subscriptions.services import (
    Attachment,
    Letter,
    absolute,
    confirm_link,
    end_link,
    letter,
    send_later,
    write_to,
)

Facts = tuple[tuple[str, str], ...]


def page_of(meeting: Meeting) -> str:
    """The path of its public page."""
    return reverse("rencontres:rencontre", args=[meeting.slug])


def day_of(meeting: Meeting) -> str:
    """« mardi 1er mars 2027, de 14 h à 16 h 30 », or that the date is to come."""
    if meeting.starts_at is None:
        return _("date à venir")
    starts = timezone.localtime(meeting.starts_at)
    day = date_format(starts, "l j F Y")
    if (get_language() or "fr").startswith("fr") and starts.day == 1:
        day = day.replace(" 1 ", " 1er ", 1)
    if not meeting.hours_known:
        return day
    if meeting.ends_at is None:
        return _("%(day)s, à %(start)s") % {"day": day, "start": _hour(starts)}
    ends = timezone.localtime(meeting.ends_at)
    if ends.date() != starts.date():
        return _("%(day)s, à %(start)s") % {"day": day, "start": _hour(starts)}
    return _("%(day)s, de %(start)s à %(end)s") % {"day": day, "start": _hour(starts), "end": _hour(ends)}


def _hour(moment: Any) -> str:
    if not (get_language() or "fr").startswith("fr"):
        return date_format(moment, "H:i")
    minutes = f"\u00a0{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}\u00a0h{minutes}"


def place_of(meeting: Meeting) -> str:
    """Venue, postal address and town on one line; empty where none is known."""
    address = " ".join(meeting.address.split())
    parts = [meeting.venue, address, "" if meeting.city and meeting.city in address else meeting.city]
    return ", ".join(part for part in parts if part)


def facts_of(meeting: Meeting) -> Facts:
    """(label, value) lines on a meeting, as messages and the pages of links show them."""
    access = " ".join(meeting.access.split())
    found = ((_("Date"), day_of(meeting)), (_("Lieu"), place_of(meeting)), (_("Accès"), access))
    return tuple((label, value) for label, value in found if value)


def to_confirm(held: Registration, subscription: Subscription) -> Letter:
    """The first message: nothing is done before its link is followed."""
    meeting = held.meeting
    return letter(
        _("Confirmez votre inscription : %(title)s") % {"title": meeting.title},
        [
            _("Vous avez demandé une place pour la rencontre « %(title)s ».") % {"title": meeting.title},
            _("Votre inscription compte une fois confirmée. Le lien ci-dessous vaut 48 heures."),
        ],
        facts=facts_of(meeting),
        button=(_("Confirmer mon inscription"), confirm_link(subscription)),
        after=[
            _("Vous n’avez rien demandé ? Ne faites rien : votre adresse sera effacée d’ici deux jours."),
        ],
    )


def known_already(held: Registration, subscription: Subscription) -> Letter:
    """Somebody asked again for an address that is registered: said here, and nowhere else."""
    meeting = held.meeting
    waits = held.state == RegistrationState.WAITING
    state = (
        _("Vous êtes déjà sur la liste d’attente de la rencontre « %(title)s ».")
        if waits
        else _("Vous êtes déjà inscrit ou inscrite à la rencontre « %(title)s ».")
    )
    return letter(
        _("Votre inscription : %(title)s") % {"title": meeting.title},
        [
            state % {"title": meeting.title},
            _("Une nouvelle demande vient d’être faite avec votre adresse. Elle n’a rien changé."),
        ],
        facts=facts_of(meeting),
        after=_leaving(subscription),
    )


def place_given(held: Registration, subscription: Subscription) -> Letter:
    """Confirmed, with a place."""
    meeting = held.meeting
    return letter(
        _("Inscription confirmée : %(title)s") % {"title": meeting.title},
        [_("Votre place est retenue pour la rencontre « %(title)s ».") % {"title": meeting.title}],
        facts=facts_of(meeting),
        button=(_("Voir la page de la rencontre"), absolute(page_of(meeting))),
        after=[
            _("Le fichier joint ajoute la rencontre à votre agenda."),
            *_leaving(subscription),
        ],
    )


def on_waiting_list(held: Registration, subscription: Subscription) -> Letter:
    """Confirmed, but every place is held."""
    meeting = held.meeting
    return letter(
        _("Liste d’attente : %(title)s") % {"title": meeting.title},
        [
            _(
                "Toutes les places de la rencontre « %(title)s » sont prises. Vous êtes sur la liste d’attente."
            )
            % {"title": meeting.title},
            _(
                "Si une place se libère, elle vous revient dans l’ordre des confirmations, et un message vous le dit."
            ),
        ],
        facts=facts_of(meeting),
        after=_leaving(subscription),
    )


def place_freed(held: Registration, subscription: Subscription) -> Letter:
    """From the waiting list to a place."""
    meeting = held.meeting
    return letter(
        _("Une place s’est libérée : %(title)s") % {"title": meeting.title},
        [
            _(
                "Vous étiez sur la liste d’attente de la rencontre « %(title)s ». Une place est retenue pour vous."
            )
            % {"title": meeting.title},
            _("Vous ne pouvez plus venir ? Rendez votre place : elle ira à la personne suivante."),
        ],
        facts=facts_of(meeting),
        button=(_("Voir la page de la rencontre"), absolute(page_of(meeting))),
        after=_leaving(subscription),
    )


def place_given_up(held: Registration, subscription: Subscription) -> Letter:
    """The last message: what was erased."""
    title = {"title": held.meeting.title}
    return letter(
        _("Inscription annulée : %(title)s") % title,
        [
            _("Votre inscription à la rencontre « %(title)s » est annulée.") % title,
            _("Votre adresse, votre nom et vos besoins d’accessibilité sont effacés."),
            _("Vous ne recevrez plus de message."),
        ],
    )


def reminder(held: Registration, subscription: Subscription) -> Letter:
    """A few days before."""
    meeting = held.meeting
    return letter(
        _("Rappel : %(title)s") % {"title": meeting.title},
        [_("Vous êtes inscrit ou inscrite à la rencontre « %(title)s ».") % {"title": meeting.title}],
        facts=facts_of(meeting),
        button=(_("Voir la page de la rencontre"), absolute(page_of(meeting))),
        after=[
            _("Vous ne pouvez plus venir ? Rendez votre place : elle ira à une autre personne."),
            *_leaving(subscription),
        ],
    )


def _leaving(subscription: Subscription) -> list[str]:
    return [_("Annuler mon inscription : %(link)s") % {"link": end_link(subscription)}]


def change_sentence(change: MeetingChange) -> tuple[str, str]:
    """The subject and the first sentence on a change, without a word of who reads it."""
    title = {"title": change.meeting.title}
    subject, sentence = {
        ChangeKind.MOVED: (
            _("Changement : %(title)s"),
            _("La date ou le lieu de la rencontre « %(title)s » change."),
        ),
        ChangeKind.POSTPONED: (
            _("Rencontre reportée : %(title)s"),
            _("La rencontre « %(title)s » est reportée à une date à venir."),
        ),
        ChangeKind.CANCELLED: (
            _("Rencontre annulée : %(title)s"),
            _("La rencontre « %(title)s » est annulée."),
        ),
    }[ChangeKind(change.kind)]
    return subject % title, sentence % title


def changed(held: Registration, subscription: Subscription, change: MeetingChange) -> Letter:
    """What the organiser announced, in their own words, under a sentence that says what changes."""
    meeting = held.meeting
    subject, sentence = change_sentence(change)
    off = change.kind == ChangeKind.CANCELLED
    yours = _("Vous n’avez rien à faire.") if off else _("Votre inscription est gardée.")
    return letter(
        subject,
        [f"{sentence} {yours}", change.notice],
        facts=facts_of(meeting) if change.kind == ChangeKind.MOVED else (),
        button=(_("Voir la page de la rencontre"), absolute(page_of(meeting))),
        after=[] if off else _leaving(subscription),
    )


Writer = Callable[[Registration, Subscription], Letter]


def write(
    actor: Actor,
    *,
    held: Registration,
    wording: Writer,
    calendar: bool = False,
    last: bool = False,
    **options: Any,
) -> None:
    """Put the message in the outbox, if the person left an address. `last`: it outlives the subscription."""
    subscription = held.subscription
    if subscription is None or subscription.state == SubscriptionState.ENDED:
        return
    with override(subscription.language):
        written = wording(held, subscription)
        joined = _calendar(held.meeting) if calendar else ()
    if last:
        send_later(
            actor,
            to=subscription.email or "",
            subject=written.subject,
            text=written.text,
            html=written.html,
            purpose=subscription.purpose,
            reference=subscription.reference,
            language=subscription.language,
        )
        return
    write_to(actor, subscription=subscription, letter=written, attachments=joined, **options)


def write_change(actor: Actor, *, held: Registration, change: MeetingChange) -> None:
    """The message of one change to one person, once, with the calendar file that moves or strikes the date."""
    write(
        actor,
        held=held,
        wording=lambda one, subscription: changed(one, subscription, change),
        calendar=True,
        key=f"meetings.change:{change.public_id}:{held.public_id}",
    )


def _calendar(meeting: Meeting) -> tuple[Attachment, ...]:
    """The meeting as a calendar file; nothing where it never had a date."""
    if meeting.starts_at is None:
        return ()
    content = calendar_of_meeting(meeting, address=absolute(page_of(meeting)))
    return (Attachment("rencontre.ics", "text/calendar", content),)
