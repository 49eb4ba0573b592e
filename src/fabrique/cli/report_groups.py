"""What it is for: the breakdown of the first-level themes by group, without giving small cells away.
What feeds it: an Analysis and the group of each row.
What it feeds: one section of the HTML report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from fabrique.cli.french import NBSP, count, number, percent
from fabrique.cli.report_parts import table, text
from fabrique_core.text.model import Analysis

SMALLEST = 11
_MOST_GROUPS = 40
_NO_GROUP = "(non renseigné)"
HIDDEN = (
    '<abbr title="masqué : moins de 11 réponses, ou permettrait de retrouver une case masquée">masqué</abbr>'
)


def group_bases(analysis: Analysis, groups: Sequence[str | None]) -> Counter[str]:
    """Number of analysed rows in each group, missing groups under their own name."""
    return Counter(groups[item.row] or _NO_GROUP for item in analysis.prepared)


def cells(analysis: Analysis, groups: Sequence[str | None]) -> dict[tuple[str, str], int]:
    """Number of rows by (group, first-level theme)."""
    top = {theme.id: theme.parent or theme.id for theme in analysis.themes}
    pairs = {(analysis.ideas[a.idea].row, top[a.theme]) for a in analysis.assignments}
    return Counter((groups[row] or _NO_GROUP, theme) for row, theme in pairs)


def hidden_cells(
    found: dict[tuple[str, str], int], bases: dict[str, int], themes: Sequence[str]
) -> set[tuple[str, str]]:
    """Cells under eleven rows, or whose complement in the group is, then one more where a theme hides a
    single cell.

    The second hiding is needed because the total of the theme is published: a single hidden cell is what
    remains.
    """
    out: set[tuple[str, str]] = set()
    for theme in themes:
        values = {group: found.get((group, theme), 0) for group in bases}
        small = {g for g, v in values.items() if v < SMALLEST or bases[g] - v < SMALLEST}
        others = sorted((g for g in values if g not in small), key=lambda g: (values[g], g))
        found_back = len(small) == 1 or sum(values[g] for g in small) < SMALLEST
        if small and others and found_back:
            small.add(others[0])
        out |= {(g, theme) for g in small}
    return out


def section(analysis: Analysis, groups: Sequence[str | None], column: str) -> str:
    """The section of the report; groups under eleven analysed rows are named without a figure."""
    bases = group_bases(analysis, groups)
    large = sorted((g for g, n in bases.items() if n >= SMALLEST), key=lambda g: (-bases[g], g))[
        :_MOST_GROUPS
    ]
    left = len(bases) - len(large)
    parents = analysis.children(None)
    found = cells(analysis, groups)
    hidden = hidden_cells(found, dict(bases), [t.id for t in parents])
    out = [f'<section aria-labelledby="groupes"><h2 id="groupes">Selon «{NBSP}{text(column)}{NBSP}»</h2>\n']
    out.append(
        "<p>Chaque case donne la part des réponses analysées du groupe où le thème est présent. Une réponse "
        "peut porter "
        f"plusieurs thèmes. Les cases de moins de {SMALLEST} réponses sont masquées, avec celles qui "
        "permettraient de les "
        "retrouver. Un écart entre deux groupes ne dit rien, à lui seul, de ses causes.</p>\n"
    )
    if left:
        out.append(
            f"<p>{count(left, 'groupe', 'groupes')} ne {'figure' if left < 2 else 'figurent'} pas dans le "
            "tableau "
            f"(moins de {SMALLEST} réponses, ou au-delà des {_MOST_GROUPS} plus grands).</p>\n"
        )
    header = ["Thème", *(f"{text(g)}<br>{number(bases[g])}{NBSP}rép." for g in large)]
    rows = [[text(t.label), *(_cell(found, bases, hidden, g, t.id) for g in large)] for t in parents]
    out.append(
        table(
            "Part des réponses de chaque groupe où le thème est présent",
            header,
            rows,
            numbers=" " + "n" * len(large),
        )
    )
    return "".join([*out, "</section>\n"])


def _cell(
    found: dict[tuple[str, str], int], bases: dict[str, int], hidden: set[tuple[str, str]], g: str, t: str
) -> str:
    return HIDDEN if (g, t) in hidden else percent(found.get((g, t), 0), bases[g])
