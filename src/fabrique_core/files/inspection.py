"""What it is for: deciding by its content whether a file may come in, before anything reads it.
What feeds it: the bytes and the name that somebody sent.
What it feeds: extraction; the verbs that store a file.

Packages (DOCX, XLSX, ODT, ODS), PDF and e-mail are opened by a child process with limits (isolation.py);
plain texts are looked at here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection

from fabrique_core.errors import CoreError
from fabrique_core.files.isolation import call
from fabrique_core.files.model import LIMITS, Inspected, Kind, Limits, SetAside
from fabrique_core.files.names import extension, safe_name
from fabrique_core.files.packages import as_text
from fabrique_core.text.read_csv import decode

_KNOWN = {
    b"\xd0\xcf\x11\xe0": "ole",
    b"{\\rt": "rtf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"II*\x00": "image",
    b"MM\x00*": "image",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"BZh": "archive",
    b"\xfd7zXZ": "archive",
    b"MZ": "program",
    b"\x7fELF": "program",
    b"\xcf\xfa\xed\xfe": "program",
    b"#!": "program",
    b"SQLite": "database",
    b"%!PS": "postscript",
    b"\x00\x00\x00\x0cjP": "image",
    b"PAR1": "parquet",
    b"ID3": "sound",
    b"OggS": "sound",
    b"!BDN": "outlook",
}
_HEADER = re.compile(r"^[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?.*$")
_MAIL_HEADERS = re.compile(
    r"^(from|to|subject|date|message-id|received|return-path|mime-version|content-type)$", re.I
)
_HTML = re.compile(
    r"^\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|script|svg|iframe)\b", re.I | re.S
)
_DOCTYPE = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_TEXT_BY_EXTENSION = {"csv": Kind.CSV, "tsv": Kind.CSV, "lss": Kind.XML, "xml": Kind.XML, "json": Kind.JSON}
_LONGEST_LINE = 1_000_000


def inspect(data: bytes, name: str, *, allowed: Collection[Kind], limits: Limits = LIMITS) -> Inspected:
    """What a file is by its content, with a safe name; refused unless its kind is one of `allowed`.

    Raises CoreError: files.empty, files.too_large (size, limit), files.wrong_type (found, allowed),
    files.truncated, files.corrupt, files.encrypted, files.zip_bomb, files.path, files.nested_archive,
    files.macro, files.embedded, files.external_link, files.xml_bomb, files.encoding (line),
    files.too_many_pages (pages, limit), files.too_many_parts (limit), files.too_long_to_read.
    """
    if len(data) > limits.size:
        raise CoreError("files.too_large", size=len(data), limit=limits.size)
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise CoreError("files.empty")
    try:
        kind, aside = _recognised(data, name, allowed, limits)
        _refuse(kind, allowed)
    except CoreError as error:
        if error.code != "files.wrong_type":
            raise
        wanted = sorted(one.value for one in allowed)
        raise CoreError("files.wrong_type", found=error.params["found"], allowed=wanted) from error
    return Inspected(
        kind=kind,
        safe_name=safe_name(name, kind),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        data=data,
        set_aside=aside,
    )


def _recognised(
    data: bytes, name: str, allowed: Collection[Kind], limits: Limits
) -> tuple[Kind, tuple[SetAside, ...]]:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        package = call("check_package", data, limits)
        return Kind(package["kind"]), tuple(SetAside(**one) for one in package["set_aside"])
    if b"%PDF-" in data[:1024]:
        _refuse(Kind.PDF, allowed)
        return Kind.PDF, tuple(SetAside(**one) for one in call("check_pdf", data, limits)["set_aside"])
    for head, found in _KNOWN.items():
        if data.startswith(head):
            # a DOCX or XLSX with a password is an OLE file that holds the encrypted package
            if found == "ole" and "EncryptedPackage".encode("utf-16-le") in data:
                raise CoreError("files.encrypted", format="office")
            raise CoreError("files.wrong_type", found=found)
    return _text_kind(data, name, allowed, limits), ()


def _refuse(kind: Kind, allowed: Collection[Kind]) -> None:
    """Before the costly part of an inspection."""
    if kind not in allowed:
        raise CoreError("files.wrong_type", found=kind.value)


def _text_kind(data: bytes, name: str, allowed: Collection[Kind], limits: Limits) -> Kind:
    mail = _mail_kind(data)
    if mail is not None:
        _refuse(mail, allowed)
        if mail is Kind.EML:
            call("check_mail", data, limits)
        return mail
    text = _decoded(data)
    guess = _TEXT_BY_EXTENSION.get(extension(name))
    if Kind.XML in allowed and (guess is Kind.XML or text.lstrip("\ufeff \r\n\t").startswith("<?xml")):
        return _checked_xml(text)
    if guess is Kind.JSON and Kind.JSON in allowed:
        return _checked_json(text)
    if _HTML.match(text[:5_000]):
        raise CoreError("files.wrong_type", found="html")
    if max(map(len, text.split("\n")), default=0) > _LONGEST_LINE:
        raise CoreError("files.corrupt", format="text")
    wanted = guess or (Kind.CSV if Kind.CSV in allowed and Kind.TXT not in allowed else Kind.TXT)
    return wanted if wanted in allowed or Kind.TXT not in allowed else Kind.TXT


def _mail_kind(data: bytes) -> Kind | None:
    """EML: several header lines of which two of e-mail; MBOX: the same after a « From » line."""
    head = data[:20_000].lstrip(b"\xef\xbb\xbf\r\n").decode("latin-1")
    lines = head.replace("\r\n", "\n").split("\n")
    boxed = lines[0].startswith("From ") and "@" in lines[0] + " ".join(lines[1:3])
    known: set[str] = set()
    for line in lines[1:] if boxed else lines:
        if not line.strip():
            break
        if line[:1] in " \t" and known:
            continue
        if not _HEADER.match(line):
            return None
        label = line.partition(":")[0]
        if _MAIL_HEADERS.match(label):
            known.add(label.lower())
    if len(known) < 2:
        return None
    return Kind.MBOX if boxed else Kind.EML


def _decoded(data: bytes) -> str:
    try:
        return decode(data, None)[0]
    except CoreError as error:
        if error.code == "read.encoding":
            raise CoreError("files.encoding", line=error.params.get("line")) from error
        raise CoreError("files.wrong_type", found="binary") from error


def _checked_xml(text: str) -> Kind:
    if _DOCTYPE.search(text):
        raise CoreError("files.xml_bomb")
    return Kind.XML


def _checked_json(text: str) -> Kind:
    try:
        json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise CoreError("files.corrupt", format="json") from error
    return Kind.JSON


def text_of(data: bytes) -> str:
    """The text of a TXT file that passed inspection."""
    return as_text(data) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _decoded(data)
