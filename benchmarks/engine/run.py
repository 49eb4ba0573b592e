"""What it is for: one run that measures the engine against a named yardstick and writes the table of results.
What feeds it: real answers (time) and coded answers (recovery) of ../shared/data.
What it feeds: benchmarks/engine/results-YYYY-MM.md, whose every figure this command printed.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, v_measure_score

from fabrique_core.text.clean import clean
from fabrique_core.text.embed import embed_texts, embedding_text, load_encoder
from fabrique_core.text.lexical import centred, join, lexical_vectors
from fabrique_core.text.model import Params
from fabrique_core.text.pipeline import STEPS, analyse
from fabrique_core.text.read import read_table
from fabrique_core.text.themes import TreeParams, discover

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ANSWERS = DATA / "granddebat" / "health_related_answers.csv"
_YARDSTICK_TURNS = 3


def yardstick(texts: list[str]) -> float:
    """Processor seconds that scikit-learn's TfidfVectorizer takes to fit the same texts, median of three."""
    taken = []
    for _ in range(_YARDSTICK_TURNS):
        start = time.process_time()
        TfidfVectorizer(ngram_range=(1, 2)).fit(texts)
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def time_per_stage(texts: list[str | None]) -> dict[str, float]:
    """Seconds of processor in each step of the pipeline, without any cache."""
    seconds: dict[str, float] = dict.fromkeys(STEPS, 0.0)
    current: list[tuple[str, float]] = []

    def progress(step: str, done: int, total: int) -> None:
        now = time.process_time()
        if current:
            seconds[current[-1][0]] += now - current[-1][1]
            current.clear()
        current.append((step, now))

    start = time.process_time()
    analyse(texts, params=Params(), progress=progress)
    now = time.process_time()
    seconds[current[-1][0]] += now - current[-1][1]
    seconds["whole"] = now - start
    return seconds


def coded() -> dict[str, tuple[list[str], list[str]]]:
    """Sets with known labels: one subject an argument; one agreed label an answer, within its question."""
    arguments = pl.read_csv(DATA / "republique_numerique" / "republique_numerique_arguments_even.csv").filter(
        pl.col("body").str.len_chars() > 20
    )
    answers = pl.read_csv(DATA / "grande_annotation" / "dev.csv").filter(
        pl.col("labels_consensus").is_not_null() & ~pl.col("labels_consensus").str.contains(r"\|")
    )
    labels = (answers["question"] + " | " + answers["labels_consensus"]).to_list()
    return {
        "République numérique, arguments": (
            arguments["body"].to_list(),
            arguments["category_subtitle"].to_list(),
        ),
        "Grande Annotation, one agreed label": (answers["text"].to_list(), labels),
    }


def recovery(texts: list[str], labels: list[str], encode: Callable[[list[str]], np.ndarray]) -> list[float]:
    """V-measure of leaves, adjusted Rand index of leaves, share without a theme, mean stability.

    Texts without a theme count as one more group, so that leaving out what is hard cannot raise the measures.
    """
    copies = [clean(text) for text in texts]
    tree = discover(encode(copies), TreeParams(least_ideas=5))
    stable = float(np.mean(tree.leaf_stability)) if tree.leaf_stability else 0.0
    return [
        float(v_measure_score(labels, tree.leaves)),
        float(adjusted_rand_score(labels, tree.leaves)),
        float(np.mean(tree.leaves < 0)),
        stable,
    ]


def _recovery_lines() -> list[str]:
    encoder, reason = load_encoder("auto")

    def words(copies: list[str]) -> np.ndarray:
        return lexical_vectors(copies, seed=2023)

    def joined(copies: list[str]) -> np.ndarray:
        assert encoder is not None
        return join(centred(embed_texts([embedding_text(c) for c in copies], encoder)), words(copies), 0.5)

    ways = [("words alone (TF-IDF, LSA): the yardstick", words)]
    if encoder is not None:
        ways.append(("sentences and words: the engine", joined))
    lines = [
        "| set | vectors | V-measure | ARI | without theme | stability |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for name, (texts, labels) in coded().items():
        for way, encode in ways:
            figures = " | ".join(f"{value:.3f}" for value in recovery(texts, labels, encode))
            lines.append(f"| {name} ({len(texts)} texts, {len(set(labels))} labels) | {way} | {figures} |")
    return lines + ([f"\nThe sentence encoder was not available: {reason}."] if encoder is None else [])


def _time_lines(step: int) -> list[str]:
    table = read_table(ANSWERS, text="comment")
    texts = list(table.texts[::step])
    unit = yardstick([text or "" for text in texts])
    seconds = time_per_stage(texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    lines = [
        f"{len(texts)} answers. Yardstick: fitting scikit-learn's TfidfVectorizer (words and pairs) on the "
        f"same answers in the same process, {unit:.2f} s of processor (median of {_YARDSTICK_TURNS}).",
        "",
        "| step | processor seconds | times the yardstick |",
        "|---|---:|---:|",
        *(f"| {name} | {value:.1f} | {value / unit:.1f} |" for name, value in seconds.items()),
        "",
        f"Peak memory of the process: {peak:.0f} MB.",
    ]
    return lines


def main() -> int:
    """Prints the results as Markdown; `--out` also writes them; `--step N` takes one answer in N."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--out", type=Path)
    options.add_argument("--step", type=int, default=1)
    chosen = options.parse_args()
    if not ANSWERS.exists():
        print("Real data absent (../shared/data): nothing measured.", file=sys.stderr)
        return 0
    lines = ["# Engine: measured results", "", "Made by `python -m benchmarks.engine.run`, one thread.", ""]
    lines += ["## Time and memory", "", *_time_lines(chosen.step), ""]
    lines += ["## Recovery of labels given by people", "", *_recovery_lines(), ""]
    text = "\n".join(lines)
    print(text)
    if chosen.out is not None:
        chosen.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
