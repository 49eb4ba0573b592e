"""Builds the extract of the official geography of France that Fabrique ships.

Fed by the npm package @etalab/decoupage-administratif (fetched by `npm pack` into a temporary folder).
Feeds src/fabrique/territories/data/decoupage.json.xz; run by hand once a year, then PROVENANCE.md is updated.

    .venv/bin/python scripts/territories/build.py            builds the file and prints its fingerprint
    .venv/bin/python scripts/territories/build.py --check    compares with the committed file, writes nothing
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from package import PackageError, unpack

PACKAGE, VERSION, EDITION = "@etalab/decoupage-administratif", "6.0.0", "2026"
DATA = Path(__file__).resolve().parents[2] / "src/fabrique/territories/data"
TARGET = DATA / "decoupage.json.xz"
OVERSEAS_COLLECTIVITIES = {"975", "977", "978", "986", "987", "988"}
UNINHABITED = {"984", "989"}


def typographic(name: str) -> str:
    """« L'Isle » with the apostrophe that the interface uses everywhere."""
    return name.replace("'", "’")


def build(folder: Path) -> dict[str, Any]:
    """The compact extract, from the JSON files of the package."""
    read = {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in FILES}
    current = [c for c in read["communes"] if c["type"] == "commune-actuelle"]
    communes = [c for c in current if c["departement"] not in UNINHABITED]
    set_aside = [
        [c["code"], typographic(c["nom"]), "territoire sans habitants permanents"]
        for c in current
        if c["departement"] in UNINHABITED
    ]
    membership = _membership(read["epci"])
    return {
        "source": PACKAGE,
        "version": VERSION,
        "edition": EDITION,
        "regions": [
            [r["code"], typographic(r["nom"])]
            for r in read["regions"]
            if r["code"] not in OVERSEAS_COLLECTIVITIES | UNINHABITED
        ],
        "departments": [
            [d["code"], typographic(d["nom"]), d["region"]]
            for d in read["departements"]
            if d["code"] not in OVERSEAS_COLLECTIVITIES | UNINHABITED
        ],
        "collectivities": [
            [d["code"], typographic(d["nom"])]
            for d in read["departements"]
            if d["code"] in OVERSEAS_COLLECTIVITIES
        ],
        "epci": sorted([e["code"], typographic(e["nom"])] for e in read["epci"]),
        "communes": [_commune(c, membership) for c in sorted(communes, key=lambda c: c["code"])],
        "set_aside": set_aside,
    }


FILES = ("communes", "departements", "epci", "regions")


def _membership(epci: list[dict[str, Any]]) -> dict[str, str]:
    counted = Counter(member["code"] for e in epci for member in e["membres"])
    twice = [code for code, times in counted.items() if times > 1]
    if twice:
        raise PackageError(f"communes in two EPCI: {twice}")
    return {member["code"]: e["code"] for e in epci for member in e["membres"]}


def _commune(commune: dict[str, Any], membership: dict[str, str]) -> list[Any]:
    return [
        commune["code"],
        typographic(commune["nom"]),
        commune["departement"],
        membership.get(commune["code"], ""),
        commune["population"],
        " ".join(sorted(commune["codesPostaux"])),
    ]


def verify(extract: dict[str, Any]) -> None:
    """What must hold before the file is written. Raises PackageError."""
    departments = {d[0] for d in extract["departments"]} | {c[0] for c in extract["collectivities"]}
    codes = [c[0] for c in extract["communes"]]
    problems = {
        "18 regions": len(extract["regions"]) != 18,
        "101 departments": len(extract["departments"]) != 101,
        "communes once": len(set(codes)) != len(codes),
        "departments known": any(c[2] not in departments for c in extract["communes"]),
        "populations plausible": not 66_000_000 < sum(c[4] for c in extract["communes"]) < 72_000_000,
    }
    broken = [rule for rule, failed in problems.items() if failed]
    if broken:
        raise PackageError(f"the package does not hold: {', '.join(broken)}")


def compressed(extract: dict[str, Any]) -> bytes:
    """The same bytes for the same extract."""
    text = json.dumps(extract, ensure_ascii=False, separators=(",", ":"))
    return lzma.compress(text.encode("utf-8"), preset=9 | lzma.PRESET_EXTREME)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the committed file, write nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        try:
            extract = build(unpack(PACKAGE, VERSION, Path(temporary)) / "data")
            verify(extract)
        except PackageError as problem:
            print(problem, file=sys.stderr)
            return 1
    content = compressed(extract)
    if options.check:
        same = TARGET.exists() and lzma.decompress(TARGET.read_bytes()) == lzma.decompress(content)
        print("identical" if same else "different")
        return 0 if same else 1
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    print({key: len(value) for key, value in extract.items() if isinstance(value, list)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
