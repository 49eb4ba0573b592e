"""Files of a plan: out (YAML, tables, schema), and in, with what would change shown before anything is written.

Fed by plan.services.exporting and loading. Feeds downloads and templates/agents/plan/charger.html.
"""

from __future__ import annotations

import base64
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import require
from fabrique.common.errors import Forbidden, Refused
from fabrique.common.uploads import upload_bytes
from fabrique.plan.services.exporting import document_of, export_plan
from fabrique.plan.services.layout.schema import schema_bytes
from fabrique.plan.services.layout.tables import to_archive
from fabrique.plan.services.loading import load_plan
from fabrique.territories.models import Territory
from fabrique.web.agents.plan.access import plan_context, reach_plan
from fabrique.web.agents.plan.differences import sections_of
from fabrique.web.agents.plan.forms import UploadForm
from fabrique.web.shared.actors import agent

#: a previewed file travels sealed in the page, for the one who sent it, this long (seconds)
_SALT, _KEPT = "fabrique.plan.file", 3600
#: what the rest of the form weighs once sent (bytes): names of fields, the token of the session
_AROUND = 2_000


@require_safe
def files(request: HttpRequest, slug: str) -> HttpResponse:
    """What can be taken away, and what can be brought back."""
    plan = reach_plan(request, slug)
    return render(
        request, "agents/plan/fichiers.html", plan_context(request, plan, "fichiers", form=UploadForm())
    )


@require_safe
def yaml(request: HttpRequest, slug: str) -> HttpResponse:
    plan = reach_plan(request, slug, "plan.read")
    return _download(export_plan(agent(request), plan=plan), f"{plan.slug}.yaml", "application/yaml")


@require_safe
def tables(request: HttpRequest, slug: str) -> HttpResponse:
    plan = reach_plan(request, slug, "plan.read")
    return _download(to_archive(document_of(plan)), f"{plan.slug}-tables.zip", "application/zip")


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    require(agent(request), "plan.read")
    return _download(schema_bytes(), "fabrique-plan-1.schema.json", "application/schema+json")


@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest) -> HttpResponse:
    """First the file, then what it would change; the second sending writes it."""
    actor = agent(request)
    require(actor, "plan.edit_text", Territory.objects.perimeter())
    if request.method == "POST" and "scelle" in request.POST:
        return _confirmed(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        try:
            data = upload_bytes(form.cleaned_data["file"])
            report = load_plan(actor, data=data, dry_run=True)
            sealed = _sealed(actor, data)
        except Forbidden:
            raise
        except Refused as refusal:
            problems = refusal.params.get("problems")
            context["erreurs"] = problems if isinstance(problems, list) else [("", str(refusal))]
            form.add_error("file", _("Ce fichier ne peut pas être chargé : voyez ce qu’il faut corriger."))
        else:
            context |= {"rapport": report, "sections": sections_of(report.difference), "scelle": sealed}
    return render(request, "agents/plan/charger.html", context)


def _sealed(actor: Agent, data: bytes) -> str:
    """The file as it travels in the page. Raises Refused('plan_file.too_large') where it could not come back."""
    sealed: str = signing.dumps([actor.user.pk, base64.b85encode(data).decode()], salt=_SALT, compress=True)
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if limit is not None and len(sealed) + _AROUND > limit:
        raise Refused(
            "plan_file.too_large",
            _(
                "Ce fichier est trop gros pour être chargé depuis cette page. "
                "Demandez à un opérateur de le charger en ligne de commande : fabrique plan load."
            ),
        )
    return sealed


def _confirmed(request: HttpRequest) -> HttpResponse:
    """Write the file that was previewed; somebody may have written meanwhile, so it is compared again."""
    actor = agent(request)
    try:
        owner, data = signing.loads(request.POST["scelle"], salt=_SALT, max_age=_KEPT)
        if owner != actor.user.pk:
            raise signing.BadSignature
    except signing.BadSignature:
        messages.error(request, _("Cet aperçu a plus d’une heure. Envoyez le fichier de nouveau."))
        return redirect("agents-plan:charger")
    try:
        report = load_plan(actor, data=base64.b85decode(data))
    except Forbidden:
        raise
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("agents-plan:charger")
    told = (
        _("Ce fichier ne change rien : le plan est déjà ainsi.")
        if report.difference.empty
        else _("Le plan est chargé.")
    )
    messages.success(request, told)
    return redirect("agents-plan:arbre", report.slug)


def _download(data: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
