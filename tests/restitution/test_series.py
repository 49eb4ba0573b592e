"""A plan indicator reads a series of the observatory by its code, masked where statistical secrecy says so."""

import pytest

from fabrique.restitution.services.series import (
    series_choices,
    series_exists,
    series_history,
    series_latest,
    series_values,
)
from tests.factories import observatory as make
from tests.factories.territories import department

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]


def test_a_plan_indicator_reads_its_series_by_code(django_assert_num_queries):
    make.define()
    make.load(
        [
            {"dep": "46", "value": 20, "period": "2022"},
            {"dep": "46", "value": 21.5},
            {"dep": "48", "value": 3, "numerator": 3},
        ]
    )
    lot, lozere = department("46"), department("48")
    with django_assert_num_queries(1):
        found = series_values([("marche", lot), ("marche", lozere), ("inconnu", lot)])
    assert found["marche", lot.pk].words == "21,5\u00a0%"
    assert (found["marche", lozere.pk].value, found["marche", lozere.pk].withheld) == (None, "small")
    assert ("inconnu", lot.pk) not in found
    assert [one.value for one in series_history("marche", lot)] == [20, 21.5]
    assert series_latest("marche", lot).source == "Enquête inventée"
    assert series_choices() == [("marche", "Part des habitants qui marchent")]
    assert (series_exists("marche"), series_exists("autre")) == (True, False)
