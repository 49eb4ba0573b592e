"""Publish: refuse while something is missing, release through disclosure control, freeze, replace the one before.

Fed by a preparation whose figures are validated. Feeds the public pages.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fabrique.accounts.actors import Actor, Agent
from fabrique.accounts.rights import require
from fabrique.analysis.models import Theme
from fabrique.analysis.services import corpus_fingerprint, withdrawals_since
from fabrique.common import journal
from fabrique.common.clock import now
from fabrique.common.errors import Refused
from fabrique.consultations.services import mark_published
from fabrique.contributions.models import Contribution
from fabrique.restitution.enums import PublicationState
from fabrique.restitution.models import CommonFigure, Publication, PublishedFigure
from fabrique.restitution.services.keeping import shown_figures


def missing_before_publication(publication: Publication) -> list[tuple[str, str]]:
    """[(code, French sentence)] of what keeps a preparation from being published; empty when ready."""
    found = (_figures(publication), _themes(publication), _corpus(publication), _analysis(publication))
    return [one for one in found if one is not None]


def _figures(publication: Publication) -> tuple[str, str] | None:
    count = publication.figures.filter(figure__validated_at__isnull=True).count()
    if not count:
        return None
    sentence = ngettext(
        "%(count)d chiffre attend qu’une personne le valide.",
        "%(count)d chiffres attendent qu’une personne les valide.",
        count,
    )
    return "figures", sentence % {"count": count}


def _themes(publication: Publication) -> tuple[str, str] | None:
    if not publication.figures.of_themes().exists():
        return "themes", _("Aucun thème n’a été accepté : relisez l’analyse, puis préparez à nouveau.")
    if _themes_moved(publication):
        sentence = _("Les thèmes ont été modifiés depuis la préparation : préparez à nouveau, puis validez.")
        return "decisions", sentence
    return None


def _corpus(publication: Publication) -> tuple[str, str] | None:
    if not _corpus_moved(publication):
        return None
    return "corpus", _(
        "Le corpus a changé depuis la préparation (un retrait, par exemple) : préparez à nouveau."
    )


def _analysis(publication: Publication) -> tuple[str, str] | None:
    late = _unread_texts(publication)
    if not late:
        return None
    sentence = ngettext(
        "%(count)d texte est arrivé après l’analyse et n’y figure pas : relancez l’analyse.",
        "%(count)d textes sont arrivés après l’analyse et n’y figurent pas : relancez l’analyse.",
        late,
    )
    return "analysis", sentence % {"count": late}


def _themes_moved(publication: Publication) -> bool:
    """Whether a person decided something on the themes since the figures were computed, or another run took over."""
    run = publication.run
    if run is None or not run.is_current:
        return True
    accepted = set(Theme.objects.filter(run=run).accepted().values_list("pk", flat=True))
    placed = set(publication.figures.of_themes().values_list("figure__theme_id", flat=True))
    decided = Theme.objects.filter(run=run, decided_at__gt=publication.prepared_at)
    return accepted != placed or decided.exists()


def _corpus_moved(publication: Publication) -> bool:
    """A withdrawal without any text leaves the fingerprint as it was: both are looked at."""
    source = publication.consultation.source
    if source is None:
        return True
    return _withdrawn(publication) or corpus_fingerprint(source) != publication.corpus_fingerprint


def _withdrawn(publication: Publication) -> bool:
    source = publication.consultation.source
    return source is None or withdrawals_since(source, publication.prepared_at) > 0


def _unread_texts(publication: Publication) -> int:
    """Texts received after the run read the corpus."""
    source, run = publication.consultation.source, publication.run
    if source is None or run is None:
        return 0
    return Contribution.objects.of_source(source).counted().filter(pk__gt=run.corpus_upto).count()


def publish(actor: Actor, *, publication: Publication) -> Publication:
    """Make a preparation public, once and for all. Raises Refused with the first thing that is missing:
    publication.unnamed, .frozen, .figures, .themes, .decisions, .corpus, .analysis."""
    require(actor, "restitution.publish", publication.consultation.perimeter)
    if not isinstance(actor, Agent):
        raise Refused(
            "publication.unnamed", _("Une publication porte le nom d’une personne : connectez-vous.")
        )
    if publication.state != PublicationState.DRAFT:
        raise Refused("publication.frozen", _("Cette publication est déjà parue."))
    for code, sentence in missing_before_publication(publication):
        raise Refused(f"publication.{code}", sentence)
    shown = shown_figures(publication)
    rows = list(publication.figures.order_by("position"))
    for row in rows:
        row.figure, row.released, row.kept_from = (
            shown[row.pk].figure,
            shown[row.pk].released,
            shown[row.pk].kept_from,
        )
    with transaction.atomic():
        locked = Publication.objects.select_for_update().filter(pk=publication.pk).first()
        if locked is None:
            raise replaced_meanwhile()
        if locked.state != PublicationState.DRAFT:
            raise Refused("publication.frozen", _("Cette publication est déjà parue."))
        if _withdrawn(locked):
            raise Refused("publication.corpus", _("Une réponse vient d’être retirée : préparez à nouveau."))
        _freeze(locked, rows, actor)
        mark_published(actor, consultation=locked.consultation)
        journal.record(actor, "restitution.publish", locked)
    return locked


def replaced_meanwhile() -> Refused:
    """Somebody prepared again, or gave the preparation up, while it was being published."""
    return Refused(
        "publication.gone",
        _("Cette préparation a été remplacée ou abandonnée entre-temps : rien n’est paru."),
    )


def _freeze(publication: Publication, rows: list[PublishedFigure], actor: Agent) -> None:
    """Write what is shown, then close it: triggers let nothing move afterwards but « replaced »."""
    PublishedFigure.objects.bulk_update(rows, ["figure", "released", "kept_from"], batch_size=200)
    in_force = Publication.objects.filter(
        consultation=publication.consultation, state=PublicationState.PUBLISHED
    )
    in_force.update(state=PublicationState.REPLACED)
    publication.state = PublicationState.PUBLISHED
    publication.published_by, publication.published_at = actor.user, now()
    publication.frozen_at, publication.content_hash = publication.published_at, content_hash(rows)
    publication.save()


def content_hash(rows: Sequence[PublishedFigure | CommonFigure]) -> str:
    """SHA-256 (hex) over all that the page says of its figures, in order."""
    payload = [
        [row.block, row.position, row.title, row.description, row.figure.expression, row.released]
        for row in rows
    ]
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
