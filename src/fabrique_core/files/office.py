"""What it is for: telling a DOCX, XLSX, ODT or ODS from its package, refusing macros, objects and outside links.
What feeds it: packages.open_package.
What it feeds: inspection.

Sources: ECMA-376 parts 1 and 2 (relationships, content types); OASIS OpenDocument 1.3 parts 2 and 3.
"""

from __future__ import annotations

import re
from typing import Any

from fabrique_core.errors import CoreError
from fabrique_core.files.model import Kind, Limits, SetAside
from fabrique_core.files.packages import Package, open_package

_TYPES = "[Content_Types].xml"
_OOXML = {
    "wordprocessingml.document.main+xml": Kind.DOCX,
    "spreadsheetml.sheet.main+xml": Kind.XLSX,
}
_ODF = {
    "application/vnd.oasis.opendocument.text": Kind.ODT,
    "application/vnd.oasis.opendocument.spreadsheet": Kind.ODS,
}
_OTHERS = {
    "presentationml": "pptx",
    "template.main+xml": "template",
    "opendocument.presentation": "odp",
    "opendocument.graphics": "odg",
    "text-template": "template",
    "epub": "epub",
}
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([A-Za-z]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
#: a link that a reader clicks is not fetched by opening the file
_CLICKED = ("/hyperlink",)
_REMOTE = re.compile(r"^\s*(?:https?:|ftp:|smb:|//|\\\\|file:[/\\]{2,}[^/\\]|mhtml:|ms-)", re.IGNORECASE)
_LOCAL_FILE = re.compile(r"^\s*file:[/\\]{3}", re.IGNORECASE)
#: parts and relations that carry something else than the text
_ACTIVE = ("/activex/", "/ctrlprops/")
_FIELD_TEXT = re.compile(r"<w:instrText[^<>]*>([^<]*)</w:instrText>|<w:fldSimple[^<>]*w:instr=\"([^\"]*)\"")
_FIELD_OUT = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT)\b\s*(?:\"|&quot;|\\)?", re.IGNORECASE
)
_ODF_SCRIPT = re.compile(
    r"vnd\.sun\.star\.script:|<script:event-listener|<office:script\b[^<>]*>", re.IGNORECASE
)
_ODF_LINK = re.compile(
    r"<(draw:image|draw:object(?:-ole)?|text:section-source|table:table-source|draw:plugin|draw:floating-frame)\b"
    r"[^<>]*xlink:href\s*=\s*[\"']([^\"']*)[\"']",
    re.IGNORECASE,
)
_ODF_DDE = re.compile(r"<(text:dde-connection-decl|office:dde-source|table:dde-link)\b", re.IGNORECASE)
_BASIC_INDEX = re.compile(r"^Basic/(?:[^/]+/)?script-l[bc]\.xml$")


def check(data: bytes, limits: Limits) -> dict[str, Any]:
    """What inspection asks of a package, in the child process: its kind and what is left out."""
    kind, aside = inspect_office(open_package(data, limits), limits)
    unique = dict.fromkeys(aside)
    return {"kind": kind.value, "set_aside": [{"reason": one.reason, "what": one.what} for one in unique]}


def inspect_office(package: Package, limits: Limits) -> tuple[Kind, tuple[SetAside, ...]]:
    """The kind of a package and what it holds that we leave out.

    Raises CoreError: files.wrong_type (found), files.macro, files.embedded, files.external_link,
    files.encrypted, files.corrupt.
    """
    if _TYPES in package:
        return _inspect_ooxml(package, limits)
    if "mimetype" in package:
        return _inspect_odf(package)
    raise CoreError("files.wrong_type", found="zip")


def _inspect_ooxml(package: Package, limits: Limits) -> tuple[Kind, tuple[SetAside, ...]]:
    types = package.text(_TYPES)
    if "macroEnabled" in types or "vbaProject" in types or "ms-office.vba" in types:
        raise CoreError("files.macro")
    kind = next((kind for mark, kind in _OOXML.items() if mark in types), None)
    if kind is None:
        found = next((name for mark, name in _OTHERS.items() if mark in types), "zip")
        raise CoreError("files.wrong_type", found=found)
    if any(mark in f"/{name.lower()}" for name in package.names for mark in _ACTIVE):
        raise CoreError("files.macro")
    aside: list[SetAside] = []
    for name in package.names:
        if name.endswith(".rels"):
            aside += _relations(package.text(name))
        if name.startswith("word/") and name.endswith(".xml"):
            _check_fields(package.text(name))
        if "/embeddings/" in f"/{name.lower()}":
            _check_embedded(package.read(name), limits)
            aside.append(SetAside("embedded_file", name.rpartition("/")[2]))
        if "/media/" in f"/{name.lower()}":
            aside.append(SetAside("image", name.rpartition("/")[2]))
    if kind is Kind.XLSX:
        _check_sheet_links(package)
    return kind, tuple(aside)


def _relations(xml: str) -> list[SetAside]:
    """Relations that leave the file: followed by a reader's click they stay, fetched by opening they refuse."""
    aside: list[SetAside] = []
    for found in _RELATION.findall(xml):
        given = {name.lower(): double or single for name, double, single in _ATTRIBUTE.findall(found)}
        kind = given.get("type", "")
        if kind.endswith(("/aFChunk", "/control", "/vbaProject")):
            raise CoreError("files.macro" if kind.endswith("vbaProject") else "files.embedded")
        if given.get("targetmode", "").lower() != "external" or kind.endswith(_CLICKED):
            continue
        target = given.get("target", "")
        if _REMOTE.match(target) and not _LOCAL_FILE.match(target):
            raise CoreError("files.external_link")
        aside.append(SetAside("link_to_a_file"))
    return aside


def _check_fields(xml: str) -> None:
    told = " ".join("".join(groups) for groups in _FIELD_TEXT.findall(xml))
    joined = "".join("".join(groups) for groups in _FIELD_TEXT.findall(xml))
    if _FIELD_OUT.search(told) or "DDEAUTO" in joined.upper():
        raise CoreError("files.external_link")


def _check_embedded(content: bytes, limits: Limits) -> None:
    """A chart carries its numbers as a workbook: accepted and left out if it is harmless itself."""
    if not content.startswith(b"PK\x03\x04"):
        raise CoreError("files.embedded")
    inner = open_package(content, limits)
    if any("/embeddings/" in f"/{name.lower()}" for name in inner.names):
        raise CoreError("files.nested_archive")
    try:
        inspect_office(inner, limits)
    except CoreError as error:
        raise CoreError("files.nested_archive" if error.code == "files.wrong_type" else error.code) from error


def _check_sheet_links(package: Package) -> None:
    for name in package.names:
        outside = name.startswith("xl/externalLinks/") and ("<ddeLink" in package.text(name))
        if outside or name == "xl/connections.xml":
            raise CoreError("files.external_link")


def _inspect_odf(package: Package) -> tuple[Kind, tuple[SetAside, ...]]:
    declared = package.text("mimetype").strip()
    kind = _ODF.get(declared)
    if kind is None:
        found = next((name for mark, name in _OTHERS.items() if mark in declared), "zip")
        raise CoreError("files.wrong_type", found=found)
    if "encryption-data" in package.text("META-INF/manifest.xml"):
        raise CoreError("files.encrypted", format=kind.value)
    if "content.xml" not in package:
        raise CoreError("files.corrupt", format=kind.value)
    aside: list[SetAside] = []
    for name in package.names:
        if name.startswith("Scripts/") or (name.startswith("Basic/") and not _BASIC_INDEX.match(name)):
            raise CoreError("files.macro")
        if name.startswith("Pictures/"):
            aside.append(SetAside("image", name.rpartition("/")[2]))
        if name.endswith(("content.xml", "styles.xml")):
            _check_odf_xml(package.text(name))
    return kind, tuple(aside)


def _check_odf_xml(xml: str) -> None:
    if _ODF_SCRIPT.search(xml):
        raise CoreError("files.macro")
    if _ODF_DDE.search(xml) or any(_REMOTE.match(target) for _tag, target in _ODF_LINK.findall(xml)):
        raise CoreError("files.external_link")
