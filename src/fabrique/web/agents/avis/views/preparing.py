"""Preparing a formal consultation: its list, its notice, its publication.

Fed by plan.services.consultation and consultees. Feeds templates/agents/avis/.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.accounts.rights import reach as reaching
from fabrique.common.clock import today
from fabrique.plan.enums import ConsultationState
from fabrique.plan.models import Consultee, FormalConsultation, Plan
from fabrique.plan.services import consultation as verbs
from fabrique.plan.services.consultees import (
    add_consultee,
    add_proposed,
    edit_consultee,
    proposals_left,
    remove_consultee,
    rule_of,
    words_of_silence,
)
from fabrique.plan.services.life import OPEN_TO_WRITING
from fabrique.plan.services.wording import adopted_version, changes_without_cause
from fabrique.territories.models import Territory
from fabrique.web.agents.avis.access import (
    CONSULT,
    GIVE,
    READ,
    RECORD,
    act,
    attempt,
    may,
    reach,
    reach_consultee,
)
from fabrique.web.agents.avis.forms import ConsulteeForm, NewForm, NoticeForm, ProposedForm, PublishForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown
from fabrique.web.shared.formal import count_of, groups

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Opinions that the person's bodies are asked for, then the consultations that the agent reads."""
    actor = agent(request)
    reads = holds(actor, READ)
    if not reads:
        require(actor, GIVE)
    own = Consultee.objects.spoken_for_by(actor).select_related("consultation__plan", "opinion")
    rows = FormalConsultation.objects.visible_to(actor) if reads else FormalConsultation.objects.none()
    context = {
        "a_rendre": own.without_opinion(),
        "rendus": own.filter(opinion__isnull=False),
        "lit": reads,
        "consultations": rows.for_page(),
        "peut_preparer": holds(actor, CONSULT, Territory.objects.perimeter()) or _plans(request).exists(),
    }
    return render(request, "agents/avis/liste.html", context)


def _plans(request: HttpRequest) -> Any:
    """Plans that the agent may consult on, in a state where it makes sense."""
    states = [*OPEN_TO_WRITING, "consultation"]
    return Plan.objects.filter(reaching(agent(request), CONSULT, "territory"), state__in=states)


@GET_POST
def new(request: HttpRequest) -> HttpResponse:
    """A consultation starts with its plan, its kind and its title; the list of the law comes by itself."""
    require(agent(request), CONSULT)
    form = NewForm(request.POST or None, plans=_plans(request))
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            form,
            _("La consultation est préparée, avec la liste que propose la loi."),
            lambda: verbs.create_consultation(agent(request), **form.cleaned_data),
        )
        if made is not None:
            return redirect("agents-avis:consultation", consultation_id=made.public_id)
    return render(request, "agents/avis/nouvelle.html", {"form": form, "plans": _plans(request).exists()})


@require_safe
def detail(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Where it stands, what to do next, and everyone consulted."""
    consultation = reach(request, consultation_id)
    return _page(request, consultation)


def _page(
    request: HttpRequest, consultation: FormalConsultation, proposed: ProposedForm | None = None
) -> HttpResponse:
    on = today()
    made = groups(consultation, on)
    last = verbs.delay_ends_on(consultation)
    draft = consultation.state == ConsultationState.DRAFT
    left = proposals_left(consultation) if draft else {}
    context = {
        "consultation": consultation,
        "groupes": made,
        "compte": count_of(made, on),
        "regle": rule_of(consultation.revision),
        "silences": words_of_silence(consultation, {group.basis for group in made}),
        "dernier": last,
        "reste": (last - on).days if last and last >= on else None,
        "sans_reponse": verbs.points_without_reply(consultation).count(),
        "adopte": adopted_version(consultation) is not None,
        "sans_cause": changes_without_cause(consultation).count(),
        "obstacles": verbs.adoption_obstacles(consultation.plan),
        "propose": (proposed or ProposedForm(left=left)) if left else None,
        "peut_preparer": may(request, consultation, CONSULT),
        "peut_saisir": may(request, consultation, RECORD),
    }
    return render(request, "agents/avis/consultation.html", context)


@GET_POST
def edit(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """The title, the notice and the delay, before sending."""
    consultation = reach(request, consultation_id)
    require(agent(request), CONSULT, consultation.plan.territory)
    form = NoticeForm(request.POST or None, initial=shown(verbs.words_of(consultation)))
    if request.method == "POST" and form.is_valid():
        saved = attempt(
            request,
            form,
            _("C’est enregistré."),
            lambda: verbs.edit_consultation(agent(request), consultation=consultation, **form.cleaned_data),
        )
        if saved is not None:
            return redirect("agents-avis:consultation", consultation_id=consultation_id)
    return _form(request, consultation, form, _("Écrire l’avis de consultation"), _("Enregistrer"))


def _form(
    request: HttpRequest, consultation: FormalConsultation, form: Any, title: str, button: str, **more: Any
) -> HttpResponse:
    context = {"consultation": consultation, "form": form, "titre": title, "bouton": button, **more}
    return render(request, "agents/avis/formulaire.html", context)


@require_POST
def propose(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Add whole lines of the data file."""
    consultation = reach(request, consultation_id)
    require(agent(request), CONSULT, consultation.plan.territory)
    form = ProposedForm(request.POST, left=proposals_left(consultation))
    if not form.is_valid():
        return _page(request, consultation, form)
    act(
        request,
        _("La liste est complétée."),
        lambda: add_proposed(agent(request), consultation=consultation, keys=form.cleaned_data["keys"]),
    )
    return redirect("agents-avis:consultation", consultation_id=consultation_id)


@GET_POST
def add(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """One more to consult; once the notice is published, by choice alone."""
    consultation = reach(request, consultation_id)
    require(agent(request), CONSULT, consultation.plan.territory)
    opened = consultation.state != ConsultationState.DRAFT
    form = ConsulteeForm(request.POST or None, opened=opened)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            form,
            _("La ligne est ajoutée."),
            lambda: add_consultee(agent(request), consultation=consultation, **form.cleaned_data),
        )
        if made is not None:
            return redirect("agents-avis:consultation", consultation_id=consultation_id)
    title = _("Demander un avis de plus") if opened else _("Ajouter à la liste")
    return _form(request, consultation, form, title, _("Ajouter"))


@GET_POST
def correct(request: HttpRequest, consultee_id: str) -> HttpResponse:
    """Correct a line before sending."""
    row = reach_consultee(request, consultee_id)
    require(agent(request), CONSULT, row.consultation.plan.territory)
    stored = {name: getattr(row, name) for name in ConsulteeForm.base_fields}
    form = ConsulteeForm(request.POST or None, opened=False, initial=stored)
    if request.method == "POST" and form.is_valid():
        saved = attempt(
            request,
            form,
            _("C’est enregistré."),
            lambda: edit_consultee(agent(request), consultee=row, **form.cleaned_data),
        )
        if saved is not None:
            return redirect("agents-avis:consultation", consultation_id=row.consultation.public_id)
    return _form(request, row.consultation, form, _("Corriger une ligne de la liste"), _("Enregistrer"))


@require_POST
def remove(request: HttpRequest, consultee_id: str) -> HttpResponse:
    """Take a line off before sending."""
    row = reach_consultee(request, consultee_id)
    act(
        request,
        _("%(nom)s n’est plus dans la liste.") % {"nom": row.name},
        lambda: remove_consultee(agent(request), consultee=row),
    )
    return redirect("agents-avis:consultation", consultation_id=row.consultation.public_id)


@GET_POST
def publish(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Record the publication of the notice: the delay runs from it, the text no longer moves."""
    consultation = reach(request, consultation_id)
    require(agent(request), CONSULT, consultation.plan.territory)
    form = PublishForm(request.POST or None, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        made = attempt(
            request,
            form,
            _("L’avis est publié : le texte est figé et le délai court."),
            lambda: verbs.publish_notice(agent(request), consultation=consultation, **form.cleaned_data),
        )
        if made is not None:
            return redirect("agents-avis:consultation", consultation_id=consultation_id)
    warning = _(
        "Le texte du plan sera figé tel qu’il est aujourd’hui, et la page publique ouverte. "
        "La liste ne changera plus, sauf pour un avis demandé par choix."
    )
    return _form(
        request,
        consultation,
        form,
        _("Publier l’avis de consultation"),
        _("Publier l’avis"),
        avertissement=warning,
    )
