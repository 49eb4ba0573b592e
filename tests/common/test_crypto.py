"""Free text and addresses are sealed in the database, and only the keyring opens them."""

import base64
import os

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from fabrique.common.crypto import Undecipherable, decrypt, encrypt
from fabrique.common.fields import EncryptedTextField, PublicIdField


def key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@given(st.text())
def test_any_text_comes_back_the_same(text):
    assert decrypt(encrypt(text)) == text


def test_a_lone_surrogate_comes_back_too():
    assert decrypt(encrypt("cassé \ud800")) == "cassé \ud800"


def test_the_text_does_not_show_through():
    sealed = encrypt("Le docteur ne prend plus de patients")
    assert "docteur" not in sealed
    assert "docteur" not in base64.b64decode(sealed.split(":")[2]).decode("latin-1")


def test_the_same_text_is_never_sealed_twice_alike():
    assert encrypt("RAS") != encrypt("RAS")


def test_an_altered_value_is_refused_wherever_it_was_altered():
    scheme, key_id, payload = encrypt("un texte").split(":")
    raw = bytearray(base64.b64decode(payload))
    for position in range(len(raw)):
        raw[position] ^= 1
        with pytest.raises(Undecipherable):
            decrypt(f"{scheme}:{key_id}:{base64.b64encode(bytes(raw)).decode()}")
        raw[position] ^= 1


def test_another_key_does_not_open(settings):
    settings.FABRIQUE_KEYRING = {"a": key()}
    sealed = encrypt("un texte")
    settings.FABRIQUE_KEYRING = {"a": key()}
    with pytest.raises(Undecipherable):
        decrypt(sealed)


def test_the_key_id_is_under_the_seal(settings):
    same = key()
    settings.FABRIQUE_KEYRING = {"a": same, "b": same}
    with pytest.raises(Undecipherable):
        decrypt(encrypt("un texte").replace("v1:a:", "v1:b:"))


def test_a_new_key_seals_and_the_old_one_still_opens(settings):
    old, new = key(), key()
    settings.FABRIQUE_KEYRING = {"2026": old}
    before = encrypt("un texte")
    settings.FABRIQUE_KEYRING = {"2027": new, "2026": old}
    assert decrypt(before) == "un texte"
    assert encrypt("un autre").startswith("v1:2027:")
    settings.FABRIQUE_KEYRING = {"2027": new}
    with pytest.raises(Undecipherable):
        decrypt(before)


@pytest.mark.parametrize(
    "stored", ["", "clair", "v1:dev", "v1:dev:%%%", "v2:dev:AAAA", "v1:dev:", "v1:dev:AAAA"]
)
def test_what_was_not_sealed_here_is_refused(stored):
    with pytest.raises(Undecipherable):
        decrypt(stored)


@pytest.mark.parametrize("bad", [base64.b64encode(b"court").decode(), "pas du base64"])
def test_a_key_that_is_not_32_bytes_is_a_wrong_setting(settings, bad):
    settings.FABRIQUE_KEYRING = {"a": bad}
    with pytest.raises(ImproperlyConfigured, match="32 octets"):
        encrypt("un texte")


@pytest.fixture
def letter(db):
    """A model of the test's own, with a text sealed in the database."""
    with isolate_apps("fabrique.common"):

        class Letter(models.Model):
            public_id = PublicIdField()
            text = EncryptedTextField(blank=True, null=True)

            class Meta:
                app_label = "common"

            def __str__(self):
                return self.public_id

    with connection.schema_editor() as editor:
        editor.create_model(Letter)
    yield Letter
    with connection.schema_editor() as editor:
        editor.delete_model(Letter)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
class TestEncryptedField:
    def test_reads_plain_and_is_stored_sealed(self, letter):
        pk = letter.objects.create(text="Trop d’attente").pk
        assert letter.objects.get(pk=pk).text == "Trop d’attente"
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM common_letter")
            (stored,) = cursor.fetchone()
        assert stored.startswith("v1:")

    def test_nothing_and_blank_stay_so(self, letter):
        letter.objects.create(text=None)
        letter.objects.create(text="")
        assert [one.text for one in letter.objects.order_by("pk")] == [None, ""]
        assert letter.objects.filter(text__isnull=True).count() == 1

    @pytest.mark.parametrize(
        "lookup", ["text", "text__icontains", "text__in", "text__startswith", "text__regex"]
    )
    def test_cannot_be_searched(self, letter, lookup):
        with pytest.raises(TypeError, match="ne se cherche pas"):
            letter.objects.filter(**{lookup: "a"}).exists()

    def test_public_identifiers_are_random_and_unlike_the_primary_key(self, letter):
        one, two = letter.objects.create(), letter.objects.create()
        assert one.public_id != two.public_id
        assert len(one.public_id) == 12
        assert not set(one.public_id) & set("ilouILOU")
