"""Weights that bring respondents back to known margins of the population (raking), and what they cost.
Fed with coarse profiles of individual questionnaires and the margins of the reference population.
Feeds weighted shares, shown beside the raw ones with effective size and design effect.

Sources: W. E. Deming and F. F. Stephan (1940) for raking; L. Kish, "Survey Sampling" (1965) for the effective
size (sum w)^2 / sum w^2 and the design effect n / effective size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fabrique_core.errors import CoreError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unweightable:
    """A row left out: ``reason`` is 'missing' or 'unknown' (a value that the margin does not hold)."""

    row: int
    dimension: str
    reason: str


@dataclass(frozen=True, slots=True)
class Weighting:
    """One weight a row, of mean 1 over the weighted rows; None for the ``unweightable``, with their reasons.

    ``deviation`` is the largest gap left between a weighted margin and its target (in share), ``capped`` the
    number of weights at the cap.
    """

    weights: tuple[float | None, ...]
    unweightable: tuple[Unweightable, ...]
    effective_size: float
    design_effect: float
    deviation: float
    capped: int
    iterations: int


def effective_size(weights: Sequence[float]) -> float:
    """Kish's effective number of respondents; 0 for no weight. Raises ``CoreError('weighting.weight')``."""
    values = np.asarray(weights, dtype=float)
    if not bool(np.all(np.isfinite(values) & (values >= 0))):
        raise CoreError("weighting.weight")
    squares = float((values**2).sum())
    return float(values.sum()) ** 2 / squares if squares else 0.0


def design_effect(weights: Sequence[float]) -> float:
    """How many times more respondents it would take without weights: n / effective size, 1 at least."""
    size = effective_size(weights)
    if size == 0:
        raise CoreError("weighting.empty")
    return len(weights) / size


def weighted_share(weights: Sequence[float | None], values: Sequence[bool | None]) -> float | None:
    """Weighted share of True among rows that have both a weight and a value; None where there is none."""
    pairs = [
        (weight, value)
        for weight, value in zip(weights, values, strict=True)
        if weight is not None and value is not None
    ]
    total = sum(weight for weight, _ in pairs)
    return sum(weight for weight, value in pairs if value) / total if total else None


def rake(
    rows: Sequence[Mapping[str, str | None]],
    margins: Mapping[str, Mapping[str, float]],
    *,
    cap: float | None = 5.0,
    tolerance: float = 1e-6,
    max_iterations: int = 1000,
) -> Weighting:
    """Weights whose ``margins`` (dimension -> category -> population count or share) match the targets.

    ``cap`` bounds each weight at that many times the mean. A row with a missing or unknown value in any
    dimension is unweightable, and counted. A crossed margin is a dimension like another (« sex x age »).

    Raises ``CoreError``: 'weighting.margin' (empty or negative), 'weighting.empty' (no weightable row),
    'weighting.category' (people in the population, no respondent to stand for them), 'weighting.cap' (cap
    under 1), 'weighting.convergence' (targets out of reach with this cap, or too few iterations).
    """
    targets = {dimension: _target(dimension, margin) for dimension, margin in margins.items()}
    if not targets:
        raise CoreError("weighting.margin")
    if cap is not None and cap < 1:
        raise CoreError("weighting.cap", cap=cap)
    unweightable = _unweightable(rows, targets)
    left_out = {item.row for item in unweightable}
    kept = [index for index in range(len(rows)) if index not in left_out]
    if not kept:
        raise CoreError("weighting.empty")
    groups = _groups([rows[index] for index in kept], targets)
    found, deviation, iterations = _iterate(len(kept), groups, cap, tolerance, max_iterations)
    weights: list[float | None] = [None] * len(rows)
    for index, weight in zip(kept, found.tolist(), strict=True):
        weights[index] = weight
    size = effective_size(found.tolist())
    capped = 0 if cap is None else int((found >= cap * (1 - 1e-9)).sum())
    return Weighting(tuple(weights), unweightable, size, len(kept) / size, deviation, capped, iterations)


def _target(dimension: str, margin: Mapping[str, float]) -> dict[str, float]:
    total = sum(margin.values())
    if total <= 0 or min(margin.values()) < 0:
        raise CoreError("weighting.margin", dimension=dimension)
    return {category: count / total for category, count in margin.items()}


def _unweightable(
    rows: Sequence[Mapping[str, str | None]], targets: Mapping[str, Mapping[str, float]]
) -> tuple[Unweightable, ...]:
    found: list[Unweightable] = []
    for index, row in enumerate(rows):
        for dimension, target in targets.items():
            value = row.get(dimension)
            if value is None or target.get(value, 0.0) == 0.0:
                found.append(Unweightable(index, dimension, "missing" if value is None else "unknown"))
                break
    return tuple(found)


def _groups(
    rows: Sequence[Mapping[str, str | None]], targets: Mapping[str, Mapping[str, float]]
) -> list[list[tuple[NDArray[np.int64], float]]]:
    """For each dimension, the rows of each category (as indices) and the target share of that category."""
    dimensions = []
    for dimension, target in targets.items():
        members: dict[str, list[int]] = {category: [] for category, share in target.items() if share > 0}
        for index, row in enumerate(rows):
            members[str(row[dimension])].append(index)
        for category, indices in members.items():
            if not indices:
                raise CoreError("weighting.category", dimension=dimension, category=category)
        dimensions.append([(np.asarray(indices), target[category]) for category, indices in members.items()])
    return dimensions


def _iterate(
    size: int,
    dimensions: Sequence[Sequence[tuple[NDArray[np.int64], float]]],
    cap: float | None,
    tolerance: float,
    max_iterations: int,
) -> tuple[Array, float, int]:
    weights: Array = np.ones(size)
    deviation = _deviation(weights, dimensions)
    for iteration in range(max_iterations):
        if deviation <= tolerance:
            return weights, deviation, iteration
        for groups in dimensions:
            for indices, share in groups:
                weights[indices] *= share * size / weights[indices].sum()
        if cap is not None:
            np.minimum(weights, cap, out=weights)
            # Restoring the mean may push a weight past the cap by a hair: the next turn takes it back.
            weights *= size / weights.sum()
            np.minimum(weights, cap, out=weights)
        deviation = _deviation(weights, dimensions)
    if deviation <= tolerance:
        return weights, deviation, max_iterations
    raise CoreError("weighting.convergence", deviation=deviation, iterations=max_iterations, cap=cap)


def _deviation(weights: Array, dimensions: Sequence[Sequence[tuple[NDArray[np.int64], float]]]) -> float:
    total = float(weights.sum())
    gaps = [
        abs(float(weights[indices].sum()) / total - share)
        for groups in dimensions
        for indices, share in groups
    ]
    return max(gaps)
