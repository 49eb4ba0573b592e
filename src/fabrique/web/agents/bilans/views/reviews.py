"""A review: prepare it, its steps, its snapshot, the day it was held, its publication.

Fed by plan.models.review. Feeds the verbs of plan.services.reviews and .steps.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fabrique.accounts.rights import holds, require
from fabrique.common.clock import today
from fabrique.plan.enums import ReviewState
from fabrique.plan.models import Plan, Review
from fabrique.plan.services import reviews as verbs
from fabrique.plan.services import steps as step_verbs
from fabrique.plan.services.snapshots import take_snapshot
from fabrique.web.agents.bilans.access import followable, places_of, plans_of, reach_review
from fabrique.web.agents.bilans.forms import (
    ChooseForm,
    HoldForm,
    NameForm,
    NewReviewForm,
    PatternForm,
    ReviewForm,
    StepFormSet,
    StepsForm,
)
from fabrique.web.agents.bilans.saving import attempt, errors_of, form_page, told
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown
from fabrique.web.shared.saving import press

FORM = ["GET", "HEAD", "POST"]


def plan_asked(request: HttpRequest) -> Plan | None:
    """The plan named in the address, else the most recent one that the agent reads."""
    plans = plans_of(request)
    wanted = request.GET.get("plan", "")
    return next((plan for plan in plans if plan.slug == wanted), plans[0] if plans else None)


@require_http_methods(FORM)
def new(request: HttpRequest) -> HttpResponse:
    actor = agent(request)
    require(actor, "plan.review")
    plan = plan_asked(request)
    if plan is None:
        return render(request, "agents/bilans/sans_plan.html")
    form = NewReviewForm(
        request.POST or None,
        plan=plan,
        places=places_of(request, "plan.review", plan),
        initial={"territory": next(iter(places_of(request, "plan.review", plan)), None)},
    )
    if request.method == "POST":
        fields = {"review.kind": "territory", "review.title": "title", "review.body": "body"}
        made = attempt(form, lambda data: verbs.create_review(actor, plan=plan, **data), fields)
        if made is not None:
            return told(request, _("Revue créée."), "agents-bilans:revue", made.public_id)
    return form_page(
        request,
        form,
        title=_("Préparer une revue"),
        submit=_("Créer la revue"),
        trail=[(_("Bilans"), reverse("agents-bilans:liste"))],
        intro=_("Plan : %(plan)s.") % {"plan": plan.title},
    )


@require_safe
def detail(request: HttpRequest, review_id: str) -> HttpResponse:
    return _detail(request, reach_review(request, review_id))


def _detail(request: HttpRequest, review: Review, forms: dict[str, Any] | None = None) -> HttpResponse:
    """The page of a review, with the forms that its state allows."""
    actor = agent(request)
    forms = forms or {}
    draft = review.state == ReviewState.DRAFT
    decisions = review.decisions.select_related("action__territory", "review__territory").order_by(
        "action__key"
    )
    context = {
        "revue": review,
        "etapes": review.steps.all(),
        "decisions": decisions,
        "peut_ecrire": holds(actor, "plan.review", review.territory)
        and review.state != ReviewState.PUBLISHED,
        "a_suivre": followable(actor, decisions),
        "peut_publier": holds(actor, "plan.publish_reviews", review.territory),
        "preparation": draft,
        "tenue": review.state == ReviewState.HELD,
        "choisir": forms.get("choisir")
        or ChooseForm(review=review, initial={"snapshot": review.snapshot_id}),
        "prendre": forms.get("prendre") or NameForm(prefix="nouveau"),
        "tenir": forms.get("tenir") or HoldForm(initial={"on": today()}),
        "modele": forms.get("modele") or PatternForm(prefix="modele", initial={"start": today()}),
        "formulaires": list(forms.values()),
        "aujourd_hui": today(),
    }
    return render(request, "agents/bilans/revue.html", context)


@require_http_methods(FORM)
def edit(request: HttpRequest, review_id: str) -> HttpResponse:
    review = reach_review(request, review_id)
    require(agent(request), "plan.review", review.territory)
    form = ReviewForm(request.POST or None, review=review, initial=shown(verbs.words_of(review)))
    if request.method == "POST":
        fields = {"review.title": "title", "review.body": "body"}
        saved = attempt(form, lambda data: verbs.edit_review(agent(request), review=review, **data), fields)
        if saved is not None:
            return told(request, _("Revue enregistrée."), "agents-bilans:revue", review.public_id)
    return form_page(
        request, form, title=_("Modifier la revue"), submit=_("Enregistrer"), trail=trail_of(review)
    )


def trail_of(review: Review) -> list[tuple[str, str]]:
    return [
        (_("Bilans"), reverse("agents-bilans:liste")),
        (review.title, reverse("agents-bilans:revue", args=[review.public_id])),
    ]


@require_http_methods(FORM)
def steps(request: HttpRequest, review_id: str) -> HttpResponse:
    """All the steps on one screen; an emptied label takes its step away."""
    review = reach_review(request, review_id)
    require(agent(request), "plan.review", review.territory)
    stored = step_verbs.steps_of(review)
    forms = StepFormSet(request.POST or None, initial=stored["steps"])
    kept = StepsForm(request.POST or None, initial=shown(stored))
    if request.method == "POST" and forms.is_valid():
        written = [step_verbs.Step(**one) for one in forms.cleaned_data if one.get("label")]
        done = attempt(
            kept, lambda data: step_verbs.set_steps(agent(request), review=review, steps=written, **data)
        )
        if done is not None:
            return told(request, _("Étapes enregistrées."), "agents-bilans:revue", review.public_id)
    named = [(_("Étape %(n)d") % {"n": rank}, form) for rank, form in enumerate(forms, start=1)]
    context = {
        "revue": review,
        "formulaires": forms,
        "garde": kept,
        "enregistrees": stored["steps"] if kept.conflit is not None else None,
        "erreurs": errors_of([*named, (_("Étapes"), kept)]),
        "chemin": trail_of(review),
    }
    return render(request, "agents/bilans/etapes.html", context)


@require_POST
def replay(request: HttpRequest, review_id: str) -> HttpResponse:
    review = reach_review(request, review_id)
    form = PatternForm(request.POST, prefix="modele")
    done = attempt(
        form, lambda data: step_verbs.replay_pattern(agent(request), review=review, start=data["start"])
    )
    if done is None:
        return _detail(request, review, {"modele": form})
    return told(request, _("Étapes du modèle ajoutées."), "agents-bilans:revue", review.public_id)


@require_POST
def choose(request: HttpRequest, review_id: str) -> HttpResponse:
    """Choose a snapshot already taken, or take one now under the name given."""
    review = reach_review(request, review_id)
    actor = agent(request)
    if "prendre" in request.POST:
        form: Any = NameForm(request.POST, prefix="nouveau")
        done = attempt(form, lambda data: _take_and_choose(actor, review, data["label"]))
        forms = {"prendre": form}
    else:
        form = ChooseForm(request.POST, review=review)
        done = attempt(
            form, lambda data: verbs.choose_snapshot(actor, review=review, snapshot=data["snapshot"])
        )
        forms = {"choisir": form}
    if done is None:
        return _detail(request, review, forms)
    return told(request, _("Instantané choisi."), "agents-bilans:revue", review.public_id)


def _take_and_choose(actor: Any, review: Review, label: str) -> Review:
    taken = take_snapshot(actor, plan=review.plan, territory=review.territory, label=label)
    return verbs.choose_snapshot(actor, review=review, snapshot=taken)


@require_POST
def hold(request: HttpRequest, review_id: str) -> HttpResponse:
    review = reach_review(request, review_id)
    form = HoldForm(request.POST)
    done = attempt(form, lambda data: verbs.hold_review(agent(request), review=review, on=data["on"]))
    if done is None:
        return _detail(request, review, {"tenir": form})
    return told(
        request,
        _("La revue est notée comme tenue. Écrivez maintenant ce qu’elle a décidé."),
        "agents-bilans:decisions",
        review.public_id,
    )


@require_POST
def publish(request: HttpRequest, review_id: str) -> HttpResponse:
    review = reach_review(request, review_id)
    press(
        request,
        lambda: verbs.publish_review(agent(request), review=review),
        _("La revue est publique, avec ses décisions."),
    )
    return redirect("agents-bilans:revue", review.public_id)
