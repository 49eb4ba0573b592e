"""Who was asked: a question added by a correction is put only to those who answered a version that holds it.

Fed by factories/analysis.py. Feeds confidence in the bases that services.closed gives.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from fabrique.analysis import services
from fabrique.contributions.models import SourceQuestion
from fabrique.contributions.services import GivenAnswer, record_participations
from tests.factories import analysis as make
from tests.factories.territories import OPERATOR

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def recorded(*versions):
    """One act a version named (None: not known); those of version 2 say yes and write a need."""
    source = make.source()
    made = []
    for version in versions:
        second = version == 2
        given = [GivenAnswer("gave_up", "yes")] if second else []
        texts = {"needs": "Un besoin de transport."} if second else {}
        made.append(replace(make.submission(texts, given), form_version=version))
    record_participations(OPERATOR, source=source, submissions=made)
    return source


def stands_in(source, key, *versions):
    SourceQuestion.objects.filter(source=source, key=key).update(versions=list(versions))


def closed(source):
    return services.evaluate(services.figure_expression(source, "closed_answer", question="gave_up"))


def test_who_answered_a_version_without_the_question_is_not_in_its_base(occitanie) -> None:
    source = recorded(1, 1, 1, 2, 2)
    stands_in(source, "gave_up", 2)
    found = closed(source)
    assert (found.base, found.missing) == (2, 0)
    assert found.result["restricted"] is True


def test_an_act_of_unknown_version_counts_as_asked(occitanie) -> None:
    source = recorded(None, 1, 2)
    stands_in(source, "gave_up", 2)
    assert (closed(source).base, closed(source).missing) == (2, 1)


def test_a_question_of_every_version_is_put_to_all_and_its_figure_says_nothing_of_versions(occitanie) -> None:
    source = recorded(1, 2)
    stands_in(source, "gave_up", 1, 2)
    assert closed(source).base == 2
    assert "restricted" not in closed(source).result


def test_an_open_question_tells_how_many_were_shown_it(occitanie) -> None:
    source = recorded(1, 1, 2)
    stands_in(source, "needs", 2)
    found = services.evaluate(services.figure_expression(source, "contributions", question="needs"))
    assert (found.result["shown"], found.result["rows"][0]["participations"]) == (1, 1)


def test_a_condition_and_a_version_hold_together(occitanie) -> None:
    source = recorded(1, 2, 2)
    SourceQuestion.objects.filter(source=source, key="needs").update(
        show_if={"question": "gave_up", "any_of": ["yes"]}, versions=[2]
    )
    found = services.evaluate(services.figure_expression(source, "contributions", question="needs"))
    assert found.result["shown"] == 2
