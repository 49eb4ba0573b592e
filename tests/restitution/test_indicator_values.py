"""The series of the observatory entered in the plan's indicators: once, with its source, never over a person."""

from __future__ import annotations

from datetime import date

import pytest

from fabrique.plan.services.indicators import edit_indicator, record_value
from fabrique.restitution.services.indicator_values import pull_all, pull_values
from fabrique.restitution.services.same_measure import same_unit
from tests.factories import actions as make
from tests.factories import observatory

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator(occitanie):
    # what counts no person is not held back for being small
    observatory.define(counts_persons=False)
    observatory.load([{"dep": "48", "value": 41.5}, {"dep": "30", "value": 55}])
    action = make.an_action(make.a_plan(), make.lozere())
    return make.an_indicator(action, "Habitants qui marchent", series_code="marche", unit="%")


@pytest.mark.both_databases
def test_the_value_of_the_territory_is_entered_once_with_its_source(indicator):
    told = pull_values(make.OPERATOR, plan=indicator.plan)
    assert (told.recorded, told.corrected, told.aside) == (1, 0, [])
    held = indicator.values.get()
    assert (held.value, held.on, held.recorded_by) == (41.5, date(2023, 12, 31), None)
    assert held.source == "Observatoire, marche, définition 1 : Enquête inventée"
    assert pull_all() == 0
    assert indicator.values.get() == held


def test_a_corrected_series_corrects_its_own_value(indicator):
    pull_values(make.OPERATOR, plan=indicator.plan)
    indicator.values.update(value=40.0)
    assert pull_all() == 1
    assert indicator.values.get().value == 41.5


def test_what_a_person_typed_is_never_replaced(indicator):
    lead = make.lead(make.lozere())
    record_value(lead, indicator=indicator, on=date(2023, 12, 31), value=39.0)
    told = pull_values(make.OPERATOR, plan=indicator.plan)
    assert (told.recorded, told.corrected) == (0, 0)
    assert told.aside == [(indicator.key, "une personne a saisi une autre valeur à cette date")]
    assert indicator.values.get().value == 39.0


def test_a_territory_without_value_is_told(indicator):
    regional = make.an_indicator(make.objective(indicator.plan), "Région", series_code="inconnue")
    told = pull_values(make.OPERATOR, plan=indicator.plan)
    assert told.aside == [(regional.key, "aucune valeur publique pour ce territoire")]


@pytest.mark.parametrize(
    ("written", "unit", "words", "same"),
    [
        ("%", "percent", "", True),
        ("%", "per_1000", "", False),
        ("pour 1 000 habitants", "per_1000", "", True),
        ("pour 1\u202f000", "per_10000", "", False),
        ("personnes", "percent", "", False),
        ("patients suivis", "persons", "", True),
        ("médecins", "count", "médecins", True),
        ("passages", "count", "médecins", False),
        ("passages", "count", "", True),
        ("passages", "percent", "", False),
    ],
)
def test_a_unit_is_never_taken_for_another(written, unit, words, same):
    assert same_unit(written, unit, words) is same


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"unit": "pour 1000"}, "la série est en «\u00a0%\u00a0», l’indicateur en «\u00a0pour 1000\u00a0»"),
        ({"direction": "fall", "target": -10.0}, "n’ont pas le même sens"),
    ],
)
def test_another_measure_is_left_aside(indicator, changes, why):
    edit_indicator(make.OPERATOR, indicator=indicator, **changes)
    told = pull_values(make.OPERATOR, plan=indicator.plan)
    ((key, reason),) = told.aside
    assert (told.recorded, key) == (0, indicator.key)
    assert why.replace("\u00a0", " ") in reason.replace("\u00a0", " ")


def test_a_definition_that_changed_does_not_go_on_in_the_same_line(indicator):
    pull_values(make.OPERATOR, plan=indicator.plan)
    old = "Observatoire, marche, définition 3 : Enquête inventée"
    indicator.values.update(on=date(2022, 12, 31), source=old)
    told = pull_values(make.OPERATOR, plan=indicator.plan)
    assert told.recorded == 0
    assert "la définition de la série a changé (3, puis 1)" in told.aside[0][1]
    assert indicator.values.count() == 1
