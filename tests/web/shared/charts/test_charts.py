"""Charts: geometry holds whatever the values, words and tables stand beside each drawing, masked stays masked.

Fed by made-up values. Feeds nothing.
"""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from fabrique.territories.enums import Level
from fabrique.web.shared.charts import (
    DotRow,
    Given,
    TrendPoint,
    choropleth,
    dot_plot,
    pyramid,
    quintile_bars,
    small_multiples,
)
from fabrique.web.shared.charts.scales import Scale, bounds, class_of, classes, ticks

numbers = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False)
positive = st.floats(min_value=0, max_value=1e6, allow_nan=False)
quick = settings(max_examples=40, deadline=None)


def drawn(thing: object, tableau: bool = True) -> str:
    source = Template("{% load charts %}{% chart thing 'essai' tableau=tableau %}")
    return source.render(Context({"thing": thing, "tableau": tableau}))


@quick
@given(st.lists(numbers, min_size=1, max_size=20), st.booleans())
def test_the_axis_holds_every_value_on_round_graduations(values: list[float], zero: bool) -> None:
    low, high, step = bounds(values, zero=zero)
    assert low <= min(values) + 1e-6
    assert max(values) - 1e-6 <= high
    assert low < high
    assert not zero or low <= 0 <= high
    marks = ticks(Scale(low, high, 0, 340), step)
    assert 2 <= len(marks) <= 12
    assert [mark.place for mark in marks] == sorted(mark.place for mark in marks)
    assert (marks[0].place, marks[-1].place) == (0, 340)


@quick
@given(st.lists(numbers, min_size=1, max_size=40))
def test_a_higher_value_never_has_a_lighter_shade(values: list[float]) -> None:
    steps = classes(values)
    shades = [class_of(value, steps) for value in sorted(values)]
    assert shades == sorted(shades)
    assert shades[0] == 1
    assert shades[-1] <= 5


@quick
@given(st.lists(positive, min_size=5, max_size=5))
def test_bars_start_at_zero_and_grow_with_their_values(values: list[float]) -> None:
    rows = [Given(f"Q{place}", value, None, None, str(value)) for place, value in enumerate(values)]
    chart = quintile_bars(rows, line=None, title="Essai")
    assert chart.ticks[0].value == 0
    top = max(values)
    for bar in chart.bars:
        assert bar.y + bar.height == pytest.approx(chart.ticks[0].place, abs=0.11)
        if top and bar.given.value == top:
            assert bar.height == max(one.height for one in chart.bars)
    assert [bar.middle for bar in chart.bars] == sorted(bar.middle for bar in chart.bars)


def test_the_slope_runs_from_one_end_of_the_scale_to_the_other_and_falls_when_the_line_does() -> None:
    rows = [Given(f"Q{n}", 50 - 5 * n, 49 - 5 * n, 51 - 5 * n, "") for n in range(5)]
    line = quintile_bars(rows, line=(52.5, 27.5), title="Essai").line
    assert line is not None
    assert line[0] < line[2]
    assert line[1] < line[3]


def test_a_masked_bar_is_a_dash_and_no_rectangle() -> None:
    rows = [Given("Q1", None, None, None, "masqué"), Given("Q2", 4.0, None, None, "4,0")]
    page = drawn(quintile_bars(rows, line=None, title="Essai", unit="cas", name_words="groupe"))
    assert page.count("<rect") == 1
    assert "masqué" in page


def test_every_chart_says_what_it_shows_and_has_no_comma_in_its_geometry() -> None:
    point = TrendPoint(2020, "2020", 1.5, 1, "1,5"), TrendPoint(2021, "2021", 2.25, 1, "2,25")
    charts = [
        choropleth(
            [("48", "Lozère", 1.25, "1,3")], level=Level.DEPARTMENT, title="Carte", sentence="Phrase."
        ),
        quintile_bars(
            [Given("Q1", 2.5, 1.5, 3.5, "2,5")], line=(1.0, 2.0), title="Barres", sentence="Phrase."
        ),
        dot_plot(
            [DotRow("Un", 2.5, 1.5, 3.5, 2.0, 2.2, 2.4)], title="Points", own_name="Lot", sentence="Phrase."
        ),
        small_multiples([("Lot", point)], title="Suite", sentence="Phrase."),
        pyramid([("0-19", 11, 12), ("20-39", 14, 13)], title="Âges", sentence="Phrase."),
    ]
    for chart in charts:
        page = drawn(chart)
        assert "<svg" in page
        assert "<title" in page
        assert "<table" in page
        assert "Phrase." in page
        assert page.index("Phrase.") < page.index("<svg") < page.index("<table")
        assert "style=" not in page
        assert "<script" not in page
        for name in ("x", "y", "x1", "y1", "cx", "cy", "width", "height", "d", "stroke-width", "viewBox"):
            for value in re.findall(rf'\b{name}="([^"]*)"', page):
                assert "," not in value, (name, value)
        assert "<table" not in drawn(chart, tableau=False)


def test_the_map_keeps_unknown_values_apart_and_leaves_unknown_outlines_to_the_table() -> None:
    places = [("48", "Lozère", 1.0, "1,0"), ("46", "Lot", None, "masqué"), ("974", "La Réunion", 5.0, "5,0")]
    chart = choropleth(places, level=Level.DEPARTMENT, title="Essai")
    assert chart is not None
    assert {shape.code: shape.shade for shape in chart.shapes} == {"48": 1, "46": 0}
    assert chart.unknown
    assert [name for name, _ in chart.rows] == ["Lozère", "Lot", "La Réunion"]
    assert choropleth([("974", "La Réunion", 5.0, "5,0")], level=Level.DEPARTMENT, title="Essai") is None
    assert choropleth(places, level=Level.COMMUNE, title="Essai") is None


def test_the_classes_of_the_legend_follow_each_other_without_a_gap() -> None:
    places = [
        (code, code, float(place), "") for place, code in enumerate(["09", "11", "12", "30", "31", "32"])
    ]
    chart = choropleth(places, level=Level.DEPARTMENT, title="Essai")
    assert chart is not None
    assert [step.high for step in chart.steps] == [step.low for step in chart.steps[1:]] + [None]


def test_a_line_is_cut_where_the_definition_changes_and_where_a_value_is_missing() -> None:
    def point(year: int, value: float | None, version: int) -> TrendPoint:
        return TrendPoint(year, str(year), value, version, "" if value is None else str(value))

    points = [point(2018, 1, 1), point(2019, 2, 1), point(2020, 3, 2), point(2021, 4, 2)]
    chart = small_multiples(
        [("Lot", points), ("Gers", [*points[:2], point(2020, None, 1), point(2021, 4, 1)])], title="E"
    )
    assert chart is not None
    lot, gers = chart.frames
    assert len(lot.lines) == 2
    assert lot.breaks
    assert chart.breaks
    assert len(gers.lines) == 1
    assert not gers.breaks
    assert len(gers.dots) == 3
    assert chart.periods == ("2018", "2019", "2020", "2021")
    assert chart.table[1][1][2] == ""


def test_a_point_alone_is_no_trend() -> None:
    assert small_multiples([("Lot", [TrendPoint(2020, "2020", 1.0, 1, "1")])], title="E") is None


@quick
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=21))
def test_the_pyramid_keeps_every_inhabitant(counts: list[tuple[int, int]]) -> None:
    chart = pyramid([(str(place), women, men) for place, (women, men) in enumerate(counts)], title="E")
    whole = sum(women + men for women, men in counts)
    if not whole:
        assert chart is None
        return
    assert chart is not None
    assert chart.total == whole
    assert sum(band.share for band in chart.bands) == pytest.approx(1)
    assert chart.bands[0].name == str(len(counts) - 1)  # the oldest on top
    assert all(band.women_x >= 0 and band.men_x + band.men_length <= 340 for band in chart.bands)


def test_a_row_without_a_value_of_its_own_is_not_drawn() -> None:
    assert dot_plot([DotRow("Un", None, region=3.0)], title="E", own_name="Lot") is None
