"""What it is for: the headers, body and attachments of an e-mail, read in the child process only.
What feeds it: child.py.
What it feeds: extraction.read_message.

Sources: RFC 5322, RFC 2045 to 2049 (MIME), RFC 8551 (S/MIME), RFC 3156 (OpenPGP).
"""

from __future__ import annotations

import base64
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from fabrique_core.errors import CoreError
from fabrique_core.files.blocks import as_dict, cleaned, from_text
from fabrique_core.files.htmltext import words
from fabrique_core.files.model import Limits, SetAside

_ENCRYPTED = {
    "multipart/encrypted",
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/pgp-encrypted",
}
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_LONGEST_HEADER = 300
_QUOTE = (
    "De :",
    "From:",
    "-----Message d’origine-----",
    "-----Message d'origine-----",
    "-----Original Message-----",
)


def check(data: bytes, limits: Limits) -> dict[str, Any]:
    """What inspection asks of a message: that it parses, is not encrypted, and has a bounded number of parts."""
    _parts(_parsed(data), limits)
    return {}


def read(data: bytes, limits: Limits) -> dict[str, Any]:
    """The message as a dictionary (see model.Message); attachments in base64."""
    message = _parsed(data)
    plain: list[str] = []
    rich: list[str] = []
    attached: list[dict[str, str]] = []
    aside: list[SetAside] = []
    for part in _parts(message, limits):
        kind = part.get_content_type()
        name = _name(part)
        if kind in _SIGNATURES:
            aside.append(SetAside("signature"))
        elif part.get_content_disposition() != "attachment" and not name and kind == "text/plain":
            plain.append(_text(part))
        elif part.get_content_disposition() != "attachment" and not name and kind == "text/html":
            rich.append(_text(part))
        elif part.get_content_maintype() == "image":
            aside.append(SetAside("image", name))
        else:
            attached.append({"name": name or "piece-jointe", "data": base64.b64encode(_bytes(part)).decode()})
    text = "\n\n".join(plain) if any(one.strip() for one in plain) else "\n\n".join(map(words, rich))
    body, quoted = _without_quotes(text)
    aside += [SetAside("quoted_message")] if quoted else []
    return {
        **_headers(message),
        "body": as_dict(from_text(body, limits)),
        "attachments": attached,
        "set_aside": [{"reason": one.reason, "what": one.what} for one in dict.fromkeys(aside)],
    }


def _parsed(data: bytes) -> EmailMessage:
    message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=default)
    if not isinstance(message, EmailMessage):  # what the default policy builds
        raise CoreError("files.corrupt", format="eml")
    return message


def _parts(message: Message, limits: Limits) -> list[Message]:
    """The leaves, forwarded messages opened; refused where there are too many or where they are encrypted."""
    leaves: list[Message] = []
    for number, part in enumerate(message.walk()):
        if number > limits.parts:
            raise CoreError("files.too_many_parts", limit=limits.parts)
        if part.get_content_type() in _ENCRYPTED and not _only_signed(part):
            raise CoreError("files.encrypted", format="eml")
        if part.is_multipart() and any("StartBoundaryNotFound" in type(d).__name__ for d in part.defects):
            raise CoreError("files.truncated", format="eml")
        if any("CloseBoundaryNotFound" in type(d).__name__ for d in part.defects):
            raise CoreError("files.truncated", format="eml")
        if not part.is_multipart():
            leaves.append(part)
    return leaves


def _only_signed(part: Message) -> bool:
    return "signed-data" in str(part.get_param("smime-type", ""))


def _headers(message: EmailMessage) -> dict[str, Any]:
    name, address = parseaddr(_header(message, "from"))
    sent: str | None
    try:
        sent = parsedate_to_datetime(_header(message, "date")).isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        sent = None
    return {
        "sender": address,
        "sender_name": name,
        "subject": _header(message, "subject"),
        "sent_at": sent,
        "message_id": _header(message, "message-id"),
    }


def _header(message: EmailMessage, name: str) -> str:
    """A header on one line; a header that cannot be decoded is shown as it came."""
    try:
        value = str(message.get(name, ""))
    except Exception:  # the header parser of the library fails in many ways on hostile headers
        value = next((str(raw) for key, raw in message.raw_items() if key.lower() == name), "")
    return " ".join(cleaned(value).split())[:_LONGEST_HEADER]


def _name(part: Message) -> str:
    try:
        return cleaned(part.get_filename() or "")[:_LONGEST_HEADER]
    except Exception:  # same reason
        return "piece-jointe"


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _text(part: Message) -> str:
    """The words of a text part: its declared encoding, then UTF-8, then Windows-1252 with replacements."""
    data = _bytes(part)
    declared = part.get_content_charset() or "utf-8"
    for encoding in (declared, "utf-8"):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeError):
            continue
    return data.decode("cp1252", "replace")


def _without_quotes(text: str) -> tuple[str, bool]:
    """The message without the one it answers: quoted lines at the end, or all that follows its header."""
    lines = text.replace("\r\n", "\n").split("\n")
    end = len(lines)
    for index, line in enumerate(lines):
        if index and line.strip().startswith(_QUOTE) and not lines[index - 1].strip():
            following = "\n".join(lines[index : index + 6])
            if "-----" in line or ("Objet" in following or "Subject" in following):
                end = index
                break
    kept = [line for line in lines[:end] if not line.startswith(">")]
    # a forwarded message alone is what was sent: there is nothing else to read
    return ("\n".join(kept), len(kept) < len(lines)) if any(k.strip() for k in kept) else (text, False)
