"""What members are written: the convocation, another date, a document, a cancellation. Never what they are about.

Fed by the verbs on sessions, in their own transaction. Feeds the outbox of subscriptions.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fabrique.accounts.models import Mandate
from fabrique.common.actors import System
from fabrique.common.errors import Refused
from fabrique.councils.models import Session
from fabrique.subscriptions.services import Letter, absolute, letter, send_later

PURPOSE = "councils.session"
WRITER = System("councils.letters")


class SessionNews(Enum):
    CALLED = "convocation"
    CHANGED = "changement"
    DOCUMENTS = "documents"
    CANCELLED = "annulation"


def write_to_members(session: Session, news: SessionNews) -> int:
    """One message to each person who sits in the body today and on the day; returns how many. Once a revision."""
    written = _letter(session, news)
    done = 0
    for mandate in called_to(session):
        try:
            send_later(
                WRITER,
                to=mandate.user.email,
                subject=written.subject,
                text=written.text,
                html=written.html,
                purpose=PURPOSE,
                reference=str(session.public_id),
                key=f"{PURPOSE}:{session.public_id}:{session.revision}:{mandate.public_id}",
            )
        except Refused as refusal:
            # an account's address that cannot be written to must not undo the verb
            if not refusal.code.startswith("email."):
                raise
        else:
            done += 1
    return done


def called_to(session: Session) -> Any:
    """Those who sit today, and still will on the day of the session: nobody is called after the end of a mandate."""
    day = timezone.localdate(session.starts_at)
    seated = Mandate.objects.current().overlapping(day, day).filter(body=session.body, user__is_active=True)
    return seated.select_related("user")


def _letter(session: Session, news: SessionNews) -> Letter:
    subject, sentence = {
        SessionNews.CALLED: (
            _("Convocation : %(body)s"),
            _("Une séance est convoquée. L’ordre du jour et les documents sont sur la plateforme."),
        ),
        SessionNews.CHANGED: (
            _("Changement de séance : %(body)s"),
            _("La date, le lieu ou la connexion d’une séance a changé."),
        ),
        SessionNews.DOCUMENTS: (
            _("Nouveaux documents : %(body)s"),
            _("De nouveaux documents vous sont envoyés pour une séance."),
        ),
        SessionNews.CANCELLED: (
            _("Séance annulée : %(body)s"),
            _("Une séance qui vous avait été annoncée est annulée."),
        ),
    }[news]
    paragraphs = [sentence]
    if news is SessionNews.CANCELLED:
        paragraphs.append(_("Motif : %(reason)s.") % {"reason": session.cancelled_reason.rstrip(".")})
    return letter(
        subject % {"body": session.body.name},
        paragraphs,
        facts=_facts(session),
        button=(
            _("Ouvrir la séance"),
            absolute(reverse("agents-instances:seance", args=[session.public_id])),
        ),
        after=[_("Vous pouvez donner votre avis point par point, avant la séance, depuis un téléphone.")]
        if news in (SessionNews.CALLED, SessionNews.DOCUMENTS)
        else [],
    )


def _hour(moment: datetime) -> str:
    """« 14 h », « 9 h 05 »."""
    minutes = f"\u00a0{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}\u00a0h{minutes}"


def _facts(session: Session) -> list[tuple[str, str]]:
    starts = timezone.localtime(session.starts_at)
    place = session.place
    if session.remote:
        place = _("%(place)s, ou à distance") % {"place": place} if place else _("à distance")
    return [
        (_("Instance"), session.body.name),
        (_("Séance"), session.title),
        (_("Date"), f"{date_format(starts, 'l j F Y')}, {_hour(starts)}"),
        (_("Lieu"), place),
    ]
