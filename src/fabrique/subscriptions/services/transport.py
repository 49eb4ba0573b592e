"""One connection to the SMTP server: builds each message with its headers and says how sending it went.

Fed by services.outbox. Feeds the server of settings FABRIQUE_EMAIL_*. Says nothing of addresses in any log.
"""

from __future__ import annotations

import contextlib
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend

from fabrique.common.crypto import Undecipherable
from fabrique.subscriptions.enums import SubscriptionState
from fabrique.subscriptions.services.links import end_link, one_click_link
from fabrique.subscriptions.services.purposes import purpose_of

if TYPE_CHECKING:
    from fabrique.subscriptions.models import Email
    from fabrique.subscriptions.services.outbox import Attachment


class SilentBackend(EmailBackend):
    """Django's SMTP client, that introduces itself by the sender's domain and not by the machine's name."""

    @property
    def connection_class(self) -> Any:
        whole = super().connection_class

        def opened(host: str, port: int, **options: Any) -> Any:
            return whole(host, port, **{**options, "local_hostname": sender_domain()})

        return opened


@dataclass(frozen=True)
class Outcome:
    """`sent`; `refused` for good by the mailbox; `later` as the mailbox asks; `trouble` with the server."""

    kind: Literal["sent", "refused", "later", "trouble"]
    code: str = ""


def configured() -> bool:
    """Whether the instance knows how to send: without it, messages wait."""
    return bool(settings.EMAIL_BACKEND)


def sender_domain() -> str:
    """The domain of the sender's address: the only name of ours that a message shows."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


class Line:
    """A connection, opened at the first message and closed at the end of the pass."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._connection is not None:
            # the messages of this pass are settled already
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._connection.close()
            self._connection = None

    def send(self, email: Email, attachments: Sequence[Attachment]) -> Outcome:
        """Send one message and say how it went; never raises for what the server or the message does."""
        try:
            message = build(email, attachments)
            message.message()
        except (ValueError, UnicodeError, Undecipherable, TypeError):
            return Outcome("refused", "message.invalid")
        try:
            if self._connection is None:
                self._connection = get_connection()
                self._connection.open()
            self._connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as refusal:
            return _by_code(*next(iter(refusal.recipients.values())))
        except smtplib.SMTPDataError as refusal:
            return _by_code(refusal.smtp_code, refusal.smtp_error)
        except (OSError, smtplib.SMTPException) as fault:
            self._close()
            return Outcome("trouble", _trouble(fault))
        return Outcome("sent")


def _by_code(code: int, _said: object) -> Outcome:
    """4xx: try again; 5xx: never. What the server said names the address, so only its code is kept."""
    return Outcome("later" if 400 <= code < 500 else "refused", f"smtp.{code}")


def _trouble(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"server.{fault.smtp_code}"
    return f"server.{type(fault).__name__}"[:40]


def build(email: Email, attachments: Sequence[Attachment]) -> EmailMultiAlternatives:
    """The message as it leaves: its id names neither the machine nor the person, and is the same each try."""
    headers = {
        "Message-ID": f"<{email.public_id}@{sender_domain()}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": email.language,
        **_unsubscribe(email),
    }
    message = EmailMultiAlternatives(
        subject=email.subject or "",
        body=email.text or "",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[email.recipient or ""],
        reply_to=[settings.FABRIQUE_CONTACT_EMAIL] if settings.FABRIQUE_CONTACT_EMAIL else None,
        headers=headers,
    )
    if email.html:
        message.attach_alternative(email.html, "text/html")
    for one in attachments:
        message.attach(one.name, one.content, one.kind)
    return message


def _unsubscribe(email: Email) -> dict[str, str]:
    """Where a mailbox lets its owner stop: by one click, or by a page where stopping has consequences."""
    subscription = email.subscription
    if subscription is None or subscription.state != SubscriptionState.CONFIRMED:
        return {}
    if purpose_of(subscription).one_click:
        return {
            "List-Unsubscribe": f"<{one_click_link(subscription)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return {"List-Unsubscribe": f"<{end_link(subscription)}>"}
