"""Files of the observatory: sent, checked cell by cell, confirmed or given up.

Fed by observatory.services. Feeds templates/agents/observatoire/.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import require
from fabrique.common.errors import Forbidden, Refused
from fabrique.common.uploads import upload_bytes
from fabrique.observatory import services
from fabrique.observatory.enums import BatchState
from fabrique.observatory.models import ImportBatch
from fabrique.observatory.services.readers import READERS
from fabrique.observatory.services.schema import descriptor
from fabrique.territories.models import Territory
from fabrique.web.agents.observatoire.forms import UploadForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal

PER_PAGE = 25
#: faults shown on the page; the report holds them all
SHOWN = 100
_BADGES = {BatchState.CHECKED: "new", BatchState.DONE: "success", BatchState.CANCELLED: ""}


def reach(request: HttpRequest, batch_id: str) -> ImportBatch:
    """The file, for whoever may load files; 403 for the others."""
    require(agent(request), "observatory.import", Territory.objects.perimeter())
    batch: ImportBatch = get_object_or_404(
        ImportBatch.objects.select_related("loaded_by"), public_id=batch_id
    )
    return batch


def badge_of(batch: ImportBatch) -> dict[str, str]:
    return {"sorte": _BADGES[BatchState(batch.state)], "texte": batch.get_state_display()}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The files loaded, latest first."""
    require(agent(request), "observatory.import", Territory.objects.perimeter())
    found = ImportBatch.objects.select_related("loaded_by").defer("content")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    lines = [{"fichier": batch, "etat": badge_of(batch)} for batch in page]
    return render(request, "agents/observatoire/fichiers.html", {"page": page, "lignes": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """Take a file in and check it; nothing is recorded yet."""
    actor = agent(request)
    require(actor, "observatory.import", Territory.objects.perimeter())
    posted = request.method == "POST"
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        given = form.cleaned_data
        try:
            batch = services.check_file(
                actor, data=upload_bytes(given["file"]), name=given["file"].name, token=given["token"]
            )
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("agents-observatoire:fichier", batch_id=batch.public_id)
    context = {
        "form": form,
        "colonnes": descriptor()["fields"],
        "lecteurs": [reader.label for reader in READERS],
    }
    return render(request, "agents/observatoire/envoyer.html", context)


@require_safe
def detail(request: HttpRequest, batch_id: str) -> HttpResponse:
    """The report of a file, and what may be done with it."""
    batch = reach(request, batch_id)
    context = {
        "fichier": batch,
        "etat": badge_of(batch),
        "erreurs": batch.issues[:SHOWN],
        "autres": max(0, len(batch.issues) - SHOWN),
        "a_confirmer": batch.state == BatchState.CHECKED,
        "utile": batch.added + batch.replaced > 0,
    }
    return render(request, "agents/observatoire/fichier.html", context)


@require_POST
def confirm(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Record what was checked."""
    batch = reach(request, batch_id)
    try:
        services.confirm_file(agent(request), batch=batch)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("Les valeurs sont chargées. Le secret statistique est vérifié."))
    return redirect("agents-observatoire:fichier", batch_id=batch.public_id)


@require_POST
def cancel(request: HttpRequest, batch_id: str) -> HttpResponse:
    """Give up a file."""
    batch = reach(request, batch_id)
    services.cancel_file(agent(request), batch=batch)
    messages.success(request, _("Le fichier est abandonné : rien n’a été chargé."))
    return redirect("agents-observatoire:fichier", batch_id=batch.public_id)
