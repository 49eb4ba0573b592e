"""The promises that the database settings make: durable, one writer at a time, foreign keys held."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction

from fabrique.common.models import Wording

sqlite_only = pytest.mark.skipif("settings.FABRIQUE_DATABASE != 'sqlite'", reason="SQLite's own settings")


def pragma(name):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


@sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_sqlite_is_durable_and_holds_foreign_keys(name, value):
    assert pragma(name) == value


@sqlite_only
@pytest.mark.django_db
def test_sqlite_overwrites_what_is_erased():
    """Whatever the build's own default: a withdrawn text does not stay readable in the file."""
    assert "secure_delete=ON" in settings.DATABASES["default"]["OPTIONS"]["init_command"]
    assert pragma("secure_delete") == 1


@sqlite_only
@pytest.mark.django_db
def test_sqlite_waits_twenty_seconds_for_the_writer_and_is_a_file():
    assert pragma("busy_timeout") == 20_000
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        opened = Path(cursor.fetchone()[2])
    assert opened.is_file()
    assert opened == Path(settings.DATABASES["default"]["NAME"]).resolve()


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_transaction_of_sqlite_takes_the_writer_at_once():
    other = connection.copy()
    other.settings_dict["OPTIONS"]["timeout"] = 0
    try:
        with transaction.atomic(), other.cursor() as cursor, pytest.raises(OperationalError, match="locked"):
            cursor.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_wording_stands_once_for_a_field_a_language_and_a_register():
    same = {"object_kind": "question", "object_key": "q1", "field": "label", "text": "Où habitez-vous ?"}
    Wording.objects.create(**same)
    Wording.objects.create(**same, language="oc")
    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.create(**same)
