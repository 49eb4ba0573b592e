"""The public door: the form, its sending, and the receipt with its code.

Fed by an inhabitant without an account. Feeds councils.services.leave_message; nothing of it becomes public here.
"""

from __future__ import annotations

import json
import secrets
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.models import Body
from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from fabrique.common.errors import Refused
from fabrique.consultations.services.proofs import check_proof, new_challenge, new_question
from fabrique.councils.models import Question
from fabrique.councils.services import Message, Proof, leave_message
from fabrique.web.public.instances.forms import DoorForm
from fabrique.web.public.instances.views import reach
from fabrique.web.shared.actors import respondent
from fabrique.web.shared.codes import qr_svg
from fabrique_core.privacy.receipts import format_code, new_receipt, spell
from fabrique_core.text.distress import signs_of_distress

RECEIPT = "recu-instance"
_STATUS = {"door.busy": 429, "door.closed": 410}


def _private(view: Any) -> Any:
    """Pages of one person: never in a cache, no referrer to any other site."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = view(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        answer["Referrer-Policy"] = "same-origin"
        return answer

    return wrapped


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """The form, and its sending: shown again with what was typed until it holds, then once only."""
    body = reach(slug)
    if request.method != "POST":
        if not body.door_open:
            return render(request, "public/instances/fermee.html", {"instance_sante": body}, status=410)
        return _page(request, body, DoorForm(body=body, initial={"kind": request.GET.get("pour", "")}))
    seal = _opened(request.POST.get("form", ""), body)
    form = DoorForm(request.POST, body=body)
    if not form.is_valid():
        return _page(request, body, form, seal=seal)
    try:
        proof = check_proof(
            payload=request.POST.get("altcha", ""),
            token=request.POST.get("question", ""),
            answer=request.POST.get("calcul", ""),
        )
        question = leave_message(
            respondent(),
            body=body,
            message=_message(form.cleaned_data, seal),
            proof=Proof(proof.identifier, proof.expires_at),
        )
    except Refused as refusal:
        return _page(request, body, form, refusal, seal)
    request.session[RECEIPT] = {
        "code": encrypt(seal["code"]),
        "question": str(question.public_id),
        "distress": bool(signs_of_distress([form.cleaned_data["text"]])),
        "email": bool(form.cleaned_data["email"]),
    }
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


def _opened(sealed: str, body: Body) -> dict[str, str]:
    """The code and key made with the form; anew where the seal is broken or of another body."""
    try:
        found: dict[str, str] = json.loads(decrypt(sealed))
        if found.get("body") == str(body.public_id):
            return found
    except (Undecipherable, ValueError):
        pass
    return _new_seal(body)


def _new_seal(body: Body) -> dict[str, str]:
    code = new_receipt(secrets.token_bytes(9))
    return {"body": str(body.public_id), "code": code, "key": secrets.token_hex(32)}


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
        "sealed": encrypt(json.dumps(seal or _new_seal(body))),
        "question": new_question(),
        "challenge": json.dumps(new_challenge()),
        "refusal": refusal,
        "proof_refused": refusal is not None and refusal.code.startswith("proof."),
        "distress": form.is_bound and bool(signs_of_distress([form.data.get("text", "")])),
        "jours": settings.FABRIQUE_DOOR_DAYS,
    }
    status = _STATUS.get(refusal.code, 200) if refusal is not None else 200
    return render(request, "public/instances/ecrire.html", context, status=status)


@_private
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    """The acknowledgement with its code and the day promised: from the session only."""
    kept = request.session.get(RECEIPT) or {}
    question = Question.objects.filter(public_id=kept.get("question", "")).select_related("body").first()
    try:
        code = decrypt(kept["code"])
    except (KeyError, Undecipherable):
        code = ""
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


@_private
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """On a shared computer: the receipt leaves this browser's session."""
    request.session.pop(RECEIPT, None)
    return redirect("repondre:ecran-efface")
