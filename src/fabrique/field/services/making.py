"""A draft consultation made from an XLSForm, for whoever has no consultation to put it in yet.

Fed by the room and the command of imports, through common.registry.importers. Feeds consultations' drafts.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common.registry import ObjectReport
from fabrique.consultations.services import create_consultation
from fabrique.field.services.importing import import_xlsform
from fabrique.field.services.workbook import sheets_in
from fabrique.territories.models import Territory


def make_from_xlsform(
    actor: Actor, *, data: bytes, name: str, perimeter: Territory, dry_run: bool
) -> ObjectReport:
    """Make a draft consultation named after the form; with `dry_run`, only say what it would hold.

    Raises Refused (files.*, form.*), Forbidden.
    """
    require(actor, "field.exchange_forms", perimeter)
    settings = sheets_in(data, name).settings
    title = (settings[0].get("form_title", "") if settings else "") or name.rpartition(".")[0]
    with transaction.atomic():
        made = create_consultation(
            actor, title=title[:200] or _("Questionnaire sans titre"), perimeter=perimeter
        )
        report = import_xlsform(actor, consultation=made, data=data, name=name)
        if dry_run:
            transaction.set_rollback(True)
    return ObjectReport(
        added=1, set_aside=report.set_aside, label=made.title, result="" if dry_run else str(made.public_id)
    )
