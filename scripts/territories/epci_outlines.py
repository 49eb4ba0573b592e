"""Builds the simplified outlines of the EPCI of a region that maps draw; neighbours keep the same border.

Fed by a GeoJSON of EPCI derived from IGN's Admin Express (Licence Ouverte), whose neighbours share their vertices.
Feeds src/fabrique/territories/data/outlines_epci_76.json: viewBox, and per SIREN a path and its box.

    .venv/bin/python scripts/territories/epci_outlines.py epci_occitanie_simplifie.geojson
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[2] / "src/fabrique/territories/data/outlines_epci_76.json"
WIDTH = 2000  # whole units across the region, about 230 m each
CLOSE = 5.0  # a vertex nearer than this to the simplified border goes, in the same units
SMALLEST = 60.0  # area of a ring under which it is not drawn, unless it is the only one

Place = tuple[float, float]
Point = tuple[int, int]


def rings_of(geometry: dict[str, Any]) -> list[list[Place]]:
    """Outer and inner rings, without the repeated last vertex."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(x, y) for x, y in ring[:-1]] for polygon in polygons for ring in polygon]


def projection(places: list[Place]) -> tuple[Any, int]:
    """Longitude and latitude to whole units: equirectangular at the middle latitude, north upwards."""
    west, east = min(x for x, _ in places), max(x for x, _ in places)
    south, north = min(y for _, y in places), max(y for _, y in places)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * squeeze)

    def project(place: Place) -> Point:
        return round((place[0] - west) * squeeze * scale), round((north - place[1]) * scale)

    return project, math.ceil((north - south) * scale)


def junctions(rings: list[list[Point]]) -> set[Point]:
    """Vertices where the set of neighbours changes: the ends of the arcs that two territories share."""
    around: dict[Point, set[Point]] = {}
    for ring in rings:
        for place, point in enumerate(ring):
            around.setdefault(point, set()).update((ring[place - 1], ring[(place + 1) % len(ring)]))
    return {point for point, others in around.items() if len(others) > 2}


def arcs(ring: list[Point], ends: set[Point]) -> Iterator[list[Point]]:
    """The ring cut at the ends; whole, from its lowest vertex, where it holds none."""
    cuts = [place for place, point in enumerate(ring) if point in ends]
    if not cuts:
        first = ring.index(min(ring))
        turned = ring[first:] + ring[:first]
        middle = len(turned) // 2
        yield turned[: middle + 1]
        yield [*turned[middle:], turned[0]]
        return
    turned = ring[cuts[0] :] + ring[: cuts[0]] + [ring[cuts[0]]]
    start = 0
    for place in range(1, len(turned)):
        if turned[place] in ends or place == len(turned) - 1:
            yield turned[start : place + 1]
            start = place


def simplified(arc: list[Point]) -> list[Point]:
    """Douglas-Peucker, the same whichever way the arc is read."""
    if arc[0] > arc[-1] or (arc[0] == arc[-1] and arc[1] > arc[-2]):
        return simplified(arc[::-1])[::-1]
    return peucker(arc)


def peucker(arc: list[Point]) -> list[Point]:
    """The ends, and the vertices that lie CLOSE or further from what is kept."""
    if len(arc) < 3:
        return arc
    far, place = max((distance(arc[i], arc[0], arc[-1]), i) for i in range(1, len(arc) - 1))
    if far < CLOSE:
        return [arc[0], arc[-1]]
    return peucker(arc[: place + 1])[:-1] + peucker(arc[place:])


def distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the segment."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0
    if length:
        along = max(0.0, min(1.0, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length))
    return math.hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def area(ring: list[Point]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*ring, ring[0]]))) / 2


def written(rings: list[list[Point]]) -> str:
    """A compact path: one absolute move a ring, then relative lines."""
    parts = []
    for ring in rings:
        moves = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(ring))
        parts.append(f"M{ring[0][0]} {ring[0][1]}l{moves}z")
    return "".join(parts)


def build(collection: dict[str, Any]) -> dict[str, Any]:
    """viewBox, paths and boxes by SIREN."""
    drawn = {one["properties"]["siren"]: rings_of(one["geometry"]) for one in collection["features"]}
    project, height = projection([place for rings in drawn.values() for ring in rings for place in ring])
    points: dict[str, list[list[Point]]] = {}
    for code, rings in drawn.items():
        whole = []
        for ring in rings:
            found = [project(place) for place in ring]
            found = [point for place, point in enumerate(found) if point != found[place - 1]]
            if len(set(found)) > 2:
                whole.append(found)
        points[code] = whole
    ends = junctions([ring for rings in points.values() for ring in rings])
    paths, boxes = {}, {}
    for code, rings in sorted(points.items()):
        kept = []
        for ring in rings:
            short = [point for arc in arcs(ring, ends) for point in simplified(arc)[:-1]]
            if len(set(short)) > 2:
                kept.append(short)
        kept.sort(key=area, reverse=True)
        kept = [ring for place, ring in enumerate(kept) if place == 0 or area(ring) >= SMALLEST]
        xs, ys = zip(*[point for ring in kept for point in ring], strict=True)
        paths[code], boxes[code] = written(kept), [min(xs), min(ys), max(xs), max(ys)]
    return {
        "source": "Admin Express, EPCI (IGN), contours déjà simplifiés",
        "licence": "Licence Ouverte 2.0 (Etalab)",
        "credit": "Contours simplifiés : IGN, Admin Express",
        "viewBox": f"0 0 {WIDTH} {height}",
        "paths": paths,
        "boxes": boxes,
    }


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("geojson", type=Path)
    chosen = options.parse_args()
    outlines = build(json.loads(chosen.geojson.read_text("utf-8")))
    content = json.dumps(outlines, ensure_ascii=False, indent=0).encode("utf-8") + b"\n"
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
