"""What the verbs on bodies, colleges and mandates share: the lock, one-line labels, what changed, by name.

Fed by the other modules of this package. Feeds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from fabrique.accounts.models import Body
from fabrique.common.errors import Refused

#: what a reason code of the journal holds
_LONGEST_REASON = 60


def locked_body(body: Body) -> Body:
    """The body, locked until the end of the transaction. Raises Refused('body.ended')."""
    found: Body = Body.objects.select_for_update(of=("self",)).select_related("territory").get(pk=body.pk)
    if found.ended_on is not None:
        raise Refused("body.ended", _("Cette instance a été supprimée : elle ne se modifie plus."))
    return found


def one_line(text: str) -> str:
    return " ".join(text.split())


def changed(present: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """The names of what changes, as a reason code of the journal: « seat ends_on », or « name seat +3 »."""
    names = [name for name in wanted if present.get(name) != wanted[name]]
    said = " ".join(names)
    shown = len(names)
    while len(said) > _LONGEST_REASON:
        shown -= 1
        said = f"{' '.join(names[:shown])} +{len(names) - shown}"
    return said
