"""From stored figures to what may be released: the whole plan of tables goes through disclose() at once.

Fed by analysis figures (counts before disclosure control). Feeds PublishedFigure.released and the preview.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from fabrique.analysis.enums import Measure
from fabrique.analysis.models import Figure
from fabrique_core.estimate.disclosure import TOTAL, Suppressed, Table, disclose

YES, NO = "oui", "non"
UNSTATED = "non-renseigne"
PARTITION_KINDS = ("single", "scale")
Shown = dict[str, dict[str, int | None]]


def release(figures: Iterable[Figure]) -> dict[int, dict[str, Any]]:
    """{figure primary key: values that may be shown}; a count that may not is None and named in 'suppressed'."""
    figures = list(figures)
    turnout = {
        figure.result["unit"]: int(figure.result["base"])
        for figure in figures
        if figure.measure == Measure.PARTICIPATIONS
    }
    plan = [table for figure in figures for table in _tables(figure, turnout)]
    disclosed = disclose(plan, threshold=settings.FABRIQUE_SMALL_CELL)
    shown: Shown = {
        table.key: {
            "|".join(place): None if isinstance(cell, Suppressed) else cell
            for place, cell in table.cells.items()
        }
        for table in disclosed.tables
    }
    return {figure.pk: _released(figure, shown) for figure in figures}


def _tables(figure: Figure, turnout: Mapping[str, int]) -> list[Table]:
    """The tables of counts of persons that a figure would show; `turnout` is {unit: participations}."""
    result, unit = figure.result, figure.result["unit"]
    if figure.measure == Measure.PARTICIPATIONS:
        return [_by_group(figure, result, unit)] if result.get("groups") else []
    if figure.measure == Measure.CONTRIBUTIONS:
        name = f"text:{_asked(figure)}"
        return [_yes_or_no(_key(figure), name, _persons(result), turnout.get(unit, result["base"]), unit)]
    if figure.measure == Measure.THEME:
        name = f"theme:{figure.theme_id}"
        return [_yes_or_no(_key(figure), name, _persons(result), result["base_participations"], f"corpus-{unit}")]
    return _closed_tables(figure, result, unit)


def _key(figure: Figure) -> str:
    return f"figure:{figure.pk}"


def _asked(figure: Figure) -> str:
    return str(figure.question.key) if figure.question is not None else ""


def _persons(result: Mapping[str, Any]) -> int:
    return int(result["rows"][0]["participations"])


def _by_group(figure: Figure, result: Mapping[str, Any], unit: str) -> Table:
    cells = {(group["key"] or UNSTATED,): int(group["rows"][0]["count"]) for group in result["groups"]}
    return Table(_key(figure), (str(figure.expression["group"]),), cells, population=unit)


def _yes_or_no(key: str, dimension: str, yes: int, base: int, population: str) -> Table:
    return Table(key, (dimension,), {(YES,): yes, (NO,): max(base - yes, 0)}, population=population)


def _closed_tables(figure: Figure, result: Mapping[str, Any], unit: str) -> list[Table]:
    """Who answered; then, among them, the choices: shared out, or each ticked or not."""
    name, key = _asked(figure), _key(figure)
    status = f"status:{name}"
    tables = [
        Table(
            f"{key}:status",
            (status,),
            {("answered",): result["answered"], ("missing",): result["missing"]},
            population=f"asked-{name}-{unit}",
        )
    ]
    where = ((status, "answered"),)
    population = f"asked-{name}-{unit}"
    rows = [row for row in result["rows"] if "mean" not in row]
    if figure.question is not None and figure.question.kind in PARTITION_KINDS:
        cells = {(row["key"],): int(row["count"]) for row in rows}
        tables.append(Table(key, (f"choice:{name}",), cells, population=population, where=where))
        return tables
    for row in rows:
        cells = {(YES,): int(row["count"]), (NO,): max(int(result["answered"]) - int(row["count"]), 0)}
        dimension = f"choice:{name}:{row['key']}"
        tables.append(Table(f"{key}:{row['key']}", (dimension,), cells, population=population, where=where))
    if rows and "first" in rows[0]:
        firsts = {(row["key"],): int(row["first"]) for row in rows}
        firsts[("sans",)] = max(int(result["answered"]) - sum(firsts.values()), 0)
        tables.append(Table(f"{key}:first", (f"first:{name}",), firsts, population=population, where=where))
    return tables


def _released(figure: Figure, shown: Shown) -> dict[str, Any]:
    result = figure.result
    released: dict[str, Any] = {"unit": result["unit"], "base": result["base"], "missing": result["missing"]}
    if figure.measure == Measure.PARTICIPATIONS:
        return released | _turnout(figure, result, shown)
    if figure.measure == Measure.CONTRIBUTIONS:
        count = shown[_key(figure)][YES]
        row = result["rows"][0] | {"participations": count, "count": None if count is None else result["rows"][0]["count"]}
        return released | {"rows": [row]}
    if figure.measure == Measure.THEME:
        return released | {"rows": [_theme_row(result["rows"][0], shown[_key(figure)][YES])]}
    return released | _closed(figure, result, shown)


def _turnout(figure: Figure, result: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    if not result.get("groups"):
        return {"rows": result["rows"]}
    cells = shown[_key(figure)]
    rows = [
        {"key": group["key"], "label": group["label"], "count": cells[group["key"] or UNSTATED]}
        for group in result["groups"]
    ]
    return {"rows": rows, "total": cells[TOTAL]}


def _theme_row(row: Mapping[str, Any], persons: int | None) -> dict[str, Any]:
    """All the counts of a theme are held back together where the number of persons is."""
    names = ("count", "participations", "count_without_copies", "participations_without_copies")
    return {"key": row["key"], "label": row["label"]} | {
        name: None if persons is None else row[name] for name in names
    }


def _closed(figure: Figure, result: Mapping[str, Any], shown: Shown) -> dict[str, Any]:
    key = _key(figure)
    status = shown[f"{key}:status"]
    answered = status["answered"]
    rows = []
    for row in result["rows"]:
        if "mean" in row:
            kept = {name: row[name] if answered is not None else None for name in ("mean", "median", "q1", "q3")}
            rows.append({"key": row["key"], "label": row["label"], "count": answered} | kept)
            continue
        cells = shown.get(f"{key}:{row['key']}")
        count = cells[YES] if cells is not None else shown[key][row["key"]]
        released_row = {"key": row["key"], "label": row["label"], "count": count}
        if "first" in row:
            released_row["first"] = shown[f"{key}:first"][row["key"]]
        rows.append(released_row | {"share": _share(count, answered)})
    return {"rows": rows, "answered": answered, "base": status[TOTAL], "missing": status["missing"]}


def _share(count: int | None, base: int | None) -> float | None:
    return None if count is None or not base else count / base
