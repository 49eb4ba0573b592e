"""What a machine refuses is one French sentence that says what to do, never a traceback.

Fed by fabrique.cli and fabrique.cli.mishaps. Feeds nothing.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError

from fabrique import cli
from fabrique.cli import mishaps
from fabrique.common.errors import Refused
from fabrique.settings.base import _whole


@pytest.mark.parametrize(
    ("mishap", "said"),
    [
        (OperationalError("no such table: plan_plan"), "Lancez d’abord « fabrique migrate »"),
        (ProgrammingError('relation "plan_plan" does not exist'), "Lancez d’abord « fabrique migrate »"),
        (OperationalError("attempt to write a readonly database"), "ne peut pas être écrite"),
        (OperationalError("database or disk is full"), "plus de place"),
        (OperationalError("database is locked"), "occupée"),
        (OperationalError("file is not a database"), "endommagée"),
        (OperationalError("connection failed: refused"), "PostgreSQL ne répond pas"),
        (OperationalError('connection failed: database "x" does not exist'), "PGDATABASE"),
        (OSError(errno.ENOSPC, "No space left on device"), "plus de place"),
        (OSError(errno.ENOENT, "No such file or directory", "plan.yaml"), "« plan.yaml » n’existe pas"),
        (OSError(errno.EACCES, "Permission denied", "var"), "n’en a pas le droit"),
        (ImproperlyConfigured("The SECRET_KEY setting must not be empty."), "FABRIQUE_SECRET_KEY"),
        (Refused("x.refused", "Choisissez une date."), "Choisissez une date."),
        (ModuleNotFoundError("No module", name="fabrique.settings.prod"), "DJANGO_SETTINGS_MODULE"),
    ],
)
def test_what_the_machine_refuses_is_said_in_french(mishap: Exception, said: str) -> None:
    assert said in (mishaps.sentence(mishap) or "")


def test_a_fault_of_ours_stays_a_traceback() -> None:
    assert mishaps.sentence(ValueError("x")) is None
    assert mishaps.sentence(OperationalError('near "FROM": syntax error')) is None


def test_a_database_that_does_not_open_names_the_folder(settings: Any, tmp_path: Path) -> None:
    unopened = OperationalError("unable to open database file")
    settings.VAR = tmp_path / "absent"
    assert "n’existe pas" in (mishaps.sentence(unopened) or "")
    settings.VAR = tmp_path
    assert "Vérifiez les droits" in (mishaps.sentence(unopened) or "")


def test_migrate_makes_the_folder_for_its_owner_only(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path / "a" / "b"
    cli._make_room()
    cli._make_room()
    assert settings.VAR.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Error: the following arguments are required: step", "il manque l’étape."),
        ("unrecognized arguments: --foo", "option inconnue"),
        ("argument --size: invalid int value: 'abc'", "--size\u00a0: il faut un nombre entier"),
        ("argument step: invalid choice: 'lod' (choose from 'load', 'check')", "Choix\u00a0: load, check."),
        ("argument --out: expected one argument", "--out\u00a0: il manque la valeur"),
    ],
)
def test_a_badly_written_option_is_said_in_french(english: str, french: str) -> None:
    assert french in mishaps.argument(english)


def test_verbs_refuse_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["plan", "lod"]) == 2
    assert cli.main(["plan", "--skip-checks", "load", "n’existe-pas.yaml"]) == 1
    said = capsys.readouterr().err
    assert "Error" not in said
    assert [line.split("\u00a0")[0].split(" :")[0] for line in said.splitlines()] == ["fabrique plan"] * 2


@pytest.mark.parametrize(
    ("raised", "status", "said"),
    [
        (KeyboardInterrupt(), 130, "Interrompu"),
        (OperationalError("no such table: x"), 2, "fabrique migrate"),
        (ImproperlyConfigured("Réglages absents : FABRIQUE_HOSTS."), 2, "FABRIQUE_HOSTS"),
    ],
)
def test_what_stops_a_verb_ends_with_a_status_and_a_sentence(
    raised: BaseException,
    status: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stopped(*_given: object) -> int:
        raise raised

    monkeypatch.setattr(cli, "_carried_out", stopped)
    assert cli.main(["mail", "send"]) == status
    assert said in capsys.readouterr().err
    if status == mishaps.REFUSED:
        with pytest.raises(type(raised)):
            cli.main(["mail", "send", "--traceback"])


def test_a_number_badly_written_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FABRIQUE_SMALL_CELL", "onze")
    with pytest.raises(ImproperlyConfigured, match="FABRIQUE_SMALL_CELL"):
        _whole("FABRIQUE_SMALL_CELL", 11)
    monkeypatch.setenv("FABRIQUE_SMALL_CELL", "")
    assert _whole("FABRIQUE_SMALL_CELL", 11) == 11
