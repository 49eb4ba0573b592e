"""Devices of mediators and their tokens, slips of codes to hand out, forms for ODK Collect or KoboToolbox.

Fed by field.services. Feeds templates/agents/terrain/.
"""

from __future__ import annotations

import base64
import json
import secrets
import zlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.actors import Agent
from fabrique.accounts.rights import holds, require
from fabrique.common.errors import Forbidden, Refused
from fabrique.common.uploads import upload_bytes
from fabrique.consultations.models import Consultation
from fabrique.field import services
from fabrique.field.models import Device
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory
from fabrique.web.agents.terrain.forms import DeviceForm, ReceiveForm, SlipsForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal
from fabrique.web.shared.printing import pdf, pdf_answer, qr_data
from fabrique_core.privacy.receipts import RANDOM_BYTES, format_code, new_receipt

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _territories(actor: Agent) -> Any:
    """The region and the departments where the agent manages devices."""
    wide = Territory.objects.filter(level__in=[Level.REGION, Level.DEPARTMENT])
    allowed = [place.pk for place in wide if holds(actor, "field.manage_devices", place)]
    return Territory.objects.filter(pk__in=allowed).order_by("-level", "code")


def _may_enter(actor: Agent) -> None:
    if not holds(actor, "field.exchange_forms"):
        require(actor, "field.manage_devices")


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The devices, and the forms of each consultation. A new device's token is shown on this answer only."""
    actor = agent(request)
    _may_enter(actor)
    manages = holds(actor, "field.manage_devices")
    form = DeviceForm(request.POST if request.method == "POST" else None, territories=_territories(actor))
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            device, token = services.add_device(
                actor, label=given["nom"], territory=given["territoire"], relay=given["relais"]
            )
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("nom", str(refusal.message))
        else:
            context = {"nouvel": device, "jeton": token, "qr": _settings_code(request, device, token)}
            form = DeviceForm(territories=_territories(actor))
    exchanges = holds(actor, "field.exchange_forms")
    consultations = Consultation.objects.visible_to(actor) if exchanges else Consultation.objects.none()
    context |= {
        "form": form,
        "gere": manages,
        "tickets": SlipsForm(),
        "appareils": Device.objects.visible_to(actor).select_related("territory", "relay") if manages else [],
        "consultations": consultations.order_by("-pk"),
        "serveur": request.build_absolute_uri("/terrain"),
    }
    answer = render(request, "agents/terrain/liste.html", context)
    answer["Cache-Control"] = "no-store, private"
    return answer


def _settings_code(request: HttpRequest, device: Device, token: str) -> str:
    """The QR code that configures ODK Collect: JSON, deflated, in base64 (docs.getodk.org/collect-import-export)."""
    wanted = {
        "general": {
            "protocol": "odk_default",
            "server_url": request.build_absolute_uri("/terrain"),
            "username": str(device.public_id),
            "password": token,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": device.label[:20]},
    }
    return qr_data(base64.b64encode(zlib.compress(json.dumps(wanted).encode())).decode())


@require_POST
def revoke(request: HttpRequest, device_id: str) -> HttpResponse:
    """A device lost or given back."""
    actor = agent(request)
    require(actor, "field.manage_devices")
    device = get_object_or_404(Device.objects.visible_to(actor), public_id=device_id)
    try:
        services.revoke_device(actor, device=device)
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("L’appareil est retiré : il ne peut plus rien recevoir ni envoyer."))
    return redirect("agents-terrain:liste")


@require_POST
def slips(request: HttpRequest) -> HttpResponse:
    """Codes on paper, made now and kept nowhere: each becomes that of a response when it is typed with it."""
    require(agent(request), "field.manage_devices")
    form = SlipsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Demandez de 1 à 400 tickets."))
        return redirect("agents-terrain:liste")
    codes = [new_receipt(secrets.token_bytes(RANDOM_BYTES)) for _n in range(form.cleaned_data["nombre"])]
    tickets = [
        {
            "code": format_code(code),
            "qr": qr_data(request.build_absolute_uri(reverse("suivre:lien", args=[code])), scale=3),
        }
        for code in codes
    ]
    context = {"tickets": tickets, "adresse": request.build_absolute_uri(reverse("suivre:code"))}
    answer = pdf_answer(pdf("agents/terrain/tickets.html", context), name="tickets")
    answer["Cache-Control"] = "no-store, private"
    return answer


def _consultation(request: HttpRequest, consultation_id: str) -> Consultation:
    actor = agent(request)
    require(actor, "field.exchange_forms")
    visible = Consultation.objects.visible_to(actor).select_related("perimeter")
    found: Consultation = get_object_or_404(visible, public_id=consultation_id)
    require(actor, "field.exchange_forms", found.perimeter)
    return found


@require_safe
def workbook(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """The questionnaire at work as an XLSForm."""
    consultation = _consultation(request, consultation_id)
    sheets = services.sheets_of(consultation.questionnaires.latest_version())
    answer = HttpResponse(services.workbook_of(sheets), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{consultation.slug}-xlsform.xlsx"'
    return answer


@require_safe
def xform(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """The same as an XForm, for an application that wants it so."""
    consultation = _consultation(request, consultation_id)
    made = services.xform_of(consultation.questionnaires.latest_version())
    answer = HttpResponse(made.xml, content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{consultation.slug}.xml"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Replace the draft questionnaire by a form, after a look at what it would give."""
    consultation = _consultation(request, consultation_id)
    form = ReceiveForm(request.POST, request.FILES) if request.method == "POST" else ReceiveForm()
    report = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["fichier"]
        try:
            report = services.import_xlsform(
                agent(request),
                consultation=consultation,
                data=upload_bytes(given),
                name=given.name or "formulaire.xlsx",
                dry_run=form.cleaned_data["essai"],
            )
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error("fichier", str(refusal.message))
        else:
            if report.stored:
                messages.success(
                    request, _("Le questionnaire est remplacé par celui du fichier. Relisez-le.")
                )
    context = {"consultation": consultation, "form": form, "rapport": report}
    return render(request, "agents/terrain/recevoir.html", context)
