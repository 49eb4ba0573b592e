"""The file of a plan, without a database: written and read back, hostile files, order of the facts."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings

from fabrique.common.errors import Refused
from fabrique.plan.services.layout.checking import checked
from fabrique.plan.services.layout.difference import complete, difference, merged
from fabrique.plan.services.layout.reading import MAX_BYTES, read_yaml
from fabrique.plan.services.layout.reference import _anniversary, from_reference
from fabrique.plan.services.layout.spec import PlanFile
from fabrique.plan.services.layout.tables import read_archive, to_archive
from fabrique.plan.services.layout.writing import to_yaml
from tests.plan.layout.strategies import FILES


@settings(max_examples=60)
@given(FILES)
def test_written_and_read_back_nothing_is_lost(raw):
    content = complete(checked(raw))
    written = to_yaml(content)
    again = complete(checked(read_yaml(written)))
    assert again == content
    assert to_yaml(again) == written
    assert difference(content, again).empty
    assert merged(content, again) == content
    tables = read_archive(to_archive(content))
    assert tables == content


def test_the_order_of_the_facts_does_not_show():
    head = {"slug": "p", "title": "P", "territory": "region:76"}
    one, other = ({"b": 1, "a": {"d": 2, "c": 3}}, {"a": {"c": 3, "d": 2}, "b": 1})
    files = [to_yaml(complete(PlanFile({**head, "facts": facts}))) for facts in (one, other)]
    assert files[0] == files[1]


BILLION_LAUGHS = b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]"


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"   \n",
        BILLION_LAUGHS,
        b"a: &x 1",
        b"!!python/object/apply:os.system [ls]",
        b"a: !!str 1",
        b"a: 1\na: 2",
        b"a: [1",
        b"a\x00b",
        b"\xff\xfea\x00",
        "é".encode("latin-1"),
        b"--- 1\n--- 2",
        b"? [a]\n: b",
        b"[" * 50_000,
        b"- a\n" * 70_000,
        b"x" * (MAX_BYTES + 1),
    ],
    ids=range(16),
)
def test_a_hostile_file_is_refused_with_a_sentence(hostile):
    with pytest.raises(Refused) as raised:
        read_yaml(hostile)
    assert raised.value.code == "plan_file.unreadable"
    assert str(raised.value).endswith(".")


@pytest.mark.parametrize(
    "wrong", [None, [], "x", {}, {"fabrique-plan": 2}, {"fabrique-plan": True}, {"plan": {}}]
)
def test_another_kind_of_file_is_refused(wrong):
    with pytest.raises(Refused) as raised:
        checked(wrong)
    assert raised.value.code in ("plan_file.wrong", "plan_file.layout")


def test_words_that_are_not_numbers_stay_words():
    assert read_yaml(b"a: 09\nb: 1_000\nc: 12:30:45\nd: 2024-01-01\ne: yes\nf: 1.5\ng: ~\nh: '3'") == {
        "a": "09", "b": "1_000", "c": "12:30:45", "d": "2024-01-01", "e": "yes", "f": 1.5, "g": None, "h": "3",
    }  # fmt: skip


@pytest.mark.parametrize("archive", [b"PK\x03\x04rubbish", b"PK\x05\x06" + b"\x00" * 18])
def test_an_archive_that_is_none_is_refused(archive):
    with pytest.raises(Refused):
        read_archive(archive)


def test_a_damaged_archive_is_refused_whatever_its_bytes_lead_to():
    whole = to_archive(complete(PlanFile({"slug": "p", "title": "P" * 200, "territory": "region:76"})))
    sentences = set()
    for seed in range(60):
        draw = random.Random(seed)
        data = bytearray(whole)
        for _byte in range(draw.randint(1, 6)):
            data[draw.randrange(len(data))] = draw.randrange(256)
        try:
            read_archive(bytes(data))
        except Refused as refused:
            sentences.add(str(refused))
    assert "Cette archive est endommagée. Refaites-la, puis envoyez-la de nouveau." in sentences


@pytest.mark.parametrize(
    ("commitment", "place"),
    [
        ({"number": 1, "label": "Prévenir", "colour": "red"}, "commitments[1].colour"),
        ({"number": 1, "labell": "Prévenir"}, "commitments[1].labell"),
    ],
)
def test_an_unknown_key_inside_a_node_of_the_described_layout_is_refused(commitment, place):
    described = {"name": "Plan décrit", "region_code": "76", "commitments": [commitment]}
    with pytest.raises(Refused) as raised:
        from_reference(described, None, {})
    assert [where for where, _sentence in raised.value.params["problems"]] == [place]
    known = {**described, "commitments": [{"number": 1, "label": "Prévenir"}]}
    assert from_reference(known, None, {})["commitments"][0]["facts"] == {}


def test_a_scheme_that_begins_on_29_february_ends_five_years_after_all_the_same() -> None:
    assert _anniversary(date(2028, 2, 29), 5) == date(2033, 3, 1)
    assert _anniversary(date(2023, 10, 31), 5) == date(2028, 10, 31)
