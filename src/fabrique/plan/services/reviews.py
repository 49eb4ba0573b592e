"""Verbs on reviews: prepare, hold on a frozen snapshot, decide on each action, follow up, publish.

Fed by agents' pages and the demonstration. Feeds the next review, the dossier and the public pages.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor
from fabrique.accounts.models import Body
from fabrique.accounts.rights import holds, require
from fabrique.common import journal
from fabrique.common.clock import now, today
from fabrique.common.conflicts import check_unchanged
from fabrique.common.errors import Refused
from fabrique.plan.enums import DecisionKind, FollowUpState, ReviewKind, ReviewState
from fabrique.plan.models import Action, Decision, Plan, Recommendation, Review, Snapshot
from fabrique.plan.services.snapshots import content_of
from fabrique.plan.services.words import line, needed
from fabrique.territories.enums import Level
from fabrique.territories.models import Territory


def create_review(
    actor: Actor,
    *,
    plan: Plan,
    kind: str,
    territory: Territory,
    title: str,
    scope: str = "",
    body: Body | None = None,
) -> Review:
    """Prepare a review; the last one of the same kind and territory becomes its previous one.

    Raises Refused: review.title, review.kind (a departmental review is of a department, the others of the plan's
    own territory), review.body, review.already (one of that title is being prepared there).
    """
    require(actor, "plan.review", territory)
    title = needed(line(title), "review.title", _("Donnez un titre à cette revue."))
    _check_territory(plan, kind, territory)
    _check_body(body, territory, plan)
    with transaction.atomic():
        Plan.objects.select_for_update().get(pk=plan.pk)
        same = Review.objects.filter(plan=plan, kind=kind, territory=territory)
        if same.filter(title=title, state=ReviewState.DRAFT).exists():
            raise Refused(
                "review.already", _("Une revue de ce titre est déjà en préparation ici. Reprenez-la.")
            )
        review: Review = Review.objects.create(
            plan=plan,
            kind=kind,
            territory=territory,
            title=title,
            scope=scope.strip(),
            body=body,
            previous=same.exclude(state=ReviewState.DRAFT).order_by("-held_on", "-pk").first(),
        )
        journal.record(actor, "plan.create_review", review, reason=kind)
    return review


def words_of(review: Review) -> dict[str, Any]:
    """What the form of a review holds; the body by its key."""
    names = ("title", "scope", "keys_to_success", "summary")
    return {**{name: getattr(review, name) for name in names}, "body": review.body_id}


def edit_review(
    actor: Actor,
    *,
    review: Review,
    title: str,
    scope: str,
    body: Body | None,
    keys_to_success: str,
    summary: str,
    expected: str = "",
) -> Review:
    """Correct the words of a review that is not published yet; `expected`: the token of the words_of() shown.

    Raises Refused: edit.conflict, review.title, review.body, review.published.
    """
    require(actor, "plan.review", review.territory)
    title = needed(line(title), "review.title", _("Donnez un titre à cette revue."))
    with transaction.atomic():
        review = locked(review)
        _check_body(body, review.territory, review.plan)
        present = words_of(review)
        review.title, review.scope, review.body = title, scope.strip(), body
        review.keys_to_success, review.summary = keys_to_success.strip(), summary.strip()
        check_unchanged(expected, present, words_of(review))
        review.save(update_fields=["title", "scope", "body", "keys_to_success", "summary"])
        journal.record(actor, "plan.edit_review", review)
    return review


def choose_snapshot(actor: Actor, *, review: Review, snapshot: Snapshot) -> Review:
    """Say on which frozen figures the review will judge. Raises Refused: review.snapshot, review.held,
    review.published."""
    require(actor, "plan.review", review.territory)
    with transaction.atomic():
        review = locked(review)
        if review.state != ReviewState.DRAFT:
            raise Refused("review.held", _("La revue s’est tenue : son instantané ne change plus."))
        _check_snapshot(review, snapshot)
        review.snapshot = snapshot
        review.save(update_fields=["snapshot"])
        journal.record(actor, "plan.choose_snapshot", review)
    return review


def hold_review(actor: Actor, *, review: Review, on: date, snapshot: Snapshot | None = None) -> Review:
    """Say that the review met, on that day and on those frozen figures; decisions may then be written.

    Raises Refused: review.held, review.no_snapshot, review.snapshot, review.future, review.snapshot_after (the
    figures were frozen after the day of the meeting: nobody there can have read them).
    """
    require(actor, "plan.review", review.territory)
    with transaction.atomic():
        review = locked(review)
        if review.state != ReviewState.DRAFT:
            raise Refused("review.held", _("Cette revue s’est déjà tenue."))
        chosen = snapshot or review.snapshot
        if chosen is None:
            raise Refused(
                "review.no_snapshot",
                _("Choisissez d’abord l’instantané que la revue examine : il fige ce que chacun a lu."),
            )
        _check_snapshot(review, chosen)
        if on > today():
            raise Refused(
                "review.future", _("Cette date est à venir. Donnez le jour où la revue s’est tenue.")
            )
        if date.fromisoformat(content_of(chosen)["on"]) > on:
            raise Refused(
                "review.snapshot_after",
                _("L’instantané a été pris après cette date. Choisissez un instantané plus ancien."),
            )
        review.snapshot, review.held_on, review.state = chosen, on, ReviewState.HELD
        review.save(update_fields=["snapshot", "held_on", "state"])
        journal.record(actor, "plan.hold_review", review)
    return review


def words_of_decision(decision: Decision | None) -> dict[str, Any]:
    """What the row of the screen of decisions holds; empty where nothing was decided yet."""
    names = ("kind", "reason", "to_do", "owner")
    found = {name: getattr(decision, name) if decision else "" for name in names}
    return {**found, "due_on": decision.due_on if decision else None}


def decide(
    actor: Actor,
    *,
    review: Review,
    action: Action,
    kind: str,
    reason: str,
    to_do: str = "",
    owner: str = "",
    due_on: date | None = None,
    expected: str = "",
) -> Decision:
    """Write what the review decided on one action; again corrects it, until the review is published.

    `expected`: the token of the words_of_decision() that the row showed. Raises Refused: edit.conflict, decision.kind,
    decision.reason, decision.not_held, decision.not_in_snapshot, review.published, decision.owner (anything but
    « poursuivre » names who does what next).
    """
    require(actor, "plan.review", review.territory)
    reason, to_do, owner = _words_of_decision(kind, reason, to_do, owner)
    with transaction.atomic():
        review = locked(review)
        if review.state != ReviewState.HELD or review.snapshot is None:
            raise Refused("decision.not_held", _("Notez d’abord le jour où la revue s’est tenue."))
        if action.key not in {one["key"] for one in content_of(review.snapshot)["actions"]}:
            raise Refused(
                "decision.not_in_snapshot", _("Cette action n’est pas dans l’instantané de la revue.")
            )
        written = {"kind": kind, "reason": reason, "to_do": to_do, "owner": owner, "due_on": due_on}
        stored = review.decisions.filter(action=action).first()
        check_unchanged(expected, words_of_decision(stored), written)
        decision, _created = Decision.objects.update_or_create(review=review, action=action, defaults=written)
        journal.record(actor, "plan.decide", decision, reason=kind)
    found: Decision = decision
    return found


def _words_of_decision(kind: str, reason: str, to_do: str, owner: str) -> tuple[str, str, str]:
    """The words, trimmed. Raises Refused: decision.kind, decision.reason, decision.owner."""
    if kind not in DecisionKind.values:
        raise Refused(
            "decision.kind",
            _(
                "Choisissez une décision dans la liste, ou videz toute la ligne pour laisser l’action à décider."
            ),
        )
    reason, to_do = (said.replace("\r\n", "\n") for said in (reason, to_do))
    reason = needed(reason, "decision.reason", _("Écrivez la raison de la décision : elle sera publiée."))
    to_do, owner = to_do.strip(), line(owner)
    if kind != DecisionKind.CONTINUE and not (to_do and owner):
        raise Refused("decision.owner", _("Écrivez ce qu’il faut faire, et qui s’en charge."))
    return reason, to_do, owner


def withdraw_decision(actor: Actor, *, decision: Decision, expected: str = "") -> None:
    """Take back a decision written by mistake, before the review is published.

    `expected`: as for decide(). Raises Refused: edit.conflict, review.published.
    """
    require(actor, "plan.review", decision.review.territory)
    with transaction.atomic():
        locked(decision.review)
        stored = Decision.objects.filter(pk=decision.pk).first()
        check_unchanged(expected, words_of_decision(stored), words_of_decision(None))
        journal.record(actor, "plan.withdraw_decision", decision)
        Decision.objects.filter(pk=decision.pk).delete()


def follow_up_of(row: Decision | Recommendation) -> dict[str, str]:
    """What the form of a follow-up holds."""
    return {"state": row.follow_up, "note": row.follow_up_note}


def may_follow_up(actor: Actor, *, decision: Decision) -> bool:
    """Whether the person may note what became of it: they lead the action's territory, or the review's."""
    return holds(actor, "plan.edit_actions", decision.action.territory) or holds(
        actor, "plan.review", decision.review.territory
    )


def follow_up_decision(
    actor: Actor, *, decision: Decision, state: str, note: str = "", expected: str = ""
) -> Decision:
    """Note what became of a decision: the review's lead does it, or the lead of the action's territory.

    `expected`: the token of the follow_up_of() that the form showed. Raises Refused: edit.conflict, follow_up.state,
    follow_up.reason (what is dropped says why).
    """
    if not may_follow_up(actor, decision=decision):
        require(actor, "plan.review", decision.review.territory)
    note = check_follow_up(state, note)
    with transaction.atomic():
        decision = Decision.objects.select_for_update().get(pk=decision.pk)
        check_unchanged(expected, follow_up_of(decision), {"state": state, "note": note})
        decision.follow_up, decision.follow_up_note, decision.follow_up_at = state, note, now()
        decision.save(update_fields=["follow_up", "follow_up_note", "follow_up_at"])
        journal.record(actor, "plan.follow_up_decision", decision, reason=state)
    return decision


def publish_review(actor: Actor, *, review: Review) -> Review:
    """Make a review public with its decisions; nothing in it changes any more but the follow-up.

    Raises Refused: review.published, review.not_held, review.no_decision, review.summary, review.plan_not_public.
    """
    require(actor, "plan.publish_reviews", review.territory)
    with transaction.atomic():
        review = locked(review)
        for refused, code, sentence in (
            (
                review.state != ReviewState.HELD,
                "review.not_held",
                _("Cette revue ne s’est pas encore tenue."),
            ),
            (
                not review.decisions.exists(),
                "review.no_decision",
                _("Écrivez au moins une décision avant de publier."),
            ),
            (
                not review.summary,
                "review.summary",
                _("Écrivez ce qu’il faut retenir de la revue avant de la publier."),
            ),
            (
                review.plan.published_at is None,
                "review.plan_not_public",
                _("Le plan n’est pas public : rendez-le public d’abord."),
            ),
        ):
            if refused:
                raise Refused(code, sentence)
        review.state, review.published_at = ReviewState.PUBLISHED, now()
        review.save(update_fields=["state", "published_at"])
        journal.record(actor, "plan.publish_review", review)
    return review


def check_follow_up(state: str, note: str) -> str:
    """The note, trimmed. Raises Refused: follow_up.state, follow_up.reason."""
    if state not in FollowUpState.values:
        raise Refused("follow_up.state", _("Choisissez une suite dans la liste."))
    note = note.strip()
    if state == FollowUpState.DROPPED and not note:
        raise Refused("follow_up.reason", _("Écrivez pourquoi la suite est abandonnée."))
    return note


def locked(review: Review) -> Review:
    """The review as it stands now, under lock. Raises Refused('review.published')."""
    rows = Review.objects.select_for_update(of=("self",))
    found: Review = rows.select_related("plan", "territory", "snapshot").get(pk=review.pk)
    if found.state == ReviewState.PUBLISHED:
        raise Refused("review.published", _("Cette revue est publiée : elle ne change plus."))
    return found


def _check_territory(plan: Plan, kind: str, territory: Territory) -> None:
    departmental = kind == ReviewKind.DEPARTMENTAL
    fits = territory.level == Level.DEPARTMENT if departmental else territory == plan.territory
    if kind not in ReviewKind.values or not fits or not _inside(territory, plan.territory):
        raise Refused(
            "review.kind",
            _("Une revue départementale porte sur un département ; les autres, sur le territoire du plan."),
        )


def _inside(territory: Territory, container: Territory) -> bool:
    found: bool = Territory.objects.within(container).filter(pk=territory.pk).exists()
    return found


def _check_body(body: Body | None, territory: Territory, plan: Plan) -> None:
    if body is not None and body.territory_id not in (territory.pk, plan.territory_id):
        raise Refused("review.body", _("Cette instance n’est ni de ce territoire ni de celui du plan."))


def _check_snapshot(review: Review, snapshot: Snapshot) -> None:
    if snapshot.plan_id != review.plan_id or snapshot.territory_id != review.territory_id:
        raise Refused("review.snapshot", _("Cet instantané est d’un autre plan ou d’un autre territoire."))
