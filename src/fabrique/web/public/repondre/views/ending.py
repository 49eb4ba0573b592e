"""Check one's answers, send them, and leave with the code.

Fed by the journey. Feeds submit, which records once whatever the network does.
"""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.consultations.models import Consultation
from fabrique.consultations.services.answering import (
    Acknowledged,
    already_submitted,
    check_draft,
    open_form,
    seal_form,
    submit,
)
from fabrique.consultations.services.documents import Checked
from fabrique.consultations.services.proofs import check_proof, new_challenge, new_question
from fabrique.web.public.repondre.journey import (
    DRAFTS,
    HELPED_RECEIPT_SECONDS,
    Journey,
    forget,
    fresh_session,
    journey_of,
    keep_code,
    kept_code,
    private,
)
from fabrique.web.shared.actors import respondent
from fabrique.web.shared.codes import qr_svg
from fabrique.web.shared.questionnaire import answer_in_words, names_of, show_questions
from fabrique_core.privacy.receipts import format_code, spell

_STATUS = {"submission.busy": 429, "consultation.closed": 410, "draft.changed": 409}


@private
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """All the answers again, with « Modifier »; and the button that sends them."""
    journey = journey_of(request, slug)
    if request.method == "POST":
        return _send(request, slug, journey)
    if journey is None:
        return redirect(
            "repondre:merci" if kept_code(request)[0] else "repondre:debut", **_slug(request, slug)
        )
    return _page(request, journey)


def _send(request: HttpRequest, slug: str, journey: Journey | None) -> HttpResponse:
    sealed = request.POST.get("form", "")
    try:
        acknowledged = already_submitted(sealed) or submit(
            respondent(),
            sealed=sealed,
            proof=check_proof(
                payload=request.POST.get("altcha", ""),
                token=request.POST.get("question", ""),
                answer=request.POST.get("calcul", ""),
            ),
        )
    except Refused as refusal:
        if journey is None:
            messages.error(request, str(refusal))
            return redirect(
                "repondre:merci" if kept_code(request)[0] else "repondre:debut", **_slug(request, slug)
            )
        return _page(request, journey, refusal)
    return _thank(request, slug, journey, acknowledged)


def _thank(
    request: HttpRequest, slug: str, journey: Journey | None, acknowledged: Acknowledged
) -> HttpResponse:
    distress = bool(journey and journey.distress())
    if open_form(request.POST.get("form", "")).helped:
        return _thank_helped(request, slug, acknowledged, distress)
    forget(request, slug)
    keep_code(request, acknowledged.code, consultation=slug, help=distress)
    return redirect("repondre:merci")


def _thank_helped(
    request: HttpRequest, slug: str, acknowledged: Acknowledged, distress: bool
) -> HttpResponse:
    """The helper's browser keeps nothing but the code, to hand it over, and that for ten minutes at most."""
    fresh_session(request)
    until = now().timestamp() + HELPED_RECEIPT_SECONDS
    keep_code(request, acknowledged.code, consultation=slug, help=distress, helped=True, until=until)
    response = redirect("repondre:merci")
    response["Clear-Site-Data"] = '"cache"'
    return response


def _page(request: HttpRequest, journey: Journey, refusal: Refused | None = None) -> HttpResponse:
    _definition, checked = check_draft(journey.draft)
    context = {
        "consultation": journey.consultation,
        "journey": journey,
        "parts": _parts(journey, checked),
        "erreurs": _wrong(journey, checked),
        "total": len(journey.sections()) + 1,
        "sealed": seal_form(journey.draft),
        "question": new_question(),
        "challenge": json.dumps(new_challenge()),
        "refusal": refusal,
        "proof_refused": refusal is not None and refusal.code.startswith("proof."),
        "distress": journey.distress(),
    }
    status = 200 if refusal is None else _STATUS.get(refusal.code, 200)
    return render(request, "public/repondre/verifier.html", context, status=status)


def _wrong(journey: Journey, checked: Checked) -> list[dict[str, Any]]:
    """What keeps the response from being sent, with the part where it is mended."""
    wrong = []
    for section in journey.definition.sections:
        questions = [q for q in section.questions if any(e.question == q.key for e in checked.errors)]
        for view in show_questions(journey.definition, questions, journey.content.answers, checked.errors):
            wrong.append({"view": view, "address": _address(journey, section.key, view.target)})
    return wrong


def _parts(journey: Journey, checked: Checked) -> list[dict[str, Any]]:
    """Every part with its questions and answers in words; what will not be sent says so."""
    hidden = {aside.question for aside in checked.set_aside if aside.reason == "hidden"}
    communes = names_of(checked.answers.values())
    parts = []
    for section in journey.sections():
        rows = []
        for question in section.questions:
            answer = checked.answers.get(question.key)
            if (
                answer is None
                and question.key not in hidden
                and question not in journey.put_questions(section)
            ):
                continue
            words = [] if answer is None else answer_in_words(question, answer, communes)
            address = _address(journey, section.key, f"bloc-q-{question.key}")
            rows.append(
                {"question": question, "words": words, "hidden": question.key in hidden, "address": address}
            )
        parts.append({"section": section, "rows": rows})
    return parts


def _address(journey: Journey, section: str, anchor: str) -> str:
    return f"{reverse('repondre:partie', args=[journey.consultation.slug, section])}?retour=verifier#{anchor}"


def _slug(request: HttpRequest, slug: str) -> dict[str, Any]:
    return {} if kept_code(request)[0] else {"slug": slug}


@private
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """The receipt: from the session only, as often as the page is reloaded."""
    code, kept = kept_code(request)
    if not code:
        return redirect("suivre:code")
    consultation = Consultation.objects.visible_to_public().filter(slug=kept.get("consultation", "")).first()
    link = request.build_absolute_uri(reverse("suivre:lien", args=[code]))
    context = {
        "consultation": consultation,
        "code": format_code(code),
        "spelled": spell(code),
        "qr": qr_svg(link),
        "follow": request.build_absolute_uri(reverse("suivre:code")),
        "distress": kept.get("help", False),
    }
    template = "public/repondre/merci_aide.html" if kept.get("helped") else "public/repondre/merci.html"
    return render(request, template, context)


@private
@require_POST
def clear_screen(request: HttpRequest) -> HttpResponse:
    """On a shared computer: nothing of the response stays in this browser's session.

    A helper stays signed in, in a new session; anybody else's goes with all that it held.
    """
    kept = bool(request.session.get(DRAFTS))
    if request.POST.get("aide"):
        fresh_session(request)
    else:
        request.session.flush()
    response = redirect("repondre:ecran-efface")
    # the browser's own caches of this site; « storage » would also drop the choice of display
    response["Clear-Site-Data"] = '"cache"'
    if kept:
        messages.info(request, _("Votre réponse en cours reste gardée : votre code permet de la reprendre."))
    return response


@private
@require_safe
def cleared(request: HttpRequest) -> HttpResponse:
    return render(request, "public/repondre/ecran_efface.html", {"aidant": request.user.is_authenticated})
