"""Transactional tests (a live server, two connections) may open a consultation: all is emptied after.

Fed by factories. Feeds nothing.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from tests.factories import consultations as factory
from tests.factories import territories


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_turn_finds_an_empty_database_and_its_guards(turn: str) -> None:
    territories.load_small()
    opened = factory.opened()
    assert opened.slug == "parlons-sante"
    with pytest.raises(DatabaseError, match="frozen"):
        opened.questionnaires.current().sections.update(title=turn)
