"""Receiving opinions: one consultee with its opinion and points, all points with their replies, the end.

Fed by plan.services.opinions. Feeds templates/agents/avis/.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import require
from fabrique.common.clock import today
from fabrique.common.errors import Forbidden
from fabrique.plan.enums import ConsultationState
from fabrique.plan.models import Consultee, Opinion, OpinionPoint
from fabrique.plan.services.consultation import end_consultation, points_without_reply
from fabrique.plan.services.consultees import name_from_group
from fabrique.plan.services.opinions import (
    add_point,
    correct_opinion,
    edit_point,
    may_correct,
    may_record,
    opinion_of,
    opinion_token,
    own_last_day,
    record_opinion,
    remove_point,
    reply_to_point,
    reply_token,
    standing,
    words_of_point,
)
from fabrique.web.agents.avis.access import (
    CONSULT,
    READ,
    RECORD,
    act,
    attempt,
    may,
    reach,
    reach_consultee,
    reach_point,
)
from fabrique.web.agents.avis.forms import (
    CorrectionForm,
    GroupForm,
    OpinionForm,
    OwnOpinionForm,
    PointForm,
    ReplyForm,
)
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown
from fabrique.web.shared.formal import parts

PER_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def consultee(request: HttpRequest, consultee_id: str) -> HttpResponse:
    """Its opinion: recorded, corrected; or, of a collective line, the one that answers."""
    row = reach_consultee(request, consultee_id)
    form = _opinion_form(request, row)
    if request.method == "POST":
        if not may_record(agent(request), consultee=row):
            raise Forbidden("forbidden", _("Votre rôle ne permet pas d’enregistrer cet avis."))
        if form is not None and form.is_valid():
            done = _save(request, row, form)
            if done is not None:
                return redirect("agents-avis:consulte", consultee_id=done.public_id)
    return _consultee_page(request, row, form)


def _opinion_form(request: HttpRequest, row: Consultee) -> Any:
    """The form that fits the line and the person, None where nothing may be written any more."""
    if row.consultation.state == ConsultationState.DRAFT or not may_record(agent(request), consultee=row):
        return None
    data = request.POST or None
    if row.collective:
        return GroupForm(data)
    opinion = opinion_of(row)
    records = may(request, row.consultation, RECORD)
    if opinion is None:
        return OpinionForm(data, initial={"received_on": today()}) if records else OwnOpinionForm(data)
    return _correction(request, opinion, data)


def _correction(request: HttpRequest, opinion: Opinion, data: Any = None) -> CorrectionForm | None:
    """The form of an opinion that the agent may still correct, as stored."""
    if not may_correct(agent(request), opinion=opinion):
        return None
    stored = {"tone": opinion.tone, "text": opinion.text, "received_on": opinion.received_on}
    return CorrectionForm(data, initial={**stored, "token": opinion_token(opinion)})


def _save(request: HttpRequest, row: Consultee, form: Any) -> Consultee | None:
    actor, values = agent(request), form.cleaned_data
    if row.collective:
        made: Consultee | None = attempt(
            request,
            form,
            _("La ligne est ajoutée : enregistrez maintenant son avis."),
            lambda: name_from_group(actor, consultee=row, **values),
        )
        return made
    opinion = opinion_of(row)
    if opinion is None:
        kept = attempt(
            request, form, _("L’avis est enregistré."), lambda: record_opinion(actor, consultee=row, **values)
        )
    else:
        values = form.take()
        kept = attempt(
            request, form, _("L’avis est corrigé."), lambda: correct_opinion(actor, opinion=opinion, **values)
        )
        if form.has_error(NON_FIELD_ERRORS, "formal.conflict"):
            opinion.refresh_from_db()
            form.keep_over(opinion_token(opinion))
    return row if kept is not None else None


def _consultee_page(
    request: HttpRequest, row: Consultee, form: Any, point_form: PointForm | None = None
) -> HttpResponse:
    known = parts(row.consultation)
    opinion = opinion_of(row)
    open_points = row.consultation.published_at is None and may_record(agent(request), consultee=row)
    context = {
        "consulte": row,
        "consultation": row.consultation,
        "situation": standing(row, today()),
        "dernier": own_last_day(row),
        "avis": opinion,
        "form": form,
        "points": list(opinion.points.order_by("number")) if opinion else [],
        "titres": {part.about: part for part in known},
        "point_form": (point_form or PointForm(parts=known, prefix="point"))
        if opinion and open_points
        else None,
        "peut_oter": open_points,
        "lit": may(request, row.consultation, READ),
    }
    return render(request, "agents/avis/consulte.html", context)


@require_POST
def new_point(request: HttpRequest, consultee_id: str) -> HttpResponse:
    """One more point of the opinion."""
    row = reach_consultee(request, consultee_id)
    opinion = opinion_of(row)
    form = PointForm(request.POST, parts=parts(row.consultation), prefix="point")
    if not may_record(agent(request), consultee=row):
        raise Forbidden("forbidden", _("Votre rôle ne permet pas d’enregistrer cet avis."))
    if opinion is not None and form.is_valid():
        made = attempt(
            request,
            form,
            _("Le point est relevé."),
            lambda: add_point(
                agent(request),
                opinion=opinion,
                text=form.cleaned_data["text"],
                about=form.cleaned_data["about"],
            ),
        )
        if made is not None:
            return redirect(_consultee_address(row, "points"))
    # the opinion's own form beside that of a point sent back: as stored, without errors
    return _consultee_page(request, row, _correction(request, opinion) if opinion else None, form)


def _consultee_address(row: Consultee, anchor: str) -> str:
    return f"{reverse('agents-avis:consulte', args=[row.public_id])}#{anchor}"


@require_http_methods(["GET", "HEAD", "POST"])
def point(request: HttpRequest, point_id: str) -> HttpResponse:
    """Correct a point until the agency replied."""
    one = reach_point(request, point_id)
    row = one.opinion.consultee
    if not may_record(agent(request), consultee=row):
        raise Forbidden("forbidden", _("Votre rôle ne permet pas d’enregistrer cet avis."))
    form = PointForm(request.POST or None, parts=parts(row.consultation), initial=shown(words_of_point(one)))
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            form,
            _("Le point est corrigé."),
            lambda: edit_point(agent(request), point=one, **form.cleaned_data),
        )
        if done is not None:
            return redirect(_consultee_address(row, "points"))
    context = {
        "consultation": row.consultation,
        "form": form,
        "titre": _("Corriger un point"),
        "bouton": _("Enregistrer"),
        "retour": _consultee_address(row, "points"),
    }
    return render(request, "agents/avis/formulaire.html", context)


@require_POST
def drop_point(request: HttpRequest, point_id: str) -> HttpResponse:
    """Take a point off until the agency replied."""
    one = reach_point(request, point_id)
    row = one.opinion.consultee
    act(request, _("Le point est ôté."), lambda: remove_point(agent(request), point=one))
    return redirect(_consultee_address(row, "points"))


@require_safe
def points(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Every point with its reply, those that wait first; or those that wait alone."""
    return _points_page(request, consultation_id)


def _points_page(
    request: HttpRequest, consultation_id: str, sent: tuple[OpinionPoint, ReplyForm] | None = None
) -> HttpResponse:
    consultation = reach(request, consultation_id)
    waiting = points_without_reply(consultation)
    every = OpinionPoint.objects.filter(opinion__consultee__consultation=consultation)
    seen = "tous" if sent and sent[0].reply_kind else request.GET.get("voir", "attente")
    rows = every if seen == "tous" or not waiting.exists() else waiting
    rows = rows.order_by("opinion__consultee__basis", "opinion__consultee", "number")
    number = request.GET.get("page")
    if sent:
        # a reply that was sent back stands on the page of its point
        before = list(rows.values_list("pk", flat=True)).index(sent[0].pk)
        number = str(before // PER_PAGE + 1)
    page = Paginator(rows.select_related("opinion__consultee__consultation"), PER_PAGE).get_page(number)
    writes = may(request, consultation, CONSULT)
    context = {
        "consultation": consultation,
        "page": page,
        "voir": seen if waiting.exists() else "tous",
        "total": every.count(),
        "sans_reponse": waiting.count(),
        "titres": {part.about: part for part in parts(consultation)},
        "lignes": [(one, _reply_form(one, sent) if writes and _open(one) else None) for one in page],
        "envoye": sent[1] if sent else None,
    }
    return render(request, "agents/avis/points.html", context)


def _open(one: OpinionPoint) -> bool:
    """A reply may be written: none yet, or not published."""
    return not one.reply_kind or one.opinion.consultee.consultation.published_at is None


def _reply_form(one: OpinionPoint, sent: tuple[OpinionPoint, ReplyForm] | None) -> ReplyForm:
    if sent is not None and sent[0].pk == one.pk:
        return sent[1]
    stored = {"kind": one.reply_kind, "words": one.reply, "token": reply_token(one)}
    return ReplyForm(prefix=one.public_id, initial=stored)


@require_POST
def reply(request: HttpRequest, point_id: str) -> HttpResponse:
    """The agency's reply to one point; sent back in its place where it does not hold."""
    one = reach_point(request, point_id)
    consultation = one.opinion.consultee.consultation
    require(agent(request), CONSULT, consultation.plan.territory)
    form = ReplyForm(request.POST, prefix=one.public_id)
    if form.is_valid():
        done = attempt(
            request,
            form,
            _("La réponse est enregistrée."),
            lambda: reply_to_point(agent(request), point=one, **form.take()),
        )
        if form.has_error(NON_FIELD_ERRORS, "formal.conflict"):
            one.refresh_from_db(fields=["reply_kind", "reply"])
            form.keep_over(reply_token(one))
        if done is not None:
            address = reverse("agents-avis:points", args=[consultation.public_id])
            return redirect(f"{address}?voir={'tous' if one.reply_kind else 'attente'}#points")
    return _points_page(request, consultation.public_id, (one, form))


@require_POST
def end(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """End the consultation: opinions and replies are then read together."""
    consultation = reach(request, consultation_id)
    act(
        request,
        _("La consultation est terminée. Les réponses de l’agence sont publiques."),
        lambda: end_consultation(agent(request), consultation=consultation),
    )
    return redirect("agents-avis:consultation", consultation_id=consultation_id)
