"""The data of the plan to take away: each table as CSV, JSON or in one workbook, with its Table Schema beside it.

Fed by restitution.services.plan_data. Feeds spreadsheets, journalists and researchers.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from fabrique.restitution.services.open_tables import DataTable, package_of
from fabrique.restitution.services.plan_data import BY_NAME, TABLES, rows_of
from fabrique.restitution.services.plan_pages import current_plan
from fabrique.web.public.plan.views import page, public_plan
from fabrique.web.shared.open_data import csv_answer, json_answer, schema_answer, workbook_answer, workbooks


def _table(name: str) -> DataTable:
    if name not in BY_NAME:
        raise Http404
    return BY_NAME[name]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What can be taken away, how many rows, what each column means."""
    if not request.GET.get("plan") and current_plan() is None:
        return render(request, "public/plan/aucun.html")
    plan = public_plan(request)
    return page(request, "donnees", plan, tables=rows_of(TABLES, plan), classeur=workbooks())


@require_safe
def table(request: HttpRequest, name: str) -> HttpResponse:
    """One table, as a French spreadsheet opens it; « ?territoire=departement:46 » keeps those rows alone."""
    plan = public_plan(request)
    return csv_answer(_table(name).narrowed(request.GET.dict()), plan, f"{plan.slug}-{name}")


@require_safe
def records(request: HttpRequest, name: str) -> HttpResponse:
    """The same table for programs."""
    plan = public_plan(request)
    return json_answer(_table(name).narrowed(request.GET.dict()), plan, f"{plan.slug}-{name}")


@require_safe
def schema(request: HttpRequest, name: str) -> HttpResponse:
    """The Table Schema of a table."""
    return schema_answer(_table(name))


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """Every table in one workbook; the page offers it only where the server can write it."""
    plan = public_plan(request)
    if not workbooks():
        raise Http404
    return workbook_answer(TABLES, plan, plan.slug)


@require_safe
def package(request: HttpRequest) -> HttpResponse:
    """Every table in one description, so that one command checks them all."""
    plan = public_plan(request)
    query = f"?plan={plan.slug}" if request.GET.get("plan") else ""
    resources = [
        held.resource(request.build_absolute_uri(reverse("plan:table", args=[held.name])) + query)
        for held in TABLES
    ]
    told = package_of(plan.slug, plan.title, resources)
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
