"""An exported column without documentation, or a documented one that is not exported, fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fabrique.plan.services.sheets import TABLES

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
        for value in column.choices.values
        if value not in text
    ]
    assert missing == []
