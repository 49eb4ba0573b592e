"""Statistical secrecy of the observatory: small counts, what would betray them, and what needs no hiding."""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabrique.observatory.services.clearance import decisions

REGION = SimpleNamespace(code="76", level="region", region=None, department=None)
OPEN = "open"


def place(level, code, department=None):
    return SimpleNamespace(level=level, code=code, region=REGION, department=department)


DEPARTMENTS = [place("departement", code) for code in ("09", "12", "46", "48")]


def one(pk, territory, numerator, *, sex="", age="", scope="", rank=0, denominator=None, value=1.0):
    return SimpleNamespace(
        pk=pk, territory=territory, numerator=numerator, denominator=denominator, value=value, sex=sex, age=age,
        deprivation=0, scope=scope, rank=rank,
    )  # fmt: skip


def decided(rows, unit="percent", counts_persons=True):
    return decisions(rows, unit=unit, counts_persons=counts_persons)


def hidden(rows, **said):
    return {pk for pk, decision in decided(rows, **said).items() if decision != OPEN}


def test_nothing_is_hidden_where_no_count_is_small():
    assert hidden([one(n, dep, 20 + n) for n, dep in enumerate(DEPARTMENTS)]) == set()


def test_a_zero_tells_nothing_of_a_large_group():
    assert hidden([one(n, dep, 0 if n == 0 else 50) for n, dep in enumerate(DEPARTMENTS)]) == set()


def test_what_is_not_counted_in_persons_is_never_hidden():
    assert hidden([one(n, dep, 3) for n, dep in enumerate(DEPARTMENTS)], counts_persons=False) == set()


def test_a_small_count_takes_another_with_it_since_the_region_gives_the_sum():
    rows = [
        one(0, DEPARTMENTS[0], 4),
        one(1, DEPARTMENTS[1], 30),
        one(2, DEPARTMENTS[2], 80),
        one(9, REGION, 114),
    ]
    assert decided(rows) == {0: "small", 1: "complementary", 2: OPEN, 9: OPEN}


def test_a_small_count_stays_alone_where_the_rest_of_the_region_is_not_in_the_file():
    """The region counts persons that no department of the file holds: no difference gives the small one away."""
    rows = [one(0, DEPARTMENTS[0], 4), one(1, DEPARTMENTS[1], 30), one(9, REGION, 214)]
    found = decided(rows)
    assert (found[0], found[9]) == ("small", OPEN)


def test_ages_and_sexes_of_a_territory_do_not_give_a_small_one_away():
    lot = DEPARTMENTS[2]
    rows = [
        one(0, lot, 5, age="0-19"), one(1, lot, 40, age="20-39"), one(2, lot, 60, age="40-59"),
        one(3, lot, 105), one(4, lot, 52, sex="femme"), one(5, lot, 53, sex="homme"),
    ]  # fmt: skip
    assert hidden(rows) == {0, 1}


def test_a_group_of_fewer_than_eleven_is_hidden_whatever_its_share():
    rows = [one(0, DEPARTMENTS[0], 0, denominator=6), one(1, DEPARTMENTS[1], 40, denominator=400)]
    assert 0 in hidden(rows)


def test_a_share_and_its_population_give_the_count_away():
    """No numerator in the file: 5 % of 100 persons is five persons."""
    rows = [
        one(n, dep, None, denominator=100, value=5.0 if n == 0 else 40.0) for n, dep in enumerate(DEPARTMENTS)
    ]
    assert 0 in hidden(rows)


def test_a_published_rate_without_any_count_is_shown():
    assert hidden([one(0, DEPARTMENTS[0], None, value=0.4)]) == set()


def test_a_count_of_persons_is_its_own_value():
    assert 0 in hidden([one(0, DEPARTMENTS[0], None, value=7.0)], unit="persons")


def test_sums_that_do_not_hold_are_looked_at_one_table_at_a_time():
    """A source that rounds to ten: the small count is hidden all the same, and nothing is refused."""
    lot = DEPARTMENTS[2]
    rows = [
        one(0, lot, 10, age="0-4"),
        one(1, lot, 30, age="5-9"),
        one(2, lot, 30),
        one(3, DEPARTMENTS[3], 40),
    ]
    assert 0 in hidden(rows)


def test_the_second_value_of_a_contradiction_is_decided_alone():
    rows = [one(0, DEPARTMENTS[0], 50), one(1, DEPARTMENTS[0], 5, rank=1), one(2, DEPARTMENTS[1], 60)]
    assert hidden(rows) == {1}


def test_a_narrower_country_is_another_population():
    france = SimpleNamespace(level="pays", code="FR", region=None, department=None)
    rows = [
        one(0, france, 500, scope="France métropolitaine"),
        one(1, DEPARTMENTS[0], 4),
        one(2, DEPARTMENTS[1], 90),
    ]
    assert 0 not in hidden(rows)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=4))
def test_no_small_count_is_ever_open_nor_alone_under_its_total(counts):
    rows = [one(n, dep, count) for n, (dep, count) in enumerate(zip(DEPARTMENTS, counts, strict=False))]
    rows.append(one(99, REGION, sum(counts)))
    shut = hidden(rows)
    assert {n for n, count in enumerate(counts) if 0 < count < 11} <= shut
    parts = shut - {99}
    if parts and 99 not in shut:
        assert len(parts) > 1
        assert sum(counts[n] for n in parts) >= 11


@pytest.mark.parametrize("small", [1, 10])
def test_the_threshold_is_eleven(small):
    assert hidden([one(0, DEPARTMENTS[0], small)]) == {0}
    assert hidden([one(0, DEPARTMENTS[0], 11)]) == set()
