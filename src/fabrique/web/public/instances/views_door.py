"""The public door: the form, its sending, and the receipt with its code.

Fed by an inhabitant without an account. Feeds councils.services.leave_message; nothing of it becomes public here.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.models import Body
from fabrique.common.errors import Refused
from fabrique.councils.models import Question
from fabrique.councils.services import Message, Proof, leave_message
from fabrique.web.public.instances.forms import DoorForm
from fabrique.web.public.instances.views import reach
from fabrique.web.shared.actors import respondent
from fabrique.web.shared.codes import qr_svg
from fabrique.web.shared.sealed import (
    checked_proof,
    keep_receipt,
    kept_receipt,
    new_seal,
    opened_seal,
    private,
    sealed_context,
)
from fabrique_core.privacy.receipts import format_code, spell
from fabrique_core.text.distress import signs_of_distress

RECEIPT = "recu-instance"
_STATUS = {"door.busy": 429, "door.closed": 410}


@private
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and its sending: shown again with what was typed until it holds, then once only."""
    body = reach(slug)
    if request.method != "POST":
        if not body.door_open:
            return render(request, "public/instances/fermee.html", {"instance_sante": body}, status=410)
        return _page(request, body, DoorForm(body=body, initial={"kind": request.GET.get("pour", "")}))
    seal = opened_seal(request, str(body.public_id))
    form = DoorForm(request.POST, body=body)
    if not form.is_valid():
        return _page(request, body, form, seal=seal)
    try:
        proof = checked_proof(request)
        question = leave_message(
            respondent(),
            body=body,
            message=_message(form.cleaned_data, seal),
            proof=Proof(proof.identifier, proof.expires_at),
        )
    except Refused as refusal:
        return _page(request, body, form, refusal, seal)
    keep_receipt(
        request,
        RECEIPT,
        seal["code"],
        question=str(question.public_id),
        distress=bool(signs_of_distress([form.cleaned_data["text"]])),
        email=bool(form.cleaned_data["email"]),
    )
    return redirect("instances:recu")


def _message(given: dict[str, Any], seal: dict[str, str]) -> Message:
    return Message(
        kind=given["kind"],
        text=given["text"],
        key=seal["key"],
        code=seal["code"],
        territory=given.get("territory"),
        least_age=int(given["age"]),
        parent=given["parent"],
        consent=given["consent"],
        publish_agreed=given["publish_agreed"],
        email=given["email"],
    )


def _page(
    request: HttpRequest,
    body: Body,
    form: DoorForm,
    refusal: Refused | None = None,
    seal: dict[str, str] | None = None,
) -> HttpResponse:
    context = {
        "instance_sante": body,
        "form": form,
        **sealed_context(seal or new_seal(str(body.public_id)), refusal),
        "distress": form.is_bound and bool(signs_of_distress([form.data.get("text", "")])),
        "jours": settings.FABRIQUE_DOOR_DAYS,
    }
    status = _STATUS.get(refusal.code, 200) if refusal is not None else 200
    return render(request, "public/instances/ecrire.html", context, status=status)


@private
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """The acknowledgement with its code and the day promised: from the session only."""
    code, kept = kept_receipt(request, RECEIPT)
    question = Question.objects.filter(public_id=kept.get("question", "")).select_related("body").first()
    if not code or question is None:
        return redirect("instances:liste")
    link = request.build_absolute_uri(reverse("suivre:lien", args=[format_code(code)]))
    context = {
        "question": question,
        "code": format_code(code),
        "spelled": spell(code),
        "qr": qr_svg(link),
        "follow": request.build_absolute_uri(reverse("suivre:code")),
        "distress": kept.get("distress", False),
        "courriel": kept.get("email", False),
    }
    return render(request, "public/instances/recu.html", context)


@private
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """On a shared computer: the receipt leaves this browser's session."""
    request.session.pop(RECEIPT, None)
    return redirect("repondre:ecran-efface")
