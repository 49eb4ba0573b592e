"""Snapshots: take one, see what changed since the one before, check it, download its dossier.

Fed by plan.services.snapshots. Feeds web.shared.dossier.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fabrique.accounts.rights import require
from fabrique.plan.models import Snapshot
from fabrique.plan.services.snapshots import take_snapshot
from fabrique.web.agents.bilans.access import READ, places_of, reach_snapshot
from fabrique.web.agents.bilans.forms import SnapshotForm
from fabrique.web.agents.bilans.saving import attempt, told
from fabrique.web.agents.bilans.views.reviews import plan_asked
from fabrique.web.shared.actors import agent
from fabrique.web.shared.dossier import FORMS, account, dossier_file, frozen
from fabrique.web.shared.dossier.answers import account_answer, file_answer
from fabrique.web.shared.dossier.facts import facts_of
from fabrique.web.shared.dossier.sections import change_rows, summary


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """All that the agent may read, and the form to take one."""
    actor = agent(request)
    require(actor, READ)
    plan = plan_asked(request)
    places = places_of(request, "plan.review", plan) if plan else []
    form = SnapshotForm(request.POST or None, places=places, initial={"territory": next(iter(places), None)})
    if request.method == "POST" and plan is not None:
        require(actor, "plan.review")
        fields = {"snapshot.label": "label", "snapshot.already": "label"}
        made = attempt(form, lambda data: take_snapshot(actor, plan=plan, **data), fields)
        if made is not None:
            return told(request, _("Instantané pris."), "agents-bilans:instantane", made.public_id)
    context = {
        "instantanes": Snapshot.objects.visible_to(actor).light().order_by("-frozen_at")[:200],
        "form": form if places else None,
        "plan": plan,
    }
    return render(request, "agents/bilans/instantanes.html", context)


@require_safe
def detail(request: HttpRequest, snapshot_id: str) -> HttpResponse:
    """What it says in short, what moved, its fingerprint; the page refuses one that was altered."""
    snapshot = reach_snapshot(request, snapshot_id)
    source = frozen(snapshot, public=False)
    moved = source.moved
    context = {
        "instantane": snapshot,
        "contenu": source.content,
        "resume": summary(facts_of(source.content["actions"], source.on)),
        "changements": None if moved is None else change_rows(moved),
        "formes": list(FORMS),
        "revues": snapshot.reviews.all(),
    }
    return render(request, "agents/bilans/instantane.html", context)


@require_safe
def dossier(request: HttpRequest, snapshot_id: str, form: str) -> HttpResponse:
    """The whole dossier, drafts included: for the committee."""
    if form not in FORMS:
        raise Http404
    source = frozen(reach_snapshot(request, snapshot_id), public=False)
    return file_answer(source, "dossier", form, dossier_file(source, form))


@require_safe
def inhabitants(request: HttpRequest, snapshot_id: str, form: str) -> HttpResponse:
    """The account to inhabitants as it will read: a page, or its PDF."""
    snapshot = reach_snapshot(request, snapshot_id)
    review = snapshot.reviews.order_by("-published_at").first()
    source = frozen(snapshot, public=True, review=review)
    if form == "pdf":
        return account_answer(source)
    if form != "html":
        raise Http404
    chain = [
        (_("Bilans"), reverse("agents-bilans:liste")),
        (snapshot.label, reverse("agents-bilans:instantane", args=[snapshot.public_id])),
    ]
    context = {"document": account(source), "instantane": snapshot, "chemin": chain}
    return render(request, "agents/bilans/compte_rendu.html", context)
