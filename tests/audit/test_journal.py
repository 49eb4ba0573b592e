"""The journal: a line a write, sealed in order into a chain that shows any change."""

import importlib
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine, JournalSeal
from fabrique.audit.services import BATCH, seal_batch, verify
from fabrique.common import journal
from fabrique.common.errors import Forbidden
from fabrique.territories.models import Territory

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TRIGGERS = importlib.import_module("fabrique.audit.migrations.0002_triggers")


def write(actor, region, lines=3):
    for number in range(lines):
        journal.record(actor, "tests.write", region, reason=f"r{number}")


@pytest.fixture
def no_triggers(db):
    """Somebody with the keys of the database lifts the triggers."""
    TRIGGERS.remove(None, SimpleNamespace(connection=connection))
    yield
    TRIGGERS.install(None, SimpleNamespace(connection=connection))


def execute(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_a_line_says_who_what_on_which_object_and_why(administrator, occitanie):
    journal.record(administrator, "tests.write", occitanie, reason="essai")
    line = JournalLine.objects.latest("pk")
    assert (line.actor_kind, line.actor_reference) == ("agent", administrator.user.public_id)
    assert (line.verb, line.reason) == ("tests.write", "essai")
    assert (line.object_kind, line.object_reference) == ("territories.territory", str(occitanie.pk))
    assert line.seal is None


def test_a_line_shows_the_public_identifier_of_an_object_that_has_one(operator, reader):
    journal.record(operator, "tests.write", reader.user)
    assert JournalLine.objects.latest("pk").object_reference == reader.user.public_id


def test_a_respondent_leaves_no_identifier(respondent, occitanie):
    journal.record(respondent, "tests.write", occitanie)
    assert JournalLine.objects.latest("pk").actor_reference == ""


def test_a_line_goes_with_the_write_that_failed(operator, occitanie):
    before = JournalLine.objects.count()

    def failing_verb():
        journal.record(operator, "tests.write", occitanie)
        assert JournalLine.objects.count() == before + 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        transaction.atomic(failing_verb)()
    assert JournalLine.objects.count() == before


def test_sealing_takes_the_lines_in_order_and_chains_the_seals(operator, system, occitanie):
    first = seal_batch(system)
    write(operator, occitanie)
    second = seal_batch(system)
    assert second.previous_hash == first.hash
    assert [line.reason for line in second.sealed_lines.order_by("pk")] == ["r0", "r1", "r2"]
    assert verify(operator).ok


def test_with_nothing_to_seal_no_seal_is_made(system, occitanie):
    assert seal_batch(system)
    assert seal_batch(system) is None


def test_a_seal_holds_a_batch_at_most(operator, system, occitanie):
    write(operator, occitanie, lines=BATCH + 3)
    assert seal_batch(system).lines == BATCH
    assert seal_batch(system).lines < BATCH
    assert verify(operator).ok


def test_verify_tells_the_age_of_what_is_not_sealed(operator, system, occitanie):
    while seal_batch(system):
        pass
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False):
        write(operator, occitanie, lines=2)
    with time_machine.travel(datetime(2030, 1, 1, 5, tzinfo=UTC), tick=False):
        found = verify(operator)
    assert (found.unsealed, found.unsealed_age) == (2, timedelta(hours=5))


@pytest.mark.parametrize("code", [RoleCode.ADMINISTRATOR, RoleCode.DATA_PROTECTION])
def test_administrators_and_the_data_protection_officer_verify(personas, code):
    assert verify(personas[code]).ok


def test_others_neither_verify_nor_seal(personas, respondent):
    for actor in [personas[RoleCode.ANALYST], personas[RoleCode.READER], respondent]:
        with pytest.raises(Forbidden):
            verify(actor)
    for actor in [*personas.values(), respondent]:
        with pytest.raises(Forbidden):
            seal_batch(actor)


TAMPERINGS = [
    "UPDATE audit_journalline SET reason = 'autre'",
    "UPDATE audit_journalline SET at = '2001-01-01 00:00:00+00:00'",
    "UPDATE audit_journalline SET seal_id = NULL",
    "DELETE FROM audit_journalline",
    "UPDATE audit_journalseal SET hash = 'faux'",
    "UPDATE audit_journalseal SET lines = 1",
    "DELETE FROM audit_journalseal",
    "INSERT INTO audit_journalline (at, actor_kind, actor_reference, verb, object_kind, object_reference,"
    " reason, seal_id) SELECT at, actor_kind, actor_reference, 'faux', object_kind, object_reference,"
    " reason, seal_id"
    " FROM audit_journalline",
]


@pytest.mark.parametrize("sql", TAMPERINGS)
def test_the_database_refuses_any_change_to_what_is_sealed(operator, system, occitanie, sql):
    write(operator, occitanie)
    seal_batch(system)
    with pytest.raises(DatabaseError, match="journal:"), transaction.atomic():
        execute(sql)
    assert verify(operator).ok


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_journalline SET reason = 'autre' WHERE seal_id IS NULL",
        "UPDATE audit_journalline SET reason = 'autre', seal_id = (SELECT min(id) FROM audit_journalseal)"
        " WHERE seal_id IS NULL",
        "DELETE FROM audit_journalline WHERE seal_id IS NULL",
    ],
)
def test_nor_to_what_waits_for_its_seal(operator, system, occitanie, sql):
    seal_batch(system)
    write(operator, occitanie)
    with pytest.raises(DatabaseError, match="journal:"), transaction.atomic():
        execute(sql)


def test_the_orm_is_refused_too(operator, occitanie):
    write(operator, occitanie)
    with pytest.raises(DatabaseError, match="journal:"), transaction.atomic():
        JournalLine.objects.all().delete()
    with pytest.raises(DatabaseError, match="journal:"), transaction.atomic():
        JournalLine.objects.update(verb="faux")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE is SQLite's own")
def test_a_replace_does_not_slip_past_the_triggers_of_sqlite(operator, system, occitanie):
    write(operator, occitanie)
    seal_batch(system)
    line = JournalLine.objects.latest("pk")
    with pytest.raises(DatabaseError, match="journal:"), transaction.atomic():
        execute(
            "INSERT OR REPLACE INTO audit_journalline (id, at, actor_kind, actor_reference, verb,"
            " object_kind, object_reference, reason)"
            " VALUES (%s, '2001-01-01', 'agent', '', 'faux', '', '', '')",
            line.pk,
        )


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="TRUNCATE is PostgreSQL's own")
def test_a_truncate_does_not_slip_past_the_triggers_of_postgresql(operator, occitanie):
    with pytest.raises(DatabaseError, match="journal:"), transaction.atomic():
        execute("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE audit_journalline CASCADE")


@pytest.mark.usefixtures("no_triggers")
class TestWithTheTriggersLifted:
    """Whoever lifts the triggers can write what they like: the chain tells."""

    @pytest.fixture(autouse=True)
    def _sealed(self, operator, system, occitanie):
        for _batch in range(3):
            write(operator, occitanie)
            seal_batch(system)
        self.seals = list(JournalSeal.objects.order_by("pk"))
        self.operator = operator
        assert verify(operator).ok

    def test_a_changed_line_breaks_its_seal(self):
        JournalLine.objects.filter(pk=self.seals[1].sealed_lines.first().pk).update(reason="autre")
        assert verify(self.operator).broken == (self.seals[1].pk,)

    @pytest.mark.parametrize(
        "field", ["verb", "actor_kind", "actor_reference", "object_kind", "object_reference"]
    )
    def test_every_field_is_under_the_seal(self, field):
        JournalLine.objects.filter(pk=self.seals[1].sealed_lines.first().pk).update(**{field: "faux"})
        assert verify(self.operator).broken == (self.seals[1].pk,)

    def test_a_line_taken_away_breaks_its_seal(self):
        self.seals[1].sealed_lines.first().delete()
        assert verify(self.operator).broken == (self.seals[1].pk,)

    def test_a_line_slipped_in_breaks_the_seal(self):
        line = self.seals[1].sealed_lines.first()
        line.pk = None
        line.save(force_insert=True)
        assert verify(self.operator).broken == (self.seals[1].pk,)

    def test_a_seal_taken_away_breaks_the_next(self):
        JournalLine.objects.filter(seal=self.seals[1]).delete()
        self.seals[1].delete()
        assert verify(self.operator).broken == (self.seals[2].pk,)

    def test_a_seal_made_again_breaks_the_next(self):
        JournalLine.objects.filter(seal=self.seals[1]).update(reason="autre")
        JournalSeal.objects.filter(pk=self.seals[1].pk).update(hash="0" * 63 + "1")
        assert verify(self.operator).broken == (self.seals[1].pk, self.seals[2].pk)

    def test_the_last_hash_kept_elsewhere_tells_of_seals_cut_off_the_end(self):
        kept = verify(self.operator).last_hash
        JournalLine.objects.filter(seal=self.seals[2]).delete()
        self.seals[2].delete()
        found = verify(self.operator)
        assert found.ok
        assert found.last_hash != kept

    def test_the_command_ends_with_status_one_and_names_the_seal(self, capsys):
        JournalLine.objects.filter(pk=self.seals[1].sealed_lines.first().pk).update(reason="autre")
        err = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("journal", "verify", stdout=StringIO(), stderr=err)
        assert ended.value.code == 1
        assert f"Sceaux rompus : {self.seals[1].pk}" in err.getvalue()


def test_two_seals_cannot_follow_the_same_one(system, occitanie):
    seal = seal_batch(system)
    with pytest.raises(DatabaseError), transaction.atomic():
        JournalSeal.objects.create(
            sealed_at=seal.sealed_at, lines=0, previous_hash=seal.previous_hash, hash="1" * 64
        )


def test_the_command_seals_everything_then_says_that_nothing_waits(operator, occitanie):
    write(operator, occitanie, lines=4)
    lines = JournalLine.objects.count()
    out = StringIO()
    call_command("journal", "seal", stdout=out)
    call_command("journal", "seal", stdout=out)
    assert out.getvalue().splitlines() == [
        f"Lignes scellées : {lines}. Sceaux ajoutés : 1.",
        "Rien à sceller.",
    ]
    assert not JournalLine.objects.filter(seal=None).exists()


@pytest.mark.parametrize(
    ("hours", "said"), [(0, "moins de deux minutes"), (1, "60 minutes"), (5, "5 heures"), (72, "3 jours")]
)
def test_the_command_says_how_long_lines_have_waited(operator, occitanie, hours, said):
    call_command("journal", "seal", stdout=StringIO())
    start = datetime(2030, 1, 1, tzinfo=UTC)
    out = StringIO()
    with time_machine.travel(start, tick=False):
        write(operator, occitanie, lines=1)
    with time_machine.travel(start + timedelta(hours=hours), tick=False):
        call_command("journal", "verify", stdout=out)
    assert f"attend depuis {said}." in out.getvalue()
    assert "Le journal est intact." in out.getvalue()


def test_a_line_holds_no_text_of_people():
    texts = {
        field.name for field in JournalLine._meta.get_fields() if field.get_internal_type() == "TextField"
    }
    assert texts == set()
    assert max(field.max_length or 0 for field in JournalLine._meta.concrete_fields) <= 60


def test_the_triggers_stand_again_after_a_transactional_test_has_flushed(operator):
    assert Territory.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_can_write_lines(operator, occitanie):
    write(operator, occitanie)
    assert JournalLine.objects.count() > 3
