"""What it is for: opening a ZIP container (DOCX, XLSX, ODT, ODS) within limits, refusing what could harm.
What feeds it: the bytes of a file that begins like a ZIP.
What it feeds: inspection, which tells the kind; the readers of DOCX and ODT, which take the members' bytes.

Sources: APPNOTE.TXT (ZIP); D. Fifield, "A better zip bomb" (2019), for entries that overlap.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from fabrique_core.errors import CoreError
from fabrique_core.files.model import Limits

_END = b"PK\x05\x06"
_LARGEST_DIRECTORY = 1_000_000
_SMALL = 5_000_000  # a ratio is no sign of a bomb on so little
_SYMLINK = 0xA000
# in one byte a character, then in two: what an XML parser takes as UTF-8, UTF-16 little or big end first
_DOCTYPE = tuple(
    re.compile(
        b"|".join(re.escape(word.encode(encoding)) for word in ("<!DOCTYPE", "<!ENTITY")), re.IGNORECASE
    )
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"#!")
_OLE = b"\xd0\xcf\x11\xe0"


class Package:
    """A container whose members were all verified once; each is unpacked again when it is asked for."""

    def __init__(self, archive: zipfile.ZipFile, names: list[str]) -> None:
        self._archive = archive
        self.names = names
        self._known = set(names)

    def __contains__(self, name: str) -> bool:
        return name in self._known

    def read(self, name: str) -> bytes:
        """The bytes of a member."""
        return self._archive.read(name)

    def text(self, name: str) -> str:
        """A member as text for a search by pattern; empty where it is absent."""
        return as_text(self.read(name)) if name in self else ""


def as_text(data: bytes) -> str:
    """XML bytes as text, good enough to look for a pattern: UTF-16 by its mark, UTF-8 otherwise."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[1:2] == b"\x00" or data[:1] == b"\x00":
        return data.decode("utf-16-be" if data[:1] in (b"\x00", b"\xfe") else "utf-16-le", "ignore")
    return data.decode("utf-8", "ignore")


def open_package(data: bytes, limits: Limits) -> Package:
    """The members of a ZIP container.

    Raises CoreError: files.truncated, files.corrupt, files.zip_bomb, files.encrypted, files.path,
    files.nested_archive, files.macro, files.embedded, files.xml_bomb.
    """
    _check_directory(data, limits)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = [info for info in archive.infolist() if not info.is_dir()]
        _check_entries(infos, len(data), limits)
        for info in infos:
            _check_content(info.filename, archive.read(info))
    except CoreError:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        ValueError,
        OverflowError,
        RuntimeError,
    ) as e:
        raise CoreError("files.corrupt", format="zip") from e
    return Package(archive, [info.filename for info in infos])


def _check_directory(data: bytes, limits: Limits) -> None:
    """The end record is there, and does not announce more than we would read."""
    end = data.rfind(_END, max(0, len(data) - 65_600))
    if end < 0 or len(data) < end + 22:
        raise CoreError("files.truncated", format="zip")
    entries, size = struct.unpack("<HI", data[end + 10 : end + 16])
    if entries > limits.members or size > _LARGEST_DIRECTORY:
        raise CoreError("files.zip_bomb", members=entries, limit=limits.members)


def _check_entries(infos: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    total = sum(info.file_size for info in infos)
    largest = max((info.file_size for info in infos), default=0)
    if len(infos) > limits.members or total > limits.unpacked or largest > limits.member:
        raise CoreError("files.zip_bomb", unpacked=total, limit=limits.unpacked)
    if total > _SMALL and total > limits.ratio * max(1, packed):
        raise CoreError("files.zip_bomb", unpacked=total, limit=limits.ratio * packed)
    seen: set[str] = set()
    reached = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        _check_name(info, seen)
        if info.flag_bits & 0x1:
            raise CoreError("files.encrypted", format="zip")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise CoreError("files.corrupt", format="zip")
        if info.header_offset < reached:
            raise CoreError("files.zip_bomb", unpacked=total, limit=limits.unpacked)
        reached = info.header_offset + info.compress_size
        if info.file_size > 10_000 and info.file_size > 1_100 * max(1, info.compress_size):
            raise CoreError("files.zip_bomb", unpacked=info.file_size, limit=1_100 * info.compress_size)


def _check_name(info: zipfile.ZipInfo, seen: set[str]) -> None:
    name = info.filename
    parts = re.split(r"[/\\]", name)
    out = name.startswith(("/", "\\")) or ".." in parts or re.match(r"^[A-Za-z]:", name)
    if (
        out
        or "\\" in name
        or any(ord(c) < 32 for c in name)
        or (info.external_attr >> 16) & 0xF000 == _SYMLINK
    ):
        raise CoreError("files.path")
    if name in seen:
        raise CoreError("files.corrupt", format="zip")
    seen.add(name)


def _check_content(name: str, content: bytes) -> None:
    lower = name.lower()
    if lower.endswith(("vbaproject.bin", "vbadata.xml")):
        raise CoreError("files.macro")
    if content.startswith(_ARCHIVES) and "/embeddings/" not in f"/{lower}":
        raise CoreError("files.nested_archive")
    if content.startswith((_OLE, *_PROGRAMS)):
        raise CoreError("files.embedded")
    if _is_xml(lower, content) and any(mark.search(content) for mark in _DOCTYPE):
        raise CoreError("files.xml_bomb")


def _is_xml(lower: str, content: bytes) -> bool:
    return lower.endswith((".xml", ".rels", ".rdf")) or content[:200].lstrip()[:5] == b"<?xml"
