"""The engine against what is known: themes found and personal data masked, on texts whose truth is kept.

Fed by the generator and fabrique_core.text, without a database. Feeds confidence in the published themes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sklearn.metrics import v_measure_score

from fabrique.demo.generator import FULL_SIZE, CommuneRef, SimulatedResponse, TextTruth, generate
from fabrique_core.privacy.detect import detect
from fabrique_core.text.model import Analysis, Params
from fabrique_core.text.pipeline import analyse

RESPONSES = 560
NONE = "none"
#: measured: 0.51 found, 0.13 at random
BOUND = 0.45
COMMUNES = [
    CommuneRef(f"{department}{rank:03d}", f"Ville {rank}", department, 40_000 // rank)
    for department in ("09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82")
    for rank in (1, 2, 3)
]


@dataclass(frozen=True)
class Corpus:
    texts: list[str]
    truths: list[TextTruth]
    analysis: Analysis


def simulated(responses: int) -> Iterator[SimulatedResponse]:
    return generate(
        seed=2023, responses=responses, communes=COMMUNES, start=date(2026, 2, 1), end=date(2026, 3, 1)
    )


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """About 1,500 texts, analysed once with the sentence encoder."""
    texts, truths = [], []
    for response in simulated(RESPONSES):
        for key, truth in response.truth.items():
            texts.append(str(response.answers[key]))
            truths.append(truth)
    return Corpus(texts, truths, analyse(texts, params=Params(encoder="use")))


def subjects(corpus: Corpus) -> list[tuple[str, str]]:
    """(true theme, theme found) of each idea about one subject; the surest theme where it has several."""
    found: dict[int, tuple[float, str]] = {}
    for assignment in corpus.analysis.assignments:
        best = found.get(assignment.idea, (-1.0, ""))
        found[assignment.idea] = max(best, (assignment.score, assignment.theme))
    pairs = []
    for number, idea in enumerate(corpus.analysis.ideas):
        spans = [s for s in corpus.truths[idea.row].spans if s.start < idea.end and s.end > idea.start]
        themes = {theme for span in spans for theme in span.themes}
        if len(themes) == 1:
            pairs.append((themes.pop(), found.get(number, (0.0, NONE))[1]))
    return pairs


@pytest.fixture(scope="module")
def scores(corpus: Corpus) -> dict[str, float]:
    """Agreement with the truth (V-measure, 0 to 1) of the ideas that were given a theme, and of the same
    themes dealt out at random; share of the ideas that were given one."""
    pairs = subjects(corpus)
    assert len(pairs) > 1_000
    given = [pair for pair in pairs if pair[1] != NONE]
    true, found = [pair[0] for pair in given], [pair[1] for pair in given]
    dealt = random.Random(1).sample(found, len(found))
    return {
        "found": v_measure_score(true, found),
        "at_random": v_measure_score(true, dealt),
        "given": len(given) / len(pairs),
    }


def test_the_themes_found_agree_with_the_true_ones(scores: dict[str, float]) -> None:
    assert scores["found"] >= BOUND


def test_themes_dealt_at_random_fail_the_same_bound_clearly(scores: dict[str, float]) -> None:
    assert scores["at_random"] < BOUND / 2


def test_most_ideas_are_given_a_theme(scores: dict[str, float]) -> None:
    assert scores["given"] >= 0.5


@pytest.fixture(scope="module")
def personal() -> list[tuple[str, TextTruth]]:
    """Every text of the whole demonstration in which somebody is named or gives a number or an address."""
    return [
        (str(response.answers[key]), truth)
        for response in simulated(FULL_SIZE)
        for key, truth in response.truth.items()
        if truth.personal
    ]


@pytest.mark.parametrize(("kind", "bound"), [("phone", 0.99), ("email", 0.99), ("name", 0.85)])
def test_what_identifies_a_person_is_masked(
    kind: str, bound: float, personal: list[tuple[str, TextTruth]]
) -> None:
    spans = [(text, span) for text, truth in personal for span in truth.personal if span.kind == kind]
    assert len(spans) >= 30
    masked = sum(
        any(found.start <= span.start and found.end >= span.end for found in detect(text))
        for text, span in spans
    )
    assert masked / len(spans) >= bound
