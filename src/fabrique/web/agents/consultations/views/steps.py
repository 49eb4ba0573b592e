"""The steps of a file that are one form: presentation, calendar, impact assessment; and the notice.

Fed by forms. Feeds update_consultation and update_notice.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fabrique.common.conflicts import token_of
from fabrique.consultations.models import Consultation
from fabrique.consultations.services import update_consultation, update_notice
from fabrique.consultations.services.editing import CONSULTATION_FALC, consultation_values, notice_values
from fabrique.web.agents.consultations.access import file_context, reach, url
from fabrique.web.agents.consultations.forms import (
    CalendarForm,
    FileForm,
    ImpactForm,
    NoticeForm,
    PresentationForm,
    PurposeFormSet,
    purposes_of,
)
from fabrique.web.agents.consultations.saving import attempt, read_only
from fabrique.web.shared.actors import agent

FORMS: dict[str, type[FileForm]] = {
    "presentation": PresentationForm,
    "calendrier": CalendarForm,
    "analyse-impact": ImpactForm,
}


def _values(consultation: Consultation, form_class: type[FileForm]) -> dict[str, Any]:
    """What the form shows, fresh from the database."""
    consultation = Consultation.objects.get(pk=consultation.pk)
    names = [n for n in form_class.base_fields if n != "token" and not n.endswith("_falc")]
    return consultation_values(consultation, names, sorted(CONSULTATION_FALC & set(names)))


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    """One form of the file."""
    consultation = reach(request, public_id)
    form_class = FORMS[code]
    values = _values(consultation, form_class)
    if request.method == "POST":
        form = form_class(request.POST)
        if form.is_valid() and attempt(
            request,
            form,
            lambda: update_consultation(
                agent(request),
                consultation=consultation,
                easy_read=form.easy_read(),
                expected=form.cleaned_data["token"],
                **form.fields_changed(),
            ),
            lambda: _values(consultation, form_class),
        ):
            return redirect(url(consultation, code))
    else:
        form = form_class(initial=values | {"token": token_of(values)})
    context = file_context(request, consultation, code, form=form)
    if not (context["peut_ecrire"] and context["brouillon"]):
        read_only(form)
    return render(request, "agents/consultations/etape.html", context)


def _save_notice(request: HttpRequest, consultation: Consultation, form: NoticeForm, purposes: Any) -> bool:
    """Write both forms at once; a refusal is said in the first."""
    return attempt(
        request,
        form,
        lambda: update_notice(
            agent(request),
            consultation=consultation,
            purposes=purposes_of(purposes),
            easy_read=form.easy_read(),
            expected=form.cleaned_data["token"],
            **form.fields_changed(),
        ),
        lambda: notice_values(consultation.notices.latest_version()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """The notice, part by part, and its purposes with their two legal bases."""
    consultation = reach(request, public_id)
    values = notice_values(consultation.notices.latest_version())
    if request.method == "POST":
        form, purposes = NoticeForm(request.POST), PurposeFormSet(request.POST, prefix="finalites")
        if form.is_valid() and purposes.is_valid():
            if "ajouter" in request.POST:  # one more line, nothing saved yet
                form = NoticeForm(initial=form.cleaned_data)
                purposes = PurposeFormSet(initial=purposes_of(purposes), prefix="finalites")
            elif _save_notice(request, consultation, form, purposes):
                return redirect(url(consultation, "donnees"))
    else:
        form = NoticeForm(initial=values | {"token": token_of(values)})
        purposes = PurposeFormSet(initial=values["purposes"], prefix="finalites")
    context = file_context(request, consultation, "donnees", form=form, finalites=purposes)
    if not (context["peut_ecrire"] and context["brouillon"]):
        for part in (form, *purposes):
            read_only(part)
    if getattr(form, "conflit", None) is not None:
        context["conflit_finalites"] = values["purposes"]
    return render(request, "agents/consultations/donnees.html", context)
