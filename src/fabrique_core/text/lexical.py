"""What it is for: vectors made of the words themselves (TF-IDF then LSA): the fallback, and a complement.
What feeds it: the embedding copies of the ideas of one corpus.
What it feeds: themes.py, alone or joined at half weight to the sentence vectors.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits

from fabrique_core.text.stopwords import STOP_WORDS
from fabrique_core.text.words import keys

Vectors = npt.NDArray[np.float32]
DIMENSIONS = 128


def content_words(text: str) -> list[str]:
    """Folded word keys of a text without the words that say nothing of the subject."""
    return [key for key in keys(text) if key not in STOP_WORDS]


def lexical_vectors(texts: Sequence[str], *, seed: int, dimensions: int = DIMENSIONS) -> Vectors:
    """Unit vectors (n, d) by TF-IDF and truncated SVD, d at most `dimensions`; a text of unknown words is
    zero."""
    if not any(content_words(text) for text in texts):
        return np.zeros((len(texts), 1), dtype=np.float32)
    with threadpool_limits(limits=1):
        vectorizer = TfidfVectorizer(
            analyzer=content_words, min_df=2 if len(texts) >= 50 else 1, sublinear_tf=True, dtype=np.float64
        )
        try:
            weights = vectorizer.fit_transform(texts)
        except ValueError:
            # No word occurs twice: nothing is shared, so nothing can be compared.
            return np.zeros((len(texts), 1), dtype=np.float32)
        width = min(dimensions, weights.shape[1] - 1, weights.shape[0] - 1)
        if width < 2:
            return unit(weights.toarray())
        return unit(TruncatedSVD(width, random_state=seed, n_iter=4).fit_transform(weights))


def unit(vectors: npt.NDArray[np.floating]) -> Vectors:
    """Rows divided by their norm; rows of zeros stay zeros."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(norms > 1e-12, norms, 1.0)).astype(np.float32)
    return scaled


def centred(vectors: Vectors) -> Vectors:
    """Unit vectors less what all the texts of the corpus share; a corpus of one text or less is left as it
    is.

    What is common (the subject of the consultation, the tone of an answer) hides what differs: on French
    answers
    taking it out raised the stability of themes from 0.69 to 0.77 and recovery on coded answers from 0.51 to
    0.63.
    """
    if len(vectors) < 2:
        return vectors
    return unit(vectors.astype(np.float64) - vectors.astype(np.float64).mean(axis=0))


def join(sentence: Vectors, lexical: Vectors, weight: float) -> Vectors:
    """Unit vectors of both, side by side, the lexical part at the given weight (0.5: measured best, design
    §9)."""
    return unit(np.hstack([sentence, np.float32(weight) * lexical]))
