"""The whole way: nothing dropped in silence, exact quotes, same bytes twice, copies that weigh once.

Fed by the tiny corpus and hostile strings. Feeds the command and the jobs.
"""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.text.corpus import file_fingerprint, fingerprint, item_hash
from fabrique_core.text.model import Params
from fabrique_core.text.pipeline import STEPS, analyse, distinct_ideas, find_copies, ideas_of, prepare

LEXICAL = Params(encoder="lexical")


def test_rows_kept_and_rows_set_aside_are_all_the_rows(analysis, corpus):
    rows = [item.row for item in analysis.prepared] + [item.row for item in analysis.set_aside]
    assert sorted(rows) == list(range(len(corpus)))
    assert [s.reason for s in analysis.set_aside] == ["empty", "empty", "non_answer", "no_word", "non_answer"]


def test_each_idea_has_themes_or_is_listed_without(analysis):
    assigned = {a.idea for a in analysis.assignments}
    assert assigned | set(analysis.unassigned) == set(range(len(analysis.ideas)))
    assert not assigned & set(analysis.unassigned)


def test_the_known_subjects_are_found_and_named_by_their_words(analysis, corpus):
    labels = " ".join(theme.label for theme in analysis.children(None))
    assert "rendez-vous" in labels
    assert "bus" in labels
    assert "mentale" in labels or "psych" in labels or "dépression" in labels
    leaf_parent = {t.id: t.parent or t.id for t in analysis.themes}
    subjects = {}
    for a in analysis.assignments:
        subjects.setdefault(leaf_parent[a.theme], []).append(analysis.ideas[a.idea].row % 3)
    for rows in subjects.values():
        assert max(np.bincount(rows)) / len(rows) > 0.8


def test_a_theme_counts_rows_and_a_parent_at_least_its_largest_child(analysis):
    for theme in analysis.themes:
        rows = {
            analysis.ideas[a.idea].row
            for a in analysis.assignments
            if a.theme == theme.id or a.theme.startswith(theme.id + ".")
        }
        assert theme.size == len(rows)
        assert all(child.size <= theme.size for child in analysis.children(theme.id))
        assert 0 <= theme.stability <= 1


def test_quotes_belong_to_their_theme(analysis):
    themes_of = {}
    for a in analysis.assignments:
        themes_of.setdefault(a.idea, set()).add(a.theme)
    for theme in analysis.themes:
        assert theme.quotes
        for quote in theme.quotes:
            assert any(t == theme.id or t.startswith(theme.id + ".") for t in themes_of[quote])


def test_labels_are_unlike_one_another(analysis):
    assert len({theme.label for theme in analysis.themes}) == len(analysis.themes)


def test_the_same_texts_parameters_and_version_give_the_same_result(analysis, corpus):
    assert analyse(corpus, params=LEXICAL) == analysis


def test_progress_goes_through_every_step_in_order(corpus):
    seen = []
    analyse(corpus, params=LEXICAL, progress=lambda step, done, total: seen.append((step, done, total)))
    assert list(dict.fromkeys(step for step, _, _ in seen)) == list(STEPS)
    assert all(done <= max(total, 1) for _, done, total in seen)


def test_personal_data_is_masked_and_never_becomes_a_term(corpus):
    named = [
        f"{text} Demandez à Mme Zébulonne au 06 12 34 56 78." if text and i < 75 else text
        for i, text in enumerate(corpus)
    ]
    found = analyse(named, params=LEXICAL)
    kinds = {mask.kind for item in found.prepared for mask in item.masks}
    assert {"name", "phone"} <= kinds
    assert not any(
        "bulonne" in term.lower() for theme in found.themes for term in (*theme.terms, theme.label)
    )


def test_a_copied_letter_does_not_make_a_theme_heavier_in_discovery(corpus):
    letter = (
        "Nous refusons la fermeture de la perception et du bureau de poste dans notre commune rurale isolée."
    )
    texts = [*corpus, *[letter] * 30]
    prepared, _ = prepare(texts, LEXICAL)
    found = find_copies(texts, prepared, LEXICAL)
    ideas, copies = ideas_of(texts, prepared)
    distinct = distinct_ideas(ideas, copies, found, len(texts))
    assert sum("perception" in copies[i] for i in distinct.first) == 1
    (campaign,) = [f for f in found if f.campaign]
    assert len(campaign.members) == 30


def test_with_and_without_copies_are_counted_apart(corpus):
    letter = "Il n'y a plus de bus ni de train pour aller de la gare à la clinique de notre village le matin"
    found = analyse([*corpus, *[letter] * 20], params=LEXICAL)
    heavier = [theme for theme in found.children(None) if theme.size_without_copies < theme.size]
    assert [theme.size - theme.size_without_copies for theme in heavier] == [19]


def test_a_corpus_with_nothing_to_analyse_is_refused():
    with pytest.raises(CoreError, match=r"analysis\.nothing_left"):
        analyse([None, "", "RAS"], params=LEXICAL)


def test_very_few_answers_give_no_theme_and_no_failure():
    found = analyse(["Plus de médecins au village", "Un bus le soir"], params=LEXICAL)
    assert found.themes == ()
    assert len(found.unassigned) == len(found.ideas) == 2


HOSTILE = [
    "a" * 100_000,
    "mot " * 25_000,
    "😀" * 500 + " santé",
    "médecin\x00\x00 absent",
    "\u202eالطبيب بعيد جدا عن بيتي",
    "hôpital \ud800 fermé",
    "l'l'l'l'eau d'ici",
    "=HYPERLINK(1) médecin",
    "<script>alert(1)</script> hôpital",
    "’" * 2000 + "eau",
]


def test_hostile_answers_pass_among_others_and_keep_exact_offsets(corpus):
    found = analyse([*corpus, *HOSTILE], params=LEXICAL)
    kept = {item.row: item for item in found.prepared}
    assert set(range(len(corpus), len(corpus) + len(HOSTILE))) <= set(kept)
    json.dumps([theme.label for theme in found.themes]).encode("utf-8")
    for theme in found.themes:
        theme.label.encode("utf-8")


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=[]), max_size=80)), max_size=12)
)
def test_any_texts_are_prepared_without_loss(texts):
    prepared, aside = prepare(texts, LEXICAL)
    assert sorted([p.row for p in prepared] + [s.row for s in aside]) == list(range(len(texts)))
    ideas, copies = ideas_of(texts, prepared)
    assert len(ideas) == len(copies) >= len(prepared)
    previous = (-1, 0)
    for idea in ideas:
        assert 0 <= idea.start < idea.end <= len(texts[idea.row])
        assert (idea.row, idea.start) >= previous
        previous = (idea.row, idea.end)
    for copy in copies:
        copy.encode("utf-8")


def test_the_fingerprint_follows_texts_order_and_salt():
    base = file_fingerprint(["a", None])
    assert base == file_fingerprint(["a", None])
    assert (
        len(
            {
                base,
                file_fingerprint([None, "a"]),
                file_fingerprint(["a", ""]),
                file_fingerprint(["a", None], b"s"),
            }
        )
        == 4
    )


def test_the_fingerprint_of_a_corpus_does_not_depend_on_order_but_on_each_salt():
    hashes = [item_hash("un", b"1"), item_hash("deux", b"2")]
    assert fingerprint(hashes) == fingerprint(hashes[::-1])
    assert fingerprint(hashes) != fingerprint([item_hash("un", b"9"), hashes[1]])
