"""What a measure of inequality refuses: too few, missing, small, out of order, out of bounds.
Fed with faulty subgroups and tables.
Feeds nothing: a specification.
"""

from __future__ import annotations

import math

import pytest

from fabrique_core.equity import Disaggregation, Subgroup
from fabrique_core.equity.table import REQUIRED, blocks
from fabrique_core.errors import CoreError


def build(*rows, ordered=True, scale=None, minimum=0):
    return Disaggregation(rows, favourable=True, ordered=ordered, scale=scale, minimum=minimum)


A, B = Subgroup("a", 10, 100, 1), Subgroup("b", 20, 100, 2)


@pytest.mark.parametrize(
    ("code", "rows", "named"),
    [
        ("equity.duplicate", (A, Subgroup("a", 5, 100, 2)), ("a",)),
        ("equity.missing", (A, Subgroup("b", None, 100, 2)), ("b",)),
        ("equity.number", (A, Subgroup("b", math.nan, 100, 2)), ("b",)),
        ("equity.number", (A, Subgroup("b", 5, math.inf, 2)), ("b",)),
        ("equity.negative", (A, Subgroup("b", -5, 100, 2)), ("b",)),
        ("equity.negative", (A, Subgroup("b", 5, 100, 2, se=-1)), ("b",)),
        ("equity.population", (A, Subgroup("b", 5, None, 2)), ("b",)),
        ("equity.population", (A, Subgroup("b", 5, 0, 2)), ("b",)),
        ("equity.order", (A, Subgroup("b", 5, 100, None)), ("b",)),
        ("equity.order", (A, Subgroup("b", 5, 100, 1)), ("a", "b")),
    ],
)
def test_a_faulty_subgroup_is_named(code, rows, named):
    with pytest.raises(CoreError) as refusal:
        build(*rows)
    assert (refusal.value.code, refusal.value.params["subgroups"]) == (code, named)


def test_one_subgroup_is_no_inequality():
    with pytest.raises(CoreError, match=r"equity\.too_few"):
        build(A)


def test_small_subgroups_are_refused_where_a_minimum_is_asked():
    rows = (A, Subgroup("b", 20, 10, 2))
    assert build(*rows).estimates == build(*rows, minimum=10).estimates == (10, 20)
    with pytest.raises(CoreError, match=r"equity\.small") as refusal:
        build(*rows, minimum=11)
    assert refusal.value.params == {"subgroups": ("b",), "minimum": 11}
    with pytest.raises(CoreError, match=r"equity\.population"):
        build(Subgroup("a", 1), Subgroup("b", 2), ordered=False, minimum=11)


def test_an_estimate_beyond_the_bound_is_refused():
    with pytest.raises(CoreError, match=r"equity\.scale"):
        build(A, B, scale=15)
    with pytest.raises(CoreError, match=r"equity\.scale"):
        build(A, B, scale=math.inf)


def test_an_unordered_dimension_needs_no_order():
    assert build(Subgroup("b", 5), Subgroup("a", 6), ordered=False).estimates == (6, 5)


class TestTable:
    HEADER = [*REQUIRED, "se"]

    def row(self, **changes):
        cells = {
            "setting": "Lot", "date": "2022", "indicator": "i", "dimension": "d", "favourable": "1",
            "ordered": "oui", "subgroup": "a", "order": "1", "population": "1 000", "estimate": "12,5", "se": "",
        }  # fmt: skip
        return [(cells | changes)[name] for name in self.HEADER]

    def test_french_numbers_and_words_are_read(self):
        (block,) = blocks(
            self.HEADER, [self.row(), self.row(subgroup="b", order="2", estimate="20.5", se="1")]
        )
        assert block.subgroups == [Subgroup("a", 12.5, 1000, 1, None), Subgroup("b", 20.5, 1000, 2, 1)]
        assert (block.favourable, block.ordered, block.lines) == ({True}, {True}, [2, 3])

    def test_rows_are_gathered_by_setting_date_indicator_and_dimension(self):
        rows = [self.row(), self.row(date="2023"), self.row(setting="Gers"), self.row(subgroup="b")]
        assert [len(block.subgroups) for block in blocks(self.HEADER, rows)] == [2, 1, 1]

    @pytest.mark.parametrize(
        ("column", "cell"),
        [("estimate", "douze"), ("population", "inf"), ("favourable", "peut-être"), ("ordered", ""),
         ("subgroup", ""), ("order", "premier"), ("se", "1,2,3")],
    )  # fmt: skip
    def test_a_faulty_cell_is_located(self, column, cell):
        with pytest.raises(CoreError, match=r"equity\.cell") as refusal:
            blocks(self.HEADER, [self.row(), self.row(**{column: cell})])
        assert refusal.value.params == {"line": 3, "column": column}

    def test_missing_columns_are_listed(self):
        with pytest.raises(CoreError) as refusal:
            blocks(["setting", "estimate", "estimate"], [])
        assert refusal.value.params["twice"] == ("estimate",)
        assert "population" in refusal.value.params["missing"]

    def test_a_table_without_a_row_is_refused(self):
        with pytest.raises(CoreError, match=r"equity\.no_row"):
            blocks(self.HEADER, [[""] * len(self.HEADER)])

    def test_a_block_is_favourable_or_adverse_not_both(self):
        (block,) = blocks(self.HEADER, [self.row(), self.row(subgroup="b", favourable="0")])
        with pytest.raises(CoreError, match=r"equity\.mixed"):
            block.disaggregation(scale=None)

    def test_a_missing_estimate_is_refused_not_zero(self):
        (block,) = blocks(self.HEADER, [self.row(), self.row(subgroup="b", order="2", estimate="NA")])
        with pytest.raises(CoreError, match=r"equity\.missing"):
            block.disaggregation(scale=None)

    def test_the_bound_is_given_or_assumed_for_percentages_only(self):
        (block,) = blocks(self.HEADER, [self.row()])
        assert block.bound(None, False) == (100, True)
        assert block.bound(1000.0, False) == (1000, False)
        assert block.bound(None, True) == (None, False)
        for estimate in ("0,4", "250"):
            (other,) = blocks(self.HEADER, [self.row(estimate=estimate)])
            assert other.bound(None, False) == (None, False)
        (declared,) = blocks([*self.HEADER, "scale"], [[*self.row(), "1000"]])
        assert declared.bound(100.0, False) == (1000, False)
