"""What it is for: the whole way from raw texts to described themes, as steps that can be run one by one.
What feeds it: the texts of a file (read.py) or of a corpus, in order.
What it feeds: `fabrique analyse` and the analysis job, which may run prepare and embed by chunks and resume.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fabrique_core.errors import CoreError
from fabrique_core.privacy.detect import Mask, detect
from fabrique_core.privacy.spans import NameFinder
from fabrique_core.text import themes as discovery
from fabrique_core.text.clean import clean, reason_to_set_aside, text_key
from fabrique_core.text.conclude import Distinct, Grounds, conclude
from fabrique_core.text.duplicates import Family, copies_mask, families
from fabrique_core.text.embed import (
    Encoder,
    VectorCache,
    embed_texts,
    embedding_text,
    load_encoder,
    readable_copy,
)
from fabrique_core.text.language import identify
from fabrique_core.text.lexical import centred, content_words, join, lexical_vectors
from fabrique_core.text.model import Analysis, EncoderUsed, Idea, Params, Prepared, SetAside
from fabrique_core.text.segment import segment

Vectors = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
Progress = Callable[[str, int, int], None]

STEPS = ("prepare", "copies", "embed", "discover", "assign", "describe")
_REPORT_EVERY = 200


def prepare_one(
    row: int, text: str | None, params: Params, name_finder: NameFinder | None = None
) -> Prepared | SetAside:
    """One row: set aside with its reason, or its language, personal data and ideas (offsets into the raw
    text)."""
    reason = reason_to_set_aside(text)
    if reason is not None or text is None:
        return SetAside(row, reason or "empty")
    masks = tuple(Mask(p.start, p.end, p.kind) for p in detect(text, name_finder=name_finder))
    ideas = tuple(segment(text, [(m.start, m.end) for m in masks], params.max_idea_chars))
    language = identify(clean(text), params.languages, params.expected_language)
    return Prepared(row, language, masks, ideas or ((0, len(text)),))


def prepare(
    texts: Sequence[str | None],
    params: Params,
    *,
    name_finder: NameFinder | None = None,
    progress: Progress | None = None,
) -> tuple[list[Prepared], list[SetAside]]:
    """Rows kept and rows set aside; together they are all the rows, in order."""
    if progress is not None:
        progress("prepare", 0, len(texts))
    kept: list[Prepared] = []
    aside: list[SetAside] = []
    for row, text in enumerate(texts):
        result = prepare_one(row, text, params, name_finder)
        if isinstance(result, Prepared):
            kept.append(result)
        else:
            aside.append(result)
        if progress is not None and ((row + 1) % _REPORT_EVERY == 0 or row + 1 == len(texts)):
            progress("prepare", row + 1, len(texts))
    return kept, aside


def ideas_of(texts: Sequence[str | None], prepared: Sequence[Prepared]) -> tuple[list[Idea], list[str]]:
    """All ideas in order, and a clean copy of each without personal data, case kept."""
    ideas: list[Idea] = []
    copies: list[str] = []
    for item in prepared:
        raw = texts[item.row] or ""
        for start, end in item.ideas:
            ideas.append(Idea(item.row, start, end))
            inside = [
                (max(m.start, start) - start, min(m.end, end) - start)
                for m in item.masks
                if m.start < end and m.end > start
            ]
            copies.append(readable_copy(raw[start:end], inside))
    return ideas, copies


def find_copies(texts: Sequence[str | None], prepared: Sequence[Prepared], params: Params) -> list[Family]:
    """Families of copied answers; members are rows of the corpus."""
    rows = [item.row for item in prepared]
    found = families([texts[row] or "" for row in rows], threshold=params.copy_threshold, seed=params.seed)
    return [replace(f, members=tuple(rows[m] for m in f.members)) for f in found]


def distinct_ideas(
    ideas: Sequence[Idea], copies: Sequence[str], found: Sequence[Family], rows: int
) -> Distinct:
    """One node for each distinct idea, letter case and accents apart, so that repeats weigh once in
    discovery.

    An idea without any word that says something of a subject (« mais quand même ») takes no part in
    discovery.
    """
    is_copy = copies_mask(rows, found)
    nodes: dict[str, int] = {}
    of = np.zeros(len(ideas), dtype=np.int64)
    first: list[int] = []
    discovers: list[bool] = []
    for i, (idea, copy) in enumerate(zip(ideas, copies, strict=True)):
        node = nodes.setdefault(text_key(copy), len(nodes))
        if node == len(first):
            first.append(i)
            discovers.append(False)
        of[i] = node
        discovers[node] = discovers[node] or (not is_copy[idea.row] and bool(content_words(copy)))
    return Distinct(of, np.array(first, dtype=np.int64), np.array(discovers, dtype=bool))


def vectors_of(
    copies: Sequence[str],
    params: Params,
    encoder: Encoder | None,
    *,
    cache: VectorCache | None = None,
    progress: Progress | None = None,
) -> Vectors:
    """Unit vectors (n, d) of distinct ideas: the sentence encoder joined to the words, or the words alone."""
    if progress is not None:
        progress("embed", 0, len(copies))
    words = lexical_vectors(copies, seed=params.seed)
    if encoder is None:
        if progress is not None:
            progress("embed", len(copies), len(copies))
        return words
    report = None if progress is None else (lambda done, total: progress("embed", done, total))
    sentences = centred(
        embed_texts([embedding_text(c) for c in copies], encoder, cache=cache, progress=report)
    )
    return join(sentences, words, params.lexical_weight) if params.lexical_weight > 0 else sentences


def _lot(seed: int, copy: str) -> bytes:
    """What draws an idea: a hash of seed and text, so that the order of the rows does not matter."""
    return hashlib.sha256(f"{seed}|{copy}".encode()).digest()


def discover(
    vectors: Vectors,
    distinct: Distinct,
    copies: Sequence[str],
    params: Params,
    progress: Progress | None = None,
) -> tuple[discovery.Tree, Labels]:
    """The tree found among the ideas that take part, and their positions (m,) among the distinct ideas.

    Above `most_discovered` ideas, a sample drawn by hash of the text stands for all; the rest is only
    assigned.
    """
    nodes = np.flatnonzero(distinct.discovers & np.any(vectors != 0, axis=1))
    if len(nodes) > params.most_discovered:
        drawn = sorted(nodes.tolist(), key=lambda node: _lot(params.seed, copies[node]))
        nodes = np.sort(np.array(drawn[: params.most_discovered], dtype=np.int64))
    report = None if progress is None else (lambda done, total: progress("discover", done, total))
    if report is not None:
        report(0, 1)
    tree = replace(params.tree, seed=params.seed)
    return discovery.discover(vectors[nodes], tree, report), nodes


def analyse(
    texts: Sequence[str | None],
    *,
    params: Params | None = None,
    progress: Progress | None = None,
    cache_folder: Path | None = None,
    cache_key: bytes = b"",
    name_finder: NameFinder | None = None,
    model_folder: Path | None = None,
) -> Analysis:
    """The whole analysis of a list of raw texts; `progress(step, done, total)` is called along the way.

    Raises CoreError engine.* where the encoder asked for cannot be had, analysis.nothing_left where every
    row was
    set aside.
    """
    params = params or Params()
    encoder, fallback = load_encoder(params.encoder, model_folder)
    prepared, aside = prepare(texts, params, name_finder=name_finder, progress=progress)
    if not prepared:
        raise CoreError("analysis.nothing_left", rows=len(texts))
    report = progress or (lambda step, done, total: None)
    report("copies", 0, 1)
    found = find_copies(texts, prepared, params)
    ideas, copies = ideas_of(texts, prepared)
    distinct = distinct_ideas(ideas, copies, found, len(texts))
    report("copies", 1, 1)
    cache = VectorCache(cache_folder, encoder.version, cache_key) if cache_folder and encoder else None
    node_copies = [copies[i] for i in distinct.first]
    vectors = vectors_of(node_copies, params, encoder, cache=cache, progress=progress)
    tree, nodes = discover(vectors, distinct, node_copies, params, progress)
    used = EncoderUsed(encoder.name if encoder else "lexical", encoder.version if encoder else "1", fallback)
    grounds = Grounds(
        tuple(prepared), tuple(aside), tuple(found), tuple(ideas), distinct, tuple(node_copies), vectors
    )
    return conclude(texts, grounds, tree, nodes, params=params, encoder=used, progress=progress)
