"""Numbers, dates and spaces as the French write them.

Fed by templatetags/francais. Feeds nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fabrique.web.templatetags.francais import (
    compte,
    date_heure,
    date_longue,
    duree,
    heure,
    jour_date,
    liste,
    nombre,
    pluriel,
    pourcent,
    typo,
)

NB, NN = "\u00a0", "\u202f"


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (8238, 0, f"8{NN}238"),
        (6_040_000, 0, f"6{NN}040{NN}000"),
        (-1204, 0, f"\u22121{NN}204"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (Decimal("1234.56"), 1, f"1{NN}234,6"),
        ("12", 2, "12,00"),
        (-0.2, 0, "0"),
    ],
)
def test_numbers_are_grouped_by_thousands_with_a_comma(value: object, decimals: int, written: str) -> None:
    assert nombre(value, decimals) == written


@pytest.mark.parametrize("nothing", [None, "", "rien", float("nan"), float("inf"), True])
def test_what_is_no_number_shows_a_dash(nothing: object) -> None:
    assert nombre(nothing) == pourcent(nothing) == "—"


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_grouped_number_reads_back_as_itself(value: int) -> None:
    assert int(nombre(value).replace(NN, "").replace("\u2212", "-")) == value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4), st.integers(min_value=0, max_value=4))
def test_rounding_never_moves_a_number_by_more_than_half_a_step(value: Decimal, decimals: int) -> None:
    back = Decimal(nombre(value, decimals).replace(NN, "").replace("\u2212", "-").replace(",", "."))
    assert abs(back - value) <= Decimal(1).scaleb(-decimals) / 2


def test_shares_are_percentages_with_a_space() -> None:
    assert pourcent(0.423) == f"42{NB}%"
    assert pourcent(Decimal("0.4237"), 1) == f"42,4{NB}%"
    assert pourcent(1) == f"100{NB}%"


def test_dates_are_written_in_full_and_the_first_of_a_month_is_1er() -> None:
    assert date_longue(date(2027, 3, 1)) == f"1er{NB}mars{NB}2027"
    assert date_longue(date(2027, 8, 22)) == f"22{NB}août{NB}2027"
    assert jour_date(date(2027, 3, 1)) == f"lundi 1er{NB}mars{NB}2027"


def test_an_instant_is_told_in_the_instance_s_time_zone() -> None:
    midnight_in_paris = datetime(2027, 6, 30, 22, 0, tzinfo=UTC)
    assert date_longue(midnight_in_paris) == f"1er{NB}juillet{NB}2027"
    assert heure(midnight_in_paris) == f"0{NB}h"
    assert heure(datetime(2027, 1, 5, 8, 5, tzinfo=UTC)) == f"9{NB}h{NB}05"
    assert date_heure(midnight_in_paris) == f"1er{NB}juillet{NB}2027 à 0{NB}h"


def test_an_absent_date_shows_a_dash() -> None:
    assert {date_longue(None), jour_date(None), heure(None), date_heure(None), duree(None)} == {"—"}


def test_durations() -> None:
    assert duree(1) == f"1{NB}minute"
    assert duree(8) == f"8{NB}minutes"
    assert duree(60) == f"1{NB}h"
    assert duree(80) == f"1{NB}h{NB}20"


def test_high_punctuation_is_not_left_alone_at_the_start_of_a_line() -> None:
    assert typo("Pourquoi ? Parce que : « oui » ; 42 %") == (
        f"Pourquoi{NB}? Parce que{NB}: «{NB}oui{NB}»{NB}; 42{NB}%"
    )
    assert typo("«oui»") == f"«{NB}oui{NB}»"


def test_addresses_and_times_are_left_as_they_are() -> None:
    assert typo("https://exemple.test/a?b=c et 12:30") == "https://exemple.test/a?b=c et 12:30"


def test_text_is_escaped_once() -> None:
    assert typo("<b>a & b</b> ?") == f"&lt;b&gt;a &amp; b&lt;/b&gt;{NB}?"
    assert typo(typo("a & b")) == "a &amp; b"
    assert typo(None) == ""


def test_a_straight_apostrophe_between_letters_is_curled_and_no_other() -> None:
    assert typo("Renforcer l'accès, aujourd'hui") == "Renforcer l’accès, aujourd’hui"
    assert typo("5' 'mot' rock'") == "5&#x27; &#x27;mot&#x27; rock&#x27;"
    assert typo(typo("d'autres <b>")) == "d’autres &lt;b&gt;"


@given(st.text(alphabet="ab :;!?«»%1 \u00a0<&"))
def test_typography_changes_nothing_but_spaces_and_settles_at_once(text: str) -> None:
    from html import unescape

    written = typo(text)
    assert typo(written) == written
    bare = str.maketrans("", "", " \u00a0\u202f")
    assert unescape(written).translate(bare) == text.translate(bare)


def test_the_french_plural_starts_at_two() -> None:
    assert [pluriel(n) for n in (0, 1, 1.9, 2, -2)] == ["", "", "", "s", "s"]
    assert pluriel(3, "al,aux") == "aux"
    assert pluriel(1, "al,aux") == "al"
    assert pluriel(2, "x") == "x"


def test_counts_are_said_in_words() -> None:
    assert compte(0, "f:réponse") == "aucune réponse"
    assert compte(0, "texte") == "aucun texte"
    assert compte(1, "f:réponse") == f"1{NB}réponse"
    assert compte(8238, "questionnaire") == f"8{NN}238{NB}questionnaires"
    assert compte(2, "cheval,chevaux") == f"2{NB}chevaux"
    assert compte(None, "texte") == "—"


def test_lists_end_with_et() -> None:
    assert liste(["a", "b", "c"]) == "a, b et c"
    assert liste(["a"]) == "a"
    assert liste([]) == liste(None) == ""
