"""The verbs on an action sheet: what each writes, what it refuses, and to whom."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.clock import today
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.enums import (
    ActionStage,
    CrossMark,
    FunderKind,
    LogicStage,
    MilestoneState,
    PartnerRole,
    PlanState,
    Weather,
)
from fabrique.plan.models import Action
from fabrique.plan.services import actions, budget, indicators, milestones, quick
from tests.factories import accounts
from tests.factories import actions as make
from tests.factories import territories as places

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(occitanie):
    return make.a_plan()


@pytest.fixture
def lead(plan):
    return make.lead(make.lozere())


@pytest.fixture
def action(plan):
    return make.a_full_action(plan, make.lozere())


def _verbs(action):
    """{name: call(actor)} of every verb that writes something of a sheet."""
    milestone, line, indicator = action.milestones.get(), action.budget.get(), action.indicators.get()
    organisation = milestones.add_partner(
        make.OPERATOR, action=action, organisation="Centre social d’essai", role=PartnerRole.FUNDER
    )
    value = indicators.record_value(make.OPERATOR, indicator=indicator, on=date(2025, 1, 1), value=1.0)
    reach = budget.set_reach(make.OPERATOR, action=action, territory=action.territory, year=2025, people=40)
    return {
        "create_action": lambda by: actions.create_action(
            by, plan=action.plan, objective=action.objective, territory=action.territory, title="Autre"
        ),
        "edit_action": lambda by: actions.edit_action(by, action=action, title="Autre"),
        "publish_action": lambda by: actions.publish_action(by, action=action),
        "withdraw_action": lambda by: actions.withdraw_action(by, action=action),
        "state_blocking": lambda by: actions.state_blocking(by, action=action, blocking="Pas de local"),
        "add_milestone": lambda by: milestones.add_milestone(by, action=action, label="Recruter"),
        "edit_milestone": lambda by: milestones.edit_milestone(
            by, milestone=milestone, label="Louer le bus", due_on=None
        ),
        "complete_milestone": lambda by: milestones.complete_milestone(by, milestone=milestone),
        "drop_milestone": lambda by: milestones.drop_milestone(by, milestone=milestone, note="Trop cher"),
        "reopen_milestone": lambda by: milestones.reopen_milestone(by, milestone=milestone),
        "add_partner": lambda by: milestones.add_partner(
            by, action=action, organisation=organisation.organisation
        ),
        "remove_partner": lambda by: milestones.remove_partner(by, partner=organisation),
        "set_budget_line": lambda by: budget.set_budget_line(
            by, action=action, year=2027, funder=FunderKind.STATE, amounts={"planned": Decimal(1)}
        ),
        "remove_budget_line": lambda by: budget.remove_budget_line(by, line=line),
        "set_reach": lambda by: budget.set_reach(
            by, action=action, territory=action.territory, year=2026, people=12
        ),
        "remove_reach": lambda by: budget.remove_reach(by, row=reach),
        "set_logic": lambda by: budget.set_logic(
            by, action=action, steps=[{"stage": LogicStage.RESOURCES, "text": "Deux infirmières"}]
        ),
        "create_indicator": lambda by: indicators.create_indicator(
            by, of=action, title="Jours", kind="deploiement", unit="jours", direction="rise"
        ),
        "edit_indicator": lambda by: indicators.edit_indicator(by, indicator=indicator, unit="tours"),
        "record_value": lambda by: indicators.record_value(
            by, indicator=indicator, on=date(2025, 6, 1), value=3.0
        ),
        "correct_value": lambda by: indicators.correct_value(by, held=value, value=2.0, note="Faute"),
        "give_weather": lambda by: indicators.give_weather(
            by, action=action, weather=Weather.SECURED, sentence="Tout est signé."
        ),
        "quick_update": lambda by: quick.quick_update(
            by, action=action, update=quick.Quick(weather=Weather.SECURED, sentence="Tout va.")
        ),
    }


def test_a_lead_of_the_lozere_writes_every_part_of_a_sheet_there_and_none_in_the_gard(plan, lead, action):
    verbs = _verbs(action)
    elsewhere = make.lead(make.gard())
    before = JournalLine.objects.count()
    for name, verb in verbs.items():
        with pytest.raises(Forbidden):
            verb(elsewhere)
        assert JournalLine.objects.count() == before, name
    for name, verb in verbs.items():
        if name in ("remove_budget_line", "remove_partner", "remove_reach"):
            continue
        verb(lead)
    for name in ("remove_budget_line", "remove_partner", "remove_reach"):
        verbs[name](lead)
    assert JournalLine.objects.count() > before + 15


@pytest.mark.parametrize("role", [RoleCode.ANALYST, RoleCode.READER, RoleCode.ADMINISTRATOR])
def test_no_other_role_writes_a_sheet(plan, action, role):
    with pytest.raises(Forbidden):
        actions.edit_action(accounts.agent(role, places.region()), action=action, title="Autre")


@pytest.mark.both_databases
def test_the_drafts_of_the_gard_are_not_seen_from_the_lozere(plan, lead):
    draft = make.an_action(plan, make.gard(), "Brouillon du Gard")
    public = actions.publish_action(make.OPERATOR, action=make.an_action(plan, make.gard(), "Public du Gard"))
    mine = make.an_action(plan, make.lozere(), "Brouillon d’ici")
    seen = set(Action.objects.visible_to(lead))
    assert seen == {public, mine}
    assert draft not in seen
    assert set(Action.objects.visible_to(make.OPERATOR)) == {draft, public, mine}
    assert set(Action.objects.editable_by(lead)) == {mine}


@pytest.mark.both_databases
class TestTwoPeopleOnOneSheet:
    def test_the_second_is_told(self, action, lead):
        shown = action.revision
        actions.edit_action(lead, action=action, revision=shown, title="Un")
        with pytest.raises(Refused) as refusal:
            actions.edit_action(lead, action=action, revision=shown, title="Deux")
        assert refusal.value.code == "edit.conflict"
        assert "Quelqu’un a modifié la fiche" in str(refusal.value)

    def test_a_double_click_is_no_conflict(self, action, lead):
        shown = action.revision
        first = actions.edit_action(lead, action=action, revision=shown, title="Un")
        again = actions.edit_action(lead, action=action, revision=shown, title="Un")
        assert again.revision == first.revision == shown + 1

    def test_a_quick_update_sent_twice_writes_once(self, action, lead):
        update = quick.Quick(
            weather=Weather.ATTAINABLE,
            sentence="Le bus arrive.",
            done=[(action.milestones.get(), today())],
            money=[(action.budget.get(), {"spent": Decimal("0")})],
            values=[quick.NewValue(action.indicators.get(), today(), 12.5, "registre")],
        )
        first = quick.quick_update(lead, action=action, update=update, revision=action.revision)
        again = quick.quick_update(lead, action=action, update=update, revision=action.revision)
        assert again.revision == first.revision
        assert action.weather.count() == action.indicators.get().values.count() == 1
        assert action.budget.get().spent == Decimal(0)

    def test_a_quick_update_after_somebody_else_writes_nothing_at_all(self, action, lead):
        shown = action.revision
        actions.edit_action(make.OPERATOR, action=action, title="Autre")
        update = quick.Quick(weather=Weather.SECURED, sentence="Oui.", done=[(action.milestones.get(), None)])
        with pytest.raises(Refused, match="Quelqu’un"):
            quick.quick_update(lead, action=action, update=update, revision=shown)
        assert not action.weather.exists()
        assert action.milestones.get().state == MilestoneState.DUE


class TestCreate:
    def test_the_same_key_gives_back_the_same_sheet(self, plan, lead):
        first = make.an_action(plan, make.lozere(), key="bus")
        assert make.an_action(plan, make.lozere(), key="bus") == first
        with pytest.raises(Refused, match="déjà prise"):
            make.an_action(plan, make.lozere(), "Autre chose", key="bus")

    def test_two_sheets_of_one_title_have_two_keys(self, plan):
        keys = {make.an_action(plan, make.lozere()).key for _ in range(2)}
        assert keys == {"un-bus-pour-la-prevention", "un-bus-pour-la-prevention-2"}

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"title": " "}, "action.title"),
            ({"key": "Clé fausse"}, "key.form"),
            ({"marks": ["inconnue"]}, "action.mark"),
            ({"starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)}, "action.dates"),
            ({"decision_needed": "Un avenant"}, "action.decision"),
        ],
    )
    def test_what_does_not_hold_together_is_refused(self, plan, values, code):
        with pytest.raises(Refused) as refusal:
            make.an_action(plan, make.lozere(), **values)
        assert refusal.value.code == code

    def test_an_objective_of_the_gard_carries_no_action_of_the_lozere(self, plan):
        with pytest.raises(Refused, match="autre territoire"):
            make.an_action(plan, make.lozere(), objective=make.objective(plan, make.gard()))

    def test_an_objective_of_another_plan_is_refused(self, plan):
        with pytest.raises(Refused, match="autre plan"):
            make.an_action(plan, make.lozere(), objective=make.objective(make.a_plan()))

    def test_the_lead_is_a_lead_there(self, plan, lead):
        assert make.an_action(plan, make.lozere(), lead=lead.user).lead == lead.user
        with pytest.raises(Refused, match="pas pilote"):
            make.an_action(plan, make.gard(), lead=lead.user)

    def test_a_place_lies_in_the_territory(self, plan):
        mende = places.commune("Mende")
        assert list(make.an_action(plan, make.lozere(), places=[mende]).places.all()) == [mende]
        with pytest.raises(Refused, match="Nîmes"):
            make.an_action(plan, make.lozere(), places=[places.commune("Nîmes")])

    def test_a_closed_plan_is_a_memory(self, plan, action, lead):
        plan.state, plan.adopted_on, plan.act = PlanState.CLOSED, date(2023, 10, 31), "arrêté"
        plan.save()
        for verb in (
            lambda: make.an_action(plan, make.lozere()),
            lambda: actions.edit_action(lead, action=action, title="Autre"),
            lambda: indicators.record_value(
                lead, indicator=action.indicators.get(), on=date(2025, 1, 1), value=1
            ),
        ):
            with pytest.raises(Refused, match="clos"):
                verb()


class TestPublish:
    def test_a_sheet_becomes_public_and_draft_again(self, action, lead):
        assert Action.objects.public().count() == 0
        actions.publish_action(lead, action=action)
        actions.publish_action(lead, action=action)
        assert Action.objects.public().get() == action
        assert JournalLine.objects.filter(verb="plan.publish_action").count() == 1
        actions.withdraw_action(lead, action=action)
        assert not Action.objects.public().exists()

    def test_a_public_one_does_not_go_under_a_draft_objective(self, plan, action, lead):
        actions.publish_action(lead, action=action)
        draft = make.objective(plan, make.lozere(), title="Brouillon", key="brouillon", published=False)
        with pytest.raises(Refused) as raised:
            actions.edit_action(lead, action=action, objective=draft)
        assert raised.value.code == "action.objective_draft"

    def test_not_under_a_draft_objective(self, plan, action, lead):
        plan.objectives.update(published_at=None)
        with pytest.raises(Refused, match="rendez-le public"):
            actions.publish_action(lead, action=action)


class TestCopy:
    def test_the_words_go_and_the_numbers_stay(self, plan, action, lead):
        indicators.record_value(lead, indicator=action.indicators.get(), on=date(2025, 1, 1), value=3)
        budget.set_logic(lead, action=action, steps=[{"stage": "ressources", "text": "Un bus"}])
        actions.publish_action(lead, action=action)
        of_gard = make.lead(make.gard())
        copy = actions.copy_action(of_gard, action=action, territory=make.gard())
        assert (copy.copied_from, copy.published_at, copy.lead) == (action, None, None)
        assert copy.title == action.title
        assert not copy.budget.exists()
        indicator = copy.indicators.get()
        assert (indicator.baseline, indicator.target, indicator.values.count()) == (None, None, 0)
        assert copy.milestones.get().due_on is None
        assert copy.logic.get().text == "Un bus"
        assert actions.copy_action(of_gard, action=action, territory=make.gard()) == copy

    def test_an_objective_of_one_department_gives_way_to_the_one_that_it_declines(self, plan, action, lead):
        regional = action.objective
        local = make.objective(plan, make.lozere(), title="D’ici", key="d-ici")
        action = actions.edit_action(lead, action=action, objective=local)
        action = actions.publish_action(lead, action=action)
        of_gard = make.lead(make.gard())
        there = {"action": action, "territory": make.gard()}
        with pytest.raises(Refused) as raised:
            actions.copy_action(of_gard, **there)
        assert raised.value.code == "action.objective_there"
        plan.objectives.filter(pk=local.pk).update(declines=regional)
        there["action"] = Action.objects.get(pk=action.pk)
        assert actions.copy_action(of_gard, **there).objective == regional

    def test_a_draft_of_elsewhere_is_not_copied(self, action):
        with pytest.raises(Forbidden):
            actions.copy_action(make.lead(make.gard()), action=action, territory=make.gard())

    def test_nor_anything_into_a_territory_of_others(self, action, lead):
        with pytest.raises(Forbidden):
            actions.copy_action(lead, action=action, territory=make.gard())

    def test_nor_where_it_is(self, action, lead):
        with pytest.raises(Refused, match="déjà dans ce territoire"):
            actions.copy_action(lead, action=action, territory=make.lozere())


def test_many_at_once_writes_those_that_may_be_and_tells_the_others(plan, lead):
    mine = [make.an_action(plan, make.lozere(), f"Action {n}") for n in range(2)]
    other = make.an_action(plan, make.gard(), "Ailleurs")
    told = actions.edit_many(
        lead,
        actions=[*mine, other],
        stage=ActionStage.RUNNING,
        mark=CrossMark.MOUNTAIN,
        public=plan.publics.get(key="aines"),
        publish=True,
    )
    assert [one.pk for one in told.done] == [one.pk for one in mine]
    assert [one.pk for one, _ in told.refused] == [other.pk]
    mine[0].refresh_from_db()
    assert (mine[0].stage, mine[0].marks) == (ActionStage.RUNNING, [CrossMark.MOUNTAIN])
    assert mine[0].published_at is not None
    assert mine[0].publics.count() == 1
    other.refresh_from_db()
    assert other.stage == ActionStage.PLANNED


def test_many_at_once_wants_a_change(plan, lead):
    with pytest.raises(Refused, match="au moins un changement"):
        actions.edit_many(lead, actions=[])


class TestMilestones:
    def test_done_dropped_and_undone(self, action, lead):
        milestone = action.milestones.get()
        done = milestones.complete_milestone(lead, milestone=milestone, done_on=today())
        assert (done.state, done.done_on) == (MilestoneState.DONE, today())
        assert milestones.complete_milestone(lead, milestone=done).done_on == today()
        with pytest.raises(Refused, match="pourquoi"):
            milestones.drop_milestone(lead, milestone=milestone, note=" ")
        dropped = milestones.drop_milestone(lead, milestone=milestone, note="Trop cher")
        assert (dropped.state, dropped.done_on, dropped.note) == (MilestoneState.DROPPED, None, "Trop cher")
        assert milestones.reopen_milestone(lead, milestone=milestone).state == MilestoneState.DUE

    def test_not_done_tomorrow(self, action, lead):
        with pytest.raises(Refused, match="avenir"):
            milestones.complete_milestone(
                lead, milestone=action.milestones.get(), done_on=today() + timedelta(days=1)
            )

    def test_one_label_once(self, action, lead):
        held = action.milestones.get()
        assert (
            milestones.add_milestone(lead, action=action, label="Acheter  le bus", due_on=held.due_on) == held
        )
        with pytest.raises(Refused, match="déjà cet intitulé"):
            milestones.add_milestone(lead, action=action, label="Acheter le bus")


class TestMoney:
    def test_empty_is_not_zero(self, action, lead):
        line = action.budget.get()
        assert line.spent is None
        line = budget.set_budget_line(
            lead, action=action, year=line.year, funder=line.funder, amounts={"spent": Decimal(0)}
        )
        assert (line.planned, line.spent) == (Decimal(50_000), Decimal(0))
        line = budget.set_budget_line(
            lead, action=action, year=line.year, funder=line.funder, amounts={"spent": None}
        )
        assert line.spent is None
        assert action.budget.count() == 1

    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"amounts": {"spent": Decimal(-1)}}, "budget.amount"),
            ({"amounts": {"spent": Decimal("NaN")}}, "budget.amount"),
            ({"year": 1999}, "budget.year"),
            ({"funder": "loterie"}, "budget.funder"),
        ],
    )
    def test_what_is_no_money_is_refused(self, action, lead, values, code):
        given = {"year": 2026, "funder": FunderKind.FIR, "amounts": {}} | values
        with pytest.raises(Refused) as refusal:
            budget.set_budget_line(lead, action=action, **given)
        assert refusal.value.code == code


class TestLogic:
    def test_steps_stand_in_the_order_of_the_stages(self, action, lead):
        steps = [
            {"stage": "impact", "text": "Moins de retards", "assumption": "Le soin suit"},
            {"stage": "ressources", "text": "Un bus"},
        ]
        made = budget.set_logic(lead, action=action, steps=steps)
        assert [step.stage for step in made] == ["ressources", "impact"]
        again = budget.set_logic(lead, action=action, steps=steps)
        assert [step.pk for step in again] == [step.pk for step in made]

    def test_no_arrow_comes_to_the_resources(self, action, lead):
        with pytest.raises(Refused, match="Aucune flèche"):
            budget.set_logic(
                lead, action=action, steps=[{"stage": "ressources", "text": "x", "assumption": "y"}]
            )


class TestIndicators:
    @pytest.mark.parametrize(
        ("values", "code"),
        [
            ({"direction": "fall"}, "progress.direction"),
            ({"baseline": float("inf")}, "progress.number"),
            ({"trajectory": [{"date": "2025-01-01", "share": 2}]}, "progress.trajectory"),
            ({"trajectory": [{"jour": "x"}]}, "progress.trajectory"),
            ({"unit": " "}, "indicator.unit"),
            ({"every_days": 0}, "indicator.period"),
            ({"target_on": date(2023, 1, 1)}, "indicator.dates"),
        ],
    )
    def test_what_could_not_be_computed_is_refused(self, action, values, code):
        with pytest.raises(Refused) as refusal:
            make.an_indicator(action, "Un autre", **values)
        assert refusal.value.code == code

    def test_a_value_is_corrected_with_a_reason_and_journalled(self, action, lead):
        indicator = action.indicators.get()
        held = indicators.record_value(lead, indicator=indicator, on=date(2026, 1, 1), value=10)
        same = indicators.record_value(lead, indicator=indicator, on=date(2026, 1, 1), value=10)
        assert same == held
        with pytest.raises(Refused, match="Corrigez-la"):
            indicators.record_value(lead, indicator=indicator, on=date(2026, 1, 1), value=11)
        with pytest.raises(Refused, match="pourquoi"):
            indicators.correct_value(lead, held=held, value=11, note="")
        fresh = indicators.correct_value(lead, held=held, value=11, note="Doublon retiré")
        assert (fresh.pk, fresh.value, fresh.note) == (held.pk, 11, "Doublon retiré")
        line = JournalLine.objects.get(verb="plan.correct_value")
        assert "Doublon" not in f"{line.__dict__}"

    def test_no_value_from_the_future(self, action, lead):
        with pytest.raises(Refused, match="avenir"):
            indicators.record_value(
                lead, indicator=action.indicators.get(), on=today() + timedelta(days=1), value=1
            )

    def test_one_that_was_measured_stays(self, action, lead):
        indicator = action.indicators.get()
        indicators.record_value(lead, indicator=indicator, on=date(2026, 1, 1), value=None)
        with pytest.raises(Refused, match="déjà des valeurs"):
            indicators.remove_indicator(lead, indicator=indicator)
        other = make.an_indicator(action, "Écrit par erreur")
        indicators.remove_indicator(lead, indicator=other)
        assert action.indicators.get() == indicator

    def test_of_an_objective_the_territory_of_the_objective_decides(self, plan, lead):
        regional = make.an_indicator(make.objective(plan))
        with pytest.raises(Forbidden):
            indicators.record_value(lead, indicator=regional, on=date(2026, 1, 1), value=1)


class TestWeather:
    def test_it_wants_a_sentence(self, action, lead):
        with pytest.raises(Refused, match="une phrase"):
            indicators.give_weather(lead, action=action, weather=Weather.SECURED, sentence=" ")
        with pytest.raises(Refused, match="quatre météos"):
            indicators.give_weather(lead, action=action, weather="orage", sentence="Non.")

    def test_rows_are_only_added(self, action, lead):
        for weather in (Weather.SECURED, Weather.COMPROMISED):
            indicators.give_weather(lead, action=action, weather=weather, sentence="Voilà.")
        assert [row.weather for row in action.weather.all()] == [Weather.COMPROMISED, Weather.SECURED]
