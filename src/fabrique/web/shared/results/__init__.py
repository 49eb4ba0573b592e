"""The page of results, as the public reads it and as an agent previews it: one template, one context.

Fed by restitution (released values, approved quotes). Feeds web/public/resultats and web/agents/publications.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fabrique.analysis.services import withdrawals_since
from fabrique.consultations.models import Consultation
from fabrique.restitution.enums import Block
from fabrique.restitution.models import CommonPublication, Publication, PublishedFigure
from fabrique.restitution.services.keeping import Shown
from fabrique.web.shared.results import map as participation_map
from fabrique.web.shared.results import presentation
from fabrique.web.shared.results.words import withdrawals_in_words


def page_context(
    consultation: Consultation, publication: Publication, preview: Mapping[int, Shown] | None = None
) -> dict[str, Any]:
    """What the page shows: what was released, or what `preview` ({published figure: what it would show}) says."""
    blocks = presentation.blocks_of(publication)
    if preview is not None:
        _set(blocks, preview)
    departments = blocks[Block.DEPARTMENTS][0]
    themes = presentation.themes(blocks[Block.THEMES])
    since = publication.published_at or publication.prepared_at
    return {
        "consultation": consultation,
        "publication": publication,
        "communes": CommonPublication.objects.reading(consultation.source_id) if preview is None else [],
        "participation": blocks[Block.TURNOUT][0],
        "departements": departments,
        "canaux": next(iter(blocks[Block.CHANNELS]), None),
        "carte": participation_map.draw(departments.released["rows"], consultation.perimeter),
        "textes": [(row, row.released["rows"][0]["count"]) for row in blocks[Block.CONTRIBUTIONS]],
        "textes_total": _all_texts(blocks[Block.CONTRIBUTIONS]),
        "fermees": [presentation.closed(row) for row in blocks[Block.CLOSED]],
        "themes": themes,
        "sous_themes": sum(len(theme.children) for theme in themes),
        "retraits": withdrawals_in_words(
            withdrawals_since(consultation.source, since) if consultation.source else 0
        ),
    }


def _set(blocks: Mapping[str, list[PublishedFigure]], preview: Mapping[int, Shown]) -> None:
    for rows in blocks.values():
        for row in rows:
            shown = preview[row.pk]
            row.figure, row.released, row.kept_from = shown.figure, shown.released, shown.kept_from


def _all_texts(rows: list[PublishedFigure]) -> int | None:
    """The total, unless a part of it is held back or stands from another publication."""
    counts = [row.released["rows"][0]["count"] for row in rows]
    return None if None in counts or len({row.kept_from for row in rows}) > 1 else sum(counts)
