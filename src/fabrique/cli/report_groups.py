"""What it is for: the breakdown of the first-level themes by group, without giving small cells away.
What feeds it: an Analysis and the group of each row; estimate.disclose decides what may be shown.
What it feeds: one section of the HTML report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from fabrique.cli.french import NBSP, count, number, percent
from fabrique.cli.report_parts import table, text
from fabrique_core.errors import CoreError
from fabrique_core.estimate import disclosure
from fabrique_core.text.model import Analysis

SMALLEST = disclosure.DEFAULT_THRESHOLD
MOST_GROUPS = 30
_NO_GROUP = "(non renseigné)"
_OTHERS = "autres groupes"
_YES, _NO = "oui", "non"
HIDDEN = (
    '<abbr title="masqué : moins de 11 réponses, ou permettrait de retrouver une case masquée">masqué</abbr>'
)
Shown = dict[tuple[str, str], int | None]


def grouped(analysis: Analysis, groups: Sequence[str | None]) -> tuple[dict[int, str], Counter[str], int]:
    """Group of each analysed row, size of each group, and how many groups were put together as « autres ».

    Together: groups under eleven rows, and those beyond the thirty largest.
    """
    own = {item.row: groups[item.row] or _NO_GROUP for item in analysis.prepared}
    sizes = Counter(own.values())
    ranked = sorted(sizes, key=lambda g: (-sizes[g], g))
    apart = {g for i, g in enumerate(ranked) if sizes[g] >= SMALLEST and i < MOST_GROUPS}
    together = {row: g if g in apart else _OTHERS for row, g in own.items()}
    return together, Counter(together.values()), len(sizes) - len(apart)


def released(analysis: Analysis, group_of: Mapping[int, str], sizes: Mapping[str, int]) -> Shown:
    """Rows by (group, first-level theme), None where it must not be shown; the plan is all the themes.

    Raises CoreError disclosure.* where nothing can be released.
    """
    top = {theme.id: theme.parent or theme.id for theme in analysis.themes}
    pairs = {(analysis.ideas[a.idea].row, top[a.theme]) for a in analysis.assignments}
    found = Counter((group_of[row], theme) for row, theme in pairs)
    plan = [_table(theme.id, found, sizes) for theme in analysis.children(None)]
    shown: Shown = {}
    for table_out in disclosure.disclose(plan).tables:
        for group in sizes:
            cell = table_out.cells[group, _YES]
            shown[group, table_out.key] = cell if isinstance(cell, int) else None
    return shown


def _table(theme: str, found: Counter[tuple[str, str]], sizes: Mapping[str, int]) -> disclosure.Table:
    """Rows of each group with and without a theme, which share out the analysed rows."""
    cells: dict[tuple[str, ...], int] = {}
    for group, size in sizes.items():
        cells[group, _YES] = found[group, theme]
        cells[group, _NO] = size - found[group, theme]
    return disclosure.Table(theme, ("groupe", theme), cells)


def section(analysis: Analysis, groups: Sequence[str | None], column: str) -> str:
    """The section of the report; where nothing can be shown without giving small groups away, it says so."""
    group_of, sizes, others = grouped(analysis, groups)
    heading = f'<section aria-labelledby="groupes"><h2 id="groupes">Selon «{NBSP}{text(column)}{NBSP}»</h2>\n'
    try:
        shown = released(analysis, group_of, sizes)
    except CoreError:
        return (
            f"{heading}<p>Aucune case ne peut être montrée sans risquer de désigner quelqu’un{NBSP}: les "
            f"groupes sont trop petits.</p></section>\n"
        )
    order = sorted(sizes, key=lambda g: (g == _OTHERS, -sizes[g], g))
    header = ["Thème", *(f"{text(g)}<br>{number(sizes[g])}{NBSP}rép." for g in order)]
    rows = [
        [text(theme.label), *(_cell(shown[g, theme.id], sizes[g]) for g in order)]
        for theme in analysis.children(None)
    ]
    body = table(
        "Part des réponses de chaque groupe où le thème est présent",
        header,
        rows,
        numbers=" " + "n" * len(order),
    )
    return f"{heading}{_words(others)}{body}</section>\n"


def _words(others: int) -> str:
    together = (
        f"<p>{count(others, 'groupe est réuni', 'groupes sont réunis')} sous «{NBSP}{_OTHERS}{NBSP}» (moins "
        f"de {SMALLEST} réponses, ou au-delà des {MOST_GROUPS} plus grands).</p>\n"
    )
    return (
        "<p>Chaque case donne la part des réponses analysées du groupe où le thème est présent. Une réponse "
        f"peut porter plusieurs thèmes. Les cases de moins de {SMALLEST} réponses sont masquées, avec celles "
        "qui permettraient de les retrouver. Un écart entre deux groupes ne dit rien, à lui seul, de ses "
        f"causes.</p>\n{together if others else ''}"
    )


def _cell(value: int | None, base: int) -> str:
    return HIDDEN if value is None else percent(value, base)
