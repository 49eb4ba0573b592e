"""Tying each changed line to the points that moved it, then publishing the differences.

Fed by plan.services.wording. Feeds templates/agents/avis/differences.html.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fabrique.accounts.rights import require
from fabrique.plan.models import FormalConsultation, OpinionPoint, WordingChange
from fabrique.plan.services.opinions import TAKEN
from fabrique.plan.services.wording import (
    cause_of,
    changes_without_cause,
    compare_texts,
    publish_differences,
    tie_change,
)
from fabrique.web.agents.avis.access import CONSULT, act, attempt, may, reach, reach_change
from fabrique.web.agents.avis.forms import CauseForm
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown
from fabrique.web.shared.formal import differences


@require_POST
def compare(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Take the adopted text and list every line that changed."""
    consultation = reach(request, consultation_id)
    done = act(
        request,
        _("Les deux textes sont comparés."),
        lambda: compare_texts(agent(request), consultation=consultation),
    )
    route = "agents-avis:differences" if done else "agents-avis:consultation"
    return redirect(route, consultation_id=consultation_id)


@require_safe
def screen(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Every changed line with its cause, those without one first in view."""
    return _page(request, reach(request, consultation_id))


def _taken(consultation: FormalConsultation) -> list[OpinionPoint]:
    """The points that a change may rest on."""
    rows = OpinionPoint.objects.filter(opinion__consultee__consultation=consultation, reply_kind__in=TAKEN)
    return list(rows.select_related("opinion__consultee").order_by("opinion", "number"))


def _page(
    request: HttpRequest,
    consultation: FormalConsultation,
    sent: tuple[WordingChange, CauseForm] | None = None,
) -> HttpResponse:
    taken = _taken(consultation)
    writes = may(request, consultation, CONSULT) and consultation.published_at is None
    sections = [
        (section, [(line, _cause(line.change, taken, sent) if writes else None) for line in section.changed])
        for section in differences(consultation)
        if section.changed
    ]
    context = {
        "consultation": consultation,
        "sections": sections,
        "total": sum(len(lines) for _section, lines in sections),
        "sans_cause": changes_without_cause(consultation).count(),
        "peut_publier": writes,
        "envoye": sent[1] if sent else None,
    }
    return render(request, "agents/avis/differences.html", context)


def _cause(
    change: WordingChange | None, taken: list[OpinionPoint], sent: tuple[WordingChange, CauseForm] | None
) -> Any:
    """The form of one line, the points about its own part first."""
    if change is None:
        return None
    if sent is not None and sent[0].pk == change.pk:
        return sent[1]
    return CauseForm(
        prefix=change.public_id,
        points=_nearest(change, taken),
        initial=shown(cause_of(change)),
    )


def _nearest(change: WordingChange, taken: list[OpinionPoint]) -> list[OpinionPoint]:
    return sorted(taken, key=lambda one: one.about != change.about)


@require_POST
def tie(request: HttpRequest, change_id: str) -> HttpResponse:
    """Say what moved one line; sent back in its place where it does not hold."""
    change = reach_change(request, change_id)
    consultation = change.consultation
    require(agent(request), CONSULT, consultation.plan.territory)
    taken = _taken(consultation)
    form = CauseForm(request.POST, prefix=change.public_id, points=_nearest(change, taken))
    if form.is_valid():
        chosen = [one for one in taken if one.public_id in form.cleaned_data["points"]]
        reason = form.cleaned_data["reason"]
        done = attempt(
            request,
            form,
            _("La cause est enregistrée."),
            lambda: tie_change(
                agent(request),
                change=change,
                points=chosen,
                reason=reason,
                expected=form.cleaned_data["expected"],
            ),
        )
        if done is not None:
            address = reverse("agents-avis:differences", args=[consultation.public_id])
            return redirect(f"{address}#{change.public_id}")
    return _page(request, consultation, (change, form))


@require_POST
def publish(request: HttpRequest, consultation_id: str) -> HttpResponse:
    """Show everyone what the opinions changed."""
    consultation = reach(request, consultation_id)
    act(
        request,
        _("Les différences sont publiées."),
        lambda: publish_differences(agent(request), consultation=consultation),
    )
    return redirect("agents-avis:differences", consultation_id=consultation_id)
