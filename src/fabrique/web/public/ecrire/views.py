"""Written contributions, for organisations: the calls, the form (words, files or both), the receipt.

Fed by written.models. Feeds written.services.receive; what is sent waits in quarantine, and nothing is public.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.common.errors import Refused
from fabrique.web.public.ecrire.forms import DepositForm
from fabrique.web.shared.actors import respondent
from fabrique.web.shared.sealed import (
    checked_proof,
    keep_receipt,
    kept_receipt,
    new_seal,
    opened_seal,
    private,
    sealed_context,
)
from fabrique.written.enums import Arrival
from fabrique.written.models import Call, WrittenContribution
from fabrique.written.services import Deposit, Proof, receive
from fabrique_core.privacy.receipts import format_code, spell

RECEIPT = "recu-ecrit"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The calls that receive, then those that are over."""
    receiving = list(Call.objects.receiving().select_related("perimeter").order_by("closes_at"))
    others = Call.objects.visible_to_public().exclude(pk__in=[one.pk for one in receiving])
    context = {"ouverts": receiving, "autres": others.select_related("perimeter").order_by("-closes_at")}
    return render(request, "public/ecrire/liste.html", context)


@require_safe
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked, until when, and which organisations answered and agreed to say so."""
    one = get_object_or_404(Call.objects.visible_to_public().select_related("perimeter"), slug=slug)
    found = WrittenContribution.objects.of_call(one)
    context = {
        "appel": one,
        "ouvert": Call.objects.receiving().filter(pk=one.pk).exists(),
        "contributions": found.listed(),
        "organismes": found.organisations(),
    }
    return render(request, "public/ecrire/appel.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def deposit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and its sending: shown again with what was typed until it holds, then once only."""
    one = get_object_or_404(Call.objects.visible_to_public().select_related("perimeter", "source"), slug=slug)
    if request.method != "POST":
        if not Call.objects.receiving().filter(pk=one.pk).exists():
            return render(request, "public/ecrire/ferme.html", {"appel": one}, status=410)
        return _page(request, one, _form(one))
    seal = opened_seal(request, str(one.public_id))
    form = _form(one, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, one, form, seal=seal)
    try:
        proof = checked_proof(request)
        received = receive(
            respondent(),
            call=one,
            deposit=_deposit(form.cleaned_data, seal),
            proof=Proof(proof.identifier, proof.expires_at),
        )
    except Refused as refusal:
        return _page(request, one, form, refusal, seal)
    keep_receipt(request, RECEIPT, received.code, written=str(received.written.public_id))
    return redirect("ecrire:recu")


def _deposit(given: dict[str, Any], seal: dict[str, str]) -> Deposit:
    wanted = {name: value for name, value in given.items() if name not in ("on_behalf", "documents")}
    return Deposit(
        arrival=Arrival.FORM, key=seal["key"], code=seal["code"], files=given["documents"], **wanted
    )


def _form(one: Call, *data: Any) -> DepositForm:
    upload_help = _(
        "Facultatif. PDF, Word (.docx), LibreOffice (.odt) ou texte (.txt) ; cinq fichiers au plus, "
        "de %(mb)s Mo chacun au plus."
    ) % {"mb": settings.FABRIQUE_UPLOAD_MB}
    return DepositForm(*data, perimeter=one.perimeter, upload_help=upload_help)


def _page(
    request: HttpRequest,
    one: Call,
    form: DepositForm,
    refusal: Refused | None = None,
    seal: dict[str, str] | None = None,
) -> HttpResponse:
    context = {
        "appel": one,
        "form": form,
        **sealed_context(seal or new_seal(str(one.public_id)), refusal),
        "fichiers_perdus": bool(request.FILES),
        "jours": settings.FABRIQUE_WRITTEN_DAYS,
    }
    status = 200
    if refusal is not None:
        status = {"written.busy": 429, "call.not_open": 410, "written.already": 409}.get(refusal.code, 200)
    return render(request, "public/ecrire/deposer.html", context, status=status)


@private
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """The acknowledgement, with its code: from the session only, as often as the page is reloaded."""
    code, kept = kept_receipt(request, RECEIPT)
    written = (
        WrittenContribution.objects.filter(public_id=kept.get("written", "")).select_related("call").first()
    )
    if not code or written is None:
        return redirect("ecrire:liste")
    context = {
        "ecrit": written,
        "fichiers": written.files.all(),
        "code": format_code(code),
        "spelled": spell(code),
        "follow": request.build_absolute_uri(reverse("suivre:code")),
    }
    return render(request, "public/ecrire/recu.html", context)


@private
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """On a shared computer: the receipt leaves this browser's session."""
    request.session.pop(RECEIPT, None)
    return redirect("repondre:ecran-efface")
