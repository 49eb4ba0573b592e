"""What it is for: parting a mailbox (mbox) into its messages without reading them.
What feeds it: an Inspected of kind MBOX.
What it feeds: inspection, message by message.

Source: RFC 4155, and the « >From » quoting of mboxrd.
"""

from __future__ import annotations

import re

from fabrique_core.errors import CoreError
from fabrique_core.files.model import LIMITS, Limits

_START = re.compile(rb"(?:\A|(?<=\n))From [^\r\n]*\r?\n")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def split_mbox(data: bytes, *, limits: Limits = LIMITS) -> tuple[bytes, ...]:
    """The messages of a mailbox, in order, each as the bytes of an EML.

    Raises CoreError: files.too_many_messages (messages, limit), files.corrupt where there is none.
    """
    content = data.lstrip(b"\xef\xbb\xbf\r\n")
    starts = [
        found
        for found in _START.finditer(content)
        # a line of a body may begin with « From »: a message starts after a blank line only
        if found.start() == 0
        or content[max(0, found.start() - 3) : found.start()].endswith((b"\n\n", b"\n\r\n"))
    ]
    if not starts or starts[0].start() != 0:
        raise CoreError("files.corrupt", format="mbox")
    if len(starts) > limits.messages:
        raise CoreError("files.too_many_messages", messages=len(starts), limit=limits.messages)
    ends = [*[found.start() for found in starts[1:]], len(content)]
    return tuple(
        _QUOTED.sub(rb"\1", content[found.end() : end]).rstrip(b"\r\n") + b"\n"
        for found, end in zip(starts, ends, strict=True)
    )
