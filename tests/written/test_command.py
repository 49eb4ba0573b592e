"""`fabrique written import`: the same import from the terminal."""

import json

import pytest
from django.core.management import CommandError, call_command

from fabrique.written.models import WrittenContribution
from tests.factories import hostile
from tests.factories import written as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(occitanie):
    return make.a_call(occitanie)


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "message.eml"
    path.write_bytes(make.message(("c.pdf", make.pdf(), "application/pdf")))
    return path


def run(capsys, *arguments):
    call_command("written", "import", *map(str, arguments))
    return capsys.readouterr().out


def test_a_message_is_imported_once(call, letter, capsys):
    first = json.loads(run(capsys, letter, "--json"))
    assert (first["added"], first["known"], first["unit"]) == (1, 0, "organisation")
    assert first["lines"][0]["demands"] == 3
    assert json.loads(run(capsys, letter, "--json"))["known"] == 1
    assert WrittenContribution.objects.count() == 1


def test_a_rehearsal_stores_nothing(call, letter, capsys):
    assert "Rien n’a été enregistré" in run(capsys, letter, "--dry-run")
    assert not WrittenContribution.objects.exists()


def test_words_for_people(call, letter, capsys):
    said = run(capsys, letter)
    assert "Association Les Sources · Contribution à la concertation : ajoutée." in said
    assert "Ajoutées : 1. Déjà reçues : 0. Refusées : 0." in said


@pytest.mark.parametrize("name", hostile.MBOX)
def test_a_hostile_mailbox_is_refused_in_one_sentence(call, tmp_path, name):
    build, _code = hostile.MBOX[name]
    path = tmp_path / "boite.mbox"
    path.write_bytes(build())
    with pytest.raises(CommandError) as refusal:
        call_command("written", "import", str(path))
    assert str(refusal.value).endswith(".")
    assert not WrittenContribution.objects.exists()


def test_an_absent_file_and_an_unknown_call_are_said(call, letter, tmp_path):
    with pytest.raises(CommandError, match="ne s’ouvre pas"):
        call_command("written", "import", str(tmp_path / "absent.eml"))
    with pytest.raises(CommandError, match="--call"):
        call_command("written", "import", str(letter), "--call", "inconnu")


def test_a_document_needs_a_name(call, tmp_path, capsys):
    path = tmp_path / "lettre.docx"
    path.write_bytes(make.docx())
    with pytest.raises(CommandError, match="nom de l’organisme"):
        call_command("written", "import", str(path))
    assert "ajoutée" in run(capsys, path, "--organisation", "Commune de Val")
