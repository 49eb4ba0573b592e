"""What it is for: the time of the thirteen territorial portraits, as a ratio to WeasyPrint alone.
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

ROOT = Path(__file__).resolve().parents[2]
DATA = [ROOT.parent / "shared/data/occitanie", ROOT.parent / "shared/reference"]
LIMIT, DEPARTMENTS, PAGES = 60.0, 13, range(2, 5)
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
def say(words):  # after each portrait: a busy machine slows both alike
    global bare
    start = time.perf_counter()
    html_to_pdf(plain)
    bare += time.perf_counter() - start
start = time.perf_counter()
run({"out": out, "epci": False, "territory": [], "format": "pdf"}, say)
made = time.perf_counter() - start - bare
bare *= 13 / 14  # the last words are the command's own
pages = [len(pypdfium2.PdfDocument(path)) for path in sorted(out.glob("*.pdf"))]
print(json.dumps({"bare": bare, "made": made, "pages": pages}))
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
    assert len(told["pages"]) == DEPARTMENTS, told
    assert all(pages in PAGES for pages in told["pages"]), told
    assert told["made"] < LIMIT, told
    return [
        "| portraits | pages | WeasyPrint alone, 13 plain pages (s) | portraits (s) | ratio |",
        "|---:|---:|---:|---:|---:|",
        f"| {DEPARTMENTS} | {sum(told['pages'])} | {told['bare']:.2f} | {told['made']:.1f} | "
        f"{told['made'] / told['bare']:.1f} |",
        "",
        f"The longest has {max(told['pages'])} pages; all of them together take under {LIMIT:.0f} seconds.",
    ]


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
