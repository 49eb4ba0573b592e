"""Twenty-one thousand real answers, analysed twice: same bytes, in memory and time that two cores afford.

Fed by ../shared/data (skipped where it is absent). Feeds `make check-long`.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "granddebat" / "health_related_answers.csv"
MOST_MEMORY_MB = 4_000

pytestmark = [
    pytest.mark.long,
    pytest.mark.real_data,
    pytest.mark.skipif(not SOURCE.exists(), reason="real data absent: ../shared/data/granddebat"),
]


def digests(folder):
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.iterdir()
        if p.name != "timings.json"
    }


def test_two_analyses_of_real_answers_are_identical_and_recognisable(tmp_path):
    for name in ("a", "b"):
        command = [
            sys.executable,
            "-m",
            "fabrique.cli",
            "analyse",
            str(SOURCE),
            "--text",
            "comment",
            "--group",
            "debat",
        ]
        subprocess.run([*command, "--out", str(tmp_path / name)], check=True)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")
    timings = json.loads((tmp_path / "a" / "timings.json").read_text())
    assert timings["peak_memory_mb"] < MOST_MEMORY_MB
    counts = json.loads((tmp_path / "a" / "provenance.json").read_text())["counts"]
    assert counts["rows"] == counts["rows_with_theme"] + sum(counts["set_aside"].values()) == 21_295
    labels = (tmp_path / "a" / "themes.csv").read_text(encoding="utf-8")
    for subject in ("MDPH", "carte vitale", "personnes âgées", "urgences", "lunettes", "mutuelle"):
        assert subject in labels
