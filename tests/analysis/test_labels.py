"""Labels of quotes: department and channel with the right preposition, wider where few could be meant.

Fed by factories/analysis.py. Feeds confidence in services.labels.
"""

from __future__ import annotations

import pytest
from django.utils.translation import override

from fabrique.analysis import services
from fabrique.contributions.enums import Channel, Unit
from tests.factories import analysis as make

pytestmark = pytest.mark.django_db


def people(source, count, **given):
    return make.participations(source, [make.submission(**given) for _number in range(count)])


@pytest.fixture
def source(occitanie):
    return make.source()


@pytest.mark.parametrize(
    ("place", "label"),
    [
        ("46", "Une personne du Lot, consultation en ligne"),
        ("09", "Une personne de l’Ariège, consultation en ligne"),
        ("34", "Une personne de l’Hérault, consultation en ligne"),
        ("65", "Une personne des Hautes-Pyrénées, consultation en ligne"),
    ],
)
def test_the_label_says_department_and_channel(place, label, source):
    assert services.speaker_label(people(source, 11, place=place)[0]) == label


def test_under_eleven_possible_speakers_the_label_says_the_region(source):
    few = people(source, 10, place="46")
    people(source, 1, place="30")
    assert services.speaker_label(few[0]) == "Une personne d’Occitanie, consultation en ligne"


def test_eleven_are_enough(source):
    few = people(source, 10, place="46")
    people(source, 30, place="30")
    assert "Occitanie" in services.speaker_label(few[0])
    people(source, 1, place="46")
    assert "du Lot" in services.speaker_label(few[0])


def test_another_channel_or_unit_does_not_hide_anybody(source):
    few = people(source, 1, place="46")
    people(source, 20, place="46", channel=Channel.PAPER)
    people(source, 20, place="46", unit=Unit.GROUP)
    assert services.speaker_label(few[0]) == "Une personne"


def test_under_eleven_in_the_region_the_place_goes(source):
    few = people(source, 5, place="46")
    people(source, 20, place=None)
    assert services.speaker_label(few[0]) == "Une personne, consultation en ligne"


def test_somebody_without_a_department_has_no_place(source):
    without = people(source, 12, place=None)
    assert services.speaker_label(without[0]) == "Une personne, consultation en ligne"


@pytest.mark.parametrize(
    ("unit", "label"),
    [
        (Unit.GROUP, "Un groupe du Lot, atelier citoyen"),
        (Unit.ORGANISATION, "Une organisation du Lot, atelier citoyen"),
    ],
)
def test_groups_and_organisations_are_said_as_such(unit, label, source):
    rows = people(source, 11, place="46", unit=unit, channel=Channel.WORKSHOP)
    assert services.speaker_label(rows[0]) == label


def test_many_labels_at_once_are_those_of_each(source):
    rows = [*people(source, 12, place="46"), *people(source, 3, place="30"), *people(source, 12, place=None)]
    assert services.speaker_labels(rows) == {row.pk: services.speaker_label(row) for row in rows}


def test_the_number_of_queries_does_not_grow_with_the_labels(source, django_assert_max_num_queries):
    rows = [*people(source, 40, place="46"), *people(source, 40, place="30")]
    with django_assert_max_num_queries(3):
        services.speaker_labels(rows)


def test_another_source_does_not_hide_anybody(source):
    few = people(source, 3, place="46")
    people(make.source(), 50, place="46")
    assert services.speaker_label(few[0]) == "Une personne"


def test_a_label_stays_french_beside_the_words_it_introduces_whatever_the_reader_s_language(source):
    with override("en"):
        label = services.speaker_label(people(source, 11, place="46")[0])
    assert label == "Une personne du Lot, consultation en ligne"
