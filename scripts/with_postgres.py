"""Runs a command with a throwaway PostgreSQL: `scripts/with_postgres.py pytest -m both_databases`.

Fed by tests/postgres.py. Feeds `make test`; the command's exit status is ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.postgres import NoPostgres, throwaway


def main(command: list[str]) -> int:
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with throwaway() as variables:
            return subprocess.run(command, env=os.environ | variables, check=False).returncode
    except NoPostgres as absent:
        print(f"PostgreSQL: {absent}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
