"""What a plan of tables releases, and that nothing held back can be worked out from it.
Fed with small tables; the attackers of this file share no code with the library.
Feeds nothing: a specification.
"""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from fabrique_core.errors import CoreError
from fabrique_core.estimate import TOTAL, Disclosure, Suppressed, Table, disclose

SMALL, COMPLEMENTARY = Suppressed("small"), Suppressed("complementary")


def one(cells: dict[str, int], key: str = "t", dim: str = "dep", population: str = "all") -> Table:
    return Table(key, (dim,), {(name,): count for name, count in cells.items()}, population)


def shown(plan: list[Table], threshold: int = 11) -> dict[tuple[str, ...], int | Suppressed]:
    return dict(disclose(plan, threshold=threshold).tables[0].cells)


def test_counts_of_eleven_and_more_are_shown_with_their_total() -> None:
    assert shown([one({"09": 11, "31": 250})]) == {("09",): 11, ("31",): 250, (TOTAL,): 261}


def test_a_small_cell_takes_another_with_it() -> None:
    assert shown([one({"09": 10, "31": 250, "81": 40})]) == {
        ("09",): SMALL,
        ("31",): 250,
        ("81",): COMPLEMENTARY,
        (TOTAL,): 300,
    }


def test_small_cells_whose_sum_is_small_take_another_too() -> None:
    released = shown([one({"09": 3, "48": 4, "81": 40, "31": 250})])
    assert released[("81",)] == COMPLEMENTARY
    assert released[("31",)] == 250


def test_two_small_cells_that_the_rules_would_solve_take_another() -> None:
    """10 + 10 = 20 has one solution among counts from 1 to 10."""
    released = shown([one({"09": 10, "48": 10, "81": 40})])
    assert released == {("09",): SMALL, ("48",): SMALL, ("81",): COMPLEMENTARY, (TOTAL,): 60}


def test_a_zero_is_shown_unless_its_group_is_small() -> None:
    assert shown([one({"09": 0, "31": 20})])[("09",)] == 0
    table = Table(
        "t", ("dep", "theme"), {("48", "oui"): 0, ("48", "non"): 5, ("31", "oui"): 20, ("31", "non"): 30}
    )
    released = shown([table])
    assert released[("48", "oui")] == SMALL
    assert released[("48", "non")] == SMALL
    assert released[("48", TOTAL)] == SMALL


def test_all_of_a_small_group_is_never_told() -> None:
    released = shown([one({"oui": 6, "non": 0}, dim="theme")])
    assert set(released.values()) == {SMALL}


def test_a_group_of_nobody_is_shown_as_such() -> None:
    assert shown([one({"09": 0, "31": 0})]) == {("09",): 0, ("31",): 0, (TOTAL,): 0}


def test_the_zero_of_an_empty_group_is_shown_even_beside_a_small_one() -> None:
    """Nobody in Lozère: that none of them is under 15 tells nothing of the three children elsewhere."""
    cells = {("48", "0-14"): 0, ("48", "15+"): 0, ("31", "0-14"): 3, ("31", "15+"): 40}
    released = shown([Table("t", ("dep", "age"), cells)])
    assert (released[("48", "0-14")], released[("48", TOTAL)]) == (0, 0)
    assert (released[("31", "0-14")], released[(TOTAL, "0-14")]) == (SMALL, SMALL)


def test_a_cell_of_two_tables_is_held_back_in_both() -> None:
    by_age = Table(
        "b", ("dep", "age"), {("09", "65+"): 12, ("09", "15-64"): 30, ("31", "65+"): 90, ("31", "15-64"): 5}
    )
    plan = disclose([one({"09": 42, "31": 95}, key="a"), by_age])
    first, second = (dict(table.cells) for table in plan.tables)
    for dep in ("09", "31"):
        assert first[(dep,)] == second[(dep, TOTAL)]


def test_a_detailed_table_of_one_department_is_the_same_cells() -> None:
    wide = Table(
        "w", ("dep", "age"), {("09", "65+"): 4, ("09", "15-64"): 30, ("31", "65+"): 90, ("31", "15-64"): 50}
    )
    narrow = Table("n", ("age",), {("65+",): 4, ("15-64",): 30}, where=(("dep", "09"),))
    plan = disclose([wide, narrow])
    assert plan.tables[1].cells[("65+",)] == SMALL
    for age in ("65+", "15-64", TOTAL):
        assert plan.tables[1].cells[(age,)] == plan.tables[0].cells[("09", age)]


def test_populations_are_kept_apart() -> None:
    plan = disclose(
        [one({"09": 20}, key="a", population="persons"), one({"09": 30}, key="b", population="groups")]
    )
    assert [table.cells[("09",)] for table in plan.tables] == [20, 30]


def test_the_threshold_is_a_parameter() -> None:
    assert shown([one({"09": 5, "31": 50})], threshold=5)[("09",)] == 5
    assert shown([one({"09": 30, "31": 50, "81": 90})], threshold=31)[("09",)] == SMALL


def test_where_the_reasons_alone_would_tell_the_counts_they_say_nothing() -> None:
    """Three columns of at most 2 and two rows of at least 3: only totals of 2 and 3 would fit."""
    plan = disclose([Table("t", ("a", "b"), dict.fromkeys(product("xy", "uvw"), 1))], threshold=3)
    assert set(plan.tables[0].cells.values()) == {Suppressed("withheld")}
    assert (plan.small, plan.complementary, plan.withheld) == (0, 0, 12)


def test_every_held_back_cell_is_counted_once_by_reason() -> None:
    plan = disclose([one({"09": 3, "31": 250, "81": 40}), one({"09": 3, "31": 250, "81": 40}, key="again")])
    assert (plan.small, plan.complementary) == (1, 1)


def test_an_empty_plan_releases_nothing() -> None:
    assert disclose([]) == Disclosure((), 11, 0, 0)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ([one({"09": 20}), one({"09": 20})], "disclosure.key"),
        ([one({"09": 20}), one({"09": 21}, key="b")], "disclosure.inconsistent"),
        ([one({"09": -1})], "disclosure.table"),
        ([one({})], "disclosure.table"),
        ([one({TOTAL: 20})], "disclosure.table"),
        ([Table("t", ("a", "b"), {("x",): 20})], "disclosure.table"),
        ([Table("t", ("a", "a"), {("x", "y"): 20})], "disclosure.table"),
        ([Table("t", ("a",), {("x",): 20}, where=(("a", "x"),))], "disclosure.table"),
        ([Table("t", tuple("abcde"), {tuple("abcde"): 20})], "disclosure.table"),
    ],
)
def test_a_plan_that_cannot_be_read_is_refused(plan: list[Table], code: str) -> None:
    with pytest.raises(CoreError) as caught:
        disclose(plan)
    assert caught.value.code == code


def test_a_threshold_that_the_reason_would_give_away_is_refused() -> None:
    with pytest.raises(CoreError, match=r"disclosure\.threshold"):
        disclose([one({"09": 20})], threshold=2)


# Attackers, written apart from the library: they read the released tables only.

Name = tuple[str, frozenset[tuple[str, str]]]


def name_of(table: Table, place: tuple[str, ...]) -> Name:
    conditions = [(dim, value) for dim, value in zip(table.dims, place, strict=True) if value != TOTAL]
    return table.population, frozenset([*conditions, *table.where])


def published(
    plan: list[Table], threshold: int
) -> tuple[dict[Name, int], dict[Name, str], list[dict[Name, int]]]:
    """Shown values, hidden cells with their reason, and every equation « parts - total = 0 »."""
    known: dict[Name, int] = {}
    hidden: dict[Name, str] = {}
    equations: list[dict[Name, int]] = []
    for table, released in zip(plan, disclose(plan, threshold=threshold).tables, strict=True):
        for place, value in released.cells.items():
            if isinstance(value, Suppressed):
                hidden[name_of(table, place)] = value.reason
            else:
                known[name_of(table, place)] = value
            for axis in [axis for axis, category in enumerate(place) if category == TOTAL]:
                line = {name_of(table, place): -1}
                for other in released.cells:
                    same = all(other[i] == place[i] for i in range(len(place)) if i != axis)
                    if same and other[axis] != TOTAL:
                        line[name_of(table, other)] = line.get(name_of(table, other), 0) + 1
                equations.append(line)
    assert not set(known) & set(hidden), "a cell shown in one table is hidden in another"
    return known, hidden, equations


def system(plan: list[Table], threshold: int) -> tuple[np.ndarray, np.ndarray, list[Name], dict[Name, str]]:
    known, hidden, equations = published(plan, threshold)
    names = sorted(hidden, key=lambda name: (name[0], sorted(name[1])))
    matrix = np.array([[line.get(name, 0) for name in names] for line in equations], dtype=float)
    right = np.array(
        [-sum(sign * known[name] for name, sign in line.items() if name in known) for line in equations]
    )
    return matrix.reshape(len(equations), len(names)), right, names, hidden


def solved_by_differencing(plan: list[Table], threshold: int) -> list[Name]:
    """Cells that a linear combination of published numbers gives: no solution of the system moves them."""
    matrix, _, names, _ = system(plan, threshold)
    if not names:
        return []
    _, singular, rows = np.linalg.svd(matrix)
    null_space = rows[int((singular > 1e-9).sum()) :]
    return [name for position, name in enumerate(names) if not np.any(np.abs(null_space[:, position]) > 1e-9)]


def pinned_by_bounds(plan: list[Table], threshold: int) -> list[Name]:
    """Cells whose least and greatest values meet, knowing that no count is negative (linear programs)."""
    matrix, right, names, _ = system(plan, threshold)
    pinned = []
    for position, name in enumerate(names):
        ends = []
        for sign in (1.0, -1.0):
            objective = np.zeros(len(names))
            objective[position] = sign
            result = linprog(objective, A_eq=matrix, b_eq=right, bounds=(0, 10_000))
            assert result.status == 0
            ends.append(sign * result.fun)
        if ends[1] - ends[0] < 1e-6:
            pinned.append(name)
    return pinned


counts = st.one_of(st.integers(0, 6), st.integers(0, 60))


@st.composite
def cubes(draw: st.DrawFn) -> list[Table]:
    """A detailed table and some of its margins, slices or coarser crossings, released together."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    dims = tuple("abc"[: len(sizes)])
    places = list(
        product(*[[f"{dim}{n}" for n in range(size)] for dim, size in zip(dims, sizes, strict=True)])
    )
    cells = {place: draw(counts) for place in places}
    plan = [Table("whole", dims, cells)]
    for size in range(1, len(dims)):
        for axes in combinations(range(len(dims)), size):
            if draw(st.booleans()):
                kept: dict[tuple[str, ...], int] = {}
                for place, count in cells.items():
                    part = tuple(place[axis] for axis in axes)
                    kept[part] = kept.get(part, 0) + count
                plan.append(
                    Table("".join(dims[axis] for axis in axes), tuple(dims[axis] for axis in axes), kept)
                )
    return plan if draw(st.booleans()) else plan[1:] or plan


@settings(deadline=None, max_examples=150)
@given(cubes(), st.sampled_from([3, 5, 11]))
def test_no_small_count_is_shown(plan: list[Table], threshold: int) -> None:
    for table in disclose(plan, threshold=threshold).tables:
        for value in table.cells.values():
            assert isinstance(value, Suppressed) or value == 0 or value >= threshold


@settings(deadline=None, max_examples=150)
@given(cubes(), st.sampled_from([3, 5, 11]))
def test_no_linear_differencing_gives_a_suppressed_cell(plan: list[Table], threshold: int) -> None:
    assert solved_by_differencing(plan, threshold) == []


@settings(deadline=None, max_examples=60)
@given(cubes(), st.sampled_from([3, 5, 11]))
def test_no_suppressed_cell_is_pinned_by_its_bounds(plan: list[Table], threshold: int) -> None:
    assert pinned_by_bounds(plan, threshold) == []


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_no_suppressed_cell_is_the_same_in_every_table_that_fits(values: list[int]) -> None:
    """An exhaustive attacker, who also knows the rule behind each reason, on two by two tables."""
    table = Table("t", ("a", "b"), dict(zip(product("xy", "uv"), values, strict=True)))
    released = disclose([table], threshold=4).tables[0].cells
    hidden = [place for place, value in released.items() if isinstance(value, Suppressed)]
    fits: list[dict[tuple[str, ...], int]] = []
    for guess in product(range(12), repeat=4):
        inner = dict(zip(product("xy", "uv"), guess, strict=True))
        whole = {**inner, (TOTAL, TOTAL): sum(guess)}
        for letter in "xy":
            whole[(letter, TOTAL)] = inner[(letter, "u")] + inner[(letter, "v")]
        for letter in "uv":
            whole[(TOTAL, letter)] = inner[("x", letter)] + inner[("y", letter)]
        if all(obeys(place, whole, released) for place in released):
            fits.append(whole)
        if len(fits) > 1 and all(len({fit[place] for fit in fits}) > 1 for place in hidden):
            return
    assert not hidden


def obeys(
    place: tuple[str, ...],
    guess: dict[tuple[str, ...], int],
    released: dict[tuple[str, ...], int | Suppressed],
) -> bool:
    value, count = released[place], guess[place]
    if not isinstance(value, Suppressed):
        return count == value
    if value.reason == "withheld":
        return True
    if value.reason == "complementary":
        return count >= 4
    groups = [(TOTAL, place[1]), (place[0], TOTAL), (TOTAL, TOTAL)]
    return 0 < count < 4 or (count == 0 and any(0 < guess[group] < 4 for group in groups if group != place))


@settings(deadline=None, max_examples=50)
@given(cubes())
def test_the_release_does_not_depend_on_the_order_of_cells(plan: list[Table]) -> None:
    reordered = [
        Table(table.key, table.dims, dict(reversed(list(table.cells.items()))), table.population)
        for table in plan
    ]
    before, after = disclose(plan), disclose(reordered)
    assert [dict(table.cells) for table in before.tables] == [dict(table.cells) for table in after.tables]
