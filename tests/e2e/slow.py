"""A slow network on demand: each page arrives in two pieces, so that a test which reads too early fails.

Fed by FABRIQUE_TEST_SLOW, the seconds between the two pieces (0.4 is enough; nothing: the site as it is).
Feeds the `site` of browser.py and the live server of every browser test, through this folder's conftest.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
PAUSE = float(os.environ.get("FABRIQUE_TEST_SLOW", "0"))
#: enough for the browser to leave the former page, too little for a title
FIRST = 60


def application_name() -> str:
    """What gunicorn is asked to serve."""
    return "tests.e2e.slow:served()" if PAUSE else "fabrique.wsgi"


def served() -> Application:
    from fabrique.wsgi import application

    return slowed(application)


def slowed(application: Application) -> Application:
    """The same application, whose HTML is cut in two; style sheets and scripts are left alone."""

    def answer(*arguments: Any) -> Iterable[bytes]:
        *before, start_response = arguments
        kinds: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kinds.extend(value for name, value in headers if name.lower() == "content-type")
            return start_response(status, headers, *more)

        body = application(*before, start)
        return _InTwo(body) if kinds and kinds[0].startswith("text/html") else body

    return answer


class _InTwo:
    def __init__(self, body: Iterable[bytes]) -> None:
        self.body = body

    def __iter__(self) -> Iterator[bytes]:
        whole = b"".join(self.body)
        yield whole[:FIRST]
        time.sleep(PAUSE)
        yield whole[FIRST:]

    def close(self) -> None:
        # Django ends its request, and gives its connection back, on this call
        getattr(self.body, "close", lambda: None)()
