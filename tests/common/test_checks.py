"""`fabrique check`: a keyring that does not open what the database holds is told, with what to do."""

from __future__ import annotations

import base64

import pytest

from fabrique.cli import main, mishaps
from fabrique.common.checks import NO_KEY, sealed_values_open
from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from tests.factories import relays

pytestmark = pytest.mark.django_db


def other_key():
    return base64.b64encode(b"k" * 32).decode()


@pytest.mark.both_databases
def test_what_no_key_opens_is_told_column_by_column(lot, settings):
    relays.asked()
    assert sealed_values_open(databases=["default"]) == []
    kept = next(iter(settings.FABRIQUE_KEYRING))
    for ring, said in (
        ({"autre": other_key()}, "n’est pas dans FABRIQUE_KEYRING"),
        ({kept: other_key()}, "altérée"),
    ):
        settings.FABRIQUE_KEYRING = ring
        [found] = sealed_values_open(databases=["default"])
        assert found.id == NO_KEY
        assert said in found.msg
        assert kept in found.msg
        assert "relays.Relay.contact_email" in found.hint


def test_a_value_sealed_under_a_former_key_of_the_ring_is_not_a_fault(lot, settings):
    relays.asked()
    settings.FABRIQUE_KEYRING = {"nouvelle": other_key(), **settings.FABRIQUE_KEYRING}
    relays.asked()
    assert sealed_values_open(databases=["default"]) == []


def test_without_its_database_the_check_asks_nothing():
    assert sealed_values_open() == []


def test_the_log_says_which_key_is_missing_and_never_the_value(settings):
    sealed = encrypt("un texte")
    settings.FABRIQUE_KEYRING = {"autre": other_key()}
    with pytest.raises(Undecipherable) as missing:
        decrypt(sealed)
    assert "Remettez cette clé" in str(missing.value)
    assert mishaps.sentence(missing.value) == str(missing.value)
    assert sealed.split(":")[2] not in str(missing.value)


def test_the_verb_ends_with_a_fault(lot, settings, capsys, monkeypatch):
    relays.asked()
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)
    only = ["check", "--tag", "database"]
    assert main(only) == 0
    settings.FABRIQUE_KEYRING = {"autre": other_key()}
    assert main(only) == 1
    assert "ne s’ouvre pas" in capsys.readouterr().err
