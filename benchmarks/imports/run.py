"""What it is for: rows imported a second and the memory it takes, as ratios to csv and sqlite3 alone.
What feeds it: a table of made-up answers, an instance of its own in a temporary folder.
What it feeds: benchmarks/imports/results-YYYY-MM.md, whose every figure this command printed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHUNK, TIMES = 25, 4
TITLES = ["Département", "Âge", "Sexe", "Date", "Vos besoins"]
SAID = (
    "il faut un médecin près du village car les délais sont longs et le bus ne passe plus le soir pour aller à "
    "l’hôpital de la ville où personne ne prend de nouveaux patients depuis que le cabinet a fermé"
)
CHILD = """
import json, resource, sys, time
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from pathlib import Path
from fabrique.common.actors import Operator
from fabrique.contributions.models import Participation
from fabrique.imports import services
from fabrique.imports.services.execution import carry_out
from fabrique_core.files import Limits
from tests.factories import territories
territories.load_small()
actor, told = Operator("benchmark"), {}
def run(step):
    start = time.perf_counter()
    job = services.upload(actor, kind="table", perimeter=territories.region(), limits=Limits(size=500_000_000),
                          file=services.Upload(Path(sys.argv[1]).read_bytes(), "mesure.csv"))
    services.configure(actor, job=job, mapping=job.mapping, unit="personne", label="Mesure", start=False)
    assert carry_out(job.pk) == "checked"
    checked = time.perf_counter()
    services.confirm(actor, job=job, start=False)
    assert carry_out(job.pk) == "done"
    job.refresh_from_db()
    told[step] = {"check": checked - start, "record": time.perf_counter() - checked, "added": job.report["added"]}
run("first")
told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
run("second")
told["stored"] = Participation.objects.count()
print(json.dumps(told))
"""


def write_table(path: Path, rows: int) -> None:
    """A file of `rows` answers, the same each time."""
    drawn = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(TITLES)
        for _ in range(rows):
            text = " ".join(drawn.choices(SAID.split(), k=drawn.randint(15, 45)))
            who = [
                drawn.choice(("46", "30", "31")),
                str(drawn.randint(18, 90)),
                drawn.choice(("Femme", "Homme")),
            ]
            writer.writerow([*who, f"{drawn.randint(1, 28):02}/03/2023", text])


def bare_rate(path: Path, database: Path) -> float:
    """Rows a second of the yardstick."""
    start = time.perf_counter()
    with (
        sqlite3.connect(database, isolation_level=None) as opened,
        path.open(encoding="utf-8", newline="") as stream,
    ):
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("PRAGMA synchronous=FULL")
        opened.execute("CREATE TABLE bare (a, b, c, d, e)")
        reader = csv.reader(stream)
        next(reader)
        rows = list(reader)
        for first in range(0, len(rows), CHUNK):
            opened.execute("BEGIN IMMEDIATE")
            opened.executemany("INSERT INTO bare VALUES (?, ?, ?, ?, ?)", rows[first : first + CHUNK])
            opened.execute("COMMIT")
    return len(rows) / (time.perf_counter() - start)


def imported(path: Path, folder: Path, rows: int) -> dict[str, float]:
    """Rows checked and recorded a second, peak memory in MB. Raises AssertionError when a row is lost or doubled."""
    environment = os.environ | {
        "FABRIQUE_VAR": str(folder),
        "FABRIQUE_DATABASE": "sqlite",
        "DJANGO_SETTINGS_MODULE": "fabrique.settings.dev",
        "FABRIQUE_SECRET_KEY": "benchmark",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "OMP_NUM_THREADS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert (told["first"]["added"], told["second"]["added"], told["stored"]) == (rows, 0, rows), told
    return {
        "check": rows / told["first"]["check"],
        "record": rows / told["first"]["record"],
        "peak": told["peak_mb"],
    }


def measure(rows: int) -> list[str]:
    """The lines of the report."""
    folder = Path(tempfile.mkdtemp(prefix="fabrique-bench-"))
    lines, peaks = [], []
    try:
        for size in (rows, TIMES * rows):
            place = folder / str(size)
            place.mkdir()
            write_table(place / "mesure.csv", size)
            bare = bare_rate(place / "mesure.csv", place / "bare.sqlite3")
            found = imported(place / "mesure.csv", place, size)
            peaks.append(found["peak"])
            lines.append(
                f"| {size} | {bare:.0f} | {found['check']:.0f} | {found['record']:.0f} | "
                f"{found['record'] / bare:.4f} | {found['peak']:.0f} |"
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    more = (peaks[1] - peaks[0]) * 1e6 / ((TIMES - 1) * rows)
    return [
        "| rows | csv and sqlite3 alone (a second) | checked (a second) | recorded (a second) | ratio | peak (MB) |",
        "|---:|---:|---:|---:|---:|---:|",
        *lines,
        "",
        f"One more row costs {max(0, more):.0f} bytes of memory at the peak. "
        "The same file a second time added nothing.",
    ]


def main() -> int:
    """Prints the results as Markdown; `--out` also writes them; `--rows` of the smaller file (5,000)."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path)
    options.add_argument("--rows", type=int, default=5_000)
    chosen = options.parse_args()
    if not 100 <= chosen.rows <= 100_000:
        options.error("--rows goes from 100 to 100000")
    title = ["# Imports: measured results", "", "Made by `python -m benchmarks.imports.run`.", ""]
    text = "\n".join([*title, *measure(chosen.rows), ""])
    print(text)
    if chosen.out is not None:
        chosen.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
