"""What became of one response in the results in force: themes given, set aside, quoted, or nothing yet.

Fed by the publication in force, its run and the response behind a receipt. Feeds the follow-up page.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from fabrique.analysis.enums import ThemeState
from fabrique.analysis.models import Assignment, Quote, Run, SetAside, Theme
from fabrique.analysis.services import texts_read
from fabrique.contributions.models import Participation
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import CommonFigure, CommonPublication, Publication, PublishedFigure


@dataclass(frozen=True)
class GivenTheme:
    """A published theme that counts a text, and whether a passage of that text is quoted under it."""

    figure: PublishedFigure
    quoted: bool


@dataclass(frozen=True)
class Followed:
    """One text: its themes; else why it was set aside (the reason's code); else whether it came after the analysis."""

    contribution_id: int
    themes: list[GivenTheme]
    set_aside: str = ""
    late: bool = False


def followed(participation: Participation) -> tuple[Publication | None, list[Followed]]:
    """(the publication in force, or None; what became of each text in it)."""
    publication = (
        Publication.objects.filter(
            consultation__source=participation.source_id, state=PublicationState.PUBLISHED
        )
        .select_related("consultation", "run")
        .first()
    )
    if publication is None or publication.run is None:
        return publication, []
    texts = list(participation.contributions.order_by("question__position").values_list("pk", flat=True))
    run = publication.run
    placed = {row.figure.theme_id: row for row in publication.figures.of_themes().in_page_order()}
    given = _themes_given(run, texts)
    aside = dict(
        SetAside.objects.filter(run=run, contribution__in=texts).values_list("contribution_id", "reason")
    )
    quoted = _quoted(run, texts)
    return publication, [
        Followed(
            text,
            [
                GivenTheme(row, (text, theme) in quoted)
                for theme, row in placed.items()
                if theme in given[text]
            ],
            aside.get(text, ""),
            text > run.corpus_upto,
        )
        for text in texts
    ]


@dataclass(frozen=True)
class CommonlyFollowed:
    """One text in a common publication, and the figures of its unit that count it."""

    contribution_id: int
    figures: list[CommonFigure]


def followed_in_common(
    participation: Participation,
) -> list[tuple[CommonPublication, list[CommonlyFollowed]]]:
    """[(a common publication in force that read the source, what became of each text that it read)]."""
    found = []
    for publication in CommonPublication.objects.reading(participation.source_id):
        read = texts_read(publication.run).filter(participation=participation)
        texts = list(read.values_list("pk", flat=True))
        given = _themes_given(publication.run, texts)
        rows = [
            row
            for row in publication.figures.filter(block=Block.THEMES).in_page_order()
            if row.figure.expression["population"]["unit"] == participation.unit
        ]
        told = [
            CommonlyFollowed(text, [row for row in rows if row.figure.theme_id in given[text]])
            for text in texts
        ]
        found.append((publication, told))
    return found


def _themes_given(run: Run, texts: list[int]) -> dict[int, set[int]]:
    """{text: every theme whose count holds it}: its own, those it was merged into, those above."""
    found: dict[int, set[int]] = defaultdict(set)
    above = _counted_by(run)
    rows = Assignment.objects.filter(idea__run=run, idea__contribution__in=texts)
    for text, theme in rows.values_list("idea__contribution_id", "theme_id"):
        found[text] |= above[theme]
    return found


def _counted_by(run: Run) -> dict[int, set[int]]:
    """{theme: the themes whose count holds it}, the reverse of analysis' « counted in »."""
    themes = {theme.pk: theme for theme in Theme.objects.filter(run=run)}
    found: dict[int, set[int]] = {}
    for pk in themes:
        chain: set[int] = set()
        current: int | None = pk
        while current is not None and current not in chain:
            chain.add(current)
            theme = themes[current]
            living = theme.state in (ThemeState.PROPOSED, ThemeState.ACCEPTED)
            current = theme.merged_into_id or (theme.parent_id if living else None)
        found[pk] = chain
    return found


def _quoted(run: Run, texts: list[int]) -> set[tuple[int, int]]:
    """{(text, theme)} of the quotes that may be shown, under the theme that they now stand in."""
    quotes = (
        Quote.objects.publishable().filter(contribution__in=texts, theme__run=run).select_related("theme")
    )
    return {(quote.contribution_id, quote.theme.merged_into_id or quote.theme_id) for quote in quotes}
