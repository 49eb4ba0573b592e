"""The life of a plan: states, frozen texts, what may be written in each."""

from contextlib import contextmanager

import pytest
from django.db import DatabaseError, transaction

from fabrique.common.errors import Refused
from fabrique.plan.enums import PlanState
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
    adopted = life.adopt(approver, plan=plan, on=plans.ADOPTED_ON, act=plans.ACT)
    assert (sent.number, adopted.number, adopted.supersedes) == (1, 2, sent)
    before, after = ({(a, f): t for a, f, t in life.version_nodes(v)} for v in (sent, adopted))
    assert {line for line in after if after[line] != before[line]} == {("challenge:e1-d1", "title")}
    life.open_revision(approver, plan=plan)
    with refused("plan.not_submitted"):
        life.adopt(approver, plan=plan, on=plans.ADOPTED_ON, act=plans.ACT)
    life.close(approver, plan=plan)
    plan.refresh_from_db()
    assert plan.state == PlanState.CLOSED
