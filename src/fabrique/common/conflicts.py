"""Lost updates: a short hash of what a form showed, checked by the verb before it writes.

Fed by the values stored. Feeds the verbs of plan and councils, and the forms of their rooms.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from fabrique.common.errors import Refused


def token_of(values: Mapping[str, Any]) -> str:
    """A short hash of stored values: sent back with a form, it tells if somebody wrote meanwhile."""
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def check_unchanged(expected: str, present: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Raise Refused('edit.conflict', present=…) where what is stored is not what the form showed.

    An empty `expected` is unchecked (no form); the same words sent twice are no conflict.
    """
    if expected and expected != token_of(present) and dict(present) != dict(wanted):
        raise Refused(
            "edit.conflict",
            _(
                "Une autre personne a enregistré une modification pendant que vous écriviez. "
                "Rien n’est perdu : comparez les deux textes ci-dessous, gardez ce qui convient, "
                "puis enregistrez de nouveau."
            ),
            present=dict(present),
        )
