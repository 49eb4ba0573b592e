"""A snapshot given to a committee stays the same bytes, whatever is edited later; what moved between two of them.

Fed by the verbs of the plan. Feeds nothing.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction

from fabrique.audit.models import JournalLine
from fabrique.common.clock import now
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.models import Action, Snapshot
from fabrique.plan.services import actions, budget, indicators, milestones
from fabrique.plan.services.differences import Difference, difference
from fabrique.plan.services.snapshots import (
    canonical,
    content_of,
    data_of,
    fingerprint,
    public_part,
    take_snapshot,
)
from fabrique.web.shared.dossier.words import leader
from tests.factories import reviews as make
from tests.factories.territories import OPERATOR, department, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(occitanie: Any) -> make.World:
    return make.a_world()


def _a_year_of_edits(world: make.World) -> None:
    """Every kind of thing a snapshot holds is changed."""
    indicator = world.bus.indicators.get()
    actions.edit_action(OPERATOR, action=world.bus, title="Deux bus", description="Un de plus.")
    actions.state_blocking(
        OPERATOR,
        action=world.bus,
        blocking="Le chauffeur manque.",
        decision_needed="Financer un poste",
        decision_from="Agence",
        decision_by=None,
    )
    milestones.complete_milestone(OPERATOR, milestone=world.bus.milestones.get())
    budget.set_budget_line(
        OPERATOR, action=world.bus, year=2026, funder="fir", amounts={"spent": Decimal("90000")}
    )
    indicators.record_value(OPERATOR, indicator=indicator, on=make.today(), value=13.0)
    indicators.give_weather(OPERATOR, action=world.bus, weather="compromise", sentence="Panne.")
    actions.edit_action(OPERATOR, action=world.bus, stage="terminee")
    actions.publish_action(OPERATOR, action=world.draft)
    actions.create_action(
        OPERATOR, plan=world.plan, objective=world.objective, territory=world.lozere, title="Une de plus"
    )
    make.published(world)


@pytest.mark.both_databases
def test_a_snapshot_is_the_same_bytes_after_a_year_of_edits(world: make.World) -> None:
    # counted from the day of the run: the world is made on it, and a weather of tomorrow is not yet known
    today = now()
    with time_machine.travel(today, tick=False):
        snapshot = make.a_snapshot(world)
        before, read = data_of(snapshot), content_of(snapshot)
    with time_machine.travel(today + timedelta(days=365), tick=False):
        _a_year_of_edits(world)
        again = Snapshot.objects.get(pk=snapshot.pk)
        assert bytes(again.content) == before
        assert fingerprint(bytes(again.content)) == again.content_hash
        assert content_of(again) == read
        later = make.a_snapshot(world, "Un an après")
    moved = difference(read, content_of(later))
    assert {title for _key, title in moved.added} == {"Une de plus"}
    assert [(one.before, one.after) for one in moved.weather] == [("atteignable", "compromise")]
    assert later.supersedes == snapshot
    assert later.number == snapshot.number + 1


@pytest.mark.both_databases
def test_the_database_refuses_to_change_or_delete_a_snapshot(world: make.World) -> None:
    snapshot = make.a_snapshot(world)
    for forbidden in (
        lambda: Snapshot.objects.filter(pk=snapshot.pk).update(content=b"{}"),
        lambda: Snapshot.objects.filter(pk=snapshot.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            forbidden()


def test_an_altered_content_is_not_read(world: make.World) -> None:
    snapshot = make.a_snapshot(world)
    snapshot.content = bytes(snapshot.content).replace(b"bus", b"car")
    with pytest.raises(Refused, match="snapshot.altered|empreinte"):
        content_of(snapshot)


def test_it_holds_what_a_committee_reads(world: make.World) -> None:
    content = content_of(make.a_snapshot(world))
    bus = next(one for one in content["actions"] if one["key"] == world.bus.key)
    assert bus["weather"] == {
        "value": "atteignable",
        "sentence": "Le véhicule est commandé.",
        "given_on": make.today().isoformat(),
    }
    assert (bus["progress"]["rate"], bus["progress"]["known"], bus["progress"]["total"]) == (40.0, 1, 1)
    assert bus["budget"][0]["committed"] == "80000.50"
    assert bus["budget"][0]["spent"] is None
    assert bus["indicators"][0]["values"] == [
        {"on": "2025-12-31", "value": 8.0, "provisional": False, "source": ""}
    ]
    assert [one["label"] for one in bus["milestones"]] == ["Acheter le véhicule"]
    assert [one["number"] for one in content["commitments"]] == [1, 2]
    assert content["objectives"][0]["key"] == world.objective.key


def test_a_department_holds_its_own_actions_and_the_region_all(world: make.World) -> None:
    own = content_of(make.a_snapshot(world))
    whole = content_of(make.a_snapshot(world, territory=region()))
    assert {one["territory"]["code"] for one in own["actions"]} == {"48"}
    assert {one["territory"]["code"] for one in whole["actions"]} == {"30", "48"}


def test_it_keeps_the_function_of_the_lead_and_never_a_name(world: make.World) -> None:
    lead = make.lead_of(world.lozere, full_name="Personne Inventée")
    Action.objects.filter(pk=world.bus.pk).update(lead=lead.user)
    frozen = make.a_snapshot(world)
    bus = next(one for one in content_of(frozen)["actions"] if one["key"] == world.bus.key)
    assert bus["lead"] == {
        "id": lead.user.public_id, "role": "pilote",
        "territory": {"level": "departement", "code": "48", "name": "Lozère"},
    }  # fmt: skip
    assert "Personne Inventée" not in data_of(frozen).decode()
    assert leader(bus["lead"]) == "pilote du plan, Lozère"
    assert (leader("Un nom d’avant"), leader(None)) == ("Un nom d’avant", "")


def test_a_lead_has_changed_only_where_both_snapshots_can_tell() -> None:
    where = {"level": "departement", "code": "48", "name": "Lozère"}
    one, other = ({"id": key, "role": "pilote", "territory": where} for key in ("a", "b"))
    cases = {
        ("N", "N"): 0,
        ("N", "M"): 1,
        ("N", None): 1,
        ("N", "one"): 0,
        ("one", "one"): 0,
        ("one", "other"): 1,
    }
    leads: dict[str | None, Any] = {"one": one, "other": other, "N": "Nom", "M": "Autre", None: None}
    for (before, after), fields in cases.items():
        pair = [{"actions": [ONE | {"lead": leads[each]}]} for each in (before, after)]
        assert len(difference(*pair).changed) == fields, (before, after)


def test_the_public_part_leaves_drafts_and_names_out(world: make.World) -> None:
    shown = public_part(content_of(make.a_snapshot(world)))
    assert [one["key"] for one in shown["actions"]] == [world.bus.key]
    assert shown["actions"][0]["lead"] is None


def test_the_public_part_does_not_say_who_carries_a_decision() -> None:
    decided = {"published": True, "owner": "Une personne", "reason": "Il faut deux bus."}
    action = {"published": True, "lead": "Une personne", "decisions": [decided], "indicators": []}
    content = {"objectives": [], "programmes": [], "actions": [action]}
    shown = public_part(content)["actions"][0]["decisions"]
    assert shown == [decided | {"owner": ""}]
    assert decided["owner"]


def test_a_lead_takes_it_at_home_and_not_next_door(world: make.World) -> None:
    lead = make.lead_of(world.lozere)
    snapshot = take_snapshot(lead, plan=world.plan, territory=world.lozere, label="Ici")
    assert snapshot.taken_by == lead.user
    assert JournalLine.objects.filter(verb="plan.take_snapshot").count() == 1
    for place in (world.gard, region()):
        with pytest.raises(Forbidden):
            take_snapshot(lead, plan=world.plan, territory=place, label="Ailleurs")


@pytest.mark.parametrize(("label", "code"), [("  ", "snapshot.label"), ("Pris", "snapshot.already")])
def test_a_label_is_needed_and_given_once(world: make.World, label: str, code: str) -> None:
    make.a_snapshot(world, "Pris")
    with pytest.raises(Refused) as refusal:
        make.a_snapshot(world, label)
    assert refusal.value.code == code
    assert Snapshot.objects.count() == 1


def test_who_reads_a_snapshot(world: make.World) -> None:
    make.a_snapshot(world)
    assert Snapshot.objects.visible_to(make.lead_of(world.lozere)).count() == 1
    assert not Snapshot.objects.visible_to(make.lead_of(department("30"))).exists()


def test_the_same_content_is_always_the_same_bytes() -> None:
    assert canonical({"b": "é", "a": [1, None]}) == '{"a":[1,null],"b":"é"}'.encode()


ONE: dict[str, Any] = {
    "key": "a", "title": "Une", "description": "", "objective": "o", "programme": None, "stage": "en-cours",
    "published": True, "lead": None, "implementation": "", "reproducibility": "", "universalism": "universel",
    "graduation": "", "marks": [], "publics": [], "starts_on": None, "ends_on": None, "blocking": None,
    "partners": [], "weather": None, "milestones": [{"label": "J", "state": "a-faire"}],
    "budget": [{"planned": "10.00", "committed": None, "spent": None}],
    "indicators": [{"title": "I", "values": [{"value": 1.0}, {"value": None}]}],
}  # fmt: skip


def test_nothing_moved_between_twice_the_same() -> None:
    assert difference({"actions": [ONE]}, {"actions": [deepcopy(ONE)]}).empty


def test_each_kind_of_move_is_told_apart() -> None:
    after = deepcopy(ONE) | {"title": "Autre", "weather": {"value": "compromise"}}
    after["milestones"][0]["state"] = "fait"
    after["budget"][0]["spent"] = "4.50"
    after["indicators"][0]["values"].append({"value": 2.0})
    moved = difference({"actions": [ONE]}, {"actions": [after]})
    assert moved.changed == [("a", "Autre", ["title"])]
    assert [(one.before, one.after) for one in moved.weather] == [(None, "compromise")]
    assert [(one.what, one.before, one.after) for one in moved.values] == [("I", 1.0, 2.0)]
    assert [(one.what, one.before, one.after) for one in moved.milestones] == [("J", "a-faire", "fait")]
    assert [(one.what, one.before, one.after) for one in moved.money] == [("spent", None, "4.50")]


def test_what_came_and_went() -> None:
    moved = difference({"actions": [ONE]}, {"actions": [ONE | {"key": "b"}]})
    assert moved == Difference(added=[("b", "Une")], removed=[("a", "Une")])
