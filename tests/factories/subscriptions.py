"""Subscriptions of the tests: a purpose of their own, and a real SMTP server in this process.

Fed by the verbs of subscriptions.services. Feeds the tests of subscriptions, of meetings and of the browser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from fabrique.common.clock import now
from fabrique.subscriptions.enums import EndReason
from fabrique.subscriptions.services import Purpose, Words, purposes, subscribe

NEWS, SEAT = "tests.news", "tests.seat"
#: what the purposes of the tests were told, in order
told: list[tuple[str, str]] = []

WORDS = Words(
    title="Un essai",
    confirm_heading="Confirmer ?",
    confirm_button="Confirmer",
    confirmed_heading="C’est confirmé",
    confirmed_sentence="Vous recevrez des messages.",
    end_heading="Arrêter ?",
    end_sentence="Vous ne recevrez plus rien.",
    end_button="Arrêter",
    ended_heading="C’est arrêté",
    ended_sentence="Plus de message.",
    back=("/", "Accueil"),
)


def _confirmed(actor: Any, *, subscription: Any) -> None:
    told.append(("confirmed", subscription.public_id))


def _ended(actor: Any, *, subscription: Any, reason: EndReason) -> None:
    # the address is still there when the purpose is told
    told.append((f"ended:{reason}", subscription.email or ""))


def declare() -> None:
    """Put the purposes of the tests in the registry, once."""
    known = dict(purposes.items())
    for key, one_click in ((NEWS, True), (SEAT, False)):
        if key not in known:
            purposes.register(
                key,
                Purpose(
                    words=lambda _subscription: WORDS,
                    keep_until=lambda _subscription: now() + timedelta(days=90),
                    on_confirm=_confirmed,
                    on_end=_ended,
                    one_click=one_click,
                ),
            )
    told.clear()


def asked(
    actor: Any, email: str = "une.personne@exemple.test", purpose: str = NEWS, about: str = "objet"
) -> Any:
    return subscribe(actor, purpose=purpose, reference=about, email=email)


class Mailbox:
    """What a server received, and how it answers the next messages (« 250 OK » unless told otherwise)."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.introduced: list[str] = []
        self.answers: list[str] = []
        self.refusals: list[str] = []

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, answers: Any) -> Any:
        session.host_name = hostname
        self.introduced.append(hostname)
        return answers

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        message = message_from_bytes(envelope.content, policy=default)
        self.received.append(message)  # type: ignore[arg-type]
        self.recipients.extend(envelope.rcpt_tos)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The messages of one person, oldest first."""
        return [one for one in self.received if one["To"] == address]


class _Here(Controller):
    """A server on a port that the system chose."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def smtp_server(mailbox: Any = None) -> Iterator[tuple[Any, int]]:
    """A real SMTP server on this machine: its mailbox (a plain one unless given) and its port."""
    mailbox = Mailbox() if mailbox is None else mailbox
    server = _Here(mailbox, hostname="127.0.0.1", port=0)
    server.start()
    try:
        yield mailbox, server.port
    finally:
        server.stop()


def links(message: EmailMessage) -> list[str]:
    """The addresses written in the text part, in order."""
    body = message.get_body(("plain",))
    assert body is not None
    return re.findall(r"https?://\S+", body.get_content())
