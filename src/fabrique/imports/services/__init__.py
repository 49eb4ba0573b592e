"""Verbs of imports: take a file in, map its columns, confirm, give up; the report of what is to mend.

Fed by the agents' screens and the command line. Feeds the corpus, and drafts of other apps.
"""

from fabrique.imports.services.jobs import (
    RIGHT_OF,
    Upload,
    cancel,
    configure,
    confirm,
    forget_old,
    take_back_abandoned,
    upload,
)

__all__ = [
    "RIGHT_OF",
    "Upload",
    "cancel",
    "configure",
    "confirm",
    "forget_old",
    "take_back_abandoned",
    "upload",
]
