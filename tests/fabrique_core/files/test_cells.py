"""No table of ours gives a spreadsheet something to run, and numbers stay numbers."""

import csv
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fabrique_core.files import csv_writer, neutralise_cell, put_text

STARTS = "=+-@|%\t\r\n＝＋－＠−"
RUN = re.compile(r"^[\s\u200b\ufeff\xa0]*[=+\-@|%\t\r\n＝＋－＠−]")
NUMBER = re.compile(r"[+\-−]?[\d  .,]+([eE][+\-]?\d+)?[  ]?[%€]?")


@given(st.text(max_size=40))
@example("=1+1")
@example("-5+cmd|' /C calc'!A0")
@example(' =HYPERLINK("http://x")')
@example("\u200b=1")
@example("+33 6;=1")
@example("'=1")
def test_a_text_that_would_run_is_preceded_by_an_apostrophe_and_nothing_is_lost(text):
    kept = neutralise_cell(text)
    assert kept in (text, f"'{text}")
    assert not RUN.match(str(kept)) or NUMBER.fullmatch(str(kept))


@given(st.sampled_from(STARTS), st.text(alphabet="ABCZ()!|'\" ", min_size=1, max_size=20))
def test_whatever_begins_like_a_formula_and_is_no_number_is_neutralised(start, rest):
    assert neutralise_cell(start + rest) == f"'{start}{rest}"


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "-5,3",
        "-5.3",
        "+12",
        "−4",
        "-1 234",
        "-1\u202f234,5",
        "+12 %",
        "-3,5 €",
        "1e-9",
        "-2.5E+3",
        "+33612345678",
    ],
)
def test_a_number_written_as_text_stays_a_number(text):
    assert neutralise_cell(text) == text


@given(st.one_of(st.integers(), st.floats(), st.decimals(allow_nan=False), st.none(), st.booleans()))
def test_numbers_are_not_touched(value):
    kept = neutralise_cell(value)
    assert kept is value


@given(
    st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=5)
)
def test_a_row_written_reads_back_cell_by_cell(row):
    out = io.StringIO()
    csv_writer(out).writerow(row)
    read = next(csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=";"), [])
    expected = [str(neutralise_cell(cell)) for cell in row]
    assert [cell.replace("\x00", "") for cell in read] == [cell.replace("\x00", "") for cell in expected]


@pytest.mark.parametrize("value", ["=1+1", "-oui", "@x", "+a", "texte", "=cmd|' /C calc'!A0"])
def test_a_sheet_keeps_texts_as_texts_without_changing_them(value):
    book = openpyxl.Workbook()
    put_text(book.active.cell(1, 1), value)
    out = io.BytesIO()
    book.save(out)
    cell = openpyxl.load_workbook(io.BytesIO(out.getvalue())).active.cell(1, 1)
    assert (cell.value, cell.data_type) == (value, "s")
    assert cell.quotePrefix == (value != "texte")


@pytest.mark.parametrize("value", [-5, 3.2, Decimal("-1.5")])
def test_a_sheet_keeps_numbers_as_numbers(value):
    book = openpyxl.Workbook()
    put_text(book.active.cell(1, 1), value)
    assert book.active.cell(1, 1).data_type == "n"


def test_a_mark_of_control_that_a_sheet_cannot_hold_becomes_a_space() -> None:
    book = openpyxl.Workbook()
    put_text(book.active.cell(1, 1), "un\x0bdeux\x00trois\tquatre")
    assert book.active.cell(1, 1).value == "un deux trois\tquatre"
    book.save(io.BytesIO())
