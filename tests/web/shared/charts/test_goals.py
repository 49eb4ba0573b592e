"""Values drawn towards a target: nothing outside the drawing, gaps stay gaps, too few values draw nothing.

Fed by made-up values. Feeds nothing.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.template import Context, Template
from hypothesis import given, settings
from hypothesis import strategies as st

from fabrique.web.shared.charts import GoalLine, GoalValue, goal_line
from fabrique.web.shared.charts.goals import BOTTOM, LEFT, RIGHT, TOP
from fabrique.web.templatetags.progres import taux

START = date(2024, 1, 1)
numbers = st.one_of(st.none(), st.floats(min_value=-1e6, max_value=1e6))


def line(*values: float | None, target: float | None = None) -> GoalLine | None:
    dated = [
        GoalValue(START + timedelta(days=90 * place), value, str(value), "Relevé")
        for place, value in enumerate(values)
    ]
    return goal_line(
        dated, title="Communes desservies", target=target, target_words=str(target), unit="communes"
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(numbers, max_size=12), numbers)
def test_every_dot_and_the_target_stay_inside_the_drawing(
    values: list[float | None], target: float | None
) -> None:
    known = [value for value in values if value is not None]
    drawn = line(*values, target=target)
    if len(known) < 3:
        assert drawn is None
        return
    assert drawn is not None
    assert len(drawn.dots) == len(known)
    assert all(LEFT <= dot.x <= RIGHT and TOP <= dot.y <= BOTTOM for dot in drawn.dots)
    assert drawn.target is None or TOP <= drawn.target <= BOTTOM
    across = [dot.x for dot in drawn.dots]
    assert across == sorted(across)


def test_a_value_looked_for_and_not_known_cuts_the_line_and_stays_in_the_table() -> None:
    drawn = line(1, 2, None, 3, 4, target=5)
    assert drawn is not None
    assert len(drawn.lines) == 2
    assert len(drawn.values) == 5
    page = Template("{% load charts %}{% chart thing 'essai' %}").render(Context({"thing": drawn}))
    assert page.count("<tr>") == 6
    assert "cible\u00a0: 5" in page
    assert page.count("Relevé") == 1, "one source for all is said once"


def test_a_target_nearly_reached_is_not_told_as_reached() -> None:
    assert [taux(rate) for rate in (99.7, 100.0, 131.2, -20.0)] == [
        "99\u00a0%",
        "100\u00a0%",
        "131\u00a0%",
        "\u221220\u00a0%",
    ]
