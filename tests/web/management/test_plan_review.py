"""`fabrique plan snapshot | dossier | account`: what they write, and what they refuse.

Fed by the functions that the command dispatches to. Feeds nothing.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

from fabrique.common.errors import Refused
from fabrique.plan.models import Snapshot
from fabrique.plan.services.snapshots import data_of
from fabrique.web.management import plan_review
from tests.factories import reviews as make

pytestmark = pytest.mark.django_db


def run(*words: str) -> list[str]:
    """What the command says for these words."""
    parser = ArgumentParser()
    plan_review.add_arguments(parser.add_subparsers(dest="step", required=True))
    options = vars(parser.parse_args(words))
    said: list[str] = []
    plan_review.STEPS[options["step"]](options, said.append)
    return said


def test_from_a_snapshot_to_its_six_files(occitanie: Any, tmp_path: Path) -> None:
    make.a_world()
    (line,) = run("snapshot", "--territory", "48", "--label", "Bilan")
    snapshot = Snapshot.objects.get()
    assert snapshot.public_id in line
    before = data_of(snapshot)
    run("dossier", snapshot.public_id, "--out", str(tmp_path / "d"))
    run("account", snapshot.public_id, "--out", str(tmp_path / "d"))
    assert sorted(one.name for one in (tmp_path / "d").iterdir()) == [
        "compte-rendu-habitants-prs-essai-48-1.html",
        "compte-rendu-habitants-prs-essai-48-1.pdf",
        "dossier-prs-essai-48-1.docx",
        "dossier-prs-essai-48-1.html",
        "dossier-prs-essai-48-1.pdf",
        "dossier-prs-essai-48-1.xlsx",
    ]
    assert "brouillon" in (tmp_path / "d" / "dossier-prs-essai-48-1.html").read_text()
    assert data_of(Snapshot.objects.get()) == before
    run("dossier", snapshot.public_id, "--out", str(tmp_path / "p"), "--public")
    assert "brouillon" not in (tmp_path / "p" / "dossier-prs-essai-48-1.html").read_text()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["snapshot", "--territory", "75", "--label", "x"], "territory.unknown"),
        (["snapshot", "--plan", "inconnu", "--label", "x"], "plan.unknown"),
        (["dossier", "inconnu", "--out", "x"], "snapshot.unknown"),
        (["account", "inconnu", "--out", "x"], "snapshot.unknown"),
    ],
)
def test_what_is_not_known_is_refused(occitanie: Any, words: list[str], code: str) -> None:
    make.a_world()
    with pytest.raises(Refused) as refusal:
        run(*words)
    assert refusal.value.code == code


def test_without_a_plan_that_has_actions_it_asks_which(occitanie: Any) -> None:
    with pytest.raises(Refused) as refusal:
        run("snapshot", "--label", "x")
    assert refusal.value.code == "plan.several"
