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


def epci(code):
    return SimpleNamespace(level="epci", code=code, region=REGION, department=None)


def commune(code, department, held):
    return SimpleNamespace(level="commune", code=code, region=REGION, department=department, epci=held)


def test_women_of_the_departments_are_tied_to_women_of_the_region():
    """By sex, the region less the open departments gave the hidden one back."""
    women = dict(enumerate((5, 300, 400, 500)))
    rows = [one(n, DEPARTMENTS[n], count, sex="femme") for n, count in women.items()]
    rows += [one(20 + n, DEPARTMENTS[n], 1000 + count) for n, count in women.items()]
    rows += [one(90, REGION, 5205), one(91, REGION, 1205, sex="femme")]
    assert decided(rows)[0] == "small"
    assert hidden(rows) & {1, 2, 3, 91}


def test_a_department_does_not_give_its_intercommunality_away():
    """Another intercommunality, elsewhere, protects it in the region; not in its department."""
    rows = [
        one(0, epci("E1"), 5), one(1, epci("E2"), 100), one(2, DEPARTMENTS[2], 105), one(3, REGION, 9000),
        one(4, epci("E3"), 30), one(5, DEPARTMENTS[3], 800),
    ]  # fmt: skip
    found = decisions(rows, unit="percent", counts_persons=True, homes={"E1": "46", "E2": "46"})
    assert found[0] == "small"
    assert (found[1], found[2]) != (OPEN, OPEN)


def test_an_intercommunality_does_not_give_its_commune_away():
    lot, held = DEPARTMENTS[2], epci("E1")
    rows = [
        one(0, commune("46001", lot, held), 5),
        one(1, commune("46002", lot, held), 100),
        one(2, commune("46003", lot, epci("E2")), 30),
        one(3, held, 105),
    ]
    assert len(hidden(rows) & {1, 3}) >= 1


def test_a_broad_age_does_not_give_a_narrow_one_away():
    lot = DEPARTMENTS[2]
    rows = [
        one(0, lot, 5, age="0-4"), one(1, lot, 95, age="5-9"), one(2, lot, 20, age="10-14"),
        one(3, lot, 100, age="0-9"), one(4, lot, 120),
    ]  # fmt: skip
    assert 0 in hidden(rows)
    assert len(hidden(rows) & {1, 3}) >= 1


def test_ages_astride_others_are_not_shown_where_something_is_hidden():
    lot = DEPARTMENTS[2]
    rows = [one(0, lot, 5, age="0-4"), one(1, lot, 95, age="5-9"), one(2, lot, 98, age="3-9")]
    assert 2 in hidden(rows)
    assert (
        hidden([one(0, lot, 50, age="0-4"), one(1, lot, 95, age="5-9"), one(2, lot, 98, age="3-9")]) == set()
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=16, max_size=16))
def test_no_known_difference_gives_a_small_count_back(counts):
    """Two departments of two intercommunalities, two five-year ages and their broad one: every sum is published."""
    places = [epci("A1"), epci("A2"), epci("B1"), epci("B2")]
    deps = {"A": place("departement", "46"), "B": place("departement", "12")}
    cells = {}
    for at, held in enumerate(places):
        for nth, (sex, age) in enumerate((s, a) for s in ("femme", "homme") for a in ("0-4", "5-9")):
            for where in (held.code, held.code[0], "R"):
                for key in ((sex, age), (sex, "0-9"), (sex, ""), ("", age), ("", "0-9"), ("", "")):
                    cells[where, *key] = cells.get((where, *key), 0) + counts[4 * at + nth]
    named = {held.code: held for held in places} | deps | {"R": REGION}
    keys = list(cells)
    rows = [one(n, named[key[0]], cells[key], sex=key[1], age=key[2]) for n, key in enumerate(keys)]
    homes = {"A1": "46", "A2": "46", "B1": "12", "B2": "12"}
    decided_ = decisions(rows, unit="percent", counts_persons=True, homes=homes)
    shut = {key for n, key in enumerate(keys) if decided_[n] != OPEN}
    assert {key for key in keys if 0 < cells[key] < 11} <= shut
    # whatever equation holds between published cells, the hidden ones in it are never one small count alone
    above = {"A1": "A", "A2": "A", "B1": "B", "B2": "B", "A": "R", "B": "R"}
    for key in keys:
        where, sex, age = key
        for parts in (
            [(low, sex, age) for low, high in above.items() if high == where],
            [(low, sex, age) for low in ("A1", "A2", "B1", "B2") if where == "R"],
            [(where, sex, narrow) for narrow in ("0-4", "5-9") if age in ("0-9", "")],
            [(where, one_sex, age) for one_sex in ("femme", "homme") if not sex],
        ):
            masked = [part for part in parts if part in shut]
            if masked and key not in shut:
                assert len(masked) > 1 or cells[masked[0]] == 0 or cells[masked[0]] >= 11
                assert sum(cells[part] for part in masked) >= 11
