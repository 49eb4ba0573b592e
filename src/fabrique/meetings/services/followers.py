"""Being told about a meeting by e-mail without registering: its date, its registrations, its changes, its minutes.

Fed by the public form and by the verbs of meetings. Feeds the outbox; one click in a mailbox stops it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from fabrique.accounts.actors import Actor, System
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.meetings.enums import MeetingState
from fabrique.meetings.models import Meeting, MeetingChange
from fabrique.meetings.services import registration
from fabrique.meetings.services.registration_letters import change_sentence, facts_of, page_of
from fabrique.subscriptions.enums import SubscriptionState
from fabrique.subscriptions.models import Subscription
from fabrique.subscriptions.services import (
    Letter,
    Purpose,
    Words,
    absolute,
    confirm_link,
    end_link,
    letter,
    purposes,
    subscribe,
    write_to,
)

PURPOSE = "meetings.news"
WRITER = System("meetings.news")
#: minutes are published within some months; a date still unknown after a year is asked for again
KEPT_AFTER, KEPT_WITHOUT_DATE = timedelta(days=180), timedelta(days=365)
_OVER = frozenset({MeetingState.CANCELLED, MeetingState.PUBLISHED})


class News(Enum):
    """What is told, beside the changes that the organiser announces in their own words."""

    DATED = "date"
    OPEN = "inscriptions"
    MINUTES = "compte-rendu"


def can_follow(meeting: Meeting) -> bool:
    """Whether something is still to be told: a public meeting, neither cancelled nor with its minutes out."""
    return meeting.programme.published_at is not None and meeting.state not in _OVER


def follow(actor: Actor, *, meeting: Meeting, email: str) -> None:
    """Ask to be told; a message with a link goes to the address. The page is the same for everybody.

    Raises Refused: news.over, email.invalid, email.busy.
    """
    if not can_follow(meeting):
        raise Refused("news.over", _("Il n’y a plus rien à annoncer sur cette rencontre."))
    with transaction.atomic():
        asked = subscribe(actor, purpose=PURPOSE, reference=meeting.public_id, email=email)
        if not asked.writable:
            return
        pending = asked.subscription.state == SubscriptionState.PENDING
        _write(asked.subscription, lambda one: _to_confirm(meeting, one) if pending else _known(meeting, one))


def tell_followers(actor: Actor, *, meeting: Meeting, news: News) -> int:
    """One message to each confirmed follower, in the caller's transaction; returns how many were prepared.

    The caller (a verb on the meeting) has checked the right of `actor`.
    """
    return _tell(meeting, f"{news.value}:{meeting.revision}", lambda one: _news(meeting, one, news))


def tell_followers_of_change(actor: Actor, *, change: MeetingChange) -> int:
    """The same for what the organiser announces: another date, a postponement, a cancellation.

    Who is registered too has their own message, and receives that one alone.
    """
    registered = Subscription.objects.about(registration.PURPOSE, change.meeting.public_id).confirmed()
    told = set(registered.values_list("address_hash", flat=True))
    return _tell(change.meeting, change.public_id, lambda one: _change(change, one), told)


def _tell(
    meeting: Meeting,
    what: str,
    wording: Callable[[Subscription], Letter],
    without: Collection[bytes | None] = (),
) -> int:
    confirmed = Subscription.objects.about(PURPOSE, meeting.public_id).confirmed()
    known = {bytes(one or b"") for one in without}
    followers = [one for one in confirmed if bytes(one.address_hash or b"") not in known]
    for one in followers:
        _write(one, wording, key=f"{PURPOSE}:{meeting.public_id}:{what}:{one.public_id}")
    return len(followers)


def _write(
    subscription: Subscription, wording: Callable[[Subscription], Letter], key: str | None = None
) -> None:
    with override(subscription.language):
        written = wording(subscription)
    write_to(WRITER, subscription=subscription, letter=written, key=key)


def _to_confirm(meeting: Meeting, subscription: Subscription) -> Letter:
    title = {"title": meeting.title}
    return letter(
        _("Confirmez votre demande : %(title)s") % title,
        [
            _("Vous avez demandé à suivre par courriel la rencontre « %(title)s ».") % title,
            _("Aucun message ne partira sans votre accord. Le lien ci-dessous vaut 48 heures."),
        ],
        button=(_("Recevoir ces messages"), confirm_link(subscription)),
        after=[_("Vous n’avez rien demandé ? Ne faites rien : votre adresse sera effacée d’ici deux jours.")],
    )


def _known(meeting: Meeting, subscription: Subscription) -> Letter:
    title = {"title": meeting.title}
    return letter(
        _("Vous suivez déjà cette rencontre : %(title)s") % title,
        [
            _("Vous recevez déjà des messages sur la rencontre « %(title)s ».") % title,
            _("Une nouvelle demande vient d’être faite avec votre adresse. Elle n’a rien changé."),
        ],
        after=_stopping(subscription),
    )


def _news(meeting: Meeting, subscription: Subscription, news: News) -> Letter:
    title = {"title": meeting.title}
    subject, sentence = {
        News.DATED: (_("Une date est fixée : %(title)s"), _("La rencontre « %(title)s » a une date.")),
        News.OPEN: (
            _("Inscriptions ouvertes : %(title)s"),
            _("Vous pouvez vous inscrire à la rencontre « %(title)s » sur sa page."),
        ),
        News.MINUTES: (
            _("Compte rendu publié : %(title)s"),
            _("Le compte rendu de la rencontre « %(title)s » est publié. Il se lit sur sa page."),
        ),
    }[news]
    return letter(
        subject % title,
        [sentence % title],
        facts=() if news is News.MINUTES else facts_of(meeting),
        button=(_("Voir la page de la rencontre"), absolute(page_of(meeting))),
        after=_stopping(subscription),
    )


def _change(change: MeetingChange, subscription: Subscription) -> Letter:
    meeting = change.meeting
    subject, sentence = change_sentence(change)
    return letter(
        subject,
        [sentence, change.notice],
        facts=facts_of(meeting) if meeting.state == MeetingState.SCHEDULED else (),
        button=(_("Voir la page de la rencontre"), absolute(page_of(meeting))),
        after=_stopping(subscription),
    )


def _stopping(subscription: Subscription) -> list[str]:
    return [_("Ne plus recevoir ces messages : %(link)s") % {"link": end_link(subscription)}]


def words(subscription: Subscription) -> Words:
    """What the pages of the links say."""
    meeting = Meeting.objects.filter(public_id=subscription.reference).first()
    return Words(
        title=meeting.title if meeting else _("Cette rencontre n’est plus sur le site."),
        details=facts_of(meeting) if meeting else (),
        confirm_heading=_("Recevoir des messages sur cette rencontre"),
        confirm_button=_("Recevoir ces messages"),
        confirmed_heading=_("Vous suivez cette rencontre"),
        confirmed_sentence=_(
            "Un message vous dira quand la date est fixée ou change, quand les inscriptions ouvrent, "
            "et quand le compte rendu est publié."
        ),
        end_heading=_("Ne plus recevoir ces messages ?"),
        end_sentence=_("Votre adresse sera effacée aussitôt."),
        end_button=_("Ne plus les recevoir"),
        ended_heading=_("Vous ne recevrez plus ces messages"),
        ended_sentence=_("Votre adresse est effacée."),
        back=(page_of(meeting), _("Voir la page de la rencontre")) if meeting else ("", ""),
    )


def keep_until(subscription: Subscription) -> datetime:
    """Until the minutes can be expected to be out; a year where there is no date yet."""
    meeting = Meeting.objects.filter(public_id=subscription.reference).first()
    over = (meeting.ends_at or meeting.starts_at) if meeting else None
    return now() + KEPT_WITHOUT_DATE if over is None else max(over, now()) + KEPT_AFTER


def declare() -> None:
    """Register the purpose, once, when the app loads."""
    purposes.register(PURPOSE, Purpose(words=words, keep_until=keep_until))
