"""Verbs of a subscription: ask for one, confirm it by link, end it, forget those whose term is past.

Fed by visitors (public rooms), upper apps and the worker. Feeds the outbox and the purposes' own verbs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.subscriptions.enums import EndReason, SubscriptionState
from fabrique.subscriptions.models import Email, Subscription
from fabrique.subscriptions.services.addresses import address_hashes, clean_address
from fabrique.subscriptions.services.purposes import purpose_of, purposes
from fabrique.subscriptions.services.throttle import count_ask, may_write_to

#: the languages in which messages are written
LANGUAGES = ("fr", "en")
#: within that time, asking again writes no second message: a double click
SAME_GESTURE = timedelta(seconds=60)
#: what ended is kept that long without its address, then its row goes
KEPT_AFTER_END = timedelta(days=30)
CHUNK = 500


@dataclass(frozen=True)
class Asked:
    """What `subscribe` did. `writable`: whether a message may be written to the address now; where it is
    False the visitor must be shown the same page all the same."""

    subscription: Subscription
    created: bool
    writable: bool


def subscribe(actor: Actor, *, purpose: str, reference: str, email: str) -> Asked:
    """Ask to be written to: the subscription waits for a confirmation by link (purpose.confirm_hours).

    An address that has already asked finds its own subscription, in whatever state, its confirmation delay
    renewed: nobody can tell the two cases apart but the holder of the mailbox. The caller writes the message
    (write_to) in the same transaction. Raises Refused: email.invalid, email.busy; KeyError on an unknown
    purpose.
    """
    _allowed(actor)
    hours = purposes.get(purpose).confirm_hours
    address = clean_address(email)
    count_ask()
    hashes = address_hashes(address)
    try:
        with transaction.atomic():
            found = Subscription.objects.about(purpose, reference).living().with_address(hashes)
            known = found.select_for_update().first()
            if known is not None:
                return _asked_again(actor, known, hours)
            made = _create(purpose, reference, address, hashes[0], hours)
            journal.record(actor, "subscriptions.subscribe", made, reason=purpose)
    except IntegrityError:  # the same address, asked by another request at the same instant
        known = Subscription.objects.about(purpose, reference).living().with_address(hashes).get()
        return Asked(known, created=False, writable=False)
    return Asked(made, created=True, writable=may_write_to(hashes[0]))


def _create(purpose: str, reference: str, address: str, address_hash: bytes, hours: int) -> Subscription:
    at = now()
    return Subscription.objects.create(
        purpose=purpose,
        reference=reference,
        email=address,
        address_hash=address_hash,
        language=current_language(),
        asked_at=at,
        expires_at=at + timedelta(hours=hours),
    )


def _asked_again(actor: Actor, known: Subscription, hours: int) -> Asked:
    at = now()
    writable = at - known.asked_at >= SAME_GESTURE and may_write_to(bytes(known.address_hash or b""))
    if writable:
        known.asked_at = at
        if known.state == SubscriptionState.PENDING:
            known.expires_at = at + timedelta(hours=hours)
        known.save(update_fields=["asked_at", "expires_at"])
        journal.record(actor, "subscriptions.subscribe", known, reason="again")
    return Asked(known, created=False, writable=writable)


def confirm(actor: Actor, *, subscription: Subscription) -> Subscription:
    """Its holder followed the link and pressed the button. Doing it twice changes nothing.

    Raises Refused: subscription.ended, subscription.expired; and whatever the purpose's on_confirm refuses.
    """
    _allowed(actor)
    with transaction.atomic():
        held = Subscription.objects.select_for_update().get(pk=subscription.pk)
        if held.state == SubscriptionState.CONFIRMED:
            return held
        if held.state == SubscriptionState.ENDED:
            raise Refused(
                "subscription.ended", _("Cette demande a pris fin. Vous pouvez en faire une nouvelle.")
            )
        if held.expires_at <= now():
            raise Refused(
                "subscription.expired",
                _(
                    "Le délai pour confirmer est passé. Refaites votre demande, vous recevrez un nouveau lien."
                ),
            )
        purpose = purpose_of(held)
        held.state, held.confirmed_at = SubscriptionState.CONFIRMED, now()
        held.expires_at = purpose.keep_until(held)
        held.save(update_fields=["state", "confirmed_at", "expires_at"])
        purpose.on_confirm(actor, subscription=held)
        journal.record(actor, "subscriptions.confirm", held, reason=held.purpose)
    return held


def end(actor: Actor, *, subscription: Subscription, reason: EndReason = EndReason.ASKED) -> Subscription:
    """Stop writing and forget the address; messages that wait are cancelled. Twice changes nothing.

    The purpose's on_end is called while the address is still known: it may write a last message.
    """
    _allowed(actor)
    with transaction.atomic():
        held = Subscription.objects.select_for_update().get(pk=subscription.pk)
        if held.state == SubscriptionState.ENDED:
            return held
        _cancel_messages(actor, held)
        purpose_of(held).on_end(actor, subscription=held, reason=reason)
        held.state, held.end_reason, held.ended_at = SubscriptionState.ENDED, reason, now()
        held.email, held.address_hash = None, None
        held.save(update_fields=["state", "end_reason", "ended_at", "email", "address_hash"])
        journal.record(actor, "subscriptions.end", held, reason=reason)
    return held


def _cancel_messages(actor: Actor, held: Subscription) -> None:
    from fabrique.subscriptions.services.outbox import cancel

    for waiting in Email.objects.alive().filter(subscription=held):
        cancel(actor, email=waiting)


def renew(actor: Actor, *, subscription: Subscription) -> Subscription:
    """Set the term anew as the purpose says, after what is followed has moved (a meeting postponed)."""
    _allowed(actor)
    with transaction.atomic():
        held = Subscription.objects.select_for_update().get(pk=subscription.pk)
        if held.state == SubscriptionState.CONFIRMED:
            held.expires_at = purpose_of(held).keep_until(held)
            held.save(update_fields=["expires_at"])
            journal.record(actor, "subscriptions.renew", held, reason=held.purpose)
    return held


def end_expired(actor: Actor) -> int:
    """End what is past its term: requests never confirmed, addresses no longer needed; delete old rows.

    One short transaction a subscription. Returns how many ended.
    """
    require(actor, "subscriptions.deliver")
    ended = 0
    while due := list(Subscription.objects.expired(now())[:CHUNK]):
        for one in due:
            pending = one.state == SubscriptionState.PENDING
            end(actor, subscription=one, reason=EndReason.UNCONFIRMED if pending else EndReason.EXPIRED)
            ended += 1
    Subscription.objects.filter(state=SubscriptionState.ENDED, ended_at__lt=now() - KEPT_AFTER_END).delete()
    return ended


def current_language() -> str:
    """The language of whoever asks, where messages are written in it; French otherwise."""
    language = (get_language() or "fr")[:2]
    return language if language in LANGUAGES else "fr"


def _allowed(actor: Actor) -> None:
    """A visitor acts by their link, a job by its verb; an agent needs the right."""
    if isinstance(actor, Agent):
        require(actor, "subscriptions.send")
