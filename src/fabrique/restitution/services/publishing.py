"""Publish: refuse while something is missing, release through disclosure control, freeze, replace the one before.

Fed by a preparation whose figures are validated. Feeds the public pages.
"""

from __future__ import annotations

import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext as _

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.analysis.services import corpus_fingerprint
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.consultations.services import mark_published
from fabrique.restitution.enums import Block, PublicationState
from fabrique.restitution.models import Publication, PublishedFigure
from fabrique.restitution.services.release import release


def missing_before_publication(publication: Publication) -> list[tuple[str, str]]:
    """[(code, French sentence)] of what keeps a preparation from being published; empty when ready."""
    missing = []
    unvalidated = publication.figures.filter(figure__validated_at__isnull=True).count()
    if unvalidated:
        missing.append(
            (
                "figures",
                _("%(count)d chiffres attendent qu’une personne les valide.") % {"count": unvalidated},
            )
        )
    if not publication.figures.filter(block=Block.THEMES).exists():
        missing.append(("themes", _("Aucun thème n’a été accepté : relisez l’analyse, puis préparez à nouveau.")))
    if publication.consultation.source is not None and (
        corpus_fingerprint(publication.consultation.source) != publication.corpus_fingerprint
    ):
        missing.append(
            ("corpus", _("Le corpus a changé depuis la préparation (un retrait, par exemple) : préparez à nouveau."))
        )
    return missing


def publish(actor: Actor, *, publication: Publication) -> Publication:
    """Make a preparation public, once and for all. Raises Refused with the first thing that is missing."""
    require(actor, "restitution.publish", publication.consultation.perimeter)
    if not isinstance(actor, Agent):
        raise Refused("publication.unnamed", _("Une publication porte le nom d’une personne : connectez-vous."))
    if publication.state != PublicationState.DRAFT:
        raise Refused("publication.frozen", _("Cette publication est déjà parue."))
    for code, sentence in missing_before_publication(publication):
        raise Refused(f"publication.{code}", sentence)
    rows = list(publication.figures.select_related("figure__question"))
    released = release(row.figure for row in rows)
    for row in rows:
        row.released = released[row.figure_id]
    with transaction.atomic():
        locked = Publication.objects.select_for_update().get(pk=publication.pk)
        if locked.state != PublicationState.DRAFT:
            raise Refused("publication.frozen", _("Cette publication est déjà parue."))
        PublishedFigure.objects.bulk_update(rows, ["released"], batch_size=200)
        Publication.objects.filter(
            consultation=locked.consultation, state=PublicationState.PUBLISHED
        ).update(state=PublicationState.REPLACED)
        locked.state = PublicationState.PUBLISHED
        locked.published_by, locked.published_at = actor.user, now()
        locked.frozen_at, locked.content_hash = locked.published_at, _content_hash(rows)
        locked.save()
        mark_published(actor, consultation=locked.consultation)
        journal.record(actor, "restitution.publish", locked)
    return locked


def _content_hash(rows: list[PublishedFigure]) -> str:
    payload = [[row.block, row.position, row.figure.expression, row.released] for row in rows]
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
