"""The one way to write the journal, callable from any layer.

Fed by every services.py, in the verb's own transaction. Feeds audit, which registers itself as the sink.
"""

from __future__ import annotations

from typing import Any

from fabrique.common.registry import journal_sinks


def record(actor: Any, verb: str, obj: Any, *, reason: str = "") -> None:
    """Write one line: who, what, on which object, why (a code). Ids only, never a text.

    Raises RuntimeError where no journal is installed: a write without its line must not pass.
    """
    sinks = journal_sinks.items()
    if not sinks:
        raise RuntimeError("no journal is installed")
    for _, sink in sinks:
        sink(actor, verb, obj, reason)
