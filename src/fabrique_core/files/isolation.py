"""What it is for: parsing what others wrote in a child process that may die, without taking ours with it.
What feeds it: inspection and extraction, with the name of a task and the bytes.
What it feeds: child.py, which runs the task under limits of memory and time; its answer is JSON, never code.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from fabrique_core.errors import CoreError
from fabrique_core.files.model import Limits

_ROOT = str(Path(__file__).resolve().parents[2])


def call(task: str, data: bytes, limits: Limits, **given: Any) -> dict[str, Any]:
    """The answer of a task of child.py.

    Raises the CoreError that the task raised; files.too_long_to_read where it ran out of time or memory or
    died.
    """
    order = {
        "task": task,
        "given": given,
        "limits": {k: getattr(limits, k) for k in limits.__dataclass_fields__},
    }
    head = json.dumps(order).encode() + b"\n"
    environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": _ROOT, "PYTHONIOENCODING": "utf-8",
                   "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8"}  # fmt: skip
    try:
        done = subprocess.run(
            [sys.executable, "-m", "fabrique_core.files.child"],
            input=head + data,
            capture_output=True,
            timeout=limits.seconds * 3,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CoreError("files.too_long_to_read") from error
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise CoreError("files.too_long_to_read") from error
    if "code" in answer:
        raise CoreError(answer["code"], **answer["params"])
    return answer
