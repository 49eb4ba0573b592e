"""An exported column without documentation, or a documented one that is not exported, fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fabrique.plan.enums import Direction
from fabrique.plan.services.sheets import TABLES
from fabrique.plan.services.sheets.columns import IN_FILES, Unreadable
from fabrique.plan.services.sheets.files import cell_of

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "pilote.md"
_SECTION = re.compile(r"^### Feuille `(\w+)`$(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)
_COLUMN = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)


def documented() -> dict[str, list[str]]:
    return {
        table: [name for name, _words in _COLUMN.findall(body)]
        for table, body in _SECTION.findall(GUIDE.read_text("utf-8"))
    }


def test_every_table_is_in_the_guide_in_the_order_of_the_workbook():
    assert list(documented()) == list(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_described_and_no_other(table):
    assert documented()[table] == [column.title for column in TABLES[table]]


def test_every_choice_of_a_column_is_written_in_the_guide():
    text = GUIDE.read_text("utf-8")
    missing = [
        (table, column.title, value)
        for table, columns in TABLES.items()
        for column in columns
        if column.choices is not None
        for value in (IN_FILES.get(one, one.value) for one in column.choices)
        if value not in text
    ]
    assert missing == []


def test_a_direction_is_french_in_a_file_and_read_back_in_any_of_its_words():
    way = next(column for column in TABLES["indicateurs"] if column.title == "sens")
    for value in Direction:
        for said in (cell_of(value, numbers=True), value.value, str(value.label), str(value.label).upper()):
            assert way.value(said) == value
    assert cell_of(Direction.FALL, numbers=False) == "baisse"
    for wrong in ("monte", "—"):
        with pytest.raises(Unreadable, match="hausse, baisse"):
            way.value(wrong)
