"""One part of the questionnaire a page: keep what is typed, check it, go on.

Fed by the journey and the reader. Feeds save_answers. Everything typed is kept, right or wrong.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fabrique.consultations.services.answering import save_answers, set_register
from fabrique.consultations.services.definition import SectionDef
from fabrique.consultations.services.documents import AnswerError, check_answers
from fabrique.web.public.repondre.journey import Journey, under_way
from fabrique.web.shared.actors import respondent
from fabrique.web.shared.questionnaire import asked_to_search, read_answers, show_questions
from fabrique.web.shared.reading import PREFIX, audio_of, other_languages, reading_of
from fabrique.web.shared.reading_aloud import read_aloud


@under_way
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, journey: Journey, section: str) -> HttpResponse:
    """Show a part; or keep it, then go on, search a commune, or stop for now."""
    try:
        current = journey.definition.section(section)
    except KeyError as unknown:
        raise Http404 from unknown
    if request.method != "POST":
        return _page(request, journey, current)
    typed = read_answers(journey.put_questions(current), request.POST)
    answers = {**journey.content.answers, **typed}
    errors = check_answers(journey.definition, answers, only=current.questions).errors
    searching = asked_to_search(request.POST)
    complete = not errors and not searching
    journey = Journey(
        save_answers(respondent(), draft=journey.draft, answers=typed, done=current.key if complete else "")
    )
    if aside := _aside(request, journey, current):
        return aside
    if searching:
        # back to the same page by a redirect, so that a reload sends nothing again
        address = reverse("repondre:partie", args=[journey.consultation.slug, current.key])
        return HttpResponseRedirect(f"{address}#q-{searching}-recherche")
    if errors:
        return _page(request, journey, current, errors)
    if request.POST.get("retour") == "verifier":
        return redirect("repondre:verifier", slug=journey.consultation.slug)
    return HttpResponseRedirect(journey.after(current))


def _aside(request: HttpRequest, journey: Journey, current: SectionDef) -> HttpResponse | None:
    """What is asked beside going on: stop for now, go back, change the register. All is kept first."""
    action = request.POST.get("action")
    if action == "plus-tard":
        return redirect("repondre:plus-tard", slug=journey.consultation.slug)
    if action == "precedente":
        return HttpResponseRedirect(journey.before(current))
    if action in ("falc", "standard") or (action or "").startswith(PREFIX):
        reading = reading_of(action or "", other_languages(journey.draft.version))
        set_register(
            respondent(), draft=journey.draft, easy_read=reading.easy_read, language=reading.language
        )
        return redirect("repondre:partie", slug=journey.consultation.slug, section=current.key)
    return None


def _audio(journey: Journey) -> dict[str, str]:
    """The recordings of what is read; none in easy-read, whose words are others than those recorded."""
    if journey.draft.easy_read:
        return {}
    return audio_of(journey.draft.version, journey.consultation.slug, journey.draft.language)


def _page(
    request: HttpRequest, journey: Journey, current: SectionDef, errors: tuple[AnswerError, ...] = ()
) -> HttpResponse:
    sections = journey.sections()
    position = next((n for n, one in enumerate(sections, start=1) if one.key == current.key), 1)
    following = sections[position].title if position < len(sections) else None
    questions = show_questions(
        journey.definition,
        journey.put_questions(current),
        journey.content.answers,
        errors,
        perimeter=journey.consultation.perimeter,
        audio=_audio(journey),
    )
    context = {
        "consultation": journey.consultation,
        "journey": journey,
        "langues": other_languages(journey.draft.version),
        "section": current,
        "questions": questions,
        "voix": [(view, read_aloud(view)) for view in questions] if journey.helped else [],
        "erreurs": [view for view in questions if view.errors],
        "position": position,
        "total": len(sections) + 1,
        "following": following or _("Vérifier et envoyer"),
        "following_language": journey.definition.language if following else "",
        "has_texts": any(question.question.is_text for question in questions),
        "distress": journey.distress(),
        "retour": "verifier" if request.GET.get("retour") == "verifier" else request.POST.get("retour", ""),
    }
    return render(request, "public/repondre/partie.html", context)
