"""An item of the agenda: its words, its documents, a member's opinion, the body's.

Fed by councils.models. Feeds the verbs of councils.services; files leave as attachments, never opened by the browser.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.common.errors import Forbidden
from fabrique.common.uploads import upload_bytes
from fabrique.councils import services
from fabrique.councils.enums import ItemKind
from fabrique.councils.models import AgendaItem, MemberOpinion, Opinion, SessionDocument
from fabrique.web.agents.instances.access import reach_document, reach_item, reach_session
from fabrique.web.agents.instances.forms import (
    DocumentForm,
    FileForm,
    ItemForm,
    MemberOpinionForm,
    OpinionForm,
)
from fabrique.web.agents.instances.saving import Sheet, act_and_return, form_page
from fabrique.web.agents.instances.views.sessions import path_of_session
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown
from fabrique.web.shared.errors import tell_refusal
from fabrique.web.templatetags.francais import date_heure

SESSION = "agents-instances:seance"


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, session_id: str) -> HttpResponse:
    session = reach_session(request, session_id, "councils.prepare")
    sheet = Sheet(
        _("Ajouter un point"),
        _("Ajouter ce point"),
        path_of_session(session),
        (SESSION, session.public_id),
        done=_("Point ajouté à l’ordre du jour."),
    )
    form = ItemForm(request.POST or None)

    def act(given: dict[str, Any]) -> AgendaItem:
        given.pop("expected")
        return services.add_item(agent(request), session=session, **given)

    return form_page(request, sheet, form, act)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, item_id: str) -> HttpResponse:
    item = reach_item(request, item_id, "councils.prepare")
    sheet = Sheet(
        _("Modifier le point"),
        _("Enregistrer"),
        path_of_session(item.session),
        (SESSION, item.session.public_id),
        done=_("Point enregistré."),
    )
    form = ItemForm(request.POST or None, initial=shown(services.item_said(item)))
    return form_page(
        request, sheet, form, lambda given: services.edit_item(agent(request), item=item, **given)
    )


@require_POST
def move(request: HttpRequest, item_id: str) -> HttpResponse:
    item = reach_item(request, item_id, "councils.prepare")
    up = request.POST.get("sens") != "bas"
    return act_and_return(
        request,
        lambda: services.move_item(agent(request), item=item, up=up),
        _("Point déplacé."),
        *_back(item),
    )


@require_POST
def remove(request: HttpRequest, item_id: str) -> HttpResponse:
    item = reach_item(request, item_id, "councils.prepare")
    return act_and_return(
        request,
        lambda: services.remove_item(agent(request), item=item),
        _("Point retiré de l’ordre du jour."),
        *_back(item),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_document(request: HttpRequest, session_id: str) -> HttpResponse:
    session = reach_session(request, session_id, "councils.prepare")
    sheet = Sheet(
        _("Ajouter un document"),
        _("Ajouter ce document"),
        path_of_session(session),
        (SESSION, session.public_id),
        lead=_("Les membres le recevront avec la convocation, ou quand vous enverrez les documents."),
        done=_("Document ajouté. Il n’est pas encore envoyé."),
        files=True,
    )
    form = DocumentForm(request.POST or None, request.FILES or None, session=session)

    def act(given: dict[str, Any]) -> SessionDocument:
        upload = given["file"]
        return services.add_document(
            agent(request),
            session=session,
            title=given["title"],
            item=given["item"],
            name=upload.name,
            data=upload_bytes(upload),
        )

    return form_page(request, sheet, form, act)


@require_http_methods(["GET", "HEAD", "POST"])
def replace(request: HttpRequest, document_id: str) -> HttpResponse:
    document = reach_document(request, document_id, "councils.prepare")
    sheet = Sheet(
        _("Remplacer un document envoyé"),
        _("Ajouter cette version"),
        path_of_session(document.session),
        (SESSION, document.session.public_id),
        lead=_("La version envoyée reste visible sous la nouvelle. La nouvelle part quand vous l’envoyez."),
        context=document.title,
        done=_("Version ajoutée. Elle n’est pas encore envoyée."),
        files=True,
    )
    form = FileForm(request.POST or None, request.FILES or None)

    def act(given: dict[str, Any]) -> SessionDocument:
        upload = given["file"]
        return services.replace_document(
            agent(request), document=document, name=upload.name, data=upload_bytes(upload)
        )

    return form_page(request, sheet, form, act)


@require_POST
def remove_document(request: HttpRequest, document_id: str) -> HttpResponse:
    document = reach_document(request, document_id, "councils.prepare")
    return act_and_return(
        request,
        lambda: services.remove_document(agent(request), document=document),
        _("Document retiré."),
        SESSION,
        document.session.public_id,
    )


@require_safe
def download(request: HttpRequest, document_id: str) -> HttpResponse:
    """The bytes as sent, as a file to save: no type that a browser would open by itself."""
    document = reach_document(request, document_id)
    answer = HttpResponse(services.bytes_of(document), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, document.name) or "attachment"
    answer["Cache-Control"] = "no-store, private"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def my_opinion(request: HttpRequest, item_id: str) -> HttpResponse:
    """A member's own opinion, written and changed before the session."""
    item = reach_item(request, item_id)
    try:
        seat = services.seat_in(agent(request), item=item)
    except Forbidden as refusal:
        # whoever prepares the session reads this address too, without a seat
        tell_refusal(request, refusal)
        return redirect(*_back(item))
    known = MemberOpinion.objects.filter(item=item, mandate=seat).first()
    sheet = Sheet(
        _("Donner mon avis") if item.kind != ItemKind.INFORMATION else _("Écrire une remarque"),
        _("Enregistrer mon avis") if item.kind != ItemKind.INFORMATION else _("Enregistrer ma remarque"),
        path_of_session(item.session),
        (SESSION, item.session.public_id),
        lead=_("Vous pourrez changer ce que vous écrivez jusqu’au début de la séance, le %(date)s.")
        % {"date": date_heure(item.session.starts_at)},
        context=item.title,
        done=_("Votre avis est enregistré."),
    )
    stored = {"sense": known.sense, "text": known.text} if known else None
    form = MemberOpinionForm(request.POST or None, initial=stored)
    return form_page(
        request, sheet, form, lambda given: services.write_member_opinion(agent(request), item=item, **given)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, item_id: str) -> HttpResponse:
    """The body's opinion as adopted; after a publication, the form begins its next version."""
    item = reach_item(request, item_id, "councils.record_opinion")
    last = Opinion.objects.filter(item=item).newest().first()
    sheet = Sheet(
        _("Écrire l’avis de l’instance"),
        _("Enregistrer l’avis"),
        path_of_session(item.session),
        (SESSION, item.session.public_id),
        lead=_("L’avis publié reste : ce que vous enregistrez ici en sera la version suivante.")
        if last and last.is_frozen
        else _("Il n’est pas public avant d’être publié."),
        context=item.title,
        done=_("Avis enregistré."),
    )
    form = OpinionForm(request.POST or None, initial=_stored(item, last))
    return form_page(
        request, sheet, form, lambda _given: services.save_opinion(agent(request), item=item, **form.values())
    )


@require_POST
def publish_opinion(request: HttpRequest, item_id: str) -> HttpResponse:
    item = reach_item(request, item_id, "councils.publish")
    found = get_object_or_404(Opinion.objects.newest(), item=item)
    return act_and_return(
        request,
        lambda: services.publish_opinion(agent(request), opinion=found),
        _("Avis publié."),
        *_back(item),
    )


def _stored(item: AgendaItem, last: Opinion | None) -> dict[str, Any]:
    stored = shown(services.opinion_of(last))
    day = stored["adopted_on"] or item.session.starts_at
    return {**stored, "adopted_on": day, "points": "\n".join(stored["points"] or ())}


def _back(item: AgendaItem) -> tuple[str, str]:
    return SESSION, item.session.public_id
