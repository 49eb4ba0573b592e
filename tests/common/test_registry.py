"""What acts upwards registers itself; a name is taken once; nothing is written without a journal."""

import pytest

from fabrique.common import gate, journal, registry
from fabrique.common.actors import Operator
from fabrique.common.registry import Registry


def test_entries_keep_their_order():
    things = Registry("things")
    things.register("b", 1)
    things.register("a", 2)
    assert things.items() == [("b", 1), ("a", 2)]
    assert things.get("a") == 2


def test_a_name_is_taken_once():
    things = Registry("things")
    things.register("a", 1)
    with pytest.raises(ValueError, match="a is registered twice"):
        things.register("a", 2)


def test_the_same_entry_may_come_again():
    things = Registry("things")
    things.register("a", 1)
    assert things.register("a", 1) == 1


def test_an_unknown_name_is_an_error():
    with pytest.raises(KeyError):
        Registry("things").get("a")


def test_nothing_is_written_where_no_journal_is_installed(monkeypatch):
    monkeypatch.setattr(journal, "journal_sinks", Registry("journal sinks"))
    with pytest.raises(RuntimeError, match="no journal"):
        journal.record(Operator("tests"), "tests.write", object())


def test_nothing_is_allowed_where_nobody_keeps_the_gate(monkeypatch):
    monkeypatch.setattr(gate, "gatekeepers", Registry("gatekeepers"))
    with pytest.raises(RuntimeError, match="no gatekeeper"):
        gate.require(Operator("tests"), "tests.write")


def test_one_journal_and_one_gatekeeper_are_installed():
    assert [name for name, _sink in registry.journal_sinks.items()] == ["audit"]
    assert [name for name, _keeper in registry.gatekeepers.items()] == ["accounts"]
