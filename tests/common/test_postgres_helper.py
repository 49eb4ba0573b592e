"""The throwaway PostgreSQL of the tests: it starts, it answers on its socket alone, it leaves nothing."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.architecture.tree import ROOT
from tests.postgres import NoPostgres, binaries, throwaway

SCRIPT = ROOT / "scripts" / "with_postgres.py"


@pytest.fixture(scope="module", autouse=True)
def _server_present():
    try:
        binaries()
    except NoPostgres as absent:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no PostgreSQL server here: {absent}")


def test_it_answers_on_its_socket_and_leaves_nothing():
    with throwaway() as variables:
        folder = Path(variables["PGHOST"])
        with psycopg.connect(host=str(folder), user=variables["PGUSER"], dbname="postgres") as connected:
            assert connected.execute("SHOW listen_addresses").fetchone() == ("",)
    assert not folder.exists()


def test_the_script_passes_the_status_of_its_command_on():
    inner = "import os, sys; sys.exit(7 if os.environ['FABRIQUE_DATABASE'] == 'postgresql' else 1)"
    assert subprocess.run([sys.executable, SCRIPT, sys.executable, "-c", inner], check=False).returncode == 7


def test_the_script_without_a_command_says_how_to_use_it():
    done = subprocess.run([sys.executable, SCRIPT], check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "with_postgres.py" in done.stderr
