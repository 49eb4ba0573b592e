"""Tables, questions, items, and the synchronisation of devices: nothing doubled, nothing lost."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fabrique.accounts.enums import RoleCode
from fabrique.audit.models import JournalLine
from fabrique.common.errors import Forbidden, Refused
from fabrique.meetings.enums import ItemEntry, ItemKind, ItemState
from fabrique.meetings.models import Item, Prompt
from fabrique.meetings.services.items import (
    change_item,
    put_item,
    record_item,
    remove_item,
    settle_versions,
    sync_items,
    words_of,
)
from fabrique.meetings.services.tables import (
    add_prompt,
    change_prompt,
    move_prompt,
    prompts_from_themes,
    remove_prompt,
    rename_table,
    set_tables,
)
from tests.factories.territories import OPERATOR
from tests.factories.workshops import a_change, a_workshop, an_item, prompt, signed, table, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def workshop(personas: Any) -> Any:
    return a_workshop()


# --- tables and questions


def test_tables_are_added_named_and_taken_away_but_not_where_something_was_said(personas, workshop):
    facilitator = personas[RoleCode.FACILITATOR]
    rows = set_tables(facilitator, meeting=workshop, count=4)
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert len({row.code for row in rows}) == 4
    assert rename_table(facilitator, table=rows[3], label="  Les  élus ").label == "Les élus"
    before = rows[0].code
    assert [row.code for row in set_tables(facilitator, meeting=workshop, count=1)] == [before]
    set_tables(facilitator, meeting=workshop, count=2)
    an_item(workshop, table=str(table(workshop, 2).public_id))
    with pytest.raises(Refused, match="Gardez-la") as refused:
        set_tables(facilitator, meeting=workshop, count=1)
    assert refused.value.code == "tables.used"


@pytest.mark.parametrize("count", [0, -1, 61])
def test_a_room_has_between_one_and_sixty_tables(workshop, count):
    with pytest.raises(Refused) as refused:
        set_tables(OPERATOR, meeting=workshop, count=count)
    assert refused.value.code == "tables.count"


def test_questions_are_added_rewritten_moved_and_taken_away(personas, workshop):
    facilitator = personas[RoleCode.FACILITATOR]
    third = add_prompt(facilitator, meeting=workshop, wording="  Et   demain ? ")
    assert third.wording == "Et demain ?"
    key = third.key
    assert change_prompt(facilitator, prompt=third, wording="Et ensuite ?").key == key
    move_prompt(facilitator, prompt=third, up=True)
    assert [one.pk for one in workshop.prompts.all()].index(third.pk) == 1
    move_prompt(facilitator, prompt=workshop.prompts.first(), up=True)  # nothing above: nothing happens
    remove_prompt(facilitator, prompt=third)
    assert workshop.prompts.count() == 2
    an_item(workshop)
    with pytest.raises(Refused) as refused:
        remove_prompt(facilitator, prompt=prompt(workshop))
    assert refused.value.code == "prompt.used"
    with pytest.raises(Refused) as refused:
        add_prompt(facilitator, meeting=workshop, wording="   ")
    assert refused.value.code == "prompt.empty"


def test_two_questions_of_the_same_words_have_two_keys(workshop):
    first = add_prompt(OPERATOR, meeting=workshop, wording="Pourquoi ?")
    second = add_prompt(OPERATOR, meeting=workshop, wording="Pourquoi ?")
    assert first.key != second.key


def test_themes_without_a_question_give_one_once(workshop):
    from fabrique.meetings.services.meetings import change_meeting
    from fabrique.meetings.services.programmes import set_themes

    themes = set_themes(
        OPERATOR,
        programme=workshop.programme,
        themes=[{"title": "Prévention", "question": "Que faire ensemble ?"}, {"title": "Métiers"}],
    )
    change_meeting(OPERATOR, meeting=workshop, themes=themes)
    made = prompts_from_themes(OPERATOR, meeting=workshop)
    assert [one.wording for one in made] == ["Que faire ensemble ?", "Métiers"]
    assert prompts_from_themes(OPERATOR, meeting=workshop) == []


@pytest.mark.parametrize("role", [RoleCode.OPERATOR, RoleCode.READER, RoleCode.ANALYST])
def test_preparing_a_room_is_for_facilitators(personas, workshop, role):
    with pytest.raises(Forbidden):
        set_tables(personas[role], meeting=workshop, count=3)
    with pytest.raises(Forbidden):
        add_prompt(personas[role], meeting=workshop, wording="Quoi ?")


# --- items


@pytest.mark.both_databases
def test_an_item_is_noted_with_its_journal_line_and_no_text_in_it(personas, workshop):
    item = an_item(workshop, "Un propos précis", actor=personas[RoleCode.FACILITATOR], carrier=" La  mairie ")
    assert (item.text, item.people, item.carrier, item.revision) == ("Un propos précis", 4, "La mairie", 1)
    line = JournalLine.objects.get(verb="meetings.record_item")
    assert line.object_reference == item.public_id
    assert "précis" not in line.reason


def test_the_same_form_sent_twice_notes_one_item(workshop):
    identifier = uuid.uuid4()
    first = record_item(
        OPERATOR, meeting=workshop, client_id=identifier, words=words(workshop), entry="ecran"
    )
    again = record_item(
        OPERATOR, meeting=workshop, client_id=identifier, words=words(workshop), entry="ecran"
    )
    assert first.pk == again.pk
    with pytest.raises(Refused) as refused:
        record_item(
            OPERATOR, meeting=workshop, client_id=identifier, words=words(workshop, "Autre"), entry="ecran"
        )
    assert refused.value.code == "item.conflict"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text": "  "}, "item.text"),
        ({"text": "x" * 4001}, "item.text"),
        ({"people": 0}, "item.people"),
        ({"people": 100_001}, "item.people"),
        ({"kind": "autre"}, "item.kind"),
        ({"carrier": "x" * 201}, "item.carrier"),
        ({"table": "0" * 12}, "item.place"),
        ({"prompt": "0" * 12}, "item.place"),
    ],
)
def test_an_item_that_cannot_be_is_refused_with_a_sentence(workshop, wrong, code):
    with pytest.raises(Refused) as refused:
        an_item(workshop, **wrong)
    assert refused.value.code == code
    assert str(refused.value).endswith((".", "deux."))
    assert not Item.objects.exists()


def test_a_table_of_another_meeting_is_refused(workshop):
    other = a_workshop(title="Ailleurs", where="30")
    with pytest.raises(Refused) as refused:
        an_item(workshop, table=str(table(other).public_id))
    assert refused.value.code == "item.place"


def test_an_item_is_changed_taken_away_and_put_back(personas, workshop):
    facilitator = personas[RoleCode.FACILITATOR]
    item = an_item(workshop)
    outcome = change_item(facilitator, item=item, revision=1, words=words(workshop, "Mieux dit"))
    assert (outcome.status, outcome.item.text, outcome.item.revision) == ("stored", "Mieux dit", 2)
    gone = remove_item(facilitator, item=item)
    assert (gone.state, gone.revision) == (ItemState.REMOVED, 3)
    assert remove_item(facilitator, item=item).revision == 3
    assert remove_item(facilitator, item=item, removed=False).state == ItemState.ACTIVE


@pytest.mark.parametrize("role", [RoleCode.READER, RoleCode.ANALYST, RoleCode.RELAY])
def test_noting_is_refused_to_other_roles(personas, workshop, role):
    with pytest.raises(Forbidden):
        an_item(workshop, actor=personas[role])


def test_a_facilitator_of_the_lot_notes_nothing_in_the_gard(personas):
    gard = a_workshop(where="30", title="Atelier de Nîmes")
    with pytest.raises(Forbidden):
        an_item(gard, actor=personas[RoleCode.FACILITATOR])
    with pytest.raises(Forbidden):
        sync_items(personas[RoleCode.FACILITATOR], meeting=gard, changes=[a_change(gard)])


def test_an_operator_types_from_paper(personas, workshop):
    item = record_item(
        personas[RoleCode.OPERATOR],
        meeting=workshop,
        client_id=uuid.uuid4(),
        words=words(workshop),
        entry=ItemEntry.PAPER,
    )
    assert item.entry == ItemEntry.PAPER


# --- synchronisation


@pytest.mark.both_databases
def test_what_is_sent_again_is_known_and_not_doubled(workshop):
    changes = [a_change(workshop, f"Propos {n}") for n in range(10)]
    first = sync_items(OPERATOR, meeting=workshop, changes=changes)
    again = sync_items(OPERATOR, meeting=workshop, changes=changes)
    assert {one.status for one in first} == {"stored"}
    assert {one.status for one in again} == {"known"}
    assert Item.objects.count() == 10
    assert set(Item.objects.values_list("entry", flat=True)) == {ItemEntry.OFFLINE}


def test_a_correction_whose_first_sending_was_never_answered_is_no_conflict(workshop):
    first = a_change(workshop, "Premier jet")
    sync_items(OPERATOR, meeting=workshop, changes=[first])  # the answer is lost: base stays 0
    second = a_change(workshop, "Second jet", client_id=first.client_id, earlier=[first.words])
    [outcome] = sync_items(OPERATOR, meeting=workshop, changes=[second])
    assert (outcome.status, outcome.item.text, outcome.item.revision) == ("stored", "Second jet", 2)
    # sent again after both were stored and both answers lost
    [outcome] = sync_items(OPERATOR, meeting=workshop, changes=[second])
    assert outcome.status == "known"
    assert Item.objects.count() == 1


@pytest.mark.both_databases
def test_two_tablets_that_changed_one_item_keep_both_versions_once(workshop):
    item = an_item(workshop)
    ours = a_change(workshop, "Version A", client_id=item.client_id, base=1)
    theirs = a_change(workshop, "Version B", client_id=item.client_id, base=1)
    [first] = sync_items(OPERATOR, meeting=workshop, changes=[ours])
    [second] = sync_items(OPERATOR, meeting=workshop, changes=[theirs])
    [again] = sync_items(OPERATOR, meeting=workshop, changes=[theirs])
    assert (first.status, second.status, again.status) == ("stored", "conflict", "conflict")
    assert {one.text for one in Item.objects.all()} == {"Version A", "Version B"}
    assert second.other.conflict_of_id == item.pk
    assert again.other.pk == second.other.pk


@pytest.mark.parametrize(
    ("keep", "left"),
    [("first", {"Version A"}), ("second", {"Version B"}), ("both", {"Version A", "Version B"})],
)
def test_a_person_settles_two_versions(personas, workshop, keep, left):
    item = an_item(workshop)
    put_item(
        OPERATOR, meeting=workshop, change=a_change(workshop, "Version A", client_id=item.client_id, base=1)
    )
    lost = put_item(
        OPERATOR, meeting=workshop, change=a_change(workshop, "Version B", client_id=item.client_id, base=1)
    )
    settle_versions(personas[RoleCode.FACILITATOR], item=lost.other, keep=keep)
    assert {one.text for one in Item.objects.active()} == left
    with pytest.raises(Refused) as refused:
        settle_versions(OPERATOR, item=lost.other, keep=keep)
    assert refused.value.code == "item.settled"


def test_one_refused_change_does_not_hold_the_others_back(workshop):
    good, bad = a_change(workshop, "Bon"), a_change(workshop, "Mauvais", people=0)
    outcomes = sync_items(OPERATOR, meeting=workshop, changes=[bad, good])
    assert [one.status for one in outcomes] == ["refused", "stored"]
    assert outcomes[0].sentence.startswith("Le nombre de personnes")


def test_more_than_fifty_in_one_sending_is_refused(workshop):
    with pytest.raises(Refused) as refused:
        sync_items(OPERATOR, meeting=workshop, changes=[a_change(workshop, str(n)) for n in range(51)])
    assert refused.value.code == "sync.many"


def test_an_identifier_of_another_meeting_is_refused(workshop):
    other = a_workshop(title="Ailleurs", where="30")
    item = an_item(other)
    [outcome] = sync_items(OPERATOR, meeting=workshop, changes=[a_change(workshop, client_id=item.client_id)])
    assert (outcome.status, outcome.code) == ("refused", "item.place")


def test_what_is_noted_late_is_accepted_after_the_signature_but_a_signed_item_is_the_signatory_s(
    personas, workshop
):
    item = an_item(workshop)
    signed(workshop, personas[RoleCode.MEETING_ORGANISER])
    facilitator = personas[RoleCode.FACILITATOR]
    late, change = (
        a_change(workshop, "Resté sur la tablette"),
        a_change(workshop, "Autre", client_id=item.client_id, base=1),
    )
    outcomes = sync_items(facilitator, meeting=workshop, changes=[late, change])
    assert [(one.status, one.code) for one in outcomes] == [("stored", ""), ("refused", "item.signed")]
    with pytest.raises(Forbidden):
        remove_item(facilitator, item=Item.objects.get(pk=item.pk))
    item.refresh_from_db()
    by_signatory = change_item(
        personas[RoleCode.MEETING_ORGANISER], item=item, revision=1, words=words(workshop, "Corrigé")
    )
    assert by_signatory.status == "stored"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["écrit", "corrige", "perdu", "envoie"])),
        min_size=1,
        max_size=14,
    )
)
def test_whatever_is_lost_on_the_way_each_item_of_a_device_is_one_row_with_its_last_words(workshop, story):
    """A device notes and corrects three items; answers are lost at any time; in the end all is sent."""
    Item.objects.all().delete()
    local: dict[int, Any] = {}
    for number, event in story:
        held = local.setdefault(number, {"id": uuid.uuid4(), "base": 0, "version": 0, "earlier": []})
        if event == "corrige":
            held["version"] += 1
        if event in ("perdu", "envoie"):
            _send(workshop, number, held, heard=event == "envoie")
    for number, held in local.items():
        _send(workshop, number, held, heard=True)
    assert {(row.client_id, row.text) for row in Item.objects.all()} == {
        (held["id"], f"Propos {number}, version {held['version']}") for number, held in local.items()
    }


def _send(workshop: Any, number: int, held: dict[str, Any], *, heard: bool) -> None:
    change = a_change(
        workshop,
        f"Propos {number}, version {held['version']}",
        client_id=held["id"],
        base=held["base"],
        earlier=held["earlier"],
    )
    held["earlier"] = [*held["earlier"], change.words]
    [outcome] = sync_items(OPERATOR, meeting=workshop, changes=[change])
    if heard:
        held["base"], held["earlier"] = outcome.item.revision, []


def test_the_words_of_a_row_are_those_that_were_sent(workshop):
    item = an_item(workshop, kind=ItemKind.PROPOSAL, people=None)
    assert words_of(item) == words(workshop, kind=ItemKind.PROPOSAL, people=None)
    assert Prompt.objects.get(pk=item.prompt_id).public_id == words_of(item).prompt
