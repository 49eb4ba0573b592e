"""What it is for: giving each idea its themes with a score, several allowed, none allowed.
What feeds it: the vectors of all ideas and the themes found among the distinct ones.
What it feeds: the sizes of themes, the coded data, and later the human validation that measures its errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from fabrique_core.text.lexical import unit
from fabrique_core.text.themes import Tree

Vectors = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_NEAREST = 6
_BLOCK = 4096
_FEWEST_TO_FIT = 50
# Curves for corpora too small to learn them: half at a cosine of 0.5, or of 0.3 with a lead of 0.1.
_SMALL_CLOSE = (-6.0, 12.0)
_SMALL_LEAD = (-4.0, 8.0, 16.0)


@dataclass(frozen=True)
class Assigner:
    """Centroids (leaves, d), the parent of each leaf, and the two curves that make a score.

    The score of an idea for a first-level theme is the larger of two logistic curves: one of its closeness
    (cosine
    with the nearest leaf of the theme), which lets an idea belong to several themes; one of its closeness
    and of its
    lead over the next theme, which finds the theme of an idea that resembles none very much. It tells how
    sure the
    machine is of *its own* themes: how often people would agree is measured by validation, not here.
    """

    centroids: Vectors
    parent_of: tuple[int, ...]
    close: tuple[float, float]
    lead: tuple[float, float, float]

    def scores(self, vectors: Vectors) -> tuple[Floats, Labels]:
        """Scores (n, parents) in [0, 1] and the nearest leaf of each parent (n, parents); zero vectors score
        0."""
        near, leaves = _nearest_leaves(vectors, self.centroids, self.parent_of)
        lead = _lead(near)
        by_closeness = _logistic(self.close[0] + self.close[1] * near)
        by_lead = _logistic(self.lead[0] + self.lead[1] * near + self.lead[2] * lead)
        values: Floats = np.maximum(by_closeness, by_lead).astype(np.float64).round(6)
        values[~np.any(vectors != 0, axis=1)] = 0.0
        return values, leaves


def fit(vectors: Vectors, tree: Tree) -> Assigner:
    """Learns centroids and curves from the distinct ideas (n, d) and the tree that discovery made of them."""
    count = len(tree.parent_of)
    if count == 0:
        return Assigner(np.zeros((0, vectors.shape[1]), dtype=np.float32), (), _SMALL_CLOSE, _SMALL_LEAD)
    with threadpool_limits(limits=1):
        means = [vectors[tree.leaves == leaf].astype(np.float64).mean(axis=0) for leaf in range(count)]
        centroids = unit(np.vstack(means))
        near, _ = _nearest_leaves(vectors, centroids, tree.parent_of)
        features, belongs = _examples(near, tree.parents)
        if len(vectors) < _FEWEST_TO_FIT or belongs.all() or not belongs.any():
            return Assigner(centroids, tree.parent_of, _SMALL_CLOSE, _SMALL_LEAD)
        close = _curve(features[:, :1], belongs)
        lead = _curve(features, belongs)
    return Assigner(centroids, tree.parent_of, (close[0], close[1]), (lead[0], lead[1], lead[2]))


def _curve(features: Floats, belongs: npt.NDArray[np.bool_]) -> list[float]:
    """Intercept and weights of a logistic regression, rounded so that the last bits of a solver do not
    matter."""
    model = LogisticRegression(C=100.0, max_iter=500).fit(features, belongs)
    return [round(float(value), 6) for value in (model.intercept_[0], *model.coef_[0])]


def _logistic(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -50.0, 50.0))))


def _nearest_leaves(
    vectors: Vectors, centroids: Vectors, parent_of: tuple[int, ...]
) -> tuple[Floats, Labels]:
    """Cosine (n, parents) with the nearest leaf of each parent, and which leaf it is."""
    parents = max(parent_of, default=-1) + 1
    near = np.full((len(vectors), parents), -1.0)
    leaves = np.zeros((len(vectors), parents), dtype=np.int64)
    for start in range(0, len(vectors), _BLOCK):
        block = slice(start, start + _BLOCK)
        cosines = np.round((vectors[block] @ centroids.T).astype(np.float64), 6)
        for leaf, parent in enumerate(parent_of):
            better = cosines[:, leaf] > near[block, parent]
            near[block, parent][better] = cosines[better, leaf]
            leaves[block, parent][better] = leaf
    return near, leaves


def _lead(near: Floats) -> Floats:
    """How far each theme (n, parents) is ahead of the best other one; zeros where there is one theme only."""
    if near.shape[1] < 2:
        return np.zeros_like(near)
    order = np.sort(near, axis=1)
    best, second = order[:, -1:], order[:, -2:-1]
    return near - np.where(near >= best, second, best)


def _examples(near: Floats, parents: Labels) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Pairs (idea, theme) for the nearest themes of each idea: closeness, lead, and whether discovery put it
    there."""
    lead = _lead(near)
    top = min(_NEAREST, near.shape[1])
    columns = np.argsort(-near, axis=1, kind="stable")[:, :top].ravel()
    rows = np.repeat(np.arange(len(near)), top)
    return np.column_stack([near[rows, columns], lead[rows, columns]]), parents[rows] == columns


def choose(scores: Floats, leaves: Labels, threshold: float, most: int) -> list[list[tuple[int, float]]]:
    """For each idea, its leaves (index, score) at the threshold or above, best first, one a parent, at most
    `most`."""
    chosen: list[list[tuple[int, float]]] = []
    for row, nearest in zip(scores, leaves, strict=True):
        candidates = np.flatnonzero(row >= threshold)
        ranked = sorted(
            ((float(row[p]), int(nearest[p])) for p in candidates), key=lambda pair: (-pair[0], pair[1])
        )
        chosen.append([(leaf, score) for score, leaf in ranked[:most]])
    return chosen
