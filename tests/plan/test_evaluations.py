"""Verbs on evaluations, recommendations and users' findings: each rule and its refusal.

Fed by tests/factories/reviews.py. Feeds nothing.
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from hypothesis import given
from hypothesis import strategies as st

from fabrique.accounts.enums import OrganisationKind
from fabrique.accounts.services import create_organisation
from fabrique.common.clock import now, today
from fabrique.common.conflicts import token_of
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.models import Evaluation, EvaluationFinding, Plan, Recommendation, UsersFinding
from fabrique.plan.services import actions, evaluations, findings, recommendations, reviews
from tests.factories import reviews as make
from tests.factories.territories import OPERATOR, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(occitanie: Any) -> make.World:
    return make.a_world()


def refused(code: str, act: Any, *args: Any, **named: Any) -> Refused:
    with pytest.raises(Refused) as refusal:
        act(*args, **named)
    assert refusal.value.code == code
    return refusal.value


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 120))
def test_months_after_keep_the_day_or_the_end_of_a_shorter_month(start: date, months: int) -> None:
    found = evaluations.months_after(start, months)
    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == months
    assert found.day == start.day or (found + timedelta(days=1)).day == 1


def test_the_due_dates_come_from_the_plan(world: make.World) -> None:
    due = {kind: evaluations.due_date(world.plan, kind) for kind in evaluations.EvaluationKind.values}
    assert list(due.values()) == [date(2025, 11, 1), date(2026, 5, 1), date(2028, 10, 31)]
    Plan.objects.update(starts_on=None)
    world.plan.refresh_from_db()
    refused("evaluation.plan_dates", make.an_evaluation, world)


def test_the_point_at_24_months_comes_first(world: make.World) -> None:
    refused("evaluation.order", make.an_evaluation, world, "intermediaire", "Intermédiaire")
    make.an_evaluation(world)
    refused("evaluation.already", make.an_evaluation, world)
    later = make.started(world, kind="intermediaire", title="Intermédiaire")
    make.a_finding(later)
    make.reported(later)
    refused("evaluation.order", evaluations.publish_evaluation, OPERATOR, evaluation=later)


def test_only_who_leads_the_whole_plan_evaluates(world: make.World) -> None:
    wanted = {"plan": world.plan, "kind": "point-24-mois", "title": "Point"}
    with pytest.raises(Forbidden):
        evaluations.create_evaluation(make.lead_of(world.lozere), **wanted)
    evaluations.create_evaluation(make.lead_of(region()), **wanted)


def test_an_evaluation_starts_with_its_whole_protocol_which_then_stays(world: make.World) -> None:
    bare = make.an_evaluation(world)
    missing = refused("evaluation.incomplete", evaluations.start_evaluation, OPERATOR, evaluation=bare)
    assert "part des usagers" in str(missing)
    Evaluation.objects.all().delete()
    evaluation = make.started(world)
    question = evaluation.questions.get()
    words = {"title": "T", "protocol": "P", "users_part": "U", "evaluators": "E"}
    refused("evaluation.started", evaluations.edit_protocol, OPERATOR, evaluation=evaluation, **words)
    refused("evaluation.started", evaluations.remove_question, OPERATOR, question=question)
    refused("evaluation.started", evaluations.start_evaluation, OPERATOR, evaluation=evaluation)


def test_the_second_writer_does_not_erase_the_first(world: make.World) -> None:
    protocol = {"title": "T", "protocol": "P", "users_part": "U", "evaluators": "E"}
    report = {"summary": "S", "inequalities": "", "prevention": "", "primary_care": ""}
    review, finding = make.a_review(world), make.entrusted(world)
    finding = findings.hand_in(make.partner_of(finding.organisation), finding=finding, **SAID)
    words = {"title": "R", "scope": "", "body": None, "keys_to_success": "", "summary": "S"}
    draft = make.an_evaluation(world)
    cases: list[Any] = [
        (
            evaluations.edit_protocol,
            {"evaluation": draft},
            evaluations.protocol_of(draft),
            protocol,
            "protocol",
        ),
        (reviews.edit_review, {"review": review}, reviews.words_of(review), words, "summary"),
        (findings.give_view, {"finding": finding}, findings.view_of(finding), {"text": "V"}, "text"),
    ]
    _first_stays(cases)
    Evaluation.objects.all().delete()
    running = make.started(world)
    _first_stays(
        [(evaluations.report, {"evaluation": running}, evaluations.report_of(running), report, "summary")]
    )
    _first_finding_and_recommendation_stay(running)


def _first_finding_and_recommendation_stay(running: Evaluation) -> None:
    found = make.a_finding(running)
    wanted = recommendations.put_recommendation(OPERATOR, evaluation=running, text="R", findings=[found])
    on = {"recommendation": wanted}
    text = {"text": "R2", "findings": [found.pk]}
    answer = {"answer": "acceptee", "text": "Oui.", "owner": "Direction", "due_on": today()}

    def corrected(actor: Any, *, findings: list[int], **named: Any) -> Any:
        rows = EvaluationFinding.objects.filter(pk__in=findings)
        return recommendations.put_recommendation(actor, evaluation=running, findings=rows, **named)

    _first_stays(
        [
            (
                recommendations.put_finding,
                {"question": found.question, "finding": found},
                recommendations.words_of_finding(found),
                {"text": "F", "limits": ""},
                "limits",
            ),
            (corrected, on, recommendations.words_of_recommendation(wanted), text, "text"),
            (
                recommendations.answer_recommendation,
                on,
                recommendations.answer_of(wanted),
                answer,
                "text",
            ),
            (
                recommendations.follow_up_recommendation,
                on,
                reviews.follow_up_of(wanted),
                {"state": "en-cours", "note": "A"},
                "note",
            ),
        ]
    )


def _first_stays(cases: list[Any]) -> None:
    for verb, on, stored, wanted, changed in cases:
        shown = token_of(stored)
        verb(OPERATOR, **on, **wanted, expected=shown)
        verb(OPERATOR, **on, **wanted, expected=shown)  # a double click is no conflict
        refusal = refused(
            "edit.conflict", verb, OPERATOR, **on, **wanted | {changed: "Autre"}, expected=shown
        )
        assert refusal.params["present"][changed] == wanted[changed]  # type: ignore[index]
        again = token_of(refusal.params["present"])  # type: ignore[arg-type]
        verb(OPERATOR, **on, **wanted | {changed: "Autre"}, expected=again)


def test_questions_are_numbered_corrected_and_have_a_criterion(world: make.World) -> None:
    evaluation = make.an_evaluation(world)
    put = {"evaluation": evaluation, "criterion": "impact", "level": "actions"}
    first = evaluations.put_question(OPERATOR, text="Quoi ?", **put)
    seen = token_of(evaluations.words_of_question(first))
    evaluations.put_question(OPERATOR, text="Quoi donc ?", question=first, **put, expected=seen)
    late = {"text": "Autre ?", "question": first, "expected": seen}
    refused("edit.conflict", evaluations.put_question, OPERATOR, **late, **put)
    assert evaluations.put_question(OPERATOR, text="Et quoi ?", **put).number == 2
    evaluations.put_question(OPERATOR, text="Quoi donc ?", question=first, **put)
    assert list(evaluation.questions.values_list("text", flat=True)) == ["Quoi donc ?", "Et quoi ?"]
    refused("question.text", evaluations.put_question, OPERATOR, text=" ", **put)
    refused("question.criterion", evaluations.put_question, OPERATOR, text="?", **put | {"criterion": "x"})
    refused("evaluation.not_started", recommendations.put_finding, OPERATOR, question=first, text="Trop tôt")


def test_publication_is_refused_and_says_each_thing_missing(world: make.World) -> None:
    evaluation = make.started(world)
    make.a_finding(evaluation, proved=False)
    refusal = refused("evaluation.missing", evaluations.publish_evaluation, OPERATOR, evaluation=evaluation)
    for said in ("inégalités", "prévention", "soins primaires", "usagers", "preuve du constat 1.1"):
        assert said in str(refusal), said
    make.reported(evaluation)
    left = refused("evaluation.missing", evaluations.publish_evaluation, OPERATOR, evaluation=evaluation)
    assert len(left.params["missing"]) == 2  # type: ignore[arg-type]


def test_a_published_evaluation_no_longer_changes_but_for_answers_and_follow_up(world: make.World) -> None:
    evaluation = make.published_evaluation(world)
    assert Evaluation.objects.public().get() == evaluation
    refused("evaluation.published", make.reported, evaluation)
    refused("evaluation.published", make.a_finding, evaluation)
    wanted = Recommendation.objects.public().get()
    recommendations.follow_up_recommendation(
        OPERATOR, recommendation=wanted, state="en-cours", note="Commencé."
    )
    with time_machine.travel(wanted.due_on + timedelta(days=2)):
        assert Recommendation.objects.late(today()).get() == wanted
        recommendations.follow_up_recommendation(OPERATOR, recommendation=wanted, state="fait")
        assert not Recommendation.objects.late(today()).exists()


def test_only_the_approver_publishes_an_evaluation(world: make.World) -> None:
    evaluation = make.started(world)
    with pytest.raises(Forbidden):
        evaluations.publish_evaluation(make.lead_of(region()), evaluation=evaluation)


def test_evidence_names_what_it_quotes_and_is_noted_once(world: make.World) -> None:
    finding = make.a_finding(make.started(world))
    add = {"finding": finding, "text": "La courbe monte."}
    refused("evidence.reference", recommendations.add_evidence, OPERATOR, kind="indicateur", **add)
    refused("evidence.kind", recommendations.add_evidence, OPERATOR, kind="x", **add)
    refused("evidence.text", recommendations.add_evidence, OPERATOR, kind="usagers", **add | {"text": ""})
    kept = recommendations.add_evidence(OPERATOR, kind="indicateur", reference="i1", **add)
    refused(
        "evidence.already", recommendations.add_evidence, OPERATOR, kind="indicateur", reference="i1", **add
    )
    recommendations.remove_evidence(OPERATOR, evidence=kept)
    assert finding.evidence.count() == 1


def test_what_is_sent_twice_is_written_once(world: make.World) -> None:
    evaluation = make.an_evaluation(world)
    put = {"evaluation": evaluation, "criterion": "impact", "level": "actions", "text": "Quoi ?"}
    assert evaluations.put_question(OPERATOR, **put) == evaluations.put_question(OPERATOR, **put)
    Evaluation.objects.all().delete()
    evaluation = make.started(world)
    assert make.a_finding(evaluation, proved=False) == make.a_finding(evaluation, proved=False)
    wanted = {"evaluation": evaluation, "text": "Ouvrir."}
    first = recommendations.put_recommendation(OPERATOR, **wanted)
    assert recommendations.put_recommendation(OPERATOR, **wanted) == first


def test_an_answer_names_who_and_when_unless_it_refuses(world: make.World) -> None:
    evaluation = make.started(world)
    wanted = recommendations.put_recommendation(OPERATOR, evaluation=evaluation, text="Ouvrir le samedi.")
    answer = {"recommendation": wanted, "text": "Oui."}
    refused("recommendation.answer", recommendations.answer_recommendation, OPERATOR, answer="?", **answer)
    refused(
        "recommendation.owner", recommendations.answer_recommendation, OPERATOR, answer="acceptee", **answer
    )
    refused(
        "recommendation.answer_text",
        recommendations.answer_recommendation,
        OPERATOR,
        answer="refusee",
        **answer | {"text": ""},
    )
    follow = {"recommendation": wanted, "state": "fait"}
    refused("recommendation.unanswered", recommendations.follow_up_recommendation, OPERATOR, **follow)
    recommendations.answer_recommendation(OPERATOR, answer="refusee", **answer)
    refused("recommendation.refused", recommendations.follow_up_recommendation, OPERATOR, **follow)


def test_an_answer_changed_after_publication_leaves_its_trace(world: make.World) -> None:
    make.published_evaluation(world)
    found = Recommendation.objects.select_related("evaluation").get()
    once = {"owner": found.owner, "due_on": found.due_on, "recommendation": found}
    recommendations.answer_recommendation(OPERATOR, answer="acceptee", text=found.answer_text, **once)
    assert [one.answer for one in recommendations.answers_given(found)] == ["acceptee"]
    with time_machine.travel(now() + timedelta(days=40)):
        changed = recommendations.answer_recommendation(
            OPERATOR, recommendation=found, answer="refusee", text="Non."
        )
        page = Client().get(reverse("bilans:recommandations")).content.decode()
        table = Client().get(reverse("bilans:recommandations-csv")).content.decode("utf-8-sig")
    first, second = recommendations.answers_given(changed)
    assert [(one.answer, one.text) for one in (first, second)] == [
        ("acceptee", found.answer_text),
        ("refusee", "Non."),
    ]
    assert second.given_at - first.given_at > timedelta(days=39)
    for said in ("Réponse modifiée le", "La réponse précédente", found.answer_text):
        assert said in page.replace("\u00a0", " ")
    row = next(csv.DictReader(io.StringIO(table), delimiter=";"))
    assert row["repondu_le"] == localdate(second.given_at).isoformat()
    assert row["reponses_precedentes"] == f"{localdate(first.given_at)} acceptee {found.answer_text}"


def test_answers_given_before_they_were_kept_are_found_in_the_journal(world: make.World) -> None:
    make.published_evaluation(world)
    found = Recommendation.objects.get()
    recommendations.answer_recommendation(OPERATOR, recommendation=found, answer="refusee", text="Non.")
    found.answers.all().delete()
    import_module("fabrique.plan.migrations.0008_answers_and_silence").rebuild(apps, None)
    # the words of an answer that was replaced are known of nobody: only its day and its kind
    assert list(found.answers.values_list("answer", "text")) == [("acceptee", ""), ("refusee", "Non.")]


def test_a_recommendation_comes_from_findings_of_its_own_evaluation(world: make.World) -> None:
    finding = make.a_finding(make.started(world))
    other = make.started(world, kind="intermediaire", title="Autre")
    put = {"evaluation": other, "text": "Faire."}
    refused(
        "recommendation.findings", recommendations.put_recommendation, OPERATOR, findings=[finding], **put
    )
    made = recommendations.put_recommendation(OPERATOR, **put)
    assert recommendations.put_recommendation(OPERATOR, recommendation=made, **put).number == 1
    recommendations.remove_recommendation(OPERATOR, recommendation=made)
    recommendations.remove_finding(OPERATOR, finding=finding)
    assert not Recommendation.objects.exists()


# --- users' findings

SAID = {"tone": "ameliore", "text": "Le bus passe à l’heure.", "method": "Vingt personnes interrogées."}


def test_a_finding_is_entrusted_to_an_association_of_users(world: make.World) -> None:
    club = create_organisation(
        OPERATOR, name="Club de boules", kind=OrganisationKind.ASSOCIATION, territory=region()
    )
    refused("finding.organisation", make.entrusted, world, club)
    ask = {"action": world.bus, "organisation": make.an_association(), "mandate": "Dites."}
    past = today() - timedelta(days=1)
    refused("finding.due", findings.entrust, OPERATOR, due_on=past, **ask)
    refused("finding.mandate", findings.entrust, OPERATOR, **ask | {"mandate": ""})
    with pytest.raises(Forbidden):
        findings.entrust(make.lead_of(world.gard), **ask)
    findings.entrust(make.lead_of(world.lozere), **ask)
    refused("finding.already", findings.entrust, OPERATOR, **ask)


@pytest.mark.both_databases
def test_only_a_partner_of_that_association_hands_it_in_and_once(world: make.World) -> None:
    finding = make.entrusted(world)
    stranger = make.partner_of(make.an_association("Une autre"), email="autre@exemple.test")
    for other in (stranger, OPERATOR, make.lead_of(world.lozere)):
        with pytest.raises(Forbidden):
            findings.hand_in(other, finding=finding, **SAID)
    partner = make.partner_of(finding.organisation)
    for code, wrong in (("tone", {"tone": "?"}), ("text", {"text": ""}), ("method", {"method": " "})):
        refused(f"finding.{code}", findings.hand_in, partner, finding=finding, **SAID | wrong)
    handed = findings.hand_in(partner, finding=finding, **SAID)
    assert handed.handed_in_by == partner.user
    assert findings.is_as_handed_in(handed)
    refused("finding.handed_in", findings.hand_in, partner, finding=finding, **SAID)
    assert UsersFinding.objects.entrusted_to(partner).get() == finding
    assert not UsersFinding.objects.entrusted_to(stranger).exists()


def test_the_agency_writes_beside_and_never_in_the_text(world: make.World) -> None:
    finding = make.entrusted(world)
    refused("finding.not_handed_in", findings.give_view, OPERATOR, finding=finding, text="Vu.")
    refused("finding.not_handed_in", findings.publish_finding, OPERATOR, finding=finding)
    handed = findings.hand_in(make.partner_of(finding.organisation), finding=finding, **SAID)
    published = findings.publish_finding(OPERATOR, finding=handed)
    assert UsersFinding.objects.public().get() == published
    viewed = findings.give_view(OPERATOR, finding=published, text="Nous ajoutons un passage.")
    assert (viewed.text, viewed.content_hash) == (SAID["text"], handed.content_hash)
    refused("finding.view_published", findings.give_view, OPERATOR, finding=viewed, text="Autre chose.")
    refused("finding.published", findings.publish_finding, OPERATOR, finding=viewed)


@pytest.mark.both_databases
def test_the_database_keeps_the_text_handed_in(world: make.World) -> None:
    finding = make.entrusted(world)
    findings.hand_in(make.partner_of(finding.organisation), finding=finding, **SAID)
    with pytest.raises(DatabaseError), transaction.atomic():
        UsersFinding.objects.update(text="Retouché.")
    held = UsersFinding.objects.get()
    assert findings.is_as_handed_in(held)
    held.text = "Retouché."
    assert not findings.is_as_handed_in(held)


def test_a_finding_on_a_draft_waits_for_the_action(world: make.World) -> None:
    finding = make.entrusted(world)
    findings.hand_in(make.partner_of(finding.organisation), finding=finding, **SAID)
    actions.withdraw_action(OPERATOR, action=world.bus)
    refused("finding.action_not_public", findings.publish_finding, OPERATOR, finding=finding)
    with pytest.raises(Forbidden):
        findings.publish_finding(make.lead_of(world.lozere), finding=finding)
