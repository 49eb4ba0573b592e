"""Numbers, dates and words as the British write them, on a page read in English; what stays French there.

Fed by templatetags/francais, every app's enums and the templates. Feeds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from fabrique.contributions.enums import Channel
from fabrique.web.templatetags import english
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

NB = "\u00a0"
SOURCES = Path(english.__file__).resolve().parents[2]
APPS = ("accounts", "analysis", "common", "consultations", "contributions", "restitution", "territories")


@pytest.fixture(autouse=True)
def _read_in_english() -> Iterator[None]:
    with override("en-gb"):
        yield


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (0, 0, "0"),
        (999, 0, "999"),
        (8238, 0, "8,238"),
        (-1204, 0, "\u22121,204"),
        (0.5, 0, "1"),
        (2.5, 0, "3"),
        (Decimal("1234.46"), 1, "1,234.5"),
        (None, 0, "—"),
    ],
)
def test_numbers_are_grouped_by_commas_with_a_point(value: object, decimals: int, written: str) -> None:
    assert nombre(value, decimals) == written


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_grouped_number_reads_back_as_itself(value: int) -> None:
    with override("en"):
        assert int(nombre(value).replace(",", "").replace("\u2212", "-")) == value


def test_shares_are_percentages_without_a_space() -> None:
    assert pourcent(0.45) == "45%"
    assert pourcent(Decimal("0.4237"), 1) == "42.4%"
    assert pourcent(None) == "—"


def test_dates_and_times_are_written_in_full() -> None:
    assert date_longue(date(2026, 11, 22)) == f"22{NB}November 2026"
    assert date_longue(date(2027, 3, 1)) == f"1{NB}March 2027"
    assert jour_date(date(2027, 3, 1)) == f"Monday 1{NB}March 2027"
    midnight_in_paris = datetime(2027, 6, 30, 22, 0, tzinfo=UTC)
    assert heure(midnight_in_paris) == "00:00"
    assert date_heure(midnight_in_paris) == f"1{NB}July 2027 at 00:00"
    assert {date_longue(None), jour_date(None), heure(None), date_heure(None), duree(None)} == {"—"}


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (0, f"0{NB}minutes"),
        (1, f"1{NB}minute"),
        (8, f"8{NB}minutes"),
        (60, f"1{NB}hour"),
        (80, f"1{NB}hour 20{NB}minutes"),
        (120, f"2{NB}hours"),
    ],
)
def test_durations(minutes: int, written: str) -> None:
    assert duree(minutes) == written


def test_the_english_plural_is_for_whatever_is_not_one() -> None:
    assert [pluriel(n) for n in (0, 1, 1.9, 2)] == ["s", "", "s", "s"]
    assert pluriel(None) == ""


def test_counts_are_said_in_english_words() -> None:
    assert compte(0, "texte") == "no text"
    assert compte(1, "texte") == f"1{NB}text"
    assert compte(8238, "texte,textes reçus") == f"8,238{NB}texts received"
    assert compte(1, "f:personne") == f"1{NB}person"
    assert compte(2, "f:personne") == f"2{NB}people"
    assert compte(2, "questionnaire") == f"2{NB}questionnaires"
    assert compte(None, "texte") == "—"


def test_every_word_that_is_counted_has_its_english() -> None:
    used = set()
    for path in SOURCES.rglob("*.html"):
        used |= set(re.findall(r'\|compte:"([^"]+)"', path.read_text("utf-8")))
    for path in SOURCES.rglob("*.py"):
        used |= set(re.findall(r'\bcompte\(.*, "([^"]+)"\)', path.read_text("utf-8")))
    assert "f:personne" in used
    assert used <= set(english.COUNTED)


def test_lists_end_with_and() -> None:
    assert liste(["a", "b", "c"]) == "a, b and c"
    assert liste(["a"]) == "a"


def test_text_is_escaped_and_its_spaces_left_alone() -> None:
    assert typo("Why ? <b> « yes » 45 %") == "Why ? &lt;b&gt; « yes » 45 %"
    assert typo(typo("a & b")) == "a &amp; b"
    assert typo(None) == ""


def _choices() -> list[type[TextChoices]]:
    return [
        found
        for app in APPS
        for found in vars(import_module(f"fabrique.{app}.enums")).values()
        if isinstance(found, type) and issubclass(found, TextChoices) and found is not TextChoices
    ]


@pytest.mark.parametrize("choices", _choices(), ids=lambda choices: choices.__qualname__)
def test_every_label_waits_to_know_the_reader_s_language(choices: type[TextChoices]) -> None:
    assert all(isinstance(label, Promise) for _, label in choices.choices)


def test_labels_are_said_in_english_then_in_french() -> None:
    assert str(Channel.PAPER.label) == "paper questionnaire"
    with override("fr"):
        assert str(Channel.PAPER.label) == "questionnaire papier"
