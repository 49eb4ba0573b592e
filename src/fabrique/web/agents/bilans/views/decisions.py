"""The dense screen of decisions: each action as it was frozen, what came before, and what the review decides.

Fed by the snapshot of the review, by earlier decisions and by the difference since the snapshot before.
Feeds plan.services.reviews.decide, row by row: what is right is kept, what is refused comes back with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from fabrique.accounts.actors import Actor
from fabrique.accounts.rights import holds, require
from fabrique.common.conflicts import token_of
from fabrique.plan.enums import DecisionKind, FollowUpState, ReviewState, Weather
from fabrique.plan.models import Action, Decision, Review
from fabrique.plan.services import reviews as verbs
from fabrique.plan.services.differences import Difference, difference
from fabrique.plan.services.snapshots import content_of
from fabrique.web.agents.bilans.access import reach_decision, reach_review
from fabrique.web.agents.bilans.forms import DecisionForm, FollowUpForm
from fabrique.web.agents.bilans.saving import attempt, errors_of, form_page, told
from fabrique.web.agents.bilans.views.reviews import trail_of
from fabrique.web.shared.actors import agent
from fabrique.web.shared.conflicts import shown
from fabrique.web.shared.dossier import words
from fabrique.web.shared.dossier.sections import change_rows

PER_PAGE = 25
#: under which field of the row a refusal is said
WHERE = {"decision.kind": "kind", "decision.reason": "reason", "decision.owner": "owner"}


@dataclass(frozen=True)
class Row:
    """One action of the snapshot: what the screen shows of it, and its form.

    `form` is None where the action is gone, and as long as the review has not been held.
    """

    frozen: Mapping[str, Any]
    state: Mapping[str, str]
    changes: list[list[str]]
    earlier: list[dict[str, Any]]
    decision: Decision | None
    form: DecisionForm | None


@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest, review_id: str) -> HttpResponse:
    """GET shows one page of actions; POST keeps the decisions of that page."""
    review = reach_review(request, review_id)
    require(agent(request), "plan.review", review.territory)
    if review.snapshot is None:
        messages.info(request, _("Choisissez d’abord l’instantané que la revue examine."))
        return redirect("agents-bilans:revue", review.public_id)
    if review.state == ReviewState.PUBLISHED:
        messages.info(request, _("Cette revue est publiée : ses décisions ne changent plus."))
        return redirect("agents-bilans:revue", review.public_id)
    content = content_of(review.snapshot)
    before = content_of(review.snapshot.supersedes) if review.snapshot.supersedes else None
    page, kept = _filtered(request, review, content)
    wanted = _sent(request, review, content) if request.method == "POST" else list(page)
    rows = _rows(request, review, wanted, difference(before, content) if before else None)
    if request.method == "POST":
        saved, rows, wrong = _save(request, review, rows)
        if not wrong:
            sentence = ngettext("%(n)d décision enregistrée.", "%(n)d décisions enregistrées.", saved)
            messages.success(request, sentence % {"n": saved})
            return redirect(request.get_full_path())
    context = {
        "revue": review,
        "lignes": rows,
        "page": page,
        "filtre": kept,
        "meteos": Weather.choices,
        "territoires": sorted(
            {(one["territory"]["code"], one["territory"]["name"]) for one in content["actions"]}
        ),
        "premier": before is None,
        "decidees": review.decisions.count(),
        "total": len(content["actions"]),
        "erreurs": errors_of((row.frozen["title"], row.form) for row in rows if row.form is not None),
        "chemin": trail_of(review),
        "instantane": content,
    }
    return render(request, "agents/bilans/decisions.html", context)


def _filtered(
    request: HttpRequest, review: Review, content: Mapping[str, Any]
) -> tuple[Page[Any], dict[str, str]]:
    """The page of actions that the filters of the address ask for."""
    kept = {name: request.GET.get(name, "") for name in ("meteo", "territoire", "etat")}
    decided = set(review.decisions.values_list("action__key", flat=True))
    found = [
        one
        for one in content["actions"]
        if kept["meteo"] in ("", one["weather"]["value"] if one["weather"] else "sans")
        and kept["territoire"] in ("", one["territory"]["code"])
        and (kept["etat"] != "a-decider" or one["key"] not in decided)
    ]
    return Paginator(found, PER_PAGE).get_page(request.GET.get("page")), kept


def _sent(request: HttpRequest, review: Review, content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The actions that the page sent showed: a colleague's decision may since have taken one out of the filter."""
    named = [name.removesuffix("-kind") for name in request.POST if name.endswith("-kind")]
    rows = Action.objects.filter(plan=review.plan, public_id__in=named)
    keys = set(rows.values_list("key", flat=True))
    return [one for one in content["actions"] if one["key"] in keys]


def _rows(
    request: HttpRequest, review: Review, wanted: list[Mapping[str, Any]], moved: Difference | None
) -> list[Row]:
    keys = [one["key"] for one in wanted]
    actions = {one.key: one for one in Action.objects.filter(plan=review.plan, key__in=keys)}
    decisions = {one.action.key: one for one in review.decisions.select_related("action")}
    data = request.POST if request.method == "POST" else None
    held = review.state == ReviewState.HELD
    return [
        _row(one, actions.get(one["key"]), decisions.get(one["key"]), data, moved, held) for one in wanted
    ]


def _row(
    frozen: Mapping[str, Any],
    action: Action | None,
    decision: Decision | None,
    data: Any,
    moved: Difference | None,
    held: bool,
) -> Row:
    stored = shown(verbs.words_of_decision(decision))
    form = DecisionForm(data, prefix=action.public_id, initial=stored) if action and held else None
    progress = frozen["progress"]
    state = {
        "rate": words.rate(progress["rate"]),
        "base": f"{progress['known']}/{progress['total']}",
        "trend": words.trend(progress),
        "age": words.freshness(progress["age"]),
        "weather": words.label(Weather, frozen["weather"]["value"], "") if frozen["weather"] else "",
    }
    changes = [row[1:] for row in change_rows(of_action(moved, frozen["key"]))] if moved else []
    earlier = [
        {
            **one,
            "mots": f"{words.capital(words.label(DecisionKind, one['kind']))}.",
            "suite": words.label(FollowUpState, one["follow_up"]),
        }
        for one in reversed(frozen["decisions"])
    ]
    return Row(frozen, state, changes, earlier, decision, form)


def of_action(moved: Difference, key: str) -> Difference:
    """What moved on one action."""
    return replace(
        moved,
        added=[one for one in moved.added if one[0] == key],
        removed=[],
        changed=[one for one in moved.changed if one[0] == key],
        weather=[one for one in moved.weather if one.key == key],
        values=[one for one in moved.values if one.key == key],
        milestones=[one for one in moved.milestones if one.key == key],
        money=[one for one in moved.money if one.key == key],
    )


def _save(request: HttpRequest, review: Review, rows: list[Row]) -> tuple[int, list[Row], int]:
    """(decisions kept, the rows to show again, rows refused). A row left as it was shown is not written."""
    saved = wrong = 0
    keys = [row.frozen["key"] for row in rows]
    actions = {one.key: one for one in Action.objects.filter(plan=review.plan, key__in=keys)}
    again: list[Row] = []
    for row in rows:
        form = row.form
        if form is None or not _touched(form):
            # what a colleague wrote meanwhile is shown, not what this page held before
            again.append(replace(row, form=_fresh(row, row.decision)))
            continue
        action = actions[row.frozen["key"]]
        if attempt(form, partial(_decide, agent(request), review, action, row), WHERE):
            saved += 1
            stored = review.decisions.filter(action=action).first()
            again.append(replace(row, decision=stored, form=_fresh(row, stored)))
        else:
            wrong += 1
            again.append(row)
    return saved, again, wrong


def _fresh(row: Row, stored: Decision | None) -> DecisionForm | None:
    """The form of the row as it stands now."""
    if row.form is None:
        return None
    return DecisionForm(prefix=row.form.prefix, initial=shown(verbs.words_of_decision(stored)))


def _touched(form: DecisionForm) -> bool:
    """Whether somebody wrote in the row since it was shown; line ends are those of the browser."""
    if not form.is_valid():
        return True
    typed = {
        name: value.replace("\r\n", "\n") if isinstance(value, str) else value
        for name, value in form.cleaned_data.items()
        if name != "expected"
    }
    expected = form.cleaned_data["expected"]
    if expected:
        return token_of(typed) != expected
    return any(name != "expected" for name in form.changed_data)


def _decide(actor: Actor, review: Review, action: Action, row: Row, data: Mapping[str, Any]) -> bool:
    """Write the decision; a row that was emptied takes it back."""
    expected = data["expected"]
    if row.decision is not None and not any(data[name] for name in data if name != "expected"):
        verbs.withdraw_decision(actor, decision=row.decision, expected=expected)
    else:
        verbs.decide(actor, review=review, action=action, **data)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, decision_id: str) -> HttpResponse:
    """What became of a decision."""
    decision = reach_decision(request, decision_id)
    actor = agent(request)
    if not verbs.may_follow_up(actor, decision=decision):
        require(actor, "plan.review", decision.review.territory)
    form = FollowUpForm(request.POST or None, initial=shown(verbs.follow_up_of(decision)))
    if request.method == "POST":
        fields = {"follow_up.reason": "note", "follow_up.state": "state"}
        done = attempt(form, lambda data: verbs.follow_up_decision(actor, decision=decision, **data), fields)
        if done is not None:
            where = decision.review
            if holds(actor, "plan.read", where.territory):
                return told(request, _("Suite enregistrée."), "agents-bilans:revue", where.public_id)
            return told(request, _("Suite enregistrée."), "agents-bilans:liste")
    said = {"kind": decision.get_kind_display(), "action": decision.action.title, "reason": decision.reason}
    return form_page(
        request,
        form,
        title=_("Suite d’une décision"),
        submit=_("Enregistrer la suite"),
        trail=trail_of(decision.review),
        intro=_("« %(action)s » : %(kind)s. %(reason)s") % said,
    )
