"""Purposes: what an upper app may subscribe somebody to, with its words and what follows each gesture.

Fed by AppConfig.ready() of upper apps (meetings; later the plan). Feeds subscribe, confirm, end, expiry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fabrique.common.registry import Registry
from fabrique.subscriptions.enums import EndReason
from fabrique.subscriptions.models import Subscription


@dataclass(frozen=True)
class Words:
    """What the pages of a subscription say, in the reader's language. Every text is a whole phrase.

    `title`: what is subscribed to; `details`: (label, value) pairs under it; `back`: (address, label) of the
    page to return to. `already`: shown instead of the confirm button to who has already confirmed.
    """

    title: str
    confirm_heading: str
    confirm_button: str
    confirmed_heading: str
    confirmed_sentence: str
    end_heading: str
    end_sentence: str
    end_button: str
    ended_heading: str
    ended_sentence: str
    details: tuple[tuple[str, str], ...] = ()
    back: tuple[str, str] = ("", "")


def _nothing(*_given: Any, **_named: Any) -> None:
    return None


@dataclass(frozen=True)
class Purpose:
    """One purpose. Its functions are called inside the transaction of the gesture; they may raise Refused.

    `words(subscription)`; `keep_until(subscription)`: until when the address is kept once confirmed;
    `on_confirm(actor, subscription=…)`, `on_end(actor, subscription=…, reason=EndReason)`: erase there what
    upper rows hold about the person. `one_click`: whether a mailbox may end it by itself (RFC 8058); False
    where ending has consequences (giving up a seat): the link then opens a page with a button.
    """

    words: Callable[[Subscription], Words]
    keep_until: Callable[[Subscription], datetime]
    on_confirm: Callable[..., object] = _nothing
    on_end: Callable[..., object] = _nothing
    one_click: bool = True
    confirm_hours: int = 48


#: key (« meetings.registration ») -> Purpose
purposes: Registry[Purpose] = Registry("subscription purposes")


def purpose_of(subscription: Subscription) -> Purpose:
    """The purpose of a subscription. Raises KeyError where no app declares it."""
    return purposes.get(subscription.purpose)


__all__ = ["EndReason", "Purpose", "Words", "purpose_of", "purposes"]
