"""Kill -9 of the web server while a response is being submitted: it is there once, and the retry shows its code.

A real gunicorn with two workers on a SQLite file; the page is sent over HTTP, as a telephone on a bad network would.
"""

from __future__ import annotations

import html
import http.client
import http.cookiejar
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import migrated
from tests.factories.contributions import PARTS, TEXT, form_to_send

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 5
#: seconds that a loaded machine may take to answer
PATIENCE = 120
SEED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import consultations, territories
territories.load_small()
print(consultations.opened("Essai").slug)
"""


class Server:
    """gunicorn in a process group of its own, so that -9 takes the workers with it."""

    def __init__(self, folder: Path) -> None:
        # held, never listened on: nobody else takes the port while the server is dead
        self.port_held = socket.socket()
        self.port_held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port_held.bind(("127.0.0.1", 0))
        self.port = self.port_held.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "FABRIQUE_VAR": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=self.environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()

    def start(self) -> None:
        # loaded once, then forked: the two workers are there at once
        gunicorn = [
            sys.executable,
            "-m",
            "gunicorn",
            "fabrique.wsgi:application",
            "--workers",
            "2",
            "--preload",
        ]
        self.process = subprocess.Popen(
            [*gunicorn, "--bind", f"127.0.0.1:{self.port}", "--log-level", "critical"],
            env=self.environment,
            cwd=ROOT,
            start_new_session=True,
        )
        for _ in range(1800):
            assert self.process.poll() is None, "the server stopped by itself"
            try:
                with urllib.request.urlopen(f"{self.url}/suivre/", timeout=5):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


class Person:
    """A browser without JavaScript: cookies, forms, redirects."""

    def __init__(self, server: Server, slug: str) -> None:
        self.server = server
        self.base = f"{server.url}/consultations/{slug}/repondre/"
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )

    def get(self, url: str) -> str:
        with self.opener.open(url, timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def post(self, url: str, data: dict[str, object]) -> str:
        with self.opener.open(
            url, urllib.parse.urlencode(data, doseq=True).encode(), timeout=PATIENCE
        ) as answer:
            return str(answer.read().decode())

    def form(self, url: str, **data: object) -> str:
        return self.post(url, {"csrfmiddlewaretoken": token_of(self.get(url)), **data})

    def answer(self) -> dict[str, str]:
        """Up to the check page; gives the form ready to be sent."""
        self.form(self.base, age="15", consent="on", register="standard")
        for part, answers in PARTS.items():
            self.form(f"{self.base}partie/{part}/", action="suite", **answers)
        page = self.get(f"{self.base}verifier/")
        return {**form_to_send(page), "csrfmiddlewaretoken": token_of(page)}

    def send(self, form: dict[str, str]) -> str:
        """The code shown, or '' where the network failed."""
        try:
            page = self.post(f"{self.base}verifier/", dict(form))
        except (OSError, http.client.HTTPException):
            return ""
        found = re.search(r'id="code">([^<]+)<', page)
        return found.group(1) if found else ""


def token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page[:500]
    return html.unescape(found.group(1))


@pytest.fixture
def server(django_db_setup: None, tmp_path: Path) -> Iterator[Server]:
    migrated.start_in(tmp_path)
    made = Server(tmp_path)
    yield made
    made.kill()
    made.port_held.close()


def rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "fabrique.sqlite3") as database:
        return database.execute(sql).fetchall()


def test_a_submission_killed_at_any_moment_is_there_once_with_one_code(
    server: Server, tmp_path: Path
) -> None:
    slug = server.run(SEED).splitlines()[-1]
    moments = random.Random(3)
    codes: list[str] = []
    server.start()
    for done in range(ROUNDS):
        person = Person(server, slug)
        form = person.answer()
        seen: list[str] = []
        sending = threading.Thread(target=lambda f=form, p=person, s=seen: s.append(p.send(f)))
        sending.start()
        time.sleep(moments.uniform(0, 0.12))
        server.kill()
        sending.join()
        stored = len(rows(tmp_path, "SELECT id FROM contributions_participation"))
        assert stored in (done, done + 1)
        assert not seen[0] or stored == done + 1, "an acknowledged response is on disk"
        server.start()
        retried = person.send(form)
        assert retried
        assert not seen[0] or seen[0] == retried
        assert person.send(form) == retried, "and once more, for the finger that trembles"
        codes.append(retried)
        for table in ("contributions_participation", "consultations_answerdocument"):
            assert len(rows(tmp_path, f"SELECT id FROM {table}")) == done + 1
        assert len(rows(tmp_path, "SELECT id FROM contributions_contribution")) == 2 * (done + 1)
    server.kill()
    assert len(set(codes)) == ROUNDS
    assert_nothing_in_clear(tmp_path, codes)


def assert_nothing_in_clear(folder: Path, codes: list[str]) -> None:
    """The bytes of the database, its journal included: no code, no text as it was written."""
    written = b"".join(path.read_bytes() for path in folder.glob("fabrique.sqlite3*"))
    for code in codes:
        for form in (code, code.replace("-", ""), code.lower(), code.replace("-", "").lower()):
            assert form.encode() not in written
    assert TEXT.encode() not in written
    assert b"06 12 34 56 78" not in written
    assert rows(folder, "PRAGMA integrity_check") == [("ok",)]
