"""What it is for: responses submitted a second, as a ratio to a bare view, and none lost nor doubled.
What feeds it: two gunicorn workers on SQLite, on this machine alone; people simulated by threads.
What it feeds: benchmarks/submission/results-YYYY-MM.md, whose every figure this command printed.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fabrique.settings.test")
django.setup()

from tests.factories.contributions import PARTS, form_to_send  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 8
TURNS = 3
MOST = 2_000
SEED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import consultations, territories
territories.load_small()
print(consultations.opened("Mesure").slug)
"""


class Browser:
    """Cookies and forms of one person, a connection a request as gunicorn's plain workers have it."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, {}

    def ask(self, method: str, path: str, data: dict[str, object] | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if data is not None:
            body = urllib.parse.urlencode(data, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def form(self, path: str, data: dict[str, object]) -> None:
        """Open a page, fill its form, send it; the next page must follow."""
        _status, page = self.ask("GET", path)
        status, _page = self.ask("POST", path, {"csrfmiddlewaretoken": token_of(page), **data})
        assert status in (302, 303), (path, status)


def token_of(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found, page[:300]
    return unescape(found.group(1))


def ready_to_send(port: int, slug: str) -> Callable[[], bool]:
    """A person who has answered everything: what remains is to send. True once the receipt is shown."""
    person, base = Browser(port), f"/consultations/{slug}/repondre/"
    person.form(base, {"age": "15", "consent": "on", "register": "standard"})
    for part, answers in PARTS.items():
        person.form(f"{base}partie/{part}/", {"action": "suite", **answers})
    _status, page = person.ask("GET", f"{base}verifier/")
    form = {**form_to_send(page), "csrfmiddlewaretoken": token_of(page)}
    return lambda: person.ask("POST", f"{base}verifier/", form)[0] in (302, 303)


def rate(acts: Sequence[Callable[[], bool]]) -> tuple[float, int]:
    """(acts a second, acts acknowledged), by as many threads as THREADS."""
    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        done = sum(threads.map(lambda act: act(), acts))
    return len(acts) / (time.perf_counter() - start), done


@contextmanager
def served(application: str, environment: dict[str, str]) -> Iterator[int]:
    """A gunicorn of two workers on a free port of the loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", application, "--workers", str(WORKERS)]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    server = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise RuntimeError("the server did not start")
        yield port
    finally:
        server.terminate()
        server.wait()


def counted(database: Path, table: str) -> int:
    with sqlite3.connect(database) as opened:
        return int(opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def bare_rate(folder: Path, count: int) -> float:
    """Acts a second of the yardstick."""
    environment = os.environ | {"BARE_FOLDER": str(folder), "PYTHONPATH": str(ROOT)}
    create = "from benchmarks.submission import bare; bare.create_table()"
    subprocess.run([sys.executable, "-c", create], env=environment, cwd=ROOT, check=True)
    with served("benchmarks.submission.bare:application", environment) as port:

        def act() -> bool:
            return Browser(port).ask("POST", "/write/", {"text": "x" * 200})[0] == 200

        rate([act] * 20)
        speed, done = rate([act] * count)
    assert done == count
    (folder / "bare.sqlite3").unlink()
    return speed


def submission_rate(folder: Path, count: int) -> tuple[float, int, int, int]:
    """(submissions a second, acknowledged, participations stored, answer documents stored)."""
    environment = os.environ | {
        "FABRIQUE_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tests.journeys.settings",
        "FABRIQUE_SUBMISSIONS_PER_MINUTE": str(100 * MOST),
        "PYTHONPATH": str(ROOT),
    }
    seed = subprocess.run(
        [sys.executable, "-c", SEED], env=environment, cwd=ROOT, check=True, capture_output=True, text=True
    )
    slug = seed.stdout.strip().splitlines()[-1]
    with served("fabrique.wsgi:application", environment) as port:
        with ThreadPoolExecutor(THREADS) as threads:
            acts = list(threads.map(lambda _: ready_to_send(port, slug), range(count)))
        speed, done = rate(acts)
    database = folder / "fabrique.sqlite3"
    stored = [
        counted(database, f"{name}")
        for name in ("contributions_participation", "consultations_answerdocument")
    ]
    return speed, done, stored[0], stored[1]


def measure(count: int) -> list[str]:
    """The lines of the report. Raises AssertionError when a response is lost or doubled."""
    folder = Path(tempfile.mkdtemp(prefix="fabrique-bench-"))
    try:
        bare, sent = [], []
        for turn in range(TURNS):
            bare.append(bare_rate(folder, count))
            place = folder / str(turn)
            (place / "static").mkdir(parents=True)
            speed, done, participations, documents = submission_rate(place, count)
            assert done == participations == documents == count, (done, participations, documents)
            sent.append(speed)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    ratios = [fast / slow for fast, slow in zip(sent, bare, strict=True)]
    return [
        f"{count} submissions a turn, {TURNS} turns, gunicorn {WORKERS} workers, {THREADS} senders, SQLite.",
        "",
        "| turn | bare view, four rows (a second) | submissions (a second) | ratio |",
        "|---|---:|---:|---:|",
        *(
            f"| {turn} | {slow:.0f} | {fast:.0f} | {fast / slow:.2f} |"
            for turn, (slow, fast) in enumerate(zip(bare, sent, strict=True), 1)
        ),
        "",
        f"Median ratio: {statistics.median(ratios):.2f}. Acknowledged, participations and answer documents: "
        f"{count} each turn; none lost, none doubled.",
    ]


def main() -> int:
    """Prints the results as Markdown; `--out` also writes them; `--count` submissions a turn (300, 2,000 at most)."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path)
    options.add_argument("--count", type=int, default=300)
    chosen = options.parse_args()
    if not 10 <= chosen.count <= MOST:
        options.error(f"--count goes from 10 to {MOST}")
    title = [
        "# Submission under load: measured results",
        "",
        "Made by `python -m benchmarks.submission.run`.",
        "",
    ]
    text = "\n".join([*title, *measure(chosen.count), ""])
    print(text)
    if chosen.out is not None:
        chosen.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
