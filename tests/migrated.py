"""Copies of the migrated database, on SQLite: migrations run once for as long as none of them changes.

Fed by the test database, as the real migrations made it; what is kept from one run to the next is named after the
content of every migration and of the lock. Feeds each worker, and the tests that run the real commands in a folder
of their own: all still call `migrate`, which then finds nothing left to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
#: databases of migrations that are no more are removed: only the last few are kept
LAST = 4


def _folder() -> Path:
    found = Path(tempfile.gettempdir()) / f"fabrique-migrated-{os.getuid()}"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def _template() -> Path:
    """Named after all that decides of the tables: the migrations of the house, the versions of the others."""
    content = hashlib.sha256((ROOT / "requirements" / "dev.lock").read_bytes())
    for path in sorted((ROOT / "src").rglob("migrations/*.py")):
        content.update(path.as_posix().encode() + b"\0" + path.read_bytes())
    return _folder() / f"{content.hexdigest()[:32]}.sqlite3"


@contextmanager
def alone() -> Iterator[None]:
    """One process at a time: the others wait for the first to have migrated, then copy."""
    with (_folder() / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def take(name: Path) -> bool:
    """Put the migrated database of an earlier run under that name; False where there is none."""
    template = _template()
    if not template.exists():
        return False
    shutil.copyfile(template, name)
    template.touch()
    return True


def leave() -> None:
    """Keep the database that was just migrated for the next worker and the next run."""
    template = _template()
    if template.exists() or not _kept().exists():
        return
    partial = template.with_suffix(f".{os.getpid()}")
    shutil.copyfile(_kept(), partial)
    partial.replace(template)
    for old in sorted(_folder().glob("*.sqlite3"), key=lambda path: -path.stat().st_mtime)[LAST:]:
        old.unlink(missing_ok=True)


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


def prepare() -> None:
    """Migrate before any worker asks for it: `python -m tests.migrated`, in a folder (FABRIQUE_VAR) of its own."""
    django.setup()
    with alone():
        if not _template().exists():
            call_command("migrate", run_syncdb=True, verbosity=0)
            keep()
            leave()
            forget()


if __name__ == "__main__":
    prepare()
