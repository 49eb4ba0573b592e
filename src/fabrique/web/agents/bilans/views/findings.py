"""What users' associations find: entrust, read, give the agency's view, publish; and the association's own screen.

Fed by plan.models.UsersFinding. Feeds the verbs of plan.services.findings.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds, reach, require
from fabrique.common.clock import today
from fabrique.plan.models import Action, UsersFinding
from fabrique.plan.services import findings as verbs
from fabrique.web.agents.bilans.access import READ, reach_finding, reach_mandate
from fabrique.web.agents.bilans.evaluation_forms import EntrustForm, HandInForm, ViewForm
from fabrique.web.agents.bilans.saving import attempt, form_page, told
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown
from fabrique.web.shared.saving import press

FORM = ["GET", "HEAD", "POST"]


def _trail() -> list[tuple[str, str]]:
    return [(_("Bilans"), reverse("agents-bilans:liste"))]


@require_http_methods(FORM)
def new(request: HttpRequest) -> HttpResponse:
    """Entrust a finding on an action of the agent's territories."""
    actor = agent(request)
    require(actor, "plan.entrust_findings")
    actions = Action.objects.filter(reach(actor, "plan.entrust_findings", "territory"))
    chosen = actions.filter(public_id=request.GET.get("action", "")).first()
    form = EntrustForm(
        request.POST or None,
        actions=actions.select_related("territory").order_by("territory__code", "title"),
        initial={"action": chosen},
    )
    if request.method == "POST":
        fields = {
            "finding.organisation": "organisation",
            "finding.already": "organisation",
            "finding.due": "due_on",
        }
        made = attempt(form, lambda data: verbs.entrust(actor, **data), fields)
        if made is not None:
            return told(request, _("Constat confié."), "agents-bilans:constat", made.public_id)
    return form_page(
        request,
        form,
        title=_("Confier un constat"),
        submit=_("Confier"),
        trail=_trail(),
        intro=_(
            "Une association d’usagers vérifie si une action améliore ce que vivent les usagers. "
            "Son texte paraîtra tel quel, à côté du point de vue de l’agence."
        ),
    )


@require_http_methods(FORM)
def detail(request: HttpRequest, finding_id: str) -> HttpResponse:
    """The finding as handed in, and the agency's view to write beside."""
    finding = reach_finding(request, finding_id)
    actor = agent(request)
    require(actor, READ, finding.action.territory)
    writes = holds(actor, "plan.entrust_findings", finding.action.territory)
    open_view = finding.handed_in_at is not None and not (finding.published_at and finding.agency_view)
    form = ViewForm(request.POST or None, initial=shown(verbs.view_of(finding)))
    if request.method == "POST":
        done = attempt(form, lambda data: verbs.give_view(actor, finding=finding, **data))
        if done is not None:
            return told(request, _("Point de vue enregistré."), "agents-bilans:constat", finding.public_id)
    context = {
        "constat": finding,
        "form": form if writes and open_view else None,
        "intact": verbs.is_as_handed_in(finding),
        "peut_publier": finding.handed_in_at is not None
        and finding.published_at is None
        and holds(actor, "plan.publish_reviews", finding.action.territory),
        "chemin": _trail(),
    }
    return render(request, "agents/bilans/constat.html", context)


@require_POST
def publish(request: HttpRequest, finding_id: str) -> HttpResponse:
    finding = reach_finding(request, finding_id)
    press(
        request,
        lambda: verbs.publish_finding(agent(request), finding=finding),
        _("Le constat est public, tel qu’il a été remis."),
    )
    return redirect("agents-bilans:constat", finding.public_id)


@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    """What the signed-in person's association was entrusted with."""
    actor = agent(request)
    require(actor, "plan.hand_in_findings")
    rows = UsersFinding.objects.entrusted_to(actor).select_related("action__territory", "organisation")
    context = {"mandats": rows.order_by("handed_in_at", "due_on", "pk"), "aujourd_hui": today()}
    return render(request, "agents/bilans/mandats.html", context)


@require_http_methods(FORM)
def mandate(request: HttpRequest, finding_id: str) -> HttpResponse:
    """One mandate: what is asked, and the form to hand in, once, from a telephone."""
    finding = reach_mandate(request, finding_id)
    form = HandInForm(request.POST or None)
    if request.method == "POST":
        names = ("tone", "text", "method")
        done = attempt(
            form,
            lambda data: verbs.hand_in(
                agent(request), finding=finding, **{name: data[name] for name in names}
            ),
        )
        if done is not None:
            sentence = _("Votre constat est remis. Merci. Il paraîtra tel que vous l’avez écrit.")
            return told(request, sentence, "agents-bilans:mandat", finding.public_id)
    context = {"constat": finding, "form": form if finding.handed_in_at is None else None}
    return render(request, "agents/bilans/mandat.html", context)
