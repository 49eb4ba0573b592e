"""What a file that makes an object (a questionnaire, meetings) gives when it is imported, or only read.

Fed by the apps that register an importer in common.registry. Feeds the imports' screens and command.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ObjectReport:
    """What was made, or would be: objects `added`, `changed` or already `known`, errors by line, what has no place here.

    `errors`: (line of the file or 0, sentence); `set_aside`: (where, sentence). `label`: what the file is about;
    `result`: the public id of the object made, if there is one.
    """

    added: int = 0
    changed: int = 0
    known: int = 0
    errors: tuple[tuple[int, str], ...] = ()
    set_aside: tuple[tuple[str, str], ...] = ()
    label: str = ""
    result: str = ""
