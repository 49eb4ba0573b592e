"""What the worker does for the corpus between jobs.

Fed by `fabrique worker`. Feeds the e-mails that announce alerts of distress.
"""

from __future__ import annotations


def notify_alerts() -> int:
    """Announce the alerts that were not; see services.alerts."""
    from fabrique.contributions.services import notify_alerts as announce

    return announce()
