"""The life of a plan: states, frozen texts, what may be written in each."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.clock import today
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import PlanState
from fabrique.plan.models import Plan
from fabrique.plan.services import life, nomenclature
from tests.factories import plan as plans
from tests.factories.territories import OPERATOR


@contextmanager
def refused(code):
    with pytest.raises(Refused) as raised:
        yield
    assert raised.value.code == code


@pytest.mark.both_databases
def test_a_frozen_version_never_changes(occitanie):
    version = life.send_to_consultation(OPERATOR, plan=plans.a_plan())
    for spoil in (
        lambda: type(version).objects.filter(pk=version.pk).update(content="{}"),
        lambda: type(version).objects.filter(pk=version.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
    version.refresh_from_db()
    assert version.is_frozen
    assert len(version.content_hash) == 64


def test_from_draft_to_closed(occitanie, approver):
    plan = plans.a_plan(published=False)
    with refused("plan.not_submitted"):
        life.adopt(approver, plan=plan, on=plans.ADOPTED_ON, act=plans.ACT)
    sent = life.send_to_consultation(approver, plan=plan)
    life.resume_drafting(approver, plan=plan)
    nomenclature.edit_node(OPERATOR, node=plans.challenge(plan), values={"title": "Bouger davantage"})
    given = {"plan": plan, "on": plans.ADOPTED_ON, "act": plans.ACT}
    with refused("plan.not_submitted"):
        # frozen, but no notice ever asked for an opinion
        life.adopt(approver, **given)
    with pytest.raises(Forbidden):
        life.adopt(approver, **given, consulted_elsewhere=True)
    adopted = life.adopt(OPERATOR, **given, consulted_elsewhere=True)
    assert JournalLine.objects.get(verb="plan.adopt").reason == "consulted-elsewhere"
    assert (sent.number, adopted.number, adopted.supersedes) == (1, 2, sent)
    before, after = ({(a, f): t for a, f, t in life.version_nodes(v)} for v in (sent, adopted))
    assert {line for line in after if after[line] != before[line]} == {("challenge:e1-d1", "title")}
    life.open_revision(approver, plan=plan)
    with refused("plan.not_submitted"):
        life.adopt(approver, plan=plan, on=plans.ADOPTED_ON, act=plans.ACT)
    life.close(approver, plan=plan)
    plan.refresh_from_db()
    assert plan.state == PlanState.CLOSED


def test_who_changes_the_state_and_what_is_refused(occitanie, approver, reader, personas):
    lead = personas[RoleCode.PLAN_LEAD]
    plan = plans.a_plan(published=False)
    for verb in (life.publish_plan, life.open_revision, life.close):
        for actor in (lead, reader):
            with pytest.raises(Forbidden):
                verb(actor, plan=plan)
    with pytest.raises(Forbidden):
        life.freeze_version(plans.lead("48"), plan=plan, reason=PlanState.DRAFT, label="Essai")
    for verb in (life.resume_drafting, life.open_revision, life.close):
        with refused("plan.state"):
            verb(approver, plan=plan)
    version = life.send_to_consultation(lead, plan=plan)
    assert life.freeze_version(lead, plan=plan, reason=PlanState.CONSULTATION, label="Encore") == version
    with refused("plan.state"):
        life.send_to_consultation(lead, plan=plan)
    for wrong, code in (
        ({"act": " "}, "plan.act"),
        ({"on": today() + timedelta(days=1)}, "plan.adoption_date"),
        ({"act_url": "recueil"}, "plan.act_url"),
    ):
        with refused(code):
            life.adopt(approver, plan=plan, **{"on": plans.ADOPTED_ON, "act": plans.ACT, **wrong})
    life.publish_plan(approver, plan=plan)
    with refused("plan.published"):
        life.publish_plan(approver, plan=plan)
    assert Plan.objects.public().get() == plan


def test_a_plan_is_created_once(occitanie, personas):
    lead = personas[RoleCode.PLAN_LEAD]
    made = life.create_plan(lead, title="Plan 2029", territory=occitanie)
    assert (made.slug, made.state, made.published_at) == ("plan-2029", PlanState.DRAFT, None)
    for given, code in (
        ({}, "plan.exists"),
        ({"title": "Charger"}, "plan.exists"),
        ({"title": "!"}, "plan.title"),
        ({"slug": "autre", "starts_on": plans.ADOPTED_ON, "ends_on": plans.ADOPTED_ON}, "plan.dates"),
    ):
        with refused(code):
            life.create_plan(lead, **{"title": "Plan 2029", "territory": occitanie, **given})
    with pytest.raises(Forbidden):
        life.create_plan(plans.lead("48"), title="Plan de Lozère", territory=occitanie)
