"""What can be taken away: the schema, an empty model, the definitions, the values of an indicator, a report.

Fed by the observatory. Feeds files that open in a spreadsheet; values are masked where secrecy says so.
"""

from __future__ import annotations

import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from fabrique.accounts.rights import require
from fabrique.observatory import services
from fabrique.observatory.models import IndicatorDefinition, Observation
from fabrique.observatory.services.public import PublicValue, public_value
from fabrique.observatory.services.schema import field_names
from fabrique.web.agents.observatoire.views.files import reach
from fabrique.web.shared.actors import agent
from fabrique_core.files import csv_writer


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The Table Schema of a file of values."""
    require(agent(request), "observatory.read")
    return _file(services.schema_text(), "valeurs.schema.json", "application/json")


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """An empty file of values, with its titles."""
    require(agent(request), "observatory.read")
    out = io.StringIO()
    csv_writer(out).writerow(field_names())
    return _file(out.getvalue(), "valeurs.csv", "text/csv; charset=utf-8")


@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """The newest version of every definition, which loads back as it is."""
    require(agent(request), "observatory.read")
    return _file(services.definitions_csv(), "definitions.csv", "text/csv; charset=utf-8")


@require_safe
def values(request: HttpRequest, code: str) -> HttpResponse:
    """The values of an indicator, in the columns of the schema."""
    require(agent(request), "observatory.read")
    indicator = get_object_or_404(IndicatorDefinition, code=code)
    out = io.StringIO()
    writer = csv_writer(out)
    writer.writerow(field_names())
    for one in Observation.objects.of_codes([indicator.code]).described().in_order():
        writer.writerow(_row(public_value(one)))
    return _file(out.getvalue(), f"{indicator.code}.csv", "text/csv; charset=utf-8")


@require_safe
def report(request: HttpRequest, batch_id: str) -> HttpResponse:
    """The cells to correct: line, column, what is wrong, what to do."""
    batch = reach(request, batch_id)
    out = io.StringIO()
    writer = csv_writer(out)
    writer.writerow(["ligne", "colonne", "erreur", "a_faire"])
    for issue in batch.issues:
        writer.writerow([issue["line"], issue["column"], issue["wrong"], issue["todo"]])
    return _file(out.getvalue(), "rapport.csv", "text/csv; charset=utf-8")


def _row(one: PublicValue) -> list[str]:
    """A value in the columns of the schema; a masked one says « suppressed » and nothing else."""
    cells = {
        "definition_code": one.code,
        "territory_level": one.level,
        "territory_code": one.territory_code,
        "period": one.period,
        "sex": one.sex,
        "age": one.age,
        "deprivation": one.deprivation or "",
        "value": one.value,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "lower": one.lower,
        "upper": one.upper,
        "status": "suppressed" if one.withheld else one.status,
        "qualifier": one.qualifier,
        "scope": one.scope,
    }
    return ["" if cells[name] is None else str(cells[name]) for name in field_names()]


def _file(content: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
