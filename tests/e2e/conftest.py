"""One Chromium a test file, for every test that drives a real browser; a slow live server where it is asked for.

Fed by the system's Chromium. Feeds tests/e2e; under CI a missing browser is a failure, elsewhere a loud skip.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from django.core.handlers.wsgi import WSGIHandler
from playwright.sync_api import Browser, sync_playwright

from tests.e2e import slow


@pytest.fixture(scope="module", autouse=True)
def pace() -> Iterator[None]:
    """The live server as slow as FABRIQUE_TEST_SLOW says."""
    with pytest.MonkeyPatch.context() as patch:
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
