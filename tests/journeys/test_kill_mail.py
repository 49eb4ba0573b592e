"""Kill -9 of the worker while the mail server answers: nothing is lost, and a double bears the same number.

Fed by a database of its own, a real SMTP server and real processes. Feeds the promise of services.outbox.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from tests import migrated
from tests.factories.subscriptions import Mailbox, smtp_server

ROOT = Path(__file__).resolve().parents[2]
MESSAGES = 3
PREPARE = f"""
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from fabrique.common.actors import System
from fabrique.subscriptions.services import send_later
for number in range({MESSAGES}):
    send_later(System("tests"), to=f"p{{number}}@exemple.test", subject="Objet", text="Texte", purpose="tests.once")
"""


class Slow(Mailbox):
    """A server that keeps the first message, then takes its time to say so."""

    def __init__(self) -> None:
        super().__init__()
        self.kept, self.slow = threading.Event(), True

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.slow:
            self.kept.set()
            await asyncio.sleep(60)
        return answer


def environment(folder: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "fabrique.settings.dev",
        "FABRIQUE_DATABASE": "sqlite",
        "FABRIQUE_VAR": str(folder),
        "FABRIQUE_EMAIL_HOST": "127.0.0.1",
        "FABRIQUE_EMAIL_PORT": str(port),
        "FABRIQUE_EMAIL_SECURITY": "none",
        "FABRIQUE_EMAIL_FROM": "ne-pas-repondre@agence.test",
        "PYTHONPATH": str(ROOT),
    }


def states(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "fabrique.sqlite3", timeout=20) as database:
        return [row[0] for row in database.execute("SELECT state FROM subscriptions_email ORDER BY id")]


def test_a_worker_killed_while_it_sends_loses_nothing_and_marks_its_double(
    django_db_setup: None, tmp_path: Path
) -> None:
    migrated.start_in(tmp_path)
    with smtp_server(Slow()) as (mailbox, port):
        run = {"cwd": ROOT, "env": environment(tmp_path, port)}
        subprocess.run([sys.executable, "-c", PREPARE], check=True, timeout=240, **run)
        worker = subprocess.Popen([sys.executable, "-m", "django", "worker"], **run)
        try:
            assert mailbox.kept.wait(240), "nothing was sent"
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        assert states(tmp_path) == ["en-cours", *["en-attente"] * (MESSAGES - 1)]
        mailbox.slow = False

        again = [sys.executable, "-m", "django", "mail", "send"]
        subprocess.run(again, check=True, timeout=240, **run)
        # whoever was killed may still be alive, for all we know: its message waits for the end of the lease
        assert states(tmp_path) == ["en-cours", *["envoye"] * (MESSAGES - 1)]
        with sqlite3.connect(tmp_path / "fabrique.sqlite3", timeout=20) as database:
            database.execute("UPDATE subscriptions_email SET lease_until = datetime('now', '-1 hour')")
        for _turn in range(2):
            subprocess.run(again, check=True, timeout=240, **run)
        assert states(tmp_path) == ["envoye"] * MESSAGES

    received = {
        f"p{number}@exemple.test": mailbox.to(f"p{number}@exemple.test") for number in range(MESSAGES)
    }
    assert [len(messages) for messages in received.values()] == [2, 1, 1]
    first, double = received["p0@exemple.test"]
    assert first["Message-ID"] == double["Message-ID"]
