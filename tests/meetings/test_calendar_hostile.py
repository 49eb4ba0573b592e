"""Hostile and broken calendar files: each refused, or its row set aside, in a sentence a secretary understands."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fabrique.common.errors import Refused
from fabrique.meetings.models import Meeting, Programme
from fabrique.meetings.services.calendar import import_calendar
from fabrique.meetings.services.calendar_reading import read_calendar
from tests.factories import hostile
from tests.factories.territories import OPERATOR

HEAD = "programme,department_code,date,kind,city\n"
ROW = "CNR,46,2022-11-18,concertation,Cahors\n"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for line in (HEAD + ROW).splitlines():
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as source, zipfile.ZipFile(out, "w", 8) as target:
        for info in source.infolist():
            target.writestr(info.filename, source.read(info))
        target.writestr("xl/worksheets/sheet9.xml", b"<a>" + b"0" * 300_000_000)
    return out.getvalue()


def entity_bomb() -> bytes:
    return hostile.rezipped(workbook(), {"xl/worksheets/sheet1.xml": hostile.BOMB})


FILES = {
    "nothing": (b"", "calendrier.csv"),
    "a document": (b"%PDF-1.4 a document", "calendrier.csv"),
    "an archive": (hostile.a_zip(), "calendrier.xlsx"),
    "a program": (b"\x7fELF\x02\x01\x01" + b"\x00" * 200, "calendrier.csv"),
    "macros": (hostile.rezipped(workbook(), {}, {"xl/vbaProject.bin": b"x"}), "calendrier.xlsx"),
    "a bomb": (bomb(), "calendrier.xlsx"),
    "entities": (entity_bomb(), "calendrier.xlsx"),
    "a path": (hostile.rezipped(workbook(), {}, {"../../etc/cron.d/x": b"x"}), "calendrier.xlsx"),
    "encrypted": (hostile.encrypted_flag(workbook()), "calendrier.xlsx"),
    "truncated": (workbook()[:-200], "calendrier.xlsx"),
    "no known encoding": (HEAD.encode() + "Santé".encode("utf-16-le") * 30, "calendrier.csv"),
    "other columns": (b"nom,prenom\nA,B\n", "calendrier.csv"),
    "headings only": (HEAD.encode(), "calendrier.csv"),
    "twice the same column": (("date," + HEAD + "2022-11-18," + ROW).encode(), "calendrier.csv"),
    "open quotes": ((HEAD + '"CNR,46').encode(), "calendrier.csv"),
    "too many rows": ((HEAD + ROW * 5001).encode(), "calendrier.csv"),
    "huge": ((HEAD + ROW * 400_000).encode(), "calendrier.csv"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_in_plain_words(name, occitanie):
    data, file_name = FILES[name]
    with pytest.raises(Refused) as refused:
        import_calendar(OPERATOR, data=data, name=file_name)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert len(sentence) > 20
    assert refused.value.code not in sentence
    assert not Meeting.objects.exists()
    assert not Programme.objects.exists()


@pytest.mark.parametrize("start", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "\t=1", "-cmd|x"])
def test_a_formula_in_a_cell_is_set_aside(start, occitanie):
    quoted = '"' + start.replace('"', '""') + '"'
    reading = read_calendar((HEAD + ROW.replace("Cahors", quoted)).encode(), "calendrier.csv")
    assert [aside.code for aside in reading.set_aside] == ["row.formula"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.text(max_size=30), min_size=5, max_size=5))
def test_whatever_the_cells_hold_a_row_is_taken_or_set_aside(cells):
    out = io.StringIO()
    out.write(HEAD)
    out.write(",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n" + ROW)
    try:
        data = out.getvalue().encode()
    except UnicodeEncodeError:
        return
    try:
        reading = read_calendar(data, "calendrier.csv")
    except Refused:  # a NUL, a lone quote: the whole file is refused, as the tests above say
        return
    blank = not any(cell.strip() for cell in cells)
    assert len(reading.rows) + len(reading.set_aside) == (1 if blank else 2)
