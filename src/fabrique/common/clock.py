"""The one clock of the instance: every time stored goes through here.

Fed by the system's clock. Feeds every service; the demonstration tells its story at its own dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told_instant", default=None)


def now() -> datetime:
    """The present instant, in UTC."""
    return _told.get() or timezone.now()


def today() -> date:
    """Today's date in the instance's time zone."""
    return timezone.localdate(now())


@contextmanager
def told_at(instant: datetime) -> Iterator[None]:
    """Inside, verbs believe that it is `instant`: for the demonstration, whose story began earlier."""
    token = _told.set(instant)
    try:
        yield
    finally:
        _told.reset(token)
