"""The share of a theme from a program's labels on every text and people's labels on a random sample.
Fed with the machine's labels (or scores) and a simple random sample coded by people.
Feeds the published share of a theme and its interval, valid whatever the machine's errors.

Sources: A. N. Angelopoulos et al., "Prediction-powered inference", Science (2023); for a finite population,
the difference estimator of C.-E. Särndal et al., "Model Assisted Survey Sampling" (1992), ch. 6.

The population is the texts received, all read by the machine: the interval is the uncertainty of coding among
them, never a margin of error about inhabitants. It vanishes when people have read everything. Every text has
the same chance of being in the sample: texts chosen because the machine doubted them must stay out of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fabrique_core.errors import CoreError
from fabrique_core.estimate.proportions import Interval, normal_quantile


@dataclass(frozen=True, slots=True)
class CorrectedShare:
    """``share`` among ``population`` texts, of which people read ``sampled``, and its ``interval``.

    ``machine_share`` is what the machine alone would say, ``correction`` what the sample adds to it.
    """

    share: float
    interval: Interval
    machine_share: float
    correction: float
    sampled: int
    population: int


def corrected_share(
    machine: Sequence[float],
    sample: Sequence[int],
    human: Sequence[float],
    *,
    confidence: float = 0.95,
) -> CorrectedShare:
    """Prediction-powered share: mean of ``machine`` over all texts plus mean of (human - machine) read.

    ``machine`` holds a label or a probability in [0, 1] for each of the N texts, ``sample`` the n distinct
    indices drawn at random, ``human`` their labels in [0, 1]. Half-width: z * sqrt((1 - n/N) * v / n), where
    v is the variance of the differences after z^2 is added to their sum of squares, so that a sample without
    any error keeps about the width of Wilson's interval at 0 instead of none. What people have read bounds
    both ends.

    Raises ``CoreError``: 'ppi.empty' (no text), 'ppi.length' (sample and labels differ), 'ppi.sample'
    (fewer than 2, repeated or unknown index), 'ppi.value' (a value outside [0, 1]), 'share.confidence'.
    """
    predictions, labels = np.asarray(machine, dtype=float), np.asarray(human, dtype=float)
    indices = _checked_indices(sample, len(predictions))
    if len(indices) != len(labels):
        raise CoreError("ppi.length", sample=len(indices), labels=len(labels))
    for values in (predictions, labels):
        if not bool(np.all((values >= 0) & (values <= 1))):
            raise CoreError("ppi.value")
    z = normal_quantile(confidence)
    population, sampled = len(predictions), len(indices)
    differences = labels - predictions[indices]
    machine_share, correction = float(predictions.mean()), float(differences.mean())
    squares = float(((differences - correction) ** 2).sum()) + z * z
    variance = squares / (sampled + 1) / sampled * (1 - sampled / population)
    floor, ceiling = _read_bounds(labels, population)
    estimate = machine_share + correction
    half = z * math.sqrt(variance)
    interval = Interval(
        _clamp(estimate - half, floor, ceiling), _clamp(estimate + half, floor, ceiling), confidence
    )
    share = _clamp(estimate, floor, ceiling)
    return CorrectedShare(share, interval, machine_share, correction, sampled, population)


def _checked_indices(sample: Sequence[int], population: int) -> NDArray[np.int64]:
    if population == 0:
        raise CoreError("ppi.empty")
    indices = np.asarray(sample, dtype=np.int64)
    distinct = len(set(indices.tolist()))
    if distinct < 2 or distinct != len(indices):
        raise CoreError("ppi.sample", given=len(indices), distinct=distinct)
    if int(indices.min()) < 0 or int(indices.max()) >= population:
        raise CoreError("ppi.sample", population=population)
    return indices


def _read_bounds(labels: NDArray[np.float64], population: int) -> tuple[float, float]:
    """Lowest and highest share left possible by what people have read."""
    found, refused = float(labels.sum()), float((1 - labels).sum())
    return found / population, 1 - refused / population


def _clamp(value: float, floor: float, ceiling: float) -> float:
    return min(max(value, floor), ceiling)
