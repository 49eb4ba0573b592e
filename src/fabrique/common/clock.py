"""The one clock of the instance: every time stored goes through here.

Fed by the system's clock. Feeds every service (tests freeze it in one place).
"""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The present instant, in UTC."""
    return timezone.now()


def today() -> date:
    """Today's date in the instance's time zone."""
    return timezone.localdate()
