"""What was not imported: the rows to mend, to download and send back corrected, and those set aside.

Fed by the issues of an import. Feeds templates/agents/imports/lignes.html and two downloads.
"""

from __future__ import annotations

import json

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fabrique.accounts.rights import require
from fabrique.imports.enums import AsideReason, ImportKind, IssueKind
from fabrique.imports.models import ImportIssue
from fabrique.imports.services import RIGHT_OF, report
from fabrique.web.agents.imports.access import may_run, reach
from fabrique.web.shared.actors import agent

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def lines(request: HttpRequest, import_id: str) -> HttpResponse:
    """The rows that were not imported, with the reason of each."""
    job = reach(request, import_id)
    shown = request.GET.get("nature", IssueKind.ERROR)
    rows = job.issues.set_aside() if shown == IssueKind.ASIDE else job.issues.errors()
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    allowed = may_run(agent(request), job)
    found = [{"ligne": row.line, "motif": _reason(row, allowed), "corrigee": row.settled} for row in page]
    context = {
        "travail": job,
        "page": page,
        "trouvees": found,
        "nature": shown,
        "a_corriger": job.issues.to_mend().count(),
        "peut": allowed,
    }
    return render(request, "agents/imports/lignes.html", context)


def _reason(row: ImportIssue, allowed: bool) -> str:
    """Why a row was not imported; what its cell holds is shown to whoever may import it."""
    if row.reason:
        return str(AsideReason(row.reason).label)
    return report.sentences(row, json.loads(row.cells) if allowed else {})


@require_safe
def as_csv(request: HttpRequest, import_id: str) -> HttpResponse:
    """The rows to mend, as a CSV."""
    return _download(request, import_id, "csv")


@require_safe
def as_xlsx(request: HttpRequest, import_id: str) -> HttpResponse:
    """The rows to mend, as a workbook."""
    return _download(request, import_id, "xlsx")


def _download(request: HttpRequest, import_id: str, form: str) -> HttpResponse:
    """The cells are people's words: whoever may import them may read them here, nobody else."""
    job = reach(request, import_id)
    require(agent(request), RIGHT_OF[ImportKind(job.kind)], job.perimeter)
    body = report.as_xlsx(job) if form == "xlsx" else report.as_csv(job)
    answer = HttpResponse(body, content_type=_XLSX if form == "xlsx" else "text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="a-corriger-{job.public_id}.{form}"'
    return answer
