"""The sheet to think one's answer over before giving it on the site, to print.

Fed by a consultation that is not a draft. Feeds whoever prepares an answer, alone or with a relay.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from fabrique.common.enums import Register
from fabrique.consultations.models import Consultation
from fabrique.web.shared.booklets import preparation_pdf
from fabrique.web.shared.printing import pdf_answer


@require_safe
def preparation(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions in force as a tagged PDF; `?lecture=falc` for the easy-read ones."""
    consultation = get_object_or_404(Consultation.objects.visible_to_public(), slug=slug)
    if consultation.questionnaires.current() is None:
        raise Http404
    easy = request.GET.get("lecture") == "falc"
    register = Register.EASY_READ if easy else Register.STANDARD
    content = preparation_pdf(consultation, site=request.build_absolute_uri("/"), register=register)
    return pdf_answer(content, name=f"fiche-de-preparation{'-falc' if easy else ''}")
