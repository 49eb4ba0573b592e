"""A small plan with two actions in Lozère and one in the Gard, its reviews, evaluations and users' findings.

Fed by the real verbs of the plan. Feeds the tests of reviews, of the dossier and of their rooms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fabrique.accounts.actors import Agent
from fabrique.accounts.enums import OrganisationKind, RoleCode
from fabrique.accounts.models import Organisation
from fabrique.accounts.services import create_organisation, create_user, grant_role
from fabrique.common.clock import today
from fabrique.plan.enums import Criterion, DecisionKind, EvaluationLevel, EvidenceKind, ReviewKind
from fabrique.plan.models import (
    Action,
    Evaluation,
    EvaluationFinding,
    Objective,
    Plan,
    Review,
    Snapshot,
    UsersFinding,
)
from fabrique.plan.services import (
    actions,
    budget,
    evaluations,
    findings,
    indicators,
    milestones,
    recommendations,
    reviews,
    snapshots,
)
from fabrique.territories.models import Territory
from tests.factories import accounts
from tests.factories import plan as plans
from tests.factories.territories import OPERATOR, department, region


@dataclass
class World:
    """A plan with what hangs from it."""

    plan: Plan
    objective: Objective
    lozere: Territory
    gard: Territory
    bus: Action
    draft: Action
    elsewhere: Action


def a_world(*, public: bool = True) -> World:
    """`bus` is public with weather, milestone, money and an indicator; `draft` and `elsewhere` are drafts."""
    plan, objective = _tree(public)
    lozere, gard = department("48"), department("30")
    bus = _action(objective, lozere, "Un bus de soins dans les Cévennes")
    milestones.add_milestone(OPERATOR, action=bus, label="Acheter le véhicule", due_on=date(2026, 3, 1))
    budget.set_budget_line(
        OPERATOR,
        action=bus,
        year=2026,
        funder="fir",
        amounts={"planned": Decimal("120000"), "committed": Decimal("80000.50")},
    )
    passed = indicators.create_indicator(
        OPERATOR,
        of=bus,
        title="Communes visitées",
        kind="deploiement",
        unit="communes",
        direction="rise",
        baseline=0.0,
        baseline_on=date(2024, 1, 1),
        target=20.0,
        target_on=date(2028, 1, 1),
    )
    indicators.record_value(OPERATOR, indicator=passed, on=date(2025, 12, 31), value=8.0)
    indicators.give_weather(OPERATOR, action=bus, weather="atteignable", sentence="Le véhicule est commandé.")
    if public:
        bus = actions.publish_action(OPERATOR, action=bus)
    return World(
        plan,
        objective,
        lozere,
        gard,
        bus,
        _action(objective, lozere, "Un brouillon de la Lozère"),
        _action(objective, gard, "Un brouillon du Gard"),
    )


def _tree(public: bool) -> tuple[Plan, Objective]:
    tree = plans.a_plan("Plan d’essai", published=public, slug="prs-essai", fictitious=True)
    return tree, plans.an_objective(tree, title="Rapprocher les soins", published=public)


def _action(objective: Objective, territory: Territory, title: str) -> Action:
    return actions.create_action(
        OPERATOR, plan=objective.plan, objective=objective, territory=territory, title=title
    )


def lead_of(territory: Territory, **account: str) -> Agent:
    return accounts.agent(RoleCode.PLAN_LEAD, territory, **account)


def a_snapshot(world: World, label: str = "Instantané de printemps", **more: Any) -> Snapshot:
    return snapshots.take_snapshot(
        OPERATOR, plan=world.plan, territory=more.pop("territory", world.lozere), label=label
    )


def a_review(world: World, **more: Any) -> Review:
    return reviews.create_review(
        OPERATOR,
        plan=world.plan,
        kind=more.pop("kind", ReviewKind.DEPARTMENTAL),
        territory=more.pop("territory", world.lozere),
        title=more.pop("title", "Revue de la Lozère"),
        **more,
    )


def held(world: World, **more: Any) -> Review:
    """A review that met today on a snapshot of today."""
    review = a_review(world, **more)
    snapshot = Snapshot.objects.filter(territory=review.territory).first() or a_snapshot(
        world, territory=review.territory
    )
    return reviews.hold_review(OPERATOR, review=review, on=today(), snapshot=snapshot)


def published(world: World) -> Review:
    """The same, with one decision on the public action, one on a draft, and what to remember."""
    review = held(world)
    decided(review, world.bus)
    decided(review, world.draft, kind=DecisionKind.CONTINUE)
    reviews.edit_review(
        OPERATOR,
        review=review,
        title=review.title,
        scope="",
        body=None,
        keys_to_success="Un chauffeur connu de tous.",
        summary="Le bus avance.",
    )
    return reviews.publish_review(OPERATOR, review=review)


def decided(review: Review, action: Action, **more: Any) -> Any:
    kind = more.pop("kind", DecisionKind.ADJUST)
    return reviews.decide(
        OPERATOR,
        review=review,
        action=action,
        kind=kind,
        reason=more.pop("reason", "Le véhicule arrive en retard."),
        to_do=more.pop("to_do", "Revoir le calendrier."),
        owner=more.pop("owner", "Délégation de la Lozère"),
        **more,
    )


def an_evaluation(world: World, kind: str = "point-24-mois", title: str = "Point à 24 mois") -> Evaluation:
    return evaluations.create_evaluation(OPERATOR, plan=world.plan, kind=kind, title=title)


def started(world: World, **more: str) -> Evaluation:
    """Its protocol settled, with one question about what users live."""
    evaluation = an_evaluation(world, **more)
    evaluations.edit_protocol(
        OPERATOR,
        evaluation=evaluation,
        title=evaluation.title,
        protocol="Lecture des fiches et entretiens.",
        users_part="Deux groupes d’usagers.",
        evaluators="Une équipe fictive",
    )
    evaluations.put_question(
        OPERATOR,
        evaluation=evaluation,
        criterion=Criterion.EXPERIENCE,
        level=EvaluationLevel.ACTIONS,
        text="Les usagers attendent-ils moins ?",
    )
    return evaluations.start_evaluation(OPERATOR, evaluation=evaluation)


def a_finding(evaluation: Evaluation, *, proved: bool = True) -> EvaluationFinding:
    finding = recommendations.put_finding(
        OPERATOR, question=evaluation.questions.get(), text="Ils attendent moins en ville."
    )
    if proved:
        recommendations.add_evidence(
            OPERATOR, finding=finding, kind=EvidenceKind.USERS, text="Douze usagers entendus."
        )
    return finding


def reported(evaluation: Evaluation) -> Evaluation:
    return evaluations.report(
        OPERATOR,
        evaluation=evaluation,
        summary="Le plan avance.",
        inequalities="L’écart ne bouge pas.",
        prevention="Le dépistage atteint mieux les quartiers prioritaires.",
        primary_care="Deux maisons de santé de plus.",
    )


def published_evaluation(world: World, **more: str) -> Evaluation:
    """Published, with one finding, one accepted recommendation due in a month."""
    evaluation = started(world, **more)
    finding = a_finding(evaluation)
    wanted = recommendations.put_recommendation(
        OPERATOR, evaluation=evaluation, text="Ouvrir le samedi.", findings=[finding]
    )
    recommendations.answer_recommendation(
        OPERATOR,
        recommendation=wanted,
        answer="acceptee",
        text="Oui, dès le printemps.",
        owner="Direction des soins",
        due_on=today() + timedelta(days=30),
    )
    reported(evaluation)
    return evaluations.publish_evaluation(OPERATOR, evaluation=evaluation)


def an_association(name: str = "Association d’usagers Les Cimes") -> Organisation:
    return create_organisation(
        OPERATOR, name=name, kind=OrganisationKind.USERS_ASSOCIATION, territory=region()
    )


def partner_of(organisation: Organisation, **account: Any) -> Agent:
    """Somebody of the association, who signs in."""
    user = create_user(
        OPERATOR,
        email=account.get("email", "partenaire@exemple.test"),
        full_name="Bénévole de l’association",
        password=account.get("password", accounts.PASSWORD),
    )
    grant_role(OPERATOR, user=user, code=RoleCode.PARTNER, territory=region(), organisation=organisation)
    return Agent(user)


def entrusted(world: World, organisation: Organisation | None = None) -> UsersFinding:
    return findings.entrust(
        OPERATOR,
        action=world.bus,
        organisation=organisation or an_association(),
        mandate="Dites si le bus change la vie des habitants.",
        due_on=today() + timedelta(days=60),
    )
