"""What a run adds to the reading of a text: masks that only grow, a language, by the program alone.

Fed by factories/analysis.py. Feeds confidence in contributions.services.reading.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique.audit.models import JournalLine
from fabrique.common.actors import System
from fabrique.common.errors import Forbidden
from fabrique.contributions.services.reading import Reading, joined, remask
from fabrique_core.privacy.detect import Mask
from tests.factories import analysis as make

SYSTEM = System("tests")


@pytest.fixture
def text(occitanie):
    source = make.source()
    make.participations(source, [make.submission({"needs": make.WITH_A_NAME})])
    return make.contribution_containing(source, "Lefort")


def test_masks_found_later_join_those_known(text):
    known = list(text.masks)
    assert remask(SYSTEM, readings=[Reading(text, [Mask(0, 2, "name")], "fr")]) == 1
    text.refresh_from_db()
    assert text.masks == [[0, 2, "name"], *known]
    assert text.masked_text.startswith("[nom] ")
    assert text.folded_text.startswith("nom ")
    assert JournalLine.objects.filter(verb="contributions.remask").count() == 1


def test_a_mask_is_never_taken_away(text):
    before = text.masked_text
    assert remask(SYSTEM, readings=[Reading(text, [], "fr")]) == 0
    text.refresh_from_db()
    assert text.masked_text == before


def test_the_language_is_kept(text):
    remask(SYSTEM, readings=[Reading(text, [], "oc")])
    text.refresh_from_db()
    assert text.language == "oc"


def test_nothing_to_read_is_nothing_to_do(db):
    assert remask(SYSTEM, readings=[]) == 0


def test_no_agent_holds_this_verb(text, analyst, data_protection_officer):
    for person in (analyst, data_protection_officer):
        with pytest.raises(Forbidden):
            remask(person, readings=[Reading(text, [], "oc")])


def test_at_most_500_texts_at_a_time(text):
    with pytest.raises(ValueError, match="500"):
        remask(SYSTEM, readings=[Reading(text, [], "fr")] * 501)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=8))
def test_joined_masks_hide_the_same_characters_in_order_and_apart(places):
    masks = [Mask(start, start + length, "name") for start, length in places]
    together = joined(masks)
    assert {p for m in together for p in range(m.start, m.end)} == {
        p for m in masks for p in range(m.start, m.end)
    }
    assert all(one.end <= other.start for one, other in zip(together, together[1:], strict=False))
