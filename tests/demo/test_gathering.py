"""The common corpus of the demonstration: one question heard through two channels, left to the analyst."""

from __future__ import annotations

import pytest

from fabrique.analysis.models import Run
from fabrique.analysis.services import contributions_of, parts_of
from fabrique.common.errors import Refused
from fabrique.contributions.enums import SourceKind
from fabrique.contributions.services import register_questions
from fabrique.demo.gathering import load_gathering
from fabrique.demo.people import load_people
from fabrique.demo.workshops import NEEDS
from tests.factories import analysis as corpus
from tests.factories.common import heard
from tests.factories.territories import OPERATOR, department, region

pytestmark = pytest.mark.django_db


def asking(kind, place, key, wording):
    source = heard(f"Source {key}", kind=kind, place=place, texts=["Autre chose."])
    register_questions(
        OPERATOR, source=source, questions=[{"key": key, "kind": "long_text", "wording": wording}]
    )
    corpus.participations(source, [corpus.submission({key: "Un médecin plus près."})])
    return source


def test_the_same_question_of_two_channels_is_gathered_for_the_analyst_and_not_run(occitanie) -> None:
    agents = load_people(OPERATOR, region())
    with pytest.raises(Refused) as found:
        load_gathering(OPERATOR, agents, region(), print)
    assert found.value.code == "demo.gathering"
    asked = [
        asking(SourceKind.CONSULTATION, region(), "needs", "À quels besoins répondre ?"),
        asking(SourceKind.MEETING, department("46"), "manque", f"{NEEDS} (difficultés)"),
    ]
    said: list[str] = []
    common = load_gathering(OPERATOR, agents, region(), said.append)
    assert [(part.source, part.questions) for part in parts_of(common)] == [
        (asked[0], ("needs",)),
        (asked[1], ("manque",)),
    ]
    assert common.perimeter == region()
    assert contributions_of(common).count() == 2
    assert not Run.objects.exists()
    assert len(said) == 1
