"""What it is for: the time of all the territorial portraits, as a ratio to WeasyPrint alone.
What feeds it: the real open data of a region, an instance of its own in a temporary folder.
What it feeds: benchmarks/portraits/results-YYYY-MM.md, whose every figure this command printed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = [ROOT.parent / "shared/data/occitanie", ROOT.parent / "shared/reference"]
LIMIT, DEPARTMENTS, PAGES = 60.0, 13, range(2, 5)
#: all the intercommunalities of the region, a page or two each
EPCIS, EPCI_PAGES = 164, range(1, 3)
CHILD = """
import json, sys, time
import django; django.setup()
from pathlib import Path
from django.core.management import call_command
call_command("migrate", verbosity=0)
import pypdfium2
from fabrique.common.actors import Operator
from fabrique.observatory.services import load_folder
from fabrique.territories.services import load_territories, read_geography
from fabrique.web.shared.portraits.command import run
from fabrique.web.shared.printing import html_to_pdf
actor, out = Operator("benchmark"), Path(sys.argv[1])
load_territories(actor, geography=read_geography())
for folder in sys.argv[2:]:
    load_folder(actor, folder=Path(folder))
plain = "<html lang=fr><head><title>Page</title></head><body>" + "<p>Une phrase simple, sans tableau.</p>" * 40
html_to_pdf(plain)  # fonts and modules are read once, for both
bare = 0.0
def say(words):  # after each portrait; processor time, which others on the machine do not stretch
    global bare
    start = time.process_time()
    html_to_pdf(plain)
    bare += time.process_time() - start
def make(folder, epci):
    global bare
    bare, start = 0.0, time.process_time()
    run({"out": folder, "epci": epci, "territory": [], "format": "pdf"}, say)
    made = time.process_time() - start - bare
    pages = [len(pypdfium2.PdfDocument(path)) for path in sorted(folder.glob("*.pdf"))]
    bare *= len(pages) / (len(pages) + 1)  # the last words are the command's own
    return {"bare": bare, "made": made, "pages": pages}
print(json.dumps({"departments": make(out / "d", False), "epcis": make(out / "e", True)}))
"""


def measure() -> list[str]:
    """The lines of the report. Raises AssertionError where a portrait is missing, too long, or all are too slow."""
    folder = Path(tempfile.mkdtemp(prefix="fabrique-bench-"))
    environment = os.environ | {
        "FABRIQUE_VAR": str(folder),
        "FABRIQUE_DATABASE": "sqlite",
        "DJANGO_SETTINGS_MODULE": "fabrique.settings.dev",
        "FABRIQUE_SECRET_KEY": "benchmark",
        "PYTHONPATH": str(ROOT / "src"),
        "OMP_NUM_THREADS": "1",
    }
    try:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(folder / "portraits"), *map(str, DATA)],
            env=environment,
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    told = json.loads(done.stdout.strip().splitlines()[-1])
    departments, epcis = told["departments"], told["epcis"]
    assert (len(departments["pages"]), len(epcis["pages"])) == (DEPARTMENTS, EPCIS), told
    assert all(pages in PAGES for pages in departments["pages"]), told
    assert all(pages in EPCI_PAGES for pages in epcis["pages"]), told
    assert departments["made"] < LIMIT, told
    return [
        "| portraits | of | pages | WeasyPrint alone, as many plain pages (CPU s) | portraits (CPU s) | ratio |",
        "|---:|---|---:|---:|---:|---:|",
        _row("departments", departments),
        _row("intercommunalities", epcis),
        "",
        f"The longest has {max(departments['pages'])} pages; those of the departments take under {LIMIT:.0f} seconds.",
    ]


def _row(name: str, told: dict[str, Any]) -> str:
    cells = [len(told["pages"]), name, sum(told["pages"]), f"{told['bare']:.2f}", f"{told['made']:.1f}"]
    return f"| {' | '.join(map(str, cells))} | {told['made'] / told['bare']:.1f} |"


def main() -> int:
    """Prints the results as Markdown; `--out` also writes them. Without the real data it says so and stops."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path)
    chosen = options.parse_args()
    missing = [str(folder) for folder in DATA if not folder.is_dir()]
    if missing:
        print(f"The real data are not there: {', '.join(missing)}.", file=sys.stderr)
        return 1
    title = ["# Portraits: measured results", "", "Made by `python -m benchmarks.portraits.run`.", ""]
    text = "\n".join([*title, *measure(), ""])
    print(text)
    if chosen.out is not None:
        chosen.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
