"""A session: prepared, called, held, told; read by its members on a telephone.

Fed by councils.models. Feeds the verbs of councils.services on sessions and minutes.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds
from fabrique.common.clock import now
from fabrique.common.files import MEGABYTE, megabytes
from fabrique.councils import services
from fabrique.councils.enums import ItemKind, SessionState
from fabrique.councils.models import MemberOpinion, Opinion, Session, SessionDocument, SessionMinutes
from fabrique.councils.querysets import seats_of
from fabrique.web.agents.instances.access import reach_body, reach_session
from fabrique.web.agents.instances.forms import CancelForm, MinutesForm, SessionForm
from fabrique.web.agents.instances.saving import Sheet, act_and_return, form_page
from fabrique.web.agents.instances.views.bodies import path_of
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, body_id: str) -> HttpResponse:
    body = reach_body(request, body_id, "councils.prepare")
    sheet = Sheet(
        _("Préparer une séance"),
        _("Préparer la séance"),
        path_of(body),
        lambda session: ("agents-instances:seance", session.public_id),
        lead=_("Personne ne la voit avant la convocation."),
        done=_("Séance préparée. Écrivez son ordre du jour, puis convoquez."),
    )
    form = SessionForm(request.POST or None)

    def act(given: dict[str, Any]) -> Session:
        given.pop("expected")
        return services.create_session(agent(request), body=body, **given)

    return form_page(request, sheet, form, act)


@require_safe
def detail(request: HttpRequest, session_id: str) -> HttpResponse:
    """The agenda with its documents, each with the opinions; for the secretary, what comes next."""
    session = reach_session(request, session_id)
    actor = agent(request)
    documents = list(SessionDocument.objects.visible_to(actor).filter(session=session).light())
    for one in documents:
        one.weight = _weight(one.size)
    seat = next((one for one in seats_of(actor) if one.body_id == session.body_id), None)
    minutes = SessionMinutes.objects.filter(session=session)
    prepares = holds(actor, "councils.prepare", session.body.territory)
    context = {
        "seance": session,
        "points": _lines(session, documents, seat, prepares),
        "documents": [one for one in documents if one.item_id is None],
        "a_envoyer": sum(one.frozen_at is None for one in documents),
        "siege": seat,
        "peut_preparer": prepares,
        "peut_publier": holds(actor, "councils.publish", session.body.territory),
        "ouverte": session.state in (SessionState.PLANNED, SessionState.CALLED),
        "commencee": session.starts_at <= now(),
        "convoques": services.called_to(session).count() if prepares else None,
        "tenue": session.state in (SessionState.HELD, SessionState.MINUTES_PUBLISHED),
        "compte_rendu": (minutes.newest() if prepares else minutes.in_force()).first(),
    }
    return render(request, "agents/instances/seance.html", context)


def _lines(
    session: Session, documents: list[SessionDocument], seat: Any, prepares: bool
) -> list[dict[str, Any]]:
    """Each item with its documents, the members' opinions, one's own, and the body's."""
    theirs = list(MemberOpinion.objects.of_session(session))
    adopted = Opinion.objects.filter(item__session=session)
    bodies = {one.item_id: one for one in (adopted.newest() if prepares else adopted.in_force())}
    lines = []
    for item in session.items.all():
        opinions = [one for one in theirs if one.item_id == item.pk]
        own = next((one for one in opinions if seat and one.mandate_id == seat.pk), None)
        lines.append(
            {
                "point": item,
                "documents": [one for one in documents if one.item_id == item.pk],
                "avis_membres": [one for one in opinions if one is not own],
                "mien": own,
                "avis": bodies.get(item.pk),
                "attend_avis": item.kind != ItemKind.INFORMATION,
            }
        )
    return lines


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, session_id: str) -> HttpResponse:
    session = reach_session(request, session_id, "councils.prepare")
    sheet = Sheet(
        _("Modifier la séance"),
        _("Enregistrer"),
        path_of_session(session),
        ("agents-instances:seance", session.public_id),
        lead=_("Un changement de date, de lieu ou de connexion est annoncé aux membres par courriel.")
        if session.state == SessionState.CALLED
        else "",
        done=_("Séance enregistrée."),
    )
    form = SessionForm(request.POST or None, initial=shown(services.session_said(session)))
    return form_page(
        request, sheet, form, lambda given: services.edit_session(agent(request), session=session, **given)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, session_id: str) -> HttpResponse:
    session = reach_session(request, session_id, "councils.prepare")
    sheet = Sheet(
        _("Annuler la séance"),
        _("Annuler la séance"),
        path_of_session(session),
        ("agents-instances:seance", session.public_id),
        done=_("Séance annulée."),
    )
    form = CancelForm(request.POST or None)
    return form_page(
        request, sheet, form, lambda given: services.cancel_session(agent(request), session=session, **given)
    )


@require_POST
def call(request: HttpRequest, session_id: str) -> HttpResponse:
    session = reach_session(request, session_id, "councils.send_documents")
    return act_and_return(
        request,
        lambda: services.call_session(agent(request), session=session),
        _called(services.called_to(session).count()),
        *_back(session),
    )


@require_POST
def send(request: HttpRequest, session_id: str) -> HttpResponse:
    session = reach_session(request, session_id, "councils.send_documents")
    return act_and_return(
        request,
        lambda: services.send_documents(agent(request), session=session),
        _("Documents envoyés. Ils ne changeront plus."),
        *_back(session),
    )


@require_POST
def hold(request: HttpRequest, session_id: str) -> HttpResponse:
    session = reach_session(request, session_id, "councils.prepare")
    return act_and_return(
        request,
        lambda: services.hold_session(agent(request), session=session),
        _("Séance tenue. Écrivez les avis de l’instance et le compte rendu."),
        *_back(session),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, session_id: str) -> HttpResponse:
    """Write the minutes; after a publication, the form begins their next version with the same words."""
    session = reach_session(request, session_id, "councils.write_minutes")
    last = SessionMinutes.objects.filter(session=session).newest().first()
    sheet = Sheet(
        _("Écrire le compte rendu"),
        _("Enregistrer le compte rendu"),
        path_of_session(session),
        ("agents-instances:seance", session.public_id),
        lead=_("Le compte rendu publié reste : ce que vous enregistrez ici en sera la version suivante.")
        if last and last.is_frozen
        else _("Il n’est pas public avant d’être publié."),
        done=_("Compte rendu enregistré."),
    )
    form = MinutesForm(request.POST or None, initial=shown(services.minutes_of(last)))
    return form_page(
        request, sheet, form, lambda given: services.save_minutes(agent(request), session=session, **given)
    )


@require_POST
def publish_minutes(request: HttpRequest, session_id: str) -> HttpResponse:
    session = reach_session(request, session_id, "councils.publish")
    found = get_object_or_404(SessionMinutes.objects.newest(), session=session)
    return act_and_return(
        request,
        lambda: services.publish_minutes(agent(request), minutes=found),
        _("Compte rendu publié."),
        *_back(session),
    )


def _weight(size: int) -> str:
    """« 7 ko », « 2,5 Mo »."""
    return f"{max(1, round(size / 1000))}\u00a0ko" if size < MEGABYTE else f"{megabytes(size)}\u00a0Mo"


def _called(members: int) -> str:
    """What a convocation did: a session without any member to write to is announced all the same."""
    if not members:
        return _(
            "Séance annoncée. Aucun membre ne siège ici à cette date avec un compte : personne n’a reçu de courriel."
        )
    return ngettext(
        "Convocation envoyée à %(n)d membre. Les documents sont envoyés et ne changeront plus.",
        "Convocation envoyée à %(n)d membres. Les documents sont envoyés et ne changeront plus.",
        members,
    ) % {"n": members}


def _back(session: Session) -> tuple[str, str]:
    return "agents-instances:seance", session.public_id


def path_of_session(session: Session) -> tuple[tuple[str, str], ...]:
    """The pages above a page of a session."""
    return (
        *path_of(session.body),
        (session.title, reverse("agents-instances:seance", args=[session.public_id])),
    )
