"""Files sent by a form: read into memory up to a ceiling, never written in clear to a temporary folder.

Fed by settings.FILE_UPLOAD_HANDLERS. Feeds request.FILES; common.files inspects what arrived.
"""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from fabrique.common.files import MEGABYTE, refused
from fabrique_core.errors import CoreError

#: beyond so many times the ceiling, the connection is cut: nobody waits for the sentence any more
_PATIENCE = 5


class CappedUploadHandler(FileUploadHandler):
    """Keeps a file of at most FABRIQUE_UPLOAD_MB in memory; of a larger one, only its size."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept = io.BytesIO()
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        limit = settings.FABRIQUE_UPLOAD_MB * MEGABYTE
        self.received += len(raw_data)
        if self.received > limit * _PATIENCE:
            raise StopUpload(connection_reset=True)
        if self.received > limit:
            self.kept = io.BytesIO()
        else:
            self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        self.kept.seek(0)
        return InMemoryUploadedFile(
            self.kept, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


def upload_bytes(upload: UploadedFile) -> bytes:
    """The content of a received file. Raises Refused('files.too_large') where it went over the ceiling."""
    limit = settings.FABRIQUE_UPLOAD_MB * MEGABYTE
    if (upload.size or 0) > limit:
        raise refused(CoreError("files.too_large", size=upload.size, limit=limit))
    data: bytes = upload.read()
    return data
