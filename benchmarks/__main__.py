"""What it is for: `make bench`: lists the benchmarks, runs them all or those that are named.
What feeds it: every benchmarks/<name>/run.py.
What it feeds: the terminal, and benchmarks/<name>/results-YYYY-MM.md with `--keep`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent


def available() -> dict[str, str]:
    """{name: first line of what it is for}, in alphabetical order."""
    found = {}
    for script in sorted(HERE.glob("*/run.py")):
        first = script.read_text(encoding="utf-8").splitlines()[0]
        found[script.parent.name] = first.removeprefix('"""What it is for: ')
    return found


def main() -> int:
    """Exit status: 0 all ran, 1 one failed, 2 a name that is none of ours."""
    names = available()
    options = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure against yardsticks.")
    options.add_argument(
        "names", nargs="*", metavar="NAME", help=f"among: {', '.join(names)} (all by default)"
    )
    options.add_argument("--list", action="store_true", help="only list them")
    options.add_argument("--keep", action="store_true", help="write each result beside its benchmark, dated")
    chosen = options.parse_args()
    unknown = [name for name in chosen.names if name not in names]
    if unknown:
        options.error(f"no benchmark of that name: {', '.join(unknown)}")
    failed = []
    for name in chosen.names or names:
        print(f"→ {name}: {names[name]}", flush=True)
        if chosen.list:
            continue
        month = datetime.now(UTC).strftime("%Y-%m")
        out = ["--out", str(HERE / name / f"results-{month}.md")] if chosen.keep else []
        command = [sys.executable, "-m", f"benchmarks.{name}.run", *out]
        if subprocess.run(command, cwd=HERE.parent, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
