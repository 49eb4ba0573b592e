"""Participation by channel under the same secrecy; persons, statements of groups and organisations never summed.

Fed by factories/restitution.py. Feeds confidence in the block of channels and in every released total.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from fabrique.analysis import services as analysis
from fabrique.common.errors import Refused
from fabrique.contributions.enums import Channel, Unit
from fabrique.contributions.models import Participation
from fabrique.contributions.services import record_participations
from fabrique.restitution.enums import Block
from fabrique.restitution.services.release import release
from tests.factories import analysis as corpus
from tests.factories import restitution as make
from tests.factories.territories import OPERATOR

pytestmark = pytest.mark.django_db


def by_channel(publication):
    wanted = make.figure_of(publication, Block.CHANNELS).figure
    values = release([row.figure for row in publication.figures.in_page_order()])
    return {row["key"]: row["count"] for row in values[wanted.pk]["rows"]}


def with_paper(personas, paper, web=60):
    made = make.world(personas, web, close=False)
    sheets = [replace(corpus.submission({}, [], place="31"), channel=Channel.PAPER) for _n in range(paper)]
    record_participations(OPERATOR, source=made.consultation.source, submissions=sheets)
    make.close_consultation(OPERATOR, consultation=made.consultation, reason="test")
    made.consultation.refresh_from_db()
    return make.prepared(made)


def test_each_channel_is_shown_with_its_own_count(personas) -> None:
    assert by_channel(with_paper(personas, 20)) == {Channel.WEB: 60, Channel.PAPER: 20}


def test_a_channel_of_a_few_is_held_back_and_so_is_the_one_that_would_tell_it(personas) -> None:
    assert by_channel(with_paper(personas, 4)) == {Channel.WEB: None, Channel.PAPER: None}


@pytest.mark.both_databases
def test_units_are_counted_apart_whatever_the_measure(personas) -> None:
    """Twelve persons, five groups of many people, three organisations: no figure says twenty, nor the people."""
    source = corpus.source()
    made = [corpus.submission({"needs": f"Besoin {n}."}, []) for n in range(12)]
    made += [
        replace(
            corpus.submission({"needs": f"Propos {n}."}, []),
            unit=Unit.GROUP,
            people=7,
            channel=Channel.WORKSHOP,
        )
        for n in range(5)
    ]
    made += [
        replace(corpus.submission({"needs": [f"Demande {n}.", "Autre."]}, []), unit=Unit.ORGANISATION)
        for n in range(3)
    ]
    record_participations(OPERATOR, source=source, submissions=made)
    assert Participation.objects.of_source(source).counted_by_unit() == {
        Unit.PERSON: 12,
        Unit.GROUP: 5,
        Unit.ORGANISATION: 3,
    }
    bases = {
        unit: analysis.evaluate(analysis.figure_expression(source, "participations", unit=unit)).base
        for unit in Unit.values
    }
    assert bases == {Unit.PERSON: 12, Unit.GROUP: 5, Unit.ORGANISATION: 3}
    texts = {
        unit: analysis.evaluate(
            analysis.figure_expression(source, "contributions", unit=unit, question="needs")
        ).base
        for unit in Unit.values
    }
    assert texts == {Unit.PERSON: 12, Unit.GROUP: 5, Unit.ORGANISATION: 6}


def test_an_expression_without_a_unit_or_with_two_is_refused(personas) -> None:
    source = corpus.source()
    expression = analysis.figure_expression(source, "participations")
    for unit in (None, ["personne", "groupe"], "toutes"):
        wrong = expression | {"population": {"source": source.public_id, "unit": unit}}
        with pytest.raises(Refused):
            analysis.evaluate(wrong)
