"""Verbs on receipt slips: the code of each item, sealed until it is printed and handed out, then erased.

Fed by the slip sheet's page and the signature. Feeds the deposit of items into the corpus, under the same codes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import require
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.meetings.models import Item, ItemSlip, Meeting, Table
from fabrique_core.privacy.receipts import new_receipt

#: a code is kept, sealed, so long as its sheet may be printed again: after the signature, and at the very most
DAYS_AFTER_SIGNATURE, DAYS_AT_MOST = 90, 365
RANDOM_BYTES = 9


def print_slips(actor: Actor, *, meeting: Meeting, table: Table | None = None) -> list[tuple[Item, str]]:
    """[(item, code)] of the active items of a meeting, or of one table, in the order of the sheet.

    Codes are made the first time, before the signature if the sheet is handed out on the day. An item whose
    code was erased, its delay over, is left out. Raises Refused('slips.none') where there is nothing to print.
    """
    require(actor, "meetings.facilitate", meeting.territory)
    items = Item.objects.of_meeting(meeting).active().select_related("slip", "contribution")
    if table is not None:
        items = items.filter(table=table)
    with transaction.atomic():
        rows = [(item, slip) for item in items if (slip := slip_of(item)) is not None]
        if not rows:
            raise Refused(
                "slips.none",
                _("Aucun talon à imprimer : aucun propos n’est noté ici, ou leurs codes sont effacés."),
            )
        ItemSlip.objects.filter(pk__in=[slip.pk for _item, slip in rows]).update(printed_at=now())
        journal.record(actor, "meetings.print_slips", meeting, reason=table.code if table else "")
    return [(item, slip.code) for item, slip in rows]


def slip_of(item: Item) -> ItemSlip | None:
    """The slip of an item, made if it never had a code; None where the code has been erased."""
    slip = ItemSlip.objects.filter(item=item).first()
    if slip is not None or item.contribution_id is not None:
        return slip
    return ItemSlip.objects.create(
        item=item,
        code=new_receipt(secrets.token_bytes(RANDOM_BYTES)),
        made_at=now(),
        expires_at=now() + timedelta(days=DAYS_AT_MOST),
    )


def shorten(slips: Iterable[ItemSlip]) -> None:
    """The items are signed: their codes can be printed again for ninety days, then go."""
    ItemSlip.objects.filter(pk__in=[slip.pk for slip in slips]).update(
        expires_at=now() + timedelta(days=DAYS_AFTER_SIGNATURE)
    )


def erase_expired_slips() -> int:
    """Erase the codes whose delay is over. Called by the worker; returns how many."""
    erased, _by_model = ItemSlip.objects.filter(expires_at__lte=now()).delete()
    return erased
