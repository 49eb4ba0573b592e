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

Vectors = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

_NEAREST = 6
_BLOCK = 4096
_FEWEST_TO_FIT = 50


@dataclass(frozen=True)
class Assigner:
    """Centroids (k, d) and the two-variable logistic curve that turns closeness into a score.

    score = 1 / (1 + exp(-(intercept + a · cosine + b · margin))), the margin being the cosine with the theme less
    the best cosine with another. It tells how sure the machine is of *its own* themes: how often people would
    agree is measured by validation, not here.
    """

    centroids: Vectors
    intercept: float
    cosine: float
    margin: float

    def scores(self, vectors: Vectors) -> npt.NDArray[np.float64]:
        """Scores (n, k) in [0, 1]; rows of zeros (no known word) score 0 everywhere."""
        if not len(self.centroids):
            return np.zeros((len(vectors), 0))
        near, margins = _closeness(vectors, self.centroids)
        values = 1.0 / (1.0 + np.exp(-(self.intercept + self.cosine * near + self.margin * margins)))
        values[~np.any(vectors != 0, axis=1)] = 0.0
        return np.asarray(np.round(values, 6))


def fit(vectors: Vectors, leaves: Labels) -> Assigner:
    """Learns centroids and the score from the distinct ideas (n, d) and their leaf (-1: none)."""
    count = int(leaves.max(initial=-1)) + 1
    if count == 0:
        return Assigner(np.zeros((0, vectors.shape[1]), dtype=np.float32), 0.0, 0.0, 0.0)
    with threadpool_limits(limits=1):
        centroids = unit(np.vstack([vectors[leaves == leaf].astype(np.float64).mean(axis=0) for leaf in range(count)]))
        features, belongs = _examples(vectors, leaves, centroids)
        if len(belongs) < _FEWEST_TO_FIT or belongs.all() or not belongs.any():
            return Assigner(centroids, -4.0, 8.0, 4.0)
        model = LogisticRegression(C=100.0, max_iter=500).fit(features, belongs)
    intercept, (cosine, margin) = float(model.intercept_[0]), (float(w) for w in model.coef_[0])
    return Assigner(centroids, round(intercept, 6), round(cosine, 6), round(margin, 6))


def _closeness(vectors: Vectors, centroids: Vectors) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Cosines (n, k) with each theme and margins (n, k) over the best other theme."""
    near = np.vstack([vectors[i : i + _BLOCK] @ centroids.T for i in range(0, len(vectors), _BLOCK)]).astype(np.float64)
    if near.shape[1] == 1:
        return near, np.zeros_like(near)
    order = np.sort(near, axis=1)
    best, second = order[:, -1:], order[:, -2:-1]
    return near, near - np.where(near >= best, second, best)


def _examples(vectors: Vectors, leaves: Labels, centroids: Vectors) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Pairs (idea, theme) for the nearest themes of each idea: cosine, margin, and whether discovery put it there."""
    near, margins = _closeness(vectors, centroids)
    top = min(_NEAREST, near.shape[1])
    themes = np.argsort(-near, axis=1, kind="stable")[:, :top]
    rows = np.repeat(np.arange(len(vectors)), top)
    columns = themes.ravel()
    features = np.column_stack([near[rows, columns], margins[rows, columns]])
    return features, leaves[rows] == columns


def choose(scores: npt.NDArray[np.float64], threshold: float, most: int) -> list[list[tuple[int, float]]]:
    """For each idea, its themes (index, score) at the threshold or above, best first, at most `most`."""
    chosen: list[list[tuple[int, float]]] = []
    for row in scores:
        candidates = np.flatnonzero(row >= threshold)
        ranked = sorted(((float(row[t]), int(t)) for t in candidates), key=lambda pair: (-pair[0], pair[1]))
        chosen.append([(theme, score) for score, theme in ranked[:most]])
    return chosen
