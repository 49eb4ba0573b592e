"""Families of copied texts: what is a copy, what is a coincidence.

Fed by hand-written texts. Feeds results with and without copies.
"""

from fabrique_core.text.duplicates import copies_mask, families

LETTER = (
    "Nous demandons la réouverture de la maternité de notre ville, car les femmes doivent faire plus d'une "
    "heure de route pour accoucher, ce qui met leur vie et celle de leur enfant en danger."
)


def test_a_copied_letter_is_one_campaign_even_with_a_word_changed():
    texts = [
        LETTER,
        "Autre chose tout à fait.",
        LETTER.upper(),
        LETTER.replace("ville", "vallée"),
        LETTER + " Merci.",
    ]
    (family,) = families(texts)
    assert family.members == (0, 2, 3, 4)
    assert family.campaign
    assert not family.exact
    assert family.representative == 0


def test_short_answers_that_coincide_are_repeats_not_a_campaign():
    (family,) = families(["La santé", "la sante !", "LA SANTÉ", "Le logement"])
    assert family.members == (0, 1, 2)
    assert family.exact
    assert not family.campaign


def test_texts_on_the_same_subject_are_no_copies():
    assert (
        families([LETTER, "La maternité de notre ville doit rouvrir, une heure de route est un danger."])
        == []
    )


def test_short_texts_that_look_alike_are_no_copies():
    assert families(["plus de bus le soir", "plus de bus le matin"]) == []


def test_the_mask_marks_every_member_but_the_first():
    found = families(["la santé", "autre", "La santé", "la santé."])
    assert copies_mask(4, found).tolist() == [False, False, True, True]


def test_the_order_of_rows_changes_nothing_but_the_numbers():
    texts = [LETTER, "Rien à voir", LETTER.replace("route", "trajet")]
    assert [f.members for f in families(texts)] == [(0, 2)]
    assert [f.members for f in families(texts[::-1])] == [(0, 2)]
