"""An idea is one demand, an exact substring; nothing but punctuation falls between ideas.

Fed by hand-written answers and generated strings. Feeds confidence in every quote.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.text.segment import segment


def ideas(text, protected=()):
    return [text[start:end] for start, end in segment(text, protected)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plus de médecins ici. Des bus pour y aller.", ["Plus de médecins ici.", "Des bus pour y aller."]),
        ("santé, éducation, justice", ["santé", "éducation", "justice"]),
        ("Santé. Éducation. Logement.", ["Santé.", "Éducation.", "Logement."]),
        ("1) ouvrir un centre 2) former des soignants", ["ouvrir un centre", "former des soignants"]),
        (
            "- des infirmières le soir\n- un dentiste au village",
            ["des infirmières le soir", "un dentiste au village"],
        ),
        ("un bus le matin ; un dentiste au village", ["un bus le matin", "un dentiste au village"]),
        (
            "Il faut des médecins au village et aussi un bus pour l'hôpital",
            ["Il faut des médecins au village", "et aussi un bus pour l'hôpital"],
        ),
        (
            "L'accueil est vraiment bon ici, mais les délais sont trop longs",
            ["L'accueil est vraiment bon ici", "mais les délais sont trop longs"],
        ),
        ("C'est trop long.Il faut attendre un an", ["C'est trop long.", "Il faut attendre un an"]),
    ],
)
def test_one_demand_one_idea(text, expected):
    assert ideas(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "M. le directeur répond toujours très vite",
        "Le Dr. du village part à la retraite",
        "Le forfait est de 18.50 euros par jour",
        "Le site ameli.fr fonctionne très bien",
        "La médecine de ville (généralistes, spécialistes, urgences)",
        "Pour les migrants, il faut un accueil digne",
    ],
)
def test_what_is_one_demand_is_left_whole(text):
    assert ideas(text) == [text]


def test_a_fragment_joins_its_neighbour():
    assert ideas("Les délais sont beaucoup trop longs. Honteux.") == [
        "Les délais sont beaucoup trop longs. Honteux."
    ]


def test_no_cut_falls_inside_personal_data():
    text = "Écrire à mon ami jean. dupont habite ici depuis toujours"
    start = text.index("jean")
    end = start + len("jean. dupont")
    assert any(a <= start and b >= end for a, b in segment(text, [(start, end)]))
    assert not any(a <= start and b >= end for a, b in segment(text))


def test_a_very_long_idea_is_cut_between_words():
    text = "mot " * 600
    parts = segment(text.strip(), max_chars=100)
    assert max(end - start for start, end in parts) <= 100
    assert all(text[start:end].startswith("mot") for start, end in parts)


@pytest.mark.parametrize(
    "text",
    [" " * 100_000, "!" * 100_000, "a" * 100_000, "a, " * 33_000, "et aussi, " * 10_000, "'" * 100_000],
)
def test_a_hundred_thousand_characters_pass(text):
    check(text, segment(text))


def check(text, spans):
    previous = 0
    for start, end in spans:
        assert previous <= start < end <= len(text)
        assert any(c.isalnum() or c == "_" for c in text[start:end])
        assert (
            not any(c.isalnum() for c in text[previous:start])
            or text[previous:start].strip()[:1].isdigit()
            or (len(text[previous:start].strip(" -–—*•>+().°/:\n\t\r")) <= 4)
        )
        previous = end
    assert not any(c.isalnum() for c in text[previous:])


WILD = st.text(
    st.one_of(st.characters(exclude_categories=[]), st.sampled_from(" .,;!?\n-•'’()ae1é\u202e")), max_size=200
)


@given(WILD)
def test_ideas_are_ordered_apart_and_hold_every_word_but_bullets(text):
    check(text, segment(text))


@given(WILD, st.integers(0, 100), st.integers(1, 60))
def test_a_protected_span_is_never_divided(text, start, length):
    span = (min(start, len(text)), min(start + length, len(text)))
    for a, b in segment(text, [span]):
        if a < span[1] and b > span[0]:
            kept = text[max(a, span[0]) : min(b, span[1])].strip()
            assert kept in text[span[0] : span[1]]


@given(WILD)
def test_cutting_twice_gives_the_same_ideas(text):
    assert segment(text) == segment(text)
