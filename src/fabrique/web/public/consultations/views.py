"""The public page of a consultation, its notice on personal data, its information documents.

Fed by fabrique.consultations. Feeds the reader before, during and after the consultation.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from fabrique.common.clock import now, today
from fabrique.consultations.enums import State, WordingKind
from fabrique.consultations.models import Consultation, QuestionAudio
from fabrique.web.public.repondre.journey import journey_of
from fabrique.web.shared.reading import other_languages
from fabrique.web.shared.wordings import easy_read_wordings


@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """What is asked, when, how, what it will serve; one main action."""
    consultation = _consultation(slug)
    easy = request.GET.get("lecture") == "falc"
    wordings = easy_read_wordings(WordingKind.CONSULTATION, str(consultation.public_id))
    texts = {
        name: (easy and wordings.get(name)) or getattr(consultation, name)
        for name in ("summary", "arrangements", "restitution_promise")
    }
    version = consultation.questionnaires.current()
    context = {
        "consultation": consultation,
        "texts": texts,
        "easy": easy,
        "has_easy": bool(wordings),
        "langues": other_languages(version) if version else [],
        "phase": _phase(consultation),
        "minutes": version.minutes if version else None,
        "documents": list(consultation.documents.all()),
        "late": _late(consultation),
        "results_url": _results(consultation),
        "begun": journey_of(request, slug) if request.COOKIES else None,
    }
    return render(request, "public/consultations/detail.html", context)


@require_safe
def recording(request: HttpRequest, slug: str, recording: str) -> HttpResponse:
    """A question read aloud. It changes under another address only: a browser may keep it a day."""
    consultation = _consultation(slug)
    found = get_object_or_404(QuestionAudio, public_id=recording, version__consultation=consultation)
    answer = HttpResponse(bytes(found.content), content_type=found.media_type)
    answer["Cache-Control"] = "public, max-age=86400"
    return answer


@require_safe
def notice(request: HttpRequest, slug: str) -> HttpResponse:
    """The notice in force, complete."""
    consultation = _consultation(slug)
    in_force = consultation.notices.prefetch_related("purposes").current()
    if in_force is None:
        raise Http404
    wordings = easy_read_wordings(WordingKind.NOTICE, f"{consultation.public_id}/{in_force.number}")
    context = {"consultation": consultation, "notice": in_force, "easy_text": wordings.get("text", "")}
    return render(request, "public/consultations/notice.html", context)


@require_safe
def document(request: HttpRequest, slug: str, document: str) -> HttpResponse:
    """One information document."""
    consultation = _consultation(slug)
    found = get_object_or_404(consultation.documents, public_id=document)
    return render(
        request, "public/consultations/document.html", {"consultation": consultation, "document": found}
    )


def _consultation(slug: str) -> Consultation:
    consultations = Consultation.objects.visible_to_public().select_related("perimeter")
    return get_object_or_404(consultations, slug=slug)


def _phase(consultation: Consultation) -> str:
    """avant, pendant, apres or publiee."""
    if consultation.state == State.PUBLISHED:
        return "publiee"
    instant = now()
    if consultation.state == State.CLOSED or (consultation.closes_at and consultation.closes_at < instant):
        return "apres"
    if consultation.opens_at and consultation.opens_at > instant:
        return "avant"
    return "pendant"


def _late(consultation: Consultation) -> bool:
    """A promise whose day is past and that is not kept shows on the page."""
    due = consultation.restitution_due
    return bool(due and due < today() and consultation.state != State.PUBLISHED)


def _results(consultation: Consultation) -> str:
    """The address of the results, once published."""
    if consultation.state != State.PUBLISHED:
        return ""
    try:
        return reverse("resultats:detail", args=[consultation.slug])
    except NoReverseMatch:
        return ""
