"""Readers of official files, on a few rows of each layout: what is kept, what is set aside and why."""

import pytest

from fabrique.observatory.services.readers import READERS
from fabrique.observatory.services.readers.base import Geography
from fabrique.observatory.services.readers.diagnostic import qualifier
from tests.factories.observatory import sheet

PLACES = {("region", "76"): "Occitanie", ("departement", "46"): "Lot", ("pays", "FR"): "France"}
GEOGRAPHY = Geography(
    places=frozenset(PLACES),
    names=PLACES,
    communes={
        "46042": ("46", "200023737", 20000),
        "46102": ("46", "E2", 10000),
        "12202": ("12", "E2", 24000),
    },
    populations={("departement", "46"): 175000, ("epci", "200023737"): 40000},
    regions={"46": "76"},
    region=("region", "76"),
    this_year=2026,
)


def read(layout, name, text, delimiter=","):
    given = sheet(name, text, delimiter)
    reader = next(one for one in READERS if one.recognises(given.columns))
    assert reader.layout == layout
    return reader.read(given, GEOGRAPHY)


def by_key(reading):
    return {(one.code, one.place[1], one.sex, one.age): one for one in reading.entries}


def test_population_by_five_years_keeps_the_zero_of_ariege():
    reading = read(
        "population_age5", "p.csv", "year,departement_code,sex,population,classe_age_5\n2020,9,F,120,95_130"
    )
    (one,) = reading.entries
    assert (one.place, one.sex, one.age, one.value) == (("departement", "09"), "femme", "95+", 120)


def test_broad_bands_give_the_total_and_the_share_of_the_oldest():
    text = """departement,nom,sexe,age,population
46,Lot,Ensemble,75+,30
46,Lot,Ensemble,Total,200
46,Lot,Femmes,75+,20"""
    found = by_key(read("population_bandes", "population_2023.csv", text))
    assert found["population_totale", "46", "", ""].value == 200
    assert found["population_sexe_age_bandes", "46", "femme", "75+"].value == 20
    assert found["part_75_ans_et_plus", "46", "", ""].value == pytest.approx(15)


def test_population_as_insee_publishes_it_keeps_the_latest_year_and_five_year_bands():
    """The titles and codes of DS_ESTIMATION_POPULATION_data.csv; numbers made up."""
    head = "AGE;EP_MEASURE;FREQ;GEO;GEO_OBJECT;SEX;OBS_STATUS;TIME_PERIOD;OBS_VALUE\n"
    ages = {
        "_T": 2000,
        "Y_LT5": 90,
        "Y75T79": 100,
        "Y80T84": 80,
        "Y85T89": 60,
        "Y90T94": 40,
        "Y_GE95": 20,
        "Y75T94": 280,
    }
    lines = [f"{age};POP_JAN_1ST;A;46;DEP;_T;P;2026;{count}" for age, count in ages.items()]
    lines += ["Y15T19;POP_JAN_1ST;A;46;DEP;F;P;2026;55", "_T;POP_JAN_1ST;A;76;REG;_T;P;2026;6000"]
    lines += [
        "_T;POP_JAN_1ST;A;46;DEP;_T;A;2025;1990",
        "_T;POP_JAN_1ST;A;FM;FRANCE;_T;P;2026;66000",
        "_T;AUTRE;A;46;DEP;_T;A;2026;3",
    ]
    reading = read("population_melodi", "DS_ESTIMATION_POPULATION_data.csv", head + "\n".join(lines), ";")
    found = by_key(reading)
    total = found["population_totale", "46", "", ""]
    assert (total.value, total.status, total.period.words) == (2000, "provisional", "2026")
    assert found["population_totale", "76", "", ""].value == 6000
    assert found["population_sexe_age5", "46", "femme", "15-19"].value == 55
    assert found["population_sexe_age5", "46", "", "0-4"].value == 90
    assert found["part_75_ans_et_plus", "46", "", ""].value == pytest.approx(15)
    assert {(one.what, one.rows) for one in reading.aside} == {
        ("AGE", 1), ("EP_MEASURE", 1), ("GEO_OBJECT", 1), ("TIME_PERIOD", 1)
    }  # fmt: skip
    codes = {one.code for one in reading.definitions}
    assert {one.code for one in reading.entries} <= codes


def test_a_file_that_says_its_year_nowhere_is_set_aside():
    text = "departement,nom,sexe,age,population\n46,Lot,Ensemble,Total,200"
    reading = read("population_bandes", "population.csv", text)
    assert reading.entries == []
    assert reading.aside[0].rows == 1


def test_a_blank_poverty_rate_is_suppressed_and_not_zero():
    title = (
        "Code géographique;Libellé géographique;Nombre de ménages fiscaux;"
        "Taux de pauvreté-Ensemble (% pop totale);Revenu disponible par unité de consommation (Médiane)"
    )
    reading = read("filosofi_departements", "revenus_2013.csv", f"{title}\n46;Lot;78362;;19262,2", ";")
    found = by_key(reading)
    assert (found["taux_pauvrete", "46", "", ""].value, found["taux_pauvrete", "46", "", ""].status) == (
        None,
        "suppressed",
    )
    assert found["niveau_vie_median", "46", "", ""].value == 19262.2
    assert "Nombre de ménages fiscaux" in [one.what for one in reading.aside]


def test_doctors_rate_is_made_from_the_counts_as_that_of_the_region_and_says_what_the_source_gives():
    """Real lines: the source divides by another population than the one it prints beside."""
    text = (
        "id,dept_name,pop2018,n_physicians,n_gp,n_gp_per100000\n"
        "46,Lot,173929,469,275,159\n31,Haute-Garonne,1380672,6294,2508,179\n"
    )
    read_rows = by_key(read("medecins_departements", "m.csv", text))
    lot, garonne = (read_rows["generalistes_pour_100000", code, "", ""] for code in ("46", "31"))
    assert (lot.numerator, lot.denominator, lot.period.words, lot.qualifier) == (275, 173929, "2018", "")
    assert lot.value == pytest.approx(158.1105, abs=1e-4)
    assert garonne.value == pytest.approx(181.6507, abs=1e-4)
    assert garonne.qualifier == "la source donne 179, sur une autre population"


def test_all_causes_are_summed_only_where_all_chapters_are_there():
    head = "annee,departement,sexe,cause,indicateur,valeur\n"
    row = "2023,46,Hommes,{n}. Cause {n},Taux standardisé de mortalité pour 100 000 habitants,{value}\n"
    whole = read(
        "mortalite_departements", "m.csv", head + "".join(row.format(n=n, value=10) for n in range(1, 19))
    )
    one = by_key(whole)["mortalite_toutes_causes", "46", "homme", ""]
    assert (one.value, one.status) == (180, "estimated")
    short = read(
        "mortalite_departements", "m.csv", head + "".join(row.format(n=n, value=10) for n in range(1, 18))
    )
    assert "mortalite_toutes_causes" not in {entry.code for entry in short.entries}


EXTRACT = """annee;dept;libelle_classe_age;patho_niv1;Npop;Ntop;prev_calculee
2023;46;tous âges;Diabète;2000;140;7
2023;46;tous âges;Asthme;2000;60;3
2023;46;tous âges;Cancers;26000;780;3
2023;46;de 75 à 79 ans;Diabète;200;36;18
2023;46;de 75 à 79 ans;Asthme;200;20;10
2023;46;de 10 à 14 ans;Diabète;100;1;1
2023;46;de 10 à 14 ans;Asthme;200;20;10
2023;46;de 15 à 19 ans;Diabète;150;3;2
2023;46;de 15 à 19 ans;Asthme;200;6;3"""


def test_the_extract_of_pathologies_is_halved_and_its_sums_of_categories_set_aside():
    reading = read("pathologies_extrait", "p.csv", EXTRACT, ";")
    found = by_key(reading)
    whole = found["prevalence_diabete", "46", "", ""]
    assert (whole.value, whole.numerator, whole.denominator, whole.status) == (7, 70, 1000, "estimated")
    # both sexes together only: the count stands as it is
    young = found["prevalence_diabete", "46", "", "10-14"]
    assert (young.value, young.numerator, young.denominator, young.status) == (1, 1, 100, "ok")
    assert "prevalence_cancers" not in {entry.code for entry in reading.entries}
    assert {(one.what, one.rows) for one in reading.aside} == {("Cancers", 1), ("Diabète", 1)}


def test_the_official_file_of_pathologies_is_read_line_by_line():
    text = """annee;patho_niv1;patho_niv2;patho_niv3;top;cla_age_5;sexe;region;dept;Ntop;Npop;prev;Niveau prioritaire
2023;Cancers;;;t;tsage;9;76;46;900;17000;5,2;1
2023;Cancers;Cancer du sein;;t;tsage;9;76;46;300;17000;1,7;2
2023;Diabète;Diabète;Diabète;t;05-sept.;1;76;46;;400;;1,2,3
2023;Diabète;Diabète;Diabète;t;95et+;2;76;999;1000;9000;11,1;1,2,3
2023;Diabète;Diabète;Diabète;t;tsage;9;99;999;4000;70000;5,7;1,2,3"""
    reading = read("pathologies_effectifs", "effectifs.csv", text, ";")
    found = by_key(reading)
    assert found["prevalence_cancers", "46", "", ""].value == pytest.approx(100 * 900 / 17000)
    hidden = found["prevalence_diabete", "46", "homme", "5-9"]
    assert (hidden.value, hidden.status) == (None, "suppressed")
    assert found["prevalence_diabete", "76", "femme", "95+"].place == ("region", "76")
    assert found["prevalence_diabete", "FR", "", ""].place == ("pays", "FR")
    assert sum(one.rows for one in reading.aside) == 1


def test_an_establishment_counts_once_whatever_its_equipment():
    text = """numero finess etablissement,categetab,categorie,departement,code_insee
1,620,Pharmacie,46,46042
1,620,Pharmacie,46,46042
2,620,Pharmacie,46,46042
3,999,Autre,46,00000"""
    reading = read("finess_etablissements", "finess_2025.csv", text)
    found = by_key(reading)
    assert found["finess_620", "46", "", ""].value == 2
    assert found["finess_620_pour_10000", "46", "", ""].value == pytest.approx(10000 * 2 / 175000)
    assert found["finess_620", "200023737", "", ""].value == 2
    # an intercommunality that goes beyond the departments of the file would be counted short
    assert ("finess_620", "E2", "", "") not in found
    assert [(one.what, one.rows) for one in reading.aside] == [("numéro FINESS", 1), ("commune", 1)]


def test_the_extraction_as_finess_publishes_it_has_no_titles():
    row = [
        "structureet",
        "460000001",
        *[""] * 10,
        "042",
        "46",
        "",
        "",
        "",
        "",
        "620",
        "Pharmacie",
        *[""] * 12,
    ]
    text = "finess;etalab;96;2025-01-09\n" + ";".join(row)
    found = by_key(read("finess_publie", "etalab.csv", text, ";"))
    assert (found["finess_620", "46", "", ""].value, found["finess_620", "46", "", ""].period.words) == (
        1,
        "2025",
    )


def test_means_of_communes_are_weighted_by_their_inhabitants():
    text = """code_insee,departement,epci_siren,population,densite,grille_densite,distance_urgence_km
46042,46,200023737,20000,200,4,2
46102,46,,10000,100,7,14
46001,46,,100,0,7,"""
    reading = read("communes", "communes.csv", text)
    found = by_key(reading)
    assert found["distance_urgences_km", "46", "", ""].value == pytest.approx(
        (20000 * 2 + 10000 * 14) / 30000
    )
    assert found["part_pop_rurale", "46", "", ""].value == pytest.approx(100 * 10100 / 30100)
    assert {key[0] for key in found} == {"distance_urgences_km", "part_pop_rurale"}
    assert ("densite", 3) in {(one.what, one.rows) for one in reading.aside}
    assert ("distance_urgence_km", 1) in {(one.what, one.rows) for one in reading.aside}


def test_the_home_made_score_goes_by_its_true_name_only():
    reading = read(
        "departements_demonstration",
        "d.csv",
        "departement,nom,population,indice_desavantage_proxy\n46,Lot,1,0.14",
    )
    assert "ni FDep, ni EDI" in reading.definitions[0].label
    assert [entry.value for entry in reading.entries] == [0.14]


THREE = "contradiction in the source: 26 000, 40 000 and 41 500"
DIAGNOSTIC = f"""indicator;territory_level;territory;year;value;unit;sex;qualifier;source
Habitants supplémentaires par an;region;Occitanie;2023;26000;habitants;;{THREE};003
Habitants supplémentaires par an;region;Occitanie;2023;40000;habitants;;{THREE};003
Part des 65 ans et plus;country;France métropolitaine;2017;17.1;percent;;year inferred;003
Superficie;region;Atlantide;2020;1;km2;;;003"""


def test_the_two_values_of_a_contradiction_are_both_kept():
    reading = read("diagnostic", "d.csv", DIAGNOSTIC, ";")
    both = [entry for entry in reading.entries if entry.code.startswith("diag_habitants")]
    assert [(one.rank, one.value) for one in both] == [(0, 26000), (1, 40000)]
    assert all("contradiction dans la source" in one.qualifier for one in both)
    (country,) = [entry for entry in reading.entries if entry.place[0] == "pays"]
    assert (country.scope, country.qualifier) == ("France métropolitaine", "année déduite")
    assert sum(one.rows for one in reading.aside) == 1


def test_reservations_are_said_in_french():
    assert qualifier("'un tiers'") == "« un tiers » dans la source"
    assert qualifier("plus de") == "plus de"
    for said in ("year inferred", "contradiction in the source: 24 % elsewhere; year inferred"):
        assert "source:" not in qualifier(said)
        assert "inferred" not in qualifier(said)


def test_determinants_and_spending():
    text = """group;determinant;measure;territory;year;cadres;agriculteurs;employes;ouvriers;original_source
R;Diabète;ratio;France;2017 ou 2021;1;;1.6;1.9;EDP"""
    found = {entry.code: entry for entry in read("determinants_metier", "d.csv", text, ";").entries}
    assert (found["metier_diabete__ouvriers"].value, found["metier_diabete__agriculteurs"].status) == (
        1.9,
        "missing",
    )
    assert found["metier_diabete__cadres"].period.end.year == 2021
    text = """envelope;million_eur_per_day;year;region_code;scope
Soins de ville;30.6;2022;76;régimes
Autres;0,7;2022;76;idem"""
    reading = read("depenses_enveloppes", "s.csv", text, ";")
    assert [entry.value for entry in reading.entries] == [30.6, 0.7]
    assert {one.method for one in reading.definitions} == {"Champ : régimes."}


def test_incomes_by_iris_are_named_and_not_guessed():
    reading = read("revenus_iris", "iris.csv", "IRIS,LIBIRIS,COM,DISP_TP6015\n1,Centre,46042,")
    assert reading.entries == []
    assert [one.what for one in reading.aside] == ["IRIS", "DISP_TP6015"]
