"""The file of an import, kept in sealed pieces for as long as the import lasts, read back as a stream.

Fed by the verb that takes the file in. Feeds services.tables; forgotten as soon as the import ends.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import BinaryIO, cast

from django.db import transaction

from fabrique.imports.models import ImportJob, ImportPart

#: bytes of the file in one piece, and pieces written or removed by one transaction
PIECE = 192 * 1024
PIECES = 8


def store(job: ImportJob, data: bytes) -> None:
    """Keep the file, sealed, by transactions of a megabyte and a half."""
    pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
    for first in range(0, len(pieces), PIECES):
        rows = [
            ImportPart(job=job, position=first + rank, content=base64.b64encode(piece).decode())
            for rank, piece in enumerate(pieces[first : first + PIECES])
        ]
        with transaction.atomic():
            ImportPart.objects.bulk_create(rows)


def opened(job: ImportJob) -> BinaryIO:
    """The file as a stream, one piece in memory at a time."""
    return cast(BinaryIO, io.BufferedReader(_Pieces(job), buffer_size=PIECE))


def whole(job: ImportJob) -> bytes:
    """The whole file, for formats that cannot be read as a stream."""
    with opened(job) as stream:
        return stream.read()


def forget(job: ImportJob) -> int:
    """Remove the file, a few pieces a transaction; how many went."""
    removed = 0
    while pks := list(job.parts.values_list("pk", flat=True)[:PIECES]):
        with transaction.atomic():
            ImportPart.objects.filter(pk__in=pks).delete()
        removed += len(pks)
    return removed


class _Pieces(io.RawIOBase):
    """A file made of rows of the database, unsealed one after the other."""

    def __init__(self, job: ImportJob) -> None:
        self._pieces = self._read(job)
        self._left = b""

    @staticmethod
    def _read(job: ImportJob) -> Iterator[bytes]:
        for pk in list(job.parts.order_by("position").values_list("pk", flat=True)):
            yield base64.b64decode(ImportPart.objects.get(pk=pk).content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        if not self._left:
            self._left = next(self._pieces, b"")
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size
