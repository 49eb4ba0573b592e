"""Finding a commune from what somebody typed."""

import pytest

from fabrique.common.actors import Operator
from fabrique.common.errors import Refused
from fabrique.territories.models import Territory
from fabrique.territories.services import load_territories
from tests.factories.territories import all_france

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def found(typed: str) -> list[str]:
    return [territory.name for territory in Territory.objects.matching(typed)]


def test_a_postcode_finds_its_communes(occitanie):
    assert found("46000") == ["Cahors"]
    assert found(" 46000 ") == ["Cahors"]


def test_a_postcode_of_nowhere_finds_nothing(occitanie):
    assert found("00000") == []


@pytest.mark.parametrize("typed", ["", "   ", "-", "’", "😀"])
def test_nothing_typed_finds_nothing(occitanie, typed):
    assert found(typed) == []


@pytest.mark.parametrize("typed", ["Alès", "ales", "ALÈS", "alÈs", "Ale\u0300s"])
def test_accents_and_case_do_not_matter(occitanie, typed):
    assert found(typed)[0] == "Alès"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("st girons", "Saint-Girons"),
        ("St-Girons", "Saint-Girons"),
        ("saint girons", "Saint-Girons"),
        ("Ste Foy d'Aig", "Sainte-Foy-d’Aigrefeuille"),
        ("ste-foy d’aig", "Sainte-Foy-d’Aigrefeuille"),
        ("villefranche de rouergue", "Villefranche-de-Rouergue"),
    ],
)
def test_saints_hyphens_and_apostrophes_are_read_as_people_type_them(occitanie, typed, name):
    assert found(typed) == [name]


@pytest.mark.parametrize("typed", ["L'Isle", "l isle", "L’ISLE", "isle", "lisle"])
def test_the_leading_article_may_be_left_out_or_glued(occitanie, typed):
    assert found(typed) == ["L’Isle-Jourdain", "L’Isle-en-Dodon"]


def test_the_largest_comes_first(occitanie):
    assert found("mo") == ["Montpellier", "Montauban", "Moissac"]


def test_the_exact_name_comes_before_a_larger_commune():
    load_territories(Operator("tests"), geography=all_france().with_communes({"54528", "31555"}))
    assert found("toul") == ["Toul", "Toulouse"]


def test_letters_in_the_middle_of_a_name_do_not_match(occitanie):
    assert found("rodez") == ["Rodez"]
    assert found("odez") == []


@pytest.mark.parametrize("typed", ["Paris 12e", "paris 12", "Paris 1er arrondissement", "75012", "75116"])
def test_an_arrondissement_finds_its_commune(with_big_cities, typed):
    assert found(typed) == ["Paris"]


@pytest.mark.parametrize("typed", ["Lyon 3ème", "69003", "lyon"])
def test_lyon_too(with_big_cities, typed):
    assert found(typed) == ["Lyon"]


def test_the_search_stays_in_the_perimeter_only_when_asked(with_big_cities):
    assert [c.name for c in Territory.objects.matching("marseille")] == ["Marseille"]
    assert list(Territory.objects.in_perimeter().matching("marseille")) == []


def test_the_perimeter_can_come_first(with_big_cities):
    names = [c.name for c in Territory.objects.matching("m").inside_first(with_big_cities)]
    assert names[0] == "Montpellier"
    assert names[-1] == "Marseille"


def test_the_perimeter_is_the_region_of_the_settings(with_big_cities, settings):
    assert Territory.objects.perimeter() == with_big_cities
    settings.FABRIQUE_PERIMETER = "11"
    assert Territory.objects.perimeter().name == "Île-de-France"


def test_a_perimeter_that_is_not_loaded_is_refused_with_a_way_out():
    with pytest.raises(Refused) as refused:
        Territory.objects.perimeter()
    assert refused.value.code == "territories.not_loaded"
    assert "fabrique territories load" in str(refused.value)
