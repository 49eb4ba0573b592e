"""Information documents: list, add, rewrite, take away.

Fed by DocumentForm. Feeds the verbs on documents.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.common.conflicts import token_of
from fabrique.common.errors import Forbidden, Refused
from fabrique.consultations.services import add_document, remove_document, update_document
from fabrique.consultations.services.editing import document_values
from fabrique.web.agents.consultations.access import file_context, reach, url
from fabrique.web.agents.consultations.forms import DocumentForm
from fabrique.web.agents.consultations.saving import attempt, read_only
from fabrique.web.shared.actors import agent
from fabrique.web.shared.errors import tell_refusal


@require_safe
def listing(request: HttpRequest, public_id: str) -> HttpResponse:
    consultation = reach(request, public_id)
    context = file_context(request, consultation, "documents", documents=consultation.documents.all())
    return render(request, "agents/consultations/documents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, public_id: str) -> HttpResponse:
    consultation = reach(request, public_id, "consultations.edit")
    form = DocumentForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            request,
            form,
            lambda: add_document(agent(request), consultation=consultation, **form.fields_changed()),
            dict,
        )
    ):
        return redirect(url(consultation, "documents"))
    context = file_context(request, consultation, "documents", form=form, nouveau=True)
    return render(request, "agents/consultations/document.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str, document_id: str) -> HttpResponse:
    consultation = reach(request, public_id)
    document = get_object_or_404(consultation.documents, public_id=document_id)

    def stored() -> dict[str, Any]:
        return document_values(consultation.documents.get(pk=document.pk))

    values = stored()
    if request.method == "POST":
        form = DocumentForm(request.POST)
        if form.is_valid() and attempt(
            request,
            form,
            lambda: update_document(
                agent(request),
                document=document,
                expected=form.cleaned_data["token"],
                **form.fields_changed(),
            ),
            stored,
        ):
            return redirect(url(consultation, "documents"))
    else:
        form = DocumentForm(initial=values | {"token": token_of(values)})
    context = file_context(request, consultation, "documents", form=form, document=document)
    if not (context["peut_ecrire"] and context["brouillon"]):
        read_only(form)
    return render(request, "agents/consultations/document.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, public_id: str, document_id: str) -> HttpResponse:
    """Asked once more, because a document taken away does not come back."""
    consultation = reach(request, public_id, "consultations.edit")
    document = get_object_or_404(consultation.documents, public_id=document_id)
    if request.method == "POST":
        try:
            remove_document(agent(request), document=document)
        except Forbidden:
            raise
        except Refused as refusal:
            tell_refusal(request, refusal)
        return redirect(url(consultation, "documents"))
    context = file_context(
        request, consultation, "documents", objet=document.title, retour=url(consultation, "documents")
    )
    return render(request, "agents/consultations/retirer.html", context)
