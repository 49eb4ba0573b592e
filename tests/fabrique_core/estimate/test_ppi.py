"""The corrected share: algebra, refusals, and coverage by simulation with a fixed seed.
Fed with drawn labels.
Feeds nothing: a specification.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.estimate import CorrectedShare, corrected_share

binary = st.lists(st.integers(0, 1), min_size=4, max_size=60)


@st.composite
def studies(draw: st.DrawFn) -> tuple[list[int], list[int], list[int]]:
    machine = draw(binary)
    size = draw(st.integers(2, len(machine)))
    sample = draw(st.permutations(range(len(machine))))[:size]
    human = draw(st.lists(st.integers(0, 1), min_size=size, max_size=size))
    return machine, sample, human


def width(result: CorrectedShare) -> float:
    return result.interval.high - result.interval.low


@given(studies(), st.sampled_from([0.0, 0.3, 1.0]))
def test_a_machine_that_always_says_the_same_adds_nothing(
    study: tuple[list[int], list[int], list[int]], constant: float
) -> None:
    machine, sample, human = study
    result = corrected_share([constant] * len(machine), sample, human)
    silent = corrected_share([0.0] * len(machine), sample, human)
    assert result.share == pytest.approx(sum(human) / len(human))
    assert result.interval.low == pytest.approx(silent.interval.low)
    assert result.interval.high == pytest.approx(silent.interval.high)


@given(binary)
def test_when_people_read_everything_the_share_is_their_count_and_nothing_is_uncertain(
    truth: list[int],
) -> None:
    result = corrected_share([1 - label for label in truth], range(len(truth)), truth)
    for value in (result.share, result.interval.low, result.interval.high):
        assert value == pytest.approx(sum(truth) / len(truth))


@given(studies())
def test_share_and_interval_are_ordered_and_possible(study: tuple[list[int], list[int], list[int]]) -> None:
    machine, sample, human = study
    result = corrected_share(machine, sample, human)
    assert 0 <= result.interval.low <= result.share <= result.interval.high <= 1
    assert result.interval.low >= sum(human) / len(machine) - 1e-12
    assert result.interval.high <= 1 - (len(human) - sum(human)) / len(machine) + 1e-12


@given(studies())
def test_the_opposite_theme_is_the_mirror(study: tuple[list[int], list[int], list[int]]) -> None:
    machine, sample, human = study
    result = corrected_share(machine, sample, human)
    mirror = corrected_share([1 - m for m in machine], sample, [1 - h for h in human])
    assert mirror.share == pytest.approx(1 - result.share)
    assert mirror.interval.low == pytest.approx(1 - result.interval.high)


def test_a_sample_without_error_leaves_an_interval() -> None:
    machine = [1] * 300 + [0] * 700
    result = corrected_share(machine, range(250, 350), machine[250:350])
    assert result.share == pytest.approx(0.3)
    assert 0.02 < width(result) < 0.09


@pytest.mark.parametrize(
    ("machine", "sample", "human", "code"),
    [
        ([], [], [], "ppi.empty"),
        ([0, 1, 0], [0], [1], "ppi.sample"),
        ([0, 1, 0], [1, 1], [1, 1], "ppi.sample"),
        ([0, 1, 0], [1, 3], [1, 1], "ppi.sample"),
        ([0, 1, 0], [-1, 1], [1, 1], "ppi.sample"),
        ([0, 1, 0], [0, 1], [1], "ppi.length"),
        ([0, 1, 7], [0, 1], [1, 0], "ppi.value"),
        ([0, 1, float("nan")], [0, 1], [1, 0], "ppi.value"),
    ],
)
def test_what_cannot_be_a_random_sample_is_refused(
    machine: list[float], sample: list[int], human: list[float], code: str
) -> None:
    with pytest.raises(CoreError) as caught:
        corrected_share(machine, sample, human)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("share", "missed", "invented"),
    [(0.30, 0.25, 0.10), (0.05, 0.40, 0.02), (0.50, 0.05, 0.05), (0.02, 0.0, 0.1)],
)
def test_the_interval_holds_the_true_share_whatever_the_machine_gets_wrong(
    share: float, missed: float, invented: float
) -> None:
    draw = np.random.default_rng(20230)
    population, sampled, rounds = 4000, 300, 800
    truth = draw.random(population) < share
    machine = np.where(truth, draw.random(population) >= missed, draw.random(population) < invented)
    hits = naive_error = corrected_error = 0.0
    for _ in range(rounds):
        sample = draw.choice(population, sampled, replace=False)
        result = corrected_share(machine.tolist(), sample.tolist(), truth[sample].tolist())
        hits += result.interval.low <= truth.mean() <= result.interval.high
        corrected_error += (result.share - truth.mean()) ** 2 / rounds
        naive_error += (truth[sample].mean() - truth.mean()) ** 2 / rounds
    assert 0.935 <= hits / rounds <= 0.999
    if missed + invented < 0.2 and share == 0.5:
        assert corrected_error < naive_error / 2, "a good machine halves the error of the sample alone"


def test_machine_scores_between_zero_and_one_are_accepted() -> None:
    result = corrected_share([0.9, 0.2, 0.4, 0.5], [0, 1], [1, 0])
    assert result.machine_share == pytest.approx(0.5)
    assert result.correction == pytest.approx(-0.05)
