"""What it is for: the child process in which hostile files are parsed: bounded memory, time and open files.
What feeds it: isolation.call, one order on the standard input.
What it feeds: one JSON answer on the standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from fabrique_core.errors import CoreError
from fabrique_core.files.model import Limits

TASKS = {
    "check_package": ("office", "check"),
    "check_pdf": ("pdf", "check"),
    "check_mail": ("mail", "check"),
    "read_docx": ("word", "read"),
    "read_odt": ("writer", "read"),
    "read_pdf": ("pdf", "read"),
    "read_mail": ("mail", "read"),
    "page_image": ("pdf", "page_image"),
}


def _confine(limits: Limits) -> None:
    """The limits of the system where it has them (POSIX); the parent's timeout holds everywhere."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _run(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    limits = Limits(**order["limits"])
    _confine(limits)
    # one module a task: the others need not be loaded
    module, verb = TASKS[order["task"]]
    run: Callable[..., dict[str, Any]] = getattr(import_module(f"fabrique_core.files.{module}"), verb)
    return run(data, limits, **order["given"])


def main() -> None:
    """Run one order; a refusal is an answer, and running out of memory or of stack is one too."""
    order = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        answer = _run(order, data)
    except CoreError as error:
        answer = {"code": error.code, "params": error.params}
    except ModuleNotFoundError as error:
        answer = {"code": "files.reader_missing", "params": {"package": str(error.name)}}
    # a library that is there and does not load has met the limit of memory
    except (MemoryError, RecursionError, OSError, ImportError):
        answer = {"code": "files.too_long_to_read", "params": {}}
    except (
        Exception
    ):  # a parser met what it did not expect: the file is at fault, and its words stay out of logs
        answer = {"code": "files.corrupt", "params": {"format": order["task"].partition("_")[2]}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
