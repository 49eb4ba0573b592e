"""The questionnaire in other languages: how far each is, its texts to write or read again, files for translators.

Fed by consultations.services.translating and recordings. Feeds templates/agents/consultations/traduction*.html.
"""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.common.enums import Language
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations import services
from fabrique.consultations.models import Consultation, QuestionAudio
from fabrique.web.agents.consultations.access import file_context, reach, url
from fabrique.web.agents.consultations.translation_forms import FileForm, RecordingForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal
from fabrique_core.files import csv_writer

#: columns of a translator's file
COLUMNS = ("cle", "endroit", "francais", "traduction")
STEP = "langues"


@require_safe
def index(request: HttpRequest, public_id: str) -> HttpResponse:
    """Each language, how far it is, and the recordings."""
    consultation = reach(request, public_id)
    version = consultation.questionnaires.latest_version()
    recordings = QuestionAudio.objects.filter(version=version).defer("content")
    context = file_context(
        request,
        consultation,
        STEP,
        version=version,
        langues=services.progress_of(version),
        enregistrements=recordings.order_by("language", "question_key"),
        form=RecordingForm(definition=services.definition_of(version)),
    )
    context["modifiable"] = context["peut_ecrire"] and not version.is_frozen
    return render(request, "agents/consultations/langues.html", context)


def _language(code: str) -> str:
    if code not in Language.values or code == Language.FRENCH:
        raise Http404
    return code


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str, language: str) -> HttpResponse:
    """All the texts beside their translation. What is typed is kept, whatever is missing."""
    consultation = reach(request, public_id)
    language = _language(language)
    version = consultation.questionnaires.latest_version()
    texts = services.texts_of(version, language)
    if request.method == "POST":
        given = {text.key: request.POST[text.key] for text in texts if text.key in request.POST}
        reviewed = request.POST.get("action") == "relu"
        if _written(request, consultation, language, given, reviewed=reviewed):
            return redirect(url(consultation, "traduction", language))
    context = file_context(
        request,
        consultation,
        STEP,
        version=version,
        vers=language,
        avancement=next(one for one in services.progress_of(version) if one.language == language),
        textes=texts,
        fichier=FileForm(),
    )
    context["modifiable"] = context["peut_ecrire"] and not version.is_frozen
    return render(request, "agents/consultations/traduction.html", context)


def _written(
    request: HttpRequest, consultation: Consultation, language: str, given: dict[str, str], *, reviewed: bool
) -> bool:
    """Write the translations and say how many changed; or say why not."""
    version = consultation.questionnaires.latest_version()
    try:
        changed = services.put_translations(
            agent(request), version=version, language=language, texts=given, reviewed=reviewed
        )
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
        return False
    said = ngettext("%(n)d traduction enregistrée.", "%(n)d traductions enregistrées.", changed)
    messages.success(request, said % {"n": changed})
    return True


@require_safe
def download(request: HttpRequest, public_id: str, language: str) -> HttpResponse:
    """The texts as CSV for a translator; a spreadsheet runs nothing of it."""
    consultation = reach(request, public_id)
    texts = services.texts_of(consultation.questionnaires.latest_version(), _language(language))
    out = io.StringIO()
    writer = csv_writer(out, delimiter=";")
    writer.writerow(COLUMNS)
    for text in texts:
        writer.writerow([text.key, text.where, text.original, text.translation])
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"traduction-{language}-{consultation.slug}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
def upload(request: HttpRequest, public_id: str, language: str) -> HttpResponse:
    """A translator's file sent back: only what it holds is written."""
    consultation = reach(request, public_id)
    language = _language(language)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
    else:
        given = {key: text for key, text in form.cleaned_data["fichier"].items() if text.strip()}
        _written(request, consultation, language, given, reviewed=False)
    return redirect(url(consultation, "traduction", language))


@require_POST
def record(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put the recording of one question."""
    consultation = reach(request, public_id)
    version = consultation.questionnaires.latest_version()
    form = RecordingForm(request.POST, request.FILES, definition=services.definition_of(version))
    if not form.is_valid():
        messages.error(request, " ".join(str(e) for errors in form.errors.values() for e in errors))
        return redirect(url(consultation, "langues"))
    given: dict[str, Any] = form.cleaned_data
    try:
        services.put_recording(
            agent(request),
            version=version,
            question=given["question"],
            language=given["langue"],
            content=given["fichier"].read(),
        )
    except Forbidden:
        raise
    except Refused as refusal:
        tell_refusal(request, refusal)
    else:
        messages.success(request, _("L’enregistrement est en ligne avec cette version du questionnaire."))
    return redirect(url(consultation, "langues"))


@require_POST
def drop(request: HttpRequest, public_id: str, recording: str) -> HttpResponse:
    """Take a recording away."""
    consultation = reach(request, public_id)
    found = get_object_or_404(QuestionAudio, public_id=recording, version__consultation=consultation)
    services.drop_recording(agent(request), recording=found)
    messages.success(request, _("L’enregistrement est retiré."))
    return redirect(url(consultation, "langues"))
