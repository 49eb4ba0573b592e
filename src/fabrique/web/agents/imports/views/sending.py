"""Sending a file, then saying what its columns are for.

Fed by imports.services. Feeds templates/agents/imports/nouveau.html and colonnes.html.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fabrique.accounts.rights import require
from fabrique.common.errors import Forbidden, Refused
from fabrique.common.files import upload_limits
from fabrique.common.uploads import upload_bytes
from fabrique.imports import services
from fabrique.imports.enums import ImportKind, ImportState
from fabrique.imports.models import ImportJob
from fabrique.imports.services import storage
from fabrique.imports.services.jobs import sample_of
from fabrique.imports.services.tables import Layout
from fabrique.web.agents.imports.access import kinds_for, reach
from fabrique.web.agents.imports.forms import ColumnsForm, UploadForm
from fabrique.web.shared.actors import agent


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form that takes a file in."""
    actor = agent(request)
    require(actor, "imports.read")
    if not kinds_for(actor):
        require(actor, "imports.run")
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        actor=actor,
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            file = services.Upload(
                data=upload_bytes(given["file"]),
                name=given["file"].name,
                token=given["token"],
                sheet=given["sheet"].strip(),
            )
            job = services.upload(
                actor, kind=given["kind"], perimeter=given["perimeter"], file=file, limits=upload_limits()
            )
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(_next(job))
    return render(request, "agents/imports/nouveau.html", {"form": form})


def _next(job: ImportJob) -> str:
    if job.state == ImportState.DRAFT:
        return reverse("agents-imports:colonnes", args=[job.public_id])
    return f"{reverse('agents-imports:detail', args=[job.public_id])}?suivi=oui"


@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, import_id: str) -> HttpResponse:
    """What each column is for; the check starts when this is saved."""
    job = reach(request, import_id)
    actor = agent(request)
    require(actor, services.RIGHT_OF[ImportKind(job.kind)], job.perimeter)
    if job.state not in (ImportState.DRAFT, ImportState.CHECKED) or not job.layout:
        return redirect("agents-imports:detail", import_id=job.public_id)
    sample = sample_of(storage.whole(job), Layout.of_json(job.layout))
    form = ColumnsForm(request.POST if request.method == "POST" else None, job=job, sample=sample)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.configure(
                actor, job=job, mapping=form.mapping(), unit=given["unit"], label=given["label"]
            )
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(f"{reverse('agents-imports:detail', args=[job.public_id])}?suivi=oui")
    former = ImportJob.objects.same_file(job).first()
    context = {"form": form, "travail": job, "avant": former, "origine": job.mapping.get("from", "")}
    return render(request, "agents/imports/colonnes.html", context)
