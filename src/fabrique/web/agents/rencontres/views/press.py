"""A press document: edit the draft, draft it anew, approve it, take it as DOCX or PDF.

Fed by PressDocument. Feeds the verbs of meetings.services.press.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds
from fabrique.meetings.enums import PressState
from fabrique.meetings.models import PressDocument
from fabrique.meetings.services import press
from fabrique.web.agents.rencontres.access import reach_press, url
from fabrique.web.agents.rencontres.forms import PressForm
from fabrique.web.agents.rencontres.values import press_values
from fabrique.web.shared.actors import agent
from fabrique.web.shared.meetings.press import press_docx, press_pdf
from fabrique.web.shared.saving import attempt
from fabrique.web.shared.saving import press as said


@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, press_id: str) -> HttpResponse:
    """The text, to edit while it is a draft, to read once approved."""
    document = reach_press(request, press_id)
    form = PressForm(initial=press_values(document))
    if request.method == "POST":
        form = PressForm(request.POST)
        if form.is_valid():
            made = attempt(
                request,
                form,
                lambda: press.change_press(
                    agent(request),
                    document=document,
                    revision=form.cleaned_data["revision"],
                    **form.values(),
                ),
                lambda: press_values(document),
            )
            if made:
                return redirect(url("presse", document))
    return render(request, "agents/rencontres/presse.html", _context(request, document, form))


def _context(request: HttpRequest, document: PressDocument, form: PressForm) -> dict[str, object]:
    actor, territory = agent(request), press.territory_of(document)
    draft = document.state == PressState.DRAFT
    return {
        "document": document,
        "form": form,
        "blocs": press.blocks_of(document.body),
        "brouillon": draft,
        "manquent": press.missing_lines(document) if draft else [],
        "peut_rediger": draft and holds(actor, "meetings.draft_press", territory),
        "peut_approuver": draft and holds(actor, "meetings.approve_press", territory),
    }


@require_POST
def redraft(request: HttpRequest, press_id: str) -> HttpResponse:
    document = reach_press(request, press_id)
    return _act(
        request,
        document,
        lambda: press.redraft_press(agent(request), document=document),
        _("Le texte est repris du programme."),
    )


@require_POST
def approve(request: HttpRequest, press_id: str) -> HttpResponse:
    """The revision sent back is that of the text the approver read."""
    document = reach_press(request, press_id)
    revision = request.POST.get("revision", "")
    return _act(
        request,
        document,
        lambda: press.approve_press(
            agent(request), document=document, revision=int(revision) if revision.isdecimal() else 0
        ),
        _("Le document est approuvé : son texte ne change plus."),
    )


def _act(
    request: HttpRequest, document: PressDocument, verb: Callable[[], object], done: str
) -> HttpResponse:
    said(request, verb, done)
    return redirect(url("presse", document))


@require_safe
def as_pdf(request: HttpRequest, press_id: str) -> HttpResponse:
    return press_pdf(reach_press(request, press_id))


@require_safe
def as_docx(request: HttpRequest, press_id: str) -> HttpResponse:
    return press_docx(reach_press(request, press_id))
