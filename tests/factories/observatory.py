"""Indicators and values of the observatory, through the real verbs.

Fed by territories.OPERATOR. Feeds the tests of the observatory, of its room and of what reads its series.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from fabrique.observatory import services
from fabrique.observatory.models import DefinitionVersion, ImportBatch
from fabrique.observatory.services.entries import Definition
from fabrique.observatory.services.readers.base import Sheet
from fabrique.observatory.services.schema import field_names
from fabrique_core.files import csv_writer
from tests.factories.territories import OPERATOR

_DEFAULTS: dict[str, Any] = {
    "label": "Part des habitants qui marchent",
    "unit": "percent",
    "direction": "rise",
    "theme": "Essai",
    "source_name": "Enquête inventée",
    "licence": "Licence Ouverte 2.0",
    "counts_persons": True,
}


def define(code: str = "marche", **said: Any) -> DefinitionVersion:
    """An indicator with one version of its definition."""
    return services.define(OPERATOR, definition=Definition(code=code, **(_DEFAULTS | said)))


def csv_of(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] = ()) -> bytes:
    """A file of values; a row says its department by `dep`, and the code and period are given by default."""
    names = list(columns) or list(field_names())
    out = io.StringIO()
    writer = csv_writer(out)
    writer.writerow(names)
    for row in rows:
        full = {"definition_code": "marche", "territory_level": "departement", "period": "2023", **row}
        if "dep" in full:
            full["territory_code"] = full["dep"]
        writer.writerow([str(full.get(name, "")) for name in names])
    return out.getvalue().encode()


def load(rows: Iterable[Mapping[str, Any]], name: str = "valeurs.csv") -> ImportBatch:
    """Check and confirm a file of values."""
    return services.confirm_file(OPERATOR, batch=services.check_file(OPERATOR, data=csv_of(rows), name=name))


def checked() -> ImportBatch:
    """A file of values of the region that waits for somebody's word."""
    define()
    return services.check_file(OPERATOR, data=csv_of([{"dep": "46", "value": 12}]), name="valeurs.csv")


def sheet(name: str, text: str, delimiter: str = ",") -> Sheet:
    """A file as readers are given it."""
    lines = [line.split(delimiter) for line in text.strip().splitlines()]
    return Sheet(name=name, columns=tuple(lines[0]), rows=lines[1:])
