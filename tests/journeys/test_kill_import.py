"""Kill -9 of the worker while it records an import: another ends it, without a double and without a loss.

Fed by a database of its own and real processes. Feeds the promise that an import resumes by chunk.
"""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

from fabrique.analysis.services.leases import LEASE
from tests import migrated
from tests.journeys.test_kill_worker import PATIENCE, ROOT, asked, environment, run_in, script, worker

ROWS = 2_000
PREPARE = f"""
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import imports as make, territories
from fabrique.imports import services
territories.load_small()
rows = [["Vos remarques"], *[[f"Il faut un médecin, remarque {{n // 2}}"] for n in range({ROWS})]]
job = make.checked(make.sent(make.csv_of(rows), "remarques.csv"), label="Remarques")
services.confirm(territories.OPERATOR, job=job)
"""
LET_EXPIRE = """
from datetime import timedelta
from fabrique.common.clock import now
from fabrique.imports.models import ImportJob
ImportJob.objects.update(lease_until=now() - timedelta(seconds=1))
"""


def test_a_killed_worker_s_import_is_ended_by_another_without_a_double(
    django_db_setup: None, tmp_path: Path
) -> None:
    migrated.start_in(tmp_path)
    run_in(tmp_path, script(PREPARE))
    process = subprocess.Popen(worker(), cwd=ROOT, env=environment(tmp_path))
    limit = time.monotonic() + PATIENCE
    done = 0
    while time.monotonic() < limit and process.poll() is None and done < 200:
        done = int(
            str(asked(tmp_path, "SELECT done FROM imports_importjob WHERE step = 'enregistrement'") or 0)
        )
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = int(str(asked(tmp_path, "SELECT count(*) FROM contributions_participation")))
    assert 200 <= kept < ROWS
    assert kept == asked(tmp_path, "SELECT done FROM imports_importjob")
    assert asked(tmp_path, "SELECT state FROM imports_importjob") == "en-cours"
    run_in(tmp_path, script(LET_EXPIRE))
    run_in(tmp_path, worker("--once", "--interval", "0.1"))
    assert asked(tmp_path, "SELECT state FROM imports_importjob") == "termine"
    assert asked(tmp_path, "SELECT count(*) FROM contributions_participation") == ROWS
    assert asked(tmp_path, "SELECT count(*) FROM imports_importedrow") == ROWS
    assert asked(tmp_path, "SELECT attempt FROM imports_importjob") == 2
    assert LEASE.total_seconds() > 60
