"""What it is for: a results folder that is whole or absent, whatever interrupts the run.
What feeds it: the path given by --out.
What it feeds: the writers of tables and report, which see only the temporary folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FILES = frozenset(
    {
        "report.html",
        "themes.csv",
        "themes.parquet",
        "assignments.csv",
        "assignments.parquet",
        "set_aside.csv",
        "provenance.json",
        "timings.json",
    }
)


class Refused(Exception):
    """A folder that must not be written to; the message is the French sentence to show."""


def check(folder: Path) -> None:
    """Refuses a folder that holds anything but a former result, and one that cannot be made."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Refused(f"«\u00a0{folder}\u00a0» existe déjà et n’est pas un dossier. Choisissez un autre nom.")
    if folder.exists():
        names = {entry.name for entry in folder.iterdir()}
        if names - FILES or (names and "provenance.json" not in names):
            raise Refused(
                f"Le dossier «\u00a0{folder}\u00a0» contient autre chose qu’un résultat d’analyse\u00a0: "
                "rien n’y a été "
                "écrit. Choisissez un dossier vide ou nouveau."
            )
    ancestor = folder.absolute().parent
    while not ancestor.exists():
        ancestor = ancestor.parent
    if not ancestor.is_dir() or not os.access(ancestor, os.W_OK):
        raise Refused(f"Impossible d’écrire dans «\u00a0{ancestor}\u00a0».")


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A temporary sibling that takes the folder's place at the end; on any exception it is removed, nothing
    moved."""
    target = folder.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    temporary = target.parent / f".{target.name}.partiel-{os.getpid()}"
    temporary.mkdir()
    try:
        yield temporary
        _replace(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _replace(temporary: Path, target: Path) -> None:
    if not target.exists():
        temporary.rename(target)
        return
    former = target.parent / f".{target.name}.ancien-{os.getpid()}"
    target.rename(former)
    try:
        temporary.rename(target)
    except OSError:
        former.rename(target)
        raise
    shutil.rmtree(former)


def _sweep(target: Path) -> None:
    """Removes what killed runs left beside the folder; a run still alive keeps its own."""
    for kind in ("partiel", "ancien"):
        for left in target.parent.glob(f".{target.name}.{kind}-*"):
            process = left.name.rpartition("-")[2]
            if process.isdigit() and not _alive(int(process)):
                if kind == "ancien" and not target.exists():
                    left.rename(target)
                else:
                    shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
