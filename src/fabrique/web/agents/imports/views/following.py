"""Following an import: the list, the progress, what the check found, the end; confirming and giving up.

Fed by imports' reads and verbs. Feeds templates/agents/imports/.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds, require
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.imports import services
from fabrique.imports.enums import LIVING, ROW_KINDS, AsideReason, ImportKind, ImportState
from fabrique.imports.models import ImportJob
from fabrique.imports.services import storage
from fabrique.imports.services.checking import reader_of
from fabrique.imports.services.jobs import unit_words
from fabrique.imports.services.rows import Ready
from fabrique.imports.services.tables import Layout, rows_of
from fabrique.web.agents.imports.access import badge_of, kinds_for, may_run, reach
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal

REFRESH_SECONDS = 3
#: an import that nobody took after that long: perhaps no worker is running
PATIENCE = timedelta(seconds=30)
PREVIEWED, LOOKED_AT = 5, 200
_AGES = {"75-plus": "75 et plus"}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The imports that the agent may read, latest first."""
    actor = agent(request)
    require(actor, "imports.read")
    found = ImportJob.objects.visible_to(actor).select_related("perimeter", "asked_by")
    page = Paginator(found.order_by("-asked_at", "-pk"), 25).get_page(request.GET.get("page"))
    lines = [{"travail": job, "etat": badge_of(job), "bilan": _in_short(job)} for job in page]
    context = {"page": page, "lignes": lines, "peut_importer": bool(kinds_for(actor))}
    return render(request, "agents/imports/liste.html", context)


def _in_short(job: ImportJob) -> dict[str, int]:
    return {name: job.report.get(name, 0) for name in ("added", "known", "errors")}


@require_safe
def detail(request: HttpRequest, import_id: str) -> HttpResponse:
    """Where the import is: under way, checked and waiting for a word, or over."""
    job = reach(request, import_id)
    if job.state == ImportState.DRAFT:
        return redirect("agents-imports:colonnes", import_id=job.public_id)
    if job.state in LIVING:
        return _progress(request, job)
    context = {
        "travail": job,
        "etat": badge_of(job),
        "bilan": job.report,
        "unites": unit_words(job.unit),
        "cotes": _set_aside(job),
        "a_corriger": job.issues.to_mend().count(),
        "peut": may_run(agent(request), job),
        "lignes": job.kind in ROW_KINDS,
        "resultat": _result(job),
        "corpus": _corpus(agent(request), job),
    }
    if job.state == ImportState.CHECKED and job.kind in ROW_KINDS:
        context["apercu"] = _preview(job) if context["peut"] else []
        context["nouvelles"] = job.report["ready"] - job.report["known"]
    return render(request, "agents/imports/detail.html", context)


def _set_aside(job: ImportJob) -> list[dict[str, Any]]:
    return [
        {"motif": AsideReason(reason).label, "nombre": count}
        for reason, count in sorted(job.report.get("aside", {}).items())
    ]


def _result(job: ImportJob) -> str:
    """The address of what the import made."""
    if job.state != ImportState.DONE:
        return ""
    if job.kind in (ImportKind.LIMESURVEY_FORM, ImportKind.XLSFORM) and job.result:
        return reverse("agents-consultations:questionnaire", args=[job.result])
    if job.kind == ImportKind.MEETINGS:
        return reverse("agents-rencontres:liste")
    return ""


def _corpus(actor: Agent, job: ImportJob) -> str:
    """The address where the imported texts are read, for whoever may read them."""
    if job.source is None or not holds(actor, "contributions.read", job.source.perimeter):
        return ""
    return reverse("agents-corpus:detail", args=[job.source.public_id])


def _preview(job: ImportJob) -> list[dict[str, Any]]:
    """The first rows as they would be recorded."""
    labels = {
        (question["key"], choice["key"]): choice["label"]
        for question in job.questions
        for choice in question["choices"]
    }
    wordings = {question["key"]: question["wording"] for question in job.questions}
    reader = reader_of(job)
    shown: list[dict[str, Any]] = []
    with storage.opened(job) as stream:
        for row in islice(rows_of(stream, Layout.of_json(job.layout)), LOOKED_AT):
            found = reader.read(row)
            if isinstance(found, Ready):
                shown.append(_shown(found, wordings, labels))
            if len(shown) == PREVIEWED:
                break
    return shown


def _shown(row: Ready, wordings: dict[str, str], labels: dict[tuple[str, str], str]) -> dict[str, Any]:
    answers = [
        (
            wordings.get(one.question, one.question),
            labels.get((one.question, one.choice), one.choice) or one.value,
        )
        for one in row.closed
    ]
    texts = [(wordings.get(key, key), text) for key, given in row.texts.items() for text in given]
    profile = row.profile
    return {
        "ligne": row.line,
        "date": row.at,
        "departement": profile.territory,
        "age": _AGES.get(profile.age_band, profile.age_band),
        "sexe": {"woman": _("femme"), "man": _("homme"), "other": _("autre")}.get(profile.sex, ""),
        "personnes": row.people,
        "textes": [(wording, text if len(text) <= 300 else f"{text[:300]}…") for wording, text in texts],
        "reponses": answers,
        "questions": row.declared if not row.texts else (),
    }


def _progress(request: HttpRequest, job: ImportJob) -> HttpResponse:
    """The page asks the browser to come back only where the reader said so, and can stop it (WCAG 2.2.2)."""
    following = request.GET.get("suivi") == "oui"
    waiting = job.state == ImportState.QUEUED
    context = {
        "travail": job,
        "suivi": following,
        "secondes": REFRESH_SECONDS,
        "attend": waiting,
        "personne": waiting and (job.heartbeat_at or job.asked_at) < now() - PATIENCE,
        "peut": may_run(agent(request), job),
    }
    response = render(request, "agents/imports/progression.html", context)
    if following:
        response["Refresh"] = str(REFRESH_SECONDS)
    return response


@require_POST
def confirm(request: HttpRequest, import_id: str) -> HttpResponse:
    """Record what was checked."""
    job = reach(request, import_id)
    try:
        services.confirm(agent(request), job=job)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    return redirect(f"{reverse('agents-imports:detail', args=[job.public_id])}?suivi=oui")


@require_POST
def cancel(request: HttpRequest, import_id: str) -> HttpResponse:
    """Give up an import."""
    job = reach(request, import_id)
    try:
        services.cancel(agent(request), job=job)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("L’import est abandonné et le fichier est effacé."))
    return redirect("agents-imports:detail", import_id=job.public_id)
