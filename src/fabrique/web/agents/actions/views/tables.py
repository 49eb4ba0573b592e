"""The sheets as tables: the workbook and the CSV files that leave, the file that comes back, its preview.

Fed by plan.services.sheets. Feeds the same verbs as the screens, row by row.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Refused
from fabrique.common.uploads import upload_bytes
from fabrique.plan.enums import PlanState
from fabrique.plan.models import Action, Plan
from fabrique.plan.services import sheets
from fabrique.plan.services.writing import EDIT
from fabrique.web.agents.actions.access import SECTIONS, reach_file
from fabrique.web.agents.actions.forms import FileForm
from fabrique.web.shared.actors import agent

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: changes shown in a preview: beyond, their number is said
SHOWN = 300


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """What can be taken away, and the form that takes a file in."""
    actor = agent(request)
    require(actor, "plan.read")
    plans = _plans(actor)
    form = FileForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        plans=plans.exclude(state=PlanState.CLOSED),
    )
    if request.method == "POST":
        require(actor, EDIT)
        if form.is_valid() and (kept := _kept(actor, form)) is not None:
            return redirect(reverse("agents-actions:fichier", args=[kept.public_id]))
    context = {
        "titre_fil": _("Les fiches en tableaux"),
        "form": form,
        "plans": plans,
        "tables": _named_tables(),
        "peut_envoyer": holds(actor, EDIT),
    }
    return render(request, "agents/actions/tableaux.html", context)


def _named_tables() -> list[tuple[str, Any]]:
    """(code in the address, words) of each table, in the words of the sheet's own sections."""
    words = {"actions": _("Actions"), "valeurs": _("Valeurs"), **{one.code: one.label for one in SECTIONS}}
    return [(name, words[name]) for name in sheets.TABLES]


def _plans(actor: Agent) -> Any:
    """The plans in which the agent reads some action."""
    seen = Action.objects.visible_to(actor).order_by().values("plan")
    return Plan.objects.visible_to(actor).filter(pk__in=seen)


def _kept(actor: Agent, form: FileForm) -> Any:
    upload = form.cleaned_data["fichier"]
    try:
        return sheets.keep_file(
            actor, plan=form.cleaned_data["plan"], data=upload_bytes(upload), name=upload.name
        )
    except Refused as refusal:
        form.add_error("fichier", str(refusal))
        return None


def _tables(actor: Agent, plan: Plan) -> sheets.Tables:
    """The sheets that the agent writes; those that they read, where they write none."""
    rows = Action.objects.visible_to(actor).filter(plan=plan)
    if holds(actor, EDIT):
        rows = rows.editable_by(actor)
    return sheets.tables_of(rows.with_lines().prefetch_related("indicators__values"))


@require_safe
def workbook(request: HttpRequest, plan_id: str) -> HttpResponse:
    plan = _reach_plan(request, plan_id)
    answer = HttpResponse(sheets.workbook_of(_tables(agent(request), plan)), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="fiches-{plan.slug}.xlsx"'
    return answer


@require_safe
def csv(request: HttpRequest, plan_id: str, table: str) -> HttpResponse:
    if table not in sheets.TABLES:
        raise Http404
    plan = _reach_plan(request, plan_id)
    data = sheets.csv_of(table, _tables(agent(request), plan))
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{table}-{plan.slug}.csv"'
    return answer


def _reach_plan(request: HttpRequest, plan_id: str) -> Plan:
    require(agent(request), "plan.read")
    found: Plan = get_object_or_404(_plans(agent(request)), public_id=plan_id)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, file_id: str) -> HttpResponse:
    """What the file would change, cell by cell, and what is set aside; then the same for good."""
    kept = reach_file(request, file_id)
    actor = agent(request)
    replace = (request.POST if request.method == "POST" else request.GET).get("remplacer") == "oui"
    if request.method == "POST":
        report = sheets.apply_file(actor, file=kept, replace=replace)
        messages.success(request, _written(report))
        context = {
            "titre_fil": _("Ce qui a été écrit"),
            "fichier": kept,
            "bilan": report,
            "applique": True,
        }
        if report.issues:
            return render(request, "agents/actions/fichier.html", context)
        return redirect(reverse("agents-actions:tableaux"))
    report = sheets.preview_file(actor, file=kept, replace=replace)
    context = {
        "titre_fil": _("Ce qui changerait"),
        "fichier": kept,
        "bilan": report,
        "changements": report.changes[:SHOWN],
        "caches": max(0, len(report.changes) - SHOWN),
        "remplacer": replace,
        "perimees": any(issue.column == "revision" for issue in report.issues),
    }
    return render(request, "agents/actions/fichier.html", context)


def _written(report: sheets.Report) -> str:
    if not report.writes:
        return _("Rien n’a changé : les fiches étaient déjà dans cet état.")
    return ngettext("%(n)d ligne écrite.", "%(n)d lignes écrites.", report.writes) % {"n": report.writes}


@require_POST
def drop(request: HttpRequest, file_id: str) -> HttpResponse:
    sheets.drop_file(agent(request), file=reach_file(request, file_id))
    messages.success(request, _("Le fichier est effacé : rien n’a été écrit."))
    return redirect(reverse("agents-actions:tableaux"))
