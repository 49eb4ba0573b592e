"""A table is read as it is, and each refusal names what to mend.

Fed by files written here. Feeds confidence in `row`, the position of a data row in the file.
"""

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.text.read import read_table
from fabrique_core.text.read_csv import decode

ROWS = ["id;avis;ville", "1;Des médecins, vite;Figeac", '2;"Deux\nlignes; ici";', "3;;Auch"]


def write(path, lines, encoding="utf-8"):
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def refusal(path, **options):
    with pytest.raises(CoreError) as caught:
        read_table(path, **{"text": "avis", **options})
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_whatever_its_usual_encoding(tmp_path, encoding):
    table = read_table(write(tmp_path / "a.csv", ROWS, encoding), text="avis", group="ville")
    assert table.texts == ("Des médecins, vite", "Deux\nlignes; ici", "")
    assert table.groups == ("Figeac", None, "Auch")
    assert table.details["delimiter"] == ";"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_gives_the_wanted_column(tmp_path, delimiter):
    path = write(tmp_path / "a.csv", [delimiter.join(["id", "avis"]), delimiter.join(["1", "bien"])])
    assert read_table(path, text="avis").texts == ("bien",)


def test_short_rows_are_kept_as_missing_and_blank_lines_are_no_rows(tmp_path):
    path = write(tmp_path / "a.csv", ["id,avis", "1", "", "2,oui mais"])
    assert read_table(path, text="avis").texts == (None, "oui mais")


def test_in_a_table_of_one_column_a_blank_line_is_an_empty_answer(tmp_path):
    path = write(tmp_path / "a.csv", ["avis", "un", "", "deux", ""])
    assert read_table(path, text="avis").texts == ("un", None, "deux")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=1, max_size=8))
def test_whatever_a_program_wrote_is_read_back_letter_for_letter(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("t") / "a.csv"
    pl.DataFrame({"id": list(range(len(texts))), "avis": texts}).write_csv(path)
    assert list(read_table(path, text="avis").texts) == texts


def test_parquet_is_read_by_its_content_not_its_name(tmp_path):
    path = tmp_path / "a.csv"
    pl.DataFrame({"avis": ["un", None], "n": [1, 2]}).write_parquet(path)
    table = read_table(path, text="avis", group="n")
    assert table.texts == ("un", None)
    assert table.groups == ("1", "2")


def book(tmp_path, rows, merge=None, title="Réponses"):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    path = tmp_path / "a.xlsx"
    workbook.save(path)
    return path


def test_a_workbook_is_read_from_its_first_sheet(tmp_path):
    table = read_table(
        book(tmp_path, [["id", "avis"], [1, "bien"], [2, None], [3.0, 4.0]]), text="avis", group="id"
    )
    assert table.texts == ("bien", None, "4")
    assert table.groups == ("1", "2", "3")


def test_a_workbook_with_merged_headers_is_refused(tmp_path):
    error = refusal(book(tmp_path, [["Partie 1", None], ["id", "avis"], [1, "bien"]], merge="A1:B1"))
    assert (error.code, error.params["row"]) == ("read.merged_header", 1)


def test_a_workbook_whose_header_is_not_first_is_refused_with_its_row(tmp_path):
    error = refusal(book(tmp_path, [["Enquête 2023"], [], ["id", "avis"], [1, "bien"]]))
    assert (error.code, error.params["row"]) == ("read.header_not_first", 3)


def test_merged_cells_below_the_header_do_not_matter(tmp_path):
    path = book(tmp_path, [["id", "avis"], [1, "a"], [2, "b"], [3, "c"], [4, "d"]], merge="A4:A5")
    assert len(read_table(path, text="avis").texts) == 4


def test_an_unknown_sheet_is_refused_with_the_list(tmp_path):
    error = refusal(book(tmp_path, [["avis"], ["a"]]), sheet="Autre")
    assert (error.code, error.params["sheets"]) == ("read.sheet", ["Réponses"])


def test_a_wrong_column_is_refused_with_the_nearest_and_the_list(tmp_path):
    error = refusal(write(tmp_path / "a.csv", ROWS), text="Avi")
    assert (error.code, error.params["nearest"]) == ("read.column", "avis")
    assert error.params["columns"] == ["id", "avis", "ville"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "read.empty"),
        (b"\n \n", "read.empty"),
        (b"id,avis\n", "read.no_row"),
        (b"avis,avis\na,b\n", "read.duplicate_column"),
        (b"id,avis\n1,deux,trois,quatre\n", "read.ragged"),
        (b"%PDF-1.7 \x00", "read.format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "read.format"),
        (b"PK\x03\x04rubbish", "read.not_a_table"),
        (b"PAR1rubbish", "read.not_a_table"),
        (bytes(range(1, 32)) * 40, "read.not_a_table"),
        ("id,avis\n1,été\n".encode() + b"2,\xe9t\xe9\n" + "3,à côté, élève".encode(), "read.encoding"),
        ("id,avis\n1,caf\u00e9 d\u00e9j\u00e0".encode("mac_roman"), "read.encoding"),
        (b"id,avis\n1,\x81\x8d\x90", "read.encoding"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, content, code):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert refusal(path).code == code


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as stream:
        stream.truncate(2_000_000_000)
    error = refusal(path)
    assert (error.code, error.params["size"]) == ("read.too_large", 2_000_000_000)


def test_missing_files_folders_and_same_columns_are_refused(tmp_path):
    assert refusal(tmp_path / "absent.csv").code == "read.missing"
    assert refusal(tmp_path).code == "read.not_a_file"
    assert refusal(write(tmp_path / "a.csv", ROWS), group="avis").code == "read.same_column"


def test_an_encoding_that_was_asked_for_is_obeyed_or_refused(tmp_path):
    path = write(tmp_path / "a.csv", ["id,avis", "1,déjà"], "mac_roman")
    assert read_table(path, text="avis", encoding="mac_roman").texts == ("déjà",)
    assert refusal(path, encoding="utf-8").params["line"] == 2
    assert refusal(path, encoding="klingon").code == "read.unknown_encoding"


@given(st.binary(max_size=80))
def test_any_bytes_are_decoded_or_refused_with_a_code(data):
    code = "read."
    try:
        content, encoding = decode(data, None)
    except CoreError as error:
        content, encoding, code = "", "", error.code
    assert code.startswith("read.")
    assert bool(encoding) or content == ""
