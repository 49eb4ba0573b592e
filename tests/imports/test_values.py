"""Departments, ages, sexes, dates and numbers as people write them; keys; markup.

Fed by cells written here. Feeds confidence in services.values, keys and markup.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique.imports.services import values
from fabrique.imports.services.keys import free_key, slug_key
from fabrique.imports.services.markup import words_of
from fabrique.imports.services.tables import as_written, cleaned
from fabrique_core.files import neutralise_cell


@pytest.mark.parametrize(
    ("cell", "band"),
    [("42", "40-59"), ("42 ans", "40-59"), ("de 40 à 59 ans", "40-59"), ("75 ans et plus", "75-plus"),
     ("75+", "75-plus"), ("15-19", "15-19"), ("0", "0-14"), ("101", "75-plus"), ("25-45 ans", "25-45"),
     ("65 ans et plus", "65-plus"),
     ("moins de 20 ans", "0-19"), ("60 – 74", "60-74")],
)  # fmt: skip
def test_ages_as_people_write_them(cell, band):
    assert values.age_band(cell) == band


@pytest.mark.parametrize("cell", ["vieux", "130", "12-13-14", "59-40"])
def test_what_is_no_age_is_told(cell):
    with pytest.raises(ValueError, match=r".+"):
        values.age_band(cell)


@given(st.integers(0, 120))
def test_every_age_has_a_band_that_fits_the_column(age):
    assert re.fullmatch(r"\d{1,2}-(\d{1,2}|plus)", values.age_band(str(age)))


@pytest.mark.parametrize(
    ("cell", "instant"),
    [("2019-01-24 22:29:15 +0100", "2019-01-24T21:29:15"), ("24/01/2019", "2019-01-23T23:00:00"),
     ("24/07/2019 10h30", "2019-07-24T08:30:00"), ("2019-01-24T22:29:15Z", "2019-01-24T22:29:15"),
     ("2019-01-24T22:29:15.123+01:00", "2019-01-24T21:29:15"), ("2019-01-24 22:29:15 UTC", "2019-01-24T22:29:15")],
)  # fmt: skip
def test_dates_of_every_platform(cell, instant):
    assert values.instant(cell).isoformat() == f"{instant}+00:00"


@pytest.mark.parametrize("cell", ["32/13/2023", "hier", "01/01/1066", "2999-01-01", "24/01/2019 25:00"])
def test_what_is_no_date_is_told(cell):
    with pytest.raises(ValueError, match=r".+"):
        values.instant(cell)


def test_limesurvey_without_dates_writes_one_of_its_own():
    assert values.instant("1980-01-01 00:00:00") is None


@pytest.mark.parametrize(
    ("cell", "key"), [("Femme", "woman"), ("H", "man"), ("M", "man"), ("Non binaire", "other")]
)
def test_sexes(cell, key):
    assert values.sex(cell) == key


@pytest.mark.parametrize("cell", ["Je préfère ne pas répondre", "", "N/A", "Ne souhaite pas répondre"])
def test_what_was_not_said(cell):
    assert not values.said(cell)


@pytest.mark.parametrize(("cell", "number"), [("12,5", "12.50"), ("1 234", "1234.00"), ("-3", "-3.00")])
def test_numbers(cell, number):
    assert str(values.number(cell)) == number


@pytest.mark.parametrize("cell", ["douze", "1e400", "nan", "9" * 30])
def test_what_is_no_number_is_told(cell):
    with pytest.raises(ValueError, match=r".+"):
        values.number(cell)


@pytest.mark.django_db
@pytest.mark.both_databases
class TestPlaces:
    @pytest.mark.parametrize("cell", ["46", "046", "Lot", "LOT", "46 - Lot", "Lot (46)", "lot"])
    def test_departments(self, cell, occitanie):
        assert values.Places().department(cell).code == "46"

    def test_a_short_code_gets_its_zero(self, occitanie):
        assert values.Places().department("9").code == "09"

    @pytest.mark.parametrize(
        ("cell", "code"), [("46000", "46"), ("Cahors", "46"), ("9000", "09"), ("46100 Figeac", "46")]
    )
    def test_communes_give_their_department_and_nothing_nearer(self, cell, code, occitanie):
        assert values.Places().of_commune(cell).code == code

    @pytest.mark.parametrize("cell", ["99", "Atlantide", "000"])
    def test_what_is_no_department_is_told(self, cell, occitanie):
        with pytest.raises(ValueError, match=r".+"):
            values.Places().department(cell)
        with pytest.raises(ValueError, match=r".+"):
            values.Places().of_commune(cell)


@given(st.text(max_size=300))
def test_a_key_is_always_a_slug_that_fits(text):
    key = slug_key(text)
    assert re.fullmatch(r"[a-z0-9_-]{1,50}", key)
    assert free_key(key, {key}) != key
    assert len(free_key(key, {key})) <= 50


@given(st.text(max_size=300), st.text(max_size=300))
def test_two_long_texts_have_two_keys(one, other):
    if slug_key(one) == slug_key(other):
        from django.utils.text import slugify

        assert one == other or slugify(one) == slugify(other)


@given(st.text(max_size=500))
def test_what_is_cleaned_can_be_stored_and_no_markup_is_run(text):
    clean = cleaned(text)
    assert not re.search("[\x00-\x08\ud800-\udfff]", clean)
    assert (
        "<script" not in words_of(f"<p>{clean}</p><script>x</script>").lower() or "<script" in clean.lower()
    )


@given(st.text(max_size=80))
def test_a_cell_of_our_report_reads_back_as_it_was(text):
    assert as_written(str(neutralise_cell(text))) == text or text.startswith("'")


def test_html_is_read_as_lines():
    assert words_of("<p>Un&nbsp;médecin</p><ul><li>ici</li><li>là</li></ul>") == "Un médecin\n\n– ici\n\n– là"
    assert words_of("3 < 4 et 5 > 2") == "3 < 4 et 5 > 2"
