"""Storing the official geography: whole, as often as wanted, journalled."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden
from fabrique.territories.models import PopulationMargin, Postcode, Territory
from fabrique.territories.services import load_territories
from fabrique.territories.services.load import CHUNK
from tests.factories.territories import all_france, load_small, small_geography

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def stored():
    territories = Territory.objects.order_by("pk").values_list(
        "pk", "level", "code", "name", "population", "region__code", "department__code", "epci__code"
    )
    return (
        list(territories),
        sorted(Postcode.objects.values_list("pk", "code", "commune__code")),
        sorted(
            PopulationMargin.objects.values_list("pk", "department__code", "sex", "age_band", "population")
        ),
    )


def test_a_commune_knows_its_department_region_epci_and_postcodes(operator):
    load_territories(operator, geography=small_geography())
    cahors = Territory.objects.official("commune", "46042")
    assert cahors.department.code == "46"
    assert cahors.region.code == "76"
    assert "Cahors" in cahors.epci.name
    assert [postcode.code for postcode in cahors.postcodes.all()] == ["46000"]
    assert cahors.department.of_form == "du Lot"
    assert cahors.folded_name == "cahors"


def test_loading_twice_changes_nothing_but_the_journal(operator):
    load_territories(operator, geography=small_geography())
    before = stored()
    load_territories(operator, geography=small_geography())
    assert stored() == before
    assert JournalLine.objects.filter(verb="territories.load", actor_kind="operator").count() == 2


def test_loading_corrects_what_has_changed_and_drops_postcodes_that_have_moved(operator):
    load_territories(operator, geography=small_geography())
    renamed = tuple(
        replace(row, name="Cahors-Neuve", population=7, postcodes=("46001",)) if row.code == "46042" else row
        for row in small_geography().rows
    )
    load_territories(operator, geography=replace(small_geography(), rows=renamed))
    cahors = Territory.objects.official("commune", "46042")
    assert (cahors.name, cahors.folded_name, cahors.population) == ("Cahors-Neuve", "cahors neuve", 7)
    assert [postcode.code for postcode in cahors.postcodes.all()] == ["46001"]


def test_a_commune_that_left_the_code_stays_and_is_set_aside(operator):
    load_territories(operator, geography=small_geography())
    fewer = replace(
        small_geography(), rows=tuple(row for row in small_geography().rows if row.code != "46042")
    )
    loaded = load_territories(operator, geography=fewer)
    assert Territory.objects.official("commune", "46042")
    assert ("46042", "Cahors", "ne figure plus dans le code officiel") in loaded.set_aside


def test_loading_one_region_leaves_the_others_alone(operator):
    load_small(elsewhere=True)
    loaded = load_territories(operator, geography=small_geography())
    assert Territory.objects.official("commune", "75056").name == "Paris"
    assert "75056" not in {code for code, _name, _reason in loaded.set_aside}


def test_the_verb_counts_what_it_stored(operator):
    loaded = load_territories(operator, geography=small_geography())
    assert loaded.territories == Territory.objects.count()
    assert loaded.communes == Territory.objects.communes().count() == 30
    assert loaded.postcodes == Postcode.objects.count()
    assert loaded.margins == PopulationMargin.objects.count() == 130


def test_no_role_loads_territories(personas):
    for agent in personas.values():
        with pytest.raises(Forbidden):
            load_territories(agent, geography=small_geography())


def test_no_statement_writes_more_than_a_chunk(operator):
    with CaptureQueriesContext(connection) as captured:
        load_territories(operator, geography=all_france().restricted_to("76"))
    inserts = [q["sql"] for q in captured if q["sql"].startswith("INSERT")]
    assert max(sql.count("), (") + 1 for sql in inserts) <= CHUNK
    assert Territory.objects.communes().count() == 4446


def test_the_departments_of_the_region_are_thirteen(occitanie):
    assert Territory.objects.departments().within(occitanie).count() == 13


def test_within_a_department_stands_what_it_wholly_contains(lot, commune):
    inside = Territory.objects.within(lot)
    assert commune("Cahors") in inside
    assert lot in inside
    assert commune("Toulouse") not in inside
    assert lot.contains(commune("Cahors"))
    assert not lot.contains(commune("Toulouse"))


def test_everything_stands_within_the_country(occitanie):
    country = Territory.objects.official("pays", "FR")
    assert Territory.objects.within(country).count() == Territory.objects.count()
    assert country.contains(occitanie)
    assert not occitanie.contains(country)


def test_the_margins_of_the_latest_edition_are_read(occitanie, lot):
    PopulationMargin.objects.create(
        department=lot, sex="femme", age_band="0-19", population=1, edition="2020"
    )
    assert PopulationMargin.objects.latest_of(lot).count() == 10
    assert PopulationMargin.objects.latest_of(occitanie).count() == 130


@pytest.mark.parametrize(
    "row",
    [
        {"level": "commune", "code": "99999", "name": "Sans département"},
        {"level": "departement", "code": "46", "name": "Un second Lot"},
    ],
)
def test_the_database_refuses_what_cannot_be(occitanie, row):
    with pytest.raises(IntegrityError), transaction.atomic():
        Territory.objects.create(**row)


def test_only_a_commune_has_an_epci(lot):
    lot.epci = Territory.objects.filter(level="epci").first()
    with pytest.raises(IntegrityError), transaction.atomic():
        lot.save()


def test_the_command_loads_a_region_and_says_so_in_one_line():
    out = StringIO()
    call_command("territories", "load", "--region", "94", stdout=out)
    last = out.getvalue().strip().splitlines()[-1]
    assert last.startswith("Territoires chargés (édition 2026)")
    assert "360 communes" in last
    assert "Mis de côté : Île de Clipperton (98901)" in out.getvalue()


def test_the_command_refuses_an_unknown_region_in_one_sentence():
    with pytest.raises(CommandError, match="Aucune région ne porte le code « 99 »"):
        call_command("territories", "load", "--region", "99")


def test_the_command_shows_what_is_loaded(occitanie):
    out = StringIO()
    call_command("territories", "show", stdout=out)
    assert "commune : 30" in out.getvalue()
    assert "périmètre de l’instance : Occitanie" in out.getvalue()


def test_showing_an_empty_instance_says_how_to_load():
    with pytest.raises(CommandError, match="fabrique territories load"):
        call_command("territories", "show", stdout=StringIO())
