"""Terms, labels and central quotes that a French reader recognises.

Fed by hand-written ideas. Feeds the names proposed to the analyst.
"""

import numpy as np

from fabrique_core.text.describe import central, distinctive, label, unlike, vocabulary
from fabrique_core.text.language import identify
from fabrique_core.text.words import key

IDEAS = [
    "La carte Vitale est pratique",
    "ma carte vitale ne marche pas",
    "CARTE VITALE",
    "une carte vitale avec photo",
    "les délais d'attente aux urgences",
    "des délais d’attente de dix heures aux urgences",
    "aux urgences, délais d'attente",
    "le dossier de la MDPH",
    "La MDPH de Lille",
    "un dossier MDPH",
    "il part à Lille demain",
    "vivre à Lille coûte cher",
    "on va à Lille le soir",
]


def terms(first, last):
    known = vocabulary(IDEAS)
    inside = range(first, last)
    outside = [i for i in range(len(IDEAS)) if i not in inside]
    return known, distinctive(known, list(inside), outside)


def test_a_set_phrase_is_one_term_and_replaces_its_words():
    known, found = terms(0, 4)
    assert known.surface(found[0][0]) == "carte vitale"
    assert ("carte",) not in [term for term, _ in found]


def test_elision_and_plural_are_kept_as_people_write_them():
    known, found = terms(4, 7)
    assert {known.surface(term) for term, _ in found[:2]} == {"urgences", "délais d'attente"}


def test_acronyms_stay_in_capitals_and_names_keep_theirs():
    known, found = terms(7, 10)
    assert "MDPH" in {known.surface(term) for term, _ in found}
    assert known.surface(("lille",)) == "Lille"


def test_a_label_joins_terms_without_repeating_a_word_and_is_unique():
    known, found = terms(4, 7)
    taken: set[str] = set()
    first, second = label(known, found, taken), label(known, found, taken)
    assert " · " in first
    assert first != second


def test_a_theme_without_terms_says_so():
    assert label(vocabulary([]), [], set()) == "sans terme distinctif"


def test_forms_of_a_word_share_a_key():
    assert key("Hôpitaux") == key("HOPITAL") == "hopital"
    assert key("bureaux") == "bureau"
    assert key("mois") == "mois"
    assert key("œil") == "oeil"


def test_central_quotes_prefer_readable_lengths_and_avoid_repetition():
    vectors = np.eye(4, dtype=np.float32)[[0, 0, 1, 2]]
    assert central(np.array([0.9, 0.8, 0.7, 0.99]), vectors, [8, 8, 8, 1], 3) == [0, 2, 3]


def test_languages_of_the_region_are_told_apart_and_short_texts_are_not_guessed():
    assert identify("Il manque des médecins dans toutes les campagnes") == "fr"
    assert identify("Falta un metge al nostre poble des de fa molt de temps i no ve ningú") == "ca"
    assert identify("No hay médicos en nuestro pueblo desde hace mucho tiempo") == "es"
    assert identify("la santé") == "und"


def test_terms_of_one_family_of_words_are_shown_once():
    known = vocabulary(["un handicap", "des handicapés", "la carte"])
    assert unlike(known, [(("handicap",), 3.0), (("handicape",), 2.0), (("carte",), 1.0)], 5) == [
        "handicap",
        "carte",
    ]
