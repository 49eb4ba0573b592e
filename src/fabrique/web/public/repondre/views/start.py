"""The start page: what it takes, the age, consent, standard or easy-read.

Fed by a consultation. Feeds start_draft.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fabrique.common.errors import Refused
from fabrique.consultations.enums import WordingKind
from fabrique.consultations.models import Consultation, DraftResponse
from fabrique.consultations.services.answering import obstacles, start_draft
from fabrique.consultations.services.definition import definition_of
from fabrique.relays.models import RelayLink
from fabrique.web.public.repondre.forms import StartForm
from fabrique.web.public.repondre.journey import Journey, journey_of, private, relay_link, remember
from fabrique.web.shared.actors import respondent
from fabrique.web.shared.reading import Reading, other_languages, reading_of
from fabrique.web.shared.wordings import easy_read_wordings

_FIELDS = {
    "age.missing": "age",
    "age.too_young": "age",
    "age.parent": "parent",
    "consent.missing": "consent",
}


@private
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin, or take up again what this session began."""
    consultation = get_object_or_404(Consultation.objects.visible_to_public(), slug=slug)
    if not Consultation.objects.answerable().filter(pk=consultation.pk).exists():
        return render(request, "public/repondre/fermee.html", {"consultation": consultation}, status=410)
    version = consultation.questionnaires.current()
    languages = other_languages(version)
    reading = reading_of(request.POST.get("register") or request.GET.get("lecture", ""), languages)
    link = relay_link(request, slug)
    form = StartForm(
        request.POST or None,
        initial={"register": reading.code},
        consultation=consultation,
        consent_label=consent_label(consultation, reading.easy_read),
        languages=languages,
        relay=link.relay.name if link else "",
    )
    if request.method == "POST" and form.is_valid() and (draft := _begun(consultation, form, link, reading)):
        remember(request, draft)
        return redirect(Journey(draft).here())
    context = {
        "consultation": consultation,
        "form": form,
        "definition": definition_of(version, reading.register, reading.language),
        "begun": journey_of(request, slug),
        "notice_url": reverse("consultations:notice", args=[slug]),
        "easy": reading.easy_read,
        "relay": link.relay if link else None,
    }
    return render(request, "public/repondre/debut.html", context)


def _begun(
    consultation: Consultation, form: StartForm, link: RelayLink | None, reading: Reading
) -> DraftResponse | None:
    """The draft begun; or None, with everything that prevents it said in the form at once."""
    given = {
        "consultation": consultation,
        "age": form.least_age,
        "consents": form.cleaned_data["consent"],
        "parent_consents": form.cleaned_data["parent"],
    }
    refusals = obstacles(**given)
    if not refusals:
        try:
            named = link if link and not form.cleaned_data["without_relay"] else None
            return start_draft(
                respondent(),
                **given,
                easy_read=reading.easy_read,
                language=reading.language,
                relay=named.relay.organisation if named else None,
            )
        except Refused as late:
            refusals = [late]
    for refusal in refusals:
        form.add_error(_FIELDS.get(refusal.code), str(refusal))
    return None


def consent_label(consultation: Consultation, easy: bool) -> str:
    """The notice's own sentence, in the register that is being read."""
    notice = consultation.notices.current()
    key = f"{consultation.public_id}/{notice.number}"
    wordings = easy_read_wordings(WordingKind.NOTICE, key) if easy else {}
    return wordings.get("consent_label") or str(notice.consent_label)
