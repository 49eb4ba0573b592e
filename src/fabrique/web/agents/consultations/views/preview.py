"""The questionnaire as an inhabitant sees it, page by page, in both registers; nothing is stored.

Fed by the definition of the version at work. Feeds templates/agents/consultations/apercu.html.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.common.enums import Register
from fabrique.consultations.services import definition_of
from fabrique.consultations.services.definition import Definition
from fabrique.web.agents.consultations.access import file_context, reach, url
from fabrique.web.shared.questionnaire import asked_to_search, read_answers, show_questions

#: the address of each register
REGISTERS = {"standard": Register.STANDARD, "falc": Register.EASY_READ}


@require_safe
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    """Straight to the first page, or a word where there is none yet."""
    consultation = reach(request, public_id)
    definition = definition_of(consultation.questionnaires.latest_version())
    if not definition.sections:
        return render(
            request, "agents/consultations/apercu_vide.html", file_context(request, consultation, "apercu")
        )
    return redirect(url(consultation, "apercu-page", "standard", definition.sections[0].key))


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, public_id: str, register: str, section_key: str) -> HttpResponse:
    """One page. A POST (« Chercher » of the commune) shows what it would show, and stores nothing."""
    consultation = reach(request, public_id)
    if register not in REGISTERS:
        raise Http404
    definition = definition_of(consultation.questionnaires.latest_version(), REGISTERS[register])
    keys = [section.key for section in definition.sections]
    if section_key not in keys:
        raise Http404
    section = definition.section(section_key)
    given = read_answers(section.questions, request.POST) if asked_to_search(request.POST) else {}
    rank = keys.index(section_key)
    views = show_questions(definition, section.questions, given, perimeter=consultation.perimeter)
    context = file_context(
        request,
        consultation,
        "apercu",
        definition=definition,
        section=section,
        questions=views,
        registre=register,
        rang=rank + 1,
        total=len(keys),
        suivante=_title(definition, rank + 1),
        page_suivante=url(consultation, "apercu-page", register, keys[rank + 1])
        if rank + 1 < len(keys)
        else "",
        page_precedente=url(consultation, "apercu-page", register, keys[rank - 1]) if rank else "",
        registres=[
            {"code": code, "label": label, "url": url(consultation, "apercu-page", code, section_key)}
            for code, label in (("standard", _("Texte courant")), ("falc", _("Facile à lire (FALC)")))
        ],
    )
    return render(request, "agents/consultations/apercu.html", context)


def _title(definition: Definition, rank: int) -> str:
    return definition.sections[rank].title if rank < len(definition.sections) else ""
