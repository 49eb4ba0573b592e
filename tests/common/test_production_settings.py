"""A public instance does not start without its secrets, nor with keys that could not serve.

Fed by settings/production.py, loaded in a process of its own. Feeds nothing.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys

import pytest

KEY = base64.b64encode(b"k" * 32).decode()
SHORT = base64.b64encode(b"k" * 16).decode()
COMPLETE = {
    "FABRIQUE_SECRET_KEY": "un secret de ce test",
    "FABRIQUE_KEYRING": f"2026:{KEY}",
    "FABRIQUE_RECEIPT_KEYRING": f"2026:{KEY},2025:{KEY}",
    "FABRIQUE_HOSTS": "fabrique.example",
}
SHOWN = (
    "import fabrique.settings.production as s;"
    "print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT,"
    " s.SECURE_HSTS_SECONDS >= 31_536_000, list(s.FABRIQUE_RECEIPT_KEYRING))"
)


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FABRIQUE_")}
    return subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, "-c", SHOWN],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_complete_instance_starts_without_debug_and_over_https_only() -> None:
    assert start(**COMPLETE).stdout.strip() == "False True True True True ['2026', '2025']"


@pytest.mark.parametrize("name", list(COMPLETE))
def test_a_missing_secret_refuses_to_start_and_is_named(name: str) -> None:
    started = start(**{key: value for key, value in COMPLETE.items() if key != name})
    assert started.returncode != 0
    assert "ImproperlyConfigured" in started.stderr
    assert name in started.stderr


@pytest.mark.parametrize("name", ["FABRIQUE_KEYRING", "FABRIQUE_RECEIPT_KEYRING"])
@pytest.mark.parametrize(
    "written",
    ["sans-deux-points", f":{KEY}", "2026:", f"2026:{SHORT}", "2026:pas de la base64", f"a:{KEY},a:{KEY}"],
)
def test_a_key_that_could_not_serve_refuses_to_start_and_is_not_shown(name: str, written: str) -> None:
    started = start(**(COMPLETE | {name: written}))
    assert started.returncode != 0
    assert "ImproperlyConfigured" in started.stderr
    assert f"{name} :" in started.stderr
    assert SHORT not in started.stderr


def test_a_mail_server_without_a_sender_stops_the_start() -> None:
    stopped = start(**COMPLETE, FABRIQUE_EMAIL_HOST="courrier.example")
    assert stopped.returncode != 0
    assert "FABRIQUE_EMAIL_FROM" in stopped.stderr
    sender = {"FABRIQUE_EMAIL_HOST": "courrier.example", "FABRIQUE_EMAIL_FROM": "a@fabrique.example"}
    assert start(**COMPLETE, **sender).returncode == 0
    unknown = start(**COMPLETE, **sender, FABRIQUE_EMAIL_SECURITY="peut-être")
    assert unknown.returncode != 0
    assert "FABRIQUE_EMAIL_SECURITY" in unknown.stderr
