"""At least twelve hostile or broken files a kind: refused by their code, with a sentence, within limits."""

import resource
import time

import pytest

from fabrique.common.files import sentence
from fabrique_core.errors import CoreError
from fabrique_core.files import DOCUMENTS, LIMITS, MAIL, Kind, Limits, extract, inspect
from tests.factories import hostile
from tests.factories import written as make

KINDS = {
    "docx": ({Kind.DOCX}, hostile.DOCX, make.docx),
    "odt": ({Kind.ODT}, hostile.ODT, make.odt),
    "pdf": ({Kind.PDF}, hostile.PDF, make.pdf),
    "txt": ({Kind.TXT}, hostile.TXT, lambda: b"Nous demandons un bus."),
    "eml": ({Kind.EML}, hostile.EML, make.message),
    "mbox": ({Kind.MBOX}, hostile.MBOX, lambda: make.mbox(make.message())),
    "xlsx": ({Kind.XLSX}, hostile.XLSX, hostile.xlsx),
}
#: what a sentence tells the reader to do, or that nothing was kept
ADVICE = ("envoye", "enregistre", "vérifie", "partage", "types acceptés", "réduise", "rien n’a été gardé")
CASES = [
    pytest.param(kind, name, id=f"{kind}: {name}")
    for kind, (_allowed, files, _clean) in KINDS.items()
    for name in files
]


def refused(data, *, allowed, name="a.pdf", limits=LIMITS):
    """The code of the refusal of a file, read to its end; '' where it comes in."""
    try:
        found = inspect(data, name, allowed=allowed, limits=limits)
        if found.kind in DOCUMENTS:
            extract(found, limits=limits)
    except CoreError as error:
        return error.code
    return ""


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_a_dozen_and_the_clean_file_comes_in(kind):
    allowed, files, clean = KINDS[kind]
    assert len(files) >= 12
    assert inspect(clean(), f"document.{kind}", allowed=allowed).kind.value == kind


@pytest.mark.parametrize(("kind", "name"), CASES)
def test_it_is_refused_with_a_sentence_that_says_what_to_do(kind, name):
    allowed, files, _clean = KINDS[kind]
    build, code = files[name]
    with pytest.raises(CoreError) as refusal:
        inspect(build(), f"document.{kind}", allowed=allowed)
    assert refusal.value.code.startswith(code)
    said = sentence(refusal.value)
    assert said.startswith(("Ce", "La", "Les"))
    assert said.endswith(".")
    assert "files." not in said
    assert any(word in said.casefold() for word in ADVICE), said


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_too_heavy_is_refused_before_it_is_read(kind):
    allowed, _files, clean = KINDS[kind]
    with pytest.raises(CoreError) as refusal:
        inspect(clean(), f"a.{kind}", allowed=allowed, limits=Limits(size=len(clean()) - 1))
    assert refusal.value.code == "files.too_large"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "txt"])
def test_no_prefix_of_a_clean_file_makes_inspection_fall(kind):
    allowed, _files, clean = KINDS[kind]
    data = clean()
    for length in range(1, len(data), max(1, len(data) // 12)):
        code = refused(data[:length], allowed=allowed, name=f"a.{kind}")
        assert code.startswith("files.") or (code == "" and kind in ("eml", "mbox"))


def test_a_drawing_of_hundreds_of_megabytes_is_stopped_without_harm_to_us():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    data = hostile.pdf_stream_bomb()
    assert len(data) < 2_000_000
    limits = Limits(seconds=5, memory=400_000_000)
    started = time.monotonic()
    assert refused(data, allowed=DOCUMENTS, limits=limits) in ("files.too_long_to_read", "files.corrupt", "")
    assert time.monotonic() - started < 60  # a bound on the harm, not a measure
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert after - before < 300_000  # kilobytes: the parent never held what the child unpacked


def test_a_child_out_of_memory_is_a_refusal():
    with pytest.raises(CoreError) as refusal:
        inspect(make.pdf(), "a.pdf", allowed=DOCUMENTS, limits=Limits(memory=1_000_000))
    assert refusal.value.code == "files.too_long_to_read"


def test_a_text_beyond_the_limit_is_refused_and_not_cut():
    many = "Nous demandons un bus.\n\n" * 2_000
    found = inspect(many.encode(), "a.txt", allowed=DOCUMENTS)
    with pytest.raises(CoreError) as refusal:
        extract(found, limits=Limits(characters=10_000))
    assert refusal.value.code == "files.too_much_text"


@pytest.mark.parametrize(
    ("data", "kind"),
    [(make.pdf, Kind.PDF), (make.docx, Kind.DOCX), (make.odt, Kind.ODT), (make.message, Kind.EML)],
)
@pytest.mark.parametrize("name", ["lettre.txt", "lettre.exe", "../../../etc/passwd", "", "a.pdf.docx.odt"])
def test_the_kind_is_that_of_the_content_whatever_the_name(data, kind, name):
    found = inspect(data(), name, allowed=DOCUMENTS | MAIL)
    assert found.kind is kind
    assert found.safe_name.endswith(f".{kind.value}")
    assert "/" not in found.safe_name


@pytest.mark.parametrize(
    "tag", ["<Relationship ", "<w:instrText ", "<w:fldSimple ", "<draw:image ", "<office:script "]
)
def test_tags_that_never_close_do_not_make_the_search_for_links_endless(tag):
    many = (tag * 200_000).encode()
    parts = {"word/_rels/document.xml.rels": many, "word/document.xml": many}
    assert refused(hostile.rezipped(make.docx(), parts), allowed=DOCUMENTS) == "files.corrupt"
    assert refused(hostile.rezipped(make.odt(), {"content.xml": many}), allowed=DOCUMENTS) == "files.corrupt"
