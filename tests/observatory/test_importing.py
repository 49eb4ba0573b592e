"""Files of values: rights, cell-by-cell report, idempotence, corrections, definitions and their versions."""

import json
from pathlib import Path

import pytest

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from fabrique.observatory import services
from fabrique.observatory.enums import BatchState
from fabrique.observatory.models import DefinitionVersion, ImportBatch, Observation, ValueRevision
from fabrique.observatory.services import importing
from fabrique.observatory.services.schema import descriptor, field_names
from fabrique_core.equity.table import OPTIONAL, REQUIRED
from tests.factories import observatory as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]
ROWS = [{"dep": "46", "value": "12,5"}, {"dep": "48", "value": 8.4, "sex": "femme", "age": "75+"}]


@pytest.fixture(autouse=True)
def indicator(occitanie):
    return make.define()


def check(rows, name="valeurs.csv", **said):
    return services.check_file(OPERATOR, data=make.csv_of(rows), name=name, **said)


@pytest.mark.both_databases
def test_a_file_is_checked_then_recorded_then_changes_nothing():
    batch = check(ROWS)
    assert (batch.added, batch.refused, Observation.objects.count()) == (2, 0, 0)
    services.confirm_file(OPERATOR, batch=batch)
    assert set(Observation.objects.values_list("value", flat=True)) == {12.5, 8.4}
    assert set(Observation.objects.values_list("clearance", flat=True)) == {"open"}
    assert DefinitionVersion.objects.get().is_frozen
    again = make.load(ROWS)
    assert (again.added, again.replaced, again.unchanged) == (0, 0, 2)
    assert Observation.objects.count() == 2
    assert JournalLine.objects.filter(verb="observatory.load").exists()


@pytest.mark.both_databases
def test_a_corrected_file_replaces_and_keeps_what_it_replaced():
    make.load(ROWS)
    batch = make.load([{"dep": "46", "value": 13}])
    assert (batch.added, batch.replaced) == (0, 1)
    assert ValueRevision.objects.get().value == 12.5
    assert Observation.objects.get(territory__code="46").value == 13


@pytest.mark.parametrize("role", [RoleCode.READER, RoleCode.PLAN_LEAD, RoleCode.EDITOR])
def test_others_may_neither_load_nor_define(personas, role):
    with pytest.raises(Forbidden):
        services.check_file(personas[role], data=make.csv_of(ROWS), name="v.csv")
    with pytest.raises(Forbidden):
        services.define(personas[role], definition=services.Definition("x", "X", "percent", "S"))


def test_the_analyst_may(personas):
    batch = services.check_file(personas[RoleCode.ANALYST], data=make.csv_of(ROWS), name="v.csv")
    assert services.confirm_file(personas[RoleCode.ANALYST], batch=batch).state == BatchState.DONE


WRONG = [
    ({"dep": "99", "value": 1}, "territory_code", "99"),
    ({"dep": "46", "value": "douze"}, "value", "pas un nombre"),
    ({"dep": "46", "value": 1, "sex": "fille"}, "sex", "fille"),
    ({"dep": "46", "value": 1, "deprivation": 9}, "deprivation", "9"),
    ({"dep": "46", "value": 1, "definition_code": "inconnu"}, "definition_code", "inconnu"),
    ({"dep": "46", "value": 1, "period": "hier"}, "period", "hier"),
    ({"dep": "46", "value": 1, "period": "2023-2020"}, "", "2023-2020"),
    ({"dep": "46", "value": "", "status": "ok"}, "value", "manque"),
    ({"dep": "46", "value": 3, "status": "suppressed"}, "status", "manque"),
    ({"dep": "46", "value": 3, "lower": 4, "upper": 2}, "lower", "borne"),
    ({"dep": "46", "value": 0.12, "numerator": 12, "denominator": 100}, "value", "unité"),
    ({"dep": "46", "value": 180}, "value", "de 0 à 100"),
    ({"dep": "46", "value": 9, "lower": 2, "upper": 4}, "value", "hors de son intervalle"),
    ({"dep": "46", "value": 3, "numerator": -1}, "numerator", "-1"),
    ({"dep": "46", "value": 3, "denominator": 0}, "denominator", "nul"),
    ({"dep": "46", "value": 1, "qualifier": "x" * 251}, "qualifier", "xxx"),
    ({"dep": "", "value": 1}, "territory_code", "vide"),
]


def test_each_fault_names_its_cell_and_what_to_do():
    """One file of every fault, a sound row at its end: the sound one is kept, each other names its cell."""
    batch = check([row for row, _column, _words in WRONG] + [{"dep": "12", "value": 5}])
    assert (batch.added, batch.refused) == (1, len(WRONG))
    found = {issue["line"]: issue for issue in batch.issues}
    for line, (_row, column, words) in enumerate(WRONG, start=2):
        said = found[line]
        assert (said["column"], words in said["wrong"] + said["todo"]) == (column, True), said
        assert said["todo"]


def test_a_missing_value_is_not_zero():
    make.load([{"dep": "46", "value": ""}, {"dep": "48", "value": "s", "status": "suppressed"}])
    found = dict(Observation.objects.values_list("status", "value"))
    assert found == {"missing": None, "suppressed": None}


def test_two_rows_of_one_key_are_refused_unless_the_source_contradicts_itself():
    assert check([{"dep": "46", "value": 1}, {"dep": "46", "value": 2}]).refused == 2
    said = {"qualifier": "contradiction dans la source"}
    batch = make.load([{"dep": "46", "value": 1, **said}, {"dep": "46", "value": 2, **said}])
    assert batch.added == 2
    assert list(Observation.objects.order_by("rank").values_list("rank", "value")) == [(0, 1), (1, 2)]


def test_a_spreadsheet_that_ate_the_zero_of_ariege_is_understood():
    make.load([{"dep": "9", "value": 3}])
    assert Observation.objects.get().territory.name == "Ariège"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "vide.csv", "files.empty"),
        (b"PK\x03\x04rien", "v.csv", "files.corrupt"),
        (b"MZ\x90\x00", "v.csv", "files.wrong_type"),
        (b"<html><body>", "v.csv", "files.wrong_type"),
        (b"a,b\n1,2\n", "v.csv", "observatory.unknown_layout"),
        (
            b"definition_code,territory_code,period,value,inventee\nx,46,2023,1,2\n",
            "v.csv",
            "observatory.titles",
        ),
        (b"une seule ligne", "v.csv", "observatory.not_a_table"),
    ],
)
def test_hostile_or_unknown_files_are_refused(data, name, code):
    with pytest.raises(Refused) as refused:
        services.check_file(OPERATOR, data=data, name=name)
    assert refused.value.code == code or (code == "files.corrupt" and refused.value.code.startswith("files."))
    assert ImportBatch.objects.count() == 0


def test_the_same_sending_makes_one_report_and_a_file_given_up_is_not_loaded():
    batch = check(ROWS, token="a")
    assert check(ROWS, token="a") == batch
    services.cancel_file(OPERATOR, batch=batch)
    batch.refresh_from_db()
    assert (batch.state, batch.content) == (BatchState.CANCELLED, "")
    with pytest.raises(Refused, match="abandonné"):
        services.confirm_file(OPERATOR, batch=batch)
    assert Observation.objects.count() == 0


def test_a_second_click_loads_once():
    batch = check(ROWS)
    services.confirm_file(OPERATOR, batch=batch)
    before = JournalLine.objects.count()
    services.confirm_file(OPERATOR, batch=ImportBatch.objects.get())
    assert (Observation.objects.count(), JournalLine.objects.count()) == (2, before)


def test_two_people_load_the_same_values_at_the_same_time(monkeypatch):
    """The second has compared before the first has stored: it compares again, and doubles nothing."""
    batch = check(ROWS)
    stale = importing._changes(OPERATOR, batch)
    make.load(ROWS)
    answers = iter([stale, importing._changes(OPERATOR, batch)])
    monkeypatch.setattr(importing, "_changes", lambda actor, batch: next(answers))
    done = services.confirm_file(OPERATOR, batch=batch)
    assert (done.added, done.unchanged, Observation.objects.count()) == (0, 2, 2)


def test_a_preview_writes_nothing():
    assert services.preview_file(OPERATOR, data=make.csv_of(ROWS), name="v.csv").added == 2
    assert ImportBatch.objects.count() == 0


def test_the_schema_is_a_table_schema_of_the_columns_that_are_read():
    from frictionless import Schema

    assert Schema.from_descriptor(descriptor()).field_names == list(field_names())
    assert json.loads(services.schema_text())["primaryKey"]


def test_the_guide_names_every_column_of_the_files_that_are_read():
    guide = (Path(__file__).resolve().parents[2] / "docs/guides/observatoire.md").read_text("utf-8")
    columns = [*field_names(), *REQUIRED, *OPTIONAL]
    assert [name for name in columns if f"`{name}`" not in guide] == []


def test_a_used_version_is_frozen_and_a_changed_method_makes_another():
    make.load([{"dep": "46", "value": 1}])
    second = make.define(method="Autre questionnaire.")
    assert (second.number, second.supersedes.number) == (2, 1)
    make.load([{"dep": "46", "value": 2}])
    assert list(Observation.objects.order_by("version__number").values_list("version__number", "value")) == [
        (1, 1), (2, 2),
    ]  # fmt: skip


def test_an_unused_version_is_corrected_in_place():
    assert make.define(method="Corrigée.").number == 1
    assert DefinitionVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"unit": "per_10000"}, "observatory.unit_changed"),
        ({"unit": "kilo"}, "observatory.unit"),
        ({"direction": "haut"}, "observatory.direction"),
        ({"source_name": " "}, "observatory.source"),
    ],
)
def test_a_definition_that_would_mislead_is_refused(said, code):
    with pytest.raises(Refused) as refused:
        make.define(**said)
    assert refused.value.code == code


def test_definitions_go_out_and_come_back_the_same():
    make.define("autre", label="Autre, avec virgule", unit="other", unit_words="jours", counts_persons=False)
    out = services.definitions_csv()
    found = services.load_definitions(OPERATOR, data=out.encode(), name="definitions.csv")
    assert (found.read, found.written, found.known) == (2, 0, 2)
    assert services.definitions_csv() == out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- code: x\n  label: X\n", "il manque"),
        ("- code: x y\n  label: X\n  unit: percent\n  source_name: S\n", "le code"),
        ("- code: x\n  label: X\n  unit: percent\n  source_name: S\n  couleur: bleu\n", "inconnue"),
        ("code: x\n", "liste"),
        ("- !!python/object:os.system {}\n", "YAML"),
    ],
)
def test_a_file_of_definitions_with_a_fault_is_refused_whole(text, words):
    with pytest.raises(Refused, match=words):
        services.load_definitions(OPERATOR, data=text.encode(), name="d.yaml")
    assert DefinitionVersion.objects.count() == 1
