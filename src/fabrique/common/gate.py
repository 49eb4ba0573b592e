"""Asking for a right from a layer that stands below accounts.

Fed by territories' services. Feeds accounts.rights, which registers itself as the keeper.
"""

from __future__ import annotations

from typing import Any

from fabrique.common.registry import gatekeepers


def require(actor: Any, verb: str, territory: Any = None) -> None:
    """Raise Forbidden unless the actor holds the right; RuntimeError where nobody keeps the gate."""
    keepers = gatekeepers.items()
    if not keepers:
        raise RuntimeError("no gatekeeper is installed")
    for _, keeper in keepers:
        keeper(actor, verb, territory)
