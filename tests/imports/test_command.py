"""`fabrique import`: the same verbs at the terminal, in words or in JSON; a trial keeps nothing.

Fed by factories/imports.py. Feeds confidence in the management command.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from fabrique.consultations.models import Consultation, Question
from fabrique.contributions.models import Participation, Source
from fabrique.imports.enums import ImportState
from fabrique.imports.models import ImportJob, ImportPart
from fabrique.meetings.models import Meeting
from tests.factories import imports as make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
CALENDAR = """programme,region_code,department_code,department,date,city,venue,start,end,status,kind,source
Santé du Lot 2023,76,46,Lot,2023-12-09,Cahors,Espace Valentré,18:00,20:00,programmée,concertation départementale,essai
Santé du Lot 2023,76,46,Lot,,Figeac,,,,en cours de programmation,concertation départementale,essai
"""


def run(*given: Any, **options: Any) -> str:
    out = io.StringIO()
    call_command("import", *map(str, given), stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path, occitanie: Any):
    def write(data: bytes, name: str = "fichier.csv") -> Path:
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


def test_a_trial_records_nothing_and_keeps_no_file(file):
    said = run("decidim", file(make.csv_of(make.PROPOSALS)), dry_run=True)
    assert "Seraient enregistrées : 3" in said
    assert not Participation.objects.exists()
    assert not Source.objects.exists()
    assert not ImportPart.objects.exists()
    assert ImportJob.objects.get().state == ImportState.CANCELLED


def test_the_same_file_twice_adds_nothing(file):
    path = file(make.csv_of(make.PROPOSALS))
    assert "Enregistrées : 3" in run("decidim", path, title="Decidim")
    assert "Enregistrées : 0" in run("decidim", path, title="Decidim")
    assert Participation.objects.count() == 3


def test_json_gives_the_report_and_a_mapping_that_can_be_corrected_and_given_back(file, tmp_path):
    path = file(make.csv_of(make.TABLE))
    told = json.loads(run("table", path, "--unit", "personne", dry_run=True, json=True))
    assert (told["format"], told["report"]["ready"], told["report"]["errors"]) == ("table", 3, 2)
    for column in told["mapping"]["columns"]:
        if column["name"] == "Département":
            column["role"] = "ignorer"
    mended = tmp_path / "correspondance.json"
    mended.write_text(json.dumps(told), "utf-8")
    done = json.loads(run("table", path, "--mapping", mended, json=True))
    assert (done["state"], done["report"]["added"]) == ("termine", 4)


def test_the_rows_to_mend_are_written_where_asked(file, tmp_path):
    where = tmp_path / "a-corriger.csv"
    run("table", file(make.csv_of(make.TABLE)), "--unit", "personne", "--errors", where)
    assert "département connu" in where.read_text("utf-8-sig")


def test_a_territory_is_named_by_its_code(file):
    run("decidim", file(make.csv_of(make.PROPOSALS)), "--territory", "departement:46")
    assert Source.objects.get().perimeter.name == "Lot"
    with pytest.raises(CommandError, match="n’existe pas"):
        run("decidim", file(make.csv_of(make.PROPOSALS)), "--territory", "departement:999")


@pytest.mark.parametrize("kind", ["decidim", "limesurvey", "granddebat", "xlsform", "meetings", "table"])
def test_each_format_refuses_an_image_in_words_and_with_a_status(kind, file):
    with pytest.raises(CommandError, match="une image") as refusal:
        run(kind, file(b"\x89PNG\r\n\x1a\n" + b"\x00" * 100))
    assert refusal.value.returncode == 2


def test_a_file_that_is_not_there_is_said(tmp_path, occitanie):
    with pytest.raises(CommandError, match="ne s’ouvre pas"):
        run("table", tmp_path / "absent.csv")


def test_a_questionnaire_of_limesurvey_makes_a_draft(file):
    data = make.survey(make.question("1", "Q1", "S", "Votre commune ?"))
    told = json.loads(run("limesurvey", file(data, "enquete.lss"), json=True))
    assert (told["format"], told["report"]["added"]) == ("limesurvey-lss", 1)
    assert len(told["result"]) == 12


def test_a_calendar_makes_meetings_once(file):
    path = file(CALENDAR.encode(), "calendrier.csv")
    assert "Seraient" in run("meetings", path, dry_run=True)
    assert not Meeting.objects.exists()
    run("meetings", path)
    run("meetings", path)
    assert Meeting.objects.count() == 2


def test_a_mapping_that_is_no_json_is_refused(file, tmp_path):
    wrong = tmp_path / "m.json"
    wrong.write_text("{", "utf-8")
    with pytest.raises(CommandError, match="forme attendue"):
        run("table", file(make.csv_of(make.TABLE)), "--mapping", wrong)
    assert not ImportPart.objects.exists()


def xlsform() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    survey = book.active
    survey.title = "survey"
    for row in (
        ["type", "name", "label"],
        ["text", "besoins", "Vos besoins ?"],
        ["select_one oui_non", "r", "Renoncé ?"],
    ):
        survey.append(row)
    choices = book.create_sheet("choices")
    for row in (["list_name", "name", "label"], ["oui_non", "oui", "Oui"], ["oui_non", "non", "Non"]):
        choices.append(row)
    settings = book.create_sheet("settings")
    for row in (["form_title", "form_id"], ["Enquête de terrain", "terrain"]):
        settings.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_an_xlsform_makes_one_draft_whatever_the_number_of_sendings(file):
    path = file(xlsform(), "terrain.xlsx")
    tried = json.loads(run("xlsform", path, dry_run=True, json=True))
    assert (tried["report"]["added"], Consultation.objects.count()) == (1, 0)
    first = json.loads(run("xlsform", path, json=True))
    again = json.loads(run("xlsform", path, json=True))
    assert (first["report"]["added"], again["report"]["added"], again["report"]["known"]) == (1, 0, 1)
    assert again["result"] == first["result"]
    made = Consultation.objects.get()
    assert (made.title, Question.objects.filter(version__consultation=made).count()) == (
        "Enquête de terrain",
        2,
    )
