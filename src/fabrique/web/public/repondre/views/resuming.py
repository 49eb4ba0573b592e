"""Stopping for now and coming back: the code is shown, and typed again elsewhere.

Fed by the journey. Feeds find_draft; look-ups that find nothing are counted over the whole instance.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.consultations.services.answering import discard_draft, find_draft
from fabrique.contributions.services import count_guess, find_by_receipt, guesses_exhausted
from fabrique.web.public.repondre.journey import Journey, forget, private, remember, under_way
from fabrique.web.shared.actors import respondent
from fabrique.web.shared.codes import CodeForm, code_sentence
from fabrique_core.errors import CoreError
from fabrique_core.privacy.receipts import format_code, spell


@under_way
@require_safe
def later(request: HttpRequest, journey: Journey) -> HttpResponse:
    """« Continuer plus tard »: the code, where to type it, and until when."""
    code = journey.content.code
    context = {
        "consultation": journey.consultation,
        "journey": journey,
        "code": format_code(code),
        "spelled": spell(code),
    }
    return render(request, "public/repondre/plus_tard.html", context)


@under_way
@require_http_methods(["GET", "HEAD", "POST"])
def abandon(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Erase a response under way: asked once, done at once, nothing stays."""
    if request.method != "POST":
        return render(request, "public/repondre/abandonner.html", {"consultation": journey.consultation})
    slug = journey.consultation.slug
    discard_draft(respondent(), draft=journey.draft)
    forget(request, slug)
    messages.success(request, _("Vos réponses en cours sont effacées. Rien n’a été envoyé."))
    return redirect("consultations:detail", slug=slug)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Type the code of a response under way; a code already sent goes to its follow-up instead."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if guesses_exhausted():
            form.add_error("code", code_sentence("code.busy"))
            return render(request, "public/repondre/reprendre.html", {"form": form}, status=429)
        try:
            answered = _resumed(request, form.cleaned_data["code"])
        except CoreError as wrong:
            form.add_error("code", code_sentence(wrong.code))
        else:
            if answered is not None:
                return answered
            count_guess()
            form.add_error("code", code_sentence("draft.unknown"))
    return render(request, "public/repondre/reprendre.html", {"form": form})


def _resumed(request: HttpRequest, code: str) -> HttpResponse | None:
    draft = find_draft(code)
    if draft is not None:
        remember(request, draft)
        return HttpResponseRedirect(Journey(draft).here())
    if find_by_receipt(code) is not None:
        messages.info(request, _("Cette réponse est déjà envoyée. Écrivez son code ici pour la suivre."))
        return redirect("suivre:code")
    return None
