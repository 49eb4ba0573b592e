"""Twelve hostile or broken files an importer: each refused in words, or neutralised, and never half imported.

Fed by factories/imports.py. Feeds the promise that a secretary may send anything.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from fabrique.common.errors import Refused
from fabrique.contributions.models import Contribution, Participation, SourceQuestion
from fabrique.imports.enums import ImportKind, ImportState
from fabrique.imports.models import ImportJob
from fabrique.imports.services.execution import carry_out
from tests.factories import imports as make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TABLES = (ImportKind.DECIDIM, ImportKind.LIMESURVEY, ImportKind.GRANDDEBAT, ImportKind.TABLE)
#: a good file of each kind, as CSV rows
GOOD = {
    ImportKind.DECIDIM: make.PROPOSALS,
    ImportKind.LIMESURVEY: make.LIMESURVEY,
    ImportKind.GRANDDEBAT: make.GRANDDEBAT,
    ImportKind.TABLE: make.TABLE,
}


def good(kind: str) -> bytes:
    return make.csv_of(GOOD[ImportKind(kind)])


def bomb() -> bytes:
    return make.zip_of({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": b"0" * 60_000_000})


def with_member(name: str, content: bytes = b"x") -> bytes:
    stream = io.BytesIO(make.xlsx_of(make.TABLE))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def two_titles(kind: str) -> bytes:
    rows = [list(row) for row in GOOD[ImportKind(kind)]]
    return make.csv_of([[*row, row[0]] for row in rows])


def wide() -> bytes:
    return make.csv_of([[f"c{n}" for n in range(500)], ["x"] * 500])


#: name → (file name, bytes for a kind); each must be refused
REFUSED: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "an image called csv": ("export.csv", lambda kind: b"\x89PNG\r\n\x1a\n" + b"\x00" * 500),
    "a program called csv": ("export.csv", lambda kind: b"MZ" + b"\x90" * 500),
    "a zip bomb": ("export.xlsx", lambda kind: bomb()),
    "a workbook with a macro": ("export.xlsx", lambda kind: with_member("xl/vbaProject.bin", b"macro" * 50)),
    "names that climb": ("export.xlsx", lambda kind: with_member("../../etc/cron.d/mal")),
    "an archive inside": ("export.xlsx", lambda kind: with_member("xl/media/a.zip", make.zip_of({"a": "b"}))),
    "empty": ("export.csv", lambda kind: b""),
    "titles alone": ("export.csv", lambda kind: good(kind).split(b"\n")[0] + b"\n"),
    "unreadable letters": (
        "export.csv",
        lambda kind: good(kind) + b"\n\xc3\xa9l\xe8ve;\x81\x8d\x8f\x90\x9d" * 40,
    ),
    "too large": ("export.csv", lambda kind: good(kind) + b"x,y\n" * 2_600_000),
    "cut in a quotation": ("export.csv", lambda kind: good(kind) + b'\n"' + "é, ça\n".encode() * 300_000),
    "a web page": ("export.csv", lambda kind: b"<!DOCTYPE html><html><body><script>x</script></body></html>"),
    "two columns of one title": ("export.csv", two_titles),
    "five hundred columns": ("export.csv", lambda kind: wide()),
    "a workbook cut short": ("export.xlsx", lambda kind: make.xlsx_of(make.TABLE)[:2_000]),
    "an XML bomb": (
        "export.xlsx",
        lambda kind: with_member(
            "xl/extra.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
        ),
    ),
}


def plain(message: str) -> None:
    """A sentence for a secretary: French, ended, without jargon, and it says what to do or what happened."""
    assert re.match(r"[A-ZÀÉ].{25,}[.»]$", message, re.DOTALL), message
    assert not re.search(
        r"traceback|exception|null|utf8|codec|errno|zipfile|openpyxl|xml\.", message, re.I
    ), message


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("kind", TABLES)
def test_refused_with_a_sentence_and_nothing_is_kept(kind, what, occitanie):
    name, content = REFUSED[what]
    try:
        job = make.sent(content(kind), name, kind=kind)
    except Refused as refusal:
        plain(str(refusal))
        assert not ImportJob.objects.exists()
    else:
        # only what reading the whole file tells comes later, and before anything is recorded
        make.configured(job, label="Essai")
        assert carry_out(job.pk) not in ("checked", "done"), what
        job.refresh_from_db()
        assert job.state == ImportState.FAILED
        plain(job.error_message)
        assert not job.parts.exists()
    assert not Participation.objects.exists()


#: of the same files, those that say nothing of tables
ANYWHERE = sorted(
    set(REFUSED) - {"titles alone", "two columns of one title", "five hundred columns", "cut in a quotation"}
)


@pytest.mark.parametrize("what", ANYWHERE)
@pytest.mark.parametrize("kind", [ImportKind.MEETINGS, ImportKind.XLSFORM])
def test_a_calendar_or_a_form_that_is_none_is_refused_with_a_sentence(kind, what, occitanie):
    from fabrique.consultations.models import Consultation
    from fabrique.meetings.models import Meeting

    name, content = REFUSED[what]
    try:
        job = make.sent(content(ImportKind.TABLE), name, kind=kind)
    except Refused as refusal:
        plain(str(refusal))
    else:
        assert carry_out(job.pk) != "checked", what
        job.refresh_from_db()
        assert job.state == ImportState.FAILED
        plain(job.error_message)
    assert not Meeting.objects.exists()
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("kind", [ImportKind.DECIDIM, ImportKind.TABLE])
def test_formulas_controls_and_scripts_are_neutralised(kind, occitanie):
    nasty = "=cmd|' /C calc'!A0 \x00\x07\u202eévil <script>alert(1)</script><p onclick=x>Un dentiste manque ici</p>"
    if kind == ImportKind.DECIDIM:
        rows = [make.PROPOSALS[0], ["9", "", "", "Titre", nasty, "0", "0", "2023-01-24 22:29:15 +0100"]]
    else:
        rows = [["Vos besoins"], [nasty]]
    make.imported(make.csv_of(rows), kind=kind)
    text = Contribution.objects.get().raw_text
    assert "\x00" not in text
    assert "\x07" not in text
    assert "<script" not in text
    assert "alert" not in text
    assert "Un dentiste manque ici" in text


def test_formulas_of_a_workbook_are_not_run_and_their_last_value_is_read(occitanie):
    book = Workbook()
    sheet = book.active
    sheet.append(["Vos besoins", "Calcul"])
    sheet.append(["Un centre de santé ouvert le samedi matin", '=WEBSERVICE("http://exemple.test")'])
    stream = io.BytesIO()
    book.save(stream)
    make.imported(stream.getvalue(), "a.xlsx")
    assert [text.raw_text for text in Contribution.objects.all()] == [
        "Un centre de santé ouvert le samedi matin"
    ]


def test_a_sheet_that_says_it_has_a_million_rows_is_read_for_what_it_holds(occitanie):
    row = "<table:table-row table:number-rows-repeated='900000'><table:table-cell/></table:table-row>"
    job = make.imported(make.ods_of(make.TABLE, tail=row), "a.ods")
    assert job.report["rows"] == 6


def test_a_sheet_that_repeats_a_row_beyond_measure_is_refused(occitanie, monkeypatch):
    from fabrique.imports.services import tables

    monkeypatch.setattr(tables, "MOST_ROWS", 1_000)
    tail = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="string">'
        "<text:p>RAS</text:p></table:table-cell></table:table-row>"
    )
    job = make.sent(make.ods_of([["Avis"], ["Il faut un médecin"]], tail=tail), "a.ods")
    job.mapping["columns"][0]["role"] = "texte"
    make.configured(job, label="Essai")
    assert carry_out(job.pk) == "table.rows"


def test_a_text_beyond_measure_is_a_row_to_mend(occitanie):
    rows = [["Vos besoins"], ["Un médecin près de chez moi"], ["x " * 30_000]]
    job = make.imported(make.csv_of(rows), "a.csv")
    assert (job.report["added"], job.report["errors"]) == (1, 1)


def test_a_title_that_looks_like_code_is_only_a_title(occitanie):
    rows = [
        ["{0.__class__}%s<b>", "Numéro"],
        ["Il faudrait un médecin de plus", "1"],
        ["Et un dentiste dans le bourg", "2"],
    ]
    make.imported(make.csv_of(rows), "a.csv")
    assert SourceQuestion.objects.get().wording == "{0.__class__}%s<b>"


# --- questionnaires of LimeSurvey

ONE = make.question("1", "Q1", "S", "Votre commune ?")
SURVEYS: dict[str, bytes] = {
    "an image": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "a program": b"MZ" + b"\x90" * 100,
    "empty": b"",
    "a table": make.csv_of(make.TABLE),
    "a workbook": make.xlsx_of(make.TABLE),
    "another XML": b"<?xml version='1.0'?><html><body/></html>",
    "an entity bomb": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><document>&b;</document>",
    "cut short": make.survey(ONE)[:-120],
    "no question": make.survey(""),
    "another LimeSurvey file": make.survey(ONE).replace(b">Survey<", b">Group<"),
    "unreadable letters": make.survey(ONE).replace("santé".encode(), b"sant\xe9\x81\x8d") + b"\xc3\xa9" * 9,
    "deep": b"<?xml version='1.0'?>" + b"<a>" * 100_000 + b"</a>" * 100_000,
    "too large": make.survey(ONE) + b" " * 11_000_000,
    "two thousand questions": make.survey(
        "".join(make.question(str(n), f"Q{n}", "S", "?") for n in range(2_000))
    ),
}


@pytest.mark.parametrize("what", SURVEYS)
def test_a_questionnaire_that_is_none_is_refused_with_a_sentence(what, occitanie):
    from fabrique.consultations.models import Consultation

    try:
        job = make.sent(SURVEYS[what], "enquete.lss", kind=ImportKind.LIMESURVEY_FORM)
    except Refused as refusal:
        plain(str(refusal))
    else:
        assert carry_out(job.pk) != "checked", what
        job.refresh_from_db()
        assert job.state == ImportState.FAILED
        plain(job.error_message)
    assert not Consultation.objects.exists()
