"""Fetches one exact version of an npm package into a folder, through the ordinary client.

Fed by `npm pack`. Feeds build.py and outlines.py.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
from pathlib import Path


class PackageError(Exception):
    """The package could not be fetched, or is not what was asked for."""


def unpack(name: str, version: str, into: Path) -> Path:
    """The folder of the unpacked package. Raises PackageError."""
    command = ["npm", "pack", f"{name}@{version}", "--json", "--pack-destination", str(into)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=into)
    except (OSError, subprocess.CalledProcessError) as failed:
        raise PackageError(f"npm pack {name}@{version} failed: {failed}") from failed
    archive = next(into.glob("*.tgz"), None)
    if archive is None:
        raise PackageError(f"npm pack {name}@{version} left no archive: {done.stdout[:200]}")
    with tarfile.open(archive) as opened:
        opened.extractall(into, filter="data")
    folder = into / "package"
    found = json.loads((folder / "package.json").read_text("utf-8"))
    if (found["name"], found["version"]) != (name, version):
        raise PackageError(f"asked for {name}@{version}, got {found['name']}@{found['version']}")
    return folder
