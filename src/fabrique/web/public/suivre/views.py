"""Following a response with its code: look up by POST, read again, see what became of it, withdraw.

Fed by the code, kept sealed in the session. Feeds erase_participation. No address shows a code but the QR's.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.common.clock import today
from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from fabrique.common.errors import Refused
from fabrique.consultations.models import Consultation
from fabrique.consultations.services.answering import find_draft
from fabrique.contributions.enums import ErasureReason, Moderation, Unit
from fabrique.contributions.models import Contest, ModerationReason, Participation
from fabrique.contributions.services import contest as contest_text
from fabrique.contributions.services import (
    count_guess,
    erase_participation,
    find_by_receipt,
    guesses_exhausted,
    receipt_hashes,
)
from fabrique.web.public.suivre.forms import ContestForm
from fabrique.web.shared.actors import respondent
from fabrique.web.shared.codes import CodeForm, code_sentence
from fabrique.web.shared.followup import news_of
from fabrique.written.models import Demand, WrittenContribution
from fabrique_core.errors import CoreError

FOLLOWED = "suivi"
WITHDRAWN = "retrait"


def _private(view: Any) -> Any:
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = view(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store, private"
        return answer

    return wrapped


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Type a code: by POST, so that no address, history or log holds it."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and form.is_valid():
        reason = _refused(form.cleaned_data["code"])
        if not reason:
            request.session[FOLLOWED] = encrypt(form.cleaned_data["code"])
            return _see_other("suivre:reponse")
        form.add_error("code", code_sentence(reason))
        status = 429 if reason == "code.busy" else 200
    context = {"form": form, "known": FOLLOWED in request.session}
    return render(request, "public/suivre/code.html", context, status=status)


def _refused(typed: str) -> str:
    """Why this code opens nothing, or ''. What finds nothing is counted, whoever asks."""
    if guesses_exhausted():
        return "code.busy"
    try:
        if find_by_receipt(typed) is not None:
            return ""
        if find_draft(typed) is not None:
            return "code.draft"
        if WrittenContribution.objects.with_receipt(receipt_hashes(typed)).exists():
            return "code.written"
    except CoreError as wrong:
        return wrong.code
    count_guess()
    return "code.unknown"


@_private
@require_safe
def link(request: HttpRequest, code: str) -> HttpResponse:
    """The QR of a receipt: the code goes to the session, the address bar forgets it."""
    request.session[FOLLOWED] = encrypt(code[:200])
    answer = _see_other("suivre:reponse")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@_private
@require_safe
def response(request: HttpRequest) -> HttpResponse:
    """The texts with their questions, what became of them, what comes next and when."""
    followed = _followed(request)
    if isinstance(followed, HttpResponse):
        return followed
    news = news_of(followed)
    contributions = list(
        followed.contributions.select_related("question", "contest").order_by(
            "question__position", "position"
        )
    )
    rules = {rule.key: rule for rule in ModerationReason.objects.all()}
    consultation = Consultation.objects.filter(source=followed.source_id).first()
    pages = Demand.objects.pages_of(followed)
    context = {
        "participation": followed,
        "consultation": consultation,
        "texts": [
            {
                "contribution": one,
                "news": [item for item in news if item.contribution_id == one.pk],
                "hidden": rules.get(one.moderation_reason) if one.moderation == Moderation.HIDDEN else None,
                "contest": getattr(one, "contest", None),
                "page": pages.get(one.pk),
            }
            for one in contributions
        ],
        "general": [item for item in news if item.contribution_id is None],
        "has_news": bool(news),
        "late": bool(
            consultation and consultation.restitution_due and consultation.restitution_due < today()
        ),
        "can_withdraw": followed.unit == Unit.PERSON,
    }
    return render(request, "public/suivre/reponse.html", context)


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest, contribution_id: str) -> HttpResponse:
    """Answer, once, the hiding of one's own text: only a text that the code in the session opens."""
    followed = _followed(request)
    if isinstance(followed, HttpResponse):
        return followed
    hidden = followed.contributions.filter(moderation=Moderation.HIDDEN).select_related("question")
    text = get_object_or_404(hidden, public_id=contribution_id)
    form = ContestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            contest_text(respondent(), contribution=text, words=form.cleaned_data["message"])
        except Refused as refusal:
            form.add_error("message", str(refusal.message))
        else:
            return _see_other("suivre:reponse")
    labels = ModerationReason.objects.labels()
    context = {
        "form": form,
        "texte": text,
        "motif": labels.get(text.moderation_reason, ""),
        "deja": Contest.objects.filter(contribution=text).exists(),
    }
    return render(request, "public/suivre/contester.html", context)


@_private
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest) -> HttpResponse:
    """Asked once, done at once: what goes and what stays is said before and after."""
    followed = _followed(request)
    if isinstance(followed, HttpResponse):
        return followed
    if request.method != "POST":
        context = {"participation": followed, "texts": followed.contributions.count()}
        return render(request, "public/suivre/retirer.html", context)
    texts = followed.contributions.count()
    tombstone = erase_participation(respondent(), participation=followed, reason=ErasureReason.WITHDRAWN)
    request.session.flush()
    request.session[WITHDRAWN] = {"texts": texts, "at": tombstone.erased_at.isoformat()}
    return _see_other("suivre:retiree")


@_private
@require_safe
def withdrawn(request: HttpRequest) -> HttpResponse:
    """What was erased, and what stays."""
    kept = request.session.get(WITHDRAWN)
    if not kept:
        return redirect("suivre:code")
    return render(request, "public/suivre/retiree.html", {"texts": kept["texts"]})


@_private
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the code in this browser."""
    request.session.flush()
    return redirect("repondre:ecran-efface")


def _followed(request: HttpRequest) -> Participation | HttpResponse:
    """The participation of the code in the session, or the page that says why there is none."""
    try:
        typed = decrypt(request.session[FOLLOWED])
    except (KeyError, Undecipherable):
        return redirect("suivre:code")
    reason = "code.unknown"
    try:
        if guesses_exhausted():
            reason = "code.busy"
        else:
            found = find_by_receipt(typed)
            if found is not None:
                return found
            count_guess()
    except CoreError as wrong:
        reason = wrong.code
    request.session.pop(FOLLOWED, None)
    form = CodeForm({"code": ""})
    form.is_valid()
    form.errors.clear()
    form.add_error("code", code_sentence(reason))
    return render(
        request, "public/suivre/code.html", {"form": form}, status=429 if reason == "code.busy" else 404
    )


def _see_other(name: str) -> HttpResponse:
    answer = HttpResponseRedirect(reverse(name))
    answer.status_code = 303
    return answer
