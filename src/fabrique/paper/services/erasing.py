"""The eraser of paper: the entries of a withdrawn answer go; what remains is that a sheet was counted.

Fed by contributions.services.erase_participation, through common.registry. Feeds nothing.
"""

from __future__ import annotations

from django.db import transaction

from fabrique.paper.models import Call, Entry


def erase_entries(participation_id: int) -> int:
    """Erase what operators typed of a participation, marks included; how many rows went or were emptied.

    The comparisons of a double entry stay: they hold whether two operators agreed, and no answer.
    """
    with transaction.atomic():
        removed, _rows = Entry.objects.filter(form__participation=participation_id).delete()
        return removed + Call.objects.filter(participation=participation_id).update(marks={})
