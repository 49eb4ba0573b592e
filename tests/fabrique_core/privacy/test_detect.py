"""What is masked in a text, and the ordinary words that must stand.
Fed with invented contributions.
Feeds nothing: a specification.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique_core.errors import CoreError
from fabrique_core.privacy import KIND_MARKS, Mask, PersonalData, detect, quote, redact
from fabrique_core.privacy.contacts import nir_key


def masked(text: str) -> str:
    return redact(text, detect(text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("écrire à jean.dupuis+sante@exemple.fr.", "écrire à [courriel]."),
        ("Prénom-Nom@sous.domaine.exemple.org, merci", "[courriel], merci"),
        ("lucie arobase exemple.fr", "[courriel]"),
        ("lucie.b [at] exemple point com", "[courriel]"),
        ("lucie.b @ exemple.fr", "[courriel]"),
        ("moi@exemple.fr;toi@exemple.fr", "[courriel];[courriel]"),
    ],
)
def test_an_email_address_is_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "number",
    [
        "0612345678",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "06-12-34-56-78",
        "06/12/34/56/78",
        "06\u00a012\u00a034\u00a056\u00a078",
        "06. 12. 34. 56. 78",
        "0612 345 678",
        "05 612 345 67",
        "+33612345678",
        "+33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "+33(0)612345678",
        "0033 6 12 34 56 78",
        "0262 12 34 56",
        "0692 12 34 56",
        "+262 692 12 34 56",
        "+590 590 12 34 56",
        "+687 12 34 56",
        "+34 612 345 678",
        "09 72 12 34 56",
    ],
)
def test_a_telephone_number_is_masked_in_every_usual_spelling(number: str) -> None:
    assert masked(f"Appelez-moi au {number}, merci") == "Appelez-moi au [téléphone], merci"


def test_two_numbers_in_a_row_are_two_masks() -> None:
    assert masked("06 12 34 56 78 05 61 22 33 44") == "[téléphone] [téléphone]"


@pytest.mark.parametrize(
    "text",
    [
        "le 15, le 112 et le 3114",
        "le 05/12/2023 14h",
        "31000 Toulouse",
        "dossier 12345678901234567890",
        "+15 000 000 habitants",
        "0,612345678 %",
        "de 2010 à 2020, 1 200 000 euros",
        "SIRET 130 008 048 00015",
    ],
)
def test_other_numbers_stand(text: str) -> None:
    assert masked(text) == text


def nir(number: str) -> str:
    return f"{number}{nir_key(number):02d}"


COMPLETE = nir("1850578006084")


def test_the_key_of_a_number_of_inscription() -> None:
    assert nir_key("2550814168025") == 38  # the specimen printed in the notice of the Assurance maladie


@pytest.mark.parametrize(
    "number",
    [
        COMPLETE,
        f"1 85 05 78 006 084 {COMPLETE[-2:]}",
        f"1.85.05.78.006.084.{COMPLETE[-2:]}",
        "1 85 05 78 006 084",
        "1850578006084",
        "1 85 05 78 006",
        "2 69 05 2A 049 588",
        nir("185052A006084"),
        "1 85 05 78 006 084 01",
    ],
)
def test_a_social_security_number_is_masked_whole_or_partial(number: str) -> None:
    assert masked(f"n° {number}.") == "n° [numéro de sécurité sociale]."


def test_a_short_beginning_is_masked_where_the_word_names_it() -> None:
    assert masked("sécu : 1 85 05 78") == "sécu : [numéro de sécurité sociale]"
    assert masked("les étages 1 85 05 78") == "les étages 1 85 05 78"


def test_fifteen_digits_with_a_wrong_key_are_another_number() -> None:
    wrong = COMPLETE[:-2] + f"{(int(COMPLETE[-2:]) % 97) + 1:02d}"
    assert masked(f"dossier {wrong}") == f"dossier {wrong}"
    assert masked(f"sécurité sociale {wrong}") == "sécurité sociale [numéro de sécurité sociale]"


@given(st.from_regex(r"[12]\d\d(0[1-9]|1[0-2])([0-8]\d|2A|2B)\d{6}", fullmatch=True))
def test_every_complete_number_with_its_key_is_found_with_certainty(number: str) -> None:
    number = number.translate({ord(digit): str(int(digit)) for digit in number if digit.isdigit()})
    found = detect(nir(number))
    assert [(item.kind, item.start, item.end) for item in found] == [("nir", 0, 15)]
    assert found[0].confidence == pytest.approx(0.99)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("J'habite 12 rue des Lilas, 31000 Toulouse.", "J'habite [adresse]."),
        ("au 3 bis avenue Jean Jaurès depuis 2010", "au [adresse] depuis 2010"),
        ("12, rue de la République à Albi", "[adresse] à Albi"),
        ("12 rue des lilas je suis seule", "[adresse] je suis seule"),
        ("4 place du Capitole", "[adresse]"),
        ("1 impasse Victor Hugo", "[adresse]"),
        ("27 BD DE LA MARNE 65000 TARBES", "[adresse]"),
        ("8 chemin du moulin vert", "[adresse]"),
        ("10 allée des Cèdres", "[adresse]"),
        ("5 rue du 8 mai 1945, merci", "[adresse], merci"),
        ("j'habite rue des Lilas", "j'habite [adresse]"),
    ],
)
def test_a_postal_address_is_masked(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "à 2 rues plus loin",
        "3 places de parking",
        "1 place en crèche",
        "1 place de parking",
        "10 cours de yoga",
        "2 passages par jour",
        "la route est longue, 45 minutes",
        "J'habite Toulouse",
        "une 2 voies dangereuse",
        "dans la rue la nuit",
        "1 cours de sport",
    ],
)
def test_ways_and_places_that_are_no_address_stand(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le Dr Delmas ne répond pas", "Le Dr [nom] ne répond pas"),
        ("le dr. delmas est parti", "le dr. [nom] est parti"),
        ("merci au docteur Aline Carbonel pour tout", "merci au docteur [nom] pour tout"),
        ("le docteur martin est parti", "le docteur [nom] est parti"),
        ("le docteur bouzigue ne prend plus", "le docteur [nom] ne prend plus"),
        ("LE DOCTEUR MARTIN NE REPOND PAS", "LE DOCTEUR [nom] NE REPOND PAS"),
        ("LE DR ZAPPARELLI REFUSE LES PATIENTS", "LE DR [nom] REFUSE LES PATIENTS"),
        ("Professeur Jean-Pierre Castagné", "Professeur [nom]"),
        ("le Pr Vidal-Roux", "le Pr [nom]"),
        ("Mme Le Goff et M. d'Albret", "Mme [nom] et M. [nom]"),
        ("Madame de La Tour", "Madame [nom]"),
        ("Monsieur et Madame Zapata", "Monsieur et Madame [nom]"),
        ("M. N'Diaye, mon voisin", "M. [nom], mon voisin"),
        (
            "les docteurs Delmas, Zapata et Ribeyrol sont partis",
            "les docteurs [nom], [nom] et [nom] sont partis",
        ),
        ("Dr J. Carbonel", "Dr [nom]"),
        ("Mme B. a attendu", "Mme [nom]. a attendu"),
        ("l'infirmière Sylvie passe", "l'infirmière [nom] passe"),
        ("mon médecin Delmassol part", "mon médecin [nom] part"),
        ("mon fils Lucas attend", "mon fils [nom] attend"),
        ("ma fille emma attend", "ma fille [nom] attend"),
        ("Je m'appelle Oriane Vaysse.", "Je m'appelle [nom]."),
        ("je m’appelle oriane et j'attends", "je m’appelle [nom] et j'attends"),
        ("Nom : Delmas", "Nom : [nom]"),
        ("signé Sylvie Zapata", "signé [nom]"),
        ("Cordialement, Sylvie Zapata", "Cordialement, [nom]"),
        ("Cordialement, ZAPATA Sylvie", "Cordialement, [nom]"),
        ("sylvie martin m'a aidée", "[nom] m'a aidée"),
        ("Dr Castagné", "Dr [nom]"),
        ("Mme de la Tour est là", "Mme [nom] est là"),
        ("Mme El Amrani", "Mme [nom]"),
        ("Dr MARTIN\nMerci", "Dr [nom]\nMerci"),
    ],
)
def test_the_name_of_a_person_is_masked_and_its_title_kept(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Le Dr",
        "un Dr disponible",
        "le docteur ne répond pas",
        "LE DOCTEUR NE REPOND PAS",
        "mon docteur a pris sa retraite",
        "le docteur traitant soigne bien",
        "un docteur généraliste",
        "pas de dr dans le village",
        "le docteur, Toulouse",
        "Merci docteur. Bonne continuation",
        "M. est venu",
        "Madame la Ministre",
        "Monsieur le Maire",
        "Mme le maire",
        "M. le Préfet",
        "Madame, Monsieur,",
        "Madame Monsieur",
        "pr les enfants",
        "Médecin Généraliste",
        "infirmière libérale",
        "Infirmière Asalée",
        "un dentiste Toulouse",
        "la M.S.A. et la M.D.P.H.",
        "la M D P H",
        "les docteurs refusent",
        "docteurs en Occitanie",
        "l'hôpital Joseph Ducuing",
        "le lycée Jean Moulin",
        "l'EHPAD Pierre Fabre",
        "la maladie de Charcot",
        "comment je m'appelle",
        "ça s'appelle Doctolib",
        "mon fils handicapé",
        "ma mère malade",
        "Nom de famille",
        "un professeur de sport",
        "Rose et pierre",
        "Saint Martin",
        "me soigner",
    ],
)
def test_ordinary_words_stand(text: str) -> None:
    assert masked(text) == text


def test_accounts_on_the_web_are_masked() -> None:
    assert masked("voir https://www.facebook.com/aline.c et @aline_c.") == "voir [compte] et [compte]."
    assert masked("voir https://www.ameli.fr/assure") == "voir https://www.ameli.fr/assure"


def test_offsets_are_those_of_the_original_text() -> None:
    text = "Le Dr Delmas, 06 12 34 56 78"
    redaction = redact(text, detect(text))
    assert [text[mask.start : mask.end] for mask in redaction.masks] == ["Delmas", "06 12 34 56 78"]
    assert [mask.kind for mask in redaction.masks] == ["name", "phone"]


def test_a_further_finder_adds_names_and_overlaps_are_merged() -> None:
    text = "Le Dr Delmas Xyz passe"

    def finder(text: str, /) -> list[PersonalData]:
        return [PersonalData(6, 16, "name", 0.6), PersonalData(17, 22, "name", 0.3)]

    assert detect(text, name_finder=finder) == [PersonalData(6, 16, "name", 0.95)]
    assert len(detect(text, name_finder=finder, minimum_confidence=0.2)) == 2


def test_a_finder_that_points_outside_the_text_is_refused() -> None:
    with pytest.raises(CoreError, match=r"privacy\.span"):
        detect("court", name_finder=lambda text: [PersonalData(2, 99, "name", 0.9)])


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ([PersonalData(0, 4, "name", 1.0), PersonalData(2, 6, "name", 1.0)], "privacy.overlap"),
        ([PersonalData(4, 6, "name", 1.0), PersonalData(0, 2, "name", 1.0)], "privacy.overlap"),
        ([PersonalData(0, 99, "name", 1.0)], "privacy.span"),
        ([PersonalData(0, 2, "unheard", 1.0)], "privacy.kind"),
    ],
)
def test_findings_that_cannot_be_masks_are_refused(found: list[PersonalData], code: str) -> None:
    with pytest.raises(CoreError) as caught:
        redact("un texte court", found)
    assert caught.value.code == code


def test_a_quote_shows_the_raw_substring_with_the_declared_masks_only() -> None:
    text = "Le Dr Delmas ne vient plus."
    masks = [Mask(6, 12, "name")]
    assert quote(text, masks, 0, len(text)) == "Le Dr [nom] ne vient plus."
    assert quote(text, masks, 13, 27) == "ne vient plus."
    assert quote(text, masks, 0, 9) == "Le Dr [nom]"
    assert quote(text, masks, 8, 15) == "[nom] ne"
    with pytest.raises(CoreError, match=r"privacy\.span"):
        quote(text, masks, 5, 99)


PIECES = st.sampled_from(
    ["Dr ", "docteur ", "Delmas", "martin ", "06 12 34 56 78", "a@b.fr", " rue ", "12 ", "des Lilas", ". "]
    + ["\n", "é", "Mme ", "d'", "-", "je m'appelle ", "Sylvie ", "1 85 05 78 006 084", "LE ", "@", "İ"]
    + ["ﬁ", "😀", "[nom]"]
)
texts = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join))


@given(texts)
def test_everything_outside_the_masks_is_kept_exactly(text: str) -> None:
    found = detect(text)
    assert all(left.end <= right.start for left, right in zip(found, found[1:], strict=False))
    redaction = redact(text, found)
    rebuilt, position = "", 0
    for mask in redaction.masks:
        rebuilt += text[position : mask.start] + KIND_MARKS[mask.kind]
        position = mask.end
    assert rebuilt + text[position:] == redaction.text
