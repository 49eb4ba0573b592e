"""One Chromium a test file, for every test that drives a real browser; a slow live server where it is asked for.

Fed by the system's Chromium. Feeds tests/e2e; under CI a missing browser is a failure, elsewhere a loud skip.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ServerHandler
from playwright.sync_api import Browser, expect, sync_playwright

from fabrique.web.agents.analyses.views import runs
from fabrique.web.agents.imports.views import following
from tests.e2e import slow
from tests.e2e.browser import PATIENCE, faults

expect.set_options(timeout=PATIENCE)


class Underway:
    """The requests that the live server is answering: it has threads of its own, on the same database."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = threading.Condition()

    def counted(self, run: Callable[..., None]) -> Callable[..., None]:
        def answer(*arguments: object) -> None:
            self.add(1)
            try:
                run(*arguments)
            finally:
                self.add(-1)

        return answer

    def add(self, number: int) -> None:
        with self.changed:
            self.count += number
            self.changed.notify_all()

    def none(self) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.count == 0, timeout=PATIENCE / 1000)


underway = Underway()


@pytest.fixture(scope="module", autouse=True)
def pace() -> Iterator[None]:
    """The live server as slow as FABRIQUE_TEST_SLOW says; no page asks for itself again while axe reads it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ServerHandler, "run", underway.counted(ServerHandler.run))
        for followed in (runs, following):
            patch.setattr(followed, "REFRESH_SECONDS", 3600)
        if slow.PAUSE:
            patch.setattr(WSGIHandler, "__call__", slow.slowed(WSGIHandler.__call__))
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    where = shutil.which("chromium")
    if where is None:
        absent = "Chromium absent (apt-get install chromium)"
        pytest.fail(absent) if os.environ.get("CI") == "true" else pytest.skip(absent)
    # Playwright's loop lives in the test's thread, where Django would refuse its own queries
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        # without a graphics card, what would be its work is emulated at a cost
        opened = playwright.chromium.launch(executable_path=where, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(autouse=True)
def left_clean(request: pytest.FixtureRequest) -> Iterator[None]:
    """No page outlives its test: none asks anything of a database that is being emptied, none speaks later."""
    faults.clear()
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            # an answer that a test held back is not waited for
            context.unroute_all(behavior="ignoreErrors")
            context.close()
    assert underway.none(), "the live server is still answering"
    assert faults == []
