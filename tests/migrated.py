"""A copy of the migrated database, taken before the first test: processes start on it instead of migrating anew.

Fed by the test database, as the real migrations made it. Feeds the tests that run the real commands in a folder
of their own: they still call `migrate`, which then finds nothing left to do.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import connection


def _kept() -> Path:
    return settings.VAR / f"migrated-{os.getpid()}.sqlite3"


def keep() -> None:
    """Copy the test database while it is still as it was born."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(_kept()) as copy:
            connection.connection.backup(copy)
        copy.close()
        connection.close()


def start_in(folder: Path) -> None:
    """Give a folder the database of a new instance; on PostgreSQL there is none, and its `migrate` does it all."""
    if _kept().exists():
        shutil.copyfile(_kept(), folder / "fabrique.sqlite3")


def forget() -> None:
    _kept().unlink(missing_ok=True)
