"""The page of what several sources say together: each unit apart, channel by channel, from released values only.

Fed by restitution (CommonFigure.released, approved quotes). Feeds web/public/resultats and web/agents/publications.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from fabrique.analysis.services import scope_of_run
from fabrique.consultations.models import Consultation
from fabrique.contributions.enums import SourceKind, Unit
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import CommonFigure, CommonPublication
from fabrique.restitution.services.keeping import Shown
from fabrique.web.shared.results import presentation
from fabrique.web.shared.results.words import withdrawals_in_words

#: units in words, each counted apart
UNITS = {
    Unit.PERSON.value: _("Personnes"),
    Unit.GROUP.value: _("Groupes (tables, ateliers)"),
    Unit.ORGANISATION.value: _("Organisations"),
}


@dataclass(frozen=True)
class UnitShown:
    """One unit of a table: its line over all channels, then one a channel where there are several."""

    published: CommonFigure
    label: Any
    whole: Mapping[str, Any]
    channels: list[Mapping[str, Any]]


@dataclass(frozen=True)
class CommonTheme:
    """A theme: its figures unit by unit, some approved quotes, the published themes that are part of it."""

    key: str
    title: str
    description: str
    units: list[UnitShown]
    quotes: list[dict[str, Any]]
    children: list[CommonTheme] = field(default_factory=list)


def unit_shown(row: CommonFigure) -> UnitShown:
    """A figure as a part of a table."""
    whole, *channels = row.released["rows"]
    return UnitShown(row, UNITS[row.released["unit"]], whole, channels)


def common_context(
    publication: CommonPublication, preview: Mapping[int, Shown] | None = None
) -> dict[str, Any]:
    """What the page shows: what was released, or what `preview` ({common figure: what it would show}) says."""
    rows = list(publication.figures.in_page_order())
    for row in rows if preview is not None else []:
        shown = (preview or {})[row.pk]
        row.figure, row.released, row.kept_from = shown.figure, shown.released, shown.kept_from
    blocks: dict[str, list[CommonFigure]] = {str(block): [] for block in Block}
    for row in rows:
        row.publication = publication
        blocks[row.block].append(row)
    themes = common_themes(blocks[Block.THEMES])
    since = publication.published_at or publication.prepared_at
    return {
        "publication": publication,
        "participation": [unit_shown(row) for row in blocks[Block.TURNOUT]],
        "textes": [unit_shown(row) for row in blocks[Block.CONTRIBUTIONS]],
        "themes": themes,
        "sous_themes": sum(len(theme.children) for theme in themes),
        "sources": sources_shown(publication),
        "retraits": withdrawals_in_words(scope_of_run(publication.run).withdrawals_since(since)),
    }


def common_themes(rows: Iterable[CommonFigure]) -> list[CommonTheme]:
    """Themes in the order of the analysis, since no order holds for all units; each with those inside it."""
    rows = list(rows)
    quotes = presentation.quotes_of(rows)
    by_theme: dict[int, list[CommonFigure]] = {}
    for row in rows:
        by_theme.setdefault(row.figure.theme_id or 0, []).append(row)
    under: dict[int | None, list[int]] = {}
    for theme, found in by_theme.items():
        parent = found[0].parent.figure.theme_id if found[0].parent is not None else None
        under.setdefault(parent, []).append(theme)

    def shown(theme: int) -> CommonTheme:
        first = by_theme[theme][0]
        return CommonTheme(
            first.public_id,
            first.title,
            first.description,
            [unit_shown(row) for row in by_theme[theme]],
            quotes.get(theme, [])[: presentation.QUOTES_A_THEME],
            [shown(child) for child in under.get(theme, [])],
        )

    return [shown(theme) for theme in under.get(None, [])]


def sources_shown(publication: CommonPublication) -> list[dict[str, Any]]:
    """The sources of the frozen manifest, each with its kind in words and the address of its own results."""
    lines = publication.manifest["sources"]
    known = Consultation.objects.visible_to_public().filter(
        source__public_id__in=[line["source"] for line in lines],
        publications__state=PublicationState.PUBLISHED,
    )
    slugs = dict(known.values_list("source__public_id", "slug"))
    return [
        line | {"nature": SourceKind(line["kind"]).label, "slug": slugs.get(line["source"], "")}
        for line in lines
    ]
