"""Themes: found where they are, alike from run to run, loose heaps left out, scores between 0 and 1.

Fed by points drawn around known centres. Feeds the tree that people then name.
"""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from fabrique_core.text.assign import choose, fit
from fabrique_core.text.lexical import unit
from fabrique_core.text.themes import (
    Tree,
    TreeParams,
    best_jaccard,
    discover,
    without_loose,
    without_unstable,
)

PARAMS = TreeParams(trials=3, resamples=3)


def clouds(count=6, each=40, spread=0.25, dimensions=16, seed=1):
    generator = np.random.default_rng(seed)
    centres = np.eye(dimensions)[:count]
    truth = np.repeat(np.arange(count), each)
    points = centres[truth] + spread * generator.normal(size=(len(truth), dimensions))
    return unit(points), truth


def test_separate_clouds_are_found_as_separate_and_stable_themes():
    vectors, truth = clouds()
    tree = discover(vectors, PARAMS)
    assert adjusted_rand_score(truth, tree.parents) > 0.9
    assert min(tree.parent_stability) > 0.8


def test_the_same_seed_gives_the_same_tree_and_leaves_lie_within_their_parent():
    vectors, _ = clouds(spread=0.5)
    tree, again = discover(vectors, PARAMS), discover(vectors, PARAMS)
    assert (tree.leaves == again.leaves).all()
    assert tree.leaf_stability == again.leaf_stability
    for leaf, parent in enumerate(tree.parent_of):
        assert set(tree.parents[tree.leaves == leaf]) == {parent}


def test_parents_are_numbered_by_decreasing_size():
    vectors, _ = clouds()
    tree = discover(np.vstack([vectors, vectors[:30] + 0.001]), PARAMS)
    sizes = np.bincount(tree.parents[tree.parents >= 0])
    assert (np.diff(sizes) <= 0).all()


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_ideas_make_no_theme(count):
    tree = discover(np.ones((count, 4), dtype=np.float32) / 2, PARAMS)
    assert tree.parent_of == ()
    assert (tree.leaves == -1).all()


def test_identical_ideas_do_not_fail():
    tree = discover(np.full((40, 4), 0.5, dtype=np.float32), PARAMS)
    assert len(tree.leaves) == 40


def test_a_loose_community_is_left_without_a_theme():
    vectors, truth = clouds(count=4, each=30, spread=0.1)
    noise = unit(np.random.default_rng(2).normal(size=(60, 16)))
    labels = np.concatenate([truth, np.full(60, 4)])
    kept = without_loose(labels, np.vstack([vectors, noise]), 0.65)
    assert (kept[120:] == -1).all()
    assert (kept[:120] == truth).all()


def test_jaccard_is_one_for_the_same_communities_and_zero_for_none():
    labels = np.array([0, 0, 1, 1, -1])
    assert best_jaccard(labels, np.array([1, 1, 0, 0, -1])) == [1.0, 1.0]
    assert best_jaccard(labels, np.full(5, -1)) == [0.0, 0.0]
    assert best_jaccard(labels, np.array([0, 0, 0, 1, -1])) == [pytest.approx(2 / 3), pytest.approx(0.5)]


def test_scores_lie_between_zero_and_one_and_fall_with_distance():
    vectors, truth = clouds()
    tree = discover(vectors, PARAMS)
    assigner = fit(vectors, tree)
    far = unit(-np.ones((1, 16)))
    between = unit(
        vectors[truth == 0].mean(axis=0, keepdims=True) + vectors[truth == 1].mean(axis=0, keepdims=True)
    )
    scores, leaves = assigner.scores(np.vstack([vectors, far, between, np.zeros((1, 16))]).astype(np.float32))
    assert ((scores >= 0) & (scores <= 1)).all()
    chosen = choose(scores, leaves, 0.4, 3)
    assert chosen[-3] == []
    assert chosen[-1] == []
    assert len(chosen[-2]) == 2
    right = [
        picks and tree.parent_of[picks[0][0]] == p for picks, p in zip(chosen, tree.parents, strict=False)
    ]
    assert np.mean(right) > 0.95


def test_no_more_themes_than_asked_and_best_first():
    scores = np.array([[0.5, 0.9, 0.7, 0.2]])
    leaves = np.array([[0, 1, 2, 3]])
    assert choose(scores, leaves, 0.4, 2) == [[(1, 0.9), (2, 0.7)]]


def test_without_any_theme_nothing_is_assigned():
    vectors, _ = clouds(count=1, each=4)
    tree = discover(vectors, replace(PARAMS, seed=3))
    assert choose(*fit(vectors, tree).scores(vectors), 0.4, 3) == [[], [], [], []]


def test_a_theme_that_resamples_never_find_again_is_left_out_with_its_leaves():
    parents, leaves = np.array([0, 0, 1, 1, 2, -1]), np.array([0, 1, 2, 2, 3, -1])
    kept = without_unstable(Tree(parents, leaves, (0, 0, 1, 2), (0.9, 0.1, 0.5), (0.8, 0.7, 0.1, 0.5)), 0.25)
    assert kept.parents.tolist() == [0, 0, -1, -1, 1, -1]
    assert kept.leaves.tolist() == [0, 1, -1, -1, 2, -1]
    assert kept.parent_of == (0, 0, 1)
    assert kept.parent_stability == (0.9, 0.5)
    assert kept.leaf_stability == (0.8, 0.7, 0.5)
