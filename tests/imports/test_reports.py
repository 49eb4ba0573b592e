"""The report of the rows to mend: its sentences, its two forms, and its way back once corrected.

Fed by factories/imports.py. Feeds confidence in services.report and in the marks of the rows.
"""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from fabrique.contributions.models import Contribution, Participation
from fabrique.imports.models import ImportJob
from fabrique.imports.services import report
from tests.factories import imports as make

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def job(occitanie) -> ImportJob:
    return make.imported(make.csv_of(make.TABLE), "tableau.csv", label="Enquête du Lot")


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def corrected(rows: list[list[str]]) -> list[list[str]]:
    """What a secretary does: the three cells that do not read, put right."""
    swap = {"99": "46", "douze cents": "42", "32/13/2023": "31/12/2023"}
    return [[swap.get(cell, cell) for cell in row] for row in rows]


def test_each_row_says_what_is_wrong_in_words(job):
    rows = read(report.as_csv(job))
    assert rows[0] == ["ligne", "à corriger", "fabrique_repere", "Département", "Âge", "Sexe", "Date", "Vos besoins",
                       "Avez-vous renoncé ?"]  # fmt: skip
    assert [row[0] for row in rows[1:]] == ["5", "6"]
    assert "« 99 » n’est pas un département connu" in rows[1][1]
    assert "« douze cents » n’est pas un âge" in rows[2][1]
    assert "« 32/13/2023 » n’est pas une date possible" in rows[2][1]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_corrected_and_sent_back_it_adds_only_the_corrected_rows_and_once(job, form):
    if form == "csv":
        data = make.csv_of(corrected(read(report.as_csv(job))), ";")
    else:
        book = openpyxl.load_workbook(io.BytesIO(report.as_xlsx(job)))
        rows = [["" if cell is None else str(cell) for cell in row] for row in book.active.values]
        data = make.xlsx_of(corrected(rows))
    back = make.sent(data, f"a-corriger.{form}")
    assert (back.corrects, back.source, back.label) == (job, job.source, "Enquête du Lot")
    assert back.mapping["from"] == "report"
    done = make.recorded(make.checked(back))
    assert (done.report["added"], done.report["errors"]) == (2, 0)
    assert Participation.objects.count() == 5
    assert not job.issues.to_mend().exists()
    again = make.recorded(make.checked(make.sent(data, f"a-corriger.{form}")))
    assert again.report["added"] == 0
    assert Participation.objects.count() == 5


def test_half_corrected_it_adds_that_half_and_reports_the_rest(job):
    rows = [[{"99": "46"}.get(cell, cell) for cell in row] for row in read(report.as_csv(job))]
    done = make.imported(make.csv_of(rows, ";"), "a-corriger.csv")
    assert (done.report["added"], done.report["errors"]) == (1, 1)
    assert [issue.line for issue in job.issues.to_mend()] == [6]


def test_a_row_that_says_what_another_said_is_added_all_the_same_once_corrected(occitanie):
    rows = [["Département", "Vos besoins"], ["46", "RAS"], ["999", "RAS"]]
    job = make.sent(make.csv_of(rows), "a.csv")
    job.mapping["columns"][1]["role"] = "texte"
    make.recorded(make.checked(job, label="A"))
    mended = [[{"999": "46"}.get(cell, cell) for cell in row] for row in read(report.as_csv(job))]
    assert make.imported(make.csv_of(mended, ";"), "b.csv").report["added"] == 1
    assert Contribution.objects.filter(masked_text="RAS").count() == 2


def test_no_spreadsheet_runs_the_report_and_the_text_comes_back_as_it_was(occitanie):
    formula = '=HYPERLINK("http://exemple.test";"un médecin") disait-il, avec des guillemets'
    rows = [
        ["Département", "=Vos besoins"],
        ["999", formula],
        ["999", "+33 appelez-moi, il faut un médecin ici"],
    ]
    job = make.imported(make.csv_of(rows), "formules.csv")
    assert job.report["errors"] == 2
    written = read(report.as_csv(job))
    assert written[0][4] == "'=Vos besoins"
    assert all(row[4].startswith("'") for row in written[1:])
    book = openpyxl.load_workbook(io.BytesIO(report.as_xlsx(job)))
    assert all(cell.data_type in ("s", "n") for row in book.active.iter_rows() for cell in row)
    mended = [[{"999": "46"}.get(cell, cell) for cell in row] for row in written]
    assert make.imported(make.csv_of(mended, ";"), "b.csv").report["added"] == 2
    assert formula in [text.raw_text for text in Contribution.objects.all()]


def test_a_row_of_too_many_cells_is_told_and_the_others_go_in(occitanie):
    data = b"Avis sur la sante;Departement\nUn medecin de plus au village;46\nTrop;de;cellules\n"
    job = make.imported(data, "avis.csv")
    assert (job.report["added"], job.report["errors"]) == (1, 1)
    assert "3 cellules au lieu de 2" in read(report.as_csv(job))[1][1]


def test_the_report_of_another_territory_is_not_taken_for_ours(job, gard):
    back = make.sent(report.as_csv(job), "a-corriger.csv", perimeter=gard)
    assert back.corrects is None
