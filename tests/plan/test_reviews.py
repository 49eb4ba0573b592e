"""Verbs on reviews: each rule and its refusal, from preparation to publication and follow-up.

Fed by tests/factories/reviews.py. Feeds nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from fabrique.common.clock import today
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import ReviewKind, ReviewState
from fabrique.plan.models import Decision, Review
from fabrique.plan.services import reviews
from fabrique.plan.services.steps import Step, replay_pattern, set_steps
from tests.factories import accounts
from tests.factories import reviews as make
from tests.factories.territories import OPERATOR, department, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(occitanie: Any) -> make.World:
    return make.a_world()


def refused(code: str, act: Any, *args: Any, **named: Any) -> None:
    with pytest.raises(Refused) as refusal:
        act(*args, **named)
    assert refusal.value.code == code


def test_a_lead_prepares_a_review_at_home_only(world: make.World) -> None:
    lead = make.lead_of(world.lozere)
    wanted = {"plan": world.plan, "kind": ReviewKind.DEPARTMENTAL, "title": "Revue"}
    review = reviews.create_review(lead, territory=world.lozere, **wanted)
    assert (review.state, review.previous) == (ReviewState.DRAFT, None)
    with pytest.raises(Forbidden):
        reviews.create_review(lead, territory=world.gard, **wanted)
    with pytest.raises(Forbidden):
        reviews.create_review(accounts.agent("lecteur", world.lozere), territory=world.lozere, **wanted)


@pytest.mark.parametrize(
    ("kind", "place", "title", "code"),
    [
        ("departementale", "region", "Revue", "review.kind"),
        ("annuelle", "48", "Revue", "review.kind"),
        ("inventee", "48", "Revue", "review.kind"),
        ("departementale", "48", "  ", "review.title"),
    ],
)
def test_a_review_fits_its_territory(world: make.World, kind: str, place: str, title: str, code: str) -> None:
    territory = region() if place == "region" else department(place)
    refused(code, make.a_review, world, kind=kind, territory=territory, title=title)


def test_a_double_click_makes_one_review(world: make.World) -> None:
    make.a_review(world)
    refused("review.already", make.a_review, world)
    assert Review.objects.count() == 1


def test_the_next_review_knows_the_one_before(world: make.World) -> None:
    before = make.held(world)
    assert make.a_review(world, title="La suivante").previous == before


@pytest.mark.both_databases
def test_it_is_held_on_frozen_figures_that_existed_that_day(world: make.World) -> None:
    review = make.a_review(world)
    refused("review.no_snapshot", reviews.hold_review, OPERATOR, review=review, on=today())
    snapshot = make.a_snapshot(world)
    tomorrow, yesterday = today() + timedelta(days=1), today() - timedelta(days=1)
    refused("review.future", reviews.hold_review, OPERATOR, review=review, on=tomorrow, snapshot=snapshot)
    refused(
        "review.snapshot_after", reviews.hold_review, OPERATOR, review=review, on=yesterday, snapshot=snapshot
    )
    other = make.a_snapshot(world, territory=region())
    refused("review.snapshot", reviews.hold_review, OPERATOR, review=review, on=today(), snapshot=other)
    reviews.choose_snapshot(OPERATOR, review=review, snapshot=snapshot)
    done = reviews.hold_review(OPERATOR, review=review, on=today())
    assert (done.state, done.snapshot) == (ReviewState.HELD, snapshot)
    refused("review.held", reviews.hold_review, OPERATOR, review=review, on=today(), snapshot=snapshot)
    refused("review.held", reviews.choose_snapshot, OPERATOR, review=review, snapshot=snapshot)


def test_a_decision_is_written_once_an_action_and_corrected(world: make.World) -> None:
    review = make.held(world)
    make.decided(review, world.bus)
    again = make.decided(review, world.bus, kind="poursuivre", reason="Tout va bien.")
    assert Decision.objects.get() == again
    assert again.kind == "poursuivre"
    reviews.withdraw_decision(OPERATOR, decision=again)
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": "inventee"}, "decision.kind"),
        ({"reason": " "}, "decision.reason"),
        ({"owner": ""}, "decision.owner"),
        ({"to_do": ""}, "decision.owner"),
    ],
)
def test_a_decision_says_what_why_and_who(world: make.World, more: dict[str, str], code: str) -> None:
    refused(code, make.decided, make.held(world), world.bus, **more)


def test_a_decision_is_on_an_action_of_the_snapshot_of_a_review_held(world: make.World) -> None:
    refused("decision.not_held", make.decided, make.a_review(world), world.bus)
    review = make.held(world, title="Tenue")
    refused("decision.not_in_snapshot", make.decided, review, world.elsewhere)


def test_publishing_asks_for_what_the_public_will_read(world: make.World) -> None:
    review = make.a_review(world)
    refused("review.not_held", reviews.publish_review, OPERATOR, review=review)
    review = make.held(world, title="Tenue")
    refused("review.no_decision", reviews.publish_review, OPERATOR, review=review)
    make.decided(review, world.bus)
    refused("review.summary", reviews.publish_review, OPERATOR, review=review)
    with pytest.raises(Forbidden):
        reviews.publish_review(make.lead_of(world.lozere), review=review)


def test_a_review_of_a_plan_that_is_not_public_stays_inside(occitanie: Any) -> None:
    refused("review.plan_not_public", make.published, make.a_world(public=False))


def test_a_published_review_no_longer_changes_but_for_the_follow_up(world: make.World) -> None:
    review = make.published(world)
    decision = review.decisions.get(action=world.bus)
    refused("review.published", make.decided, review, world.bus)
    refused("review.published", reviews.withdraw_decision, OPERATOR, decision=decision)
    refused("review.published", reviews.publish_review, OPERATOR, review=review)
    refused("review.published", set_steps, OPERATOR, review=review, steps=[Step("Une")])
    followed = reviews.follow_up_decision(
        make.lead_of(world.lozere), decision=decision, state="en-cours", note="Commandé."
    )
    assert followed.follow_up_at is not None
    assert Review.objects.public().get() == review
    assert Decision.objects.public().get() == decision  # that of the draft stays inside


def test_what_is_dropped_says_why_and_a_neighbour_does_not_follow_up(world: make.World) -> None:
    decision = make.decided(make.held(world), world.bus)
    refused("follow_up.reason", reviews.follow_up_decision, OPERATOR, decision=decision, state="abandonne")
    refused("follow_up.state", reviews.follow_up_decision, OPERATOR, decision=decision, state="?")
    with pytest.raises(Forbidden):
        reviews.follow_up_decision(make.lead_of(world.gard), decision=decision, state="fait")


def test_a_late_decision_is_the_one_due_and_not_over(world: make.World) -> None:
    decision = make.decided(make.held(world), world.bus, due_on=date(2020, 1, 1))
    assert Decision.objects.late(today()).get() == decision
    reviews.follow_up_decision(OPERATOR, decision=decision, state="fait")
    assert not Decision.objects.late(today()).exists()


def test_the_pattern_of_the_previous_plan_is_replayed_from_a_day(world: make.World) -> None:
    review = replay_pattern(OPERATOR, review=make.a_review(world), start=date(2026, 4, 1))
    steps = list(review.steps.values_list("label", "on", "until"))
    assert len(steps) == 5
    assert steps[0] == ("Chaque pilote remplit une fiche de synthèse", date(2026, 4, 1), date(2026, 8, 29))
    assert sum("réunion" in label for label, _on, _until in steps) == 3
    assert "Séminaire" in steps[-1][0]
    refused("step.already", replay_pattern, OPERATOR, review=review, start=date(2026, 4, 1))


def test_steps_are_replaced_in_order_and_their_dates_hold(world: make.World) -> None:
    review = make.a_review(world)
    backwards = Step("À l’envers", on=date(2026, 5, 1), until=date(2026, 4, 1))
    refused("step.dates", set_steps, OPERATOR, review=review, steps=[backwards])
    refused("step.too_many", set_steps, OPERATOR, review=review, steps=[Step("Une")] * 31)
    set_steps(OPERATOR, review=review, steps=[Step("Une"), Step(" "), Step("Deux", participants=12)])
    set_steps(OPERATOR, review=review, steps=[Step("Deux", participants=12)])
    assert list(review.steps.values_list("position", "label", "participants")) == [(1, "Deux", 12)]


def test_who_reads_reviews(world: make.World) -> None:
    make.a_review(world)
    assert Review.objects.visible_to(make.lead_of(world.lozere)).count() == 1
    assert not Review.objects.visible_to(make.lead_of(world.gard)).exists()
    assert not Review.objects.public().exists()
