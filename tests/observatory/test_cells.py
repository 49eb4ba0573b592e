"""Cells of official files, as the French write them: what is read, and what is refused."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabrique.observatory.services import cells


@pytest.mark.parametrize(
    ("written", "read"),
    [("12,5", 12.5), ("12.5", 12.5), ("1 234,5", 1234.5), ("1\u202f234", 1234.0), ("-0,3", -0.3), ("0", 0.0),
     ("1e3", 1000.0), ("", None), ("nd", None), ("s", None), ("...", None), (None, None)],
)  # fmt: skip
def test_a_number_or_nothing_which_is_not_zero(written, read):
    assert cells.number(written) == read


@pytest.mark.parametrize("written", ["douze", "1,2,3", "12%", "1_000", "inf", "0x10", "=1+1"])
def test_what_is_no_number_is_refused(written):
    with pytest.raises(ValueError):
        cells.number(written)


@settings(max_examples=40)
@given(st.floats(min_value=-1e9, max_value=1e9).map(lambda value: round(value, 3)))
def test_a_number_comes_back_whatever_its_decimal_mark(value):
    written = format(value, ".3f")
    assert cells.number(written) == cells.number(written.replace(".", ",")) == value


@pytest.mark.parametrize(
    ("written", "words", "start", "end"),
    [
        ("2023", "2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2020-2022", "2020-2022", date(2020, 1, 1), date(2022, 12, 31)),
        ("2024-02", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023T4", "2023-T4", date(2023, 10, 1), date(2023, 12, 31)),
        ("2023.0", "2023", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_a_period_and_its_days(written, words, start, end):
    assert cells.period(written) == cells.Period(words, start, end)


@pytest.mark.parametrize("written", ["", "2022-2020", "2023-13", "23", "hier", "9999"])
def test_a_period_without_sense_is_refused(written):
    with pytest.raises(ValueError):
        cells.period(written)


@pytest.mark.parametrize(
    ("written", "read"),
    [("de 0 à 4 ans", "0-4"), ("00_04", "0-4"), ("95_130", "95+"), ("plus de 95 ans", "95+"), ("75+", "75+"),
     ("95et+", "95+"), ("75 ans ou plus", "75+"), ("tous âges", ""), ("tsage", ""), ("Total", ""),
     ("moins de 30 ans", "0-29")],
)  # fmt: skip
def test_an_age_band_is_written_one_way(written, read):
    assert cells.age(written) == read


@pytest.mark.parametrize(
    ("written", "read"), [("9", "09"), ("09", "09"), ("9.0", "09"), ("2a", "2A"), ("974", "974")]
)
def test_a_department_keeps_its_zero(written, read):
    assert cells.department(written) == read


@pytest.mark.parametrize("written", ["0", "96", "", "Lot", "999"])
def test_no_department_of_that_code(written):
    with pytest.raises(ValueError):
        cells.department(written)


def test_sexes():
    assert [cells.sex(one) for one in ("Femmes", "1", "9", "Tous sexes", "")] == [
        "femme",
        "homme",
        "",
        "",
        "",
    ]
    with pytest.raises(ValueError):
        cells.sex("autre")
