"""Hostile and broken files, built in memory: what each hides is in its name.

Fed by the clean documents of factories/written.py. Feeds the tests of inspection; nothing here is ever stored.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

from tests.factories import written as make

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><l>&j;</l>"
)


def rezipped(data: bytes, changes: dict[str, bytes | None], added: dict[str, bytes] | None = None) -> bytes:
    """The package with members replaced (None: removed) and others added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            content = changes.get(info.filename, source.read(info))
            if content is not None:
                target.writestr(info.filename, content)
        for name, content in (added or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return source.read(name)


def encrypted_flag(data: bytes) -> bytes:
    """Every member marked as encrypted, as password tools do."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + offset] |= 1
            at = changed.find(mark, at + 4)
    return bytes(changed)


def overlapping(data: bytes) -> bytes:
    """Every entry of the directory points to the first member (a bomb by overlap)."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 42 : at + 46] = struct.pack("<I", 0)
        at = changed.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def many_members(data: bytes, count: int = 5_000) -> bytes:
    return rezipped(data, {}, {f"x/{n}.txt": b"" for n in range(count)})


def zeros(size: int) -> bytes:
    return b"\x00" * size


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("lettre.txt", "bonjour")
    return out.getvalue()


def relations(kind: str, target: str) -> bytes:
    start = member(make.docx(), "word/_rels/document.xml.rels")
    added = (
        f'<Relationship Id="rX" Type="{REL}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )
    return start.replace(b"</Relationships>", added.encode())


def docx_with_field(instruction: str) -> bytes:
    xml = member(make.docx(), "word/document.xml")
    field = f"<w:p><w:r><w:instrText>{instruction}</w:instrText></w:r></w:p></w:body>"
    return rezipped(make.docx(), {"word/document.xml": xml.replace(b"</w:body>", field.encode())})


def docx_types(old: bytes, new: bytes) -> bytes:
    types = member(make.docx(), "[Content_Types].xml")
    return rezipped(make.docx(), {"[Content_Types].xml": types.replace(old, new)})


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
LOCKED_OFFICE = OLE + "EncryptedPackage".encode("utf-16-le")

#: name -> (file, code of the refusal)
DOCX: dict[str, tuple[Callable[[], bytes], str]] = {
    "another kind of zip": (a_zip, "files.wrong_type"),
    "an old .doc": (lambda: OLE, "files.wrong_type"),
    "zip bomb by ratio": (
        lambda: rezipped(make.docx(), {}, {"word/x.xml": zeros(60_000_000)}),
        "files.zip_bomb",
    ),
    "zip bomb by overlap": (lambda: overlapping(make.docx()), "files.zip_bomb"),
    "zip bomb by members": (lambda: many_members(make.docx()), "files.zip_bomb"),
    "macro part": (lambda: rezipped(make.docx(), {}, {"word/vbaProject.bin": OLE}), "files.macro"),
    "macro content type": (
        lambda: docx_types(b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main"),
        "files.macro",
    ),
    "path out of the archive": (
        lambda: rezipped(make.docx(), {}, {"../../etc/cron.d/x": b"x"}),
        "files.path",
    ),
    "absolute path": (lambda: rezipped(make.docx(), {}, {"/etc/passwd": b"x"}), "files.path"),
    "windows path": (lambda: rezipped(make.docx(), {}, {"word\\..\\x.xml": b"x"}), "files.path"),
    "truncated": (lambda: make.docx()[: len(make.docx()) // 2], "files.truncated"),
    "encrypted members": (lambda: encrypted_flag(make.docx()), "files.encrypted"),
    "password of Office": (lambda: LOCKED_OFFICE, "files.encrypted"),
    "XML bomb": (lambda: rezipped(make.docx(), {"word/document.xml": BOMB}), "files.xml_bomb"),
    "XML bomb in UTF-16": (
        lambda: rezipped(make.docx(), {"word/document.xml": BOMB.decode().encode("utf-16")}),
        "files.xml_bomb",
    ),
    "nested archive": (
        lambda: rezipped(make.docx(), {}, {"word/media/x.png": a_zip()}),
        "files.nested_archive",
    ),
    "OLE object": (lambda: rezipped(make.docx(), {}, {"word/embeddings/o.bin": OLE}), "files.embedded"),
    "program inside": (lambda: rezipped(make.docx(), {}, {"word/media/x.png": b"MZ\x90"}), "files.embedded"),
    "remote template": (
        lambda: rezipped(
            make.docx(),
            {"word/_rels/document.xml.rels": relations("attachedTemplate", "https://mechant.test/a.dotm")},
        ),
        "files.external_link",
    ),
    "remote image": (
        lambda: rezipped(
            make.docx(), {"word/_rels/document.xml.rels": relations("image", "\\\\mechant.test\\a\\b.png")}
        ),
        "files.external_link",
    ),
    "DDE field": (
        lambda: docx_with_field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"'),
        "files.external_link",
    ),
    "damaged member": (lambda: make.docx()[:200] + b"\xff" * 40 + make.docx()[240:], "files.corrupt"),
}


def odt_content(old: bytes, new: bytes) -> bytes:
    xml = member(make.odt(), "content.xml")
    assert old in xml
    return rezipped(make.odt(), {"content.xml": xml.replace(old, new, 1)})


_BODY = b"<office:text>"


def odt_manifest() -> bytes:
    xml = member(make.odt(), "META-INF/manifest.xml")
    return rezipped(
        make.odt(),
        {
            "META-INF/manifest.xml": xml.replace(
                b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"
            )
        },
    )


ODT: dict[str, tuple[Callable[[], bytes], str]] = {
    "a presentation": (
        lambda: rezipped(make.odt(), {"mimetype": b"application/vnd.oasis.opendocument.presentation"}),
        "files.wrong_type",
    ),
    "zip bomb by ratio": (
        lambda: rezipped(make.odt(), {}, {"Pictures/x": zeros(60_000_000)}),
        "files.zip_bomb",
    ),
    "zip bomb by overlap": (lambda: overlapping(make.odt()), "files.zip_bomb"),
    "macro in Basic": (
        lambda: rezipped(make.odt(), {}, {"Basic/Standard/Module1.xml": b"<module/>"}),
        "files.macro",
    ),
    "script in Python": (
        lambda: rezipped(make.odt(), {}, {"Scripts/python/x.py": b"import os"}),
        "files.macro",
    ),
    "event listener": (
        lambda: odt_content(
            _BODY, b'<office:text><script:event-listener xlink:href="vnd.sun.star.script:x"/>'
        ),
        "files.macro",
    ),
    "path out of the archive": (lambda: rezipped(make.odt(), {}, {"../x.xml": b"x"}), "files.path"),
    "truncated": (lambda: make.odt()[: len(make.odt()) // 2], "files.truncated"),
    "encrypted": (odt_manifest, "files.encrypted"),
    "XML bomb": (lambda: rezipped(make.odt(), {"content.xml": BOMB}), "files.xml_bomb"),
    "nested archive": (lambda: rezipped(make.odt(), {}, {"Pictures/x.png": a_zip()}), "files.nested_archive"),
    "OLE object": (lambda: rezipped(make.odt(), {}, {"Object 1": OLE}), "files.embedded"),
    "remote image": (
        lambda: odt_content(_BODY, b'<office:text><draw:image xlink:href="https://mechant.test/x.png"/>'),
        "files.external_link",
    ),
    "remote section": (
        lambda: odt_content(_BODY, b'<office:text><text:section-source xlink:href="file://mechant.test/x"/>'),
        "files.external_link",
    ),
    "DDE link": (
        lambda: odt_content(_BODY, b"<office:text><text:dde-connection-decl/>"),
        "files.external_link",
    ),
    "no content": (lambda: rezipped(make.odt(), {"content.xml": None}), "files.corrupt"),
    "damaged member": (lambda: make.odt()[:200] + b"\xff" * 40 + make.odt()[240:], "files.corrupt"),
}


@cache
def locked_pdf() -> bytes:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make.pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="secret", user="secret"))
    return out.getvalue()


@cache
def pdf_with(action: str, *, packed: bool = False) -> bytes:
    """A PDF whose opening runs an action, in clear or inside compressed object streams."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(make.pdf())) as document:
        if action == "launch":
            run = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
        else:
            run = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.Root.OpenAction = document.make_indirect(run)
        streams = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
        document.save(out, object_stream_mode=streams)
    return out.getvalue()


@cache
def pdf_pages(count: int) -> bytes:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.new() as document:
        for _page in range(count):
            document.add_blank_page(page_size=(200, 200))
        document.save(out)
    return out.getvalue()


@cache
def pdf_stream_bomb(size: int = 300_000_000) -> bytes:
    """A page whose drawing unpacks to hundreds of megabytes."""
    import pikepdf

    out = io.BytesIO()
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"0 0 m " * 100_000) for _ in range(size // 600_000)) + packer.flush()
    with pikepdf.new() as document:
        page = document.add_blank_page(page_size=(200, 200))
        stream = pikepdf.Stream(document, b"")
        stream.write(packed, filter=pikepdf.Name.FlateDecode)
        page.obj.Contents = stream
        document.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


PDF: dict[str, tuple[Callable[[], bytes], str]] = {
    "a web page": (lambda: b"<html><script>alert(1)</script></html>", "files.wrong_type"),
    "a program": (lambda: b"MZ\x90\x00" + zeros(300), "files.wrong_type"),
    "an image": (lambda: b"\x89PNG\r\n\x1a\n" + zeros(300), "files.wrong_type"),
    "password": (locked_pdf, "files.encrypted"),
    "javascript": (lambda: pdf_with("javascript"), "files.macro"),
    "javascript in packed objects": (lambda: pdf_with("javascript", packed=True), "files.macro"),
    "javascript in hexadecimal": (
        lambda: pdf_with("javascript").replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53"),
        "files.macro",
    ),
    "program to launch": (lambda: pdf_with("launch"), "files.macro"),
    "truncated": (lambda: make.pdf()[: len(make.pdf()) // 2], "files.truncated"),
    "only a header": (lambda: b"%PDF-1.7\n%%EOF\n", "files.corrupt"),
    "noise after the header": (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF", "files.corrupt"),
    "too many pages": (lambda: pdf_pages(301), "files.too_many_pages"),
}


def deep_mail(depth: int = 3_000) -> bytes:
    head = b"From: a@b.test\nSubject: x\nMIME-Version: 1.0\n"
    opened = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth)
    )
    return head + opened + b"Content-Type: text/plain\n\nbonjour\n"


def many_parts(count: int = 200) -> bytes:
    return make.message(*[(f"p{n}.txt", b"x", "text/plain") for n in range(count)])


EML: dict[str, tuple[Callable[[], bytes], str]] = {
    "an Outlook file": (lambda: OLE, "files.wrong_type"),
    "a program": (lambda: b"#!/bin/sh\nrm -rf /\n", "files.wrong_type"),
    "a web page": (lambda: b"<!doctype html><html><body>x</body></html>", "files.wrong_type"),
    "an archive": (a_zip, "files.wrong_type"),
    "plain words": (lambda: b"Bonjour,\n\nNous demandons un bus.\n", "files.wrong_type"),
    "bytes of nothing": (lambda: bytes(range(256)) * 20, "files.encoding"),
    "S/MIME": (
        lambda: make.message().replace(b"Content-Type: text/plain", b"Content-Type: application/pkcs7-mime"),
        "files.encrypted",
    ),
    "OpenPGP": (
        lambda: (
            b'From: a@b.test\nSubject: x\nContent-Type: multipart/encrypted; boundary="b"\n\n--b\n\nx\n--b--\n'
        ),
        "files.encrypted",
    ),
    "truncated": (lambda: make.message(("a.pdf", make.pdf(), "application/pdf"))[:3000], "files.truncated"),
    "too many parts": (many_parts, "files.too_many_parts"),
    "endless nesting": (deep_mail, "files.too_"),
    "empty": (lambda: b"\n\n\n", "files.empty"),
}

TXT: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "files.empty"),
    "only spaces": (lambda: b" \r\n\t \n", "files.empty"),
    "only zeros": (lambda: zeros(1000), "files.empty"),
    "a program": (lambda: b"\x7fELF" + zeros(500), "files.wrong_type"),
    "a shell script": (lambda: b"#!/bin/sh\nrm -rf /\n", "files.wrong_type"),
    "a web page": (lambda: b"<html><script>alert(1)</script>", "files.wrong_type"),
    "an image": (lambda: b"\xff\xd8\xff\xe0" + zeros(500), "files.wrong_type"),
    "an archive": (a_zip, "files.wrong_type"),
    "compressed": (lambda: b"\x1f\x8b\x08" + zeros(500), "files.wrong_type"),
    "rich text": (lambda: b"{\\rtf1 bonjour}", "files.wrong_type"),
    "mixed encodings": (lambda: "Santé é à ".encode() * 40 + "santé été".encode("cp1252"), "files.encoding"),
    "binary noise": (lambda: bytes(range(1, 32)) * 200, "files.wrong_type"),
    "an endless line": (lambda: b"a" * 1_500_000, "files.corrupt"),
}


def xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["texte", "date"])
    book.active.append(["Un bus le samedi", "2026-11-16"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


XLSX: dict[str, tuple[Callable[[], bytes], str]] = {
    "another kind of zip": (a_zip, "files.wrong_type"),
    "a Word document": (make.docx, "files.wrong_type"),
    "an old .xls": (lambda: OLE, "files.wrong_type"),
    "password of Office": (lambda: LOCKED_OFFICE, "files.encrypted"),
    "zip bomb by ratio": (
        lambda: rezipped(xlsx(), {"xl/worksheets/sheet1.xml": b"<a>" + b" " * 60_000_000}),
        "files.zip_bomb",
    ),
    "zip bomb by overlap": (lambda: overlapping(xlsx()), "files.zip_bomb"),
    "macro part": (lambda: rezipped(xlsx(), {}, {"xl/vbaProject.bin": OLE}), "files.macro"),
    "path out of the archive": (lambda: rezipped(xlsx(), {}, {"../x.xml": b"x"}), "files.path"),
    "truncated": (lambda: xlsx()[: len(xlsx()) // 2], "files.truncated"),
    "XML bomb": (lambda: rezipped(xlsx(), {"xl/workbook.xml": BOMB}), "files.xml_bomb"),
    "nested archive": (lambda: rezipped(xlsx(), {}, {"xl/media/x.png": a_zip()}), "files.nested_archive"),
    "OLE object": (lambda: rezipped(xlsx(), {}, {"xl/embeddings/o.bin": OLE}), "files.embedded"),
    "DDE link": (
        lambda: rezipped(
            xlsx(), {}, {"xl/externalLinks/externalLink1.xml": b"<externalLink><ddeLink/></externalLink>"}
        ),
        "files.external_link",
    ),
    "outside connection": (
        lambda: rezipped(xlsx(), {}, {"xl/connections.xml": b"<connections/>"}),
        "files.external_link",
    ),
}

MBOX: dict[str, tuple[Callable[[], bytes], str]] = {
    "an Outlook store": (lambda: b"!BDN" + zeros(600), "files.wrong_type"),
    "an archive": (a_zip, "files.wrong_type"),
    "a program": (lambda: b"MZ\x90\x00" + zeros(300), "files.wrong_type"),
    "a web page": (lambda: b"<html></html>", "files.wrong_type"),
    "plain words": (lambda: b"Nous demandons un bus.\n", "files.wrong_type"),
    "compressed": (lambda: b"\x1f\x8b\x08" + zeros(500), "files.wrong_type"),
    "bytes of nothing": (lambda: bytes(range(256)) * 20, "files.encoding"),
    "a start line alone": (lambda: b"From a@b.test Mon Nov 16 10:00:00 2026\n", "files.wrong_type"),
    "no header after the start": (
        lambda: b"From a@b.test Mon Nov 16 10:00:00 2026\n\nx\n",
        "files.wrong_type",
    ),
    "a database": (lambda: b"SQLite format 3\x00" + zeros(300), "files.wrong_type"),
    "empty": (lambda: b"", "files.empty"),
    "only zeros": (lambda: zeros(2000), "files.empty"),
}
