"""Erasing contacts and files at the end of their term; the demands stay, they are in the corpus.

Fed by the worker, once a minute at most. Feeds the retention promised on the form.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.written.models import WrittenContribution
from fabrique.written.services.letters import call_back

#: contributions erased by one call: sealed files are heavy rows
BATCH = 20


def forget_old(actor: Actor) -> int:
    """Erase the contact, the words and the files FABRIQUE_WRITTEN_DAYS after the call's end; returns how many."""
    require(actor, "written.forget")
    before = now() - timedelta(days=settings.FABRIQUE_WRITTEN_DAYS)
    rows = list(WrittenContribution.objects.to_forget(before).order_by("pk")[:BATCH])
    for written in rows:
        with transaction.atomic():
            _empty(written)
            if written.participation_id is None:
                written.demands.all().delete()
            journal.record(actor, "written.forget", written, reason="term")
    return len(rows)


def erase_written(participation: int) -> int:
    """Called before a participation is erased: its demands go, all that was sent, and letters waiting."""
    found = WrittenContribution.objects.filter(participation=participation).first()
    if found is None:
        return 0
    call_back(found)
    gone: int = found.demands.all().delete()[0]
    _empty(found)
    found.title = found.organisation_name = ""
    found.save(update_fields=["title", "organisation_name"])
    return gone + 1


def _empty(written: WrittenContribution) -> None:
    written.files.update(content="", extracted="", name="")
    written.contact_name = written.contact_email = written.text = written.receipt_code = ""
    written.notes = "[]"
    written.erased_at = now()
    written.save(
        update_fields=["contact_name", "contact_email", "text", "notes", "receipt_code", "erased_at"]
    )
