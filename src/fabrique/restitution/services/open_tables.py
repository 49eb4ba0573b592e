"""A table of open data: its columns, each with its type and its meaning in French, and its Table Schema.

Fed by whoever declares tables (plan_data, the rooms of opinions and of reviews). Feeds web.shared.open_data, which
writes the same rows as CSV, JSON and XLSX.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

Words = str | Promise
PROFILE = "https://specs.frictionlessdata.io/schemas/table-schema.json"
LICENSE = {
    "name": "etalab-2.0",
    "title": "Licence Ouverte / Open Licence 2.0",
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}


@dataclass(frozen=True)
class Column:
    """A column: its name, its Table Schema type, what it holds, and how it is read from a row."""

    name: str
    kind: str
    words: Words
    read: Callable[[Any], Any]

    def typed(self, said: Any, *, dates: bool) -> Any:
        """What a cell of the CSV says, as a number, a boolean, a text, or None; a date, where `dates` asks for it."""
        if said is None or said == "":
            return None
        if self.kind == "number":
            number = Decimal(str(said).replace(",", "."))
            return int(number) if number == number.to_integral_value() else float(number)
        if self.kind == "integer":
            return int(said)
        if self.kind == "boolean":
            return bool(int(said))
        if self.kind == "date" and dates:
            return date.fromisoformat(str(said))
        return str(said)


@dataclass(frozen=True)
class DataTable:
    """A table of the open data. `rows(source)` gives public rows only, in a stable order.

    `family`: what the name of its schema begins with; `source` is what the rows are of (a plan, a consultation).
    """

    name: str
    title: Words
    columns: tuple[Column, ...]
    rows: Callable[[Any], Any]
    family: str = "plan"

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    def lines(self, source: Any) -> Iterator[list[Any]]:
        """One list a row, in the order of the header; what is not known is empty, never zero."""
        for row in self.rows(source):
            values = (column.read(row) for column in self.columns)
            yield ["" if value is None else value for value in values]

    def records(self, source: Any, *, dates: bool = False) -> Iterator[dict[str, Any]]:
        """The same rows, typed: what is not known is None."""
        for row in self.rows(source):
            yield {column.name: column.typed(column.read(row), dates=dates) for column in self.columns}

    def narrowed(self, wanted: Mapping[str, str]) -> DataTable:
        """The same table, with those rows alone whose columns say exactly what is wanted; the others are ignored."""
        asked = [(column, wanted[column.name]) for column in self.columns if column.name in wanted]
        if not asked:
            return self
        rows = self.rows
        return replace(
            self,
            rows=lambda source: [
                row for row in rows(source) if all(str(column.read(row)) == said for column, said in asked)
            ],
        )

    def schema(self) -> dict[str, Any]:
        """Its Table Schema, in the instance's language as the data are."""
        with translation.override(settings.LANGUAGE_CODE):
            fields = [field_of(column) for column in self.columns]
            return {
                "$schema": PROFILE,
                "name": f"{self.family}-{self.name}",
                "title": str(self.title),
                "fields": fields,
                "missingValues": [""],
                "primaryKey": [self.columns[0].name],
            }

    def resource(self, path: str) -> dict[str, Any]:
        """Its entry in a data package: where the CSV is, how it is written, its schema."""
        schema = self.schema()
        return {
            "name": self.name,
            "title": schema["title"],
            "path": path,
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "dialect": {"delimiter": ";"},
            "schema": schema,
        }


def field_of(column: Column) -> dict[str, Any]:
    """The descriptor of a column."""
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.kind,
        "description": str(column.words),
    }
    if column.kind == "boolean":
        field |= {"trueValues": ["1"], "falseValues": ["0"]}
    if column.kind == "number":
        field["decimalChar"] = ","
    return field


def package_of(name: str, title: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """A data package (Frictionless): every table in one description, so that one command checks them all."""
    return {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "licenses": [LICENSE],
        "resources": resources,
    }


def day_of(value: Any) -> str | None:
    """The day alone, of a date or of an instant."""
    return value.isoformat()[:10] if value is not None else None


def decimal_of(value: Any) -> str | None:
    """With a comma, as the schema says; every digit that is known and no more."""
    if value is None:
        return None
    text = f"{value:f}" if not isinstance(value, float) else repr(value)
    text = text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text
    return text.replace(".", ",")
