"""`fabrique plan sheets export|import`: a workbook or a folder out, the same in, a wrong row told."""

from __future__ import annotations

from argparse import ArgumentParser

import pytest

from fabrique.common.errors import Refused
from fabrique.plan.services.sheets import TABLES
from fabrique.plan.services.sheets.command import add_arguments, run
from tests.factories import actions as make

pytestmark = pytest.mark.django_db


def call(*words: str) -> tuple[int, list[str]]:
    parser = ArgumentParser()
    add_arguments(parser)
    said: list[str] = []
    return run(vars(parser.parse_args([str(word) for word in words])), said.append), said


def test_out_and_in(occitanie, tmp_path):
    plan = make.a_plan()
    make.a_full_action(plan, make.lozere())
    make.a_full_action(plan, make.gard(), "Du Gard")
    book = tmp_path / "fiches.xlsx"
    assert call("export", book, "--plan", plan.slug)[1] == [f"2 fiches écrites dans {book}"]
    assert call("import", book, "--plan", plan.slug) == (
        0,
        ["8 lignes lues, 0 nouvelles, 0 modifiées, 8 sans changement, 0 laissées de côté"],
    )
    folder = tmp_path / "csv"
    call("export", folder, "--plan", plan.slug, "--territory", "48")
    assert sorted(path.stem for path in folder.iterdir()) == sorted(TABLES)
    rows = (folder / "budget.csv").read_text("utf-8-sig")
    assert "du-gard" not in rows
    (folder / "budget.csv").write_text(rows.replace("50000", "beaucoup"), "utf-8")
    code, said = call("import", folder / "budget.csv", "--plan", plan.slug, "--dry-run")
    assert code == 1
    assert said[0].startswith("budget, 2, prevu : Écrivez un nombre")
    with pytest.raises(Refused, match="adresse"):
        call("export", book, "--plan", "inconnu")
    with pytest.raises(Refused, match="« 99 »"):
        call("export", book, "--plan", plan.slug, "--territory", "99")
    with pytest.raises(Refused, match="ne s’ouvre pas"):
        call("import", tmp_path / "absent.xlsx", "--plan", plan.slug)
