"""What the worker does for the plan between two jobs: the leads' digests, the forgetting of files left waiting.

Fed by `fabrique worker` through common.registry.periodic. Feeds services.
"""

from __future__ import annotations

from fabrique.accounts.actors import System
from fabrique.plan.services.reminders import send_digests
from fabrique.plan.services.sheets.waiting import forget_old_files


def send_lead_digests() -> int:
    """Write to the leads for whom something waits, once a month; returns how many."""
    return send_digests(System("plan.digests"))


def forget_sheet_files() -> int:
    """Erase the files of sheets that nobody applied; returns how many."""
    return forget_old_files()
