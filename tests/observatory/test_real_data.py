"""The whole folder of official files, loaded once: figures checked by hand against the files."""

from pathlib import Path

import pytest

from fabrique.observatory.models import ImportBatch, Observation
from fabrique.observatory.services import load_folder
from fabrique.observatory.services.comparison import comparisons
from fabrique.observatory.services.public import sheet
from fabrique.observatory.services.standardised import standardised
from fabrique.territories.models import Territory
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]
SHARED = Path(__file__).resolve().parents[3] / "shared"
FOLDERS = (SHARED / "data" / "occitanie", SHARED / "reference")


@pytest.fixture(scope="module")
def loaded(shared_ground, django_db_blocker):
    with django_db_blocker.unblock():
        return {one.file_name: one for folder in FOLDERS for one in load_folder(OPERATOR, folder=folder)}


def department(code):
    return Territory.objects.official("departement", code)


def value(code, territory, **cell):
    one = sheet([code], [territory]).latest(code, territory, **cell)
    return one.value if one else None


def test_every_file_is_read_or_named_and_twice_changes_nothing(loaded):
    refused = {name for name, one in loaded.items() if one.refusal}
    assert refused == {"concertations_2022_2024.csv"}
    assert all(one.added or one.aside for name, one in loaded.items() if name not in refused)
    count, batches = Observation.objects.count(), ImportBatch.objects.count()
    again = [one for folder in FOLDERS for one in load_folder(OPERATOR, folder=folder)]
    assert {(one.added, one.replaced) for one in again} == {(0, 0)}
    assert (Observation.objects.count(), ImportBatch.objects.count()) == (count, batches)


@pytest.mark.parametrize(
    ("code", "department_code", "cell", "expected"),
    [
        ("population_sexe_age5", "09", {"sex": "homme", "age": "30-34"}, 3786),
        ("population_sexe_age_bandes", "09", {"age": "20-39"}, 29168),
        ("taux_pauvrete", "46", {}, 15.6),
        ("niveau_vie_median", "46", {}, 19262.2),
        ("generalistes_total", "48", {}, 108),
        ("mortalite_01_maladies_infectieuses_et_parasitaires", "09", {"sex": "homme"}, 18.2),
        ("score_desavantage_demonstration", "31", {}, -2.369),
        ("diag_places_en_ehpad_pour_1_000_personnes_de_75_ans_et_plus", "48", {}, 168),
    ],
)
def test_figures_are_those_of_the_files(loaded, code, department_code, cell, expected):
    assert value(code, department(department_code), **cell) == expected


def test_distances_weighted_here_agree_with_those_weighted_elsewhere(loaded):
    """departements.csv gives 11.56 km for the Lot and 20.64 for Lozère, weighted by inhabitants."""
    assert value("distance_urgences_km", department("46")) == pytest.approx(11.56, abs=0.01)
    assert value("distance_urgences_km", department("48")) == pytest.approx(20.64, abs=0.01)


def test_diabetes_in_the_lot_is_24300_over_345300_and_the_counts_are_halved(loaded):
    one = sheet(["prevalence_diabete"], [department("46")]).latest("prevalence_diabete", department("46"))
    assert one.value == pytest.approx(100 * 24300 / 345300)
    assert (one.numerator, one.denominator, one.status) == (12150, 172650, "estimated")


def test_conditions_that_add_their_categories_are_not_prevalences(loaded):
    assert not Observation.objects.filter(version__definition__code__startswith="prevalence_cancers").exists()
    aside = {one.what: one.rows for one in loaded["pathologies_2023_departement_age.csv"].aside}
    assert aside["Cancers"] == 258


def test_small_counts_of_the_real_files_are_masked_with_others(loaded):
    values = sheet(["prevalence_diabete"], Territory.objects.departments())
    masked = [one for one in values.all() if one.withheld]
    assert {one.withheld for one in masked} == {"small", "complementary"}
    assert all(one.value is None and one.numerator is None for one in masked)
    shown = [one for one in values.all() if not one.withheld and one.numerator]
    assert all(one.numerator >= 11 for one in shown)


def test_the_contradictions_of_the_diagnosis_are_all_kept(loaded):
    region = Territory.objects.perimeter()
    codes = ["diag_part_des_65_ans_et_plus", "diag_habitants_supplementaires_par_an"]
    values = sheet(codes, [region])
    assert [one.value for one in values.contradictions(codes[0], region)] == [19.8, 24]
    assert {one.value for one in values.contradictions(codes[1], region)} == {26000, 40000, 41500}


def test_the_lot_at_equal_ages_has_less_diabetes_than_the_region(loaded):
    region = Territory.objects.perimeter()
    places = [*Territory.objects.departments().within(region), region]
    found = standardised("prevalence_diabete", places, standard=region)
    lot, whole = found[department("46").pk], found[region.pk]
    assert lot.crude > whole.crude
    assert lot.high < whole.rate


def test_a_department_is_compared_with_its_region_and_with_others(loaded):
    found = comparisons(["taux_pauvrete", "generalistes_pour_100000"], department("46"))
    gps = found["generalistes_pour_100000"]
    assert gps.region_computed
    assert gps.region.value == pytest.approx(170, abs=1)
    assert gps.known >= 3
    assert found["taux_pauvrete"].own.period == "2013"
