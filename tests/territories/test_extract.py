"""The committed extract of the official geography holds what the whole platform stands on."""

import csv
import hashlib
import json
import re
from collections import Counter

import pytest

from fabrique.territories.enums import AgeBand, Level
from fabrique.territories.services.extract import DATA
from tests.factories.territories import all_france

LIMIT = 2_000_000


@pytest.fixture(scope="module")
def france():
    return all_france()


def of_level(france, level):
    return [row for row in france.rows if row.level == level]


def test_every_file_is_small_and_has_its_fingerprint_in_the_provenance():
    provenance = (DATA / "PROVENANCE.md").read_text("utf-8")
    recorded = dict(re.findall(r"^([0-9a-f]{64})  (\S+)$", provenance, re.M))
    files = {path.name: path for path in DATA.iterdir() if path.name != "PROVENANCE.md"}
    assert set(recorded.values()) == set(files)
    for fingerprint, name in recorded.items():
        content = files[name].read_bytes()
        assert len(content) <= LIMIT
        assert hashlib.sha256(content).hexdigest() == fingerprint, name


def test_eighteen_regions_and_a_hundred_and_one_departments(france):
    assert len(of_level(france, Level.REGION)) == 18
    assert len(of_level(france, Level.DEPARTMENT)) == 101
    assert all(row.region for row in of_level(france, Level.DEPARTMENT))


def test_codes_are_unique_within_a_level(france):
    assert max(Counter(row.key for row in france.rows).values()) == 1


def test_a_commune_has_exactly_one_department_and_at_most_one_epci_that_exist(france):
    known = {row.key for row in france.rows}
    for commune in of_level(france, Level.COMMUNE):
        assert commune.department in known
        assert commune.epci is None or commune.epci in known


def test_a_commune_stands_in_the_region_of_its_department(france):
    region = {row.key: row.region for row in france.rows}
    assert all(c.region == region[c.department] for c in of_level(france, Level.COMMUNE))


def test_every_commune_has_a_postcode_of_five_digits(france):
    for commune in of_level(france, Level.COMMUNE):
        assert commune.postcodes, commune
        assert all(re.fullmatch(r"\d{5}", code) for code in commune.postcodes)


def test_populations_add_up_from_the_communes(france):
    by_key = {row.key: row.population for row in france.rows}
    containers = {Level.REGION: "region", Level.DEPARTMENT: "department", Level.EPCI: "epci"}
    for level, container in containers.items():
        total = Counter()
        for commune in of_level(france, Level.COMMUNE):
            total[getattr(commune, container)] += commune.population
        assert all(by_key[row.key] == total[row.key] for row in of_level(france, level))


@pytest.mark.parametrize(
    ("code", "name", "population", "postcode"),
    [
        ("31555", "Toulouse", 514_819, "31500"),
        ("75056", "Paris", 2_103_778, "75116"),
        ("13055", "Marseille", 886_040, "13016"),
        ("97101", "Les Abymes", 51_055, "97139"),
        ("2A004", "Ajaccio", 76_320, "20090"),
    ],
)
def test_known_communes(france, code, name, population, postcode):
    (commune,) = [row for row in of_level(france, Level.COMMUNE) if row.code == code]
    assert (commune.name, commune.population) == (name, population)
    assert postcode in commune.postcodes


def test_an_epci_over_two_departments_stands_in_neither(france):
    members = {}
    for commune in of_level(france, Level.COMMUNE):
        members.setdefault(commune.epci, set()).add(commune.department)
    straddling = [row for row in of_level(france, Level.EPCI) if len(members[row.key]) > 1]
    assert straddling
    assert all(row.department is None for row in straddling)


def test_what_is_not_loaded_is_said_with_its_reason(france):
    assert {"98411", "98901"} <= {code for code, _name, _reason in france.set_aside}
    assert all(reason for _code, _name, reason in france.set_aside)


def test_every_department_region_and_collectivity_has_its_complements(france):
    for row in france.rows:
        if row.level not in (Level.EPCI, Level.COMMUNE):
            assert row.of_form.endswith(row.name), row
            assert row.in_form.endswith(row.name), row
            assert re.match(r"(de |d’|du |de la |de l’|des )", row.of_form)
            assert re.match(r"(en |à |dans (le |la |les |l’))", row.in_form)


@pytest.mark.parametrize(
    ("code", "of_form", "in_form"),
    [
        ("46", "du Lot", "dans le Lot"),
        ("09", "de l’Ariège", "en Ariège"),
        ("34", "de l’Hérault", "dans l’Hérault"),
        ("65", "des Hautes-Pyrénées", "dans les Hautes-Pyrénées"),
        ("974", "de La Réunion", "à La Réunion"),
        ("75", "de Paris", "à Paris"),
        ("976", "de Mayotte", "à Mayotte"),
        ("35", "d’Ille-et-Vilaine", "en Ille-et-Vilaine"),
    ],
)
def test_the_preposition_is_the_one_that_people_use(france, code, of_form, in_form):
    (department,) = [row for row in of_level(france, Level.DEPARTMENT) if row.code == code]
    assert (department.of_form, department.in_form) == (of_form, in_form)


@pytest.mark.parametrize("wrong", [r"^de le ", r"^de les ", r"^(de|la|le) [AEIOUYÉÎ]"])
def test_no_complement_breaks_the_elision(france, wrong):
    forms = [row.of_form for row in france.rows] + [row.in_form for row in france.rows]
    assert [form for form in forms if re.search(wrong, form)] == []


def test_the_margins_cover_each_sex_and_band_of_the_thirteen_departments(france):
    cells = Counter((margin.department, margin.sex, margin.age_band) for margin in france.margins)
    assert len(cells) == 13 * 2 * len(AgeBand.values)
    assert set(cells.values()) == {1}
    assert {margin.edition for margin in france.margins} == {"2023"}


def test_the_margins_add_up_to_the_totals_of_their_source(france):
    with (DATA / "population_occitanie_2023.csv").open(encoding="utf-8") as opened:
        totals = {
            r["departement"]: int(r["population"])
            for r in csv.DictReader(opened)
            if (r["sexe"], r["age"]) == ("Ensemble", "Total")
        }
    summed = Counter()
    for margin in france.margins:
        summed[margin.department] += margin.population
    assert summed.keys() == totals.keys()
    assert all(abs(summed[code] - totals[code]) <= 5 for code in totals)  # rounding of the source


def test_the_outlines_draw_the_departments_of_metropolitan_france(france):
    outlines = json.loads((DATA / "outlines.json").read_text("utf-8"))
    metropolitan = {row.code for row in of_level(france, Level.DEPARTMENT) if len(row.code) == 2}
    assert set(outlines["paths"]) == set(outlines["boxes"]) == metropolitan
    width, height = (float(n) for n in outlines["viewBox"].split()[2:])
    for left, top, right, bottom in outlines["boxes"].values():
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
    assert all(re.fullmatch(r"[Mlz\d. -]+", path) for path in outlines["paths"].values())


def test_restricting_to_an_unknown_region_is_refused(france):
    with pytest.raises(KeyError):
        france.restricted_to("99")


@pytest.mark.real_data
def test_populations_and_postcodes_agree_with_the_reference_extract(france, shared_data):
    by_code = {row.code: row for row in of_level(france, Level.COMMUNE)}
    with (shared_data / "occitanie" / "communes.csv").open(encoding="utf-8") as opened:
        reference = list(csv.DictReader(opened))
    assert len(reference) == 4446
    for row in reference:
        commune = by_code[row["code_insee"]]
        assert commune.population == int(float(row["population"]))
        assert commune.department[1] == row["departement"]
        assert (commune.epci[1] if commune.epci else "") == row["epci_siren"]
