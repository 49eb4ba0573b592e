"""The monthly digest: once a month, to those for whom something waits, unless they said no."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fabrique.accounts.actors import System
from fabrique.accounts.services import end_role
from fabrique.common.clock import now, today, told_at
from fabrique.plan.models import Action, LeadDigest
from fabrique.plan.services import actions, indicators, milestones
from fabrique.plan.services.reminders import digest_of, digest_wanted, send_digests, want_digest
from fabrique.subscriptions.models import Email
from fabrique.subscriptions.services import send_due
from tests.factories import accounts
from tests.factories import actions as make

pytestmark = pytest.mark.django_db
SYSTEM = System("tests")


@pytest.fixture
def lead(occitanie):
    return make.lead(make.lozere(), email="lozere@exemple.test")


@pytest.fixture
def action(lead):
    made = make.a_full_action(make.a_plan(), make.lozere())
    return actions.edit_action(lead, action=made, lead=lead.user)


def test_it_says_what_waits_in_one_letter_a_month(lead, action, mailoutbox):
    assert send_digests(SYSTEM) == 1
    assert send_digests(SYSTEM) == 0
    assert Email.objects.filter(purpose="plan.digest").count() == 1
    send_due(SYSTEM)
    (mail,) = mailoutbox
    assert mail.to == ["lozere@exemple.test"]
    assert "1 jalon en retard, 1 valeur attendue, météo jamais donnée" in mail.body
    assert f"/agents/actions/{Action.objects.get().public_id}/point/" in mail.body
    with told_at(now() + timedelta(days=32)):
        assert send_digests(SYSTEM) == 1


def test_who_said_no_hears_nothing_until_they_say_yes(lead, action):
    want_digest(lead, wanted=False)
    assert not digest_wanted(lead.user)
    assert send_digests(SYSTEM) == 0
    want_digest(lead, wanted=True)
    assert send_digests(SYSTEM) == 1
    assert LeadDigest.objects.get().prepared_for == today().replace(day=1)


def test_nothing_leaves_where_nothing_waits(lead, action):
    milestones.complete_milestone(lead, milestone=action.milestones.get())
    indicators.record_value(lead, indicator=action.indicators.get(), on=today(), value=1)
    indicators.give_weather(lead, action=action, weather="securisee", sentence="Tout va.")
    assert digest_of(lead.user, today()) == []
    assert send_digests(SYSTEM) == 0
    assert not Email.objects.exists()


def test_a_sheet_that_nobody_writes_is_told(lead, action):
    actions.edit_action(lead, action=action, stage="en-cours")
    with told_at(now() + timedelta(days=120)):
        (told,) = digest_of(lead.user, today())
    assert told.untouched_days == 120


def test_who_is_no_lead_any_more_is_no_longer_written_to(lead, action):
    end_role(make.OPERATOR, role=accounts.role_of(lead))
    assert send_digests(SYSTEM) == 0
    assert not Email.objects.exists()
