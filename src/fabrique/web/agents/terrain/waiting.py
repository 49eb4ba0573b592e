"""What waits in the room of the field: nothing ever does; it says how many devices are in use.

Fed by field. Feeds web/agents/accueil/cards.py.
"""

from __future__ import annotations

from django.utils.translation import ngettext

from fabrique.accounts.actors import Agent
from fabrique.field.models import Device


def count(actor: Agent) -> tuple[int, str]:
    """No task, and the devices in use."""
    used = Device.objects.visible_to(actor).in_use().count()
    return 0, ngettext("%(n)d appareil en service", "%(n)d appareils en service", used) % {"n": used}
