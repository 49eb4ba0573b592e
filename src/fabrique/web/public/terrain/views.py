"""The OpenRosa endpoints: the list of forms, a form, its list of communes, and what a device sends.

Fed by field.services. Feeds ODK Collect, KoboCollect and their like. A device is recognised by its token (HTTP
Basic), never by a session: that is why the submission alone asks for no CSRF token.

Source: OpenRosa HTTP 1.0, Form Discovery and Form Submission (docs.getodk.org/openrosa).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.common.errors import Refused
from fabrique.consultations.models import QuestionnaireVersion
from fabrique.field import services
from fabrique.field.models import Device

VERSION = "1.0"
SUBMISSION_FILE = "xml_submission_file"
#: what to answer for each refusal; the device keeps what it could not send
STATUS = {
    "submission.large": 413,
    "submission.edited": 409,
    "submission.unknown_form": 404,
    "submission.closed": 403,
    "submission.late": 403,
}

View = Callable[..., HttpResponse]


def for_devices(view: View) -> View:
    """A view that takes the device whose token came with the request; 401 without one."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        device = _device(request)
        if device is None:
            answer = _message(
                request, _("Cet appareil n’est pas reconnu. Vérifiez son nom et son jeton."), 401
            )
            answer["WWW-Authenticate"] = 'Basic realm="Fabrique", charset="UTF-8"'
            return answer
        answer = view(request, device, *args, **kwargs)
        answer["X-OpenRosa-Version"] = VERSION
        answer["Cache-Control"] = "no-store, private"
        return answer

    return wrapped


def _device(request: HttpRequest) -> Device | None:
    scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic" or len(given) > 400:
        return None
    try:
        name, colon, token = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return services.recognise(name, token) if colon and "\x00" not in name else None


def _message(request: HttpRequest, sentence: str, status: int, nature: str = "error") -> HttpResponse:
    """An OpenRosa response: the device shows its sentence."""
    context = {"phrase": sentence, "nature": nature}
    answer = render(request, "public/terrain/reponse.xml", context, content_type="text/xml", status=status)
    answer["X-OpenRosa-Version"] = VERSION
    return answer


def _absolute(request: HttpRequest, name: str, *args: Any) -> str:
    return request.build_absolute_uri(reverse(f"terrain:{name}", args=args))


def _version(device: Device, version_id: str) -> QuestionnaireVersion:
    """A version in force that concerns the device. Raises Http404."""
    for version in services.forms_for(device):
        if version.public_id == version_id:
            return version
    raise Http404


@require_safe
@for_devices
def form_list(request: HttpRequest, device: Device) -> HttpResponse:
    """The forms of the consultations open where the device works."""
    forms = []
    for version in services.forms_for(device):
        made = services.xform_of(version)
        forms.append(
            {
                "id": services.form_id(version.consultation),
                "nom": version.consultation.title,
                "version": version.number,
                "md5": made.md5,
                "adresse": _absolute(request, "formulaire", version.public_id),
                "manifeste": _absolute(request, "manifeste", version.public_id),
            }
        )
    return render(request, "public/terrain/liste.xml", {"formulaires": forms}, content_type="text/xml")


@require_safe
@for_devices
def form(request: HttpRequest, device: Device, version_id: str) -> HttpResponse:
    """One form, as XForm."""
    made = services.xform_of(_version(device, version_id))
    return HttpResponse(made.xml, content_type="text/xml; charset=utf-8")


@require_safe
@for_devices
def manifest(request: HttpRequest, device: Device, version_id: str) -> HttpResponse:
    """The file that travels with a form: the communes of the perimeter."""
    version = _version(device, version_id)
    content = services.communes_csv(version.consultation.perimeter)
    context = {
        "nom": services.COMMUNES,
        "md5": hashlib.md5(content.encode(), usedforsecurity=False).hexdigest(),
        "adresse": _absolute(request, "communes", version.public_id),
    }
    return render(request, "public/terrain/manifeste.xml", context, content_type="text/xml")


@require_safe
@for_devices
def communes(request: HttpRequest, device: Device, version_id: str) -> HttpResponse:
    """The communes of the perimeter."""
    content = services.communes_csv(_version(device, version_id).consultation.perimeter)
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
@for_devices
def submission(request: HttpRequest, device: Device) -> HttpResponse:
    """One answer: 201 when it is on disk, 202 when it already was. Photographs and recordings are refused."""
    if request.method == "HEAD":
        answer = HttpResponse(status=204)
        answer["Location"] = _absolute(request, "envoi")
        answer["X-OpenRosa-Accept-Content-Length"] = str(services.MOST)
        return answer
    if set(request.FILES) - {SUBMISSION_FILE}:
        return _message(
            request, _("Les photographies et les enregistrements ne sont pas reçus ici : retirez-les."), 415
        )
    sent = request.FILES.get(SUBMISSION_FILE)
    if sent is None:
        return _message(request, _("Cet envoi ne contient pas de formulaire."), 400)
    if (sent.size or 0) > services.MOST:
        return _message(request, _("Cet envoi est trop lourd : il ne vient pas de nos formulaires."), 413)
    try:
        received = services.receive(device, xml=sent.read())
    except Refused as refusal:
        return _message(request, str(refusal.message), STATUS.get(refusal.code, 400))
    if received.repeated:
        return _message(request, _("Cette réponse était déjà reçue."), 202, "submit_success")
    return _message(request, _("Réponse reçue."), 201, "submit_success")
