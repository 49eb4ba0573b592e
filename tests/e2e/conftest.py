"""One Chromium a test file, for every test that drives a real browser.

Fed by the system's Chromium. Feeds tests/e2e; under CI a missing browser is a failure, elsewhere a loud skip.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


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
        opened = playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
