"""Reviews of the demonstration: one held and published in Lozère, one in preparation for the region, a point at 24
months with a late recommendation, and what an invented association of users found. All of it is invented, and says so.

Fed by the demonstration's plan and actions. Feeds the rooms of reviews, through the real verbs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from fabrique.accounts.actors import Agent, Operator
from fabrique.accounts.enums import OrganisationKind, RoleCode
from fabrique.accounts.models import Organisation, User
from fabrique.accounts.services import create_organisation, create_user, grant_role
from fabrique.common.clock import told_at
from fabrique.demo.consultation import day
from fabrique.demo.people import PASSWORD, address, lead_of
from fabrique.plan.enums import (
    AnswerKind,
    Criterion,
    DecisionKind,
    EvaluationKind,
    EvaluationLevel,
    EvidenceKind,
    FindingTone,
    FollowUpState,
    ReviewKind,
    Weather,
)
from fabrique.plan.models import Action, Evaluation, EvaluationFinding, Plan, Review
from fabrique.plan.services import evaluations, findings, recommendations, reviews, snapshots
from fabrique.plan.services.indicators import give_weather
from fabrique.plan.services.steps import Step, replay_pattern, set_steps
from fabrique.territories.models import Territory

PLAN, LOZERE, MAILBOX = "prs-occitanie-2023-2028", "48", "usagers"
#: what the review of the Lozère decides, one action after the other
DECIDED: Sequence[tuple[str, str, str, str, int | None]] = (
    (
        DecisionKind.ADJUST,
        "Le démarrage a pris du retard : il faut revoir le calendrier.",
        "Proposer un nouveau calendrier aux communes.",
        "Délégation départementale de la Lozère (fictif)",
        -5,
    ),
    (
        DecisionKind.CONTINUE,
        "L’action continue : deux communes ont promis de prêter des logements.",
        "",
        "",
        None,
    ),
    (
        DecisionKind.GENERALISE,
        "Les premiers résultats sont bons et peuvent servir ailleurs.",
        "Présenter l’action aux départements voisins.",
        "Pilote régionale du plan (fictif)",
        90,
    ),
)


def load_reviews(
    operator: Operator, agents: Mapping[str, Agent], perimeter: Territory, say: Callable[[str], None]
) -> None:
    """Everything, once; without the plan or its actions in Lozère, nothing."""
    plan = Plan.objects.filter(slug=PLAN).first()
    lozere = Territory.objects.official("departement", LOZERE)
    actions = list(Action.objects.public().filter(plan=plan, territory=lozere).order_by("key"))
    if plan is None or not actions or Review.objects.filter(plan=plan).exists():
        return
    lead, approver = lead_of(LOZERE), agents[RoleCode.APPROVER]
    _departmental(plan, lozere, lead, approver, actions)
    _users(operator, perimeter, lead, approver, actions[0])
    with told_at(day(-3)):
        snapshots.take_snapshot(
            lead, plan=plan, territory=lozere, label=_("État de la Lozère après la revue (fictif)")
        )
    _annual(plan, agents[RoleCode.PLAN_LEAD])
    _evaluation(plan, agents[RoleCode.PLAN_LEAD], approver)
    say(_("revues, évaluation et constat d’usagers fictifs chargés"))


def _departmental(
    plan: Plan, lozere: Territory, lead: Agent, approver: Agent, actions: Sequence[Action]
) -> Review:
    """The review of the Lozère: prepared, held on a snapshot, decided, published; then the weather turns."""
    with told_at(day(-60)):
        review = reviews.create_review(
            lead,
            plan=plan,
            kind=ReviewKind.DEPARTMENTAL,
            territory=lozere,
            title=_("Revue du plan en Lozère (fictif)"),
            scope=_("Toutes les actions de la Lozère. Revue inventée pour la démonstration."),
        )
        set_steps(
            lead,
            review=review,
            steps=[
                Step(_("Les pilotes mettent leurs fiches à jour"), day(-58).date(), day(-46).date()),
                Step(_("Réunion préparatoire"), day(-48).date(), participants=14),
            ],
        )
    review = _held(review, lead, actions)
    with told_at(day(-30)):
        review = reviews.publish_review(approver, review=review)
    with told_at(day(-10)):
        give_weather(
            lead,
            action=actions[0],
            weather=Weather.NEEDS_SUPPORT,
            sentence=_("Le nouveau calendrier attend l’accord de deux communes (fictif)."),
        )
    return review


def _held(review: Review, lead: Agent, actions: Sequence[Action]) -> Review:
    """On a snapshot, with a decision on each of the first actions and what to remember."""
    with told_at(day(-45)):
        taken = snapshots.take_snapshot(
            lead,
            plan=review.plan,
            territory=review.territory,
            label=_("Avant la revue de la Lozère (fictif)"),
        )
    with told_at(day(-39)):
        review = reviews.hold_review(lead, review=review, on=day(-40).date(), snapshot=taken)
        for action, (kind, reason, to_do, owner, due) in zip(actions, DECIDED, strict=False):
            reviews.decide(
                lead,
                review=review,
                action=action,
                kind=kind,
                reason=reason,
                to_do=to_do,
                owner=owner,
                due_on=day(due).date() if due is not None else None,
            )
        reviews.edit_review(
            lead,
            review=review,
            title=review.title,
            scope=review.scope,
            body=None,
            keys_to_success=_("Des réunions courtes, au plus près des communes (fictif)."),
            summary=_(
                "La plupart des actions avancent. Une action a pris du retard et son calendrier change. "
                "Ce texte est inventé pour la démonstration."
            ),
        )
    return review


def _users(operator: Operator, perimeter: Territory, lead: Agent, approver: Agent, action: Action) -> None:
    """An invented association checks the first action; its text is published with the agency's view beside."""
    association = create_organisation(
        operator,
        name=_("Association d’usagers des Causses (fictive)"),
        kind=OrganisationKind.USERS_ASSOCIATION,
        territory=perimeter,
    )
    partner = _partner(operator, perimeter, association)
    with told_at(day(-35)):
        finding = findings.entrust(
            lead,
            action=action,
            organisation=association,
            mandate=_("Dites si cette action change la vie des habitants qui s’en servent."),
            due_on=day(-15).date(),
        )
    with told_at(day(-18)):
        findings.hand_in(
            partner,
            finding=finding,
            tone=FindingTone.MIXED,
            text=_(
                "Les personnes rencontrées apprécient l’accueil et le temps donné. "
                "Mais celles qui n’ont pas de voiture viennent peu : l’arrêt est trop loin du centre du village. "
                "Constat inventé pour la démonstration."
            ),
            method=_("Vingt-deux personnes rencontrées dans trois villages, deux matinées (fictif)."),
        )
    with told_at(day(-12)):
        finding.refresh_from_db()
        findings.give_view(
            lead,
            finding=finding,
            text=_("L’agence étudie un second arrêt avec les communes (fictif)."),
        )
        findings.publish_finding(approver, finding=finding)
    with told_at(day(-6)):
        _asked_again(lead, action, association)


def _asked_again(lead: Agent, action: Action, association: Organisation) -> None:
    """A second mandate, still to be handed in."""
    findings.entrust(
        lead,
        action=action,
        organisation=association,
        mandate=_("Revenez après le changement d’arrêt : les personnes sans voiture viennent-elles ?"),
        due_on=day(80).date(),
    )


def _partner(operator: Operator, perimeter: Territory, association: Organisation) -> Agent:
    user = User.objects.filter(email=address(MAILBOX)).first() or create_user(
        operator,
        email=address(MAILBOX),
        full_name=_("Association d’usagers (démonstration)"),
        password=PASSWORD,
    )
    grant_role(operator, user=user, code=RoleCode.PARTNER, territory=perimeter, organisation=association)
    return Agent(user)


def _annual(plan: Plan, lead: Agent) -> None:
    """The annual review of the region, being prepared on the pattern of the previous plan's review."""
    with told_at(day(-100)):
        review = reviews.create_review(
            lead,
            plan=plan,
            kind=ReviewKind.ANNUAL,
            territory=plan.territory,
            title=_("Revue annuelle du plan (fictif)"),
            scope=_("L’ensemble des actions de la région. Revue inventée pour la démonstration."),
        )
        replay_pattern(lead, review=review, start=day(-100).date())


def _evaluation(plan: Plan, lead: Agent, approver: Agent) -> None:
    """The point at 24 months, published, with three recommendations of which one is late."""
    with told_at(day(-160)):
        evaluation = evaluations.create_evaluation(
            lead, plan=plan, kind=EvaluationKind.MID_COURSE, title=_("Point d’étape à 24 mois (fictif)")
        )
        evaluations.edit_protocol(
            lead,
            evaluation=evaluation,
            title=evaluation.title,
            protocol=_(
                "Lecture des fiches d’action, entretiens avec les pilotes, deux groupes d’usagers (fictif)."
            ),
            users_part=_("Deux groupes d’usagers ont relu les constats (fictif)."),
            evaluators=_("Une équipe inventée pour la démonstration"),
        )
        for criterion, level, text in (
            (Criterion.EXPERIENCE, EvaluationLevel.ACTIONS, _("Les habitants voient-ils une différence ?")),
            (
                Criterion.INEQUALITIES,
                EvaluationLevel.OBJECTIVES,
                _("Les moyens vont-ils davantage où le besoin est plus grand ?"),
            ),
        ):
            evaluations.put_question(lead, evaluation=evaluation, criterion=criterion, level=level, text=text)
        evaluations.start_evaluation(lead, evaluation=evaluation)
    with told_at(day(-120)):
        _conclusions(evaluation, lead)
    with told_at(day(-110)):
        evaluations.publish_evaluation(approver, evaluation=evaluation)
    with told_at(day(-50)):
        recommendations.follow_up_recommendation(
            lead,
            recommendation=evaluation.recommendations.get(number=2),
            state=FollowUpState.RUNNING,
            note=_("Trois départements sur treize l’ont fait (fictif)."),
        )


def _conclusions(evaluation: Evaluation, lead: Agent) -> None:
    """Findings with their evidence, recommendations with their answer, and the four things to report."""
    lived, gap = evaluation.questions.order_by("number")
    seen = recommendations.put_finding(
        lead,
        question=lived,
        text=_(
            "Les habitants rencontrés connaissent peu les actions, mais ceux qui s’en servent en sont contents."
        ),
        limits=_("Deux groupes seulement, dans deux départements (fictif)."),
    )
    recommendations.add_evidence(
        lead,
        finding=seen,
        kind=EvidenceKind.USERS,
        text=_("Deux groupes de douze usagers (fictif)."),
    )
    uneven = recommendations.put_finding(
        lead, question=gap, text=_("Peu de fiches disent comment les moyens suivent le besoin.")
    )
    recommendations.add_evidence(
        lead,
        finding=uneven,
        kind=EvidenceKind.DOCUMENT,
        text=_("Lecture de toutes les fiches (fictif)."),
        reference=_("Relevé des fiches d’action (fictif)"),
    )
    _recommended(evaluation, lead, seen, uneven)
    _reported(evaluation, lead)


def _recommended(
    evaluation: Evaluation, lead: Agent, seen: EvaluationFinding, uneven: EvaluationFinding
) -> None:
    """Three recommendations: one late, one under way, one refused."""
    owner = _("Pilote régionale du plan (fictif)")
    for found, text, answer, said, due in (
        (uneven, _("Écrire dans chaque fiche comment les moyens suivent le besoin."), AnswerKind.ACCEPTED,
         _("L’agence le demandera à chaque pilote."), -20),
        (seen, _("Faire connaître chaque action par les mairies."), AnswerKind.PARTLY,
         _("Oui, en commençant par les plus petites communes."), 120),
        (seen, _("Envoyer une lettre à chaque foyer."), AnswerKind.REFUSED,
         _("Le coût est trop grand ; l’agence préfère les relais de proximité."), None),
    ):  # fmt: skip
        wanted = recommendations.put_recommendation(lead, evaluation=evaluation, text=text, findings=[found])
        recommendations.answer_recommendation(
            lead,
            recommendation=wanted,
            answer=answer,
            text=said,
            owner=owner if due is not None else "",
            due_on=day(due).date() if due is not None else None,
        )


def _reported(evaluation: Evaluation, lead: Agent) -> None:
    evaluations.report(
        lead,
        evaluation=evaluation,
        summary=_(
            "À mi-chemin, le plan est lancé partout, mais il est encore peu connu des habitants. "
            "Ce texte est inventé pour la démonstration."
        ),
        inequalities=_("Les écarts entre territoires n’ont pas encore changé (fictif)."),
        prevention=_(
            "Le repérage chez les enfants atteint mieux les écoles des quartiers prioritaires (fictif)."
        ),
        primary_care=_(
            "Les consultations avancées ouvrent la voie à des équipes de soins primaires (fictif)."
        ),
    )
