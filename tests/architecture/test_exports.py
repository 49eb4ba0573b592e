"""Tables leave by two doors, which keep a text from being run as a formula: csv_writer and put_text."""

import re

from tests.architecture.tree import ROOT, python_files, shown

DOORS = {"src/fabrique_core/files/cells.py"}
CSV = re.compile(r"\bcsv\.(writer|DictWriter)\b|\bwrite_csv\(|\.to_csv\(")
SHEET = re.compile(r"\.cell\([^)]*value=|\bws\.append\(|\bsheet\.append\(|\bworksheet\.append\(")


def guilty(pattern):
    return [
        shown(path)
        for path in python_files("src")
        if path.relative_to(ROOT).as_posix() not in DOORS and pattern.search(path.read_text("utf-8"))
    ]


def test_the_door_of_csv_files_exists():
    assert CSV.search((ROOT / "src/fabrique_core/files/cells.py").read_text("utf-8"))


def test_no_other_module_writes_a_csv():
    assert guilty(CSV) == []


def test_no_module_fills_the_cells_of_a_sheet_without_put_text():
    assert guilty(SHEET) == []
