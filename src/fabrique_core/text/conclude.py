"""What it is for: from a tree of distinct ideas to the result: assignments, sizes, labels, terms and quotes.
What feeds it: the steps of pipeline.py before it (Grounds) and the tree of themes.py.
What it feeds: the Analysis record that reports and jobs read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fabrique_core.text import describe
from fabrique_core.text.assign import Assigner, choose, fit
from fabrique_core.text.corpus import file_fingerprint
from fabrique_core.text.duplicates import Family
from fabrique_core.text.model import (
    Analysis,
    Assignment,
    EncoderUsed,
    Idea,
    Params,
    Prepared,
    SetAside,
    Theme,
)
from fabrique_core.text.themes import Tree

Vectors = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Distinct:
    """The distinct ideas: `of` (ideas,) gives for each idea its node, `first` the idea that stands for a
    node.

    `discovers` (nodes,) tells which take part in discovery: those met outside copies, or in the first of a
    family.
    """

    of: Labels
    first: Labels
    discovers: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Grounds:
    """What the steps before discovery learned; `copies` (nodes,) and `vectors` (nodes, d) are of distinct
    ideas."""

    prepared: tuple[Prepared, ...]
    set_aside: tuple[SetAside, ...]
    families: tuple[Family, ...]
    ideas: tuple[Idea, ...]
    distinct: Distinct
    copies: tuple[str, ...]
    vectors: Vectors


def conclude(
    texts: Sequence[str | None],
    grounds: Grounds,
    tree: Tree,
    nodes: Labels,
    *,
    params: Params,
    encoder: EncoderUsed,
    progress: Progress | None = None,
) -> Analysis:
    """Assigns every idea, measures and describes every theme; `nodes` (m,) are the ideas that the tree
    labels."""
    report = progress or (lambda step, done, total: None)
    report("assign", 0, 1)
    assigner = fit(grounds.vectors[nodes], tree)
    chosen = choose(*assigner.scores(grounds.vectors), params.score_threshold, params.most_themes)
    report("assign", 1, 1)
    by_leaf: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for node, picks in enumerate(chosen):
        for leaf, score in picks:
            by_leaf[leaf].append((node, score))
    leaf_ids = _leaf_ids(tree)
    assignments, unassigned = _assignments(grounds, chosen, leaf_ids)
    report("describe", 0, 1)
    themes = _themes(grounds, tree, assigner, by_leaf, params, report)
    return Analysis(
        params=params,
        rows=len(texts),
        prepared=grounds.prepared,
        set_aside=grounds.set_aside,
        families=grounds.families,
        ideas=grounds.ideas,
        themes=tuple(themes),
        assignments=tuple(assignments),
        unassigned=tuple(unassigned),
        encoder=encoder,
        fingerprint=file_fingerprint(texts),
    )


def _leaf_ids(tree: Tree) -> list[str]:
    """« T3 » for a parent that does not divide, « T3.1 », « T3.2 »… for the leaves of one that does."""
    ids: list[str] = []
    for leaf, parent in enumerate(tree.parent_of):
        rank = leaf - tree.parent_of.index(parent)
        ids.append(f"T{parent + 1}.{rank + 1}" if tree.parent_of.count(parent) > 1 else f"T{parent + 1}")
    return ids


def _assignments(
    grounds: Grounds, chosen: list[list[tuple[int, float]]], leaf_ids: list[str]
) -> tuple[list[Assignment], list[int]]:
    out: list[Assignment] = []
    without: list[int] = []
    for i, node in enumerate(grounds.distinct.of.tolist()):
        out.extend(Assignment(i, leaf_ids[leaf], score) for leaf, score in chosen[node])
        if not chosen[node]:
            without.append(i)
    return out, without


def _themes(
    grounds: Grounds,
    tree: Tree,
    assigner: Assigner,
    by_leaf: dict[int, list[tuple[int, float]]],
    params: Params,
    report: Progress,
) -> list[Theme]:
    """Parents in order, each followed by its leaves."""
    known = describe.vocabulary(grounds.copies)
    counter = _Counter(grounds)
    teller = _Teller(grounds, known, counter, params)
    themes: list[Theme] = []
    leaf_ids = _leaf_ids(tree)
    count = len(tree.parent_stability)
    for parent in range(count):
        leaves = [leaf for leaf, p in enumerate(tree.parent_of) if p == parent]
        members = sorted({node for leaf in leaves for node, _ in by_leaf[leaf]})
        quotes = [_central(grounds, assigner, leaf, by_leaf[leaf], params) for leaf in leaves]
        own = [quote for rank in range(params.quotes) for row in quotes for quote in row[rank : rank + 1]]
        themes.append(teller.tell(f"T{parent + 1}", None, members, None, tree.parent_stability[parent], own))
        for leaf, row in zip(leaves, quotes, strict=True):
            if len(leaves) > 1:
                inside = sorted(node for node, _ in by_leaf[leaf])
                stable = tree.leaf_stability[leaf]
                themes.append(teller.tell(leaf_ids[leaf], f"T{parent + 1}", inside, members, stable, row))
        report("describe", parent + 1, count)
    return themes


def _central(
    grounds: Grounds, assigner: Assigner, leaf: int, members: list[tuple[int, float]], params: Params
) -> list[int]:
    """Ideas (positions) that say best what a leaf holds; those that personal data touches come last of
    all."""
    nodes = np.array([node for node, _ in members], dtype=np.int64)
    if not len(nodes):
        return []
    vectors = grounds.vectors[nodes]
    closeness = vectors.astype(np.float64) @ assigner.centroids[leaf].astype(np.float64)
    lengths = [len(grounds.copies[node].split()) for node in nodes]
    picked = describe.central(closeness, vectors, lengths, params.quotes)
    return [int(grounds.distinct.first[nodes[p]]) for p in picked]


class _Counter:
    """Counts rows behind nodes, with and without copies."""

    def __init__(self, grounds: Grounds) -> None:
        self._ideas_of_node: dict[int, list[int]] = defaultdict(list)
        for i, node in enumerate(grounds.distinct.of.tolist()):
            self._ideas_of_node[node].append(i)
        self._row_of = [idea.row for idea in grounds.ideas]
        self._stands_for: dict[int, int] = {}
        for family in grounds.families:
            if family.campaign:
                self._stands_for.update(dict.fromkeys(family.members, family.representative))

    def count(self, nodes: Sequence[int]) -> tuple[int, int, int]:
        """Rows, rows with each campaign counted once, ideas."""
        ideas = [i for node in nodes for i in self._ideas_of_node[node]]
        rows = {self._row_of[i] for i in ideas}
        return len(rows), len({self._stands_for.get(row, row) for row in rows}), len(ideas)


class _Teller:
    """Writes the record of one theme; remembers the labels already given."""

    def __init__(
        self, grounds: Grounds, known: describe.Vocabulary, counter: _Counter, params: Params
    ) -> None:
        self._everything = range(len(grounds.copies))
        self._known, self._counter, self._params = known, counter, params
        self._taken: set[str] = set()

    def tell(
        self,
        identifier: str,
        parent: str | None,
        members: list[int],
        among: list[int] | None,
        stability: float,
        quotes: Sequence[int],
    ) -> Theme:
        """`members`: nodes of the theme; `among`: nodes of its parent, None at the first level."""
        inside = set(members)
        outside = [node for node in self._everything if node not in inside]
        terms = describe.distinctive(self._known, members, outside, 4 * self._params.terms)
        if among is not None:
            siblings = [node for node in among if node not in inside]
            against = dict(describe.distinctive(self._known, members, siblings, 10 * self._params.terms))
            # What sets a sub-theme apart from its siblings matters as much as what sets it apart from the
            # rest.
            both = [(term, min(z, 2.0 * against[term])) for term, z in terms if term in against]
            terms = sorted(both, key=lambda pair: (-pair[1], pair[0])) or terms
        rows, without_copies, ideas = self._counter.count(members)
        return Theme(
            id=identifier,
            parent=parent,
            label=describe.label(self._known, terms, self._taken),
            size=rows,
            size_without_copies=without_copies,
            ideas=ideas,
            stability=stability,
            terms=tuple(describe.unlike(self._known, terms, self._params.terms)),
            quotes=tuple(quotes[: self._params.quotes]),
        )
