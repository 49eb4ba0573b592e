"""Published reviews: the list, each one with its decisions, its account to inhabitants and its dossier.

Fed by plan and by web.shared.dossier, which reads the frozen bytes. Feeds templates/public/bilans/. No draft ever
shows: the public part of a snapshot alone is read.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fabrique.common.clock import today
from fabrique.plan.models import Decision, Evaluation, Recommendation, Review, UsersFinding
from fabrique.plan.querysets.reviews import OPEN
from fabrique.plan.services.findings import is_as_handed_in
from fabrique.territories.models import Territory
from fabrique.web.shared.dossier import FORMS, account, dossier_file, frozen
from fabrique.web.shared.dossier.answers import account_answer, file_answer
from fabrique.web.shared.dossier.facts import facts_of
from fabrique.web.shared.dossier.sections import change_rows, summary

#: a drawn document never changes: it is kept a day rather than drawn again at each visit
A_DAY = 86_400
#: on the page of a review; all of them are on a page of their own
MOST_FINDINGS = 20


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Reviews of one territory or of all, evaluations, and how many recommendations are late."""
    rows = Review.objects.public().select_related("territory", "body")
    places = Territory.objects.filter(pk__in=rows.values("territory")).order_by("-level", "name")
    wanted = request.GET.get("territoire", "")
    chosen = rows.filter(territory__code=wanted) if wanted else rows
    followed = Recommendation.objects.public()
    context = {
        "revues": chosen.order_by("-held_on", "-pk")[:200],
        "territoires": places,
        "choisi": wanted,
        "evaluations": Evaluation.objects.public().order_by("-published_at"),
        "recommandations": followed.count(),
        "en_retard": followed.late(today()).count(),
        "constats": UsersFinding.objects.public().count(),
    }
    return render(request, "public/bilans/liste.html", context)


def _review(review_id: str) -> Review:
    rows = Review.objects.public().select_related("territory", "plan", "snapshot__supersedes", "body")
    found: Review = get_object_or_404(rows, public_id=review_id)
    return found


@require_safe
def review(request: HttpRequest, review_id: str) -> HttpResponse:
    """One review: what to remember, the figures of that day, the decisions and what became of them."""
    found = _review(review_id)
    source = frozen(_snapshot_of(found), public=True)
    keys = {one["key"] for one in source.content["actions"]}
    decisions = (
        Decision.objects.public()
        .filter(review=found, action__key__in=keys)
        .select_related("action__territory")
    )
    moved = source.moved
    context = {
        "revue": found,
        "etapes": found.steps.all(),
        "resume": summary(facts_of(source.content["actions"], source.on))[1:],
        "le": source.on,
        "changements": None if moved is None else change_rows(moved),
        "decisions": [
            _told(one, today()) for one in decisions.order_by("action__territory__code", "action__key")
        ],
        "constats": _findings(found),
        "formes": list(FORMS),
    }
    return render(request, "public/bilans/revue.html", context)


def _findings(found: Review) -> list[UsersFinding]:
    """What users found on the actions of the territory, the latest; an altered text is not shown."""
    rows = UsersFinding.objects.public().filter(
        action__plan=found.plan, action__territory__in=Territory.objects.within(found.territory)
    )
    rows = rows.select_related("action", "organisation").order_by("-published_at", "-pk")[:MOST_FINDINGS]
    return [one for one in rows if is_as_handed_in(one)]


def _told(decision: Any, on: date) -> dict[str, Any]:
    """A decision, and whether its follow-up is late."""
    late = bool(decision.due_on and decision.due_on < on and decision.follow_up in OPEN)
    return {"decision": decision, "late": late}


def _snapshot_of(found: Review) -> Any:
    """A published review has a snapshot: a constraint of the database says so."""
    return found.snapshot


@require_safe
def inhabitants(request: HttpRequest, review_id: str) -> HttpResponse:
    """The account in plain French, as a page."""
    found = _review(review_id)
    source = frozen(_snapshot_of(found), public=True, review=found)
    context = {"revue": found, "document": account(source)}
    return render(request, "public/bilans/compte_rendu.html", context)


@require_safe
def inhabitants_pdf(request: HttpRequest, review_id: str) -> HttpResponse:
    found = _review(review_id)
    source = frozen(_snapshot_of(found), public=True, review=found)
    return account_answer(source)


@require_safe
def dossier(request: HttpRequest, review_id: str, form: str) -> HttpResponse:
    """The public extract of the dossier, to save."""
    if form not in FORMS:
        raise Http404
    found = _review(review_id)
    source = frozen(_snapshot_of(found), public=True)
    # named after the frozen bytes that it is drawn from: it never goes stale
    name = f"bilans:dossier:{source.fingerprint}:{form}"
    drawn: bytes | None = cache.get(name)
    if drawn is None:
        drawn = dossier_file(source, form)
        cache.set(name, drawn, A_DAY)
    return file_answer(source, "dossier-public", form, drawn)
