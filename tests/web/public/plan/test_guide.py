"""The guide of who reads the plan names every table and every column of the open data, in their own words.

Fed by docs/guides/lire-le-plan.md and restitution.services.plan_data. Feeds nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from fabrique.restitution.services.plan_data import TABLES, DataTable

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "guides" / "lire-le-plan.md"


def sections() -> dict[str, str]:
    """{name of the table: what the guide says of it}."""
    parts = GUIDE.read_text(encoding="utf-8").split("\n### `")[1:]
    return {part.split("`", 1)[0]: part for part in parts}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_guide_tells_each_column_as_the_schema_does(table: DataTable) -> None:
    said = sections()[table.name]
    rows = [line.split(" | ") for line in said.splitlines() if line.startswith("| `")]
    told = [(row[0].strip("| `"), row[2].rstrip(" |")) for row in rows]
    assert told == [(column.name, str(column.words)) for column in table.columns]


def test_the_guide_tells_of_no_table_that_does_not_exist() -> None:
    assert list(sections()) == [table.name for table in TABLES]
