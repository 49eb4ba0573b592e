"""How actions stand, put together up the tree; what a sheet lacks; what waits on it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from fabrique.common.clock import today, told_at
from fabrique.plan.completeness import ELEMENTS, completeness
from fabrique.plan.enums import ActionStage, IndicatorKind, Universalism, Weather
from fabrique.plan.models import Action
from fabrique.plan.progress import EMPTY, branch_of, progress_of
from fabrique.plan.services import actions, budget, indicators, milestones
from fabrique.plan.waiting import waiting_of
from fabrique_core.progress import Age, Course, Pace
from tests.factories import actions as make

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
DAY = date(2026, 7, 1)


@pytest.fixture
def plan(occitanie):
    return make.a_plan()


def measured(action, *values, **more):
    """An indicator from 0 to 100, with values by date."""
    indicator = make.an_indicator(action, more.pop("title", "Passages"), **more)
    for on, value in values:
        indicators.record_value(make.OPERATOR, indicator=indicator, on=on, value=value)
    return indicator


class TestOneAction:
    def test_four_things_side_by_side(self, plan):
        action = make.an_action(plan, make.lozere())
        measured(action, (date(2025, 1, 1), 10.0), (date(2026, 6, 1), 60.0))
        with told_at(datetime(2026, 6, 15, 12, tzinfo=PARIS)):
            indicators.give_weather(
                make.OPERATOR, action=action, weather=Weather.COMPROMISED, sentence="Plus de chauffeur."
            )
        told = progress_of([action], DAY)[action.pk]
        assert (told.weather.weather, told.weather_days) == (Weather.COMPROMISED, 16)
        assert (told.rate.rate, told.rate.known, told.rate.total) == (60.0, 1, 1)
        assert told.pace is Pace.AHEAD
        assert told.course is Course.BETTER
        assert (told.age, told.late) == (Age.FRESH, 0)

    def test_missing_is_not_known_and_never_zero(self, plan):
        action = make.an_action(plan, make.lozere())
        measured(action)
        told = progress_of([action], DAY)[action.pk]
        assert (told.weather, told.rate.rate, told.rate.known, told.rate.total) == (None, None, 0, 1)
        assert (told.course, told.age, told.late) == (Course.NOT_KNOWN, Age.NEVER, 1)

    def test_without_indicator_nothing_is_said(self, plan):
        action = make.an_action(plan, make.lozere())
        told = progress_of([action], DAY)[action.pk]
        assert (told.rate.rate, told.age, told.pace) == (None, None, Pace.NOT_KNOWN)

    def test_indicators_that_disagree_are_said_mixed(self, plan):
        action = make.an_action(plan, make.lozere())
        measured(action, (date(2025, 1, 1), 10.0), (date(2026, 6, 1), 60.0))
        measured(action, (date(2025, 1, 1), 60.0), (date(2026, 6, 1), 10.0), title="Autre")
        told = progress_of([action], DAY)[action.pk]
        assert told.mixed
        assert told.course is Course.NOT_KNOWN
        assert told.rate.rate == 35.0

    def test_what_comes_after_the_day_is_not_known_yet(self, plan):
        action = make.an_action(plan, make.lozere())
        measured(action, (date(2025, 1, 1), 10.0), (date(2026, 6, 1), 60.0))
        indicators.give_weather(make.OPERATOR, action=action, weather=Weather.SECURED, sentence="Oui.")
        told = progress_of([action], date(2025, 2, 1))[action.pk]
        assert (told.rate.rate, told.weather) == (10.0, None)


@pytest.mark.both_databases
def test_up_the_tree_in_three_queries_whatever_the_number(plan, django_assert_num_queries):
    for number in range(6):
        action = make.an_action(plan, make.lozere() if number % 2 else make.gard(), f"Action {number}")
        if number < 4:
            measured(action, (date(2026, 6, 1), 25.0 * number))
        indicators.give_weather(make.OPERATOR, action=action, weather=Weather.ATTAINABLE, sentence="Oui.")
    rows = list(Action.objects.for_list())
    with django_assert_num_queries(3):
        progress = progress_of(rows, today())
        whole = branch_of(progress.values())
        places = {code: [one for one in rows if one.territory.code == code] for code in ("30", "48")}
        by_territory = {code: branch_of(progress[one.pk] for one in held) for code, held in places.items()}
    assert (whole.rate.known, whole.rate.total, whole.rate.rate) == (4, 6, 37.5)
    assert (whole.weathers, whole.unweathered, whole.late) == ({Weather.ATTAINABLE: 6}, 0, 4)
    assert {code: (one.rate.known, one.rate.total) for code, one in by_territory.items()} == {
        "48": (2, 3),
        "30": (2, 3),
    }
    assert branch_of([]) == EMPTY


class TestCompleteness:
    def test_an_empty_sheet_lacks_everything(self, plan):
        said = completeness(make.an_action(plan, make.lozere()))
        assert (said.present, said.percent, said.missing) == (0, 0, ELEMENTS)

    def test_a_full_sheet_lacks_nothing_and_costs_no_query(self, plan, django_assert_num_queries):
        lead = make.lead(make.lozere())
        action = make.an_action(
            plan,
            make.lozere(),
            description="Un bus passe.",
            implementation="Deux infirmières.",
            lead=lead.user,
            universalism=Universalism.PROPORTIONATE,
            graduation="Deux fois plus dans les cantons les plus loin.",
            starts_on=date(2024, 1, 1),
            ends_on=date(2028, 12, 31),
            reproducibility="Un bus.",
            publics=[plan.publics.first()],
        )
        milestones.add_milestone(lead, action=action, label="Acheter", due_on=date(2026, 1, 1))
        milestones.add_partner(lead, action=action, organisation="Centre social d’essai")
        budget.set_budget_line(lead, action=action, year=2026, funder="fir", amounts={"planned": Decimal(1)})
        stages = ("ressources", "activites", "realisations", "resultats", "impact")
        steps = [
            {"stage": stage, "text": "Oui", "assumption": "Si" if rank else ""}
            for rank, stage in enumerate(stages)
        ]
        budget.set_logic(lead, action=action, steps=steps)
        for kind in IndicatorKind:
            make.an_indicator(action, f"Mesure {kind}", kind=kind)
        fetched = Action.objects.with_lines().get(pk=action.pk)
        with django_assert_num_queries(0):
            said = completeness(fetched)
        assert (said.percent, said.missing) == (100, ())
        budget.set_logic(lead, action=action, steps=[{**step, "assumption": ""} for step in steps])
        said = completeness(Action.objects.get(pk=action.pk))
        assert [one.code for one in said.missing] == ["logic"]

    def test_every_element_leads_to_a_screen(self):
        from fabrique.web.agents.actions.access import SECTIONS

        assert {one.section for one in ELEMENTS} <= {section.code for section in SECTIONS}


class TestWaiting:
    def reasons(self, action):
        rows = list(Action.objects.with_lines().filter(pk=action.pk))
        told = waiting_of(rows, progress_of(rows, today()), today())
        return [reason.code for reason in told[action.pk]]

    def test_what_is_late_waits_until_it_is_done(self, plan):
        action = make.a_full_action(plan, make.lozere())
        assert self.reasons(action) == ["jalons", "valeurs", "meteo"]
        actions.state_blocking(make.OPERATOR, action=action, blocking="Non", decision_needed="Un avenant")
        assert self.reasons(action)[0] == "decision"
        actions.edit_action(make.OPERATOR, action=action, blocking="", decision_needed="")
        milestones.complete_milestone(make.OPERATOR, milestone=action.milestones.get())
        indicators.record_value(make.OPERATOR, indicator=action.indicators.get(), on=today(), value=1)
        indicators.give_weather(make.OPERATOR, action=action, weather=Weather.SECURED, sentence="Oui.")
        assert self.reasons(action) == []

    def test_a_finished_action_asks_nothing(self, plan):
        action = make.a_full_action(plan, make.lozere())
        actions.edit_action(make.OPERATOR, action=action, stage=ActionStage.DONE)
        assert self.reasons(action) == []

    def test_the_same_by_database(self, plan):
        late = make.a_full_action(plan, make.lozere())
        fresh = make.an_action(plan, make.lozere(), "Autre")
        measured(fresh, (today() - timedelta(days=90), 3))
        everything = Action.objects.all()
        assert set(everything.of_weather("sans")) == {late, fresh}
        indicators.give_weather(make.OPERATOR, action=fresh, weather=Weather.SECURED, sentence="Oui.")
        assert list(everything.of_weather(Weather.SECURED)) == [fresh]
        assert list(everything.searched("prévention BUS")) == [late]
