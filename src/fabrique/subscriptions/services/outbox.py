"""The outbox: write a message in the verb's own transaction, send it later, try again, forget it.

Fed by every verb that writes to somebody. Feeds the SMTP server through services.transport.

A message is never lost: it is stored with what it announces. It leaves once: whoever sends it takes it first,
by one conditional update. The one exception is a process killed between the server's « accepted » and our
mark: the message is taken again after the lease and leaves twice with the same Message-ID, by which mailboxes
recognise a double.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.subscriptions.enums import LIVING, EmailState
from fabrique.subscriptions.models import Email, Subscription
from fabrique.subscriptions.services import transport
from fabrique.subscriptions.services.addresses import clean_address
from fabrique.subscriptions.services.asking import KEPT_AFTER_END, current_language
from fabrique.subscriptions.services.letters import Letter, html_of

log = logging.getLogger("fabrique.mail")

#: whoever took a message and gave no sign for that long is taken for dead
LEASE = timedelta(minutes=10)
#: minutes before the next try, after the first, second… failure; the last one repeats
BACKOFF = (1, 5, 15, 60, 180, 360, 720)
#: a mailbox that says « later » that many times (about four days) is given up
MOST_ATTEMPTS = 12
LONGEST_SUBJECT = 200
LARGEST = 5_000_000
#: sent in one pass of the worker, so that other jobs get their turn
PASS = 200
#: control characters and line separators: what would end a header and begin another
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_EMPTY: dict[str, Any] = dict.fromkeys(("recipient", "subject", "text", "html", "attachments"))


@dataclass(frozen=True)
class Attachment:
    """A file joined to a message: `name` plain, `kind` a MIME type (« text/calendar »)."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Delivery:
    """One pass: how many left, will be tried again, were given up; the server's trouble as a code, or ''."""

    sent: int = 0
    again: int = 0
    failed: int = 0
    trouble: str = ""


def send_later(
    actor: Actor,
    *,
    to: str,
    subject: str,
    text: str,
    purpose: str,
    html: str = "",
    reference: str = "",
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    attachments: Sequence[Attachment] = (),
    key: str | None = None,
    subscription: Subscription | None = None,
    language: str = "",
) -> Email:
    """Put a message in the outbox, in the caller's transaction; it leaves by the worker.

    `purpose` (« written.receipt ») and `reference` (a public id) say why; `key` makes it unique: the second
    call with the same key returns the first message. Past `not_after` it is dropped, not sent. `html`: made
    from the text where empty. Raises Refused: email.invalid, email.header (a line break in the subject or in
    a file's name), email.too_large.
    """
    if isinstance(actor, Agent):
        require(actor, "subscriptions.send")
    content = {"subject": subject.strip(), "text": text, "html": html, "attachments": _packed(attachments)}
    recipient = clean_address(to)
    _check(content, attachments)
    if key and (known := Email.objects.filter(key=key).first()):
        return known
    why = {"purpose": purpose, "reference": reference, "key": key, "subscription": subscription}
    when = {"created_at": now(), "not_before": not_before or now(), "not_after": not_after}
    shown = {"html": html or html_of(subject, text), "language": language or current_language()}
    values = {**content, **shown, **why, **when, "recipient": recipient}
    return _write(actor, values)


def _write(actor: Actor, values: dict[str, Any]) -> Email:
    from fabrique.subscriptions.tasks import ask_delivery

    try:
        with transaction.atomic():
            email = Email.objects.create(**values)
            journal.record(actor, "subscriptions.send_later", email, reason=email.purpose)
            if email.not_before <= now():
                ask_delivery()
    except IntegrityError:  # the same key, written by another request at the same instant
        return Email.objects.get(key=values["key"])
    return email


def write_to(
    actor: Actor, *, subscription: Subscription, letter: Letter, to: str = "", **options: Any
) -> Email:
    """A letter to the holder of a living subscription; `options` as for send_later.

    Raises Refused('subscription.ended') where the address is forgotten.
    """
    if subscription.state not in LIVING or not subscription.email:
        raise Refused("subscription.ended", _("Cette personne ne reçoit plus de messages."))
    return send_later(
        actor,
        to=subscription.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        purpose=subscription.purpose,
        reference=subscription.reference,
        subscription=subscription,
        language=subscription.language,
        **options,
    )


def cancel(actor: Actor, *, email: Email) -> Email:
    """Give up a message that has not left; its address and text go. One that has left stays as it is."""
    if isinstance(actor, Agent):
        require(actor, "subscriptions.send")
    with transaction.atomic():
        if _settle(email.pk, EmailState.CANCELLED):
            journal.record(actor, "subscriptions.cancel", email, reason=email.purpose)
    email.refresh_from_db()
    return email


def cancel_about(actor: Actor, *, purpose: str, reference: str) -> int:
    """Give up all the messages of a purpose on an object that have not left; returns how many."""
    waiting = list(Email.objects.alive().about(purpose, reference))
    return sum(cancel(actor, email=email).state == EmailState.CANCELLED for email in waiting)


def send_due(actor: Actor, *, most: int = PASS) -> Delivery:
    """Send what is due, one message after the other, over one connection.

    Where the server cannot be reached the pass stops and everything waits for the next one.
    """
    require(actor, "subscriptions.deliver")
    if not transport.configured():
        return Delivery(trouble="unconfigured")
    done = Delivery()
    with transport.Line() as line:
        for _turn in range(most):
            email = _take()
            if email is None:
                break
            done = _send_one(actor, line, email, done)
            if done.trouble:
                break
    return done


def _take() -> Email | None:
    """The next message due, held by us for the lease; those past their use are dropped on the way."""
    due = Email.objects.due(now()).values_list("pk", "attempts", "not_after")[:PASS]
    for pk, attempts, not_after in due:
        if not_after is not None and not_after < now():
            _settle(pk, EmailState.LATE)
            continue
        free = Email.objects.due(now()).filter(pk=pk, attempts=attempts).order_by()
        if free.update(state=EmailState.SENDING, attempts=attempts + 1, lease_until=now() + LEASE):
            return Email.objects.get(pk=pk)
    return None


def _send_one(actor: Actor, line: transport.Line, email: Email, done: Delivery) -> Delivery:
    outcome = line.send(email, _unpacked(email.attachments or ""))
    if outcome.kind == "sent":
        _finish(actor, email, EmailState.SENT, "subscriptions.sent")
        return replace(done, sent=done.sent + 1)
    if outcome.kind == "refused" or (outcome.kind == "later" and email.attempts >= MOST_ATTEMPTS):
        _finish(actor, email, EmailState.FAILED, "subscriptions.failed", outcome.code)
        log.warning("message %s: %s, given up", email.public_id, outcome.code)
        return replace(done, failed=done.failed + 1)
    delay = timedelta(minutes=BACKOFF[min(email.attempts, len(BACKOFF)) - 1])
    _held(email).update(
        state=EmailState.WAITING, not_before=now() + delay, lease_until=None, error_code=outcome.code
    )
    log.warning("message %s: %s, will be tried again", email.public_id, outcome.code)
    trouble = outcome.code if outcome.kind == "trouble" else ""
    return replace(done, again=done.again + 1, trouble=trouble)


def _held(email: Email) -> Any:
    """The row as long as it is in our hands."""
    return Email.objects.filter(pk=email.pk, state=EmailState.SENDING, attempts=email.attempts)


def _finish(actor: Actor, email: Email, state: EmailState, verb: str, code: str = "") -> None:
    with transaction.atomic():
        if _held(email).update(state=state, ended_at=now(), lease_until=None, error_code=code, **_EMPTY):
            journal.record(actor, verb, email, reason=code or email.purpose)


def _settle(pk: int, state: EmailState) -> bool:
    """End a message that has not left, and forget what it held."""
    alive = Email.objects.alive().filter(pk=pk)
    return bool(alive.update(state=state, ended_at=now(), lease_until=None, **_EMPTY))


def forget_old_messages(actor: Actor) -> int:
    """Delete the rows of messages that ended a month ago, and give up those that a month of tries did not send.

    Whatever is wrong with the server, an address does not wait for ever. Returns how many were forgotten.
    """
    require(actor, "subscriptions.deliver")
    month_ago = now() - KEPT_AFTER_END
    given_up = 0
    for email in (
        Email.objects.alive().filter(created_at__lt=month_ago, attempts__gt=0).only("pk", "public_id")
    ):
        with transaction.atomic():
            if _settle(email.pk, EmailState.FAILED):
                journal.record(actor, "subscriptions.failed", email, reason="too_old")
                given_up += 1
    return given_up + Email.objects.filter(ended_at__lt=month_ago).delete()[0]


def _check(content: dict[str, str | None], attachments: Sequence[Attachment]) -> None:
    subject = content["subject"] or ""
    named = [subject, *(one.name for one in attachments), *(one.kind for one in attachments)]
    if not subject or len(subject) > LONGEST_SUBJECT or any(map(_UNSEEN.search, named)):
        raise Refused(
            "email.header",
            _(
                "L’objet du message et le nom des pièces jointes tiennent sur une ligne, sans signe invisible."
            ),
        )
    if sum(len(part or "") for part in content.values()) > LARGEST:
        raise Refused("email.too_large", _("Ce message est trop lourd pour être envoyé par courriel."))


def _packed(attachments: Sequence[Attachment]) -> str | None:
    rows = [[one.name, one.kind, base64.b64encode(one.content).decode()] for one in attachments]
    return json.dumps(rows) if rows else None


def _unpacked(packed: str) -> list[Attachment]:
    rows = json.loads(packed) if packed else []
    return [Attachment(name, kind, base64.b64decode(content)) for name, kind, content in rows]
