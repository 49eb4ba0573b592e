"""What opinions changed: every line that moved, its cause, and the refusals until all is said.

Fed by factories/formal.py. Feeds nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabrique.accounts.enums import RoleCode
from fabrique.common.conflicts import token_of
from fabrique.common.errors import Forbidden, Refused
from fabrique.plan.models import FormalConsultation
from fabrique.plan.services.opinions import correct_opinion, reply_to_point
from fabrique.plan.services.texts import Compared, TextLine, compared, field_name, kind_of, parts_of
from fabrique.plan.services.wording import (
    cause_of,
    changes_without_cause,
    compare_texts,
    compared_texts,
    publish_differences,
    tie_change,
)
from tests.factories import formal
from tests.factories.territories import OPERATOR

KEYS = st.lists(st.sampled_from("abcde"), unique=True)


def lines(keys: list[str], text: str) -> list[TextLine]:
    return [TextLine(f"objective:{key}", "title", text + key) for key in keys]


@given(KEYS, KEYS)
@settings(max_examples=60)
def test_every_line_of_both_texts_is_there_once_in_the_order_of_the_later(
    old: list[str], new: list[str]
) -> None:
    found = compared(lines(old, "Avant "), lines(new, "Après "))
    keys = [one.about[-1] for one in found]
    assert sorted(keys) == sorted({*old, *new})
    assert [key for key in keys if key in new] == new
    assert {one.about[-1] for one in found if not one.before} == {*new} - {*old}
    assert {one.about[-1] for one in found if not one.after} == {*old} - {*new}


def test_a_line_that_went_stands_where_it_stood() -> None:
    found = compared(lines(["a", "b", "c"], ""), lines(["a", "c"], ""))
    assert [(one.about, one.changed) for one in found] == [
        ("objective:a", False),
        ("objective:b", True),
        ("objective:c", False),
    ]


def test_parts_are_named_in_words() -> None:
    [part] = parts_of(
        [TextLine("objective:bus", "title", "Dix bus"), TextLine("objective:bus", "description", "x")]
    )
    assert (part.kind, part.title) == ("Objectif opérationnel", "Dix bus")
    assert parts_of([TextLine("challenge:d7", "description", "x")])[0].title == "d7"
    assert (kind_of("key:agir"), field_name("objective:bus", "title")) == ("Clé pour réussir", "intitulé")


pages = pytest.mark.usefixtures("occitanie")


@pages
@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_adopted_text_is_compared_line_by_line_and_published_once_each_has_its_cause() -> None:
    done = formal.adopted()
    consultation = done.consultation
    change = consultation.changes.get()
    assert (change.before, change.after) == (
        "Mettre en route dix bus de santé.",
        "Mettre en route quinze bus de santé.",
    )
    assert Compared("objective:bus", "title", change.before, change.after) in compared_texts(consultation)
    assert sum(one.changed for one in compared_texts(consultation)) == 1
    refused("formal.changes_without_cause", publish_differences, consultation=consultation)
    seen = token_of(cause_of(change))
    tie_change(OPERATOR, change=change, points=[done.taken], expected=seen)
    refused("edit.conflict", tie_change, change=change, reason="Une coquille.", expected=seen)
    compare_texts(OPERATOR, consultation=consultation)
    assert consultation.changes.get().points.get() == done.taken, "compared again, nothing is lost"
    assert not changes_without_cause(consultation).exists()
    assert publish_differences(OPERATOR, consultation=consultation).published_at is not None
    refused("formal.published", publish_differences, consultation=consultation)
    refused("formal.published", tie_change, change=change, reason="Autre")
    refused("formal.published", reply_to_point, point=done.taken, kind="retenu", words="Autre")
    opinion = done.taken.opinion
    values = {"tone": "favorable", "text": "", "received_on": opinion.received_on}
    refused("formal.ended", correct_opinion, opinion=opinion, **values)


@pages
@pytest.mark.django_db
def test_a_change_rests_on_points_that_were_taken_or_on_another_reason(personas: Any) -> None:
    done = formal.adopted()
    change = done.consultation.changes.get()
    refused("change.cause", tie_change, change=change, reason=" ")
    refused("change.not_taken", tie_change, change=change, points=[done.refused])
    other = formal.ended(formal.a_plan("Autre plan"))
    refused("change.points", tie_change, change=change, points=[other.taken])
    with pytest.raises(Forbidden):
        tie_change(personas[RoleCode.READER], change=change, reason="Coquille.")
    tie_change(personas[RoleCode.PLAN_LEAD], change=change, reason="Coquille.")
    tie_change(OPERATOR, change=change, points=[done.taken])
    refused("reply.tied", reply_to_point, point=done.taken, kind="non-retenu", words="Non.")
    reply_to_point(OPERATOR, point=done.taken, kind="en-partie", words="Quinze, pas vingt.")


@pages
@pytest.mark.django_db
def test_nothing_is_compared_nor_published_before_the_adoption() -> None:
    consultation = formal.opened()
    refused("formal.not_ended", compare_texts, consultation=consultation)
    done = formal.ended(formal.a_plan("Autre plan"))
    refused("formal.not_adopted", compare_texts, consultation=done.consultation)
    refused("formal.not_adopted", publish_differences, consultation=done.consultation)
    assert compared_texts(done.consultation) == []


@pages
@pytest.mark.django_db
def test_a_late_opinions_point_waits_for_its_reply_before_the_publication() -> None:
    done = formal.adopted()
    tie_change(OPERATOR, change=done.consultation.changes.get(), reason="Coquille.")
    received = formal.opinion(formal.one(done.consultation, "Préfet"), formal.CLOSES_ON.replace(day=20))
    late = formal.point(received, "Et l’hiver ?", "")
    refused("formal.points_without_reply", publish_differences, consultation=done.consultation)
    reply_to_point(OPERATOR, point=late, kind="deja", words="C’est écrit.")
    publish_differences(OPERATOR, consultation=done.consultation)
    assert FormalConsultation.objects.get().published_at is not None


def refused(code: str, verb: Any, **given: Any) -> None:
    with pytest.raises(Refused) as found:
        verb(OPERATOR, **given)
    assert found.value.code == code
