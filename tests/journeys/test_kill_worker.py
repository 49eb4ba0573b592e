"""Kill -9 of the worker during a run: another worker ends it, with the same result as without the kill.

Fed by a database of its own and real processes. Feeds the promise that a run resumes.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fabrique.analysis.services.leases import LEASE
from tests import migrated

ROOT = Path(__file__).resolve().parents[2]
#: seconds that a loaded machine may take for one process
PATIENCE = 300

PREPARE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import analysis as make, territories
from fabrique.analysis import services
territories.load_small()
source = make.corpus(per_subject=48, extra=[f"{t} Vraiment." for _s, t in make.sentences(48)] * 6)
services.ask_run(territories.OPERATOR, source=source, encoder="lexical", names="rules")
"""
TO_THE_END = """
from django.core.management import call_command
call_command("worker", "--once")
"""
SUMMARY = """
import json
from tests.factories import analysis as make
from fabrique.analysis.models import Run
run = Run.objects.get()
state = {"state": run.state, "current": run.is_current, "attempt": run.attempt}
print(json.dumps(state | {"found": make.summary_of(run)}))
"""


def script(body: str) -> list[str]:
    return [sys.executable, "-c", f"import django; django.setup()\n{body}"]


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "fabrique.settings.dev",
        "FABRIQUE_DATABASE": "sqlite",
        "FABRIQUE_VAR": str(folder),
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }


def run_in(folder: Path, command: list[str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=environment(folder), capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def worker(*options: str) -> list[str]:
    return [sys.executable, "-m", "django", "worker", *options]


def asked(folder: Path, query: str, *values: object) -> object:
    with sqlite3.connect(folder / "fabrique.sqlite3", timeout=20) as database:
        row = database.execute(query, values).fetchone()
        return row[0] if row else None


def start_and_wait_for(folder: Path, step: str) -> subprocess.Popen[bytes]:
    """A worker under way, once its run has reached the step (and done a part of it)."""
    process = subprocess.Popen(worker(), cwd=ROOT, env=environment(folder))
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and process.poll() is None:
        if asked(folder, "SELECT count(*) FROM analysis_run WHERE step = ? AND state = 'en-cours'", step):
            return process
        time.sleep(0.01)
    process.kill()
    raise AssertionError(f"the run never reached {step}")


@pytest.fixture(scope="module")
def prepared(django_db_setup, tmp_path_factory):
    """An instance with a run that is asked for and not begun."""
    folder = tmp_path_factory.mktemp("prepared")
    migrated.start_in(folder)
    run_in(folder, script(PREPARE))
    return folder


@pytest.fixture
def folders(prepared, tmp_path):
    """Two copies of one instance: one is left alone, the other is killed."""
    calm, killed = tmp_path / "calm", tmp_path / "killed"
    for folder in (calm, killed):
        folder.mkdir()
        with (
            sqlite3.connect(prepared / "fabrique.sqlite3") as origin,
            sqlite3.connect(folder / "fabrique.sqlite3") as copy,
        ):
            origin.backup(copy)
    return calm, killed


def ended(folder: Path) -> dict[str, object]:
    """What a worker left alone makes of the run, in the process that it ran in."""
    found: dict[str, object] = json.loads(run_in(folder, script(TO_THE_END + SUMMARY)).splitlines()[-1])
    return found


def test_a_run_killed_twice_ends_as_if_nothing_had_happened(folders):
    calm, killed = folders
    one = ended(calm)
    for step in ("preparation", "themes"):
        process = start_and_wait_for(killed, step)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert asked(killed, "SELECT state FROM analysis_run") == "en-cours"
        # the lease runs out: three minutes pass at once
        earlier = f"-{int(LEASE.total_seconds()) + 60} seconds"
        with sqlite3.connect(killed / "fabrique.sqlite3", timeout=20) as database:
            database.execute("UPDATE analysis_run SET lease_until = datetime('now', ?)", (earlier,))
    other = ended(killed)
    assert (one["state"], one["current"]) == (other["state"], other["current"]) == ("terminee", True)
    assert other["attempt"] == 3
    assert one["found"] == other["found"]


def test_asked_to_stop_the_worker_hands_its_run_back_and_leaves_at_once(folders):
    _calm, stopped = folders
    process = start_and_wait_for(stopped, "preparation")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=PATIENCE) == 0
    assert asked(stopped, "SELECT state FROM analysis_run") == "en-attente"
    run_in(stopped, worker("--once"))
    assert asked(stopped, "SELECT state FROM analysis_run") == "terminee"
