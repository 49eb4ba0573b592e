"""A site as in production (gunicorn, compressed static files) and what a test asks of a page in Chromium.

Fed by the `browser` fixture of this folder's conftest. Feeds the tests that import `site` and these helpers.
What leaves the page goes through `follow` or `leaving`: a click returns before the next page is there.
"""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests import migrated
from tests.e2e import slow

ROOT = Path(__file__).resolve().parents[2]
#: axe, whose violations alone come back: all that it looked at is slow to bring over
AUDIT = f"""{AXE_SCRIPT};
axe.run({{resultTypes: ["violations"]}}).then(
    (found) => found.violations.map((one) => [one.id, one.nodes.map((node) => node.html)]))"""
#: what the pages of the present test said went wrong
faults: list[str] = []
WEIGHT, REQUESTS = 350_000, 25
#: milliseconds that a loaded machine may take for what is a moment elsewhere; less than the limit of one test
PATIENCE = 60_000
#: folders of DSFR that no page links: left out of the test's copy, to be quick
UNUSED = ("analytics", "artwork", "component", "core", "layout", "legacy", "scheme", "utility", "*.nomodule*")
SEED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns={unused!r})
from tests.factories import accounts, consultations, territories
territories.load_small()
consultations.opened("La santé, qu’en pensez-vous ?")
accounts.agent("administrateur", territories.region(), email="agent@exemple.test", password=accounts.PASSWORD)
"""


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served demonstration instance with one open consultation and agent@exemple.test."""
    folder = tmp_path_factory.mktemp("site")
    migrated.start_in(folder)
    environment = {
        **os.environ,
        "FABRIQUE_VAR": str(folder),
        "FABRIQUE_DATABASE": "sqlite",
        "DJANGO_SETTINGS_MODULE": "fabrique.settings.dev",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    seed = SEED.format(unused=list(UNUSED))
    subprocess.run([sys.executable, "-c", seed], env=environment, cwd=ROOT, check=True)
    gunicorn = [sys.executable, "-m", "gunicorn", slow.application_name(), "--log-level", "critical"]
    # held from the choice of the port to the server that listens on it: nobody else takes it in between
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{held.getsockname()[1]}"
        process = subprocess.Popen(
            [*gunicorn, "--threads", "4", "--bind", f"fd://{held.fileno()}"],
            env=environment,
            cwd=ROOT,
            pass_fds=[held.fileno()],
        )
    try:
        wait_for(f"{address}/sante/", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the server answers. Raises AssertionError if it dies or never does."""
    for _ in range(300):
        assert process.poll() is None, "the server stopped by itself"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:  # not there yet, or too busy with its first page to answer in time
            time.sleep(0.2)
    raise AssertionError(f"no answer at {url}")


def open_page(
    browser: Browser,
    *,
    width: int = 1280,
    dark: bool = False,
    javascript: bool = True,
    known: tuple[str, ...] = (),
    **more: Any,
) -> Page:
    """A fresh page whose console errors (but `known` ones), script errors and policy reports fail the test."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if dark else "light",
        java_script_enabled=javascript,
        locale="fr-FR",
        **more,
    )
    return listened_to(patient(context).new_page(), *known)


def patient(context: BrowserContext) -> BrowserContext:
    """The same, whose navigations, actions and downloads wait for a loaded machine."""
    context.set_default_timeout(PATIENCE)
    return context


def listened_to(page: Page, *known: str) -> Page:
    """The page, whose faults are kept for `sound` and for the end of the test, but for errors that say `known`.

    Failing at once would be inside Playwright's own loop: it dies of it, and every later test of the file too.
    """

    def said(message: Any) -> None:
        # a page that answers 404 on purpose is an error of the console too
        if message.type == "error" and not any(one in message.text for one in ("status of 4", *known)):
            faults.append(f"console of {page.url}: {message.text}")

    page.on("pageerror", lambda error: faults.append(f"script of {page.url}: {error}"))
    page.on("console", said)
    return page


@contextmanager
def leaving(page: Page) -> Iterator[None]:
    """What is done inside leaves the page: on exit, the next one is loaded (its `load` event).

    Raises TimeoutError if nothing moves, AssertionError if only the #fragment of the address changed: an
    in-page link, a `<details>` or a label is a plain click.
    """
    with page.expect_navigation() as arrival:
        yield
    assert arrival.value is not None, f"{page.url}: the same page still, use a plain click"


def follow(page: Page, target: Locator) -> None:
    """Click a link or a button that leads to another page, or to the same one asked again; wait until it is loaded."""
    with leaving(page):
        target.click()


def sound(page: Page) -> None:
    """No axe violation, and nothing wider than the screen, once the page is loaded."""
    page.wait_for_load_state()
    assert not faults, faults
    found = page.evaluate(AUDIT)
    assert not found, f"{page.url}: {found}"
    wide, screen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= screen, f"{page.url} scrolls sideways: {wide} px on {screen}"


@dataclass
class Weight:
    """What a cold visit transfers: compressed bytes, requests, and hosts other than the site's."""

    bytes: int = 0
    requests: int = 0
    files: list[str] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)


def weigh(page: Page, url: str) -> Weight:
    """Open the address with an empty cache and count what goes over the wire, through the DevTools protocol."""
    found = Weight()
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def sent(event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        if address.startswith(("data:", "blob:")):
            return
        found.requests += 1
        found.files.append(address)
        if not address.startswith(url.split("/", 3)[0] + "//" + url.split("/", 3)[2]):
            found.elsewhere.add(address)

    def loaded(event: dict[str, Any]) -> None:
        found.bytes += int(event["encodedDataLength"])

    client.on("Network.requestWillBeSent", sent)
    client.on("Network.loadingFinished", loaded)
    page.goto(url, wait_until="networkidle")
    return found


def light(page: Page, act: Callable[[], object]) -> None:
    """What `act` fetches is within WEIGHT and REQUESTS, for a server that compresses nothing (`live_server`).

    Bodies are compressed here (gzip, brotli in production), with 500 bytes of headers for each answer.
    """
    answers: list[Any] = []

    def received(answer: Any) -> None:
        answers.append(answer)

    page.on("response", received)
    act()
    page.wait_for_load_state("networkidle")
    page.remove_listener("response", received)
    got = [_size(answer) for answer in answers]
    assert 0 < sum(got) <= WEIGHT, f"{page.url}: {sum(got)} bytes"
    assert len(got) <= REQUESTS


def _size(answer: Any) -> int:
    if answer.status >= 300:
        return 500
    return len(gzip.compress(answer.body())) + 500
