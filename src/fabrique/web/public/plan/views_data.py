"""The data of the plan to take away: the list of tables, each as CSV with its Table Schema beside it.

Fed by restitution.services.plan_data. Feeds spreadsheets, journalists and researchers.
"""

from __future__ import annotations

import io

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fabrique.restitution.services.plan_data import BY_NAME, TABLES, DataTable, rows_of
from fabrique.restitution.services.plan_pages import current_plan
from fabrique.web.public.plan.views import public_plan
from fabrique_core.files import csv_writer


def _table(name: str) -> DataTable:
    if name not in BY_NAME:
        raise Http404
    return BY_NAME[name]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be taken away, how many rows, what each column means."""
    plan = current_plan()
    if plan is None:
        return render(request, "public/plan/aucun.html")
    return render(request, "public/plan/donnees.html", {"plan": plan, "tables": rows_of(TABLES, plan)})


@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """One table, in UTF-8 with a mark that spreadsheets know, semicolons and decimal commas as in France."""
    held, plan = _table(name), public_plan()
    written = io.StringIO()
    rows = csv_writer(written, delimiter=";")
    rows.writerow(held.header)
    rows.writerows(held.lines(plan))
    answer = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{plan.slug}-{name}.csv"'
    return answer


@require_safe
def schema(request: HttpRequest, name: str) -> HttpResponse:
    """The Table Schema of a table."""
    return JsonResponse(_table(name).schema(), json_dumps_params={"ensure_ascii": False, "indent": 1})
