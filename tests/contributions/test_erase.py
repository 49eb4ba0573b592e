"""Erasing leaves nothing but a tombstone: every table is searched for the words, the hashes and the keys."""

import pytest
from django.db import DatabaseError, connection, transaction

from fabrique.accounts.actors import Agent, Respondent
from fabrique.common.errors import Forbidden, Refused
from fabrique.contributions.enums import ErasureReason, Unit
from fabrique.contributions.models import Participation, Tombstone
from fabrique.contributions.services import erase_participation
from tests.factories import consultations
from tests.factories.contributions import TEXT, a_participation, a_response

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("occitanie")]


def everything() -> str:
    """All the cells of all the tables, as one text; bytes in hexadecimal."""
    cells = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith("territories_"):
                continue
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                cells += [bytes(c).hex() if isinstance(c, bytes | memoryview) else str(c) for c in row]
    return "\n".join(cells)


def test_nothing_of_a_withdrawn_response_is_left_in_any_table() -> None:
    one, code = a_response(consultations.opened())
    text = one.contributions.get(question__key="needs")
    traces = [
        bytes(one.receipt_hash).hex(), one.idempotency_key, text.item_hash, bytes(text.salt).hex(),
        text.masked_text, text.folded_text, str(text.public_id), "lunettes",
    ]  # fmt: skip
    before = everything()
    assert all(trace in before for trace in traces), "the search would find them"
    erase_participation(Respondent(), participation=one, reason=ErasureReason.WITHDRAWN)
    after = everything()
    assert [trace for trace in [*traces, TEXT, code] if trace in after] == []
    assert not Participation.objects.exists()


def test_a_tombstone_says_when_and_why_and_no_more() -> None:
    one = a_participation()
    stone = erase_participation(Respondent(), participation=one, reason=ErasureReason.WITHDRAWN)
    assert stone.reason == "retrait"
    assert {f.name for f in Tombstone._meta.fields} == {"id", "public_id", "source", "erased_at", "reason"}
    assert stone.public_id != one.public_id
    with pytest.raises(DatabaseError), transaction.atomic():
        Tombstone.objects.filter(pk=stone.pk).update(reason="duree")


def test_erasing_twice_leaves_one_tombstone() -> None:
    one = a_participation()
    again = Participation.objects.get(pk=one.pk)
    erase_participation(Respondent(), participation=one, reason=ErasureReason.WITHDRAWN)
    with pytest.raises(Refused) as refusal:
        erase_participation(Respondent(), participation=again, reason=ErasureReason.WITHDRAWN)
    assert refusal.value.code == "erasure.already"
    assert Tombstone.objects.count() == 1


def test_the_words_of_a_group_are_followed_but_not_withdrawn_by_one_person() -> None:
    one = a_participation(unit=Unit.GROUP)
    with pytest.raises(Refused) as refusal:
        erase_participation(Respondent(), participation=one, reason=ErasureReason.WITHDRAWN)
    assert refusal.value.code == "erasure.not_yours"


def test_only_data_protection_erases_among_agents(analyst: Agent, data_protection_officer: Agent) -> None:
    one = a_participation()
    with pytest.raises(Forbidden):
        erase_participation(analyst, participation=one, reason=ErasureReason.RIGHTS)
    erase_participation(data_protection_officer, participation=one, reason=ErasureReason.RIGHTS)
    assert Tombstone.objects.of_source(one.source).get().reason == "droits"
