"""`fabrique observatory`: a folder, a file, definitions; dry runs write nothing, JSON is for programs."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from fabrique.observatory.models import ImportBatch, Observation
from tests.factories import observatory as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("occitanie")]
DOCTORS = "id,dept_name,pop2018,n_physicians,n_gp,n_gp_per100000\n46,Lot,173000,469,275,159\n9999,X,1,1,1,1\n"


def run(*given):
    out = StringIO()
    call_command("observatory", *given, stdout=out)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "medecins.csv").write_text(DOCTORS.rpartition("9999")[0], "utf-8")
    (tmp_path / "casse.csv").write_text(DOCTORS, "utf-8")
    (tmp_path / "inconnu.csv").write_text("a,b\n1,2\n", "utf-8")
    (tmp_path / "note.txt").write_text("rien", "utf-8")
    return tmp_path


def test_a_folder_is_loaded_and_each_file_is_named(folder):
    said = run("load", str(folder), "--dry-run")
    assert "rien n’a été écrit" in said
    assert Observation.objects.count() == 0
    said = run("load", str(folder))
    assert "inconnu.csv : titres de colonnes inconnus" in said
    assert "casse.csv : " in said
    assert "Valeurs ajoutées : 3" in said
    found = {one["file_name"]: one for one in json.loads(run("load", str(folder), "--json"))}
    assert (found["medecins.csv"]["added"], found["medecins.csv"]["unchanged"]) == (0, 3)
    assert found["casse.csv"]["refusal"]
    assert ImportBatch.objects.count() == 1


def test_a_file_of_values_gives_its_report(tmp_path):
    make.define()
    path = tmp_path / "valeurs.csv"
    path.write_bytes(
        make.csv_of([{"dep": "46", "value": 12}, {"dep": "46", "value": "douze", "sex": "femme"}])
    )
    said = run("import", str(path), "--dry-run")
    assert "Ligne 3, colonne value" in said
    assert ImportBatch.objects.count() == 0
    assert json.loads(run("import", str(path), "--json"))["added"] == 1
    assert Observation.objects.get().value == 12


def test_definitions_come_from_a_file(tmp_path):
    path = tmp_path / "d.yaml"
    path.write_text("- {code: pas, label: Pas, unit: count, source_name: S}\n", "utf-8")
    assert "Versions écrites : 1" in run("definitions", str(path))
    assert json.loads(run("definitions", str(path), "--json"))["known"] == 1


@pytest.mark.parametrize(
    "given", [("load", "nulle-part"), ("import", "nulle-part.csv"), ("definitions", "non.csv")]
)
def test_what_is_not_there_is_said(given):
    with pytest.raises(CommandError, match="dossier|lu"):
        run(*given)
