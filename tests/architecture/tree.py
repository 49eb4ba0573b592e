"""The source tree as the rules of the house see it: files, modules, layers.

Fed by src/ and pyproject.toml. Feeds the tests of this folder.
"""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
FABRIQUE = SRC / "fabrique"
DOMAIN_APPS = (
    "common",
    "territories",
    "accounts",
    "audit",
    "subscriptions",
    "contributions",
    "consultations",
    "meetings",
    "written",
    "councils",
    "plan",
    "observatory",
    "analysis",
    "paper",
    "relays",
    "field",
    "imports",
    "restitution",
)


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """The Python files under these folders of the project, migrations and data left aside."""
    return tuple(
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts and "data" not in path.relative_to(ROOT).parts[2:-1]
    )


def templates() -> list[Path]:
    return [path for path in sorted(FABRIQUE.rglob("*.html")) if "templates" in path.parts]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def layers() -> dict[str, int]:
    """Package of fabrique → its row, counted from the bottom, as import-linter's contract says."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (rows,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return {name.strip(" ()"): height for height, row in enumerate(reversed(rows)) for name in row.split("|")}
