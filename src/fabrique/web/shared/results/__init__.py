"""The page of results, as the public reads it and as an agent previews it: one template, one context.

Fed by restitution (released values, approved quotes). Feeds web/public/resultats and web/agents/publications.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fabrique.analysis.services import withdrawals_since
from fabrique.consultations.models import Consultation
from fabrique.restitution.enums import Block
from fabrique.restitution.models import Publication
from fabrique.web.shared.results import map as participation_map
from fabrique.web.shared.results import presentation


def page_context(
    consultation: Consultation,
    publication: Publication,
    released: Mapping[int, Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """What the page shows. `released` ({figure primary key: values}) is given for a preview, stored otherwise."""
    blocks = presentation.blocks_of(publication)
    if released is not None:
        for rows in blocks.values():
            for row in rows:
                row.released = released[row.figure_id]
    departments = blocks[Block.DEPARTMENTS][0]
    texts = [(row, row.released["rows"][0]) for row in blocks[Block.CONTRIBUTIONS]]
    counted = [values["count"] for _row, values in texts]
    since = publication.published_at or publication.prepared_at
    return {
        "consultation": consultation,
        "publication": publication,
        "participation": blocks[Block.TURNOUT][0],
        "departements": departments,
        "carte": participation_map.draw(departments.released["rows"], consultation.perimeter),
        "textes": texts,
        "textes_total": sum(counted) if None not in counted else None,
        "fermees": [presentation.closed(row) for row in blocks[Block.CLOSED]],
        "themes": presentation.themes(blocks[Block.THEMES]),
        "retraits": withdrawals_since(consultation.source, since),
    }
