"""A file of sheets between its sending and its application: kept sealed, previewed, applied or given up.

Fed by the leads' screen. Feeds apply_tables; a file forgotten is erased after a day.
"""

from __future__ import annotations

import base64
from datetime import timedelta

from django.db import transaction

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.plan.models import Plan, SheetFile
from fabrique.plan.services.sheets.applying import Report, apply_tables
from fabrique.plan.services.sheets.files import FileTables, read_file
from fabrique.plan.services.writing import EDIT, require_open

KEPT = timedelta(days=1)


def keep_file(actor: Agent, *, plan: Plan, data: bytes, name: str) -> SheetFile:
    """Take a file in. Raises Refused: files.* on a hostile one, sheets.* on one that holds no sheet.

    The same file sent again gives back the same row.
    """
    require(actor, EDIT)
    require_open(plan.state)
    read_file(data, name)
    content = base64.b64encode(data).decode()
    with transaction.atomic():
        for held in SheetFile.objects.filter(plan=plan, sent_by=actor.user):
            if held.content == content:
                return held
        made: SheetFile = SheetFile.objects.create(
            plan=plan, name=name[-200:], content=content, sent_at=now(), sent_by=actor.user
        )
        journal.record(actor, "plan.keep_sheet_file", made)
    return made


def preview_file(actor: Agent, *, file: SheetFile, replace: bool = False) -> Report:
    """What the file would change; nothing is written."""
    return apply_tables(actor, plan=file.plan, tables=_tables(actor, file), dry_run=True, replace=replace)


def apply_file(actor: Agent, *, file: SheetFile, replace: bool = False) -> Report:
    """Write what the file changes, then erase it."""
    report = apply_tables(actor, plan=file.plan, tables=_tables(actor, file), dry_run=False, replace=replace)
    with transaction.atomic():
        journal.record(actor, "plan.apply_sheets", file.plan, reason=file.public_id)
        SheetFile.objects.filter(pk=file.pk).delete()
    return report


def drop_file(actor: Agent, *, file: SheetFile) -> None:
    """Give the file up; already gone is fine."""
    _require_own(actor, file)
    with transaction.atomic():
        SheetFile.objects.filter(pk=file.pk).delete()
        journal.record(actor, "plan.drop_sheet_file", file.plan, reason=file.public_id)


def _tables(actor: Agent, file: SheetFile) -> FileTables:
    _require_own(actor, file)
    return read_file(base64.b64decode(file.content), file.name)


def _require_own(actor: Agent, file: SheetFile) -> None:
    """Whoever sent it, or the lead of the whole plan, who may take over from somebody away."""
    if file.sent_by_id != actor.user.pk:
        require(actor, EDIT, file.plan.territory)


def forget_old_files() -> int:
    """Erase the files that wait since more than a day; returns how many."""
    count, _rows = SheetFile.objects.filter(sent_at__lt=now() - KEPT).delete()
    return count


def apply_from_terminal(actor: Actor, *, plan: Plan, data: bytes, name: str, dry_run: bool) -> Report:
    """The same for the command line, which keeps no file. Raises Refused as keep_file."""
    require(actor, EDIT)
    require_open(plan.state)
    report = apply_tables(actor, plan=plan, tables=read_file(data, name), dry_run=dry_run)
    if not dry_run and report.writes:
        journal.record(actor, "plan.apply_sheets", plan)
    return report
